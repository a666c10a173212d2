/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Searching directories. A search is an open directory and a pattern; its
 * handle is one of the process's, though CloseHandle is not what ends it on
 * Windows. Only names are found by which something could be opened: one that
 * holds a backslash would lead its finder elsewhere.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file-facts.h"

#include "fd.h"
#include "text.h"
#include "user-memory.h"

/* The longest name that the structures have room for */
#define NAME_UNITS (MAX_PATH - 1)

/**
 * struct search
 * @lock: protects @entries
 * @entries: owned; reads a descriptor of its own
 * @pattern: UTF-8; owned
 * @directories_only: other entries are passed over
 * @is_root: it is a drive, which has no "." and ".."
 */
struct search {
	struct object object;
	pthread_mutex_t lock;
	DIR *entries;
	char *pattern;
	bool directories_only;
	bool is_root;
};

static void search_free(struct object *object)
{
	struct search *search = (struct search *)object;

	if (search->entries)
		(void)closedir(search->entries);
	free(search->pattern);
	(void)pthread_mutex_destroy(&search->lock);
	object_clear(object);
	free(search);
}

static const struct object_type search_type = {
	.name = "Search",
	.free = search_free,
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* '*': anything; '?': one character. Letters of ASCII match in either case. */
static bool matches(const char *pattern, const char *name)
{
	const char *star = NULL, *from = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			from = name;
		} else if (*pattern == '?' || lower(*pattern) == lower(*name)) {
			const bool any = *pattern++ == '?';

			/* all bytes of one character */
			for (name++; any && (*name & 0xc0) == 0x80; name++)
				;
		} else if (star) {
			pattern = star;
			name = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static bool is_pattern(const char *text)
{
	return strpbrk(text, "*?") != NULL;
}

static bool is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static bool is_wanted(const struct search *search, const char *name)
{
	const char *pattern = search->pattern;

	if (is_dots(name) ? search->is_root : !path_is_name(name))
		return false;
	/* a name is one, in its own letters */
	if (!is_pattern(pattern))
		return strcmp(pattern, name) == 0;
	/* everything has an extension, if only an empty one */
	return strcmp(pattern, "*.*") == 0 || matches(pattern, name);
}

static NTSTATUS describe(const struct search *search, const char *name,
			 WIN32_FIND_DATAW *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	struct file_facts facts;
	int fd = dirfd(search->entries);
	NTSTATUS status = file_facts_of_name(fd, name, &facts);
	struct stat is;

	if (NT_SUCCESS(status))
		status = text_to_utf16(name, strlen(name), &text);
	if (!NT_SUCCESS(status) || text.size / sizeof(WCHAR) > NAME_UNITS)
		return STATUS_OBJECT_NAME_INVALID;
	*ret = (WIN32_FIND_DATAW){
		.dwFileAttributes = facts.attributes,
		.ftCreationTime = file_time(facts.created),
		.ftLastAccessTime = file_time(facts.accessed),
		.ftLastWriteTime = file_time(facts.written),
		.nFileSizeHigh = (DWORD)(facts.size >> 32),
		.nFileSizeLow = (DWORD)facts.size,
	};
	if (facts.attributes & FILE_ATTRIBUTE_REPARSE_POINT) {
		ret->dwReserved0 = IO_REPARSE_TAG_SYMLINK;
		if (fstatat(fd, name, &is, 0) == 0 && S_ISDIR(is.st_mode))
			ret->dwFileAttributes |= FILE_ATTRIBUTE_DIRECTORY;
	}
	memcpy(ret->cFileName, text.data, text.size);
	return STATUS_SUCCESS;
}

/* What is gone by now, or cannot be asked about, is passed over. */
static NTSTATUS next_locked(struct search *search, WIN32_FIND_DATAW *ret)
{
	const struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(search->entries);
		if (!entry)
			return errno ? status_of(-errno) : STATUS_NO_MORE_FILES;
		if (!is_wanted(search, entry->d_name) ||
		    !NT_SUCCESS(describe(search, entry->d_name, ret)))
			continue;
		if (!search->directories_only ||
		    (ret->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
			return STATUS_SUCCESS;
	}
}

static NTSTATUS next(struct search *search, WIN32_FIND_DATAW *ret)
{
	NTSTATUS status;

	must(pthread_mutex_lock(&search->lock) == 0);
	status = next_locked(search, ret);
	must(pthread_mutex_unlock(&search->lock) == 0);
	return status;
}

static NTSTATUS open_entries(const struct path *path, DIR **ret)
{
	const struct file_open how = {
		.access = FILE_LIST_DIRECTORY | SYNCHRONIZE,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_DIRECTORY | GUISE_NT_BACKUP_INTENT,
	};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_open(path, &how, &file, NULL);
	int fd;

	if (!NT_SUCCESS(status))
		return status;
	fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return status_of(-errno);
	*ret = fdopendir(fd);
	if (*ret)
		return STATUS_SUCCESS;
	status = status_of(-errno);
	(void)fd_close(fd);
	return status;
}

/* The directory and the pattern in a text that ends in one. */
static NTSTATUS split(const char *text, struct path *ret, char **ret_pattern)
{
	const char *last = text;

	for (const char *c = text; *c; c++) {
		if (*c == '\\' || *c == '/' || (*c == ':' && c == text + 1))
			last = c + 1;
	}
	if (!*text)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	if (!*last)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	*ret_pattern = strdup(last);
	if (!*ret_pattern)
		return STATUS_NO_MEMORY;
	return last == text
		       ? path_resolve_utf8(".", 1, ret)
		       : path_resolve_utf8(text, (size_t)(last - text), ret);
}

static NTSTATUS search_new(const char *text, struct search **ret)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	GUISE_AUTO(freep) char *pattern = NULL;
	struct search *search;
	DIR *entries;
	NTSTATUS status;

	status = split(text, &path, &pattern);
	if (NT_SUCCESS(status))
		status = open_entries(&path, &entries);
	if (status == STATUS_OBJECT_NAME_NOT_FOUND && path.windows)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	if (!NT_SUCCESS(status))
		return status;
	search = calloc(1, sizeof(*search));
	if (!search) {
		(void)closedir(entries);
		return STATUS_NO_MEMORY;
	}
	object_init(&search->object, &search_type, NULL);
	must(pthread_mutex_init(&search->lock, NULL) == 0);
	search->entries = entries;
	search->pattern = guise_take(pattern);
	search->is_root = strlen(path.windows) == 3;
	*ret = search;
	return STATUS_SUCCESS;
}

static NTSTATUS find_first(const char *text, FINDEX_SEARCH_OPS how,
			   WIN32_FIND_DATAW *ret_data, HANDLE *ret)
{
	struct search *search = NULL;
	NTSTATUS status;

	if (how != FindExSearchNameMatch &&
	    how != FindExSearchLimitToDirectories)
		return STATUS_INVALID_PARAMETER;
	status = search_new(text, &search);
	if (!NT_SUCCESS(status))
		return status;
	search->directories_only = how == FindExSearchLimitToDirectories;
	status = next(search, ret_data);
	if (NT_SUCCESS(status))
		return handle_new(&search->object, 0, 0, ret);
	(void)object_unref(&search->object);
	return status == STATUS_NO_MORE_FILES ? STATUS_NO_SUCH_FILE : status;
}

static NTSTATUS find_next(HANDLE handle, WIN32_FIND_DATAW *ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status = handle_object(handle, &search_type, 0, &object, NULL);

	return NT_SUCCESS(status) ? next((struct search *)object, ret) : status;
}

/* Names are UTF-8 here; one may take three bytes for each of its units. */
static NTSTATUS narrow(const WIN32_FIND_DATAW *wide, WIN32_FIND_DATAA *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	NTSTATUS status = text_to_utf8(wide->cFileName,
				       text_length(wide->cFileName), &text);

	if (!NT_SUCCESS(status))
		return status;
	if (text.size >= sizeof(ret->cFileName))
		return STATUS_BUFFER_OVERFLOW;
	*ret = (WIN32_FIND_DATAA){
		.dwFileAttributes = wide->dwFileAttributes,
		.ftCreationTime = wide->ftCreationTime,
		.ftLastAccessTime = wide->ftLastAccessTime,
		.ftLastWriteTime = wide->ftLastWriteTime,
		.nFileSizeHigh = wide->nFileSizeHigh,
		.nFileSizeLow = wide->nFileSizeLow,
		.dwReserved0 = wide->dwReserved0,
	};
	memcpy(ret->cFileName, text.data, text.size);
	return STATUS_SUCCESS;
}

static HANDLE found(NTSTATUS status, HANDLE handle)
{
	return win32_result(status) ? handle : INVALID_HANDLE_VALUE;
}

HANDLE WINAPI FindFirstFileExW(LPCWSTR pattern, FINDEX_INFO_LEVELS level,
			       LPVOID data, FINDEX_SEARCH_OPS search,
			       LPVOID filter, DWORD flags)
{
	GUISE_AUTO(freep) char *text = NULL;
	HANDLE handle = INVALID_HANDLE_VALUE;
	NTSTATUS status = utf8_dup(pattern, &text);

	(void)flags; /* how much is read at once; letters match as they do */
	if (level >= FindExInfoMaxInfoLevel || filter)
		return found(STATUS_INVALID_PARAMETER, handle);
	if (!user_writable(data, sizeof(WIN32_FIND_DATAW)))
		return found(STATUS_ACCESS_VIOLATION, handle);
	if (NT_SUCCESS(status))
		status = find_first(text ? text : "", search, data, &handle);
	return found(status, handle);
}

HANDLE WINAPI FindFirstFileExA(LPCSTR pattern, FINDEX_INFO_LEVELS level,
			       LPVOID data, FINDEX_SEARCH_OPS search,
			       LPVOID filter, DWORD flags)
{
	HANDLE handle = INVALID_HANDLE_VALUE;
	WIN32_FIND_DATAW wide;
	NTSTATUS status;

	(void)flags;
	if (level >= FindExInfoMaxInfoLevel || filter)
		return found(STATUS_INVALID_PARAMETER, handle);
	if (!user_writable(data, sizeof(WIN32_FIND_DATAA)))
		return found(STATUS_ACCESS_VIOLATION, handle);
	status = find_first(pattern ? pattern : "", search, &wide, &handle);
	if (NT_SUCCESS(status))
		status = narrow(&wide, data);
	if (!NT_SUCCESS(status) && handle != INVALID_HANDLE_VALUE)
		(void)handle_close(handle);
	return found(status, handle);
}

HANDLE WINAPI FindFirstFileW(LPCWSTR pattern, LPWIN32_FIND_DATAW data)
{
	return FindFirstFileExW(pattern, FindExInfoStandard, data,
				FindExSearchNameMatch, NULL, 0);
}

HANDLE WINAPI FindFirstFileA(LPCSTR pattern, LPWIN32_FIND_DATAA data)
{
	return FindFirstFileExA(pattern, FindExInfoStandard, data,
				FindExSearchNameMatch, NULL, 0);
}

BOOL WINAPI FindNextFileW(HANDLE handle, LPWIN32_FIND_DATAW data)
{
	if (!user_writable(data, sizeof(*data)))
		return win32_fail(ERROR_NOACCESS);
	return win32_result(find_next(handle, data));
}

BOOL WINAPI FindNextFileA(HANDLE handle, LPWIN32_FIND_DATAA data)
{
	WIN32_FIND_DATAW wide;
	NTSTATUS status;

	if (!user_writable(data, sizeof(*data)))
		return win32_fail(ERROR_NOACCESS);
	status = find_next(handle, &wide);
	return win32_result(NT_SUCCESS(status) ? narrow(&wide, data) : status);
}

BOOL WINAPI FindClose(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status = handle_object(handle, &search_type, 0, &object, NULL);

	return win32_result(NT_SUCCESS(status) ? handle_close(handle) : status);
}
