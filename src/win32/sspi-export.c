/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A context as bytes, for another process of the same service, and its token as
 * a handle, which is passed by itself. Bytes that were changed can be believed
 * no more than whoever passes them.
 */
#include <pthread.h>

#include "account.h"
#include "buf.h"
#include "memory.h"
#include "reader.h"
#include "sspi-object.h"
#include "token.h"

#define MAGIC UINT32_C(0x58435347) /* "GSCX" */

enum context_bits {
	IS_NEGOTIATE = 1,
	IS_ACCEPTOR = 2,
};

static bool is_kerberos(const struct context *context)
{
	return context->package == sspi_package_kerberos();
}

/* The context goes into the bytes; with @stay it comes out of them again. */
static SECURITY_STATUS export_gss(struct context *context, bool stay,
				  struct guise_buf *ret)
{
	const struct sspi_library *gss = sspi_library();
	gss_buffer_desc bytes = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	int r;

	major = gss->gss_export_sec_context(&minor, &context->gss, &bytes);
	if (GSS_ERROR(major))
		return sspi_status(major, minor);
	r = bytes.length <= UINT32_MAX
		    ? buf_append_u32le(ret, (uint32_t)bytes.length)
		    : -ENOMEM;
	if (r == 0)
		r = buf_append(ret, bytes.value, bytes.length);
	if (stay)
		major = gss->gss_import_sec_context(&minor, &bytes,
						    &context->gss);
	(void)gss->gss_release_buffer(&minor, &bytes);
	if (r < 0)
		return SEC_E_INSUFFICIENT_MEMORY;
	return sspi_status(major, minor);
}

static int append_head(const struct context *context, struct guise_buf *ret)
{
	const uint32_t bits = (is_kerberos(context) ? 0 : IS_NEGOTIATE) |
			      (context->is_acceptor ? IS_ACCEPTOR : 0);
	int r = buf_append_u32le(ret, MAGIC);

	if (r == 0)
		r = buf_append_u32le(ret, bits);
	if (r == 0)
		r = buf_append_u32le(ret, context->flags);
	if (r == 0)
		r = buf_append_u32le(ret, context->attributes);
	if (r == 0)
		r = buf_append_u64le(ret, (uint64_t)context->expires);
	return r;
}

static SECURITY_STATUS give_bytes(const struct guise_buf *bytes,
				  PSecBuffer packed)
{
	void *memory = memory_new(bytes->size);

	if (!memory)
		return SEC_E_INSUFFICIENT_MEMORY;
	memcpy(memory, bytes->data, bytes->size);
	*packed = (SecBuffer){(ULONG)bytes->size, SECBUFFER_TOKEN, memory};
	return SEC_E_OK;
}

static SECURITY_STATUS give_token(const struct context *context, void **token)
{
	HANDLE handle = NULL;
	NTSTATUS status = STATUS_SUCCESS;

	if (token && context->cell)
		status = token_handle_new(guise_token_object_ref(context->cell),
					  TOKEN_ALL_ACCESS, 0, &handle);
	if (status >= 0 && token)
		*token = handle;
	return sspi_status_of_nt(status);
}

static SECURITY_STATUS export_locked(struct context *context, ULONG flags,
				     PSecBuffer packed, void **token)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	SECURITY_STATUS status;

	if (!context->gss || !context->is_established)
		return SEC_E_INVALID_HANDLE;
	if (append_head(context, &bytes) < 0)
		return SEC_E_INSUFFICIENT_MEMORY;
	status = export_gss(
		context, !(flags & SECPKG_CONTEXT_EXPORT_DELETE_OLD), &bytes);
	if (status == SEC_E_OK)
		status = give_bytes(&bytes, packed);
	if (status == SEC_E_OK)
		status = give_token(context, token);
	return status;
}

SECURITY_STATUS ExportSecurityContext(PCtxtHandle handle, ULONG flags,
				      PSecBuffer packed, void **token)
{
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	SECURITY_STATUS status = context_of_handle(handle, &context);

	if (status != SEC_E_OK)
		return status;
	if (!packed)
		return SEC_E_INVALID_PARAMETER;
	/* sequence numbers cannot be set back */
	if (flags & ~SECPKG_CONTEXT_EXPORT_DELETE_OLD)
		return SEC_E_UNSUPPORTED_FUNCTION;
	must(pthread_mutex_lock(&context->lock) == 0);
	status = export_locked(context, flags, packed, token);
	must(pthread_mutex_unlock(&context->lock) == 0);
	return status;
}

static SECURITY_STATUS read_head(struct reader *in,
				 const struct sspi_package *package,
				 struct context **ret)
{
	uint32_t magic, bits, flags, attributes;
	uint64_t expires;
	struct context *context;

	if (!read_u32le(in, &magic) || magic != MAGIC ||
	    !read_u32le(in, &bits) ||
	    bits & ~(uint32_t)(IS_NEGOTIATE | IS_ACCEPTOR) ||
	    !read_u32le(in, &flags) || !read_u32le(in, &attributes) ||
	    !read_u64le(in, &expires))
		return SEC_E_INVALID_TOKEN;
	if ((package == sspi_package_kerberos()) == !!(bits & IS_NEGOTIATE))
		return SEC_E_INVALID_TOKEN;
	context = sspi_context_new(package, bits & IS_ACCEPTOR);
	if (!context)
		return SEC_E_INSUFFICIENT_MEMORY;
	context->flags = flags;
	context->attributes = attributes;
	context->expires = (int64_t)expires;
	*ret = context;
	return SEC_E_OK;
}

/* The token that came beside the bytes: the client, as far as its holder may
 * impersonate it */
static SECURITY_STATUS take_token(HANDLE token, struct context *context)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle handle = {0};
	NTSTATUS status;

	if (!token || !context->is_acceptor)
		return SEC_E_OK;
	status = token_from_handle(token, TOKEN_QUERY | TOKEN_IMPERSONATE,
				   &handle);
	if (status < 0)
		return sspi_status_of_nt(status);
	context->cell = guise_token_object_ref(handle.object);
	return SEC_E_OK;
}

static SECURITY_STATUS unpack(const struct sspi_package *package,
			      const SecBuffer *packed, struct context **ret)
{
	struct reader in = reader_of(packed->pvBuffer, packed->cbBuffer);
	SECURITY_STATUS status = read_head(&in, package, ret);
	gss_buffer_desc bytes;
	OM_uint32 major, minor;
	uint32_t size;

	if (status != SEC_E_OK)
		return status;
	/* the library takes what is cut off for less */
	if (!read_u32le(&in, &size) || size != in.size)
		return SEC_E_INVALID_TOKEN;
	bytes = (gss_buffer_desc){in.size, (void *)(uintptr_t)in.data};
	major = sspi_library()->gss_import_sec_context(&minor, &bytes,
						       &(*ret)->gss);
	if (GSS_ERROR(major))
		return SEC_E_INVALID_TOKEN;
	(*ret)->is_established = true;
	return SEC_E_OK;
}

static SECURITY_STATUS import_context(const void *name, bool wide,
				      const SecBuffer *packed, HANDLE token,
				      PCtxtHandle ret)
{
	GUISE_AUTO(text_freep) char *text = NULL;
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	const struct sspi_package *package;
	SECURITY_STATUS status;
	NTSTATUS read = text_of_caller(name, wide, &text);

	if (read < 0)
		return sspi_status_of_nt(read);
	package = sspi_package_by_name(text);
	if (!package)
		return SEC_E_SECPKG_NOT_FOUND;
	if (!packed || !packed->pvBuffer || !ret)
		return SEC_E_INVALID_TOKEN;
	status = unpack(package, packed, &context);
	if (status == SEC_E_OK)
		status = take_token(token, context);
	return status == SEC_E_OK
		       ? sspi_handle_new(&guise_take(context)->base, ret)
		       : status;
}

SECURITY_STATUS ImportSecurityContextA(SEC_CHAR *package, PSecBuffer packed,
				       void *token, PCtxtHandle context)
{
	return import_context(package, false, packed, token, context);
}

SECURITY_STATUS ImportSecurityContextW(SEC_WCHAR *package, PSecBuffer packed,
				       void *token, PCtxtHandle context)
{
	return import_context(package, true, packed, token, context);
}
