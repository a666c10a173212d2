/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Live tests of file operations: every scenario over every engine, by one
 * table. A scenario finds its engine, a directory and clients ready, and runs
 * in a child of its own (live.h).
 */
#ifndef TESTS_FILE_LIVE_H
#define TESTS_FILE_LIVE_H

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/file.h>

#include "live.h"

/* Unprivileged ids for registered credentials. */
#define FILE_LIVE_SERVICE 64999u

/* Clients of every scenario */
#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define STAFF (LIVE_ID + 100)	/* alice and bob */
#define MUSIC (LIVE_ID + 101)	/* alice */
#define NOBODYS (LIVE_ID + 102) /* neither */

struct file_live {
	struct guise_engine *engine;
	int dir; /* 0777, nobody's */
	char path[64];
	const struct guise_token *alice;
	const struct guise_token *bob;
};

struct file_scenario {
	const char *name;
	void (*run)(struct file_live *l);
};

#define SCENARIO(name)                                                         \
	{                                                                      \
#name, name                                                    \
	}

/* Runs each scenario on each engine as a test of its own; what main returns.
 * An engine this host lacks is named and left out (but never all of them). */
int file_live_main(const struct file_scenario *scenarios, size_t n);

/* A directory there */
void file_live_mkdir(struct file_live *l, const char *name, uint32_t uid,
		     uint32_t gid, mode_t mode);
/* Opens as @token; the result, with the descriptor closed again. */
int file_live_open(struct file_live *l, const struct guise_token *token,
		   const char *path, int flags);
/* How many descriptors are open of what lies beneath @path (the bystander's
 * come and go) */
unsigned file_live_n_open(const char *path);
/* fstatat without following */
struct stat file_live_stat(struct file_live *l, const char *name);
bool file_live_is_there(struct file_live *l, const char *name);

#endif
