/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that are put on record: who may ask for that, and what is told. The
 * process runs as the plain user of fixture.h.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <guise-audit.h>
#include <guise/audit.h>
#include <sddl.h>
#include <string.h>
#include <winternl.h>

#include "check.h"
#include "fixture.h"

#define SD "O:BAG:BUD:(A;;KR;;;WD)S:(AU;SA;KR;;;WD)(AU;FA;KW;;;WD)"

static GENERIC_MAPPING key = {KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS};
static HANDLE primary, client;
static PSECURITY_DESCRIPTOR sd;
static int id;

/* The last event, and how many there were. */
static unsigned n_events;
static struct guise_audit_event last;
static char last_names[4][64];

static void keep_name(unsigned i, const char *name)
{
	snprintf(last_names[i], sizeof(last_names[i]), "%s",
		 name ? name : "(none)");
}

static void keep(void *context, const struct guise_audit_event *event)
{
	(void)context;
	n_events++;
	last = *event;
	keep_name(0, event->server);
	keep_name(1, event->type);
	keep_name(2, event->name);
	keep_name(3, event->service);
}

static const struct guise_audit_sink sink = {.function = keep};

static void set_audit(DWORD attributes)
{
	TOKEN_PRIVILEGES change = {
		.PrivilegeCount = 1,
		.Privileges = {{{21, 0}, attributes}}, /* SeAudit */
	};

	check(AdjustTokenPrivileges(primary, FALSE, &change, 0, NULL, NULL));
}

static BOOL check_wide(DWORD desired, DWORD *granted, BOOL *allowed,
		       BOOL *on_close)
{
	static WCHAR type[] = L"Key", name[] = L"\\Some\\Key";

	return AccessCheckAndAuditAlarmW(L"Server", &id, type, name, sd,
					 desired, &key, FALSE, granted, allowed,
					 on_close);
}

static BOOL check_types(DWORD flags, POBJECT_TYPE_LIST types, DWORD n,
			DWORD *granted, BOOL *allowed, BOOL *on_close)
{
	return AccessCheckByTypeAndAuditAlarmA(
		"Server", &id, "Key", "name", sd, NULL, KEY_READ,
		AuditEventDirectoryServiceAccess, flags, types, n, &key, TRUE,
		granted, allowed, on_close);
}

static void the_client_is_who_the_thread_impersonates(void)
{
	DWORD granted = 7;
	BOOL allowed = 7, on_close = 7;

	set_audit(SE_PRIVILEGE_ENABLED);
	check_fails(check_wide(KEY_READ, &granted, &allowed, &on_close),
		    ERROR_NO_IMPERSONATION_TOKEN);
	check(granted == 7 && allowed == 7 && on_close == 7);
}

static void the_process_needs_the_privilege(void)
{
	DWORD granted = 7;
	BOOL allowed = 7, on_close = 7;

	set_audit(0);
	check(SetThreadToken(NULL, client));
	check_fails(check_wide(KEY_READ, &granted, &allowed, &on_close),
		    ERROR_PRIVILEGE_NOT_HELD);
	check(granted == 7 && allowed == 7 && on_close == 7);
	n_events = 0;
	check(check_types(AUDIT_ALLOW_NO_PRIVILEGE, NULL, 0, &granted, &allowed,
			  &on_close));
	check_equal(n_events, 0);
	check(granted == KEY_READ && allowed == TRUE && on_close == FALSE);
	check(RevertToSelf());
	check_fails(ObjectCloseAuditAlarmA("Server", &id, TRUE),
		    ERROR_PRIVILEGE_NOT_HELD);
}

static void generic_rights_and_wild_pointers_are_refused(void)
{
	void *const wild = (void *)0x10;
	DWORD granted = 7;
	BOOL allowed = 7, on_close = 7;

	set_audit(SE_PRIVILEGE_ENABLED);
	check(SetThreadToken(NULL, client));
	check_fails(check_wide(GENERIC_READ, &granted, &allowed, &on_close),
		    ERROR_GENERIC_NOT_MAPPED);
	check_fails(check_wide(KEY_READ, NULL, &allowed, &on_close),
		    ERROR_NOACCESS);
	check_fails(check_wide(KEY_READ, &granted, wild, &on_close),
		    ERROR_NOACCESS);
	check_fails(check_wide(KEY_READ, &granted, &allowed, NULL),
		    ERROR_NOACCESS);
	check(RevertToSelf());
	check(granted == 7 && allowed == 7 && on_close == 7);
}

static void outcomes_are_told_as_the_sacl_says(void)
{
	DWORD granted;
	BOOL allowed, on_close;

	check(SetThreadToken(NULL, client));
	n_events = 0;
	SetLastError(0xdeadbeef);
	check(check_wide(KEY_READ, &granted, &allowed, &on_close));
	check_equal(GetLastError(), 0xdeadbeef);
	check(allowed == TRUE && granted == KEY_READ && on_close == TRUE);
	check_equal(n_events, 1);
	check_equal(last.what, GUISE_AUDIT_ACCESS);
	check(last.success);
	check_equal(last.granted, KEY_READ);
	check(last.handle == (uintptr_t)&id);
	check(strcmp(last_names[0], "Server") == 0);
	check(strcmp(last_names[1], "Key") == 0);
	check(strcmp(last_names[2], "\\Some\\Key") == 0);
	check(check_wide(KEY_SET_VALUE, &granted, &allowed, &on_close));
	check_equal(GetLastError(), ERROR_ACCESS_DENIED);
	check(allowed == FALSE && granted == 0 && on_close == FALSE);
	check_equal(n_events, 2);
	check(!last.success);
	check_equal(last.desired, KEY_SET_VALUE);
	check(RevertToSelf());
}

static void types_have_answers_of_their_own(void)
{
	GUID guids[] = {{1, 2, 3, {0}}, {4, 5, 6, {0}}};
	OBJECT_TYPE_LIST types[] = {{0, 0, &guids[0]}, {1, 0, &guids[1]}};
	DWORD granted[2], status[2], mask;
	BOOL allowed, on_close;

	check(SetThreadToken(NULL, client));
	n_events = 0;
	check(check_types(0, types, 2, &mask, &allowed, &on_close));
	check(allowed == TRUE && mask == KEY_READ && on_close == TRUE);
	check(n_events > 0);
	check_equal(last.what, GUISE_AUDIT_DIRECTORY_ACCESS);
	check(last.creation);
	check(AccessCheckByTypeResultListAndAuditAlarmW(
		L"Server", &id, L"Key", L"name", sd, NULL, KEY_SET_VALUE,
		AuditEventObjectAccess, 0, types, 2, &key, FALSE, granted,
		status, &on_close));
	check(granted[0] == 0 && granted[1] == 0);
	check(status[0] == ERROR_ACCESS_DENIED &&
	      status[1] == ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	/* with a handle nobody need be impersonated */
	check(AccessCheckByTypeResultListAndAuditAlarmByHandleA(
		"Server", &id, client, "Key", "name", sd, NULL, KEY_READ,
		AuditEventObjectAccess, 0, types, 2, &key, FALSE, granted,
		status, &on_close));
	check(granted[1] == KEY_READ && status[1] == 0);
	check_fails(AccessCheckByTypeResultListAndAuditAlarmByHandleA(
			    "Server", &id, primary, "Key", "name", sd, NULL,
			    KEY_READ, AuditEventObjectAccess, 0, types, 2, &key,
			    FALSE, granted, status, &on_close),
		    ERROR_NO_IMPERSONATION_TOKEN);
}

static void what_others_decided_is_told(void)
{
	static WCHAR type[] = L"Key", name[] = L"name";
	PRIVILEGE_SET used = {
		.PrivilegeCount = 1,
		.Privilege = {{{8, 0}, SE_PRIVILEGE_USED_FOR_ACCESS}},
	};
	BOOL on_close = 7;

	n_events = 0;
	check(ObjectOpenAuditAlarmW(L"Server", &id, type, name, sd, client,
				    KEY_READ, KEY_READ, &used, FALSE, TRUE,
				    &on_close));
	check_equal(on_close, TRUE);
	check(n_events >= 1);
	n_events = 0;
	check(ObjectPrivilegeAuditAlarmA("Server", &id, client, WRITE_OWNER,
					 &used, TRUE));
	check_equal(n_events, 1);
	check_equal(last.what, GUISE_AUDIT_PRIVILEGED_OBJECT);
	check_equal(last.privileges, 1u << 8);
	check(PrivilegedServiceAuditAlarmW(L"Server", L"the service", client,
					   &used, FALSE));
	check_equal(last.what, GUISE_AUDIT_PRIVILEGED_SERVICE);
	check(!last.success);
	check(strcmp(last_names[3], "the service") == 0);
	check_fails(PrivilegedServiceAuditAlarmA("Server", "x", client,
						 (void *)0x10, FALSE),
		    ERROR_NOACCESS);
}

static void the_end_is_told_if_the_opening_was(void)
{
	n_events = 0;
	check(ObjectCloseAuditAlarmW(L"Server", &id, FALSE));
	check(ObjectDeleteAuditAlarmW(L"Server", &id, FALSE));
	check_equal(n_events, 0);
	check(ObjectCloseAuditAlarmW(L"Server", &id, TRUE));
	check_equal(n_events, 1);
	check_equal(last.what, GUISE_AUDIT_CLOSE);
	check(ObjectDeleteAuditAlarmA("Server", &id, TRUE));
	check_equal(n_events, 2);
	check_equal(last.what, GUISE_AUDIT_DELETE);
}

static void native_functions_take_counted_names(void)
{
	static WCHAR text[] = L"Server and more";
	UNICODE_STRING server = {12, 12, text};
	NTSTATUS status = 7;
	ACCESS_MASK granted = 7;
	BOOLEAN on_close = 7;

	check_equal(NtAccessCheckAndAuditAlarm(&server, &id, &server, NULL, sd,
					       KEY_READ, &key, FALSE, &granted,
					       &status, &on_close),
		    STATUS_NO_IMPERSONATION_TOKEN);
	check(SetThreadToken(NULL, client));
	check_equal(NtAccessCheckAndAuditAlarm(&server, &id, &server, NULL, sd,
					       KEY_WRITE, &key, FALSE, &granted,
					       &status, &on_close),
		    0);
	check_equal(status, STATUS_ACCESS_DENIED);
	check(strcmp(last_names[0], "Server") == 0);
	check(RevertToSelf());
	check_equal(NtCloseObjectAuditAlarm(&server, &id, TRUE), 0);
	check_equal(last.what, GUISE_AUDIT_CLOSE);
}

int main(void)
{
	fixture_begin(PLAIN_USER);
	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS,
			      &primary) ||
	    !DuplicateTokenEx(primary, TOKEN_ALL_ACCESS, NULL,
			      SecurityImpersonation, TokenImpersonation,
			      &client) ||
	    !ConvertStringSecurityDescriptorToSecurityDescriptorA(
		    SD, SDDL_REVISION_1, &sd, NULL)) {
		printf("no tokens: %u\n", GetLastError());
		return EXIT_FAILURE;
	}
	guise_win32_audit_to(&sink);
	run(the_client_is_who_the_thread_impersonates);
	run(the_process_needs_the_privilege);
	run(generic_rights_and_wild_pointers_are_refused);
	run(outcomes_are_told_as_the_sacl_says);
	run(types_have_answers_of_their_own);
	run(what_others_decided_is_told);
	run(the_end_is_told_if_the_opening_was);
	run(native_functions_take_counted_names);
	return check_done();
}
