/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal of temporaries: one small file for each, written before the
 * temporary is made and removed after it has its final name or is gone. What
 * is left when an authority ends is cleaned up by the next one, as the client
 * it belongs to.
 *
 *	STATE/journal/		0700; locked while an authority starts
 *	STATE/journal/ID/	one authority's; it holds a lock on it
 *	STATE/journal/ID/NAME	NAME is the temporary's own name
 *
 * A record finds the directory by its file handle, which survives renames, or
 * by its path, where the file system has no handles. Nothing is synced: after
 * a power failure the temporary and its record may both be there or not.
 */
#ifndef AUTHORITY_JOURNAL_H
#define AUTHORITY_JOURNAL_H

#include <guise/token.h>

#include "base.h"
#include "roots.h"

#define JOURNAL_HANDLE_MAX 128 /* kernel: MAX_HANDLE_SZ */
#define JOURNAL_NAME_SIZE 48   /* as struct guise_temp */
/* All groups the kernel allows, paths, handle. */
#define JOURNAL_RECORD_MAX (4 * GUISE_UNIX_GROUPS_MAX + 3 * 4096)

struct journal {
	int top_fd; /* STATE/journal */
	int fd;	    /* this authority's own directory */
	char id[24];
};

/* What one record says; spans are borrowed from where it was read. */
struct journal_record {
	uint32_t uid;
	uint32_t gid;
	uint64_t privileges;   /* enabled ones */
	const uint8_t *groups; /* @n_groups 32-bit numbers, little-endian */
	size_t n_groups;
	const char *root;      /* the root's path */
	const char *directory; /* beneath it */
	int32_t handle_type;
	const uint8_t *handle; /* of the directory; size 0 = none */
	size_t handle_size;
	const char *name; /* the temporary's */
};

GUISE_MUST_USE int journal_record_encode(const struct journal_record *record,
					 struct guise_buf *out);
/* 0 or -EBADMSG */
GUISE_MUST_USE int journal_record_decode(const void *data, size_t size,
					 struct journal_record *ret);

/* Open STATE/journal (made 0700) and a directory of our own. @ret_cleaned:
 * clean those of authorities that are no more by journal_recover(). */
GUISE_MUST_USE int journal_open(const char *state_directory,
				struct journal *ret);
void journal_close(struct journal *journal);

/* Write the record of a temporary @name in @dir_fd beneath @root, made by
 * @token. 0 or -errno; on failure none is left. */
GUISE_MUST_USE int journal_add(const struct journal *journal,
			       const struct root *root, int dir_fd,
			       const struct guise_token *token,
			       const char *name);
void journal_remove(const struct journal *journal, const char *name);

/* Remove the temporaries of authorities that are no more, as their clients,
 * and their records. Where that fails the record stays for the next time.
 * How many temporaries are gone; or -errno. Needs guise_impersonation_init. */
GUISE_MUST_USE int journal_recover(const struct journal *journal);

#endif
