/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of authz.h and what they may; the process is the plain user of
 * fixture.h. After windows.h. */
#ifndef TESTS_WIN32_AUTHZ_FIXTURE_H
#define TESTS_WIN32_AUTHZ_FIXTURE_H

#include <authz.h>

#include "descriptor.h"
#include "fixture.h"

__attribute__((__unused__)) static const LUID id = {7, 9};
static AUTHZ_RESOURCE_MANAGER_HANDLE manager;
__attribute__((__unused__)) static PSID user, users, guests;

/* A client that is only the plain user's SID. */
__attribute__((__unused__)) static AUTHZ_CLIENT_CONTEXT_HANDLE bare_client(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;

	if (!AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, user,
					   manager, NULL, id, NULL, &client)) {
		printf("no client: %u\n", GetLastError());
		exit(1);
	}
	return client;
}

__attribute__((__unused__)) static AUTHZ_CLIENT_CONTEXT_HANDLE
client_with(DWORD attributes)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE bare = bare_client(), client = NULL;
	SID_AND_ATTRIBUTES group = {users, attributes};

	check(AuthzAddSidsToContext(bare, &group, 1, NULL, 0, &client));
	AuthzFreeContext(bare);
	return client;
}

/* One answer: the mask, or the error as a negative number. */
__attribute__((__unused__)) static long long
ask(AUTHZ_CLIENT_CONTEXT_HANDLE client, const char *text, DWORD desired)
{
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = desired};
	PSECURITY_DESCRIPTOR sd = sd_of(text);
	ACCESS_MASK mask = 0xdeadbeef;
	DWORD error = 0xdead;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, NULL, &error};
	BOOL done = AuthzAccessCheck(0, client, &request, NULL, sd, NULL, 0,
				     &reply, NULL);

	LocalFree(sd);
	if (!done)
		return -1000000 - (long long)GetLastError();
	if (error) {
		check_equal(mask, 0);
		return -(long long)error;
	}
	return mask;
}

/* For the start of main() */
static void authz_begin(void)
{
	fixture_begin(PLAIN_USER);
	user = sid_of(USER);
	users = sid_of("BU");
	guests = sid_of("BG");
	if (!AuthzInitializeResourceManager(AUTHZ_RM_FLAG_NO_AUDIT, NULL, NULL,
					    NULL, L"tests", &manager))
		exit(1);
}

#endif
