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
/* An absolute Unix path as a Windows path, for free(). */
NTSTATUS path_to_windows(const char *unix_path, char **ret);

#endif
