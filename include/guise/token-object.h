/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token objects: what a process, a thread and any number of handles have in
 * common. The object is a cell. It holds the token as it is now (which is
 * immutable: to change it is to put another one in) and the object's own
 * security descriptor. Whoever holds the object sees each change at once.
 *
 * A handle is a reference to an object together with the rights that were
 * granted when it was opened. Functions on handles check those rights, and the
 * privileges of the caller where Windows asks for one; functions on objects
 * check nothing and are for code that is trusted with the object.
 *
 * "caller" is always the effective token of who asks: borrowed, never NULL.
 *
 * All functions are thread-safe. Cost: constant, but for what making the new
 * token costs (token-change.h); opening is one access check.
 */
#ifndef GUISE_TOKEN_OBJECT_H
#define GUISE_TOKEN_OBJECT_H

#include <guise/sd-edit.h>
#include <guise/token-change.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_token_access {
	GUISE_TOKEN_ASSIGN_PRIMARY = 0x1,
	GUISE_TOKEN_DUPLICATE = 0x2,
	GUISE_TOKEN_IMPERSONATE = 0x4,
	GUISE_TOKEN_QUERY = 0x8,
	GUISE_TOKEN_QUERY_SOURCE = 0x10,
	GUISE_TOKEN_ADJUST_PRIVILEGES = 0x20,
	GUISE_TOKEN_ADJUST_GROUPS = 0x40,
	GUISE_TOKEN_ADJUST_DEFAULT = 0x80,
	GUISE_TOKEN_ADJUST_SESSIONID = 0x100,
	GUISE_TOKEN_READ = 0x20008,
	GUISE_TOKEN_WRITE = 0x200e0,
	GUISE_TOKEN_EXECUTE = 0x20000,
	GUISE_TOKEN_ALL_ACCESS = 0xf01ff,
};

struct guise_token_object;

/**
 * guise_token_object_new() - an object around a token
 * @token: borrowed; the object takes a reference of its own
 * @creator: borrowed: who creates it: gives what @sd lacks; NULL: @token itself
 * @sd: borrowed, may be NULL: a descriptor for the object
 * @ret: returns a reference
 *
 * Owner, group and DACL that @sd does not say are the creator's defaults; a
 * creator without a default DACL gives full access to its user and SYSTEM. An
 * owner, SACL or label in @sd is subject to what the creator may set.
 *
 * Return: 0; those of guise_inherit(); -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_token_object_new(
	const struct guise_token *token, const struct guise_token *creator,
	const struct guise_sd *sd, struct guise_token_object **ret);

/** guise_token_object_ref() - one more reference; returns @object, NULL for
 * NULL */
GUISE_API struct guise_token_object *
guise_token_object_ref(struct guise_token_object *object);

/**
 * guise_token_object_unref() - give a reference back; the last one frees it.
 * NULL is fine; always returns NULL
 */
GUISE_API struct guise_token_object *
guise_token_object_unref(struct guise_token_object *object);

/**
 * guise_token_object_unrefp() - unref *@object and set it to NULL, for
 * GUISE_AUTO(); @object is not NULL, *@object may be
 */
GUISE_API void guise_token_object_unrefp(struct guise_token_object **object);

/** guise_token_object_token() - the token as it is now; returns a reference */
GUISE_API const struct guise_token *
guise_token_object_token(struct guise_token_object *object);

/**
 * guise_token_object_generation() - how often the token was replaced: who keeps
 * a reference sees without a lock whether it is still the current one
 */
GUISE_API uint64_t
guise_token_object_generation(const struct guise_token_object *object);

/**
 * guise_token_object_replace() - put another token in, if nobody else has
 * @expected: borrowed: the token that @token was made from
 * @token: borrowed; the object takes a reference of its own
 *
 * Type and level of an object never change. Threads that run as the object have
 * the new token's privileges when this returns.
 *
 * Return: 0; -EAGAIN (@expected is not the current one: start again from
 * that); GUISE_E_BAD_TOKEN_TYPE (another type or level, or
 * other credentials for other machines); -ETIMEDOUT (the change
 * is made, but a thread could not be reached, and follows as soon as it can);
 * -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_object_replace(struct guise_token_object *object,
			   const struct guise_token *expected,
			   const struct guise_token *token);

/** guise_token_object_sd() - its descriptor as it is now; returns a reference
 */
GUISE_API const struct guise_sd *
guise_token_object_sd(struct guise_token_object *object);

/**
 * struct guise_token_handle - an object and what was granted on it
 * @object: a reference; NULL: not open
 * @granted: bits of enum guise_token_access and of enum guise_access_mask
 *
 * Zero-initialised it is not open. All functions say -EBADF then.
 */
struct guise_token_handle {
	struct guise_token_object *object;
	uint32_t granted;
};

/**
 * guise_token_handle_close() - give the object back and make @handle not open;
 * NULL and a handle not open are fine; for GUISE_AUTO(), too
 */
GUISE_API void guise_token_handle_close(struct guise_token_handle *handle);

/**
 * guise_token_open() - a handle to @object, if its descriptor lets @caller
 * @desired: may hold generic rights, MAXIMUM_ALLOWED, ACCESS_SYSTEM_SECURITY
 * @ret: the caller's to close
 *
 * Return: 0; GUISE_E_ACCESS_DENIED, also for no right at all;
 * GUISE_E_PRIVILEGE_NOT_HELD (ACCESS_SYSTEM_SECURITY without SeSecurity);
 * GUISE_E_BAD_LEVEL (@caller is an impersonation token below impersonation);
 * -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_token_open(struct guise_token_object *object,
					      const struct guise_token *caller,
					      uint32_t desired,
					      struct guise_token_handle *ret);

/**
 * guise_token_handle_query() - the token as it is now
 * @needed: GUISE_TOKEN_QUERY or GUISE_TOKEN_QUERY_SOURCE, or 0
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_ACCESS_DENIED; -EBADF; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_query(const struct guise_token_handle *handle,
			 uint32_t needed, const struct guise_token **ret);

/**
 * guise_token_handle_duplicate() - DuplicateTokenEx: a new object; needs
 * DUPLICATE
 * @caller: borrowed: creator of the new object
 * @desired: 0: what @handle has; MAXIMUM_ALLOWED: all access, as its maker has
 *           it to anything new; else as in guise_token_open(), checked
 *           against the new object's descriptor
 * @options: borrowed; its token id is not used: each duplicate gets its own
 * @sd: borrowed, may be NULL: as in guise_token_object_new()
 * @ret: the caller's to close
 *
 * Return: 0; those of guise_token_duplicate(), guise_token_object_new() and
 * guise_token_open(); GUISE_E_ACCESS_DENIED; -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_duplicate(const struct guise_token_handle *handle,
			     const struct guise_token *caller, uint32_t desired,
			     const struct guise_duplicate_options *options,
			     const struct guise_sd *sd,
			     struct guise_token_handle *ret);

/**
 * guise_token_handle_filter() - CreateRestrictedToken: a new object; needs
 * DUPLICATE; the new handle has what @handle has
 * @options: borrowed; its token id is not used
 *
 * Return: 0; those of guise_token_filter() and guise_token_object_new();
 * GUISE_E_ACCESS_DENIED; -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_filter(const struct guise_token_handle *handle,
			  const struct guise_token *caller,
			  const struct guise_filter_options *options,
			  struct guise_token_handle *ret);

/**
 * guise_token_handle_lowbox() - NtCreateLowBoxToken: a new object; needs
 * DUPLICATE; @desired as in guise_token_handle_duplicate()
 * @options: borrowed; its token id is not used
 *
 * Return: 0; those of guise_token_lowbox() and guise_token_object_new();
 * GUISE_E_ACCESS_DENIED; -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_lowbox(const struct guise_token_handle *handle,
			  const struct guise_token *caller, uint32_t desired,
			  const struct guise_lowbox_options *options,
			  const struct guise_sd *sd,
			  struct guise_token_handle *ret);

/**
 * struct guise_adjusted - what an adjustment of an object's token did
 * @before: returns a reference: the token it was; the other fields say how
 *          @after differs
 * @after: returns a reference: the token it became
 * @changed: privileges that changed (struct guise_privileges_adjusted)
 * @all_assigned: all that were named are there
 */
struct guise_adjusted {
	const struct guise_token *before;
	const struct guise_token *after;
	uint64_t changed;
	bool all_assigned;
};

/** guise_adjusted_clear() - release what is in it and make it zero; NULL is
 * fine; for GUISE_AUTO(), too */
GUISE_API void guise_adjusted_clear(struct guise_adjusted *adjusted);

/**
 * typedef guise_adjusted_fits - whether the caller has room for the previous
 * state, asked before anything changes
 * @context: the caller's
 * @adjusted: borrowed: what is about to happen
 *
 * Called without a lock, possibly more than once. False: nothing changes.
 */
typedef bool guise_adjusted_fits(void *context,
				 const struct guise_adjusted *adjusted);

/**
 * guise_token_handle_adjust_privileges() - AdjustTokenPrivileges; needs
 * ADJUST_PRIVILEGES, and QUERY with @fits
 * @changes, @n_changes: borrowed; NULL: disable all
 * @fits, @context: NULL: the previous state is not wanted
 * @ret: the caller's to clear; may be NULL
 *
 * Return: 0; GUISE_E_ACCESS_DENIED; -ERANGE (@fits said no); -ETIMEDOUT as in
 * guise_token_object_replace(), @ret is untouched then; -ENOMEM; -EBADF;
 * -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_token_handle_adjust_privileges(
	const struct guise_token_handle *handle,
	const struct guise_privilege_change *changes, size_t n_changes,
	guise_adjusted_fits *fits, void *context, struct guise_adjusted *ret);

/**
 * guise_token_handle_adjust_groups() - AdjustTokenGroups; needs ADJUST_GROUPS,
 * and QUERY with @fits
 * @changes, @n_changes: borrowed; NULL: reset to default
 * @fits, @context: NULL: the previous state is not wanted
 * @ret: the caller's to clear; may be NULL; the previous state is where the
 *       groups of @ret->before and @ret->after, in the same order, differ
 *
 * Return: 0; those of guise_token_adjust_groups(); GUISE_E_ACCESS_DENIED;
 * -ERANGE (@fits said no); -ETIMEDOUT as above; -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_adjust_groups(const struct guise_token_handle *handle,
				 const struct guise_sid_and_attributes *changes,
				 size_t n_changes, guise_adjusted_fits *fits,
				 void *context, struct guise_adjusted *ret);

/**
 * guise_token_handle_set() - SetTokenInformation
 * @value: borrowed
 *
 * Needs ADJUST_DEFAULT; for the session id ADJUST_SESSIONID as well. SeTcb of
 * @caller for session id, audit policy, origin, UI access, mandatory policy,
 * security attributes, and for a label above the token's own; SeCreateToken for
 * allowing virtualization.
 *
 * Return: 0; those of guise_token_set(); GUISE_E_ACCESS_DENIED;
 * GUISE_E_PRIVILEGE_NOT_HELD; -ETIMEDOUT as in guise_token_object_replace();
 * -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_set(const struct guise_token_handle *handle,
		       const struct guise_token *caller,
		       const struct guise_token_value *value);

/**
 * guise_token_handle_sd() - NtQuerySecurityObject
 * @information: enum guise_security_information; needs
 *         guise_sd_query_access()
 * @ret: returns a reference: those parts
 *
 * Return: 0; those of guise_sd_select(); GUISE_E_ACCESS_DENIED; -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_sd(const struct guise_token_handle *handle,
		      uint32_t information, const struct guise_sd **ret);

/**
 * guise_token_handle_set_sd() - NtSetSecurityObject
 * @information: needs guise_sd_set_access()
 * @sd: borrowed: where the parts are taken from
 *
 * Return: 0; those of guise_sd_set(); GUISE_E_ACCESS_DENIED; -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_set_sd(const struct guise_token_handle *handle,
			  const struct guise_token *caller,
			  uint32_t information, const struct guise_sd *sd);

/**
 * guise_token_handle_linked() - TokenLinkedToken: a new object for what the
 * logon session of the token is linked to; needs QUERY
 * @linked: borrowed: the linked session's token; NULL: there is none
 * @ret: the caller's to close; has all access
 *
 * With SeTcb of @caller it is a primary token, else one at identification
 * level.
 *
 * Return: 0; GUISE_E_NO_SUCH_LOGON_SESSION (@linked is NULL);
 * those of guise_token_duplicate() and guise_token_object_new();
 * GUISE_E_ACCESS_DENIED; -EBADF.
 */
GUISE_API GUISE_MUST_USE int
guise_token_handle_linked(const struct guise_token_handle *handle,
			  const struct guise_token *caller,
			  const struct guise_token *linked,
			  struct guise_token_handle *ret);

#ifdef __cplusplus
}
#endif
#endif
