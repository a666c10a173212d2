/* SPDX-License-Identifier: Apache-2.0 */
/* Counted strings of the native functions. Lengths are bytes, at most 65534. */
#include "buf.h"
#include "memory.h"
#include "status.h"
#include "text.h"

#define UNICODE_BYTES_MAX 65534
#define ANSI_BYTES_MAX 65535

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING ret, PCWSTR text)
{
	(void)RtlInitUnicodeStringEx(ret, text);
}

NTSTATUS NTAPI RtlInitUnicodeStringEx(PUNICODE_STRING ret, PCWSTR text)
{
	size_t bytes = text ? text_length(text) * sizeof(WCHAR) : 0;
	bool too_long = bytes > UNICODE_BYTES_MAX - sizeof(WCHAR);

	if (too_long)
		bytes = UNICODE_BYTES_MAX - sizeof(WCHAR);
	ret->Length = (USHORT)bytes;
	ret->MaximumLength = (USHORT)(text ? bytes + sizeof(WCHAR) : 0);
	ret->Buffer = (PWSTR)(uintptr_t)text;
	return too_long ? STATUS_NAME_TOO_LONG : STATUS_SUCCESS;
}

VOID NTAPI RtlInitAnsiString(PANSI_STRING ret, PCSZ text)
{
	size_t bytes = text ? strlen(text) : 0;

	if (bytes > ANSI_BYTES_MAX - 1)
		bytes = ANSI_BYTES_MAX - 1;
	ret->Length = (USHORT)bytes;
	ret->MaximumLength = (USHORT)(text ? bytes + 1 : 0);
	ret->Buffer = (PCHAR)(uintptr_t)text;
}

VOID NTAPI RtlInitString(PSTRING ret, PCSZ text)
{
	RtlInitAnsiString(ret, text);
}

VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING string)
{
	memory_free(string->Buffer);
	*string = (UNICODE_STRING){0};
}

VOID NTAPI RtlFreeAnsiString(PANSI_STRING string)
{
	memory_free(string->Buffer);
	*string = (ANSI_STRING){0};
}

/* @n units and a NUL, newly allocated */
static NTSTATUS string_new(PUNICODE_STRING ret, const WCHAR *text, size_t n)
{
	size_t bytes = n * sizeof(WCHAR);
	WCHAR *copy;

	if (bytes > UNICODE_BYTES_MAX - sizeof(WCHAR))
		return STATUS_NAME_TOO_LONG;
	copy = memory_new(bytes + sizeof(WCHAR));
	if (!copy)
		return STATUS_NO_MEMORY;
	if (n)
		memcpy(copy, text, bytes);
	ret->Length = (USHORT)bytes;
	ret->MaximumLength = (USHORT)(bytes + sizeof(WCHAR));
	ret->Buffer = copy;
	return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING ret, PCWSTR text)
{
	return text && string_new(ret, text, text_length(text)) >= 0;
}

static NTSTATUS from_utf8(PUNICODE_STRING ret, const char *text, size_t size,
			  bool allocate)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const WCHAR *units;
	NTSTATUS status;

	status = text_to_utf16(text, size, &out);
	if (status < 0)
		return status;
	units = (const WCHAR *)(const void *)out.data;
	if (allocate)
		return string_new(ret, units, out.size / sizeof(WCHAR));
	if (out.size + sizeof(WCHAR) > ret->MaximumLength)
		return STATUS_BUFFER_OVERFLOW;
	memcpy(ret->Buffer, units, out.size);
	ret->Length = (USHORT)out.size;
	ret->Buffer[out.size / sizeof(WCHAR)] = 0;
	return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlCreateUnicodeStringFromAsciiz(PUNICODE_STRING ret, PCSZ text)
{
	return from_utf8(ret, text, strlen(text), true) >= 0;
}

NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING ret,
					    PCANSI_STRING text,
					    BOOLEAN allocate)
{
	return from_utf8(ret, text->Buffer, text->Length, allocate);
}

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING ret,
					    PCUNICODE_STRING text,
					    BOOLEAN allocate)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	NTSTATUS status;

	status = text_to_utf8(text->Buffer, text->Length / sizeof(WCHAR), &out);
	if (status < 0)
		return status;
	if (out.size > ANSI_BYTES_MAX - 1)
		return STATUS_INVALID_PARAMETER_2;
	if (allocate) {
		ret->Buffer = memory_new(out.size + 1);
		if (!ret->Buffer)
			return STATUS_NO_MEMORY;
		ret->MaximumLength = (USHORT)(out.size + 1);
	} else if (out.size + 1 > ret->MaximumLength) {
		return STATUS_BUFFER_OVERFLOW;
	}
	if (out.size)
		memcpy(ret->Buffer, out.data, out.size);
	ret->Buffer[out.size] = 0;
	ret->Length = (USHORT)out.size;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlDuplicateUnicodeString(ULONG flags, PCUNICODE_STRING text,
					 PUNICODE_STRING ret)
{
	(void)flags; /* it always ends in a NUL */
	return string_new(ret, text->Buffer, text->Length / sizeof(WCHAR));
}

VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING ret, PCUNICODE_STRING text)
{
	USHORT n = text ? text->Length : 0;

	if (n > ret->MaximumLength)
		n = ret->MaximumLength;
	if (n)
		memcpy(ret->Buffer, text->Buffer, n);
	ret->Length = n;
	if (n + sizeof(WCHAR) <= ret->MaximumLength)
		ret->Buffer[n / sizeof(WCHAR)] = 0;
}

static NTSTATUS append(PUNICODE_STRING ret, const WCHAR *text, size_t bytes)
{
	size_t all = ret->Length + bytes;

	if (all > ret->MaximumLength)
		return STATUS_BUFFER_TOO_SMALL;
	if (bytes)
		memcpy(ret->Buffer + ret->Length / sizeof(WCHAR), text, bytes);
	ret->Length = (USHORT)all;
	if (all + sizeof(WCHAR) <= ret->MaximumLength)
		ret->Buffer[all / sizeof(WCHAR)] = 0;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING ret, PCWSTR text)
{
	return append(ret, text, text ? text_length(text) * sizeof(WCHAR) : 0);
}

NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING ret,
					      PCUNICODE_STRING text)
{
	return append(ret, text->Buffer, text->Length);
}

/* ASCII letters only: no function that decides anything folds case here. */
static WCHAR upper(WCHAR c)
{
	return c >= 'a' && c <= 'z' ? (WCHAR)(c - 0x20) : c;
}

LONG NTAPI RtlCompareUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
				   BOOLEAN ignore_case)
{
	size_t n_a = a->Length / sizeof(WCHAR), n_b = b->Length / sizeof(WCHAR);

	for (size_t i = 0; i < n_a && i < n_b; i++) {
		WCHAR x = ignore_case ? upper(a->Buffer[i]) : a->Buffer[i];
		WCHAR y = ignore_case ? upper(b->Buffer[i]) : b->Buffer[i];

		if (x != y)
			return (LONG)x - (LONG)y;
	}
	return (LONG)n_a - (LONG)n_b;
}

BOOLEAN NTAPI RtlEqualUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
				    BOOLEAN ignore_case)
{
	return RtlCompareUnicodeString(a, b, ignore_case) == 0;
}
