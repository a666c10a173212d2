/* SPDX-License-Identifier: Apache-2.0 */
#include "sspi-buffers.h"
#include "memory.h"

bool sspi_buffers_are_valid(const SecBufferDesc *list)
{
	return list && list->ulVersion == SECBUFFER_VERSION &&
	       list->cBuffers <= SSPI_BUFFERS_MAX &&
	       (list->pBuffers || list->cBuffers == 0);
}

PSecBuffer sspi_buffer_find(const SecBufferDesc *list, ULONG type)
{
	for (ULONG i = 0; list && i < list->cBuffers; i++) {
		PSecBuffer buffer = &list->pBuffers[i];

		if ((buffer->BufferType & ~SECBUFFER_ATTRMASK) == type)
			return buffer;
	}
	return NULL;
}

/* A part of the bindings' buffer */
static bool take_part(const SecBuffer *buffer, ULONG offset, ULONG size,
		      gss_buffer_desc *ret)
{
	if (offset > buffer->cbBuffer || size > buffer->cbBuffer - offset)
		return false;
	ret->length = size;
	ret->value = size ? (uint8_t *)buffer->pvBuffer + offset : NULL;
	return true;
}

static bool read_bindings(const SecBuffer *buffer,
			  struct gss_channel_bindings_struct *ret)
{
	SEC_CHANNEL_BINDINGS in;

	if (buffer->cbBuffer < sizeof(in) || !buffer->pvBuffer)
		return false;
	memcpy(&in, buffer->pvBuffer, sizeof(in));
	ret->initiator_addrtype = in.dwInitiatorAddrType;
	ret->acceptor_addrtype = in.dwAcceptorAddrType;
	return take_part(buffer, in.dwInitiatorOffset, in.cbInitiatorLength,
			 &ret->initiator_address) &&
	       take_part(buffer, in.dwAcceptorOffset, in.cbAcceptorLength,
			 &ret->acceptor_address) &&
	       take_part(buffer, in.dwApplicationDataOffset,
			 in.cbApplicationDataLength, &ret->application_data);
}

SECURITY_STATUS sspi_input_read(const SecBufferDesc *list,
				struct sspi_input *ret)
{
	const SecBuffer *buffer;

	*ret = (struct sspi_input){0};
	if (!list)
		return SEC_E_OK;
	if (!sspi_buffers_are_valid(list))
		return SEC_E_INVALID_TOKEN;
	buffer = sspi_buffer_find(list, SECBUFFER_TOKEN);
	if (buffer) {
		if (buffer->cbBuffer > GUISE_GSS_TOKEN_MAX ||
		    (buffer->cbBuffer && !buffer->pvBuffer))
			return SEC_E_INVALID_TOKEN;
		ret->has_token = true;
		ret->token.length = buffer->cbBuffer;
		ret->token.value = buffer->pvBuffer;
	}
	buffer = sspi_buffer_find(list, SECBUFFER_CHANNEL_BINDINGS);
	if (!buffer || buffer->cbBuffer == 0)
		return SEC_E_OK;
	ret->has_bindings = true;
	return read_bindings(buffer, &ret->bindings) ? SEC_E_OK
						     : SEC_E_INVALID_TOKEN;
}

SECURITY_STATUS sspi_output_write(const SecBufferDesc *list, bool allocate,
				  const gss_buffer_desc *token)
{
	PSecBuffer buffer = sspi_buffer_find(list, SECBUFFER_TOKEN);

	if (!buffer)
		return token->length ? SEC_E_INVALID_TOKEN : SEC_E_OK;
	if (token->length > UINT32_MAX)
		return SEC_E_INTERNAL_ERROR;
	if (allocate) {
		buffer->pvBuffer = NULL;
		buffer->cbBuffer = 0;
		if (token->length)
			buffer->pvBuffer = memory_new(token->length);
		if (token->length && !buffer->pvBuffer)
			return SEC_E_INSUFFICIENT_MEMORY;
	} else if (token->length > buffer->cbBuffer ||
		   (token->length && !buffer->pvBuffer)) {
		return SEC_E_BUFFER_TOO_SMALL;
	}
	if (token->length)
		memcpy(buffer->pvBuffer, token->value, token->length);
	buffer->cbBuffer = (ULONG)token->length;
	return SEC_E_OK;
}
