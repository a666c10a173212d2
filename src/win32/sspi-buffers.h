/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of buffers, as the caller gives them. */
#ifndef WIN32_SSPI_BUFFERS_H
#define WIN32_SSPI_BUFFERS_H

#include "sspi-library.h"
#include "sspi-status.h"

#define SSPI_BUFFERS_MAX 32

/**
 * struct sspi_input - what a step is given
 * @token: what the other side has sent; empty: nothing
 * @has_token: there is a buffer for it
 * @bindings: of the channel, where @has_bindings
 */
struct sspi_input {
	gss_buffer_desc token;
	bool has_token;
	bool has_bindings;
	struct gss_channel_bindings_struct bindings;
};

/* Everything is borrowed from the caller's memory. NULL: nothing is given.
 * SEC_E_INVALID_TOKEN: a list that is none, a token longer than
 * GUISE_GSS_TOKEN_MAX, bindings that reach beyond their buffer */
SECURITY_STATUS sspi_input_read(const SecBufferDesc *list,
				struct sspi_input *ret);

/* The first of a type, without regard to attributes; NULL: there is none */
PSecBuffer sspi_buffer_find(const SecBufferDesc *list, ULONG type);
/* Is it a list, and not too long */
bool sspi_buffers_are_valid(const SecBufferDesc *list);

/* Writes @token into the buffer for it, in new memory if @allocate.
 * SEC_E_BUFFER_TOO_SMALL; SEC_E_INVALID_TOKEN: there is no buffer for it;
 * SEC_E_INSUFFICIENT_MEMORY. An empty token is no error without one. */
SECURITY_STATUS sspi_output_write(const SecBufferDesc *list, bool allocate,
				  const gss_buffer_desc *token);

#endif
