/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Question: what do tokens cost a Windows program, by their groups: opening the
 * thread's, asking it, duplicating it, adjusting it, finding a member?
 *
 * Method: the process's token is given groups of a domain, all enabled. Each
 * case does what a program does, with all the handles that takes, and closes
 * them. All cases in turn in each of 31 rounds; processor time of the thread;
 * printed is the median in nanoseconds.
 *
 *	ninja -C BUILD bench/win32_token && BUILD/bench/win32_token
 */
#include <pthread.h>
#include <stdio.h>

#include <guise/thread-token.h>

#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS

#include "base.h"
#include "rounds.h"

struct subject {
	HANDLE process;
	BYTE last[SECURITY_MAX_SID_SIZE]; /* of its groups */
};

static void open_and_ask(const void *context)
{
	HANDLE token;
	DWORD level, size;

	(void)context;
	must(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
	must(GetTokenInformation(token, TokenImpersonationLevel, &level,
				 sizeof(level), &size));
	must(CloseHandle(token));
}

static void open_process(const void *context)
{
	HANDLE token;

	(void)context;
	must(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
	must(CloseHandle(token));
}

static void ask_pseudo(const void *context)
{
	TOKEN_STATISTICS statistics;
	DWORD size;

	(void)context;
	must(GetTokenInformation(GetCurrentThreadEffectiveToken(),
				 TokenStatistics, &statistics,
				 sizeof(statistics), &size));
}

static void ask_groups(const void *context)
{
	static _Thread_local BYTE room[8192];
	const struct subject *s = context;
	DWORD size;

	must(GetTokenInformation(s->process, TokenGroups, room, sizeof(room),
				 &size));
}

static void duplicate(const void *context)
{
	const struct subject *s = context;
	HANDLE copy;

	must(DuplicateTokenEx(s->process, TOKEN_QUERY | TOKEN_IMPERSONATE, NULL,
			      SecurityImpersonation, TokenImpersonation,
			      &copy));
	must(CloseHandle(copy));
}

static void duplicate_all(const void *context)
{
	const struct subject *s = context;
	HANDLE copy;

	must(DuplicateTokenEx(s->process, MAXIMUM_ALLOWED, NULL,
			      SecurityImpersonation, TokenPrimary, &copy));
	must(CloseHandle(copy));
}

static void adjust(const void *context)
{
	const struct subject *s = context;
	TOKEN_PRIVILEGES on = {1, {{{23, 0}, SE_PRIVILEGE_ENABLED}}};

	must(AdjustTokenPrivileges(s->process, FALSE, &on, 0, NULL, NULL));
}

static void member(const void *context)
{
	const struct subject *s = context;
	BOOL is;

	must(CheckTokenMembership(NULL, (PSID)(ULONG_PTR)s->last, &is) && is);
}

static const struct {
	const char *name;
	void (*run)(const void *context);
} runs[] = {
	{"open thread, ask, close", open_and_ask},
	{"open process, close", open_process},
	{"ask a pseudo-handle", ask_pseudo},
	{"ask for all groups", ask_groups},
	{"duplicate, close", duplicate},
	{"duplicate with all access", duplicate_all},
	{"adjust a privilege", adjust},
	{"check a membership", member},
};

/* The process's own token, with @n groups more */
static void add_groups(unsigned n)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *own = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *with = NULL;
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct guise_token_object *process;

	must(guise_process_token(&process) == 0);
	own = guise_token_object_token(process);
	must(guise_token_builder_from(own, &b) == 0);
	for (unsigned i = 0; i < n; i++) {
		const struct guise_sid sid = {
			.authority = 5,
			.n_subs = 5,
			.sub = {21, 11, 22, 33, 2000 + i},
		};

		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	must(guise_token_builder_seal(b, &with) == 0);
	must(guise_token_object_replace(process, own, with) == 0);
}

static void measure(unsigned groups, unsigned rounds)
{
	struct bench_case cases[ARRAY_SIZE(runs)] = {0};
	struct subject subject = {0};
	SID_IDENTIFIER_AUTHORITY nt = {SECURITY_NT_AUTHORITY};

	must(InitializeSid(subject.last, &nt, 5));
	for (unsigned i = 0; i < 4; i++)
		*GetSidSubAuthority(subject.last, i) =
			(const DWORD[]){21, 11, 22, 33}[i];
	*GetSidSubAuthority(subject.last, 4) = 2000 + groups - 1;
	must(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS,
			      &subject.process));
	must(ImpersonateSelf(SecurityImpersonation));
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		cases[i] = (struct bench_case){.run = runs[i].run,
					       .context = &subject};
	rounds_measure(cases, ARRAY_SIZE(cases), rounds);
	must(RevertToSelf());
	must(CloseHandle(subject.process));
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		printf("%6u groups  %-28s %8.0f ns\n", groups, runs[i].name,
		       cases[i].ns);
}

int main(int argc, char **argv)
{
	unsigned rounds = rounds_of(argc, argv);

	if (rounds == 0)
		return 2;
	add_groups(10);
	measure(10, rounds);
	add_groups(90 + 10); /* the first ten again: twice is no harm */
	measure(100, rounds);
	return 0;
}
