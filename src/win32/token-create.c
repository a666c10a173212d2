/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NtCreateToken: any token out of its parts, for who holds SeCreateToken. Who
 * it is to the kernel is said by its SIDs: those of Unix users and groups mean
 * just these, the process's own user means the process's own. Any other token
 * is nobody there, and is not impersonated above identification.
 */
#include <guise/session.h>
#include <guise/thread-token.h>

#include <winternl.h>

#include "sd-read.h"
#include "token-args.h"
#include "token-query.h"
#include "token.h"
#include "user-memory.h"

/**
 * struct parts - what the caller passed, read
 * @groups, @dacl, @sd: owned; @dacl and @sd may be NULL
 * @present, @enabled, @by_default: privileges, as masks
 * @attributes: of the handle
 */
struct parts {
	enum guise_token_type type;
	enum guise_level level;
	guise_luid session;
	int64_t expiration;
	struct guise_sid_and_attributes user;
	struct guise_sid_and_attributes *groups;
	size_t n_groups;
	uint64_t present, enabled, by_default;
	struct guise_sid owner;
	bool has_owner;
	struct guise_sid primary_group;
	const struct guise_acl *dacl;
	TOKEN_SOURCE source;
	const struct guise_sd *sd;
	ULONG attributes;
};

static void parts_clear(struct parts *parts)
{
	free(parts->groups);
	parts->dacl = guise_acl_unref(parts->dacl);
	parts->sd = guise_sd_unref(parts->sd);
}

static NTSTATUS copy_in(const void *from, size_t size, void *ret)
{
	if (!user_readable(from, size))
		return STATUS_ACCESS_VIOLATION;
	memcpy(ret, from, size);
	return STATUS_SUCCESS;
}

/* An impersonation token's level is the quality of service's; without one
 * there is none. */
static NTSTATUS read_attributes(const OBJECT_ATTRIBUTES *attributes,
				struct parts *ret)
{
	SECURITY_QUALITY_OF_SERVICE qos;
	OBJECT_ATTRIBUTES said = {0};
	NTSTATUS status = STATUS_SUCCESS;

	ret->level = GUISE_LEVEL_IMPERSONATION;
	if (attributes)
		status = copy_in(attributes, sizeof(said), &said);
	if (status >= 0)
		status = sd_read_optional(said.SecurityDescriptor, &ret->sd);
	if (status < 0)
		return status;
	ret->attributes = said.Attributes;
	if (ret->type == GUISE_TOKEN_PRIMARY)
		return STATUS_SUCCESS;
	if (!said.SecurityQualityOfService)
		return STATUS_BAD_IMPERSONATION_LEVEL;
	status = copy_in(said.SecurityQualityOfService, sizeof(qos), &qos);
	if (status < 0)
		return status;
	if (!VALID_IMPERSONATION_LEVEL((int)qos.ImpersonationLevel))
		return STATUS_BAD_IMPERSONATION_LEVEL;
	ret->level = (enum guise_level)qos.ImpersonationLevel;
	return STATUS_SUCCESS;
}

/* The structures with one SID begin with the pointer to it. */
static NTSTATUS read_one_sid(const void *from, struct guise_sid *ret)
{
	PSID sid;
	NTSTATUS status = copy_in(from, sizeof(sid), &sid);

	return status < 0 ? status : sid_from_memory(sid, ret);
}

static NTSTATUS read_user(const TOKEN_USER *user, struct parts *ret)
{
	TOKEN_USER said;
	NTSTATUS status = copy_in(user, sizeof(said), &said);

	if (status < 0)
		return status;
	ret->user.attributes = said.User.Attributes;
	return sid_from_memory(said.User.Sid, &ret->user.sid);
}

static NTSTATUS read_privileges(const TOKEN_PRIVILEGES *privileges,
				struct parts *ret)
{
	GUISE_AUTO(freep) struct guise_privilege_change *read = NULL;
	size_t n;
	NTSTATUS status = privileges_read(privileges, &read, &n);

	if (status < 0)
		return status;
	for (size_t i = 0; i < n; i++) {
		const uint64_t bit = changes_mask(&read[i], 1);

		if (!bit)
			return STATUS_NO_SUCH_PRIVILEGE;
		ret->present |= bit;
		if (read[i].attributes & SE_PRIVILEGE_ENABLED)
			ret->enabled |= bit;
		if (read[i].attributes & SE_PRIVILEGE_ENABLED_BY_DEFAULT)
			ret->by_default |= bit;
	}
	return STATUS_SUCCESS;
}

static NTSTATUS read_dacl(const TOKEN_DEFAULT_DACL *dacl, struct parts *ret)
{
	TOKEN_DEFAULT_DACL said;
	NTSTATUS status;

	if (!dacl)
		return STATUS_SUCCESS;
	status = copy_in(dacl, sizeof(said), &said);
	if (status < 0 || !said.DefaultDacl)
		return status;
	return acl_read(said.DefaultDacl, &ret->dacl);
}

static NTSTATUS read_owner(const TOKEN_OWNER *owner, struct parts *ret)
{
	ret->has_owner = owner != NULL;
	return owner ? read_one_sid(owner, &ret->owner) : STATUS_SUCCESS;
}

static NTSTATUS read_facts(const LUID *session, const LARGE_INTEGER *expiration,
			   const TOKEN_SOURCE *source, struct parts *ret)
{
	LUID id;
	NTSTATUS status = copy_in(session, sizeof(id), &id);

	if (status >= 0)
		status = copy_in(expiration, sizeof(ret->expiration),
				 &ret->expiration);
	if (status >= 0)
		status = copy_in(source, sizeof(ret->source), &ret->source);
	if (status >= 0)
		ret->session = luid_number(&id);
	return status;
}

static NTSTATUS read_members(const TOKEN_USER *user, const TOKEN_GROUPS *groups,
			     const TOKEN_PRIVILEGES *privileges,
			     struct parts *ret)
{
	NTSTATUS status = read_user(user, ret);

	if (status >= 0)
		status = groups_read(groups, &ret->groups, &ret->n_groups);
	if (status >= 0)
		status = read_privileges(privileges, ret);
	return status;
}

static NTSTATUS read_defaults(const TOKEN_OWNER *owner,
			      const TOKEN_PRIMARY_GROUP *primary_group,
			      const TOKEN_DEFAULT_DACL *dacl, struct parts *ret)
{
	NTSTATUS status = read_owner(owner, ret);

	if (status >= 0)
		status = read_one_sid(primary_group, &ret->primary_group);
	if (status >= 0)
		status = read_dacl(dacl, ret);
	return status;
}

static void add_groups(struct guise_token_builder *b, const struct parts *parts)
{
	struct guise_sid medium;
	bool has_label = false;

	for (size_t i = 0; i < parts->n_groups; i++) {
		guise_token_builder_group(b, &parts->groups[i].sid,
					  parts->groups[i].attributes);
		has_label |=
			(parts->groups[i].attributes & SE_GROUP_INTEGRITY) != 0;
	}
	if (!has_label &&
	    guise_sid_well_known(GUISE_SID_MEDIUM_LABEL, NULL, &medium) == 0)
		guise_token_builder_integrity(b, &medium);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
}

/* Unix groups among the enabled ones; @ret has room for all */
static size_t unix_groups(const struct parts *parts, uint32_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < parts->n_groups; i++) {
		if ((parts->groups[i].attributes & SE_GROUP_ENABLED) &&
		    guise_sid_to_gid(&parts->groups[i].sid, &ret[n]))
			n++;
	}
	return n;
}

static int set_unix(struct guise_token_builder *b, const struct parts *parts)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *own = NULL;
	GUISE_AUTO(freep) uint32_t *groups = NULL;
	struct guise_token_object *process;
	uint32_t uid, gid;
	int r = guise_process_token(&process);

	if (r < 0)
		return r;
	groups = array_alloc(parts->n_groups, sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	own = guise_token_object_token(process);
	if (guise_sid_equal(&parts->user.sid, &guise_token_user(own)->sid)) {
		uid = guise_token_unix(own)->uid;
		gid = guise_token_unix(own)->gid;
	} else if (!guise_sid_to_uid(&parts->user.sid, &uid) ||
		   !guise_sid_to_gid(&parts->primary_group, &gid)) {
		return 0;
	}
	if (uid != GUISE_UID_NONE)
		guise_token_builder_unix(b, uid, gid, groups,
					 unix_groups(parts, groups));
	return 0;
}

static int build(struct guise_token_builder *b, const struct parts *parts)
{
	char source[TOKEN_SOURCE_LENGTH + 1] = {0};

	memcpy(source, parts->source.SourceName, TOKEN_SOURCE_LENGTH);
	guise_token_builder_type(b, parts->type, parts->level);
	guise_token_builder_user(b, &parts->user.sid, parts->user.attributes);
	add_groups(b, parts);
	guise_token_builder_privileges(b, parts->present, parts->enabled,
				       parts->by_default);
	if (parts->has_owner)
		guise_token_builder_owner(b, &parts->owner);
	guise_token_builder_primary_group(b, &parts->primary_group);
	guise_token_builder_default_dacl(b, parts->dacl);
	guise_token_builder_ids(b, guise_luid_new(), parts->session, 0);
	guise_token_builder_expiration(b, parts->expiration);
	guise_token_builder_source(b, source);
	guise_token_builder_source_id(
		b, luid_number(&parts->source.SourceIdentifier));
	return set_unix(b, parts);
}

static int make(const struct parts *parts, struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct guise_session session = {.size = sizeof(session)};
	bool exists = guise_session_find(parts->session, &session) == 0;
	int r = guise_effective_token(&caller);

	if (r == 0)
		r = guise_token_builder_new(&b);
	if (r == 0)
		r = build(b, parts);
	if (r == 0)
		r = guise_token_create(b, caller, exists, &token);
	return r < 0 ? r
		     : guise_token_object_new(token, caller, parts->sd, ret);
}

static NTSTATUS give(const struct parts *parts, ACCESS_MASK access, HANDLE *ret)
{
	struct guise_token_object *cell;
	ACCESS_MASK granted;
	NTSTATUS status = object_creator_access(&token_type, access, &granted);

	if (status >= 0)
		status = status_of(make(parts, &cell));
	return status < 0 ? status
			  : token_handle_new(cell, granted, parts->attributes,
					     ret);
}

NTSTATUS NTAPI NtCreateToken(PHANDLE ret, ACCESS_MASK access,
			     POBJECT_ATTRIBUTES attributes, TOKEN_TYPE type,
			     PLUID session, PLARGE_INTEGER expiration,
			     PTOKEN_USER user, PTOKEN_GROUPS groups,
			     PTOKEN_PRIVILEGES privileges, PTOKEN_OWNER owner,
			     PTOKEN_PRIMARY_GROUP primary_group,
			     PTOKEN_DEFAULT_DACL dacl, PTOKEN_SOURCE source)
{
	GUISE_AUTO(parts_clear)
	struct parts parts = {.type = (enum guise_token_type)type};
	HANDLE made;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)) || !groups || !privileges)
		return STATUS_ACCESS_VIOLATION;
	if (type != TokenPrimary && type != TokenImpersonation)
		return STATUS_INVALID_PARAMETER;
	status = read_attributes(attributes, &parts);
	if (status >= 0)
		status = read_facts(session, expiration, source, &parts);
	if (status >= 0)
		status = read_members(user, groups, privileges, &parts);
	if (status >= 0)
		status = read_defaults(owner, primary_group, dacl, &parts);
	if (status >= 0)
		status = give(&parts, access, &made);
	if (status >= 0)
		*ret = made;
	return status;
}
