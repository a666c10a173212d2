/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory trees clients are served from. Each is opened once, as a
 * detached copy of its mounts (open_tree): such a tree has no outside, ".."
 * at its top stays there. Where the kernel refuses that, a plain O_PATH
 * descriptor is used and the feature is off.
 *
 * A worker proves where a descriptor of its comes from by being refused when
 * it does not: the mounts of the copies exist nowhere else, so a descriptor on
 * one of them is from beneath a root.
 */
#ifndef AUTHORITY_ROOTS_H
#define AUTHORITY_ROOTS_H

#include <sys/stat.h>

#include <guise/authority.h>

#include "base.h"

/* Ours: a worker's manifest names each. */
#define ROOTS_MAX 64
/* Mounts beneath one root that the broker will work on. Ours. */
#define ROOT_MOUNTS_MAX 256

struct root {
	int fd;
	char *path; /* as configured, for the journal */
	bool is_detached;
	uint64_t mount_ids[ROOT_MOUNTS_MAX]; /* the first: of the root itself */
	unsigned n_mounts;
	dev_t dev;
	ino_t ino;
};

struct roots {
	struct root *at;
	size_t n;
	bool are_detached;  /* all of them */
	bool have_landlock; /* who works on them is confined to them */
};

/* 0; -ENOENT, -ENOTDIR; -EINVAL; -ENOMEM; -errno */
GUISE_MUST_USE int roots_open(const struct guise_root *roots, size_t n,
			      struct roots *ret);
void roots_close(struct roots *roots);

/* Allow share access beneath every root. 0 or -errno */
GUISE_MUST_USE int roots_allow(const struct roots *roots, int ruleset);

/*
 * Is @fd, from a worker, a directory (a file or directory) beneath a root?
 * 0 and which one; GUISE_E_PROTOCOL if it is not; -ENOENT for a directory
 * that has been removed; -errno.
 */
GUISE_MUST_USE int roots_check_directory(const struct roots *roots, int fd,
					 unsigned *ret_root);
GUISE_MUST_USE int roots_check_file(const struct roots *roots, int fd,
				    unsigned *ret_root);

#endif
