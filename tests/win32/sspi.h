/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends of a security context in one program, with the realm of
 * with-realm.sh. Clients are named, and have the same password.
 */
#ifndef TESTS_WIN32_SSPI_H
#define TESTS_WIN32_SSPI_H

#define SECURITY_WIN32
#include <windows.h>

#include <security.h>

#include <string.h>

#include "check.h"

#define SSPI_TOKEN_MAX 48256
#define SSPI_SERVICE "host/localhost"
#define SSPI_PASSWORD "Secret 1"

struct sspi_end {
	CredHandle credentials;
	CtxtHandle context;
	BOOL has_context;
	SECURITY_STATUS status;
	ULONG attributes;
	TimeStamp expiry;
	BYTE token[SSPI_TOKEN_MAX];
	ULONG size;
};

struct sspi_pair {
	struct sspi_end client, server;
};

/* One step of either side: what the other has said goes in. */
static inline void sspi_step(struct sspi_end *end, struct sspi_end *from,
			     const char *target, ULONG flags)
{
	SecBuffer in = {from ? from->size : 0, SECBUFFER_TOKEN,
			from ? from->token : NULL};
	SecBuffer out = {SSPI_TOKEN_MAX, SECBUFFER_TOKEN, end->token};
	SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	PCtxtHandle old = end->has_context ? &end->context : NULL;

	end->attributes = 0;
	end->status = target ? InitializeSecurityContextA(
				       &end->credentials, old,
				       (PSTR)(ULONG_PTR)target, flags, 0,
				       SECURITY_NATIVE_DREP,
				       from ? &input : NULL, 0, &end->context,
				       &output, &end->attributes, &end->expiry)
			     : AcceptSecurityContext(
				       &end->credentials, old, &input, flags,
				       SECURITY_NATIVE_DREP, &end->context,
				       &output, &end->attributes, &end->expiry);
	end->size = end->status >= 0 ? out.cbBuffer : 0;
	if (end->status >= 0)
		end->has_context = TRUE;
}

/* Credentials of a client by password; NULL: the process's own */
static inline SECURITY_STATUS sspi_client(const char *package, const char *user,
					  const char *password, PCredHandle ret)
{
	SEC_WINNT_AUTH_IDENTITY_A identity = {
		.User = (BYTE *)(ULONG_PTR)user,
		.UserLength = user ? (ULONG)strlen(user) : 0,
		.Password = (BYTE *)(ULONG_PTR)password,
		.PasswordLength = password ? (ULONG)strlen(password) : 0,
		.Flags = SEC_WINNT_AUTH_IDENTITY_ANSI,
	};

	return AcquireCredentialsHandleA(
		NULL, (PSTR)(ULONG_PTR)package, SECPKG_CRED_OUTBOUND, NULL,
		user ? &identity : NULL, NULL, NULL, ret, NULL);
}

static inline SECURITY_STATUS sspi_server(const char *package, PCredHandle ret)
{
	return AcquireCredentialsHandleA(NULL, (PSTR)(ULONG_PTR)package,
					 SECPKG_CRED_INBOUND, NULL, NULL, NULL,
					 NULL, ret, NULL);
}

static inline void sspi_begin(struct sspi_pair *pair, const char *package,
			      const char *user)
{
	memset(pair, 0, sizeof(*pair));
	check_equal(sspi_client(package, user, user ? SSPI_PASSWORD : NULL,
				&pair->client.credentials),
		    SEC_E_OK);
	check_equal(sspi_server(package, &pair->server.credentials), SEC_E_OK);
}

/* To and fro until both have said all, or one refuses */
static inline void sspi_exchange(struct sspi_pair *pair, ULONG isc, ULONG asc)
{
	struct sspi_end *client = &pair->client, *server = &pair->server;

	sspi_step(client, NULL, SSPI_SERVICE, isc);
	for (unsigned n = 0; n < 5; n++) {
		if (client->status < 0 || client->size == 0)
			return;
		sspi_step(server, client, NULL, asc);
		if (server->status < 0 || client->status == SEC_E_OK)
			return;
		sspi_step(client, server, SSPI_SERVICE, isc);
	}
}

static inline void sspi_connect(struct sspi_pair *pair, const char *package,
				const char *user, ULONG isc, ULONG asc)
{
	sspi_begin(pair, package, user);
	sspi_exchange(pair, isc, asc);
	check_equal(pair->client.status, SEC_E_OK);
	check_equal(pair->server.status, SEC_E_OK);
}

static inline void sspi_end(struct sspi_pair *pair)
{
	struct sspi_end *ends[] = {&pair->client, &pair->server};

	for (unsigned i = 0; i < 2; i++) {
		if (ends[i]->has_context)
			check_equal(DeleteSecurityContext(&ends[i]->context),
				    SEC_E_OK);
		check_equal(FreeCredentialsHandle(&ends[i]->credentials),
			    SEC_E_OK);
	}
}

#endif
