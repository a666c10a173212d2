/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the journal's sources. */
#ifndef AUTHORITY_JOURNAL_INTERNAL_H
#define AUTHORITY_JOURNAL_INTERNAL_H

#include <fcntl.h>

#include "journal.h"

/* A file handle with room for the longest. */
union journal_handle {
	struct file_handle head;
	uint8_t bytes[sizeof(struct file_handle) + JOURNAL_HANDLE_MAX];
};

#endif
