/* SPDX-License-Identifier: Apache-2.0 */
/* Putting entries into an ACL in the caller's memory. */
#ifndef WIN32_ACL_BYTES_H
#define WIN32_ACL_BYTES_H

#include <guise/acl.h>

#include "facade.h"

/**
 * acl_append() - one entry behind the others
 * @acl: the caller's; unchanged on failure
 * @revision: what the caller says it is an ACL of; the ACL's is raised to it
 * @ace: the entry
 * @ret_size: may be NULL: the bytes the ACL then takes; written also if there
 *            is no room for it
 *
 * Return: 0; REVISION_MISMATCH (either revision is above 4, or @revision is
 * below what the type needs); INVALID_ACL; ALLOTTED_SPACE_EXCEEDED; NO_MEMORY;
 * what guise_acl_new() says.
 */
NTSTATUS acl_append(PACL acl, ULONG revision, const struct guise_ace *ace,
		    ULONG *ret_size);

#endif
