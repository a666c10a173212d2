/* SPDX-License-Identifier: Apache-2.0 */
/* TreeSetNamedSecurityInfo and TreeResetNamedSecurityInfo. */
#include "files.h"

#define DACL DACL_SECURITY_INFORMATION
#define FREE (DACL | UNPROTECTED_DACL_SECURITY_INFORMATION)
#define CALLS_MAX 32

/* What a progress function was told, and what it answers */
static struct {
	char names[CALLS_MAX][256];
	DWORD status[CALLS_MAX];
	BOOL set[CALLS_MAX];
	unsigned n;
	PROG_INVOKE_SETTING answer; /* 0: none */
	unsigned answer_at;
	PVOID argument;
} calls;

static VOID progress(LPWSTR name, DWORD status, PPROG_INVOKE_SETTING setting,
		     PVOID argument, BOOL set)
{
	const size_t root = strlen(files_root) + 1;
	size_t i = 0;

	if (!check(calls.n < CALLS_MAX))
		return;
	for (; name[i] && i < 255; i++)
		calls.names[calls.n][i] = (char)name[i];
	calls.names[calls.n][i] = 0;
	check(i >= root - 1);
	memmove(calls.names[calls.n],
		calls.names[calls.n] + (i >= root ? root : i), i + 1 - root);
	calls.status[calls.n] = status;
	calls.set[calls.n] = set;
	calls.argument = argument;
	if (calls.answer && calls.answer_at == calls.n)
		*setting = calls.answer;
	calls.n++;
}

static void calls_reset(void)
{
	memset(&calls, 0, sizeof(calls));
}

static int call_of(const char *name)
{
	for (unsigned i = 0; i < calls.n; i++) {
		if (strcmp(calls.names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

static DWORD tree_set(const char *name, DWORD parts, const char *sddl,
		      DWORD action, PROG_INVOKE_SETTING setting)
{
	PSECURITY_DESCRIPTOR sd = sd_of(sddl);
	BOOL present, defaulted;
	PSID owner, group;
	PACL dacl;
	DWORD error;

	check(GetSecurityDescriptorDacl(sd, &present, &dacl, &defaulted));
	check(GetSecurityDescriptorOwner(sd, &owner, &defaulted));
	check(GetSecurityDescriptorGroup(sd, &group, &defaulted));
	error = TreeSetNamedSecurityInfoA(file_path(name), SE_FILE_OBJECT,
					  parts, owner, group, dacl, NULL,
					  action, progress, setting, &calls);
	LocalFree(sd);
	return error;
}

/* t: d/(f, own protected), f with an entry of its own */
static void plant(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s/t'", files_root);
	check(system(command) == 0);
	directory_make("t");
	directory_make("t/d");
	file_make("t/d/f");
	file_make("t/d/own");
	file_make("t/f");
	check(file_store("t", EVERYTHING, "O:BAG:BUD:P(A;OICI;FA;;;WD)"));
	check(file_store("t/d", EVERYTHING,
			 "O:BAG:BUD:ARAI(A;OICIID;FA;;;WD)"));
	check(file_store("t/d/f", EVERYTHING,
			 "O:BAG:BUD:ARAI(A;;FR;;;AU)(A;ID;FA;;;WD)"));
	check(file_store("t/d/own", EVERYTHING, "O:BAG:BUD:P(A;;FA;;;WD)"));
	check(file_store("t/f", EVERYTHING, "O:BAG:BUD:ARAI(A;ID;FA;;;WD)"));
	calls_reset();
}

static void setting_keeps_what_is_explicit(void)
{
	plant();
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_SET, ProgressInvokeNever),
		    0);
	check_equal(calls.n, 0);
	named_is("t", "D:PAI(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)");
	named_is("t/d", "D:AI(A;OICIID;FA;;;WD)(A;OICIID;FR;;;BU)");
	named_is("t/d/f", "D:AI(A;;FR;;;AU)(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
	named_is("t/d/own", "D:P(A;;FA;;;WD)");
	named_is("t/f", "D:AI(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
}

static void resetting_leaves_what_is_inherited(void)
{
	plant();
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_RESET, ProgressInvokeNever),
		    0);
	named_is("t/d/f", "D:AI(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
	named_is("t/d/own", "D:AI(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
	plant();
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_RESET_KEEP_EXPLICIT,
			     ProgressInvokeNever),
		    0);
	named_is("t/d/f", "D:AI(A;;FR;;;AU)(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
	named_is("t/d/own", "D:AI(A;;FA;;;WD)(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
}

/* As a tool that resets a whole tree does it */
static void a_tree_can_be_reset_to_its_parent(void)
{
	WCHAR name[64];
	ACL empty;
	size_t i;

	plant();
	for (i = 0; files_root[i]; i++)
		name[i] = (WCHAR)files_root[i];
	name[i++] = '\\';
	name[i++] = 't';
	name[i] = 0;
	check(InitializeAcl(&empty, sizeof(empty), ACL_REVISION));
	check_equal(TreeResetNamedSecurityInfoW(
			    name, SE_FILE_OBJECT, FREE, NULL, NULL, &empty,
			    NULL, FALSE, NULL, ProgressInvokeNever, NULL),
		    0);
	named_is("t", "D:AI(A;OICIID;FA;;;WD)");
	named_is("t/d/f", "D:AI(A;ID;FA;;;WD)");
	plant();
	check_equal(TreeResetNamedSecurityInfoA(file_path("t"), SE_FILE_OBJECT,
						FREE, NULL, NULL, &empty, NULL,
						TRUE, NULL, ProgressInvokeNever,
						NULL),
		    0);
	named_is("t/d/f", "D:AI(A;;FR;;;AU)(A;ID;FA;;;WD)");
}

/* What is needed to go on is opened before the right to it goes. */
static void a_tree_can_be_closed_behind_oneself(void)
{
	const DWORD protect = DACL | PROTECTED_DACL_SECURITY_INFORMATION;

	directory_make("mine");
	directory_make("mine/d");
	file_make("mine/d/f");
	check_equal(tree_set("mine", protect, "D:(A;OICI;FA;;;SY)",
			     TREE_SEC_INFO_SET, ProgressInvokeOnError),
		    0);
	check_equal(calls.n, 0);
	named_is("mine/d", "D:AI(A;OICIID;FA;;;SY)");
	named_is("mine/d/f", "D:AI(A;ID;FA;;;SY)");
}

static void owners_go_to_all(void)
{
	const DWORD parts =
		OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION;

	plant();
	check_equal(tree_set("t", parts, "O:SYG:BA", TREE_SEC_INFO_SET,
			     ProgressInvokeNever),
		    0);
	stored_check("t", EVERYTHING, "O:SYG:BAD:P(A;OICI;FA;;;WD)", __LINE__);
	stored_check("t/d/f", EVERYTHING,
		     "O:SYG:BAD:AI(A;;FR;;;AU)(A;ID;FA;;;WD)", __LINE__);
	stored_check("t/d/own", EVERYTHING, "O:SYG:BAD:P(A;;FA;;;WD)",
		     __LINE__);
	plant();
	check_equal(tree_set("t", OWNER_SECURITY_INFORMATION | DACL,
			     "O:SYD:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_SET, ProgressInvokeNever),
		    0);
	stored_check("t/f", EVERYTHING,
		     "O:SYG:BUD:AI(A;ID;FA;;;WD)(A;ID;FR;;;BU)", __LINE__);
	stored_check("t/d/own", EVERYTHING, "O:SYG:BUD:P(A;;FA;;;WD)",
		     __LINE__);
}

static void progress_is_told_of_every_object(void)
{
	plant();
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_SET, ProgressInvokeEveryObject),
		    0);
	check_equal(calls.n, 5);
	check_equal(call_of("t"), 0);
	check(call_of("t\\d") > 0 && call_of("t\\f") > 0);
	check(call_of("t\\d\\f") > call_of("t\\d"));
	check(call_of("t\\d\\own") > call_of("t\\d"));
	for (unsigned i = 0; i < calls.n; i++) {
		check_equal(calls.status[i], 0);
		check(calls.set[i]);
	}
	check(calls.argument == &calls);
}

static void progress_is_told_before_and_after(void)
{
	plant();
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_SET, ProgressInvokePrePostError),
		    0);
	check_equal(calls.n, 10);
	check(strcmp(calls.names[0], calls.names[1]) == 0);
	check(!calls.set[0] && calls.set[1]);
}

static void progress_can_stop_the_rest(void)
{
	plant();
	calls.answer = ProgressCancelOperation;
	calls.answer_at = 1;
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_RESET, ProgressInvokeEveryObject),
		    ERROR_OPERATION_ABORTED);
	check_equal(calls.n, 2);
	named_is("t", "D:PAI(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)");
	plant();
	calls.answer = ProgressCancelOperation;
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_RESET, ProgressInvokePrePostError),
		    ERROR_OPERATION_ABORTED);
	check_equal(calls.n, 1);
	named_is("t", "D:P(A;OICI;FA;;;WD)");
}

static void progress_can_change_when_it_is_told(void)
{
	plant();
	calls.answer = ProgressInvokeNever;
	calls.answer_at = 1;
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_SET, ProgressInvokeEveryObject),
		    0);
	check_equal(calls.n, 2);
	named_is("t/d/f", "D:AI(A;;FR;;;AU)(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
}

static void failures_are_told_and_may_be_tried_again(void)
{
	calls_reset();
	check_equal(tree_set("none", DACL, "D:", TREE_SEC_INFO_SET,
			     ProgressInvokeOnError),
		    ERROR_FILE_NOT_FOUND);
	check_equal(calls.n, 1);
	check(strcmp(calls.names[0], "none") == 0);
	check_equal(calls.status[0], ERROR_FILE_NOT_FOUND);
	check(!calls.set[0]);
	calls_reset();
	calls.answer = ProgressRetryOperation;
	check_equal(tree_set("none", DACL, "D:", TREE_SEC_INFO_SET,
			     ProgressInvokeOnError),
		    ERROR_FILE_NOT_FOUND);
	check_equal(calls.n, 2);
	plant();
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)",
			     TREE_SEC_INFO_SET, ProgressInvokeOnError),
		    0);
	check_equal(calls.n, 0);
}

static void names_begin_as_the_caller_says(void)
{
	plant();
	check_equal(tree_set("t/", DACL, "D:(A;OICI;FA;;;WD)",
			     TREE_SEC_INFO_SET, ProgressInvokeEveryObject),
		    0);
	check_equal(calls.n, 5);
	check(strcmp(calls.names[0], "t/") == 0);
	check(call_of("t\\d\\f") > 0);
	calls_reset();
	check_equal(tree_set("t/f", DACL, "D:(A;;FA;;;WD)", TREE_SEC_INFO_SET,
			     ProgressInvokeEveryObject),
		    0);
	check_equal(calls.n, 1);
}

static void the_rest_is_done_where_one_fails(void)
{
	int closed;

	plant();
	check(file_store("t/d/own", EVERYTHING,
			 "O:S-1-5-21-1-2-3-4G:BUD:P(A;;RC;;;WD)"));
	calls.answer = ProgressRetryOperation;
	if (!check(become_plain()))
		return;
	check_equal(tree_set("t", DACL, "D:(A;OICI;FA;;;WD)",
			     TREE_SEC_INFO_RESET, ProgressInvokeOnError),
		    0);
	check(RevertToSelf());
	closed = call_of("t\\d\\own");
	check_equal(closed, 0);
	check_equal(calls.n, 2); /* tried twice, with the same end */
	check_equal(calls.status[0], ERROR_ACCESS_DENIED);
	check_equal(calls.status[1], ERROR_ACCESS_DENIED);
	check(!calls.set[0] && !calls.set[1]);
	stored_is("t/d/own", "D:P(A;;RC;;;WD)");
	named_is("t/d/f", "D:AI(A;ID;FA;;;WD)");
	named_is("t/f", "D:AI(A;ID;FA;;;WD)");
}

static void arguments_must_make_sense(void)
{
	char name[] = "name";

	plant();
	check_equal(tree_set("t", DACL, "D:", 0, ProgressInvokeNever), 87);
	check_equal(tree_set("t", DACL, "D:", 4, ProgressInvokeNever), 87);
	check_equal(tree_set("t", DACL, "D:", TREE_SEC_INFO_SET,
			     (PROG_INVOKE_SETTING)0),
		    87);
	check_equal(tree_set("t", FREE | PROTECTED_DACL_SECURITY_INFORMATION,
			     "D:", TREE_SEC_INFO_SET, ProgressInvokeNever),
		    87);
	check_equal(tree_set("t", OWNER_SECURITY_INFORMATION,
			     "D:", TREE_SEC_INFO_SET, ProgressInvokeNever),
		    ERROR_INVALID_SECURITY_DESCR);
	check_equal(TreeSetNamedSecurityInfoA(
			    NULL, SE_FILE_OBJECT, DACL, NULL, NULL, NULL, NULL,
			    TREE_SEC_INFO_SET, NULL, ProgressInvokeNever, NULL),
		    87);
	check_equal(TreeSetNamedSecurityInfoA(
			    name, SE_REGISTRY_KEY, DACL, NULL, NULL, NULL, NULL,
			    TREE_SEC_INFO_SET, NULL, ProgressInvokeNever, NULL),
		    ERROR_NOT_SUPPORTED);
	check_equal(TreeSetNamedSecurityInfoA(
			    name, SE_SERVICE, DACL, NULL, NULL, NULL, NULL,
			    TREE_SEC_INFO_SET, NULL, ProgressInvokeNever, NULL),
		    87);
	check_equal(calls.n, 0);
}

int main(void)
{
	if (!files_begin())
		return check_done();
	run(setting_keeps_what_is_explicit);
	run(resetting_leaves_what_is_inherited);
	run(a_tree_can_be_reset_to_its_parent);
	run(a_tree_can_be_closed_behind_oneself);
	run(owners_go_to_all);
	run(progress_is_told_of_every_object);
	run(progress_is_told_before_and_after);
	run(progress_can_stop_the_rest);
	run(progress_can_change_when_it_is_told);
	run(failures_are_told_and_may_be_tried_again);
	run(names_begin_as_the_caller_says);
	run(the_rest_is_done_where_one_fails);
	run(arguments_must_make_sense);
	files_end();
	return check_done();
}
