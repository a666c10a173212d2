/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens as objects behind handles. What a token is and who may change it is
 * the library's (guise/token-object.h); here is only the handle. Each call
 * makes a struct guise_token_handle out of the HANDLE's access and hands that
 * on, so that rights are checked in one place.
 *
 * All functions are thread-safe.
 */
#ifndef WIN32_TOKEN_H
#define WIN32_TOKEN_H

#include <guise/token-object.h>

#include "object.h"

extern const struct object_type token_type;

/**
 * token_handle_new() - a HANDLE to a token
 * @cell: the reference is taken, also on failure
 * @granted: mapped
 * @attributes: OBJ_INHERIT or 0
 * @ret: untouched on failure
 *
 * The object holds the token's logon session as long as it lives.
 *
 * Return: 0; INSUFFICIENT_RESOURCES (too many handles); NO_MEMORY.
 */
NTSTATUS token_handle_new(struct guise_token_object *cell, ACCESS_MASK granted,
			  ULONG attributes, HANDLE *ret);

/**
 * token_handle_give() - the same for what a function of the library opened
 * @handle: not open afterwards, also on failure
 */
NTSTATUS token_handle_give(struct guise_token_handle *handle, ULONG attributes,
			   HANDLE *ret);

/**
 * token_from_handle() - the cell behind a HANDLE and the access to it
 * @handle: pseudo-handles too
 * @needed: rights that it must have; 0: the library's function asks for them
 * @ret: the caller's to close (guise_token_handle_close())
 *
 * Return: 0; INVALID_HANDLE; OBJECT_TYPE_MISMATCH; ACCESS_DENIED; NO_TOKEN;
 * NO_MEMORY.
 */
NTSTATUS token_from_handle(HANDLE handle, ACCESS_MASK needed,
			   struct guise_token_handle *ret);

/** token_new() - an object around a cell; takes @cell, also on failure. NULL:
 * no memory */
struct object *token_new(struct guise_token_object *cell);

/** token_cell() - of an object of token_type; borrowed */
struct guise_token_object *token_cell(const struct object *object);

/** token_process() - the process's own; borrowed for its life. Return: 0; what
 * guise_process_token() says */
NTSTATUS token_process(struct guise_token_object **ret);

#endif
