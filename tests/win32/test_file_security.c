/* SPDX-License-Identifier: Apache-2.0 */
/* GetFileSecurity and SetFileSecurity: what is stored, and nothing else. */
#include "files.h"

static void sizes_follow_the_rules(void)
{
	BYTE sd[1024], again[1024];
	DWORD n = 0, m = 0xbeef;

	file_make("f");
	check_fails(GetFileSecurityA(file_path("f"), EVERYTHING, NULL, 0, &n),
		    ERROR_INSUFFICIENT_BUFFER);
	check(n > sizeof(SECURITY_DESCRIPTOR_RELATIVE) && n < sizeof(sd));
	check_fails(GetFileSecurityA(file_path("f"), EVERYTHING, sd, n - 1, &m),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(m, n);
	SetLastError(0xdeadbeef);
	m = 0;
	check(GetFileSecurityA(file_path("f"), EVERYTHING, sd, n, &m));
	check_equal(m, n);
	check_equal(GetLastError(), 0xdeadbeef);
	check_equal(GetSecurityDescriptorLength(sd), n);
	check(GetFileSecurityW(L"C:\\", EVERYTHING, again, sizeof(again), &m));
	check(IsValidSecurityDescriptor(again));
	check_fails(GetFileSecurityA(file_path("f"), EVERYTHING, sd, n, NULL),
		    ERROR_NOACCESS);
	check_fails(GetFileSecurityA(file_path("f"), EVERYTHING, NULL, n, &m),
		    ERROR_NOACCESS);
}

static void what_was_read_can_be_set(void)
{
	BYTE sd[1024];
	DWORD n;

	check(GetFileSecurityA(file_path("f"), EVERYTHING, sd, sizeof(sd), &n));
	check(SetFileSecurityA(file_path("f"), EVERYTHING, sd));
	check(SetFileSecurityA(file_path("f"), DACL_SECURITY_INFORMATION, sd));
}

static void names_lead_to_files(void)
{
	static const struct {
		const char *name;
		DWORD error;
	} rows[] = {
		{"f", 0},
		{"nothing", ERROR_FILE_NOT_FOUND},
		{"nothing/f", ERROR_PATH_NOT_FOUND},
		{"a?b", ERROR_INVALID_NAME},
	};
	BYTE sd[1024];
	DWORD n = 0xbeef;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *path = file_path(rows[i].name);

		SetLastError(0);
		check_say(GetFileSecurityA(path, EVERYTHING, sd, sizeof(sd),
					   &n) == !rows[i].error,
			  "get %s", path);
		check_equal(GetLastError(), rows[i].error);
		SetLastError(0);
		GetFileSecurityA(file_path("f"), EVERYTHING, sd, sizeof(sd),
				 &n);
		check_say(SetFileSecurityA(path, DACL_SECURITY_INFORMATION,
					   sd) == !rows[i].error,
			  "set %s", path);
		check_equal(GetLastError(), rows[i].error);
	}
	n = 0xbeef;
	check_fails(GetFileSecurityA(NULL, EVERYTHING, sd, sizeof(sd), &n),
		    ERROR_INVALID_NAME);
	check_fails(GetFileSecurityW(L"", EVERYTHING, sd, sizeof(sd), &n),
		    ERROR_INVALID_NAME);
	check_fails(SetFileSecurityW(NULL, EVERYTHING, sd), ERROR_INVALID_NAME);
	check_equal(n, 0xbeef);
}

static void what_is_set_must_be_a_descriptor(void)
{
	SECURITY_DESCRIPTOR sd = {0};
	DWORD parts = OWNER_SECURITY_INFORMATION;

	check_fails(SetFileSecurityA(file_path("f"), parts, NULL),
		    ERROR_NOACCESS);
	check_fails(SetFileSecurityA(file_path("f"), parts, &sd),
		    ERROR_UNKNOWN_REVISION);
	sd.Revision = SECURITY_DESCRIPTOR_REVISION;
	check_fails(SetFileSecurityA(file_path("f"), parts, &sd),
		    ERROR_INVALID_SECURITY_DESCR);
	check_fails(SetFileSecurityA(file_path("f"), GROUP_SECURITY_INFORMATION,
				     &sd),
		    ERROR_INVALID_SECURITY_DESCR);
}

static void lists_are_taken_as_they_are(void)
{
	directory_make("d");
	file_make("d/f");
	check(file_store("d/f", DACL_SECURITY_INFORMATION, "D:(A;;FR;;;WD)"));
	check(file_store("d", DACL_SECURITY_INFORMATION, "D:(A;OICI;FA;;;BU)"));
	stored_is("d", "D:(A;OICI;FA;;;BU)");
	stored_is("d/f", "D:(A;;FR;;;WD)");
	/* generic rights become those of files */
	check(file_store("d/f", DACL_SECURITY_INFORMATION,
			 "D:(A;;GR;;;WD)(A;;GA;;;BU)"));
	stored_is("d/f", "D:(A;;FR;;;WD)(A;;FA;;;BU)");
	check(file_store("d/f", DACL_SECURITY_INFORMATION,
			 "D:PAI(A;;FR;;;WD)"));
	stored_is("d/f", "D:P(A;;FR;;;WD)");
	check(file_store("d/f", DACL_SECURITY_INFORMATION,
			 "D:ARAI(A;ID;FR;;;WD)"));
	stored_is("d/f", "D:AI(A;ID;FR;;;WD)");
}

static void parts_are_set_one_by_one(void)
{
	file_make("parts");
	check(file_store("parts", EVERYTHING, "O:BAG:BUD:(A;;FA;;;WD)"));
	stored_check("parts", EVERYTHING, "O:BAG:BUD:(A;;FA;;;WD)", __LINE__);
	check(file_store("parts", GROUP_SECURITY_INFORMATION,
			 "O:SYG:SYD:(A;;FR;;;SY)"));
	stored_check("parts", EVERYTHING, "O:BAG:SYD:(A;;FA;;;WD)", __LINE__);
	stored_check("parts", OWNER_SECURITY_INFORMATION, "O:BA", __LINE__);
	stored_check("parts", 0, "", __LINE__);
}

static void the_sacl_takes_its_privilege(void)
{
	const SECURITY_INFORMATION sacl = SACL_SECURITY_INFORMATION;
	BYTE sd[1024];
	DWORD n;

	if (!privilege_set(SE_SECURITY_NAME, TRUE)) {
		check_skip("the process has no SeSecurityPrivilege");
		return;
	}
	file_make("audited");
	check(file_store("audited", sacl, "S:(AU;SA;FW;;;WD)"));
	stored_check("audited", sacl, "S:(AU;SA;FW;;;WD)", __LINE__);
	check(privilege_set(SE_SECURITY_NAME, FALSE));
	check_fails(GetFileSecurityA(file_path("audited"), sacl, sd, sizeof(sd),
				     &n),
		    ERROR_PRIVILEGE_NOT_HELD);
	check_fails(file_store("audited", sacl, "S:"),
		    ERROR_PRIVILEGE_NOT_HELD);
	check(privilege_set(SE_SECURITY_NAME, TRUE));
}

static void a_backup_is_everything(void)
{
	const SECURITY_INFORMATION backup = BACKUP_SECURITY_INFORMATION;
	const SECURITY_INFORMATION all = EVERYTHING |
					 SACL_SECURITY_INFORMATION |
					 LABEL_SECURITY_INFORMATION;
	static const char whole[] =
		"O:BAG:BUD:(A;;FA;;;WD)S:(ML;;NW;;;LW)(AU;SA;FW;;;WD)";
	BYTE sd[1024];
	DWORD n;

	if (!privilege_set(SE_SECURITY_NAME, TRUE)) {
		check_skip("the process has no SeSecurityPrivilege");
		return;
	}
	file_make("backup");
	check(file_store("backup", backup, whole));
	check(GetFileSecurityA(file_path("backup"), backup, sd, sizeof(sd),
			       &n));
	sd_check(sd, all, whole, "backup", __LINE__);
	file_make("restored");
	check(SetFileSecurityA(file_path("restored"), backup, sd));
	stored_check("restored", all, whole, __LINE__);
	check(privilege_set(SE_SECURITY_NAME, FALSE));
	check_fails(GetFileSecurityA(file_path("backup"), backup, sd,
				     sizeof(sd), &n),
		    ERROR_PRIVILEGE_NOT_HELD);
	check_fails(SetFileSecurityA(file_path("restored"), backup, sd),
		    ERROR_PRIVILEGE_NOT_HELD);
	check(privilege_set(SE_SECURITY_NAME, TRUE));
}

static void labels_and_audits_lie_side_by_side(void)
{
	const SECURITY_INFORMATION label = LABEL_SECURITY_INFORMATION;

	file_make("labelled");
	check(file_store("labelled", SACL_SECURITY_INFORMATION,
			 "S:(AU;SA;FW;;;WD)"));
	check(file_store("labelled", label, "S:(ML;;NW;;;LW)"));
	stored_check("labelled", label, "S:(ML;;NW;;;LW)", __LINE__);
	stored_check("labelled", SACL_SECURITY_INFORMATION, "S:(AU;SA;FW;;;WD)",
		     __LINE__);
}

int main(void)
{
	if (!files_begin())
		return check_done();
	run(sizes_follow_the_rules);
	run(what_was_read_can_be_set);
	run(names_lead_to_files);
	run(what_is_set_must_be_a_descriptor);
	run(lists_are_taken_as_they_are);
	run(parts_are_set_one_by_one);
	run(the_sacl_takes_its_privilege);
	run(a_backup_is_everything);
	run(labels_and_audits_lie_side_by_side);
	files_end();
	return check_done();
}
