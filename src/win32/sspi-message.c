/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages. Buffers are signed and encrypted where they are; what comes with
 * them goes into the one for the token. Sequence numbers are Kerberos' own.
 */
#include <pthread.h>
#include <time.h>

#include "sspi-buffers.h"
#include "sspi-object.h"

/* A token of Kerberos is not shorter (RFC 4121 4.2.6). */
#define TOKEN_MIN 16

/**
 * struct message - the caller's buffers as the library takes them
 * @from: where each came from
 */
struct message {
	gss_iov_buffer_desc iov[SSPI_BUFFERS_MAX];
	PSecBuffer from[SSPI_BUFFERS_MAX];
	int n;
};

static OM_uint32 type_of(const SecBuffer *buffer, OM_uint32 token)
{
	switch (buffer->BufferType & ~SECBUFFER_ATTRMASK) {
	case SECBUFFER_DATA:
		if (buffer->BufferType & SECBUFFER_READONLY_WITH_CHECKSUM)
			return GSS_IOV_BUFFER_TYPE_SIGN_ONLY;
		if (buffer->BufferType & SECBUFFER_READONLY)
			return GSS_IOV_BUFFER_TYPE_EMPTY;
		return GSS_IOV_BUFFER_TYPE_DATA;
	case SECBUFFER_TOKEN:
		return token;
	case SECBUFFER_PADDING:
		return GSS_IOV_BUFFER_TYPE_PADDING;
	case SECBUFFER_STREAM:
		return GSS_IOV_BUFFER_TYPE_STREAM;
	}
	return GSS_IOV_BUFFER_TYPE_EMPTY;
}

static bool has_type(const struct message *message, OM_uint32 type)
{
	for (int i = 0; i < message->n; i++) {
		if (message->iov[i].type == type)
			return true;
	}
	return false;
}

/* @token: what a buffer for the token is to the library */
static SECURITY_STATUS read_message(const SecBufferDesc *list, OM_uint32 token,
				    struct message *ret)
{
	if (!sspi_buffers_are_valid(list))
		return SEC_E_INVALID_TOKEN;
	ret->n = 0;
	for (ULONG i = 0; i < list->cBuffers; i++) {
		PSecBuffer buffer = &list->pBuffers[i];
		const OM_uint32 type = type_of(buffer, token);

		if (type == GSS_IOV_BUFFER_TYPE_EMPTY)
			continue;
		if (buffer->cbBuffer && !buffer->pvBuffer)
			return SEC_E_INVALID_TOKEN;
		ret->iov[ret->n] = (gss_iov_buffer_desc){
			.type = type,
			.buffer = {buffer->cbBuffer, buffer->pvBuffer},
		};
		ret->from[ret->n++] = buffer;
	}
	return SEC_E_OK;
}

/* Lengths, and where the data of a stream lies */
static void write_message(const struct message *message)
{
	for (int i = 0; i < message->n; i++) {
		message->from[i]->cbBuffer =
			(ULONG)message->iov[i].buffer.length;
		message->from[i]->pvBuffer = message->iov[i].buffer.value;
	}
}

static bool has_expired(const struct context *context)
{
	struct timespec now;

	must(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return now.tv_sec >= context->expires;
}

/* May messages be protected so? Locks the context if they may. */
static SECURITY_STATUS begin(PCtxtHandle handle, OM_uint32 flag,
			     struct context **ret)
{
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	SECURITY_STATUS status = context_of_handle(handle, &context);

	if (status != SEC_E_OK)
		return status;
	must(pthread_mutex_lock(&context->lock) == 0);
	if (!context->gss || !context->is_established)
		status = SEC_E_INVALID_HANDLE;
	else if (has_expired(context))
		status = SEC_E_CONTEXT_EXPIRED;
	else if (!(context->flags & flag))
		status = SEC_E_UNSUPPORTED_FUNCTION;
	if (status != SEC_E_OK) {
		must(pthread_mutex_unlock(&context->lock) == 0);
		return status;
	}
	*ret = guise_take(context);
	return SEC_E_OK;
}

static void end(struct context *context)
{
	must(pthread_mutex_unlock(&context->lock) == 0);
	context_unrefp(&context);
}

SECURITY_STATUS MakeSignature(PCtxtHandle handle, ULONG quality,
			      PSecBufferDesc list, ULONG sequence)
{
	struct message message;
	struct context *context;
	OM_uint32 major, minor;
	SECURITY_STATUS status;

	(void)sequence;
	status = read_message(list, GSS_IOV_BUFFER_TYPE_MIC_TOKEN, &message);
	if (status == SEC_E_OK &&
	    !has_type(&message, GSS_IOV_BUFFER_TYPE_MIC_TOKEN))
		status = SEC_E_INVALID_TOKEN;
	if (status == SEC_E_OK && quality != 0)
		status = SEC_E_QOP_NOT_SUPPORTED;
	if (status == SEC_E_OK)
		status = begin(handle, GSS_C_INTEG_FLAG, &context);
	if (status != SEC_E_OK)
		return status;
	major = sspi_library()->gss_get_mic_iov(&minor, context->gss,
						GSS_C_QOP_DEFAULT, message.iov,
						message.n);
	end(context);
	status = sspi_status_message(major, minor);
	if (status == SEC_E_OK)
		write_message(&message);
	return status;
}

SECURITY_STATUS VerifySignature(PCtxtHandle handle, PSecBufferDesc list,
				ULONG sequence, ULONG *quality)
{
	struct message message;
	struct context *context;
	OM_uint32 major, minor;
	SECURITY_STATUS status;

	(void)sequence;
	status = read_message(list, GSS_IOV_BUFFER_TYPE_MIC_TOKEN, &message);
	if (status == SEC_E_OK &&
	    !has_type(&message, GSS_IOV_BUFFER_TYPE_MIC_TOKEN))
		status = SEC_E_INVALID_TOKEN;
	if (status == SEC_E_OK)
		status = begin(handle, GSS_C_INTEG_FLAG, &context);
	if (status != SEC_E_OK)
		return status;
	major = sspi_library()->gss_verify_mic_iov(&minor, context->gss, NULL,
						   message.iov, message.n);
	end(context);
	if (quality)
		*quality = 0;
	return sspi_status_message(major, minor);
}

static SECURITY_STATUS check_quality(ULONG quality)
{
	return quality == 0 || quality == SECQOP_WRAP_NO_ENCRYPT
		       ? SEC_E_OK
		       : SEC_E_QOP_NOT_SUPPORTED;
}

static OM_uint32 flag_of(ULONG quality)
{
	return quality == SECQOP_WRAP_NO_ENCRYPT ? GSS_C_INTEG_FLAG
						 : GSS_C_CONF_FLAG;
}

SECURITY_STATUS EncryptMessage(PCtxtHandle handle, ULONG quality,
			       PSecBufferDesc list, ULONG sequence)
{
	struct message message;
	struct context *context;
	OM_uint32 major, minor;
	SECURITY_STATUS status;
	int encrypted = 0;

	(void)sequence;
	status = read_message(list, GSS_IOV_BUFFER_TYPE_HEADER, &message);
	if (status == SEC_E_OK &&
	    !has_type(&message, GSS_IOV_BUFFER_TYPE_HEADER))
		status = SEC_E_INVALID_TOKEN;
	if (status == SEC_E_OK)
		status = check_quality(quality);
	if (status == SEC_E_OK)
		status = begin(handle, flag_of(quality), &context);
	if (status != SEC_E_OK)
		return status;
	major = sspi_library()->gss_wrap_iov(
		&minor, context->gss, quality != SECQOP_WRAP_NO_ENCRYPT,
		GSS_C_QOP_DEFAULT, &encrypted, message.iov, message.n);
	end(context);
	status = sspi_status_message(major, minor);
	if (status != SEC_E_OK)
		return status;
	if (!encrypted && quality != SECQOP_WRAP_NO_ENCRYPT)
		return SEC_E_ENCRYPT_FAILURE;
	write_message(&message);
	return SEC_E_OK;
}

/* A stream is the token and the data in one; the data is then a part of it. */
static SECURITY_STATUS check_encrypted(const SecBufferDesc *list,
				       const struct message *message)
{
	const SecBuffer *stream = sspi_buffer_find(list, SECBUFFER_STREAM);

	if (!has_type(message, GSS_IOV_BUFFER_TYPE_DATA) ||
	    (!stream && !has_type(message, GSS_IOV_BUFFER_TYPE_HEADER)))
		return SEC_E_INVALID_TOKEN;
	return stream && stream->cbBuffer < TOKEN_MIN ? SEC_E_INCOMPLETE_MESSAGE
						      : SEC_E_OK;
}

SECURITY_STATUS DecryptMessage(PCtxtHandle handle, PSecBufferDesc list,
			       ULONG sequence, ULONG *quality)
{
	struct message message;
	struct context *context;
	OM_uint32 major, minor;
	SECURITY_STATUS status;
	int encrypted = 0;

	(void)sequence;
	status = read_message(list, GSS_IOV_BUFFER_TYPE_HEADER, &message);
	if (status == SEC_E_OK)
		status = check_encrypted(list, &message);
	if (status == SEC_E_OK)
		status = begin(handle, GSS_C_INTEG_FLAG, &context);
	if (status != SEC_E_OK)
		return status;
	major = sspi_library()->gss_unwrap_iov(&minor, context->gss, &encrypted,
					       NULL, message.iov, message.n);
	end(context);
	status = sspi_status_message(major, minor);
	if (status != SEC_E_OK)
		return status;
	if (quality)
		*quality = encrypted ? 0 : SECQOP_WRAP_NO_ENCRYPT;
	write_message(&message);
	return SEC_E_OK;
}
