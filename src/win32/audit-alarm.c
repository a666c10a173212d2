/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The AuditAlarm functions of Win32: A and W forms in pairs that differ in what
 * their strings are.
 */
#include "audit-call.h"
#include "status.h"
#include "user-memory.h"

/* One answer, as a BOOL. A refusal says why in the last error. */
static BOOL check_one(const struct audit_call *call, LPDWORD ret_granted,
		      LPBOOL ret_allowed, LPBOOL ret_on_close)
{
	NTSTATUS answer, status;
	BOOLEAN on_close;

	if (!user_writable(ret_allowed, sizeof(*ret_allowed)) ||
	    !user_writable(ret_on_close, sizeof(*ret_on_close)))
		return win32_result(STATUS_ACCESS_VIOLATION);
	status = alarm_check(call, ret_granted, &answer, &on_close);
	if (status)
		return win32_result(status);
	*ret_on_close = on_close;
	*ret_allowed = win32_result(answer);
	return TRUE;
}

/* One answer for each type, as errors. */
static BOOL check_list(const struct audit_call *call, LPDWORD ret_granted,
		       LPDWORD ret_status, LPBOOL ret_on_close)
{
	/* a status is as wide as an error, so one array does for both */
	NTSTATUS *statuses = (NTSTATUS *)(void *)ret_status;
	NTSTATUS status;
	BOOLEAN on_close;

	if (!user_writable(ret_on_close, sizeof(*ret_on_close)))
		return win32_result(STATUS_ACCESS_VIOLATION);
	status = alarm_check(call, ret_granted, statuses, &on_close);
	if (status)
		return win32_result(status);
	for (ULONG i = 0; i < call->access.n_types; i++)
		ret_status[i] = win32_error(statuses[i]);
	*ret_on_close = on_close;
	return TRUE;
}

static BOOL open_any(const struct audit_call *call, ACCESS_MASK granted,
		     const PRIVILEGE_SET *privileges, BOOL allowed,
		     LPBOOL ret_on_close)
{
	const struct audit_outcome outcome = {granted, privileges,
					      allowed != FALSE};
	BOOLEAN on_close;
	NTSTATUS status;

	if (!user_writable(ret_on_close, sizeof(*ret_on_close)))
		return win32_result(STATUS_ACCESS_VIOLATION);
	status = alarm_open(call, &outcome, &on_close);
	if (!status)
		*ret_on_close = on_close;
	return win32_result(status);
}

BOOL AccessCheckAndAuditAlarmW(LPCWSTR subsystem, LPVOID id, LPWSTR type_name,
			       LPWSTR name, PSECURITY_DESCRIPTOR sd,
			       DWORD desired, PGENERIC_MAPPING mapping,
			       BOOL creation, LPDWORD ret_granted,
			       LPBOOL ret_allowed, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {.sd = sd, .desired = desired, .mapping = mapping},
		.impersonated = true,
		.creation = creation != FALSE,
	};

	return check_one(&call, ret_granted, ret_allowed, ret_on_close);
}

BOOL AccessCheckByTypeAndAuditAlarmW(LPCWSTR subsystem, LPVOID id,
				     LPCWSTR type_name, LPCWSTR name,
				     PSECURITY_DESCRIPTOR sd, PSID self,
				     DWORD desired, AUDIT_EVENT_TYPE event,
				     DWORD flags, POBJECT_TYPE_LIST types,
				     DWORD n_types, PGENERIC_MAPPING mapping,
				     BOOL creation, LPDWORD ret_granted,
				     LPBOOL ret_allowed, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
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

	return check_one(&call, ret_granted, ret_allowed, ret_on_close);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmW(
	LPCWSTR subsystem, LPVOID id, LPCWSTR type_name, LPCWSTR name,
	PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD n_types, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD ret_granted, LPDWORD ret_status, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
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

	return check_list(&call, ret_granted, ret_status, ret_on_close);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleW(
	LPCWSTR subsystem, LPVOID id, HANDLE token, LPCWSTR type_name,
	LPCWSTR name, PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD n_types, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD ret_granted, LPDWORD ret_status, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
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

	return check_list(&call, ret_granted, ret_status, ret_on_close);
}

BOOL ObjectOpenAuditAlarmW(LPCWSTR subsystem, LPVOID id, LPWSTR type_name,
			   LPWSTR name, PSECURITY_DESCRIPTOR sd, HANDLE token,
			   DWORD desired, DWORD granted,
			   PPRIVILEGE_SET privileges, BOOL creation,
			   BOOL allowed, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {.sd = sd, .desired = desired},
		.token = token,
		.creation = creation != FALSE,
	};

	return open_any(&call, granted, privileges, allowed, ret_on_close);
}

BOOL ObjectCloseAuditAlarmW(LPCWSTR subsystem, LPVOID id, BOOL on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
		.subsystem = subsystem,
		.id = id,
	};

	return win32_result(alarm_close(&call, false, on_close != FALSE));
}

BOOL ObjectDeleteAuditAlarmW(LPCWSTR subsystem, LPVOID id, BOOL on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
		.subsystem = subsystem,
		.id = id,
	};

	return win32_result(alarm_close(&call, true, on_close != FALSE));
}

BOOL ObjectPrivilegeAuditAlarmW(LPCWSTR subsystem, LPVOID id, HANDLE token,
				DWORD desired, PPRIVILEGE_SET privileges,
				BOOL allowed)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
		.subsystem = subsystem,
		.id = id,
		.access = {.desired = desired},
		.token = token,
	};
	const struct audit_outcome outcome = {0, privileges, allowed != FALSE};

	return win32_result(alarm_privileges(&call, false, &outcome));
}

BOOL PrivilegedServiceAuditAlarmW(LPCWSTR subsystem, LPCWSTR service,
				  HANDLE token, PPRIVILEGE_SET privileges,
				  BOOL allowed)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_WIDE,
		.subsystem = subsystem,
		.service = service,
		.token = token,
	};
	const struct audit_outcome outcome = {0, privileges, allowed != FALSE};

	return win32_result(alarm_privileges(&call, true, &outcome));
}

BOOL AccessCheckAndAuditAlarmA(LPCSTR subsystem, LPVOID id, LPSTR type_name,
			       LPSTR name, PSECURITY_DESCRIPTOR sd,
			       DWORD desired, PGENERIC_MAPPING mapping,
			       BOOL creation, LPDWORD ret_granted,
			       LPBOOL ret_allowed, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {.sd = sd, .desired = desired, .mapping = mapping},
		.impersonated = true,
		.creation = creation != FALSE,
	};

	return check_one(&call, ret_granted, ret_allowed, ret_on_close);
}

BOOL AccessCheckByTypeAndAuditAlarmA(LPCSTR subsystem, LPVOID id,
				     LPCSTR type_name, LPCSTR name,
				     PSECURITY_DESCRIPTOR sd, PSID self,
				     DWORD desired, AUDIT_EVENT_TYPE event,
				     DWORD flags, POBJECT_TYPE_LIST types,
				     DWORD n_types, PGENERIC_MAPPING mapping,
				     BOOL creation, LPDWORD ret_granted,
				     LPBOOL ret_allowed, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
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

	return check_one(&call, ret_granted, ret_allowed, ret_on_close);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmA(
	LPCSTR subsystem, LPVOID id, LPCSTR type_name, LPCSTR name,
	PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD n_types, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD ret_granted, LPDWORD ret_status, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
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

	return check_list(&call, ret_granted, ret_status, ret_on_close);
}

BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleA(
	LPCSTR subsystem, LPVOID id, HANDLE token, LPCSTR type_name,
	LPCSTR name, PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD n_types, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD ret_granted, LPDWORD ret_status, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
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

	return check_list(&call, ret_granted, ret_status, ret_on_close);
}

BOOL ObjectOpenAuditAlarmA(LPCSTR subsystem, LPVOID id, LPSTR type_name,
			   LPSTR name, PSECURITY_DESCRIPTOR sd, HANDLE token,
			   DWORD desired, DWORD granted,
			   PPRIVILEGE_SET privileges, BOOL creation,
			   BOOL allowed, LPBOOL ret_on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
		.subsystem = subsystem,
		.type = type_name,
		.name = name,
		.id = id,
		.access = {.sd = sd, .desired = desired},
		.token = token,
		.creation = creation != FALSE,
	};

	return open_any(&call, granted, privileges, allowed, ret_on_close);
}

BOOL ObjectCloseAuditAlarmA(LPCSTR subsystem, LPVOID id, BOOL on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
		.subsystem = subsystem,
		.id = id,
	};

	return win32_result(alarm_close(&call, false, on_close != FALSE));
}

BOOL ObjectDeleteAuditAlarmA(LPCSTR subsystem, LPVOID id, BOOL on_close)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
		.subsystem = subsystem,
		.id = id,
	};

	return win32_result(alarm_close(&call, true, on_close != FALSE));
}

BOOL ObjectPrivilegeAuditAlarmA(LPCSTR subsystem, LPVOID id, HANDLE token,
				DWORD desired, PPRIVILEGE_SET privileges,
				BOOL allowed)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
		.subsystem = subsystem,
		.id = id,
		.access = {.desired = desired},
		.token = token,
	};
	const struct audit_outcome outcome = {0, privileges, allowed != FALSE};

	return win32_result(alarm_privileges(&call, false, &outcome));
}

BOOL PrivilegedServiceAuditAlarmA(LPCSTR subsystem, LPCSTR service,
				  HANDLE token, PPRIVILEGE_SET privileges,
				  BOOL allowed)
{
	const struct audit_call call = {
		.text = AUDIT_TEXT_NARROW,
		.subsystem = subsystem,
		.service = service,
		.token = token,
	};
	const struct audit_outcome outcome = {0, privileges, allowed != FALSE};

	return win32_result(alarm_privileges(&call, true, &outcome));
}
