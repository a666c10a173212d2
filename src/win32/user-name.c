/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The name of the calling thread's user. A user that nobody knows is called
 * what the token says, or by SID.
 */
#define SECURITY_WIN32
#include <guise/thread-token.h>

#include "facade.h"

#include <security.h>

#include "account.h"
#include "out-text.h"
#include "status.h"

#include <stdio.h>

/* What nobody can be told the name of */
static void name_by_token(const struct guise_token *token,
			  struct guise_principal *ret)
{
	const char *name = guise_token_name(token);
	char text[GUISE_SID_TEXT_SIZE];

	(void)guise_sid_format(&guise_token_user(token)->sid, text);
	(void)snprintf(ret->name, sizeof(ret->name), "%s",
		       name && *name ? name : text);
	ret->domain[0] = '\0';
}

void account_of_token(const struct guise_token *token,
		      struct guise_principal *ret)
{
	ret->size = sizeof(*ret);
	if (guise_lookup_sid(account_options(), &guise_token_user(token)->sid,
			     ret) < 0)
		name_by_token(token, ret);
}

/* The user of the effective token */
static NTSTATUS find_user(struct guise_principal *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_effective_token(&token);

	if (r < 0)
		return status_of(r);
	account_of_token(token, ret);
	return STATUS_SUCCESS;
}

/* Writes @text if there is room for it with its NUL, which @size then counts
 * or, without @counts_nul, does not; else @size is what it takes and @too_small
 * the result. */
static NTSTATUS give(const char *text, struct out_text *out, LPDWORD size,
		     bool counts_nul, NTSTATUS too_small)
{
	NTSTATUS status = out_text_set(out, text);
	DWORD n;

	if (status < 0)
		return status;
	n = out_text_length(out);
	if (n >= *size || !out->buffer) {
		*size = n + 1;
		return too_small;
	}
	out_text_write(out);
	*size = counts_nul ? n + 1 : n;
	return STATUS_SUCCESS;
}

static BOOL user_name(struct out_text *out, LPDWORD size)
{
	struct guise_principal found;
	NTSTATUS status = size ? find_user(&found) : STATUS_INVALID_PARAMETER;

	if (status >= 0)
		status = give(found.name, out, size, true,
			      STATUS_BUFFER_TOO_SMALL);
	out_text_clear(out);
	return win32_result(status);
}

BOOL GetUserNameW(LPWSTR buffer, LPDWORD size)
{
	struct out_text out = {.buffer = buffer, .wide = true};

	return user_name(&out, size);
}

BOOL GetUserNameA(LPSTR buffer, LPDWORD size)
{
	struct out_text out = {.buffer = buffer};

	return user_name(&out, size);
}

/* Of the forms that there are only one is known here; the others come from a
 * directory. */
static NTSTATUS give_extended(EXTENDED_NAME_FORMAT format, struct out_text *out,
			      PULONG size)
{
	char text[2 * GUISE_USER_NAME_MAX + 2];
	struct guise_principal found;
	NTSTATUS status;

	if (!size || format == NameUnknown || format > NameSurname)
		return STATUS_INVALID_PARAMETER;
	if (format != NameSamCompatible)
		return STATUS_NONE_MAPPED;
	status = find_user(&found);
	if (status < 0)
		return status;
	(void)snprintf(text, sizeof(text), "%s\\%s", found.domain, found.name);
	return give(text, out, size, false, status_of_win32(ERROR_MORE_DATA));
}

BOOLEAN GetUserNameExW(EXTENDED_NAME_FORMAT format, LPWSTR buffer, PULONG size)
{
	struct out_text out = {.buffer = buffer, .wide = true};
	NTSTATUS status = give_extended(format, &out, size);

	out_text_clear(&out);
	return (BOOLEAN)win32_result(status);
}

BOOLEAN GetUserNameExA(EXTENDED_NAME_FORMAT format, LPSTR buffer, PULONG size)
{
	struct out_text out = {.buffer = buffer};
	NTSTATUS status = give_extended(format, &out, size);

	out_text_clear(&out);
	return (BOOLEAN)win32_result(status);
}
