/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory of a test's own below /tmp, which is C:\tmp. Needs windows.h and
 * check.h before. A name in it lives until the fourth next is made.
 */
#ifndef TESTS_WIN32_TEMP_H
#define TESTS_WIN32_TEMP_H

static char temp_directory[MAX_PATH];

static const char *temp_path(const char *name)
{
	static char paths[4][MAX_PATH];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, MAX_PATH, "%s\\%s", temp_directory, name);
	return path;
}

static void temp_remove(const char *path)
{
	char pattern[MAX_PATH + 2], below[2 * MAX_PATH];
	WIN32_FIND_DATAA found;
	HANDLE find;

	snprintf(pattern, sizeof(pattern), "%s\\*", path);
	find = FindFirstFileA(pattern, &found);
	if (find == INVALID_HANDLE_VALUE)
		return;
	do {
		const char *name = found.cFileName;

		if (name[0] == '.' &&
		    (!name[1] || (name[1] == '.' && !name[2])))
			continue;
		snprintf(below, sizeof(below), "%s\\%s", path, name);
		SetFileAttributesA(below, FILE_ATTRIBUTE_NORMAL);
		if (DeleteFileA(below))
			continue;
		if (!(found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
			temp_remove(below);
		RemoveDirectoryA(below);
	} while (FindNextFileA(find, &found));
	FindClose(find);
}

__attribute__((__unused__)) static void temp_begin(void)
{
	snprintf(temp_directory, sizeof(temp_directory),
		 "C:\\tmp\\guise-test-%u-%u", GetCurrentProcessId(),
		 GetTickCount());
	check(CreateDirectoryA(temp_directory, NULL));
}

static void temp_end(void)
{
	temp_remove(temp_directory);
	check(RemoveDirectoryA(temp_directory));
}

#endif
