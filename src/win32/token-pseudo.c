/* SPDX-License-Identifier: Apache-2.0 */
/* The pseudo-handles of tokens: each time they are used they mean the token of
 * the calling thread at that moment, and let it be read. */
#include <guise/thread-token.h>

#include "token.h"

#define PSEUDO_ACCESS (TOKEN_QUERY | TOKEN_QUERY_SOURCE)

static NTSTATUS process_cell(struct guise_token_object **ret)
{
	struct guise_token_object *cell;
	NTSTATUS status = token_process(&cell);

	if (status >= 0)
		*ret = guise_token_object_ref(cell);
	return status;
}

static NTSTATUS thread_cell(struct guise_token_object **ret)
{
	struct guise_token_object *cell = guise_thread_token();
	const struct guise_token *token;
	bool is_anonymous;

	if (!cell)
		return STATUS_NO_TOKEN;
	token = guise_token_object_token(cell);
	is_anonymous = guise_token_level(token) == GUISE_LEVEL_ANONYMOUS;
	(void)guise_token_unref(token);
	if (is_anonymous)
		return STATUS_CANT_OPEN_ANONYMOUS;
	*ret = guise_token_object_ref(cell);
	return STATUS_SUCCESS;
}

/* A scope has a token without a cell: it gets one to be read through. */
static NTSTATUS scope_cell(struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_effective_token(&token);

	if (r >= 0)
		r = guise_token_object_new(token, NULL, NULL, ret);
	return status_of(r);
}

static NTSTATUS effective_cell(struct guise_token_object **ret)
{
	if (guise_scope_depth() > 0)
		return scope_cell(ret);
	if (guise_thread_token())
		return thread_cell(ret);
	return process_cell(ret);
}

NTSTATUS pseudo_token(HANDLE handle, struct object **ret,
		      ACCESS_MASK *ret_granted)
{
	struct guise_token_object *cell = NULL;
	NTSTATUS status;

	switch ((intptr_t)handle) {
	case -4:
		status = process_cell(&cell);
		break;
	case -5:
		status = thread_cell(&cell);
		break;
	case -6:
		status = effective_cell(&cell);
		break;
	default:
		status = STATUS_INVALID_HANDLE;
		break;
	}
	if (status < 0)
		return status;
	*ret = token_new(cell);
	if (!*ret)
		return STATUS_NO_MEMORY;
	*ret_granted = PSEUDO_ACCESS;
	return STATUS_SUCCESS;
}
