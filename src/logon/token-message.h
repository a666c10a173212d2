/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token is passed as: the rights of the handle, and the token in its own
 * encoding. Pure.
 *
 *	u32 magic, u32 version, u32 rights, then guise_token_encode()
 */
#ifndef LOGON_TOKEN_MESSAGE_H
#define LOGON_TOKEN_MESSAGE_H

#include <guise/token-object.h>

#include "base.h"

#define TOKEN_MESSAGE_HEADER 12
#define TOKEN_MESSAGE_MAX (TOKEN_MESSAGE_HEADER + GUISE_TOKEN_ENCODED_MAX)

/* Append. -ENOMEM; GUISE_E_LIMIT */
GUISE_MUST_USE int token_message_encode(const struct guise_token *token,
					uint32_t granted,
					struct guise_buf *out);

/* @data: untrusted. @ret_token: a reference. 0; GUISE_E_PROTOCOL (not that, or
 * rights that no token has); errors of guise_token_decode(), that of malformed
 * bytes as GUISE_E_PROTOCOL. */
GUISE_MUST_USE int token_message_decode(const void *data, size_t size,
					const struct guise_token **ret_token,
					uint32_t *ret_granted);

#endif
