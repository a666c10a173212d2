/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aclapi.h: entries about trustees into ACLs and descriptors, and what these
 * give somebody. The A and W forms differ in the names only, and share what
 * takes @wide. What is made is for LocalFree.
 */
#include <guise/sd-edit.h>

#include "account.h"
#include "sd-read.h"
#include "status.h"
#include "trustee-read.h"

#include <aclapi.h>

/* An entry or a trustee with narrow names, for functions that take @wide. */
static const EXPLICIT_ACCESS_W *any_entries(const EXPLICIT_ACCESS_A *entries)
{
	return (const void *)entries;
}

static const TRUSTEE_W *any_trustee(const TRUSTEE_A *trustee)
{
	return (const void *)trustee;
}

static NTSTATUS acl_read_optional(const void *acl, const struct guise_acl **ret)
{
	return acl ? acl_read(acl, ret) : STATUS_SUCCESS;
}

static NTSTATUS set_entries(const struct read_entries *entries, PACL old,
			    PACL *ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *before = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *after = NULL;
	struct edit edit;
	NTSTATUS status = acl_read_optional(old, &before);

	if (!status)
		status = edit_init(&edit);
	if (!status)
		status = status_of(guise_acl_set_entries(
			before, entries->values, entries->n, &edit.options,
			&after));
	return status || !after ? status : acl_new(after, ret);
}

static DWORD set_entries_any(ULONG n, const EXPLICIT_ACCESS_W *entries,
			     bool wide, PACL old, PACL *ret)
{
	GUISE_AUTO(read_entries_clear) struct read_entries read = {0};
	NTSTATUS status;

	if (!ret)
		return ERROR_INVALID_PARAMETER;
	*ret = NULL;
	status = entries_read(entries, n, wide, &read);
	return win32_error(status ? status : set_entries(&read, old, ret));
}

DWORD SetEntriesInAclA(ULONG n, PEXPLICIT_ACCESS_A entries, PACL old, PACL *ret)
{
	return set_entries_any(n, any_entries(entries), false, old, ret);
}

DWORD SetEntriesInAclW(ULONG n, PEXPLICIT_ACCESS_W entries, PACL old, PACL *ret)
{
	return set_entries_any(n, entries, true, old, ret);
}

/* Entries have SIDs, no names: the same for both. */
DWORD GetExplicitEntriesFromAclW(PACL acl, PULONG ret_n,
				 PEXPLICIT_ACCESS_W *ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *value = NULL;
	NTSTATUS status;

	if (!ret_n || !ret)
		return ERROR_INVALID_PARAMETER;
	status = acl_read_optional(acl, &value);
	return win32_error(status ? status : entries_new(value, ret, ret_n));
}

DWORD GetExplicitEntriesFromAclA(PACL acl, PULONG ret_n,
				 PEXPLICIT_ACCESS_A *ret)
{
	return GetExplicitEntriesFromAclW(acl, ret_n, (void *)ret);
}

/* A trustee as its SID with those of its groups. */
static NTSTATUS resolve(const TRUSTEE_W *trustee, bool wide,
			struct guise_sid **ret_sids, size_t *ret_n)
{
	GUISE_AUTO(read_trustee_clear) struct read_trustee read = {0};
	struct guise_trustee resolved;
	struct edit edit;
	NTSTATUS status = trustee_read(trustee, wide, &read);

	if (!status)
		status = edit_init(&edit);
	if (!status)
		status = status_of(guise_trustee_resolve(
			&read.value, &edit.options, &resolved));
	return status ? status : account_groups(&resolved.sid, ret_sids, ret_n);
}

static DWORD effective_rights(PACL acl, const TRUSTEE_W *trustee, bool wide,
			      PACCESS_MASK ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *value = NULL;
	GUISE_AUTO(freep) struct guise_sid *sids = NULL;
	NTSTATUS status;
	size_t n;

	if (!acl || !ret)
		return ERROR_INVALID_PARAMETER;
	status = acl_read(acl, &value);
	if (!status)
		status = resolve(trustee, wide, &sids, &n);
	if (!status)
		status = status_of(
			guise_acl_effective_rights(value, sids, n, NULL, ret));
	return win32_error(status);
}

DWORD GetEffectiveRightsFromAclA(PACL acl, PTRUSTEE_A trustee, PACCESS_MASK ret)
{
	return effective_rights(acl, any_trustee(trustee), false, ret);
}

DWORD GetEffectiveRightsFromAclW(PACL acl, PTRUSTEE_W trustee, PACCESS_MASK ret)
{
	return effective_rights(acl, trustee, true, ret);
}

static DWORD audited_rights(PACL acl, const TRUSTEE_W *trustee, bool wide,
			    PACCESS_MASK ret_success, PACCESS_MASK ret_failure)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *value = NULL;
	GUISE_AUTO(freep) struct guise_sid *sids = NULL;
	NTSTATUS status;
	size_t n;

	if (!acl || !ret_success || !ret_failure)
		return ERROR_INVALID_PARAMETER;
	status = acl_read(acl, &value);
	if (!status)
		status = resolve(trustee, wide, &sids, &n);
	if (!status)
		status = status_of(guise_acl_audited_rights(
			value, sids, n, NULL, ret_success, ret_failure));
	return win32_error(status);
}

DWORD GetAuditedPermissionsFromAclA(PACL acl, PTRUSTEE_A trustee,
				    PACCESS_MASK ret_success,
				    PACCESS_MASK ret_failure)
{
	return audited_rights(acl, any_trustee(trustee), false, ret_success,
			      ret_failure);
}

DWORD GetAuditedPermissionsFromAclW(PACL acl, PTRUSTEE_W trustee,
				    PACCESS_MASK ret_success,
				    PACCESS_MASK ret_failure)
{
	return audited_rights(acl, trustee, true, ret_success, ret_failure);
}

/* What BuildSecurityDescriptor is given. */
struct build {
	const TRUSTEE_W *owner;
	const TRUSTEE_W *group;
	const EXPLICIT_ACCESS_W *access;
	size_t n_access;
	const EXPLICIT_ACCESS_W *audit;
	size_t n_audit;
	PSECURITY_DESCRIPTOR old;
	bool wide;
};

/* The old descriptor must be self-relative. */
static NTSTATUS read_old(PSECURITY_DESCRIPTOR old, const struct guise_sd **ret)
{
	struct sd_parts parts;
	NTSTATUS status = old ? sd_parts_of(old, &parts) : STATUS_SUCCESS;

	if (!old || status)
		return status;
	return parts.control & SE_SELF_RELATIVE ? sd_read(old, ret)
						: STATUS_INVALID_SECURITY_DESCR;
}

static NTSTATUS read_whom(const TRUSTEE_W *trustee, bool wide,
			  struct read_trustee *ret,
			  const struct guise_trustee **ret_value)
{
	NTSTATUS status =
		trustee ? trustee_read(trustee, wide, ret) : STATUS_SUCCESS;

	if (trustee && !status)
		*ret_value = &ret->value;
	return status;
}

static NTSTATUS build(const struct build *build, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(read_entries_clear) struct read_entries access = {0};
	GUISE_AUTO(read_entries_clear) struct read_entries audit = {0};
	GUISE_AUTO(read_trustee_clear) struct read_trustee owner = {0};
	GUISE_AUTO(read_trustee_clear) struct read_trustee group = {0};
	struct guise_sd_parts parts = {.size = sizeof(parts)};
	struct edit edit;
	NTSTATUS status = read_old(build->old, &old);

	if (!status)
		status = read_whom(build->owner, build->wide, &owner,
				   &parts.owner);
	if (!status)
		status = read_whom(build->group, build->wide, &group,
				   &parts.group);
	if (!status)
		status = entries_read(build->access, build->n_access,
				      build->wide, &access);
	if (!status)
		status = entries_read(build->audit, build->n_audit, build->wide,
				      &audit);
	if (!status)
		status = edit_init(&edit);
	if (status)
		return status;
	parts.access = access.values;
	parts.n_access = access.n;
	parts.audit = audit.values;
	parts.n_audit = audit.n;
	return status_of(guise_sd_build(&parts, old, &edit.options, ret));
}

static DWORD build_any(const struct build *what, PULONG ret_size,
		       PSECURITY_DESCRIPTOR *ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *made = NULL;
	NTSTATUS status;

	if (!ret_size || !ret)
		return ERROR_INVALID_PARAMETER;
	status = build(what, &made);
	return win32_error(status ? status : sd_new(made, ret, ret_size));
}

DWORD BuildSecurityDescriptorW(PTRUSTEE_W owner, PTRUSTEE_W group,
			       ULONG n_access, PEXPLICIT_ACCESS_W access,
			       ULONG n_audit, PEXPLICIT_ACCESS_W audit,
			       PSECURITY_DESCRIPTOR old, PULONG ret_size,
			       PSECURITY_DESCRIPTOR *ret)
{
	const struct build what = {
		.owner = owner,
		.group = group,
		.access = access,
		.n_access = n_access,
		.audit = audit,
		.n_audit = n_audit,
		.old = old,
		.wide = true,
	};

	return build_any(&what, ret_size, ret);
}

DWORD BuildSecurityDescriptorA(PTRUSTEE_A owner, PTRUSTEE_A group,
			       ULONG n_access, PEXPLICIT_ACCESS_A access,
			       ULONG n_audit, PEXPLICIT_ACCESS_A audit,
			       PSECURITY_DESCRIPTOR old, PULONG ret_size,
			       PSECURITY_DESCRIPTOR *ret)
{
	const struct build what = {
		.owner = any_trustee(owner),
		.group = any_trustee(group),
		.access = any_entries(access),
		.n_access = n_access,
		.audit = any_entries(audit),
		.n_audit = n_audit,
		.old = old,
	};

	return build_any(&what, ret_size, ret);
}

/* A SID as a trustee, in one piece of memory. */
static NTSTATUS trustee_new(const struct guise_sid *sid, TRUSTEE_W **ret)
{
	TRUSTEE_W *made;

	if (!sid) {
		*ret = NULL;
		return STATUS_SUCCESS;
	}
	made = LocalAlloc(LMEM_FIXED, sizeof(*made) + guise_sid_size(sid));
	if (!made)
		return STATUS_NO_MEMORY;
	sid_to_memory(sid, made + 1);
	BuildTrusteeWithSidW(made, made + 1);
	*ret = made;
	return STATUS_SUCCESS;
}

/* All answers, made before any is given. */
struct looked_up {
	TRUSTEE_W *owner;
	TRUSTEE_W *group;
	EXPLICIT_ACCESS_W *access;
	EXPLICIT_ACCESS_W *audit;
	ULONG n_access;
	ULONG n_audit;
};

static void looked_up_clear(struct looked_up *found)
{
	(void)LocalFree(found->owner);
	(void)LocalFree(found->group);
	(void)LocalFree(found->access);
	(void)LocalFree(found->audit);
}

static NTSTATUS look_up(PSECURITY_DESCRIPTOR sd, struct looked_up *ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *value = NULL;
	NTSTATUS status = sd_read(sd, &value);

	if (!status)
		status = trustee_new(guise_sd_owner(value), &ret->owner);
	if (!status)
		status = trustee_new(guise_sd_group(value), &ret->group);
	if (!status)
		status = entries_new(guise_sd_dacl(value), &ret->access,
				     &ret->n_access);
	if (!status)
		status = entries_new(guise_sd_sacl(value), &ret->audit,
				     &ret->n_audit);
	return status;
}

/* Every answer may be left out, but a list without its count. */
DWORD LookupSecurityDescriptorPartsW(PTRUSTEE_W *ret_owner,
				     PTRUSTEE_W *ret_group, PULONG ret_n_access,
				     PEXPLICIT_ACCESS_W *ret_access,
				     PULONG ret_n_audit,
				     PEXPLICIT_ACCESS_W *ret_audit,
				     PSECURITY_DESCRIPTOR sd)
{
	GUISE_AUTO(looked_up_clear) struct looked_up found = {0};
	NTSTATUS status;

	if (!sd || (ret_access && !ret_n_access) || (ret_audit && !ret_n_audit))
		return ERROR_INVALID_PARAMETER;
	status = look_up(sd, &found);
	if (status)
		return win32_error(status);
	if (ret_owner)
		*ret_owner = guise_take(found.owner);
	if (ret_group)
		*ret_group = guise_take(found.group);
	if (ret_n_access)
		*ret_n_access = found.n_access;
	if (ret_access)
		*ret_access = guise_take(found.access);
	if (ret_n_audit)
		*ret_n_audit = found.n_audit;
	if (ret_audit)
		*ret_audit = guise_take(found.audit);
	return ERROR_SUCCESS;
}

DWORD LookupSecurityDescriptorPartsA(PTRUSTEE_A *ret_owner,
				     PTRUSTEE_A *ret_group, PULONG ret_n_access,
				     PEXPLICIT_ACCESS_A *ret_access,
				     PULONG ret_n_audit,
				     PEXPLICIT_ACCESS_A *ret_audit,
				     PSECURITY_DESCRIPTOR sd)
{
	return LookupSecurityDescriptorPartsW(
		(void *)ret_owner, (void *)ret_group, ret_n_access,
		(void *)ret_access, ret_n_audit, (void *)ret_audit, sd);
}
