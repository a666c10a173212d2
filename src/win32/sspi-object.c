/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "sspi-object.h"

static void credentials_free(struct object *object)
{
	struct credentials *credentials = (struct credentials *)object;
	const struct sspi_library *gss = sspi_library();
	OM_uint32 minor;

	if (credentials->initiator)
		(void)gss->gss_release_cred(&minor, &credentials->initiator);
	if (credentials->acceptor)
		(void)gss->gss_release_cred(&minor, &credentials->acceptor);
	(void)guise_identities_unref(credentials->identities);
	object_clear(object);
	free(credentials);
}

static void context_free(struct object *object)
{
	struct context *context = (struct context *)object;
	const struct sspi_library *gss = sspi_library();
	OM_uint32 minor;

	if (context->token)
		(void)handle_close(context->token);
	if (context->gss)
		(void)gss->gss_delete_sec_context(&minor, &context->gss,
						  GSS_C_NO_BUFFER);
	if (context->target)
		(void)gss->gss_release_name(&minor, &context->target);
	context->cell = guise_token_object_unref(context->cell);
	logged_on_clear(&context->client);
	sspi_credentials_unrefp(&context->credentials);
	must(pthread_mutex_destroy(&context->lock) == 0);
	object_clear(object);
	free(context);
}

static const struct object_type credentials_type = {
	.name = "SecurityCredentials",
	.free = credentials_free,
};

static const struct object_type context_type = {
	.name = "SecurityContext",
	.free = context_free,
};

struct credentials *credentials_new(const struct sspi_package *package)
{
	struct credentials *credentials = array_alloc(1, sizeof(*credentials));

	if (!credentials)
		return NULL;
	object_init(&credentials->base.object, &credentials_type, NULL);
	credentials->package = package;
	credentials->initiator_status = SEC_E_NO_CREDENTIALS;
	credentials->acceptor_status = SEC_E_NO_CREDENTIALS;
	return credentials;
}

struct context *sspi_context_new(const struct sspi_package *package,
				 bool is_acceptor)
{
	struct context *context = array_alloc(1, sizeof(*context));

	if (!context)
		return NULL;
	object_init(&context->base.object, &context_type, NULL);
	must(pthread_mutex_init(&context->lock, NULL) == 0);
	context->package = package;
	context->is_acceptor = is_acceptor;
	context->expires = INT64_MAX;
	return context;
}

SECURITY_STATUS sspi_handle_new(struct sspi_object *object, PSecHandle ret)
{
	static _Atomic(ULONG_PTR) last;
	const ULONG_PTR serial = atomic_fetch_add(&last, 1) + 1;
	HANDLE handle;
	NTSTATUS status;

	object->serial = serial;
	status = handle_new(&object->object, 0, 0, &handle);
	if (status < 0)
		return sspi_status_of_nt(status);
	ret->dwLower = (ULONG_PTR)handle;
	ret->dwUpper = serial;
	return SEC_E_OK;
}

static SECURITY_STATUS find(PSecHandle handle, const struct object_type *type,
			    struct object **ret)
{
	struct object *object;

	if (!handle ||
	    handle_object((HANDLE)handle->dwLower, type, 0, &object, NULL) < 0)
		return SEC_E_INVALID_HANDLE;
	if (((struct sspi_object *)object)->serial != handle->dwUpper) {
		(void)object_unref(object);
		return SEC_E_INVALID_HANDLE;
	}
	*ret = object;
	return SEC_E_OK;
}

SECURITY_STATUS credentials_of_handle(PCredHandle handle,
				      struct credentials **ret)
{
	struct object *object;
	SECURITY_STATUS status = find(handle, &credentials_type, &object);

	if (status == SEC_E_OK)
		*ret = (struct credentials *)object;
	return status;
}

SECURITY_STATUS context_of_handle(PCtxtHandle handle, struct context **ret)
{
	struct object *object;
	SECURITY_STATUS status = find(handle, &context_type, &object);

	if (status == SEC_E_OK)
		*ret = (struct context *)object;
	return status;
}

void sspi_credentials_unrefp(struct credentials **credentials)
{
	if (*credentials)
		(void)object_unref(&(*credentials)->base.object);
	*credentials = NULL;
}

void context_unrefp(struct context **context)
{
	if (*context)
		(void)object_unref(&(*context)->base.object);
	*context = NULL;
}

static SECURITY_STATUS close_checked(PSecHandle handle, struct object *object)
{
	(void)object_unref(object);
	return handle_close((HANDLE)handle->dwLower) < 0 ? SEC_E_INVALID_HANDLE
							 : SEC_E_OK;
}

/* Contexts that were made with them stay. */
SECURITY_STATUS FreeCredentialsHandle(PCredHandle handle)
{
	struct object *object;
	SECURITY_STATUS status = find(handle, &credentials_type, &object);

	return status == SEC_E_OK ? close_checked(handle, object) : status;
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle handle)
{
	struct object *object;
	SECURITY_STATUS status = find(handle, &context_type, &object);

	return status == SEC_E_OK ? close_checked(handle, object) : status;
}
