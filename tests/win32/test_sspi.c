/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security packages: handles, credentials, making contexts and what is refused,
 * with the realm of with-realm.sh.
 */
#include "sspi.h"

static const char *const packages[] = {"Kerberos", "Negotiate"};
#define N_PACKAGES 2

#define MUTUAL (ISC_REQ_MUTUAL_AUTH | ISC_REQ_INTEGRITY)

static void packages_are_negotiate_and_kerberos(void)
{
	PSecPkgInfoA list = NULL, one;
	PSecPkgInfoW wide;
	ULONG n = 0;

	check_equal(EnumerateSecurityPackagesA(&n, &list), SEC_E_OK);
	check_equal(n, 2);
	check(n == 2 && strcmp(list[0].Name, "Negotiate") == 0);
	check(n == 2 && strcmp(list[1].Name, "Kerberos") == 0);
	check(list[1].fCapabilities & SECPKG_FLAG_IMPERSONATION);
	check_equal(FreeContextBuffer(list), SEC_E_OK);
	check_equal(
		QuerySecurityPackageInfoA((PSTR)(ULONG_PTR) "kerberos", &one),
		SEC_E_OK);
	check_equal(one->cbMaxToken, 48000);
	check_equal(one->wRPCID, 16);
	check_equal(FreeContextBuffer(one), SEC_E_OK);
	check_equal(QuerySecurityPackageInfoW((PWSTR)(ULONG_PTR)L"Negotiate",
					      &wide),
		    SEC_E_OK);
	check(wide->Name[0] == L'N' && wide->Name[9] == 0);
	check_equal(FreeContextBuffer(wide), SEC_E_OK);
}

static void a_package_that_is_none_is_not_found(void)
{
	static const char *const names[] = {"NTLM", "Schannel", "",
					    "Kerberos "};
	PSecPkgInfoA info;
	CredHandle handle;

	for (unsigned i = 0; i < 4; i++) {
		check_equal(QuerySecurityPackageInfoA((PSTR)(ULONG_PTR)names[i],
						      &info),
			    SEC_E_SECPKG_NOT_FOUND);
		check_equal(sspi_server(names[i], &handle),
			    SEC_E_SECPKG_NOT_FOUND);
	}
	check_equal(sspi_server(NULL, &handle), SEC_E_SECPKG_NOT_FOUND);
}

static void a_handle_stands_for_one_thing_and_only_once(void)
{
	SecHandle invalid, credentials, stale;
	SecPkgContext_Flags flags;
	HANDLE token;

	SecInvalidateHandle(&invalid);
	check_equal(FreeCredentialsHandle(&invalid), SEC_E_INVALID_HANDLE);
	check_equal(DeleteSecurityContext(&invalid), SEC_E_INVALID_HANDLE);
	check_equal(FreeCredentialsHandle(NULL), SEC_E_INVALID_HANDLE);
	check_equal(DeleteSecurityContext(NULL), SEC_E_INVALID_HANDLE);
	check_equal(ImpersonateSecurityContext(&invalid), SEC_E_INVALID_HANDLE);
	check_equal(RevertSecurityContext(&invalid), SEC_E_INVALID_HANDLE);

	check_equal(sspi_server("Negotiate", &credentials), SEC_E_OK);
	check_equal(DeleteSecurityContext(&credentials), SEC_E_INVALID_HANDLE);
	check_equal(ImpersonateSecurityContext(&credentials),
		    SEC_E_INVALID_HANDLE);
	check_equal(QuerySecurityContextToken(&credentials, &token),
		    SEC_E_INVALID_HANDLE);
	check_equal(QueryContextAttributesA(&credentials, SECPKG_ATTR_FLAGS,
					    &flags),
		    SEC_E_INVALID_HANDLE);
	stale = credentials;
	check_equal(FreeCredentialsHandle(&credentials), SEC_E_OK);
	check_equal(FreeCredentialsHandle(&credentials), SEC_E_INVALID_HANDLE);
	/* what comes next may have the same number, and is another */
	check_equal(sspi_server("Negotiate", &credentials), SEC_E_OK);
	check_equal(FreeCredentialsHandle(&stale), SEC_E_INVALID_HANDLE);
	check_equal(FreeCredentialsHandle(&credentials), SEC_E_OK);
}

static void credentials_are_for_a_use_and_of_oneself(void)
{
	PSTR kerberos = (PSTR)(ULONG_PTR) "Kerberos";
	SecPkgCredentials_NamesA names = {NULL};
	LUID other = {12345, 0};
	CredHandle handle;

	check_equal(AcquireCredentialsHandleA(NULL, kerberos, 0, NULL, NULL,
					      NULL, NULL, &handle, NULL),
		    SEC_E_UNKNOWN_CREDENTIALS);
	check_equal(AcquireCredentialsHandleA(NULL, kerberos,
					      SECPKG_CRED_OUTBOUND, NULL, NULL,
					      NULL, NULL, NULL, NULL),
		    SEC_E_INVALID_HANDLE);
	check_equal(AcquireCredentialsHandleA(NULL, kerberos,
					      SECPKG_CRED_OUTBOUND, &other,
					      NULL, NULL, NULL, &handle, NULL),
		    SEC_E_NOT_OWNER);
	check_equal(sspi_client("Kerberos", NULL, NULL, &handle), SEC_E_OK);
	check_equal(QueryCredentialsAttributesA(&handle, SECPKG_CRED_ATTR_NAMES,
						&names),
		    SEC_E_OK);
	check(names.sUserName &&
	      strcmp(names.sUserName, "alice@GUISE.TEST") == 0);
	check_equal(FreeContextBuffer(names.sUserName), SEC_E_OK);
	check_equal(QueryCredentialsAttributesA(&handle, 77, &names),
		    SEC_E_UNSUPPORTED_FUNCTION);
	check_equal(FreeCredentialsHandle(&handle), SEC_E_OK);
	check_equal(
		AcquireCredentialsHandleA((PSTR)(ULONG_PTR) "nobody@GUISE.TEST",
					  kerberos, SECPKG_CRED_OUTBOUND, NULL,
					  NULL, NULL, NULL, &handle, NULL),
		SEC_E_NO_CREDENTIALS);
	check_equal(
		AcquireCredentialsHandleA((PSTR)(ULONG_PTR) "host/localhost",
					  kerberos, SECPKG_CRED_INBOUND, NULL,
					  NULL, NULL, NULL, &handle, NULL),
		SEC_E_OK);
	check_equal(FreeCredentialsHandle(&handle), SEC_E_OK);
}

/* Windows asks the domain controller when the first context is made. */
static void a_wrong_password_is_told_with_the_first_context(void)
{
	static const char *const users[] = {"alice", "nobody-at-all",
					    "alice@ELSEWHERE.TEST"};

	for (unsigned i = 0; i < N_PACKAGES; i++) {
		for (unsigned j = 0; j < 3; j++) {
			struct sspi_pair pair = {0};

			check_equal(sspi_client(packages[i], users[j], "Wrong",
						&pair.client.credentials),
				    SEC_E_OK);
			sspi_step(&pair.client, NULL, SSPI_SERVICE, 0);
			check_say(
				pair.client.status ==
					(j == 2 ? SEC_E_NO_AUTHENTICATING_AUTHORITY
						: SEC_E_LOGON_DENIED),
				"%s: %s is told %#x", packages[i], users[j],
				(unsigned)pair.client.status);
			check_equal(
				FreeCredentialsHandle(&pair.client.credentials),
				SEC_E_OK);
		}
	}
}

static void an_identity_is_checked(void)
{
	SEC_WINNT_AUTH_IDENTITY_EXW extended = {
		.Version = SEC_WINNT_AUTH_IDENTITY_VERSION,
		.Length = sizeof(extended),
		.User = (unsigned short *)(ULONG_PTR)L"bob",
		.UserLength = 3,
		.Domain = (unsigned short *)(ULONG_PTR)L"guise.test",
		.DomainLength = 10,
		.Password = (unsigned short *)(ULONG_PTR)L"Secret 1",
		.PasswordLength = 8,
		.Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE,
	};
	SEC_WINNT_AUTH_IDENTITY_A identity = {0};
	PSTR package = (PSTR)(ULONG_PTR) "Negotiate";
	SecPkgCredentials_NamesA names = {NULL};
	CredHandle handle;

	check_equal(AcquireCredentialsHandleA(
			    NULL, package, SECPKG_CRED_OUTBOUND, NULL,
			    &extended, NULL, NULL, &handle, NULL),
		    SEC_E_OK);
	check_equal(QueryCredentialsAttributesA(&handle, SECPKG_CRED_ATTR_NAMES,
						&names),
		    SEC_E_OK);
	check(names.sUserName &&
	      strcmp(names.sUserName, "bob@GUISE.TEST") == 0);
	check_equal(FreeContextBuffer(names.sUserName), SEC_E_OK);
	check_equal(FreeCredentialsHandle(&handle), SEC_E_OK);
	check_equal(AcquireCredentialsHandleA(
			    NULL, package, SECPKG_CRED_OUTBOUND, NULL,
			    &identity, NULL, NULL, &handle, NULL),
		    SEC_E_UNKNOWN_CREDENTIALS);
	identity.Flags = SEC_WINNT_AUTH_IDENTITY_ANSI;
	check_equal(AcquireCredentialsHandleA(
			    NULL, package, SECPKG_CRED_OUTBOUND, NULL,
			    &identity, NULL, NULL, &handle, NULL),
		    SEC_E_UNKNOWN_CREDENTIALS);
}

static void both_sides_agree_on_what_the_client_wants(void)
{
	const ULONG isc = MUTUAL | ISC_REQ_REPLAY_DETECT |
			  ISC_REQ_SEQUENCE_DETECT | ISC_REQ_CONFIDENTIALITY |
			  ISC_REQ_CONNECTION;
	const ULONG wanted_isc = isc;
	const ULONG wanted_asc = ASC_RET_MUTUAL_AUTH | ASC_RET_INTEGRITY |
				 ASC_RET_REPLAY_DETECT |
				 ASC_RET_SEQUENCE_DETECT |
				 ASC_RET_CONFIDENTIALITY | ASC_RET_CONNECTION;

	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;

		sspi_connect(&pair, packages[i], "alice", isc,
			     ASC_REQ_CONNECTION);
		check_equal(pair.client.attributes, wanted_isc);
		check_equal(pair.server.attributes, wanted_asc);
		check(pair.server.expiry.QuadPart > 0 &&
		      pair.server.expiry.QuadPart < INT64_MAX);
		sspi_end(&pair);
	}
}

static void mutual_authentication_takes_one_more_message(void)
{
	struct sspi_pair pair;

	sspi_begin(&pair, "Kerberos", NULL);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, ISC_REQ_INTEGRITY);
	check_equal(pair.client.status, SEC_E_OK);
	sspi_step(&pair.server, &pair.client, NULL, 0);
	check_equal(pair.server.status, SEC_E_OK);
	check_equal(pair.server.size, 0);
	sspi_end(&pair);

	sspi_begin(&pair, "Kerberos", NULL);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, MUTUAL);
	check_equal(pair.client.status, SEC_I_CONTINUE_NEEDED);
	sspi_step(&pair.server, &pair.client, NULL, 0);
	check_equal(pair.server.status, SEC_E_OK);
	check(pair.server.size > 0);
	sspi_step(&pair.client, &pair.server, SSPI_SERVICE, MUTUAL);
	check_equal(pair.client.status, SEC_E_OK);
	/* all is said */
	sspi_step(&pair.client, &pair.server, SSPI_SERVICE, MUTUAL);
	check_equal(pair.client.status, SEC_E_INVALID_HANDLE);
	sspi_end(&pair);
}

static void a_service_nobody_knows_is_no_target(void)
{
	static const char *const targets[] = {
		"nothing/localhost", "DOMAIN\\alice", "",
		"host/localhost/x",  "krbtgt@",
	};

	for (unsigned i = 0; i < N_PACKAGES; i++) {
		for (unsigned j = 0; j < 5; j++) {
			struct sspi_pair pair;

			sspi_begin(&pair, packages[i], NULL);
			sspi_step(&pair.client, NULL, targets[j], 0);
			check_say(pair.client.status == SEC_E_TARGET_UNKNOWN,
				  "%s: %s is told %#x", packages[i], targets[j],
				  (unsigned)pair.client.status);
			sspi_end(&pair);
		}
	}
}

/* A ticket for another service is of no use, whoever made it. */
static void another_services_ticket_is_not_for_this_one(void)
{
	struct sspi_pair pair;

	sspi_begin(&pair, "Kerberos", NULL);
	sspi_step(&pair.client, NULL, "other/localhost", 0);
	check_equal(pair.client.status, SEC_E_OK);
	sspi_step(&pair.server, &pair.client, NULL, 0);
	check_equal(pair.server.status, SEC_E_WRONG_PRINCIPAL);
	check(!pair.server.has_context);
	sspi_end(&pair);
}

static void a_ticket_cannot_be_used_twice(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;

		sspi_begin(&pair, packages[i], NULL);
		sspi_step(&pair.client, NULL, SSPI_SERVICE, 0);
		sspi_step(&pair.server, &pair.client, NULL, 0);
		check_equal(pair.server.status, SEC_E_OK);
		check_equal(DeleteSecurityContext(&pair.server.context),
			    SEC_E_OK);
		pair.server.has_context = FALSE;
		sspi_step(&pair.server, &pair.client, NULL, 0);
		check_equal(pair.server.status, SEC_E_LOGON_DENIED);
		sspi_end(&pair);
	}
}

/* Each length, and each byte turned round, in coarse steps */
static void a_message_that_is_damaged_is_refused(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;
		ULONG whole;

		sspi_begin(&pair, packages[i], NULL);
		sspi_step(&pair.client, NULL, SSPI_SERVICE, MUTUAL);
		whole = pair.client.size;
		for (ULONG size = 1; size < whole; size += 1 + size / 8) {
			pair.client.size = size;
			sspi_step(&pair.server, &pair.client, NULL, 0);
			check(pair.server.status < 0);
			check(!pair.server.has_context);
		}
		pair.client.size = whole;
		for (ULONG at = 0; at < whole; at += 1 + at / 8) {
			pair.client.token[at] ^= 0x55;
			sspi_step(&pair.server, &pair.client, NULL, 0);
			if (pair.server.has_context) {
				/* lengths of an envelope that nobody reads */
				check(pair.server.status >= 0);
				check_equal(DeleteSecurityContext(
						    &pair.server.context),
					    SEC_E_OK);
				pair.server.has_context = FALSE;
			}
			pair.client.token[at] ^= 0x55;
		}
		sspi_end(&pair);
	}
}

static void what_is_no_message_is_an_invalid_token(void)
{
	static const char ntlm[] = "NTLMSSP\0\1\0\0\0\7\202\10\242\0\0\0\0";

	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;

		sspi_begin(&pair, packages[i], NULL);
		memset(pair.client.token, 'x', 100);
		pair.client.size = 100;
		sspi_step(&pair.server, &pair.client, NULL, 0);
		check_equal(pair.server.status, SEC_E_INVALID_TOKEN);
		memcpy(pair.client.token, ntlm, sizeof(ntlm));
		pair.client.size = sizeof(ntlm);
		sspi_step(&pair.server, &pair.client, NULL, 0);
		check_equal(pair.server.status, SEC_E_INVALID_TOKEN);
		sspi_end(&pair);
	}
}

static void kerberos_has_no_envelope_and_negotiate_takes_both(void)
{
	struct sspi_pair pair;

	sspi_begin(&pair, "Negotiate", NULL);
	check_equal(FreeCredentialsHandle(&pair.server.credentials), SEC_E_OK);
	check_equal(sspi_server("Kerberos", &pair.server.credentials),
		    SEC_E_OK);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, 0);
	sspi_step(&pair.server, &pair.client, NULL, 0);
	check_equal(pair.server.status, SEC_E_INVALID_TOKEN);
	sspi_end(&pair);

	sspi_begin(&pair, "Kerberos", NULL);
	check_equal(FreeCredentialsHandle(&pair.server.credentials), SEC_E_OK);
	check_equal(sspi_server("Negotiate", &pair.server.credentials),
		    SEC_E_OK);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, 0);
	sspi_step(&pair.server, &pair.client, NULL, 0);
	check_equal(pair.server.status, SEC_E_OK);
	sspi_end(&pair);
}

static void negotiates_server_may_speak_first(void)
{
	struct sspi_pair pair;

	sspi_begin(&pair, "Negotiate", NULL);
	sspi_step(&pair.server, NULL, NULL, 0);
	check_equal(pair.server.status, SEC_I_CONTINUE_NEEDED);
	check(pair.server.size > 0);
	sspi_end(&pair);
	sspi_begin(&pair, "Kerberos", NULL);
	sspi_step(&pair.server, NULL, NULL, 0);
	check_equal(pair.server.status, SEC_E_INVALID_TOKEN);
	sspi_end(&pair);
}

static void buffers_are_the_callers_or_new_ones(void)
{
	PSTR target = (PSTR)(ULONG_PTR)SSPI_SERVICE;
	SecBuffer out = {10, SECBUFFER_TOKEN, NULL};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	struct sspi_pair pair;
	ULONG attributes;
	BYTE small[10];

	sspi_begin(&pair, "Kerberos", NULL);
	out.pvBuffer = small;
	check_equal(InitializeSecurityContextA(&pair.client.credentials, NULL,
					       target, 0, 0, 0, NULL, 0,
					       &pair.client.context, &output,
					       &attributes, NULL),
		    SEC_E_BUFFER_TOO_SMALL);
	output.cBuffers = 0;
	check_equal(InitializeSecurityContextA(&pair.client.credentials, NULL,
					       target, 0, 0, 0, NULL, 0,
					       &pair.client.context, &output,
					       &attributes, NULL),
		    SEC_E_INVALID_TOKEN);
	output.cBuffers = 1;
	out.pvBuffer = NULL;
	out.cbBuffer = 0;
	check_equal(InitializeSecurityContextA(
			    &pair.client.credentials, NULL, target,
			    ISC_REQ_ALLOCATE_MEMORY, 0, 0, NULL, 0,
			    &pair.client.context, &output, &attributes, NULL),
		    SEC_E_OK);
	check(out.pvBuffer && out.cbBuffer > 10);
	check(attributes & ISC_RET_ALLOCATED_MEMORY);
	check_equal(FreeContextBuffer(out.pvBuffer), SEC_E_OK);
	pair.client.has_context = TRUE;
	sspi_end(&pair);
}

static void what_kerberos_cannot_do_is_said(void)
{
	struct sspi_pair pair;

	sspi_begin(&pair, "Kerberos", NULL);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, ISC_REQ_DATAGRAM);
	check_equal(pair.client.status, SEC_E_UNSUPPORTED_FUNCTION);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, ISC_REQ_NULL_SESSION);
	check_equal(pair.client.status, SEC_E_UNSUPPORTED_FUNCTION);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, 0);
	sspi_step(&pair.server, &pair.client, NULL, ASC_REQ_DATAGRAM);
	check_equal(pair.server.status, SEC_E_UNSUPPORTED_FUNCTION);
	check_equal(CompleteAuthToken(&pair.client.context, NULL),
		    SEC_E_UNSUPPORTED_FUNCTION);
	check_equal(ApplyControlToken(&pair.client.context, NULL),
		    SEC_E_UNSUPPORTED_FUNCTION);
	sspi_end(&pair);
}

static void credentials_are_for_their_direction(void)
{
	struct sspi_pair pair;
	CredHandle swap;

	sspi_begin(&pair, "Kerberos", NULL);
	swap = pair.client.credentials;
	pair.client.credentials = pair.server.credentials;
	pair.server.credentials = swap;
	sspi_step(&pair.client, NULL, SSPI_SERVICE, 0);
	check_equal(pair.client.status, SEC_E_NO_CREDENTIALS);
	memset(pair.client.token, 1, 64);
	pair.client.size = 64;
	sspi_step(&pair.server, &pair.client, NULL, 0);
	check_equal(pair.server.status, SEC_E_NO_CREDENTIALS);
	sspi_end(&pair);
}

/* The same key, which the keytab calls another realm's */
static SECURITY_STATUS accept_with(const char *keytab)
{
	struct sspi_pair pair;
	SECURITY_STATUS status;

	check(setenv("KRB5_KTNAME", keytab, 1) == 0);
	sspi_begin(&pair, "Negotiate", "alice@GUISE.TEST");
	sspi_exchange(&pair, 0, 0);
	status = pair.server.status;
	if (status == SEC_E_LOGON_DENIED)
		check_equal(ImpersonateSecurityContext(&pair.server.context),
			    SEC_E_INVALID_HANDLE);
	sspi_end(&pair);
	check(unsetenv("KRB5_KTNAME") == 0);
	return status;
}

static void a_realm_speaks_for_no_other_that_gave_a_key(void)
{
	check_equal(accept_with("FILE:/mnt/realm/host.keytab"), SEC_E_OK);
	check_equal(accept_with("FILE:/mnt/realm/other.keytab"), SEC_E_OK);
	check_equal(accept_with("FILE:/mnt/realm/two.keytab"),
		    SEC_E_LOGON_DENIED);
}

static void the_table_has_the_functions(void)
{
	PSecurityFunctionTableA narrow = InitSecurityInterfaceA();
	PSecurityFunctionTableW wide = InitSecurityInterfaceW();
	PSecPkgInfoW info = NULL;
	CredHandle handle;

	check_equal(narrow->dwVersion, 1);
	check(narrow->AcceptSecurityContext == AcceptSecurityContext);
	check(narrow->AcquireCredentialsHandleA(
		      NULL, (PSTR)(ULONG_PTR) "Kerberos", SECPKG_CRED_BOTH,
		      NULL, NULL, NULL, NULL, &handle, NULL) == SEC_E_OK);
	check_equal(narrow->FreeCredentialsHandle(&handle), SEC_E_OK);
	check_equal(wide->QuerySecurityPackageInfoW(
			    (PWSTR)(ULONG_PTR)L"Kerberos", &info),
		    SEC_E_OK);
	check_equal(wide->FreeContextBuffer(info), SEC_E_OK);
}

int main(void)
{
	run(packages_are_negotiate_and_kerberos);
	run(a_package_that_is_none_is_not_found);
	run(a_handle_stands_for_one_thing_and_only_once);
	run(credentials_are_for_a_use_and_of_oneself);
	run(a_wrong_password_is_told_with_the_first_context);
	run(an_identity_is_checked);
	run(both_sides_agree_on_what_the_client_wants);
	run(mutual_authentication_takes_one_more_message);
	run(a_service_nobody_knows_is_no_target);
	run(another_services_ticket_is_not_for_this_one);
	run(a_ticket_cannot_be_used_twice);
	run(a_message_that_is_damaged_is_refused);
	run(what_is_no_message_is_an_invalid_token);
	run(kerberos_has_no_envelope_and_negotiate_takes_both);
	run(negotiates_server_may_speak_first);
	run(buffers_are_the_callers_or_new_ones);
	run(what_kerberos_cannot_do_is_said);
	run(credentials_are_for_their_direction);
	run(a_realm_speaks_for_no_other_that_gave_a_key);
	run(the_table_has_the_functions);
	return check_done();
}
