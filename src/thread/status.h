/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's /proc/.../status: whose it is. */
#ifndef THREAD_STATUS_H
#define THREAD_STATUS_H

#include <sys/types.h>

#include "base.h"

enum status_id {
	STATUS_REAL,
	STATUS_EFFECTIVE,
	STATUS_SAVED,
	STATUS_FS,
	STATUS_N_IDS,
};

/* @comm: as the kernel escapes it (newline and backslash), cut to 15 bytes;
 *        may hold any other byte
 * @groups: owned; status_clear() frees it */
struct status {
	char comm[16];
	uint32_t uids[STATUS_N_IDS];
	uint32_t gids[STATUS_N_IDS];
	uint32_t *groups;
	size_t n_groups;
	uint64_t permitted;
	uint64_t effective;
};

/* Read and parse @path below @dir. 0; errors of open and read; -EBADMSG when
 * it is no status; -EFBIG; -ENOMEM. */
GUISE_MUST_USE int status_read(int dir, const char *path, struct status *ret);
/* The text of a status file. 0; -EBADMSG; -ENOMEM. */
GUISE_MUST_USE int status_parse(const void *text, size_t size,
				struct status *ret);
void status_clear(struct status *status);

#endif
