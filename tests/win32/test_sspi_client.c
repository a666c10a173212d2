/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client of a security context: who it is, at which level, and acting as
 * it, here and on other machines, with the realm of with-realm.sh.
 */
#include "sspi.h"

#include <sddl.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALICE_UID 1001103
#define ALICE_SID "S-1-5-21-111-222-333-1103"

static const char *const packages[] = {"Kerberos", "Negotiate"};
#define N_PACKAGES 2

#define FILE_NAME "/tmp/guise-sspi-file"

/* A file that its owner may read and nobody else */
static void make_file(uid_t owner)
{
	int fd = open(FILE_NAME, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	check(fd >= 0 && write(fd, "secret", 6) == 6);
	check(fd >= 0 && fchown(fd, owner, (gid_t)-1) == 0);
	if (fd >= 0)
		close(fd);
}

static DWORD open_file(void)
{
	HANDLE file = CreateFileA("C:" FILE_NAME, GENERIC_READ, FILE_SHARE_READ,
				  NULL, OPEN_EXISTING, 0, NULL);
	DWORD error =
		file == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;

	if (file != INVALID_HANDLE_VALUE)
		CloseHandle(file);
	return error;
}

static int level_of(HANDLE token)
{
	SECURITY_IMPERSONATION_LEVEL level = (SECURITY_IMPERSONATION_LEVEL)-1;
	DWORD size;

	check(GetTokenInformation(token, TokenImpersonationLevel, &level,
				  sizeof(level), &size));
	return (int)level;
}

static int level_of_context(PCtxtHandle context)
{
	HANDLE token = NULL;
	int level;

	check_equal(QuerySecurityContextToken(context, &token), SEC_E_OK);
	level = level_of(token);
	check(CloseHandle(token));
	return level;
}

static void check_user(HANDLE token, const char *wanted)
{
	struct {
		TOKEN_USER user;
		BYTE room[100];
	} user;
	DWORD size;
	char *text;

	check(GetTokenInformation(token, TokenUser, &user, sizeof(user),
				  &size));
	if (check(ConvertSidToStringSidA(user.user.User.Sid, &text))) {
		check_say(strcmp(text, wanted) == 0, "%s is not %s", text,
			  wanted);
		LocalFree(text);
	}
}

static void the_server_opens_what_its_client_may_open(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;

		sspi_connect(&pair, packages[i], "alice", 0, 0);
		make_file(ALICE_UID);
		check_equal(ImpersonateSecurityContext(&pair.server.context),
			    SEC_E_OK);
		check_equal(open_file(), ERROR_SUCCESS);
		check_equal(RevertSecurityContext(&pair.server.context),
			    SEC_E_OK);
		make_file(0);
		check_equal(open_file(), ERROR_SUCCESS);
		check_equal(ImpersonateSecurityContext(&pair.server.context),
			    SEC_E_OK);
		check_equal(open_file(), ERROR_ACCESS_DENIED);
		check_equal(RevertSecurityContext(&pair.server.context),
			    SEC_E_OK);
		check_equal(open_file(), ERROR_SUCCESS);
		sspi_end(&pair);
	}
}

static void the_token_is_who_the_ticket_says(void)
{
	struct sspi_pair pair;
	HANDLE token, duplicate;
	TOKEN_STATISTICS statistics;
	DWORD size;
	SecPkgContext_AccessToken own;

	sspi_connect(&pair, "Negotiate", "alice", 0, 0);
	check_equal(QuerySecurityContextToken(&pair.server.context, &token),
		    SEC_E_OK);
	check_user(token, ALICE_SID);
	check_equal(level_of(token), SecurityImpersonation);
	check(GetTokenInformation(token, TokenStatistics, &statistics,
				  sizeof(statistics), &size));
	check(statistics.AuthenticationId.LowPart ||
	      statistics.AuthenticationId.HighPart);
	check(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenPrimary,
			       &duplicate));
	check(CloseHandle(duplicate));
	check_equal(QueryContextAttributesA(&pair.server.context,
					    SECPKG_ATTR_ACCESS_TOKEN, &own),
		    SEC_E_OK);
	check_user(own.AccessToken, ALICE_SID);
	sspi_end(&pair);
	/* the caller's own handle stays, the context's does not */
	check_user(token, ALICE_SID);
	check_fails(CloseHandle(own.AccessToken), ERROR_INVALID_HANDLE);
	check(CloseHandle(token));
}

static void an_account_is_who_the_rules_say(void)
{
	struct sspi_pair pair;
	HANDLE token;
	char user[64], domain[64];
	SID_NAME_USE use;
	struct {
		TOKEN_USER user;
		BYTE room[100];
	} info;
	DWORD size, n = sizeof(user), m = sizeof(domain);

	sspi_connect(&pair, "Negotiate", "bob", 0, 0);
	check_equal(QuerySecurityContextToken(&pair.server.context, &token),
		    SEC_E_OK);
	check(GetTokenInformation(token, TokenUser, &info, sizeof(info),
				  &size));
	check(LookupAccountSidA(NULL, info.user.User.Sid, user, &n, domain, &m,
				&use));
	check(strcmp(user, "bob") == 0);
	check(CloseHandle(token));
	sspi_end(&pair);
}

static void who_is_nobody_is_not_let_in(void)
{
	static const char *const users[] = {"erin", "grace"};

	for (unsigned i = 0; i < N_PACKAGES; i++) {
		for (unsigned j = 0; j < 2; j++) {
			struct sspi_pair pair;

			sspi_begin(&pair, packages[i], users[j]);
			sspi_exchange(&pair, 0, 0);
			check_equal(pair.server.status, SEC_E_LOGON_DENIED);
			check(!pair.server.has_context);
			sspi_end(&pair);
		}
	}
}

/* An account that is locked or expired is so for who has a ticket, too. */
static void the_systems_accounts_are_under_its_rules(void)
{
	struct sspi_pair pair;

	sspi_connect(&pair, "Negotiate", "sam", 0, 0);
	make_file(20501);
	check_equal(ImpersonateSecurityContext(&pair.server.context), SEC_E_OK);
	check_equal(open_file(), ERROR_SUCCESS);
	check_equal(RevertSecurityContext(&pair.server.context), SEC_E_OK);
	sspi_end(&pair);

	sspi_begin(&pair, "Negotiate", "tom");
	sspi_exchange(&pair, 0, 0);
	check_equal(pair.server.status, SEC_E_LOGON_DENIED);
	sspi_end(&pair);
}

/* A client that has no Unix id is known, and no more. */
static void who_has_no_identity_here_is_only_known(void)
{
	struct sspi_pair pair;

	sspi_connect(&pair, "Kerberos", "frank", 0, 0);
	check_equal(level_of_context(&pair.server.context),
		    SecurityIdentification);
	make_file(0);
	check_equal(ImpersonateSecurityContext(&pair.server.context), SEC_E_OK);
	check_equal(open_file(), ERROR_BAD_IMPERSONATION_LEVEL);
	check_equal(RevertSecurityContext(&pair.server.context), SEC_E_OK);
	sspi_end(&pair);
}

static void who_wants_to_be_known_only_is_known_only(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;

		sspi_connect(&pair, packages[i], "alice",
			     ISC_REQ_IDENTIFY | ISC_REQ_DELEGATE,
			     ASC_REQ_DELEGATE);
		check(pair.client.attributes & ISC_RET_IDENTIFY);
		check(pair.server.attributes & ASC_RET_IDENTIFY);
		check_equal(level_of_context(&pair.server.context),
			    SecurityIdentification);
		make_file(ALICE_UID);
		check_equal(ImpersonateSecurityContext(&pair.server.context),
			    SEC_E_OK);
		check_equal(open_file(), ERROR_BAD_IMPERSONATION_LEVEL);
		check_equal(RevertSecurityContext(&pair.server.context),
			    SEC_E_OK);
		sspi_end(&pair);
	}
}

static void a_context_that_is_not_made_has_no_client(void)
{
	SecPkgContext_AccessToken own;
	struct sspi_pair pair;
	HANDLE token;

	sspi_begin(&pair, "Negotiate", NULL);
	sspi_step(&pair.server, NULL, NULL, 0);
	check_equal(pair.server.status, SEC_I_CONTINUE_NEEDED);
	check_equal(ImpersonateSecurityContext(&pair.server.context),
		    SEC_E_INVALID_HANDLE);
	check_equal(QuerySecurityContextToken(&pair.server.context, &token),
		    SEC_E_INVALID_HANDLE);
	sspi_end(&pair);

	sspi_connect(&pair, "Negotiate", NULL, 0, 0);
	check_equal(ImpersonateSecurityContext(&pair.client.context),
		    SEC_E_NO_IMPERSONATION);
	check_equal(QuerySecurityContextToken(&pair.client.context, &token),
		    SEC_E_NO_IMPERSONATION);
	check_equal(QueryContextAttributesA(&pair.client.context,
					    SECPKG_ATTR_ACCESS_TOKEN, &own),
		    SEC_E_NO_IMPERSONATION);
	sspi_end(&pair);
}

/* Both have to want it: the client to give, the server to have. */
static void credentials_are_given_to_who_asks_for_them(void)
{
	static const struct {
		ULONG isc, asc;
		int level;
	} rows[] = {
		{0, 0, SecurityImpersonation},
		{ISC_REQ_DELEGATE, 0, SecurityImpersonation},
		{0, ASC_REQ_DELEGATE, SecurityImpersonation},
		{ISC_REQ_DELEGATE, ASC_REQ_DELEGATE, SecurityDelegation},
	};

	for (unsigned i = 0; i < N_PACKAGES; i++) {
		for (unsigned j = 0; j < 4; j++) {
			struct sspi_pair pair;

			sspi_connect(&pair, packages[i], "alice", rows[j].isc,
				     rows[j].asc);
			check_equal(level_of_context(&pair.server.context),
				    rows[j].level);
			check_equal(
				!!(pair.server.attributes & ASC_RET_DELEGATE),
				rows[j].level == SecurityDelegation);
			sspi_end(&pair);
		}
	}
}

/* HTTP/localhost is not trusted with them, and the client knows. */
static void credentials_go_to_trusted_services_only(void)
{
	struct sspi_pair pair;

	sspi_begin(&pair, "Kerberos", "alice");
	sspi_step(&pair.client, NULL, "HTTP/localhost", ISC_REQ_DELEGATE);
	check_equal(pair.client.status, SEC_E_OK);
	check(!(pair.client.attributes & ISC_RET_DELEGATE));
	sspi_step(&pair.server, &pair.client, NULL, ASC_REQ_DELEGATE);
	check_equal(pair.server.status, SEC_E_OK);
	check_equal(level_of_context(&pair.server.context),
		    SecurityImpersonation);
	sspi_end(&pair);
}

/* The server as its client at the next server */
static void the_second_server_sees_the_client(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair first, second = {0};
		HANDLE token;

		sspi_connect(&first, packages[i], "alice", ISC_REQ_DELEGATE,
			     ASC_REQ_DELEGATE);
		check_equal(
			sspi_server(packages[i], &second.server.credentials),
			SEC_E_OK);
		check_equal(ImpersonateSecurityContext(&first.server.context),
			    SEC_E_OK);
		check_equal(sspi_client(packages[i], NULL, NULL,
					&second.client.credentials),
			    SEC_E_OK);
		sspi_step(&second.client, NULL, "backend/localhost", 0);
		check_equal(RevertSecurityContext(&first.server.context),
			    SEC_E_OK);
		check(second.client.status >= 0);
		sspi_step(&second.server, &second.client, NULL, 0);
		check_equal(second.server.status, SEC_E_OK);
		check_equal(QuerySecurityContextToken(&second.server.context,
						      &token),
			    SEC_E_OK);
		check_user(token, ALICE_SID);
		check(CloseHandle(token));
		sspi_end(&second);
		sspi_end(&first);
	}
}

/* Not even though the process has tickets of its own. */
static void without_delegation_there_is_nothing_to_go_on_with(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;
		CredHandle handle;

		sspi_connect(&pair, packages[i], "bob", 0, ASC_REQ_DELEGATE);
		check_equal(ImpersonateSecurityContext(&pair.server.context),
			    SEC_E_OK);
		check_equal(sspi_client(packages[i], NULL, NULL, &handle),
			    SEC_E_NO_CREDENTIALS);
		/* nor may a client be the service */
		check_equal(sspi_server(packages[i], &handle),
			    SEC_E_NO_CREDENTIALS);
		check_equal(RevertSecurityContext(&pair.server.context),
			    SEC_E_OK);
		sspi_end(&pair);
	}
}

/* Keys and what was seen before are the process's, whoever it is just now. */
static void contexts_are_made_while_a_client_is_impersonated(void)
{
	struct sspi_pair alice, bob;

	sspi_connect(&alice, "Negotiate", "alice", 0, 0);
	sspi_begin(&bob, "Negotiate", "bob");
	make_file(ALICE_UID);
	check_equal(ImpersonateSecurityContext(&alice.server.context),
		    SEC_E_OK);
	sspi_exchange(&bob, 0, 0);
	check_equal(bob.server.status, SEC_E_OK);
	/* who is still alice */
	check_equal(open_file(), ERROR_SUCCESS);
	check_equal(RevertSecurityContext(&alice.server.context), SEC_E_OK);
	check_equal(level_of_context(&bob.server.context),
		    SecurityImpersonation);
	sspi_end(&bob);
	sspi_end(&alice);
}

#define THREADS 4
#define ROUNDS 10

/* A client of one thread's, and what opening the file gives it; how often the
 * thread was not it */
struct worker {
	const char *user;
	DWORD opens;
	unsigned failures;
};

static DWORD WINAPI be_the_client(LPVOID argument)
{
	struct worker *worker = argument;
	struct sspi_pair *pair = malloc(sizeof(*pair));

	sspi_begin(pair, "Negotiate", worker->user);
	for (unsigned i = 0; i < ROUNDS; i++) {
		sspi_exchange(pair, 0, 0);
		if (pair->server.status != SEC_E_OK ||
		    ImpersonateSecurityContext(&pair->server.context) !=
			    SEC_E_OK ||
		    open_file() != worker->opens ||
		    RevertSecurityContext(&pair->server.context) != SEC_E_OK)
			worker->failures++;
		if (pair->server.has_context)
			DeleteSecurityContext(&pair->server.context);
		if (pair->client.has_context)
			DeleteSecurityContext(&pair->client.context);
		pair->server.has_context = pair->client.has_context = FALSE;
	}
	sspi_end(pair);
	free(pair);
	return 0;
}

static void threads_are_each_their_own_client(void)
{
	struct worker workers[THREADS];
	HANDLE threads[THREADS];

	make_file(ALICE_UID);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){
			.user = i % 2 ? "dora" : "alice",
			.opens = i % 2 ? ERROR_ACCESS_DENIED : ERROR_SUCCESS,
		};
		threads[i] = CreateThread(NULL, 0, be_the_client, &workers[i],
					  0, NULL);
		check(threads[i] != NULL);
	}
	check_equal(WaitForMultipleObjects(THREADS, threads, TRUE, 60000),
		    WAIT_OBJECT_0);
	for (unsigned i = 0; i < THREADS; i++) {
		check_equal(workers[i].failures, 0);
		check(CloseHandle(threads[i]));
	}
}

int main(void)
{
	run(the_server_opens_what_its_client_may_open);
	run(the_token_is_who_the_ticket_says);
	run(an_account_is_who_the_rules_say);
	run(who_is_nobody_is_not_let_in);
	run(the_systems_accounts_are_under_its_rules);
	run(who_has_no_identity_here_is_only_known);
	run(who_wants_to_be_known_only_is_known_only);
	run(a_context_that_is_not_made_has_no_client);
	run(credentials_are_given_to_who_asks_for_them);
	run(credentials_go_to_trusted_services_only);
	run(the_second_server_sees_the_client);
	run(without_delegation_there_is_nothing_to_go_on_with);
	run(contexts_are_made_while_a_client_is_impersonated);
	run(threads_are_each_their_own_client);
	(void)unlink(FILE_NAME);
	return check_done();
}
