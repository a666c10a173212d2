/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles that a child process inherits: they keep value, object and access.
 * The child finds them in a sealed memory file, whose number an environment
 * variable says.
 */
#ifndef WIN32_HANDLE_INHERIT_H
#define WIN32_HANDLE_INHERIT_H

#include "object.h"

#define HANDLES_VARIABLE "GUISE_WIN32_HANDLES"
/* Descriptors that handles may take with them. Ours: below the usual limit. */
#define INHERITED_FDS_MAX 512

/**
 * struct inheritance - what goes along
 * @fds, @n_fds: descriptors that stay open in the child, owned; the first is
 *         the memory file, once handles_pack() has made it
 * @only, @n_only: no handles but these; borrowed; NULL: all
 * @to_other: the child is started with a token
 */
struct inheritance {
	int fds[INHERITED_FDS_MAX];
	size_t n_fds;
	struct guise_buf bytes;
	unsigned n_handles;
	const HANDLE *only;
	size_t n_only;
	bool to_other;
};

/* Collects the child's own token (NULL: it is as this process is) and, with
 * @handles, the handles that are inherited. STATUS_INVALID_PARAMETER: one of
 * @only is not */
NTSTATUS handles_pack(const struct guise_token *primary, bool handles,
		      struct inheritance *ret);
void inheritance_clear(struct inheritance *inheritance);

#endif
