/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FormatMessage: a text with inserts (%1, %2!5u!) and line ends as messages of
 * Windows have them. It is put together in UTF-16; the A form converts.
 */
#include "buf.h"
#include "crt-format.h"
#include "error-text.h"
#include "memory.h"
#include "status.h"
#include "text.h"

/* %1 to %99, and two asterisks in the format of the last */
#define ARGUMENTS_MAX 101
#define SPEC_MAX 32
#define SOURCES                                                                \
	(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_FROM_HMODULE |            \
	 FORMAT_MESSAGE_FROM_SYSTEM)

/**
 * struct message - one message being put together
 * @flags: the caller's; FORMAT_MESSAGE_ARGUMENT_ARRAY: @array instead of @list
 * @narrow: texts among the arguments are bytes
 * @at, @end: what is left of the text
 * @fetched, @n_fetched: arguments that were taken off @list
 * @line_end: the text asks for none behind it (%0)
 */
struct message {
	DWORD flags;
	bool narrow;
	const WCHAR *at;
	const WCHAR *end;
	va_list *list;
	const ULONG_PTR *array;
	ULONG_PTR fetched[ARGUMENTS_MAX];
	size_t n_fetched;
	struct guise_buf out;
};

static unsigned width_of(const struct message *m)
{
	return m->flags & FORMAT_MESSAGE_MAX_WIDTH_MASK;
}

static NTSTATUS put(struct message *m, WCHAR unit)
{
	return buf_append(&m->out, &unit, sizeof(unit)) < 0 ? STATUS_NO_MEMORY
							    : STATUS_SUCCESS;
}

static NTSTATUS put_line_end(struct message *m)
{
	NTSTATUS status = put(m, '\r');

	return status < 0 ? status : put(m, '\n');
}

static NTSTATUS argument(struct message *m, size_t index, ULONG_PTR *ret)
{
	if (index >= ARGUMENTS_MAX || (!m->array && !m->list))
		return STATUS_INVALID_PARAMETER;
	if (m->array) {
		*ret = m->array[index];
		return STATUS_SUCCESS;
	}
	while (m->n_fetched <= index)
		m->fetched[m->n_fetched++] = va_arg(*m->list, ULONG_PTR);
	*ret = m->fetched[index];
	return STATUS_SUCCESS;
}

static int print(struct guise_buf *out, const WCHAR *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = crt_format(true, format, ap, out);
	va_end(ap);
	return n;
}

/* The width of text in the format of wprintf, whatever the caller's is */
static size_t put_type(bool narrow, WCHAR before, WCHAR type, WCHAR *ret)
{
	bool is_text = type == 's' || type == 'S' || type == 'c' || type == 'C';
	bool is_said = before == 'h' || before == 'l' || before == 'w';
	size_t n = 0;

	if (narrow && is_text && !is_said) {
		ret[n++] = type == 's' || type == 'c' ? 'h' : 'l';
		type = type == 'S' ? 's' : type;
		type = type == 'C' ? 'c' : type;
	}
	ret[n++] = type;
	ret[n] = 0;
	return n;
}

/* What stands between two exclamation marks, as a format of wprintf, and how
 * many asterisks are in it. The marks are gone when it returns. */
static NTSTATUS read_spec(struct message *m, WCHAR ret[SPEC_MAX],
			  size_t *ret_stars)
{
	size_t n = 0;

	*ret_stars = 0;
	ret[n++] = '%';
	if (m->at == m->end || *m->at != '!') {
		(void)put_type(m->narrow, '%', 's', ret + n);
		return STATUS_SUCCESS;
	}
	for (m->at++; m->at < m->end && *m->at != '!'; m->at++) {
		if (n >= SPEC_MAX - 3 || *m->at == '%' || *m->at == 'n')
			return STATUS_INVALID_PARAMETER;
		*ret_stars += *m->at == '*';
		ret[n++] = *m->at;
	}
	if (m->at == m->end || n == 1 || *ret_stars > 2)
		return STATUS_INVALID_PARAMETER;
	m->at++;
	(void)put_type(m->narrow, ret[n - 2], ret[n - 1], ret + n - 1);
	return STATUS_SUCCESS;
}

static NTSTATUS put_insert(struct message *m, size_t number)
{
	ULONG_PTR values[3] = {0};
	WCHAR spec[SPEC_MAX];
	size_t n_stars;
	NTSTATUS status;
	int n;

	status = read_spec(m, spec, &n_stars);
	for (size_t i = 0; status >= 0 && i <= n_stars; i++)
		status = argument(m, number - 1 + i, &values[i]);
	if (status < 0)
		return status;
	if (n_stars == 0)
		n = print(&m->out, spec, values[0]);
	else if (n_stars == 1)
		n = print(&m->out, spec, values[0], values[1]);
	else
		n = print(&m->out, spec, values[0], values[1], values[2]);
	return n < 0 ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

/* The number behind a per cent sign, one or two digits; 0: none, or left as it
 * is */
static size_t read_number(struct message *m)
{
	size_t number;

	if (m->at == m->end || *m->at < '1' || *m->at > '9' ||
	    (m->flags & FORMAT_MESSAGE_IGNORE_INSERTS))
		return 0;
	number = (size_t)(*m->at++ - '0');
	if (m->at < m->end && *m->at >= '0' && *m->at <= '9')
		number = number * 10 + (size_t)(*m->at++ - '0');
	return number;
}

/* Behind a per cent sign; %0 ends the text */
static NTSTATUS put_escape(struct message *m)
{
	size_t number = read_number(m);
	WCHAR unit;

	if (number > 0)
		return put_insert(m, number);
	if (m->at == m->end)
		return STATUS_INVALID_PARAMETER;
	unit = *m->at++;
	switch (unit) {
	case '0':
		m->at = m->end;
		return STATUS_SUCCESS;
	case 'n':
		return put_line_end(m);
	case 'r':
		return put(m, '\r');
	case 't':
		return put(m, '\t');
	case 'b':
		return put(m, ' ');
	default:
		if (unit >= '1' && unit <= '9') { /* inserts are ignored */
			NTSTATUS status = put(m, '%');

			if (status < 0)
				return status;
		}
		return put(m, unit);
	}
}

static NTSTATUS put_unit(struct message *m)
{
	WCHAR unit = *m->at++;

	if (unit == '%')
		return put_escape(m);
	if (unit != '\r' && unit != '\n')
		return put(m, unit);
	if (unit == '\r' && m->at < m->end && *m->at == '\n')
		m->at++;
	return width_of(m) ? put(m, ' ') : put_line_end(m);
}

/* Where a line of at most @width that begins at @text ends: before a space, or
 * in the middle of a word that is longer than that */
static size_t line_length(const WCHAR *text, size_t n, size_t width)
{
	size_t space = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\r' || text[i] == '\n')
			return i;
		if (i >= width)
			return space ? space : width;
		if (text[i] == ' ')
			space = i;
	}
	return n;
}

/* Lines of no more than @width units */
static NTSTATUS wrap(struct message *m, size_t width)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf whole = m->out;
	const WCHAR *text = (const WCHAR *)(const void *)whole.data;
	size_t n = whole.size / sizeof(*text), i = 0;
	NTSTATUS status = STATUS_SUCCESS;

	m->out = (struct guise_buf){0};
	while (status >= 0 && i < n) {
		size_t line = line_length(text + i, n - i, width);

		if (buf_append(&m->out, text + i, line * sizeof(*text)) < 0)
			return STATUS_NO_MEMORY;
		i += line;
		if (i >= n)
			break;
		status = put_line_end(m);
		if (text[i] == '\r' && i + 1 < n && text[i + 1] == '\n')
			i += 2;
		else if (text[i] == ' ' || text[i] == '\r' || text[i] == '\n')
			i++;
	}
	return status;
}

static NTSTATUS put_together(struct message *m, const WCHAR *text, size_t n)
{
	NTSTATUS status = STATUS_SUCCESS;

	m->at = text;
	m->end = text + n;
	while (status >= 0 && m->at < m->end)
		status = put_unit(m);
	if (status >= 0 && width_of(m) &&
	    width_of(m) != FORMAT_MESSAGE_MAX_WIDTH_MASK)
		status = wrap(m, width_of(m));
	return status;
}

/* What the id stands for: an error, an HRESULT with one, or (in modules) an
 * NTSTATUS */
static const char *text_of_id(DWORD flags, DWORD id)
{
	const char *text;

	if (id >> 16 == 0x8007)
		id &= 0xffff;
	text = error_text(id);
	if (!text && (flags & FORMAT_MESSAGE_FROM_HMODULE) && id >> 30)
		text = error_text(win32_error((NTSTATUS)id));
	return text;
}

/* The text itself, in UTF-16 */
static NTSTATUS source_text(const struct message *m, const void *source,
			    DWORD id, struct guise_buf *ret)
{
	const char *text = source;
	NTSTATUS status;

	if (!(m->flags & SOURCES))
		return STATUS_INVALID_PARAMETER;
	if (m->flags & FORMAT_MESSAGE_FROM_STRING) {
		if (!source)
			return STATUS_INVALID_PARAMETER;
		if (m->narrow)
			return text_to_utf16(text, strlen(text), ret);
		return buf_append(ret, source,
				  text_length(source) * sizeof(WCHAR)) < 0
			       ? STATUS_NO_MEMORY
			       : STATUS_SUCCESS;
	}
	text = text_of_id(m->flags, id);
	if (!text)
		return status_of_win32(ERROR_MR_MID_NOT_FOUND);
	status = text_to_utf16(text, strlen(text), ret);
	return status < 0 ? status : text_to_utf16("\r\n", 2, ret);
}

static NTSTATUS compose(struct message *m, const void *source, DWORD id,
			va_list *arguments)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	NTSTATUS status;

	if (m->flags & FORMAT_MESSAGE_ARGUMENT_ARRAY)
		m->array = (const ULONG_PTR *)(const void *)arguments;
	else
		m->list = arguments;
	status = source_text(m, source, id, &text);
	if (status < 0)
		return status;
	return put_together(m, (const WCHAR *)(const void *)text.data,
			    text.size / sizeof(WCHAR));
}

/* Into the caller's @space units of @size bytes, or into memory for LocalFree,
 * of at least that. How many, without the NUL; 0 is a failure */
static DWORD hand_over(DWORD flags, const struct guise_buf *text, size_t size,
		       void *buffer, size_t space)
{
	size_t n = text->size / size;
	uint8_t *to = buffer;

	if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
		to = memory_new((n + 1 > space ? n + 1 : space) * size);
		memcpy(buffer, &to, sizeof(to));
	}
	if (!to || (to == buffer && n + 1 > space)) {
		(void)win32_fail(flags & FORMAT_MESSAGE_ALLOCATE_BUFFER
					 ? ERROR_NOT_ENOUGH_MEMORY
					 : ERROR_INSUFFICIENT_BUFFER);
		return 0;
	}
	if (n > 0)
		memcpy(to, text->data, n * size);
	memset(to + n * size, 0, size);
	return (DWORD)n;
}

/* Before anything else: is there a place to put it? */
static bool check_buffer(DWORD flags, void *buffer)
{
	const void *nothing = NULL;

	if (!(flags & FORMAT_MESSAGE_ALLOCATE_BUFFER))
		return true;
	if (!buffer)
		return win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	memcpy(buffer, &nothing, sizeof(nothing));
	return true;
}

DWORD WINAPI FormatMessageW(DWORD flags, LPCVOID source, DWORD id,
			    DWORD language, LPWSTR ret, DWORD space,
			    va_list *arguments)
{
	struct message m = {.flags = flags};
	DWORD n = 0;

	(void)language; /* there is one */
	if (check_buffer(flags, ret) &&
	    win32_result(compose(&m, source, id, arguments)))
		n = hand_over(flags, &m.out, sizeof(WCHAR), ret, space);
	guise_buf_clear(&m.out);
	return n;
}

DWORD WINAPI FormatMessageA(DWORD flags, LPCVOID source, DWORD id,
			    DWORD language, LPSTR ret, DWORD space,
			    va_list *arguments)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf narrow = {0};
	struct message m = {.flags = flags, .narrow = true};
	NTSTATUS status;
	DWORD n = 0;

	(void)language;
	if (!check_buffer(flags, ret))
		return 0;
	status = compose(&m, source, id, arguments);
	if (status >= 0)
		status = text_to_utf8((const WCHAR *)(const void *)m.out.data,
				      m.out.size / sizeof(WCHAR), &narrow);
	if (win32_result(status))
		n = hand_over(flags, &narrow, 1, ret, space);
	guise_buf_clear(&m.out);
	return n;
}
