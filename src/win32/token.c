/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens as objects: their type, their descriptors, and their handles. */
#include <guise/session.h>
#include <guise/thread-token.h>

#include "status.h"
#include "token-of.h"
#include "token-pass.h"
#include "token.h"

#define TOKEN_MAPPING                                                          \
	{                                                                      \
		TOKEN_READ, TOKEN_WRITE, TOKEN_EXECUTE, TOKEN_ALL_ACCESS       \
	}

/**
 * struct token - a token object
 * @cell: a reference
 * @session: the logon session that it holds; 0: none
 */
struct token {
	struct object object;
	struct guise_token_object *cell;
	guise_luid session;
};

static struct token *of(struct object *object)
{
	return (struct token *)object;
}

struct guise_token_object *token_cell(const struct object *object)
{
	return ((const struct token *)object)->cell;
}

static void token_free(struct object *object)
{
	struct token *token = of(object);

	token->cell = guise_token_object_unref(token->cell);
	if (token->session)
		guise_session_unref(token->session);
	object_clear(object);
	free(token);
}

static NTSTATUS token_get_sd(struct object *object, const struct guise_sd **ret)
{
	*ret = guise_token_object_sd(of(object)->cell);
	return STATUS_SUCCESS;
}

/* The rights of the HANDLE were checked by who calls. */
static NTSTATUS token_set_sd(struct object *object,
			     SECURITY_INFORMATION information,
			     const struct guise_sd *modification)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	const struct guise_token_handle handle = {
		.object = of(object)->cell,
		.granted = TOKEN_ALL_ACCESS | ACCESS_SYSTEM_SECURITY,
	};
	int r = guise_effective_token(&caller);

	if (r >= 0)
		r = guise_token_handle_set_sd(&handle, caller, information,
					      modification);
	return status_of(r);
}

static const struct guise_token *token_now(struct object *object)
{
	return guise_token_object_token(of(object)->cell);
}

const struct object_type token_type = {
	.name = "Token",
	.mapping = TOKEN_MAPPING,
	.valid = TOKEN_ALL_ACCESS,
	.may_gain = true,
	.free = token_free,
	.get_sd = token_get_sd,
	.set_sd = token_set_sd,
	.pass = token_pass,
	.receive = token_receive,
	.token = token_now,
};

/* A session that is not this process's own to know is not held. */
static guise_luid hold_session(struct guise_token_object *cell)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	guise_luid id;

	token = guise_token_object_token(cell);
	id = guise_token_authentication_id(token);
	return id && guise_session_ref(id) == 0 ? id : 0;
}

struct object *token_new(struct guise_token_object *cell)
{
	struct token *token = array_alloc(1, sizeof(*token));

	if (!token) {
		(void)guise_token_object_unref(cell);
		return NULL;
	}
	object_init(&token->object, &token_type, NULL);
	token->cell = cell;
	token->session = hold_session(cell);
	return &token->object;
}

NTSTATUS token_handle_new(struct guise_token_object *cell, ACCESS_MASK granted,
			  ULONG attributes, HANDLE *ret)
{
	struct object *object = token_new(cell);

	if (!object)
		return STATUS_NO_MEMORY;
	return handle_new(object, granted, attributes, ret);
}

NTSTATUS token_handle_give(struct guise_token_handle *handle, ULONG attributes,
			   HANDLE *ret)
{
	return token_handle_new(guise_take(handle->object), handle->granted,
				attributes, ret);
}

NTSTATUS token_from_handle(HANDLE handle, ACCESS_MASK needed,
			   struct guise_token_handle *ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	ACCESS_MASK granted;
	NTSTATUS status =
		handle_object(handle, &token_type, needed, &object, &granted);

	if (status < 0)
		return status;
	ret->object = guise_token_object_ref(token_cell(object));
	ret->granted = granted;
	return STATUS_SUCCESS;
}

NTSTATUS token_of_handle(HANDLE handle, ACCESS_MASK needed,
			 const struct guise_token **ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status =
		handle_object(handle, &token_type, needed, &object, NULL);

	if (status >= 0)
		*ret = token_now(object);
	return status;
}

NTSTATUS token_process(struct guise_token_object **ret)
{
	return status_of(guise_process_token(ret));
}
