/* SPDX-License-Identifier: Apache-2.0 */
/* Searching directories. */
#include <windows.h>

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "temp.h"

static void make(const char *name)
{
	HANDLE file = CreateFileA(temp_path(name), GENERIC_WRITE, 0, NULL,
				  CREATE_NEW, 0, NULL);

	check(file != INVALID_HANDLE_VALUE);
	check(CloseHandle(file));
}

/* The names that are found, each with a bar behind, in order */
static const char *search(const char *pattern)
{
	static char all[512];
	char names[16][64];
	WIN32_FIND_DATAA found;
	HANDLE find = FindFirstFileA(temp_path(pattern), &found);
	unsigned n = 0;

	all[0] = 0;
	if (find == INVALID_HANDLE_VALUE)
		return all;
	do {
		unsigned i = n++;

		for (; i > 0 && strcmp(found.cFileName, names[i - 1]) < 0; i--)
			memcpy(names[i], names[i - 1], sizeof(names[0]));
		snprintf(names[i], sizeof(names[0]), "%s", found.cFileName);
	} while (n < 16 && FindNextFileA(find, &found));
	check_equal(GetLastError(), ERROR_NO_MORE_FILES);
	check(FindClose(find));
	for (unsigned i = 0; i < n; i++) {
		strcat(all, names[i]);
		strcat(all, "|");
	}
	return all;
}

static void patterns_find_what_they_match(void)
{
	static const struct {
		const char *pattern;
		const char *found;
	} rows[] = {
		{"*", ".|..|a.txt|b.TXT|dir|other|"},
		{"*.*", ".|..|a.txt|b.TXT|dir|other|"},
		{"*.txt", "a.txt|b.TXT|"},
		{"?.t?t", "a.txt|b.TXT|"},
		{"a.txt", "a.txt|"},
		{"*er*", "other|"},
		{"??????", ""},
		{"o*r", "other|"},
		{".\\..\\*.nothing", ""},
	};

	make("a.txt");
	make("b.TXT");
	make("other");
	check(CreateDirectoryA(temp_path("dir"), NULL));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *all = search(rows[i].pattern);

		check_say(strcmp(all, rows[i].found) == 0, "%s: %s",
			  rows[i].pattern, all);
	}
}

static void what_is_not_found_says_why(void)
{
	WIN32_FIND_DATAA data;
	HANDLE none = INVALID_HANDLE_VALUE;

	check_fails(FindFirstFileA(temp_path("z*"), &data) != none,
		    ERROR_FILE_NOT_FOUND);
	check_fails(FindFirstFileA(temp_path("no\\*"), &data) != none,
		    ERROR_PATH_NOT_FOUND);
	check_fails(FindFirstFileA(temp_path(""), &data) != none,
		    ERROR_FILE_NOT_FOUND);
	check_fails(FindFirstFileA("", &data) != none, ERROR_PATH_NOT_FOUND);
	check_fails(FindNextFileA(none, &data), ERROR_INVALID_HANDLE);
	check_fails(FindClose(none), ERROR_INVALID_HANDLE);
	check_fails(FindClose(NULL), ERROR_INVALID_HANDLE);
}

static void a_search_tells_what_a_file_is(void)
{
	WIN32_FIND_DATAW data;
	WCHAR pattern[MAX_PATH];
	HANDLE find;

	MultiByteToWideChar(CP_UTF8, 0, temp_path("d*"), -1, pattern, MAX_PATH);
	find = FindFirstFileExW(pattern, FindExInfoBasic, &data,
				FindExSearchLimitToDirectories, NULL, 0);
	check(find != INVALID_HANDLE_VALUE);
	check_equal(data.dwFileAttributes, FILE_ATTRIBUTE_DIRECTORY);
	check(wcscmp(data.cFileName, L"dir") == 0);
	check_fails(FindNextFileW(find, &data), ERROR_NO_MORE_FILES);
	check(FindClose(find));
}

/* Here the kernel is asked to make what Windows could not have */
static void what_no_path_leads_to_is_not_found(void)
{
	static const char *const names[] = {"evil\\..\\name", "a:b", "end.",
					    "end ", "a<b"};
	char path[2 * MAX_PATH];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		FILE *file;

		snprintf(path, sizeof(path), "/tmp%s/%s",
			 strrchr(temp_directory, '\\'), names[i]);
		path[4] = '/';
		file = fopen(path, "w");
		check(file && fclose(file) == 0);
	}
	check(strcmp(search("*"), ".|..|a.txt|b.TXT|dir|other|") == 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/tmp%s/%s",
			 strrchr(temp_directory, '\\'), names[i]);
		path[4] = '/';
		check(unlink(path) == 0);
	}
}

int main(void)
{
	temp_begin();
	run(patterns_find_what_they_match);
	run(what_is_not_found_says_why);
	run(a_search_tells_what_a_file_is);
	run(what_no_path_leads_to_is_not_found);
	temp_end();
	return check_done();
}
