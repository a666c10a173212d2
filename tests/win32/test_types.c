/* SPDX-License-Identifier: Apache-2.0 */
/* Types have Windows' sizes, and the words of Windows programs compile. */
#include <ntdef.h>
#include <ntstatus.h>
#include <wchar.h>
#include <windows.h>

#include "check.h"

static void integers_have_the_sizes_of_windows(void)
{
	check_equal(sizeof(BOOL), 4);
	check_equal(sizeof(DWORD), 4);
	check_equal(sizeof(LONG), 4);
	check_equal(sizeof(ULONG), 4);
	check_equal(sizeof(LONGLONG), 8);
	check_equal(sizeof(SIZE_T), 8);
	check_equal(sizeof(WCHAR), 2);
	check_equal(sizeof(HANDLE), 8);
	check_equal(sizeof(LARGE_INTEGER), 8);
}

static void structures_have_the_layout_of_windows(void)
{
	check_equal(sizeof(TOKEN_STATISTICS), 56);
	check_equal(sizeof(PRIVILEGE_SET), 20);
	check_equal(sizeof(SECURITY_DESCRIPTOR), 40);
	check_equal(sizeof(SECURITY_QUALITY_OF_SERVICE), 12);
	check_equal(sizeof(SID_AND_ATTRIBUTES), 16);
	check_equal(FIELD_OFFSET(TOKEN_GROUPS, Groups), 8);
	check_equal(SECURITY_MAX_SID_SIZE, 68);
}

static void wide_literals_have_16_bits(void)
{
	check_equal(wcslen(L"S-1-5-18"), 8);
	check_equal(sizeof(L"ab"), 6);
}

static void wild_pointers_are_bad(void)
{
	char *page = VirtualAlloc(NULL, 8192, MEM_RESERVE | MEM_COMMIT,
				  PAGE_READWRITE);
	DWORD before;

	check(page != NULL);
	check(VirtualProtect(page + 4096, 4096, PAGE_NOACCESS, &before));
	memset(page, 'x', 4096);
	check(!IsBadReadPtr(page, 4096));
	check(IsBadReadPtr(page, 4097));
	check(!IsBadWritePtr(page, 4096));
	check(IsBadWritePtr((void *)(ULONG_PTR)16, 1));
	check(!IsBadReadPtr(NULL, 0));
	check(IsBadStringPtrA(page, 8192)); /* without an end */
	check(!IsBadStringPtrA(page, 4096));
	page[4095] = '\0';
	check(!IsBadStringPtrA(page, 8192));
	check(IsBadStringPtrW(NULL, 1));
	check(!IsBadCodePtr((FARPROC)(void (*)(void))wild_pointers_are_bad));
	check(VirtualFree(page, 0, MEM_RELEASE));
}

static void consoles_are_utf8(void)
{
	check(SetConsoleOutputCP(CP_UTF8));
	check_equal(GetConsoleOutputCP(), CP_UTF8);
	check_fails(SetConsoleCP(437), ERROR_INVALID_PARAMETER);
	check_equal(GetConsoleCP(), CP_UTF8);
}

int main(void)
{
	run(integers_have_the_sizes_of_windows);
	run(structures_have_the_layout_of_windows);
	run(wide_literals_have_16_bits);
	run(wild_pointers_are_bad);
	run(consoles_are_utf8);
	return check_done();
}
