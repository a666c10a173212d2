/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sddl.h: SIDs and descriptors as text (MS-DTYP 2.5.1). What is made is for
 * LocalFree.
 */
#include <guise/sd-edit.h>
#include <guise/sddl.h>

#include "account.h"
#include "buf.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"

#include <sddl.h>
#include <winternl-security.h>

/* Text as the caller takes it: @wide or not, NUL-terminated. */
static NTSTATUS text_new(const char *text, size_t size, bool wide, void *ret,
			 ULONG *ret_n)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf units = {0};
	const size_t unit = wide ? sizeof(WCHAR) : 1;
	NTSTATUS status;
	uint8_t *made;

	if (wide) {
		status = text_to_utf16(text, size, &units);
		if (status)
			return status;
		size = units.size;
		text = (const char *)units.data;
	}
	made = LocalAlloc(LMEM_FIXED, size + unit);
	if (!made)
		return STATUS_NO_MEMORY;
	if (size)
		memcpy(made, text, size);
	memset(made + size, 0, unit);
	memcpy(ret, &made, sizeof(made));
	if (ret_n)
		*ret_n = (ULONG)(size / unit + 1);
	return STATUS_SUCCESS;
}

static NTSTATUS sid_to_text(PSID sid, bool wide, void *ret)
{
	char text[GUISE_SID_TEXT_SIZE];
	struct guise_sid value;
	NTSTATUS status;

	if (!sid || !ret)
		return STATUS_INVALID_PARAMETER;
	status = sid_from_memory(sid, &value);
	if (status)
		return STATUS_INVALID_SID;
	return text_new(text, guise_sid_format(&value, text), wide, ret, NULL);
}

BOOL ConvertSidToStringSidA(PSID sid, LPSTR *ret)
{
	return win32_result(sid_to_text(sid, false, ret));
}

BOOL ConvertSidToStringSidW(PSID sid, LPWSTR *ret)
{
	return win32_result(sid_to_text(sid, true, ret));
}

NTSTATUS RtlConvertSidToUnicodeString(PUNICODE_STRING ret, PSID sid,
				      BOOLEAN allocate)
{
	char text[GUISE_SID_TEXT_SIZE];
	struct guise_sid value;
	NTSTATUS status = sid_from_memory(sid, &value);
	size_t n, size;

	if (status)
		return STATUS_INVALID_SID;
	n = guise_sid_format(&value, text);
	size = n * sizeof(WCHAR);
	if (allocate) {
		status = text_new(text, n, true, &ret->Buffer, NULL);
		if (status)
			return status;
		ret->MaximumLength = (USHORT)(size + sizeof(WCHAR));
	} else {
		if (ret->MaximumLength < size)
			return STATUS_BUFFER_OVERFLOW;
		for (size_t i = 0; i < n; i++)
			ret->Buffer[i] = (WCHAR)text[i];
		if (ret->MaximumLength > size)
			ret->Buffer[n] = 0;
	}
	ret->Length = (USHORT)size;
	return STATUS_SUCCESS;
}

static NTSTATUS text_to_sid(const char *text, PSID *ret)
{
	struct guise_sid value, domain;
	size_t size;
	int r;

	if (!text || !ret)
		return STATUS_INVALID_PARAMETER;
	size = strlen(text);
	/* The domain is looked up only for what is relative to one. */
	r = guise_sid_parse(text, size, NULL, &value);
	if (r == GUISE_E_INVALID_SID && size == 2 && machine_domain(&domain))
		r = guise_sid_parse(text, size, &domain, &value);
	return r ? status_of(r) : sid_new(&value, ret);
}

BOOL ConvertStringSidToSidA(LPCSTR text, PSID *ret)
{
	return win32_result(text_to_sid(text, ret));
}

BOOL ConvertStringSidToSidW(LPCWSTR text, PSID *ret)
{
	GUISE_AUTO(freep) char *utf8 = NULL;

	/* what is no text is no SID */
	if (text && utf8_dup(text, &utf8))
		return win32_result(STATUS_INVALID_SID);
	return win32_result(text_to_sid(utf8, ret));
}

/* As the file says and, if that fails, once more with the machine's domain,
 * which may be what was lacking. */
static int parse(const char *text, const struct guise_sd **ret)
{
	struct guise_sid domain;
	const struct guise_sddl_options options = {sizeof(options), &domain};
	size_t size = strlen(text);
	int r = guise_sddl_parse(text, size, NULL, ret, NULL);

	if ((r == GUISE_E_INVALID_SID || r == GUISE_E_INVALID_ACL ||
	     r == GUISE_E_INVALID_CONDITION) &&
	    machine_domain(&domain))
		r = guise_sddl_parse(text, size, &options, ret, NULL);
	return r;
}

static NTSTATUS text_to_sd(const char *text, DWORD revision,
			   PSECURITY_DESCRIPTOR *ret, PULONG ret_size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;

	if (!text || !ret)
		return STATUS_INVALID_PARAMETER;
	if (revision != SDDL_REVISION_1)
		return STATUS_UNKNOWN_REVISION;
	status = status_of(parse(text, &sd));
	return status ? status : sd_new(sd, ret, ret_size);
}

BOOL ConvertStringSecurityDescriptorToSecurityDescriptorA(
	LPCSTR text, DWORD revision, PSECURITY_DESCRIPTOR *ret, PULONG ret_size)
{
	return win32_result(text_to_sd(text, revision, ret, ret_size));
}

BOOL ConvertStringSecurityDescriptorToSecurityDescriptorW(
	LPCWSTR text, DWORD revision, PSECURITY_DESCRIPTOR *ret,
	PULONG ret_size)
{
	GUISE_AUTO(freep) char *utf8 = NULL;
	NTSTATUS status = utf8_dup(text, &utf8);

	return win32_result(status ? status
				   : text_to_sd(utf8, revision, ret, ret_size));
}

/* Of SIDs of the machine's domain the aliases. It is looked up only if there
 * are any of some domain. */
static int format(const struct guise_sd *sd, struct guise_buf *ret)
{
	static const char of_a_domain[] = "S-1-5-21-";
	struct guise_sid domain;
	const struct guise_sddl_options options = {sizeof(options), &domain};
	int r = guise_sddl_format(sd, NULL, ret);

	if (r < 0 || ret->size == 0 ||
	    !memmem(ret->data, ret->size, of_a_domain, strlen(of_a_domain)) ||
	    !machine_domain(&domain))
		return r;
	buf_truncate(ret, 0);
	return guise_sddl_format(sd, &options, ret);
}

static NTSTATUS sd_to_text(PSECURITY_DESCRIPTOR sd, DWORD revision,
			   SECURITY_INFORMATION information, bool wide,
			   void *ret, PULONG ret_n)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *whole = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *parts = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	NTSTATUS status;

	if (revision != SDDL_REVISION_1)
		return STATUS_UNKNOWN_REVISION;
	if (!sd || !ret)
		return STATUS_INVALID_PARAMETER;
	status = sd_read(sd, &whole);
	if (!status)
		status = status_of(guise_sd_select(whole, information, &parts));
	if (!status)
		status = status_of(format(parts, &text));
	return status ? status
		      : text_new((const char *)text.data, text.size, wide, ret,
				 ret_n);
}

BOOL ConvertSecurityDescriptorToStringSecurityDescriptorA(
	PSECURITY_DESCRIPTOR sd, DWORD revision,
	SECURITY_INFORMATION information, LPSTR *ret, PULONG ret_n)
{
	return win32_result(
		sd_to_text(sd, revision, information, false, ret, ret_n));
}

BOOL ConvertSecurityDescriptorToStringSecurityDescriptorW(
	PSECURITY_DESCRIPTOR sd, DWORD revision,
	SECURITY_INFORMATION information, LPWSTR *ret, PULONG ret_n)
{
	return win32_result(
		sd_to_text(sd, revision, information, true, ret, ret_n));
}
