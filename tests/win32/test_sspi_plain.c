/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server without privilege: it has rules of its own, knows its clients and
 * cannot be them; as realm-as-nobody.sh runs it.
 */
#include <stdlib.h>

#include "sspi.h"

static void it_has_rules_of_its_own(void)
{
	struct sspi_pair pair;

	sspi_begin(&pair, "Negotiate", "alice");
	sspi_exchange(&pair, 0, 0);
	check_equal(pair.server.status, SEC_E_LOGON_DENIED);
	sspi_end(&pair);
	sspi_connect(&pair, "Negotiate", "erin", 0, 0);
	sspi_end(&pair);
}

static void it_knows_its_client_and_cannot_be_it(void)
{
	SECURITY_IMPERSONATION_LEVEL level = SecurityDelegation;
	struct sspi_pair pair;
	HANDLE token, file;
	DWORD size;

	sspi_connect(&pair, "Kerberos", "erin", 0, 0);
	check_equal(ImpersonateSecurityContext(&pair.server.context), SEC_E_OK);
	check(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
	check(GetTokenInformation(token, TokenImpersonationLevel, &level,
				  sizeof(level), &size));
	check_equal(level, SecurityIdentification);
	file = CreateFileA("C:\\etc\\passwd", GENERIC_READ, FILE_SHARE_READ,
			   NULL, OPEN_EXISTING, 0, NULL);
	check(file == INVALID_HANDLE_VALUE);
	check_equal(GetLastError(), ERROR_BAD_IMPERSONATION_LEVEL);
	check_equal(RevertSecurityContext(&pair.server.context), SEC_E_OK);
	check(CloseHandle(token));
	sspi_end(&pair);
}

/* Who may write them is everybody, and everybody may write these. */
static void rules_that_anybody_may_write_are_none(void)
{
	const char *own = getenv("GUISE_IDENTITIES");
	char package[] = "Negotiate";
	CredHandle credentials;
	TimeStamp expiry;

	check(own && setenv("GUISE_IDENTITIES", "/mnt/loose.conf", 1) == 0);
	check(AcquireCredentialsHandleA(NULL, package, SECPKG_CRED_INBOUND,
					NULL, NULL, NULL, NULL, &credentials,
					&expiry) != SEC_E_OK);
	check(setenv("GUISE_IDENTITIES", "/mnt/other.conf", 1) == 0);
	check_equal(AcquireCredentialsHandleA(
			    NULL, package, SECPKG_CRED_INBOUND, NULL, NULL,
			    NULL, NULL, &credentials, &expiry),
		    SEC_E_OK);
	check_equal(FreeCredentialsHandle(&credentials), SEC_E_OK);
}

int main(void)
{
	run(rules_that_anybody_may_write_are_none);
	run(it_has_rules_of_its_own);
	run(it_knows_its_client_and_cannot_be_it);
	return check_done();
}
