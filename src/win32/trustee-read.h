/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trustees and entries of accctrl.h as the library's values, and back. The A
 * and W structures have one layout; which of them is meant is said by @wide.
 */
#ifndef WIN32_TRUSTEE_READ_H
#define WIN32_TRUSTEE_READ_H

#include <guise/acl-edit.h>

#include "facade.h"

#include <accctrl.h>

/**
 * struct read_trustee - a trustee, and the memory its names are in
 */
struct read_trustee {
	struct guise_trustee value;
	char *name;
	char *type;
	char *heirs;
};

/**
 * trustee_read() - a trustee as a value
 * @trustee: the caller's
 * @ret: zero; the caller's to clear, also on failure
 *
 * Return: 0; INVALID_PARAMETER (NULL, a form that is none, more than one
 * trustee); INVALID_SID; NO_MEMORY.
 */
NTSTATUS trustee_read(const TRUSTEE_W *trustee, bool wide,
		      struct read_trustee *ret);

/** read_trustee_clear() - release the names; for GUISE_AUTO() */
void read_trustee_clear(struct read_trustee *trustee);

/**
 * struct read_entries - entries, and the memory their trustees are in
 */
struct read_entries {
	struct guise_explicit_access *values;
	struct read_trustee *trustees;
	size_t n;
};

/**
 * entries_read() - entries as values
 * @ret: zero; the caller's to clear, also on failure
 *
 * Return: as trustee_read(); INVALID_PARAMETER also for too many.
 */
NTSTATUS entries_read(const EXPLICIT_ACCESS_W *entries, size_t n, bool wide,
		      struct read_entries *ret);

/** read_entries_clear() - release all; for GUISE_AUTO() */
void read_entries_clear(struct read_entries *entries);

/**
 * entries_new() - the entries of an ACL in memory of their own, one piece for
 * LocalFree
 * @acl: borrowed, may be NULL: none
 * @ret: NULL if there are none
 *
 * Return: 0; NO_MEMORY.
 */
NTSTATUS entries_new(const struct guise_acl *acl, EXPLICIT_ACCESS_W **ret,
		     ULONG *ret_n);

/**
 * struct edit - who is asked while entries are edited
 * @options: points at @user: do not copy
 */
struct edit {
	struct guise_edit_options options;
	struct guise_sid user;
};

/** edit_init() - ask the system's accounts; CURRENT_USER is the calling
 * thread's user. Return: 0; errors of guise_effective_token(). */
NTSTATUS edit_init(struct edit *ret);

#endif
