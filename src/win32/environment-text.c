/* SPDX-License-Identifier: Apache-2.0 */
/* The environment as one text, and texts with %NAME% in them. */
#include <unistd.h>

#include "buf.h"
#include "command-line.h"
#include "environment.h"
#include "memory.h"
#include "status.h"
#include "text.h"

/* The text of @list, one after the other, and an empty one */
static NTSTATUS join(char *const *list, struct guise_buf *ret)
{
	for (; *list; list++) {
		if (buf_append(ret, *list, strlen(*list) + 1) < 0)
			return STATUS_NO_MEMORY;
	}
	return buf_append_u8(ret, 0) < 0 ? STATUS_NO_MEMORY : STATUS_SUCCESS;
}

static NTSTATUS own_block(struct guise_buf *ret)
{
	char **list;
	NTSTATUS status = environment_list(NULL, false, "", &list);

	if (status < 0)
		return status;
	status = join(list, ret);
	command_line_free(list);
	return status;
}

/* In memory of its own; NULL with a last error */
static void *copy_of(const struct guise_buf *text)
{
	void *memory = memory_new(text->size);

	if (!memory)
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	else
		memcpy(memory, text->data, text->size);
	return memory;
}

LPCH WINAPI GetEnvironmentStringsA(VOID)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf block = {0};

	return win32_result(own_block(&block)) ? copy_of(&block) : NULL;
}

LPWCH WINAPI GetEnvironmentStringsW(VOID)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf block = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf wide = {0};
	NTSTATUS status = own_block(&block);

	if (status >= 0)
		status = text_to_utf16((const char *)block.data, block.size,
				       &wide);
	return win32_result(status) ? copy_of(&wide) : NULL;
}

BOOL WINAPI FreeEnvironmentStringsA(LPCH strings)
{
	memory_free(strings);
	return TRUE;
}

BOOL WINAPI FreeEnvironmentStringsW(LPWCH strings)
{
	memory_free(strings);
	return TRUE;
}

/* The value of the variable that the @n bytes at @name name; false: none */
static bool append_value(const char *name, size_t n, struct guise_buf *ret,
			 NTSTATUS *status)
{
	char *copy = strndup(name, n), *value = NULL;
	DWORD size = copy ? GetEnvironmentVariableA(copy, NULL, 0) : 0;

	if (size > 0)
		value = malloc(size);
	if (value && GetEnvironmentVariableA(copy, value, size) < size &&
	    buf_append_text(ret, value) < 0)
		*status = STATUS_NO_MEMORY;
	free(copy);
	free(value);
	return size > 0;
}

/* What is no variable stays as it is. */
static NTSTATUS expand(const char *text, struct guise_buf *ret)
{
	NTSTATUS status = STATUS_SUCCESS;
	DWORD before = GetLastError();

	while (status >= 0 && *text) {
		const char *end = *text == '%' ? strchr(text + 1, '%') : NULL;

		if (end && end > text + 1 &&
		    append_value(text + 1, (size_t)(end - text - 1), ret,
				 &status)) {
			text = end + 1;
			continue;
		}
		if (buf_append(ret, text++, 1) < 0)
			status = STATUS_NO_MEMORY;
	}
	SetLastError(before); /* that a variable is missing is no failure */
	return status;
}

DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR text, LPSTR ret, DWORD space)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	NTSTATUS status = text ? expand(text, &out) : STATUS_INVALID_PARAMETER;

	if (status >= 0 && buf_append_u8(&out, 0) < 0)
		status = STATUS_NO_MEMORY;
	if (!win32_result(status))
		return 0;
	if (ret && out.size <= space)
		memcpy(ret, out.data, out.size);
	return (DWORD)out.size;
}

DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR text, LPWSTR ret, DWORD space)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf wide = {0};
	char *narrow = NULL;
	NTSTATUS status;
	size_t n;

	status = text ? utf8_dup(text, &narrow) : STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = expand(narrow, &out);
	free(narrow);
	if (status >= 0 && buf_append_u8(&out, 0) < 0)
		status = STATUS_NO_MEMORY;
	if (status >= 0)
		status = text_to_utf16((const char *)out.data, out.size, &wide);
	if (!win32_result(status))
		return 0;
	n = wide.size / sizeof(*ret);
	if (ret && n <= space)
		memcpy(ret, wide.data, wide.size);
	return (DWORD)n;
}
