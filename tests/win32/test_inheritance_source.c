/* SPDX-License-Identifier: Apache-2.0 */
/* GetInheritanceSource and FreeInheritedFromArray. */
#include "files.h"

#define DACL DACL_SECURITY_INFORMATION

static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE,
				  FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};

/* The root passes on FA to WD, a passes on FR to AU, a/b/f has both and an
 * entry of its own and one that nobody above has. */
static void plant(void)
{
	check(file_store("", DACL, "D:P(A;OICI;FA;;;WD)"));
	directory_make("a");
	directory_make("a/b");
	file_make("a/b/f");
	check(file_store("a", DACL,
			 "D:ARAI(A;OICI;FR;;;AU)(A;OICIID;FA;;;WD)"));
	check(file_store("a/b", DACL,
			 "D:ARAI(A;OICIID;FR;;;AU)(A;OICIID;FA;;;WD)"));
	check(file_store("a/b/f", DACL,
			 "D:ARAI(A;;FR;;;BU)(A;ID;FR;;;AU)(A;ID;FA;;;WD)"
			 "(A;ID;FX;;;SY)"));
}

/* Where the directory named so is, as Windows says it */
static const char *windows_of(const char *name)
{
	static char text[512];
	int n = snprintf(text, sizeof(text), "C:%s\\", file_path(name));

	for (int i = 0; i < n; i++) {
		if (text[i] == '/')
			text[i] = '\\';
	}
	return text;
}

static PACL dacl_of(const char *name, PSECURITY_DESCRIPTOR *ret)
{
	PACL dacl = NULL;

	check_equal(GetNamedSecurityInfoA(file_path(name), SE_FILE_OBJECT, DACL,
					  NULL, NULL, &dacl, NULL, ret),
		    0);
	return dacl;
}

static void each_entry_has_its_ancestor(void)
{
	INHERITED_FROMA from[4] = {{7, NULL}};
	PSECURITY_DESCRIPTOR sd = NULL;
	PACL dacl;

	plant();
	dacl = dacl_of("a/b/f", &sd);
	check_equal(dacl->AceCount, 4);
	check_equal(GetInheritanceSourceA(file_path("a/b/f"), SE_FILE_OBJECT,
					  DACL, FALSE, NULL, 0, dacl, NULL,
					  &mapping, from),
		    0);
	check_equal(from[0].GenerationGap, 0);
	check(from[0].AncestorName == NULL);
	check_equal(from[1].GenerationGap, 2);
	check(from[1].AncestorName &&
	      strcmp(from[1].AncestorName, windows_of("a")) == 0);
	check_equal(from[2].GenerationGap, 3);
	check(from[2].AncestorName &&
	      strcmp(from[2].AncestorName, windows_of("")) == 0);
	check_equal(from[3].GenerationGap, -1);
	check(from[3].AncestorName == NULL);
	check_equal(
		FreeInheritedFromArray((PINHERITED_FROMW)(void *)from, 4, NULL),
		0);
	check(from[1].AncestorName == NULL);
	LocalFree(sd);
}

static void names_are_wide_where_asked_for_so(void)
{
	INHERITED_FROMW from[2];
	PSECURITY_DESCRIPTOR sd = NULL;
	const char *want = windows_of("");
	WCHAR name[256];
	PACL dacl;
	size_t i;
	char *path = file_path("a");

	for (i = 0; path[i]; i++)
		name[i] = (WCHAR)path[i];
	name[i] = 0;
	dacl = dacl_of("a", &sd);
	check_equal(GetInheritanceSourceW(name, SE_FILE_OBJECT, DACL, TRUE,
					  NULL, 0, dacl, NULL, &mapping, from),
		    0);
	check_equal(from[1].GenerationGap, 1);
	for (i = 0; want[i]; i++)
		check(from[1].AncestorName[i] == (WCHAR)want[i]);
	check_equal(from[1].AncestorName[i], 0);
	check_equal(FreeInheritedFromArray(from, 2, NULL), 0);
	LocalFree(sd);
}

static void what_lies_above_is_where_it_really_is(void)
{
	INHERITED_FROMA from[4];
	PSECURITY_DESCRIPTOR sd = NULL;
	PACL dacl = dacl_of("a/b/f", &sd);

	check(symlink(file_path("a/b/f"), file_path("link")) == 0);
	check_equal(GetInheritanceSourceA(file_path("link"), SE_FILE_OBJECT,
					  DACL, FALSE, NULL, 0, dacl, NULL,
					  &mapping, from),
		    0);
	check(from[1].AncestorName &&
	      strcmp(from[1].AncestorName, windows_of("a")) == 0);
	check_equal(
		FreeInheritedFromArray((PINHERITED_FROMW)(void *)from, 4, NULL),
		0);
	LocalFree(sd);
}

static void audits_have_ancestors_too(void)
{
	const DWORD parts = SACL_SECURITY_INFORMATION;
	PSECURITY_DESCRIPTOR sd = NULL;
	INHERITED_FROMA from[1];
	PACL sacl = NULL;

	if (!privilege_set(SE_SECURITY_NAME, TRUE)) {
		check_skip("the process has no SeSecurityPrivilege");
		return;
	}
	check(file_store("a", parts, "S:ARAI(AU;OICISA;FW;;;WD)"));
	check(file_store("a/b", parts, "S:ARAI(AU;OICIIDSA;FW;;;WD)"));
	check_equal(GetNamedSecurityInfoA(file_path("a/b"), SE_FILE_OBJECT,
					  parts, NULL, NULL, NULL, &sacl, &sd),
		    0);
	check_equal(GetInheritanceSourceA(file_path("a/b"), SE_FILE_OBJECT,
					  parts, TRUE, NULL, 0, sacl, NULL,
					  &mapping, from),
		    0);
	check_equal(from[0].GenerationGap, 1);
	check_equal(
		FreeInheritedFromArray((PINHERITED_FROMW)(void *)from, 1, NULL),
		0);
	/* whoever may not read a SACL is not told where it is from */
	check(privilege_set(SE_SECURITY_NAME, FALSE));
	check_equal(GetInheritanceSourceA(file_path("a/b"), SE_FILE_OBJECT,
					  parts, TRUE, NULL, 0, sacl, NULL,
					  &mapping, from),
		    0);
	check_equal(from[0].GenerationGap, -1);
	check(privilege_set(SE_SECURITY_NAME, TRUE));
	LocalFree(sd);
}

static void arguments_must_make_sense(void)
{
	const DWORD both = DACL | SACL_SECURITY_INFORMATION;
	INHERITED_FROMA from[4] = {{7, NULL}};
	char *name = file_path("a/b/f");
	PSECURITY_DESCRIPTOR sd = NULL;
	PACL dacl = dacl_of("a/b/f", &sd);

	check_equal(GetInheritanceSourceA(NULL, SE_FILE_OBJECT, DACL, FALSE,
					  NULL, 0, dacl, NULL, &mapping, from),
		    87);
	check_equal(GetInheritanceSourceA(name, SE_FILE_OBJECT, both, FALSE,
					  NULL, 0, dacl, NULL, &mapping, from),
		    87);
	check_equal(GetInheritanceSourceA(name, SE_FILE_OBJECT,
					  OWNER_SECURITY_INFORMATION, FALSE,
					  NULL, 0, dacl, NULL, &mapping, from),
		    87);
	check_equal(GetInheritanceSourceA(name, SE_FILE_OBJECT, DACL, FALSE,
					  NULL, 0, NULL, NULL, &mapping, from),
		    87);
	check_equal(GetInheritanceSourceA(name, SE_FILE_OBJECT, DACL, FALSE,
					  NULL, 0, dacl, NULL, &mapping, NULL),
		    87);
	check_equal(GetInheritanceSourceA(name, SE_KERNEL_OBJECT, DACL, FALSE,
					  NULL, 0, dacl, NULL, &mapping, from),
		    87);
	check_equal(GetInheritanceSourceA(name, SE_REGISTRY_KEY, DACL, FALSE,
					  NULL, 0, dacl, NULL, &mapping, from),
		    ERROR_NOT_SUPPORTED);
	check_equal(GetInheritanceSourceA(file_path("none"), SE_FILE_OBJECT,
					  DACL, FALSE, NULL, 0, dacl, NULL,
					  &mapping, from),
		    ERROR_FILE_NOT_FOUND);
	check_equal(from[0].GenerationGap, 7);
	check_equal(FreeInheritedFromArray(NULL, 0, NULL), 87);
	LocalFree(sd);
}

int main(void)
{
	if (!files_begin())
		return check_done();
	run(each_entry_has_its_ancestor);
	run(names_are_wide_where_asked_for_so);
	run(what_lies_above_is_where_it_really_is);
	run(audits_have_ancestors_too);
	run(arguments_must_make_sense);
	files_end();
	return check_done();
}
