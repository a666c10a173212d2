/* SPDX-License-Identifier: Apache-2.0 */
/* GetInheritanceSource: which directory each inherited entry comes from. */
#include <stdio.h>
#include <unistd.h>

#include "security-info.h"

#include <guise/thread-token.h>

#include <aclapi.h>

#include "memory.h"
#include "sd-read.h"
#include "text.h"

/* What is asked about */
struct question {
	const char *name;
	SE_OBJECT_TYPE type;
	SECURITY_INFORMATION information;
	const void *acl;
	const GENERIC_MAPPING *mapping;
	bool wide; /* names in the answer */
};

/* Where the object really is, through all links: what lies above that is what
 * it inherits from. */
static NTSTATUS real_path(const struct file_object *file,
			  char ret[GUISE_PATH_MAX + 1])
{
	char link[64];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", file_fd(file));
	n = readlink(link, ret, GUISE_PATH_MAX);
	if (n < 0)
		return status_of(-errno);
	ret[n] = '\0';
	return STATUS_SUCCESS;
}

/* "C:\a\" for the first directory above /a/b */
static NTSTATUS ancestor(const char *path, int generations, char **ret)
{
	GUISE_AUTO(freep) char *directory = strdup(path);
	GUISE_AUTO(freep) char *windows = NULL;
	NTSTATUS status;
	size_t n;
	char *text;

	if (!directory)
		return STATUS_NO_MEMORY;
	for (; generations > 0 && strrchr(directory, '/'); generations--)
		*strrchr(directory, '/') = '\0';
	status = path_to_windows(*directory ? directory : "/", &windows);
	if (status < 0)
		return status;
	n = strlen(windows);
	text = malloc(n + 2);
	if (!text)
		return STATUS_NO_MEMORY;
	memcpy(text, windows, n + 1);
	if (n > 0 && text[n - 1] != '\\')
		memcpy(text + n, "\\", 2);
	*ret = text;
	return STATUS_SUCCESS;
}

/* In memory for LocalFree() */
static NTSTATUS given(const char *text, bool wide, LPWSTR *ret)
{
	GUISE_AUTO(freep) WCHAR *units = NULL;
	const void *from = text;
	size_t size = strlen(text) + 1;
	NTSTATUS status;

	if (wide) {
		status = utf16_dup(text, &units);
		if (status < 0)
			return status;
		size = (text_length(units) + 1) * sizeof(WCHAR);
		from = units;
	}
	*ret = memory_new(size);
	if (!*ret)
		return STATUS_NO_MEMORY;
	memcpy(*ret, from, size);
	return STATUS_SUCCESS;
}

static NTSTATUS source_of(const struct file_object *file, const char *path,
			  const struct question *question,
			  const struct guise_ace *ace, INHERITED_FROMW *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(freep) char *name = NULL;
	int generations = 0;
	NTSTATUS status;
	int r;

	r = guise_effective_token(&token);
	if (r >= 0)
		r = guise_nt_inheritance_source(
			file->file, token, file_mapping(), ace,
			question->information == SACL_SECURITY_INFORMATION,
			&generations);
	if (r < 0)
		return status_of(r);
	ret->GenerationGap = generations;
	if (generations <= 0)
		return STATUS_SUCCESS;
	status = ancestor(path, generations, &name);
	if (status < 0)
		return status;
	return given(name, question->wide, &ret->AncestorName);
}

static void forget(INHERITED_FROMW *sources, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		memory_free(sources[i].AncestorName);
		sources[i].AncestorName = NULL;
	}
}

static NTSTATUS answer(const struct question *question,
		       const struct guise_acl *acl, INHERITED_FROMW *sources)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	char path[GUISE_PATH_MAX + 1];
	NTSTATUS status;

	status =
		security_open_file(question->name, FILE_READ_ATTRIBUTES, &file);
	if (status >= 0)
		status = real_path(file, path);
	for (size_t i = 0; status >= 0 && i < guise_acl_n_aces(acl); i++)
		status = source_of(file, path, question, guise_acl_ace(acl, i),
				   &sources[i]);
	return status;
}

static NTSTATUS check(const struct question *question, const void *ret)
{
	if (!question->name || !question->acl || !question->mapping || !ret)
		return STATUS_INVALID_PARAMETER;
	if (question->information != DACL_SECURITY_INFORMATION &&
	    question->information != SACL_SECURITY_INFORMATION)
		return STATUS_INVALID_PARAMETER;
	switch ((int)question->type) {
	case SE_FILE_OBJECT:
		return STATUS_SUCCESS;
	case SE_REGISTRY_KEY:
	case SE_REGISTRY_WOW64_32KEY:
	case SE_REGISTRY_WOW64_64KEY:
	case SE_DS_OBJECT:
	case SE_DS_OBJECT_ALL:
		return STATUS_NOT_SUPPORTED;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

static NTSTATUS ask(const struct question *question, INHERITED_FROMW *ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	GUISE_AUTO(freep) INHERITED_FROMW *sources = NULL;
	NTSTATUS status = check(question, ret);
	size_t n;

	if (status >= 0)
		status = acl_read(question->acl, &acl);
	if (status < 0)
		return status;
	n = guise_acl_n_aces(acl);
	sources = calloc(n + 1, sizeof(*sources));
	if (!sources)
		return STATUS_NO_MEMORY;
	status = answer(question, acl, sources);
	if (status < 0)
		forget(sources, n);
	else
		memcpy(ret, sources, n * sizeof(*sources));
	return status;
}

DWORD WINAPI GetInheritanceSourceA(LPSTR name, SE_OBJECT_TYPE type,
				   SECURITY_INFORMATION information,
				   BOOL container, GUID **classes,
				   DWORD class_count, PACL acl,
				   PFN_OBJECT_MGR_FUNCTS functions,
				   PGENERIC_MAPPING mapping,
				   PINHERITED_FROMA sources)
{
	const struct question question = {name, type,	 information,
					  acl,	mapping, false};

	static_assert(sizeof(INHERITED_FROMA) == sizeof(INHERITED_FROMW),
		      "one layout");
	(void)container; /* the object itself tells, */
	(void)classes;	 /* files are of no class, */
	(void)class_count;
	(void)functions; /* and nothing else is there to ask */
	return win32_error(ask(&question, (INHERITED_FROMW *)(void *)sources));
}

DWORD WINAPI GetInheritanceSourceW(LPWSTR name, SE_OBJECT_TYPE type,
				   SECURITY_INFORMATION information,
				   BOOL container, GUID **classes,
				   DWORD class_count, PACL acl,
				   PFN_OBJECT_MGR_FUNCTS functions,
				   PGENERIC_MAPPING mapping,
				   PINHERITED_FROMW sources)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = utf8_dup(name, &text);
	const struct question question = {text, type,	 information,
					  acl,	mapping, true};

	(void)container; /* as above */
	(void)classes;
	(void)class_count;
	(void)functions;
	return win32_error(status < 0 ? status : ask(&question, sources));
}

DWORD WINAPI FreeInheritedFromArray(PINHERITED_FROMW sources, USHORT count,
				    PFN_OBJECT_MGR_FUNCTS functions)
{
	(void)functions;
	if (!sources)
		return ERROR_INVALID_PARAMETER;
	forget(sources, count);
	return ERROR_SUCCESS;
}
