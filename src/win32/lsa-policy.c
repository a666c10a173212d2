/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy: who may ask and who may change, and what this machine is called.
 * Its descriptor is the one that Windows ships with: everybody may look, and
 * administrators may do all.
 */
#include <pthread.h>

#include <guise/sddl.h>

#include "lsa-policy.h"

#include "account.h"
#include "block.h"
#include "memory.h"
#include "object.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

#define DESCRIPTOR "O:BAG:SYD:(A;;GA;;;BA)(A;;GA;;;SY)(A;;GX;;;WD)"
#define WORKGROUP "WORKGROUP"
/* RPC_NT_SERVER_UNAVAILABLE */
#define OTHER_MACHINE ((NTSTATUS)0xC0020017)

static void policy_free(struct object *object)
{
	object_clear(object);
	free(object);
}

static const struct object_type policy_type = {
	.name = "LsaPolicy",
	.mapping = {POLICY_READ, POLICY_WRITE, POLICY_EXECUTE,
		    POLICY_ALL_ACCESS},
	.valid = POLICY_ALL_ACCESS | POLICY_NOTIFICATION,
	.free = policy_free,
};

static NTSTATUS policy_new(struct object **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct guise_sddl_options options = {.size = sizeof(options)};
	struct object *object;
	int r = guise_sddl_parse(DESCRIPTOR, strlen(DESCRIPTOR), &options, &sd,
				 NULL);

	if (r < 0)
		return status_of(r);
	object = array_alloc(1, sizeof(*object));
	if (!object)
		return STATUS_NO_MEMORY;
	object_init(object, &policy_type, sd);
	*ret = object;
	return STATUS_SUCCESS;
}

static NTSTATUS check_system(const UNICODE_STRING *system)
{
	GUISE_AUTO(text_freep) char *name = NULL;
	NTSTATUS status = unicode_string_dup(system, &name);

	if (status < 0)
		return status;
	return is_this_machine(name) ? STATUS_SUCCESS : OTHER_MACHINE;
}

NTSTATUS LsaOpenPolicy(PLSA_UNICODE_STRING system,
		       PLSA_OBJECT_ATTRIBUTES attributes, ACCESS_MASK desired,
		       PLSA_HANDLE policy)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	ACCESS_MASK granted = 0;
	NTSTATUS status;

	if (!user_writable(policy, sizeof(*policy)))
		return STATUS_ACCESS_VIOLATION;
	if (!attributes || attributes->RootDirectory)
		return STATUS_INVALID_PARAMETER;
	status = check_system(system);
	if (status >= 0)
		status = policy_new(&object);
	if (status >= 0)
		status = object_check(object, desired, &granted);
	if (status < 0)
		return status;
	return handle_new(guise_take(object), granted, 0, policy);
}

NTSTATUS policy_check(LSA_HANDLE policy, ACCESS_MASK needed)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status =
		handle_object(policy, &policy_type, needed, &object, NULL);

	return status == STATUS_OBJECT_TYPE_MISMATCH ? STATUS_INVALID_HANDLE
						     : status;
}

NTSTATUS LsaClose(LSA_HANDLE handle)
{
	NTSTATUS status = policy_check(handle, 0);

	return status < 0 ? status : handle_close(handle);
}

/* Both structures are a name and a SID. */
static_assert(sizeof(POLICY_ACCOUNT_DOMAIN_INFO) ==
		      sizeof(POLICY_PRIMARY_DOMAIN_INFO),
	      "alike");
static_assert(offsetof(POLICY_ACCOUNT_DOMAIN_INFO, DomainSid) ==
		      offsetof(POLICY_PRIMARY_DOMAIN_INFO, Sid),
	      "alike");

/* @sid: NULL: a group of machines that is no domain */
static NTSTATUS domain_info(const char *name, const struct guise_sid *sid,
			    PVOID *ret)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	const size_t at = block_add(&block, sizeof(POLICY_ACCOUNT_DOMAIN_INFO));

	block_text(&block, at, name);
	if (sid)
		block_sid(&block,
			  at + offsetof(POLICY_ACCOUNT_DOMAIN_INFO, DomainSid),
			  sid);
	return block_finish(&block, ret);
}

static NTSTATUS primary_domain(PVOID *ret)
{
	return domain_info(WORKGROUP, NULL, ret);
}

static NTSTATUS account_domain(PVOID *ret)
{
	char machine[GUISE_USER_NAME_MAX + 1];
	struct guise_sid sid;

	account_domain_name(machine);
	if (!machine_domain(&sid))
		return STATUS_INTERNAL_ERROR;
	return domain_info(machine, &sid, ret);
}

/* Not joined to any domain */
static NTSTATUS dns_domain(PVOID *ret)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	const size_t at = block_add(&block, sizeof(POLICY_DNS_DOMAIN_INFO));

	block_text(&block, at, WORKGROUP);
	block_text(&block, at + offsetof(POLICY_DNS_DOMAIN_INFO, DnsDomainName),
		   "");
	block_text(&block, at + offsetof(POLICY_DNS_DOMAIN_INFO, DnsForestName),
		   "");
	return block_finish(&block, ret);
}

static NTSTATUS server_role(PVOID *ret)
{
	POLICY_LSA_SERVER_ROLE_INFO *info = memory_new(sizeof(*info));

	if (!info)
		return STATUS_NO_MEMORY;
	info->LsaServerRole = PolicyServerRolePrimary;
	*ret = info;
	return STATUS_SUCCESS;
}

static NTSTATUS audit_events(PVOID *ret)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	const POLICY_AUDIT_EVENTS_INFO info = {
		.MaximumAuditEventCount = AuditCategoryAccountLogon + 1,
	};
	const size_t at = block_add(&block, sizeof(info));
	const size_t options =
		block_add(&block, info.MaximumAuditEventCount *
					  sizeof(POLICY_AUDIT_EVENT_OPTIONS));

	if (block.status < 0)
		return block.status;
	memcpy(block_at(&block, at), &info, sizeof(info));
	block_point(
		&block,
		at + offsetof(POLICY_AUDIT_EVENTS_INFO, EventAuditingOptions),
		options);
	return block_finish(&block, ret);
}

static const struct {
	POLICY_INFORMATION_CLASS information;
	ACCESS_MASK needed;
	NTSTATUS (*query)(PVOID *ret);
} queries[] = {
	{PolicyAccountDomainInformation, POLICY_VIEW_LOCAL_INFORMATION,
	 account_domain},
	{PolicyLocalAccountDomainInformation, POLICY_VIEW_LOCAL_INFORMATION,
	 account_domain},
	{PolicyPrimaryDomainInformation, POLICY_VIEW_LOCAL_INFORMATION,
	 primary_domain},
	{PolicyDnsDomainInformation, POLICY_VIEW_LOCAL_INFORMATION, dns_domain},
	{PolicyLsaServerRoleInformation, POLICY_VIEW_LOCAL_INFORMATION,
	 server_role},
	{PolicyAuditEventsInformation, POLICY_VIEW_AUDIT_INFORMATION,
	 audit_events},
};

NTSTATUS LsaQueryInformationPolicy(LSA_HANDLE policy,
				   POLICY_INFORMATION_CLASS information,
				   PVOID *buffer)
{
	NTSTATUS status = policy_check(policy, 0);

	if (status < 0)
		return status;
	if (!user_writable(buffer, sizeof(*buffer)))
		return STATUS_ACCESS_VIOLATION;
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		if (queries[i].information != information)
			continue;
		status = policy_check(policy, queries[i].needed);
		return status < 0 ? status : queries[i].query(buffer);
	}
	return STATUS_INVALID_PARAMETER;
}
