/* SPDX-License-Identifier: Apache-2.0 */
/* The AuditAlarm functions of the native API. */
#include "audit-call.h"

#include <winternl-security.h>

NTSTATUS NtAccessCheckAndAuditAlarm(
	PUNICODE_STRING subsystem, PVOID id, PUNICODE_STRING type_name,
	PUNICODE_STRING name, PSECURITY_DESCRIPTOR sd, ACCESS_MASK desired,
	PGENERIC_MAPPING mapping, BOOLEAN creation, PACCESS_MASK ret_granted,
	PNTSTATUS ret_status, PBOOLEAN ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {.sd = sd, .desired = desired, .mapping = mapping},
		.impersonated = true,
		.creation = creation != FALSE,
	};

	return alarm_check(&call, ret_granted, ret_status, ret_on_close);
}

NTSTATUS NtAccessCheckByTypeAndAuditAlarm(
	PUNICODE_STRING subsystem, PVOID id, PUNICODE_STRING type_name,
	PUNICODE_STRING name, PSECURITY_DESCRIPTOR sd, PSID self,
	ACCESS_MASK desired, AUDIT_EVENT_TYPE event, ULONG flags,
	POBJECT_TYPE_LIST types, ULONG n_types, PGENERIC_MAPPING mapping,
	BOOLEAN creation, PACCESS_MASK ret_granted, PNTSTATUS ret_status,
	PBOOLEAN ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {sd, self, desired, types, n_types, mapping, false},
		.impersonated = true,
		.event = event,
		.flags = flags,
		.creation = creation != FALSE,
	};

	return alarm_check(&call, ret_granted, ret_status, ret_on_close);
}

NTSTATUS NtAccessCheckByTypeResultListAndAuditAlarm(
	PUNICODE_STRING subsystem, PVOID id, PUNICODE_STRING type_name,
	PUNICODE_STRING name, PSECURITY_DESCRIPTOR sd, PSID self,
	ACCESS_MASK desired, AUDIT_EVENT_TYPE event, ULONG flags,
	POBJECT_TYPE_LIST types, ULONG n_types, PGENERIC_MAPPING mapping,
	BOOLEAN creation, PACCESS_MASK ret_granted, PNTSTATUS ret_status,
	PBOOLEAN ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {sd, self, desired, types, n_types, mapping, true},
		.impersonated = true,
		.event = event,
		.flags = flags,
		.creation = creation != FALSE,
	};

	return alarm_check(&call, ret_granted, ret_status, ret_on_close);
}

NTSTATUS NtAccessCheckByTypeResultListAndAuditAlarmByHandle(
	PUNICODE_STRING subsystem, PVOID id, HANDLE token,
	PUNICODE_STRING type_name, PUNICODE_STRING name,
	PSECURITY_DESCRIPTOR sd, PSID self, ACCESS_MASK desired,
	AUDIT_EVENT_TYPE event, ULONG flags, POBJECT_TYPE_LIST types,
	ULONG n_types, PGENERIC_MAPPING mapping, BOOLEAN creation,
	PACCESS_MASK ret_granted, PNTSTATUS ret_status, PBOOLEAN ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {sd, self, desired, types, n_types, mapping, true},
		.token = token,
		.event = event,
		.flags = flags,
		.creation = creation != FALSE,
	};

	return alarm_check(&call, ret_granted, ret_status, ret_on_close);
}

NTSTATUS NtOpenObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				PUNICODE_STRING type_name, PUNICODE_STRING name,
				PSECURITY_DESCRIPTOR sd, HANDLE token,
				ACCESS_MASK desired, ACCESS_MASK granted,
				PPRIVILEGE_SET privileges, BOOLEAN creation,
				BOOLEAN allowed, PBOOLEAN ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {.sd = sd, .desired = desired},
		.token = token,
		.creation = creation != FALSE,
	};
	const struct audit_outcome outcome = {granted, privileges,
					      allowed != FALSE};

	return alarm_open(&call, &outcome, ret_on_close);
}

NTSTATUS NtCloseObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				 BOOLEAN on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.id = id,
	};

	return alarm_close(&call, false, on_close != FALSE);
}

NTSTATUS NtDeleteObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				  BOOLEAN on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.id = id,
	};

	return alarm_close(&call, true, on_close != FALSE);
}

NTSTATUS NtPrivilegeObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				     HANDLE token, ACCESS_MASK desired,
				     PPRIVILEGE_SET privileges, BOOLEAN allowed)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.id = id,
		.access = {.desired = desired},
		.token = token,
	};
	const struct audit_outcome outcome = {0, privileges, allowed != FALSE};

	return alarm_privileges(&call, false, &outcome);
}

NTSTATUS NtPrivilegedServiceAuditAlarm(PUNICODE_STRING subsystem,
				       PUNICODE_STRING service, HANDLE token,
				       PPRIVILEGE_SET privileges,
				       BOOLEAN allowed)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_COUNTED,
		.subsystem = subsystem,
		.service = service,
		.token = token,
	};
	const struct audit_outcome outcome = {0, privileges, allowed != FALSE};

	return alarm_privileges(&call, true, &outcome);
}
