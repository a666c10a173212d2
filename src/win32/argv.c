/* SPDX-License-Identifier: Apache-2.0 */
/* CommandLineToArgvW: a list and its texts in one piece of memory. */
#include "buf.h"
#include "command-line.h"
#include "memory.h"
#include "status.h"
#include "text.h"

#include <shellapi.h>

/* The texts of @words in UTF-16, each with its NUL */
static NTSTATUS join(char *const *words, struct guise_buf *ret, size_t *ret_n)
{
	NTSTATUS status = STATUS_SUCCESS;
	size_t n = 0;

	for (; status >= 0 && words[n]; n++)
		status = text_to_utf16(words[n], strlen(words[n]) + 1, ret);
	*ret_n = n;
	return status;
}

static LPWSTR *list_of(const struct guise_buf *texts, size_t n)
{
	size_t head = (n + 1) * sizeof(LPWSTR), size;
	LPWSTR *list, text;

	if (ckd_add(&size, head, texts->size))
		return NULL;
	list = memory_new(size);
	if (!list)
		return NULL;
	text = (LPWSTR)(void *)(list + n + 1);
	if (texts->size)
		memcpy(text, texts->data, texts->size);
	for (size_t i = 0; i < n; i++) {
		list[i] = text;
		text += text_length(text) + 1;
	}
	list[n] = NULL;
	return list;
}

/* The words of @line; of an empty one the program's own name */
static NTSTATUS words_of(LPCWSTR line, char ***ret)
{
	char own[MAX_PATH * 4], *text = NULL;
	NTSTATUS status;

	if (!*line) {
		if (!GetModuleFileNameA(NULL, own, sizeof(own)))
			return status_of_win32(GetLastError());
		text = command_line_join((const char *[]){own}, 1);
		status = text ? STATUS_SUCCESS : STATUS_NO_MEMORY;
	} else {
		status = utf8_dup(line, &text);
	}
	if (status < 0)
		return status;
	*ret = command_line_split(text);
	free(text);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR line, int *ret_n)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf texts = {0};
	LPWSTR *list = NULL;
	char **words = NULL;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	size_t n = 0;

	if (line && ret_n)
		status = words_of(line, &words);
	if (status >= 0)
		status = join(words, &texts, &n);
	if (words)
		command_line_free(words);
	if (status >= 0) {
		list = list_of(&texts, n);
		if (!list)
			status = STATUS_NO_MEMORY;
	}
	if (list)
		*ret_n = (int)n;
	(void)win32_result(status);
	return list;
}
