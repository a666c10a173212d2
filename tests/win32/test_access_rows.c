/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AccessCheck as a table: who asks for what of which descriptor, and the
 * answer. The rules are the library's and tested there; here is what a Windows
 * program sees of them, on tokens that a process really has. The program starts
 * itself once for each token.
 */
#include <windows.h>

#include <sddl.h>
#include <string.h>

#include "check.h"
#include "fixture.h"

#define MINE "O:" USER "G:" USER
#define THEIRS "O:SYG:SY"
#define DENIED (-(int)ERROR_ACCESS_DENIED)
#define LACKS (-(int)ERROR_PRIVILEGE_NOT_HELD)
#define BAD(error) (-100000 - (int)(error))

/* They all may open their own token. */
#define OPEN_TO_ALL                                                            \
	" \"default_dacl\":"                                                   \
	" \"D:(A;;GA;;;WD)(A;;GA;;;RC)(A;;GA;;;WR)(A;;GA;;;AC)\","

enum {
	PLAIN,
	ADMINISTRATOR, /* may do everything that privileges give */
	FILTERED,      /* was an administrator */
	HIGH,
	UNTRUSTED,
	RESTRICTED,
	WRITE_RESTRICTED_ONLY,
	PACKAGE,
	CLAIMS,
	ANONYMOUS,
	TOKENS
};

static const char *const tokens[TOKENS] = {
	[PLAIN] = PLAIN_USER,
	[ADMINISTRATOR] =
		"{\"user\": \"" USER "\", \"groups\": [\"WD\", \"BA\", \"BU\"],"
		" \"privileges\": [\"SeSecurityPrivilege\","
		" \"SeTakeOwnershipPrivilege\", \"SeBackupPrivilege\","
		" \"SeRestorePrivilege\", \"SeDebugPrivilege\"],"
		" \"integrity\": \"ME\"}",
	[FILTERED] = "{\"user\": \"" USER "\", \"groups\": [\"WD\", \"BU\","
		     " {\"sid\": \"BA\", \"attributes\": [\"deny_only\"]},"
		     " {\"sid\": \"BG\", \"attributes\": []}],"
		     " \"integrity\": \"ME\"}",
	[HIGH] = "{\"user\": \"" USER "\", \"groups\": [\"WD\"],"
		 " \"integrity\": \"HI\"}",
	[UNTRUSTED] = "{\"user\": \"" USER "\", \"groups\": [\"WD\"],"
		      " \"integrity\": \"S-1-16-0\"}",
	[RESTRICTED] = "{\"user\": \"" USER "\", \"groups\": [\"WD\", \"BU\"],"
		       " \"privileges\": [\"SeSecurityPrivilege\"]," OPEN_TO_ALL
		       " \"integrity\": \"ME\", \"restricted_sids\": [\"RC\"]}",
	[WRITE_RESTRICTED_ONLY] =
		"{\"user\": \"" USER
		"\", \"groups\": [\"WD\", \"BU\"]," OPEN_TO_ALL
		" \"integrity\": \"ME\", \"restricted_sids\": [\"WR\"],"
		" \"write_restricted\": true}",
	[PACKAGE] = "{\"user\": \"" USER
		    "\", \"groups\": [\"WD\", \"BU\"]," OPEN_TO_ALL
		    " \"integrity\": \"LW\", \"app_container\": {\"package\":"
		    " \"S-1-15-2-1-2-3-4-5-6-7\", \"capabilities\":"
		    " [\"S-1-15-3-1\"]}}",
	[CLAIMS] = "{\"user\": \"" USER "\", \"groups\": [\"WD\", \"BU\"],"
		   " \"integrity\": \"ME\", \"device_groups\": [\"BG\"],"
		   " \"user_claims\": {\"level\": [\"TI\", [3]],"
		   " \"team\": [\"TS\", [\"red\", \"blue\"]]},"
		   " \"device_claims\": {\"level\": [\"TI\", [2]]}}",
	[ANONYMOUS] = "{\"user\": \"AN\", \"integrity\": \"S-1-16-0\"}",
};

/* How generic rights are mapped */
enum { KEY, FILES, NONE };
static GENERIC_MAPPING mappings[] = {
	{KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS},
	{FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
	 FILE_ALL_ACCESS},
	{0, 0, 0, 0},
};

static const struct {
	int token;
	int mapping;
	const char *sd;
	DWORD desired;
	long long answer; /* the mask, or what refuses */
} rows[] = {
	/* who it is */
	{PLAIN, KEY, THEIRS "D:(A;;KR;;;" USER ")", KEY_READ, KEY_READ},
	{PLAIN, KEY, THEIRS "D:(A;;KR;;;BU)", KEY_READ, KEY_READ},
	{PLAIN, KEY, THEIRS "D:(A;;KR;;;BA)", KEY_READ, DENIED},
	{ANONYMOUS, KEY, THEIRS "D:(A;;KR;;;WD)", KEY_READ, DENIED},
	{ANONYMOUS, KEY, THEIRS "D:(A;;KR;;;AN)", KEY_READ, KEY_READ},
	{ANONYMOUS, KEY, THEIRS, KEY_READ, KEY_READ},
	/* groups count as their attributes say */
	{FILTERED, KEY, THEIRS "D:(A;;KR;;;BA)", KEY_READ, DENIED},
	{FILTERED, KEY, THEIRS "D:(D;;KR;;;BA)(A;;KA;;;WD)", KEY_READ, DENIED},
	{FILTERED, KEY, THEIRS "D:(D;;KR;;;BG)(A;;KA;;;WD)", KEY_READ,
	 KEY_READ},
	{FILTERED, KEY, THEIRS "D:(A;;KR;;;BG)", KEY_READ, DENIED},
	{FILTERED, KEY, "O:BAG:SYD:", WRITE_DAC, DENIED},
	{ADMINISTRATOR, KEY, "O:BAG:SYD:", WRITE_DAC, WRITE_DAC},
	/* the list that is not there, the empty one */
	{PLAIN, FILES, THEIRS, MAXIMUM_ALLOWED, FILE_ALL_ACCESS},
	{PLAIN, FILES, THEIRS "D:NO_ACCESS_CONTROL", FILE_ALL_ACCESS,
	 FILE_ALL_ACCESS},
	{PLAIN, FILES, THEIRS "D:", FILE_READ_DATA, DENIED},
	{PLAIN, NONE, THEIRS "D:", MAXIMUM_ALLOWED, DENIED},
	/* the order decides, and each bit has to be granted */
	{PLAIN, FILES, THEIRS "D:(A;;0x3;;;WD)(D;;0x1;;;WD)", 3, 3},
	{PLAIN, FILES, THEIRS "D:(D;;0x1;;;WD)(A;;0x3;;;WD)", 3, DENIED},
	{PLAIN, FILES, THEIRS "D:(D;;0x1;;;WD)(A;;0x3;;;WD)", 2, 2},
	{PLAIN, FILES, THEIRS "D:(A;;0x1;;;WD)(A;;0x2;;;BU)", 3, 3},
	{PLAIN, FILES, THEIRS "D:(A;;0x1;;;WD)(A;;0x2;;;BA)", 3, DENIED},
	{PLAIN, FILES, THEIRS "D:(A;OICIIO;FA;;;WD)", 1, DENIED},
	{PLAIN, FILES, THEIRS "D:(D;OICIIO;FA;;;WD)(A;;FR;;;WD)", 1, 1},
	{PLAIN, FILES, THEIRS "D:(A;;GR;;;WD)", FILE_GENERIC_READ,
	 FILE_GENERIC_READ},
	{PLAIN, FILES, THEIRS "D:(A;;GR;;;WD)", FILE_GENERIC_WRITE, DENIED},
	/* all that there is */
	{PLAIN, FILES, THEIRS "D:(A;;FR;;;WD)(D;;0x1;;;BU)(A;;0x3;;;WD)",
	 MAXIMUM_ALLOWED, FILE_GENERIC_READ | 2},
	{PLAIN, FILES, THEIRS "D:(D;;0x1;;;BU)(A;;FR;;;WD)", MAXIMUM_ALLOWED,
	 FILE_GENERIC_READ & ~1},
	{PLAIN, FILES, THEIRS "D:(A;;FR;;;WD)", MAXIMUM_ALLOWED | 2, DENIED},
	{PLAIN, FILES, THEIRS "D:(A;;FR;;;WD)", MAXIMUM_ALLOWED | 1,
	 FILE_GENERIC_READ},
	{PLAIN, KEY, "O:SYG:SYD:P(A;;0x1fffff;;;WD)", MAXIMUM_ALLOWED,
	 0x1fffff},
	{PLAIN, FILES, THEIRS "D:(A;;FR;;;WD)", 0, DENIED},
	/* owners */
	{PLAIN, FILES, MINE "D:", READ_CONTROL | WRITE_DAC,
	 READ_CONTROL | WRITE_DAC},
	{PLAIN, FILES, MINE "D:", WRITE_OWNER, DENIED},
	{PLAIN, FILES, MINE "D:", MAXIMUM_ALLOWED, READ_CONTROL | WRITE_DAC},
	{PLAIN, FILES, MINE "D:(D;;RCWD;;;WD)", READ_CONTROL, READ_CONTROL},
	{PLAIN, FILES, MINE "D:(A;;FR;;;" USER ")(A;;0x2;;;OW)",
	 MAXIMUM_ALLOWED, FILE_GENERIC_READ | 2},
	{PLAIN, FILES, MINE "D:(A;;0x2;;;OW)", WRITE_DAC, DENIED},
	{PLAIN, FILES, MINE "D:(A;OICIIO;0x2;;;OW)", WRITE_DAC, WRITE_DAC},
	{PLAIN, FILES, THEIRS "D:(A;;0x2;;;OW)", 2, DENIED},
	/* privileges */
	{PLAIN, KEY, THEIRS "D:(A;;KA;;;WD)", ACCESS_SYSTEM_SECURITY, LACKS},
	{PLAIN, KEY, THEIRS "D:(A;;0x1000000;;;WD)", ACCESS_SYSTEM_SECURITY,
	 LACKS},
	{ADMINISTRATOR, KEY, THEIRS "D:", ACCESS_SYSTEM_SECURITY,
	 ACCESS_SYSTEM_SECURITY},
	{ADMINISTRATOR, KEY, THEIRS "D:", WRITE_OWNER, WRITE_OWNER},
	{ADMINISTRATOR, KEY, THEIRS "D:", ACCESS_SYSTEM_SECURITY | KEY_READ,
	 DENIED},
	{ADMINISTRATOR, FILES, THEIRS "D:", FILE_READ_DATA, DENIED},
	/* integrity */
	{PLAIN, FILES, MINE "D:(A;;FA;;;WD)S:(ML;;NW;;;HI)", 2, DENIED},
	{PLAIN, FILES, MINE "D:(A;;FA;;;WD)S:(ML;;NW;;;HI)", 1, 1},
	{HIGH, FILES, MINE "D:(A;;FA;;;WD)S:(ML;;NW;;;HI)", 2, 2},
	{PLAIN, FILES, MINE "D:(A;;FA;;;WD)S:(ML;;NR;;;HI)", 1, DENIED},
	{PLAIN, FILES, MINE "D:(A;;FA;;;WD)S:(ML;;NX;;;HI)", 0x20, DENIED},
	{PLAIN, FILES, MINE "D:(A;;FA;;;WD)S:(ML;;NWNRNX;;;HI)",
	 MAXIMUM_ALLOWED, DENIED},
	{UNTRUSTED, FILES, THEIRS "D:(A;;FA;;;WD)", 2, DENIED},
	{UNTRUSTED, FILES, THEIRS "D:(A;;FA;;;WD)", FILE_GENERIC_READ,
	 FILE_GENERIC_READ},
	{UNTRUSTED, FILES, THEIRS "D:(A;;FA;;;WD)S:(ML;;NW;;;S-1-16-0)",
	 FILE_ALL_ACCESS, FILE_ALL_ACCESS},
	{UNTRUSTED, FILES, THEIRS "D:(A;;FA;;;WD)S:(ML;IOOI;NW;;;S-1-16-0)", 2,
	 DENIED},
	/* restricted: both must be granted it; privileges are not asked again
	 */
	{RESTRICTED, FILES, THEIRS "D:(A;;FR;;;WD)", 1, DENIED},
	{RESTRICTED, FILES, THEIRS "D:(A;;FR;;;RC)", 1, DENIED},
	{RESTRICTED, FILES, THEIRS "D:(A;;FR;;;WD)(A;;FR;;;RC)", 1, 1},
	{RESTRICTED, FILES, THEIRS "D:(A;;FA;;;WD)(A;;FR;;;RC)",
	 MAXIMUM_ALLOWED, FILE_GENERIC_READ},
	{RESTRICTED, FILES, MINE "D:", READ_CONTROL, DENIED},
	{RESTRICTED, FILES, THEIRS, 1, 1},
	{RESTRICTED, KEY, THEIRS "D:(A;;KA;;;WD)", ACCESS_SYSTEM_SECURITY,
	 ACCESS_SYSTEM_SECURITY},
	{WRITE_RESTRICTED_ONLY, FILES, THEIRS "D:(A;;FA;;;WD)", 1, 1},
	{WRITE_RESTRICTED_ONLY, FILES, THEIRS "D:(A;;FA;;;WD)", 2, DENIED},
	{WRITE_RESTRICTED_ONLY, FILES, THEIRS "D:(A;;FA;;;WD)(A;;FW;;;WR)", 2,
	 2},
	/* packages */
	{PACKAGE, FILES, THEIRS "D:(A;;FR;;;WD)", 1, DENIED},
	{PACKAGE, FILES, THEIRS "D:(A;;FR;;;WD)(A;;FR;;;AC)", 1, 1},
	{PACKAGE, FILES, THEIRS "D:(A;;FR;;;WD)(A;;FR;;;S-1-15-3-1)", 1, 1},
	{PACKAGE, FILES, THEIRS "D:(A;;FR;;;AC)", 1, DENIED},
	{PACKAGE, FILES, THEIRS, 1, DENIED},
	/* conditions */
	{CLAIMS, NONE, THEIRS "D:(XA;;1;;;WD;(@User.level >= 3))", 1, 1},
	{CLAIMS, NONE, THEIRS "D:(XA;;1;;;WD;(@User.level > 3))", 1, DENIED},
	{CLAIMS, NONE, THEIRS "D:(XA;;1;;;WD;(@Device.level == 2))", 1, 1},
	{CLAIMS, NONE, THEIRS "D:(XA;;1;;;WD;(@User.team Contains \"Red\"))", 1,
	 1},
	{CLAIMS, NONE, THEIRS "D:(XA;;1;;;WD;(Device_Member_of {SID(BG)}))", 1,
	 1},
	{CLAIMS, NONE, THEIRS "D:(XA;;1;;;WD;(Member_of {SID(BG)}))", 1,
	 DENIED},
	{CLAIMS, NONE, THEIRS "D:(XD;;1;;;WD;(@User.absent == 1))(A;;1;;;WD)",
	 1, DENIED},
	{CLAIMS, NONE,
	 THEIRS "D:(XA;;1;;;WD;(@User.level == @Resource.need))"
		"S:(RA;;;;;WD;(\"need\",TI,0x0,3))",
	 1, 1},
	{PLAIN, NONE, THEIRS "D:(XA;;1;;;WD;(@User.level >= 3))", 1, DENIED},
	/* types that nobody asks about */
	{PLAIN, NONE,
	 THEIRS "D:(OA;;1;12345678-1234-5678-1122-334455667788;;WD)", 1,
	 DENIED},
	{PLAIN, NONE,
	 THEIRS "D:(OA;;1;;12345678-1234-5678-1122-334455667788;WD"
		")",
	 1, 1},
	/* what is no question */
	{PLAIN, KEY, THEIRS "D:(A;;KA;;;WD)", GENERIC_READ,
	 BAD(ERROR_GENERIC_NOT_MAPPED)},
	{PLAIN, KEY, THEIRS "D:(A;;KA;;;WD)", GENERIC_ALL | MAXIMUM_ALLOWED,
	 BAD(ERROR_GENERIC_NOT_MAPPED)},
	{PLAIN, KEY, "D:(A;;KA;;;WD)", 1, BAD(ERROR_INVALID_SECURITY_DESCR)},
	{PLAIN, KEY, "O:SYD:(A;;KA;;;WD)", 1,
	 BAD(ERROR_INVALID_SECURITY_DESCR)},
	{PLAIN, KEY, "G:SYD:(A;;KA;;;WD)", 1,
	 BAD(ERROR_INVALID_SECURITY_DESCR)},
};

static HANDLE client;

static long long ask(PSECURITY_DESCRIPTOR sd, DWORD desired,
		     PGENERIC_MAPPING mapping)
{
	PRIVILEGE_SET set;
	DWORD size = sizeof(set), granted = 0xabcdef12;
	BOOL allowed = 0x77;

	SetLastError(0xdeadbeef);
	if (!AccessCheck(sd, client, desired, mapping, &set, &size, &granted,
			 &allowed)) {
		check(granted == 0xabcdef12 && allowed == 0x77);
		return BAD(GetLastError());
	}
	if (allowed) {
		check_equal(allowed, TRUE);
		check_equal(GetLastError(), 0xdeadbeef);
		return granted;
	}
	check_equal(granted, 0);
	return -(long long)GetLastError();
}

static void rows_have_their_answers(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
		PSECURITY_DESCRIPTOR sd = NULL;
		long long answer;

		if (rows[i].token != fixture_index())
			continue;
		if (!check_say(
			    ConvertStringSecurityDescriptorToSecurityDescriptorA(
				    rows[i].sd, SDDL_REVISION_1, &sd, NULL),
			    "%s: %u", rows[i].sd, GetLastError()))
			continue;
		answer = ask(sd, rows[i].desired, &mappings[rows[i].mapping]);
		check_say(answer == rows[i].answer,
			  "token %d, %s, 0x%x: %llx, not %llx", rows[i].token,
			  rows[i].sd, rows[i].desired, answer, rows[i].answer);
		LocalFree(sd);
	}
}

/* What MAXIMUM_ALLOWED says is what bit by bit is granted; one more is not. */
static void most_is_the_sum_of_all(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
		PSECURITY_DESCRIPTOR sd = NULL;
		PGENERIC_MAPPING mapping = &mappings[rows[i].mapping];
		long long most, sum = 0;

		if (rows[i].token != fixture_index() ||
		    rows[i].answer <= BAD(0) || !strstr(rows[i].sd, "D:(") ||
		    !ConvertStringSecurityDescriptorToSecurityDescriptorA(
			    rows[i].sd, SDDL_REVISION_1, &sd, NULL))
			continue;
		most = ask(sd, MAXIMUM_ALLOWED, mapping);
		for (unsigned bit = 0; bit < 21; bit++) {
			if (1u << bit != WRITE_OWNER &&
			    ask(sd, 1u << bit, mapping) > 0)
				sum |= 1 << bit;
		}
		check_say((most < 0 ? 0 : most & ~WRITE_OWNER) == sum,
			  "token %d, %s: %llx, not %llx", rows[i].token,
			  rows[i].sd, most, sum);
		LocalFree(sd);
	}
}

static int as_client(void)
{
	HANDLE process = NULL;

	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE, &process) ||
	    !DuplicateTokenEx(process, TOKEN_QUERY, NULL,
			      SecurityIdentification, TokenImpersonation,
			      &client)) {
		printf("no token: %u\n", GetLastError());
		return EXIT_FAILURE;
	}
	run(rows_have_their_answers);
	run(most_is_the_sum_of_all);
	CloseHandle(client);
	CloseHandle(process);
	return check_done();
}

static void every_token_is_asked_about(void)
{
	for (unsigned i = 0; i < TOKENS; i++)
		check_say(fixture_run(tokens[i], i), "token %u", i);
}

int main(void)
{
	if (fixture_index() >= 0)
		return as_client();
	run(every_token_is_asked_about);
	return check_done();
}
