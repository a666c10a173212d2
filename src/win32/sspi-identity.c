/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <pthread.h>

#include "buf.h"
#include "sspi-identity.h"
#include "text.h"

#define TEXT_MAX 1024

/* The forms are told apart by the first number: a version, or in the oldest
 * half of a pointer; all differ in what stands before the same members. */
static_assert(offsetof(SEC_WINNT_AUTH_IDENTITY_EXW, Flags) -
			      offsetof(SEC_WINNT_AUTH_IDENTITY_EXW, User) ==
		      offsetof(SEC_WINNT_AUTH_IDENTITY_W, Flags),
	      "the members have the same order");
static_assert(sizeof(SEC_WINNT_AUTH_IDENTITY_A) ==
		      sizeof(SEC_WINNT_AUTH_IDENTITY_W),
	      "the forms differ in what pointers point to");

void sspi_identity_clear(struct sspi_identity *identity)
{
	free(identity->principal);
	identity->principal = NULL;
	secret_clear(&identity->password);
}

static NTSTATUS append(const void *text, ULONG n, bool wide,
		       struct guise_buf *ret)
{
	if (n > TEXT_MAX || (n && !text))
		return STATUS_INVALID_PARAMETER;
	if (wide)
		return text_to_utf8(text, n, ret);
	return status_of(buf_append(ret, text, n));
}

/* Realms are written in capitals, domains as one likes. */
static void raise(struct guise_buf *text, size_t from)
{
	for (size_t i = from; i < text->size; i++)
		text->data[i] = (uint8_t)toupper(text->data[i]);
}

static NTSTATUS read_principal(const SEC_WINNT_AUTH_IDENTITY_W *in, bool wide,
			       char **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const uint8_t *at;
	NTSTATUS status = append(in->User, in->UserLength, wide, &text);

	if (status >= 0 && in->DomainLength > 0) {
		status = status_of(buf_append_u8(&text, '@'));
		if (status >= 0)
			status = append(in->Domain, in->DomainLength, wide,
					&text);
	}
	if (status >= 0)
		status = status_of(buf_append_u8(&text, '\0'));
	if (status < 0)
		return status;
	if (text.size < 2 || text.data[0] == '@' ||
	    strlen((char *)text.data) != text.size - 1)
		return STATUS_INVALID_PARAMETER;
	at = memrchr(text.data, '@', text.size);
	if (at)
		raise(&text, (size_t)(at - text.data));
	*ret = (char *)text.data;
	text = (struct guise_buf){0};
	return STATUS_SUCCESS;
}

static NTSTATUS read_password(const SEC_WINNT_AUTH_IDENTITY_W *in, bool wide,
			      struct secret *ret)
{
	if (in->PasswordLength > TEXT_MAX ||
	    (in->PasswordLength && !in->Password))
		return STATUS_INVALID_PARAMETER;
	return wide ? secret_of_utf16((const WCHAR *)in->Password,
				      in->PasswordLength, ret)
		    : secret_of_utf8((const char *)in->Password,
				     in->PasswordLength, ret);
}

SECURITY_STATUS sspi_identity_read(const void *data, struct sspi_identity *ret)
{
	SEC_WINNT_AUTH_IDENTITY_W in;
	const uint8_t *bytes = data;
	ULONG version;
	NTSTATUS status;
	bool wide;

	memcpy(&version, data, sizeof(version));
	if (version == SEC_WINNT_AUTH_IDENTITY_VERSION)
		bytes += offsetof(SEC_WINNT_AUTH_IDENTITY_EXW, User);
	memcpy(&in, bytes, sizeof(in));
	wide = in.Flags & SEC_WINNT_AUTH_IDENTITY_UNICODE;
	if (!wide && !(in.Flags & SEC_WINNT_AUTH_IDENTITY_ANSI))
		return SEC_E_UNKNOWN_CREDENTIALS;
	status = read_principal(&in, wide, &ret->principal);
	if (status >= 0)
		status = read_password(&in, wide, &ret->password);
	if (status >= 0)
		return SEC_E_OK;
	return status == STATUS_NO_MEMORY ? SEC_E_INSUFFICIENT_MEMORY
					  : SEC_E_UNKNOWN_CREDENTIALS;
}
