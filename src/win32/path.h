/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows paths and Unix paths: one rule, docs/win32-paths.md.
 */
#ifndef WIN32_PATH_H
#define WIN32_PATH_H

#include "facade.h"

#include "status.h"

/**
 * struct path - a path, resolved as text
 * @windows: absolute, with drive and backslashes ("C:\a\b"), UTF-8; owned
 * @unix_path: what it is here; owned
 * @trailing: it ended in a separator: a directory is meant
 */
struct path {
	char *windows;
	char *unix_path;
	bool trailing;
};

#define PATH_NONE                                                              \
	{                                                                      \
		0                                                              \
	}

void path_clear(struct path *path);

/*
 * From the text of a caller: Windows or Unix path, absolute or relative to the
 * current directory; @n units, no NUL needed.
 * STATUS_OBJECT_NAME_INVALID (reserved characters, streams),
 * STATUS_OBJECT_PATH_NOT_FOUND (a drive that there is not),
 * STATUS_NAME_TOO_LONG, STATUS_NO_MEMORY, STATUS_ILLEGAL_CHARACTER.
 */
NTSTATUS path_resolve(const WCHAR *text, size_t n, struct path *ret);
NTSTATUS path_resolve_utf8(const char *text, size_t n, struct path *ret);
/* The name that a function got; none at all is STATUS_OBJECT_PATH_NOT_FOUND. */
NTSTATUS path_of_wide(LPCWSTR name, struct path *ret);
NTSTATUS path_of_narrow(LPCSTR name, struct path *ret);
/*
 * A name as the native functions take it, "\??\C:\x", in which nothing is
 * taken out; or one from a directory: @root is its Windows path, or NULL, and
 * the Unix path is relative to it. Also STATUS_OBJECT_PATH_SYNTAX_BAD,
 * STATUS_OBJECT_NAME_NOT_FOUND (no such device).
 */
NTSTATUS path_resolve_native(const WCHAR *text, size_t n, const char *root,
			     struct path *ret);
/* As GetFullPathName has it, for free(): nothing is looked up, names need be
 * none, a drive need not be there. */
NTSTATUS path_full(const char *text, char **ret);
/* Is this entry of a directory a name by which it could be opened? One with a
 * backslash in it would lead elsewhere. */
bool path_is_name(const char *name);
/* Which drives there are: a bit for each, A is the lowest. */
DWORD path_drives(void);
/* An absolute Unix path as a Windows path, for free(). */
NTSTATUS path_to_windows(const char *unix_path, char **ret);

#endif
