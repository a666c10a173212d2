/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one rule that makes Unix paths of Windows paths; docs/win32-paths.md.
 * Everything here is text: "." and ".." are taken out as Windows does, before
 * anything is opened; what is opened is opened by the result, once.
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "path.h"

#include "buf.h"
#include "text.h"

#define DRIVES 26
#define RESERVED "<>:\"|?*"

static struct {
	pthread_once_t once;
	char *roots[DRIVES]; /* Unix directories without a '/' at the end */
} drives = {.once = PTHREAD_ONCE_INIT};

static bool is_separator(char c)
{
	return c == '\\' || c == '/';
}

static bool drive_of(char c, unsigned *ret)
{
	if (c >= 'A' && c <= 'Z')
		*ret = (unsigned)(c - 'A');
	else if (c >= 'a' && c <= 'z')
		*ret = (unsigned)(c - 'a');
	else
		return false;
	return true;
}

/* "C=/;X=/srv/share": what is malformed is left out. */
static void read_drive(const char *text, size_t size)
{
	unsigned drive;

	if (size < 3 || !drive_of(text[0], &drive) || text[1] != '=' ||
	    text[2] != '/')
		return;
	size -= 2;
	text += 2;
	while (size > 0 && text[size - 1] == '/')
		size--;
	free(drives.roots[drive]);
	drives.roots[drive] = strndup(text, size);
}

static void read_drives(void)
{
	/* not for a program that runs with more than its caller's rights */
	const char *text = secure_getenv("GUISE_WIN32_DRIVES");

	drives.roots['C' - 'A'] = strdup("");
	while (text && *text) {
		size_t size = strcspn(text, ";");

		read_drive(text, size);
		text += size + (text[size] == ';');
	}
}

static const char *drive_root(unsigned drive)
{
	(void)pthread_once(&drives.once, read_drives);
	return drives.roots[drive];
}

DWORD path_drives(void)
{
	DWORD all = 0;

	for (unsigned i = 0; i < DRIVES; i++)
		all |= drive_root(i) ? 1u << i : 0;
	return all;
}

void path_clear(struct path *path)
{
	free(path->windows);
	free(path->unix_path);
	*path = (struct path)PATH_NONE;
}

/* struct names - the path that is being made: "/a/b", "" for the root */
struct names {
	struct guise_buf text;
	bool verbatim; /* \\?\: nothing is taken out */
	bool lenient;  /* is not opened: names may be patterns */
};

static void up(struct guise_buf *text)
{
	size_t size = text->size;

	while (size > 0 && text->data[size - 1] != '/')
		size--;
	buf_truncate(text, size ? size - 1 : 0);
}

/* Windows drops spaces and dots at the end of a name. */
static size_t trimmed(const struct names *names, const char *name, size_t size)
{
	while (!names->verbatim && size > 0 &&
	       (name[size - 1] == ' ' || name[size - 1] == '.'))
		size--;
	return size;
}

static bool has_good_letters(const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)name[i] < ' ' || strchr(RESERVED, name[i]))
			return false;
	}
	return size <= GUISE_NAME_MAX;
}

static bool is_name(const char *name, size_t size, const char *other)
{
	return size == strlen(other) && memcmp(name, other, size) == 0;
}

static NTSTATUS add_name(struct names *names, const char *name, size_t size)
{
	if (!names->verbatim && is_name(name, size, "..")) {
		up(&names->text);
		return STATUS_SUCCESS;
	}
	if (names->verbatim &&
	    (is_name(name, size, ".") || is_name(name, size, "..")))
		return STATUS_OBJECT_NAME_INVALID;
	size = trimmed(names, name, size);
	if (size == 0)
		return STATUS_SUCCESS;
	if (!names->lenient && !has_good_letters(name, size))
		return STATUS_OBJECT_NAME_INVALID;
	if (buf_append_u8(&names->text, '/') < 0 ||
	    buf_append(&names->text, name, size) < 0)
		return STATUS_NO_MEMORY;
	return STATUS_SUCCESS;
}

static NTSTATUS add_names(struct names *names, const char *text, size_t size)
{
	size_t at = 0;

	while (at < size) {
		size_t begin = at;
		NTSTATUS status;

		while (at < size && !is_separator(text[at]))
			at++;
		status = add_name(names, text + begin, at - begin);
		if (!NT_SUCCESS(status))
			return status;
		at++;
	}
	return STATUS_SUCCESS;
}

bool path_is_name(const char *name)
{
	const struct names names = {0};
	size_t size = strlen(name);

	return size > 0 && has_good_letters(name, size) &&
	       !strpbrk(name, "\\/") && trimmed(&names, name, size) == size;
}

static bool has_prefix(const char *text, size_t size, const char *prefix)
{
	size_t n = strlen(prefix);

	if (size < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] != prefix[i] &&
		    !(is_separator(text[i]) && is_separator(prefix[i])))
			return false;
	}
	return true;
}

/* What is under a drive's root, by the longest root. */
static bool best_drive(const char *unix_path, unsigned *ret, size_t *ret_size)
{
	bool found = false;

	*ret_size = 0;
	for (unsigned i = 0; i < DRIVES; i++) {
		const char *root = drive_root(i);
		size_t n = root ? strlen(root) : 0;

		if (!root || strncmp(unix_path, root, n) != 0 ||
		    (unix_path[n] != '/' && unix_path[n] != '\0') ||
		    (found && n <= *ret_size))
			continue;
		found = true;
		*ret = i;
		*ret_size = n;
	}
	return found;
}

NTSTATUS path_to_windows(const char *unix_path, char **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	unsigned drive;
	size_t n;

	if (!best_drive(unix_path, &drive, &n))
		return STATUS_OBJECT_PATH_NOT_FOUND;
	unix_path += n;
	if (buf_append_u8(&text, (uint8_t)('A' + drive)) < 0 ||
	    buf_append_u8(&text, ':') < 0 ||
	    buf_append_text(&text, *unix_path ? unix_path : "/") < 0 ||
	    buf_append_u8(&text, 0) < 0)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '/')
			text.data[i] = '\\';
	}
	*ret = (char *)guise_take(text.data);
	return STATUS_SUCCESS;
}

static NTSTATUS finish(const struct names *names, const char *root,
		       struct path *ret)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	const char *below = names->text.size ? (char *)names->text.data : "";
	size_t root_size = strlen(root), size = names->text.size;
	NTSTATUS status;

	if (root_size + size > GUISE_PATH_MAX)
		return STATUS_NAME_TOO_LONG;
	path.unix_path = calloc(root_size + size + 2, 1);
	if (!path.unix_path)
		return STATUS_NO_MEMORY;
	memcpy(path.unix_path, root, root_size);
	memcpy(path.unix_path + root_size, below, size);
	if (path.unix_path[0] == '\0')
		path.unix_path[0] = '/';
	status = path_to_windows(path.unix_path, &path.windows);
	if (!NT_SUCCESS(status))
		return status;
	path.trailing = ret->trailing;
	*ret = path;
	path = (struct path)PATH_NONE;
	return STATUS_SUCCESS;
}

static NTSTATUS with_drive(struct names *names, const char *text, size_t size,
			   struct path *ret)
{
	const char *root;
	unsigned drive;
	NTSTATUS status;

	if (!drive_of(text[0], &drive))
		return STATUS_OBJECT_NAME_INVALID;
	root = drive_root(drive);
	if (!root)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	status = add_names(names, text + 2, size - 2);
	return NT_SUCCESS(status) ? finish(names, root, ret) : status;
}

/* From the current directory, which ".." may leave, up to the root. */
static NTSTATUS from_here(struct names *names, const char *text, size_t size,
			  struct path *ret)
{
	GUISE_AUTO(freep) char *here = getcwd(NULL, 0);
	NTSTATUS status;

	if (!here)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	if (strcmp(here, "/") != 0 && buf_append_text(&names->text, here) < 0)
		return STATUS_NO_MEMORY;
	status = add_names(names, text, size);
	return NT_SUCCESS(status) ? finish(names, "", ret) : status;
}

static NTSTATUS resolve(struct names *names, const char *text, size_t size,
			struct path *ret)
{
	NTSTATUS status;

	if (has_prefix(text, size, "\\\\?\\") ||
	    has_prefix(text, size, "\\\\.\\") ||
	    has_prefix(text, size, "\\??\\")) {
		names->verbatim = text[2] == '?' || text[1] == '?';
		text += 4;
		size -= 4;
		if (size < 2 || text[1] != ':')
			return STATUS_OBJECT_NAME_INVALID;
	}
	if (size >= 2 && text[1] == ':')
		return with_drive(names, text, size, ret);
	if (has_prefix(text, size, "\\\\"))
		return STATUS_OBJECT_PATH_NOT_FOUND; /* other machines */
	if (!is_separator(text[0]))
		return from_here(names, text, size, ret);
	status = add_names(names, text, size);
	return NT_SUCCESS(status) ? finish(names, "", ret) : status;
}

NTSTATUS path_resolve_utf8(const char *text, size_t n, struct path *ret)
{
	struct names names = {0};
	NTSTATUS status;

	if (n == 0)
		return STATUS_OBJECT_NAME_INVALID;
	ret->trailing = is_separator(text[n - 1]);
	status = resolve(&names, text, n, ret);
	guise_buf_clear(&names.text);
	return status;
}

/* Native names begin at the root of all objects, and are meant as they are. */
static NTSTATUS resolve_native(const char *text, size_t size, struct path *ret)
{
	static const char prefix[] = "\\??\\", old[] = "\\DosDevices\\";
	struct names names = {.verbatim = true};
	NTSTATUS status;
	size_t n;

	if (size == 0 || text[0] != '\\')
		return STATUS_OBJECT_PATH_SYNTAX_BAD;
	n = has_prefix(text, size, prefix) ? strlen(prefix)
	    : has_prefix(text, size, old)  ? strlen(old)
					   : 0;
	if (n == 0)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	if (size < n + 2 || text[n + 1] != ':')
		return STATUS_OBJECT_NAME_NOT_FOUND;
	ret->trailing = text[size - 1] == '\\';
	status = with_drive(&names, text + n, size - n, ret);
	guise_buf_clear(&names.text);
	return status;
}

static NTSTATUS put_below(const struct names *names, const char *root,
			  struct path *ret)
{
	const bool bare = names->text.size == 0;
	const char *below = bare ? "" : (const char *)names->text.data;
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	const size_t n = strlen(root);
	const bool ends = n > 0 && root[n - 1] == '\\';

	if (names->text.size > GUISE_PATH_MAX)
		return STATUS_NAME_TOO_LONG;
	path.unix_path =
		bare ? strdup(".") : strndup(below + 1, names->text.size - 1);
	path.windows = calloc(n + names->text.size + 1, 1);
	if (!path.unix_path || !path.windows)
		return STATUS_NO_MEMORY;
	memcpy(path.windows, root, n);
	for (size_t i = ends && !bare, at = n; i < names->text.size; i++, at++)
		path.windows[at] = below[i] == '/' ? '\\' : below[i];
	path.trailing = ret->trailing;
	*ret = path;
	path = (struct path)PATH_NONE;
	return STATUS_SUCCESS;
}

static NTSTATUS resolve_below(const char *text, size_t size, const char *root,
			      struct path *ret)
{
	struct names names = {.verbatim = true};
	NTSTATUS status;

	if (size > 0 && text[0] == '\\')
		return STATUS_INVALID_PARAMETER;
	ret->trailing = size > 0 && text[size - 1] == '\\';
	status = add_names(&names, text, size);
	if (NT_SUCCESS(status))
		status = put_below(&names, root, ret);
	guise_buf_clear(&names.text);
	return status;
}

NTSTATUS path_resolve_native(const WCHAR *text, size_t n, const char *root,
			     struct path *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf utf8 = {0};
	NTSTATUS status = text_to_utf8(text, n, &utf8);
	const char *bytes;

	if (!NT_SUCCESS(status))
		return status;
	bytes = utf8.size ? (const char *)utf8.data : "";
	return root ? resolve_below(bytes, utf8.size, root, ret)
		    : resolve_native(bytes, utf8.size, ret);
}

/* "X:\a\b" of "/a/b"; ends in a separator if the caller's text did */
static NTSTATUS give_full(const char *drive, const char *below, bool trailing,
			  char **ret)
{
	const size_t n = strlen(below);
	char *text = calloc(strlen(drive) + n + 2, 1);
	char *at = text;

	if (!text)
		return STATUS_NO_MEMORY;
	at = stpcpy(at, drive);
	for (size_t i = 0; i < n; i++)
		*at++ = is_separator(below[i]) ? '\\' : below[i];
	if (n == 0 || (trailing && at[-1] != '\\'))
		*at = '\\';
	*ret = text;
	return STATUS_SUCCESS;
}

/* The drive of a path with one, else what the current directory is on */
static NTSTATUS full(struct names *names, const char *text, size_t size,
		     char **ret)
{
	GUISE_AUTO(freep) char *here = NULL;
	GUISE_AUTO(freep) char *windows = NULL;
	char drive[3] = {text[0], ':', '\0'};
	NTSTATUS status = STATUS_SUCCESS;
	bool has_drive = size >= 2 && text[1] == ':';

	if (has_drive) {
		text += 2;
		size -= 2;
	} else if (!is_separator(text[0])) {
		here = getcwd(NULL, 0);
		if (!here)
			return STATUS_OBJECT_PATH_NOT_FOUND;
		if (here[1] && buf_append_text(&names->text, here) < 0)
			return STATUS_NO_MEMORY;
	}
	status = add_names(names, text, size);
	if (NT_SUCCESS(status) && buf_append_u8(&names->text, 0) < 0)
		status = STATUS_NO_MEMORY;
	if (!NT_SUCCESS(status))
		return status;
	if (has_drive)
		return give_full(drive, (char *)names->text.data,
				 size > 0 && is_separator(text[size - 1]), ret);
	status = path_to_windows((char *)names->text.data, &windows);
	return NT_SUCCESS(status) ? give_full("", windows,
					      is_separator(text[size - 1]), ret)
				  : status;
}

NTSTATUS path_full(const char *text, char **ret)
{
	struct names names = {.lenient = true};
	size_t size = strlen(text);
	NTSTATUS status;

	if (size == 0)
		return STATUS_OBJECT_NAME_INVALID;
	if (has_prefix(text, size, "\\\\"))
		return give_full("", text, false, ret);
	status = full(&names, text, size, ret);
	guise_buf_clear(&names.text);
	return status;
}

NTSTATUS path_of_narrow(LPCSTR name, struct path *ret)
{
	if (!name || !*name)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	return path_resolve_utf8(name, strlen(name), ret);
}

NTSTATUS path_of_wide(LPCWSTR name, struct path *ret)
{
	if (!name || !*name)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	return path_resolve(name, text_length(name), ret);
}

NTSTATUS path_resolve(const WCHAR *text, size_t n, struct path *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf utf8 = {0};
	NTSTATUS status = text_to_utf8(text, n, &utf8);

	if (!NT_SUCCESS(status))
		return status;
	return path_resolve_utf8((char *)utf8.data, utf8.size, ret);
}
