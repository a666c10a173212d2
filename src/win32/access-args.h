/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the functions of the AccessCheck family have in common: reading what is
 * asked and answering with masks, statuses and privileges. All of what the
 * caller points to is probed: these are system calls on Windows.
 */
#ifndef WIN32_ACCESS_ARGS_H
#define WIN32_ACCESS_ARGS_H

#include <guise/access.h>
#include <guise/token.h>

#include "facade.h"

/**
 * struct access_call - what the caller passed
 * @with_types: of the ByType functions
 * @list: one answer for each type; there must be one
 */
struct access_call {
	PSECURITY_DESCRIPTOR sd;
	PSID self;
	ACCESS_MASK desired;
	const OBJECT_TYPE_LIST *types;
	ULONG n_types;
	const GENERIC_MAPPING *mapping;
	bool list;
};

/**
 * struct access_args - the same, read
 * @sd: owned
 * @types: owned; NULL if there are none
 * @options: points into the rest: do not copy
 */
struct access_args {
	const struct guise_sd *sd;
	struct guise_object_type *types;
	struct guise_sid self;
	struct guise_generic_mapping mapping;
	struct guise_access_options options;
	ACCESS_MASK desired;
};

/**
 * access_args_read() - read a call
 * @ret: zero; the caller's to clear, also on failure
 *
 * Return: 0; INVALID_PARAMETER (types that are no tree, or none where there
 * must be); INVALID_SECURITY_DESCR (NULL, or no owner or group);
 * ACCESS_VIOLATION; what sd_read() and sid_from_memory() say; NO_MEMORY.
 */
NTSTATUS access_args_read(const struct access_call *call,
			  struct access_args *ret);

/**
 * access_request_read() - what is asked without a descriptor and a mapping
 * @self: may be NULL
 * @ret: zero; the caller's to clear, also on failure
 *
 * Return: as access_args_read().
 */
NTSTATUS access_request_read(PSID self, const OBJECT_TYPE_LIST *types,
			     ULONG n_types, ACCESS_MASK desired,
			     struct access_args *ret);

/** access_args_clear() - release what is in it; for GUISE_AUTO() */
void access_args_clear(struct access_args *args);

/**
 * access_answers_writable() - the callers' arrays of @n masks and statuses
 * Return: 0; ACCESS_VIOLATION.
 */
NTSTATUS access_answers_writable(PACCESS_MASK granted, NTSTATUS *status,
				 ULONG n);

/** access_answer() - what one decision is to the caller
 * @list: of a result list: what was granted is said of a refusal, too */
void access_answer(const struct guise_decision *decision, ACCESS_MASK desired,
		   bool list, PACCESS_MASK ret_granted, NTSTATUS *ret_status);

/**
 * privilege_set_check() - is there room for the least set?
 * @size: the caller's; becomes what is needed
 *
 * Return: 0; BUFFER_TOO_SMALL.
 */
NTSTATUS privilege_set_check(PULONG size);

/**
 * privilege_set_write() - privileges that were used
 * @privileges: as a mask
 *
 * Return: 0; BUFFER_TOO_SMALL, @size becomes what is needed.
 */
NTSTATUS privilege_set_write(uint64_t privileges, PPRIVILEGE_SET ret,
			     PULONG size);

/**
 * privilege_set_read() - the privileges in a set as a mask; unknown ones are
 * left out
 * Return: 0; ACCESS_VIOLATION; INVALID_PARAMETER (too many).
 */
NTSTATUS privilege_set_read(const PRIVILEGE_SET *set, uint64_t *ret);

#endif
