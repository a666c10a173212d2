/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing a client: its token is made anew with another list of SIDs or
 * another set of claims. All of a change happens or nothing.
 */
#include <strings.h>

#include <guise/claim.h>

#include "authz-internal.h"
#include "claim-read.h"
#include "sd-read.h"
#include "status.h"

/* SIDs while they are edited. */
struct sid_list {
	struct guise_sid_and_attributes *at;
	size_t n;
};

static void list_remove(struct sid_list *list, const struct guise_sid *sid)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (!guise_sid_equal(&list->at[i].sid, sid))
			list->at[kept++] = list->at[i];
	}
	list->n = kept;
}

/* One operation on the list, which has room for one more SID each. */
static NTSTATUS list_edit(struct sid_list *list, AUTHZ_SID_OPERATION operation,
			  const SID_AND_ATTRIBUTES *from)
{
	struct guise_sid_and_attributes group;
	NTSTATUS status;

	if (operation == AUTHZ_SID_OPERATION_NONE)
		return STATUS_SUCCESS;
	status = read_group(from, &group);
	if (status)
		return status;
	switch ((int)operation) {
	case AUTHZ_SID_OPERATION_DELETE:
		list_remove(list, &group.sid);
		return STATUS_SUCCESS;
	case AUTHZ_SID_OPERATION_ADD:
	case AUTHZ_SID_OPERATION_REPLACE:
	case AUTHZ_SID_OPERATION_REPLACE_ALL:
		list_remove(list, &group.sid);
		list->at[list->n++] = group;
		return STATUS_SUCCESS;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

/* The lists of a token that can be changed, as they are to be. */
struct lists {
	struct sid_list groups;
	struct sid_list restricted;
	struct sid_list device;
};

static struct sid_list as_list(const struct guise_sid_and_attributes *(*get)(
				       const struct guise_token *, size_t *),
			       const struct guise_token *token)
{
	struct sid_list list = {0};

	/* only read: what is edited is a copy */
	list.at = (struct guise_sid_and_attributes *)(uintptr_t)get(token,
								    &list.n);
	return list;
}

static void copy_rest(struct guise_token_builder *b,
		      const struct guise_token *from)
{
	const struct guise_sid_and_attributes *user = guise_token_user(from);

	guise_token_builder_user(b, &user->sid, user->attributes);
	guise_token_builder_privileges(b, guise_token_privileges(from),
				       guise_token_privileges_enabled(from),
				       guise_token_privileges_default(from));
	guise_token_builder_default_dacl(b, guise_token_default_dacl(from));
	guise_token_builder_mandatory_policy(
		b, guise_token_mandatory_policy(from));
	guise_token_builder_name(b, guise_token_name(from));
	guise_token_builder_ids(b, guise_token_id(from),
				guise_token_authentication_id(from),
				guise_token_origin(from));
	guise_token_builder_type(b, guise_token_type(from),
				 guise_token_level(from));
	for (int kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		guise_token_builder_claims(
			b, (enum guise_token_claims_kind)kind,
			guise_token_claims(from,
					   (enum guise_token_claims_kind)kind));
	if (guise_token_trust_level(from))
		guise_token_builder_trust_level(b,
						guise_token_trust_level(from));
}

static void copy_package(struct guise_token_builder *b,
			 const struct guise_token *from)
{
	const struct guise_sid_and_attributes *capabilities;
	size_t n;

	if (!guise_token_package(from))
		return;
	guise_token_builder_package(b, guise_token_package(from));
	capabilities = guise_token_capabilities(from, &n);
	for (size_t i = 0; i < n; i++)
		guise_token_builder_capability(b, &capabilities[i].sid,
					       capabilities[i].attributes);
}

/* @from with other lists. Owner and primary group are the defaults: nothing is
 * made in a client's name. */
static NTSTATUS token_with_lists(const struct guise_token *from,
				 const struct lists *lists,
				 const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	NTSTATUS status = status_of(guise_token_builder_new(&b));

	if (status)
		return status;
	copy_rest(b, from);
	for (size_t i = 0; i < lists->groups.n; i++)
		guise_token_builder_group(b, &lists->groups.at[i].sid,
					  lists->groups.at[i].attributes);
	for (size_t i = 0; i < lists->restricted.n; i++)
		guise_token_builder_restricted_sid(
			b, &lists->restricted.at[i].sid);
	for (size_t i = 0; i < lists->device.n; i++)
		guise_token_builder_device_group(
			b, &lists->device.at[i].sid,
			lists->device.at[i].attributes);
	copy_package(b, from);
	guise_token_builder_flags(b, guise_token_flags(from));
	return status_of(guise_token_builder_seal(b, ret));
}

static struct sid_list *chosen(struct lists *lists,
			       AUTHZ_CONTEXT_INFORMATION_CLASS which)
{
	switch ((int)which) {
	case AuthzContextInfoGroupsSids:
		return &lists->groups;
	case AuthzContextInfoRestrictedSids:
		return &lists->restricted;
	case AuthzContextInfoDeviceSids:
		return &lists->device;
	default:
		return NULL;
	}
}

/* Copies a list or, of one that is replaced, the label in it: that is not
 * anybody to be a member of. */
static void list_copy(struct sid_list *list, bool label_only,
		      struct guise_sid_and_attributes *copy)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (!label_only ||
		    (list->at[i].attributes & GUISE_GROUP_INTEGRITY))
			copy[n++] = list->at[i];
	}
	*list = (struct sid_list){copy, n};
}

static NTSTATUS edit_list(struct sid_list *list,
			  const AUTHZ_SID_OPERATION *operations,
			  const TOKEN_GROUPS *sids)
{
	const SID_AND_ATTRIBUTES *at = sids->Groups;
	struct guise_sid_and_attributes *copy;
	NTSTATUS status = STATUS_SUCCESS;

	if (sids->GroupCount > GUISE_TOKEN_SIDS_MAX)
		return STATUS_INVALID_PARAMETER;
	copy = array_alloc(list->n + sids->GroupCount, sizeof(*copy));
	if (!copy)
		return STATUS_NO_MEMORY;
	/* REPLACE_ALL comes first and is then meant for all, or for none */
	list_copy(list, operations[0] == AUTHZ_SID_OPERATION_REPLACE_ALL, copy);
	for (DWORD i = 0; !status && i < sids->GroupCount; i++)
		status = list_edit(list, operations[i], &at[i]);
	return status;
}

/* What AuthzModifySids is asked to do */
struct sid_change {
	AUTHZ_CONTEXT_INFORMATION_CLASS which;
	const AUTHZ_SID_OPERATION *operations;
	const TOKEN_GROUPS *sids;
};

static NTSTATUS modify_sids(const struct guise_token *before, const void *what,
			    const struct guise_token **ret)
{
	const struct sid_change *change = what;
	struct lists lists = {
		.groups = as_list(guise_token_groups, before),
		.restricted = as_list(guise_token_restricted_sids, before),
		.device = as_list(guise_token_device_groups, before),
	};
	struct sid_list *list = chosen(&lists, change->which);
	struct guise_sid_and_attributes *shared;
	NTSTATUS status;

	if (!list)
		return STATUS_INVALID_PARAMETER;
	shared = list->at;
	status = edit_list(list, change->operations, change->sids);
	if (!status)
		status = token_with_lists(before, &lists, ret);
	if (list->at != shared)
		free(list->at);
	return status;
}

BOOL AuthzModifySids(AUTHZ_CLIENT_CONTEXT_HANDLE context,
		     AUTHZ_CONTEXT_INFORMATION_CLASS which,
		     PAUTHZ_SID_OPERATION operations, PTOKEN_GROUPS sids)
{
	const TOKEN_GROUPS none = {0};
	const struct sid_change change = {which, operations,
					  sids ? sids : &none};

	if (!context || !operations ||
	    (!sids && operations[0] != AUTHZ_SID_OPERATION_REPLACE_ALL))
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(
		authz_context_change(context, modify_sids, &change));
}

static bool same_name(const struct guise_claim *a, const struct guise_claim *b)
{
	return a->name_size == b->name_size &&
	       strncasecmp(a->name, b->name, a->name_size) == 0;
}

/* Claims while they are edited; they are borrowed from their sets. */
struct claim_list {
	struct guise_claim *at;
	size_t n;
};

static void claims_remove(struct claim_list *list,
			  const struct guise_claim *named)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (!same_name(&list->at[i], named))
			list->at[kept++] = list->at[i];
	}
	list->n = kept;
}

static NTSTATUS claims_edit(struct claim_list *list,
			    AUTHZ_SECURITY_ATTRIBUTE_OPERATION operation,
			    const struct guise_claim *claim)
{
	switch ((int)operation) {
	case AUTHZ_SECURITY_ATTRIBUTE_OPERATION_NONE:
		return STATUS_SUCCESS;
	case AUTHZ_SECURITY_ATTRIBUTE_OPERATION_DELETE:
		claims_remove(list, claim);
		return STATUS_SUCCESS;
	case AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE:
		claims_remove(list, claim);
		break;
	case AUTHZ_SECURITY_ATTRIBUTE_OPERATION_ADD:
	case AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL:
		break;
	default:
		return STATUS_INVALID_PARAMETER;
	}
	list->at[list->n++] = *claim;
	return STATUS_SUCCESS;
}

static NTSTATUS
edited_claims(const struct guise_claims *before,
	      const AUTHZ_SECURITY_ATTRIBUTE_OPERATION *operations,
	      const struct guise_claims *change,
	      const struct guise_claims **ret)
{
	GUISE_AUTO(freep) struct guise_claim *memory = NULL;
	size_t n_before = guise_claims_n(before), n = guise_claims_n(change);
	struct claim_list list = {0};
	NTSTATUS status = STATUS_SUCCESS;

	memory = array_alloc(n_before + n, sizeof(*memory));
	if (!memory)
		return STATUS_NO_MEMORY;
	list.at = memory;
	if (n == 0 ||
	    operations[0] != AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL) {
		for (; list.n < n_before; list.n++)
			list.at[list.n] = *guise_claims_at(before, list.n);
	}
	for (size_t i = 0; !status && i < n; i++)
		status = claims_edit(&list, operations[i],
				     guise_claims_at(change, i));
	return status ? status
		      : status_of(guise_claims_new(list.at, list.n, ret));
}

/* Without attributes REPLACE_ALL takes all away. */
static NTSTATUS
read_change(const AUTHZ_SECURITY_ATTRIBUTE_OPERATION *operations,
	    const AUTHZ_SECURITY_ATTRIBUTES_INFORMATION *attributes,
	    const struct guise_claims **ret, bool *ret_clears)
{
	static_assert(sizeof(AUTHZ_SECURITY_ATTRIBUTE_V1) ==
			      sizeof(CLAIM_SECURITY_ATTRIBUTE_V1),
		      "attributes are claims by another name");

	*ret_clears = !attributes || attributes->AttributeCount == 0;
	if (!*ret_clears)
		return claims_read((const void *)attributes, ret);
	return operations && operations[0] ==
				       AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL
		       ? STATUS_SUCCESS
		       : STATUS_INVALID_PARAMETER;
}

/* What a set of claims is to become */
struct claim_change {
	enum guise_token_claims_kind kind;
	const AUTHZ_SECURITY_ATTRIBUTE_OPERATION *operations;
	const AUTHZ_SECURITY_ATTRIBUTES_INFORMATION *attributes;
};

static NTSTATUS modify_claims(const struct guise_token *before,
			      const void *what, const struct guise_token **ret)
{
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *change = NULL;
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *made = NULL;
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct claim_change *asked = what;
	bool clears;
	NTSTATUS status = read_change(asked->operations, asked->attributes,
				      &change, &clears);

	if (!status && !clears)
		status = edited_claims(guise_token_claims(before, asked->kind),
				       asked->operations, change, &made);
	if (!status)
		status = status_of(guise_token_builder_from(before, &b));
	if (status)
		return status;
	guise_token_builder_claims(b, asked->kind, made);
	return status_of(guise_token_builder_seal(b, ret));
}

BOOL AuthzModifySecurityAttributes(
	AUTHZ_CLIENT_CONTEXT_HANDLE context,
	PAUTHZ_SECURITY_ATTRIBUTE_OPERATION operations,
	PAUTHZ_SECURITY_ATTRIBUTES_INFORMATION attributes)
{
	const struct claim_change change = {GUISE_CLAIMS_LOCAL, operations,
					    attributes};

	if (!context || !operations)
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(
		authz_context_change(context, modify_claims, &change));
}

BOOL AuthzModifyClaims(AUTHZ_CLIENT_CONTEXT_HANDLE context,
		       AUTHZ_CONTEXT_INFORMATION_CLASS which,
		       PAUTHZ_SECURITY_ATTRIBUTE_OPERATION operations,
		       PAUTHZ_SECURITY_ATTRIBUTES_INFORMATION claims)
{
	const struct claim_change change = {
		.kind = which == AuthzContextInfoUserClaims
				? GUISE_CLAIMS_USER
				: GUISE_CLAIMS_DEVICE,
		.operations = operations,
		.attributes = claims,
	};

	if (!context || !operations ||
	    (which != AuthzContextInfoUserClaims &&
	     which != AuthzContextInfoDeviceClaims))
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(
		authz_context_change(context, modify_claims, &change));
}

/* Of packages and their capabilities, and what each begins with */
#define PACKAGE_AUTHORITY 15
#define PACKAGE_FIRST 2
#define CAPABILITY_FIRST 3

static bool begins_with(const struct guise_sid *sid, uint32_t first)
{
	return sid->authority == PACKAGE_AUTHORITY && sid->n_subs > 1 &&
	       sid->sub[0] == first;
}

/* What an AppContainer is to be */
struct package_change {
	PSID package;
	const SID_AND_ATTRIBUTES *capabilities;
	DWORD n;
};

static NTSTATUS set_package(const struct guise_token *before, const void *what,
			    const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct package_change *change = what;
	struct guise_sid_and_attributes capability;
	struct guise_sid sid;
	NTSTATUS status = sid_from_memory(change->package, &sid);

	/* any other would be granted what is granted to its members */
	if (!status && !begins_with(&sid, PACKAGE_FIRST))
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		status = status_of(guise_token_builder_from(before, &b));
	if (status)
		return status;
	guise_token_builder_package(b, &sid);
	for (DWORD i = 0; !status && i < change->n; i++) {
		status = read_group(&change->capabilities[i], &capability);
		if (!status && !begins_with(&capability.sid, CAPABILITY_FIRST))
			status = STATUS_INVALID_PARAMETER;
		if (!status)
			guise_token_builder_capability(b, &capability.sid,
						       capability.attributes);
	}
	return status ? status : status_of(guise_token_builder_seal(b, ret));
}

BOOL AuthzSetAppContainerInformation(AUTHZ_CLIENT_CONTEXT_HANDLE context,
				     PSID package, DWORD n,
				     PSID_AND_ATTRIBUTES capabilities)
{
	const struct package_change change = {package, capabilities, n};

	if (!context || !package || (n && !capabilities))
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(
		authz_context_change(context, set_package, &change));
}

/* The account of a device and what it belongs to, as the groups of the device
 * that a user is at. */
static void add_device(struct guise_token_builder *b,
		       const struct guise_token *device)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	guise_token_builder_device_group(b, &guise_token_user(device)->sid,
					 GUISE_GROUP_USUAL);
	groups = guise_token_groups(device, &n);
	for (size_t i = 0; i < n; i++) {
		if (!(groups[i].attributes & GUISE_GROUP_INTEGRITY))
			guise_token_builder_device_group(b, &groups[i].sid,
							 groups[i].attributes);
	}
	guise_token_builder_claims(
		b, GUISE_CLAIMS_DEVICE,
		guise_token_claims(device, GUISE_CLAIMS_USER));
}

BOOL AuthzInitializeCompoundContext(AUTHZ_CLIENT_CONTEXT_HANDLE user,
				    AUTHZ_CLIENT_CONTEXT_HANDLE device,
				    PAUTHZ_CLIENT_CONTEXT_HANDLE ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *one = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *other = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *both = NULL;
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	NTSTATUS status;

	if (!user || !device || !ret)
		return win32_result(STATUS_INVALID_PARAMETER);
	one = authz_context_token(user);
	other = authz_context_token(device);
	status = status_of(guise_token_builder_from(one, &b));
	if (!status) {
		add_device(b, other);
		status = status_of(guise_token_builder_seal(b, &both));
	}
	if (!status)
		status = authz_context_new(user->manager, both,
					   &user->expiration, user->id, ret);
	return win32_result(status);
}
