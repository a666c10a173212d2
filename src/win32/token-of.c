/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "token-of.h"

#include "object.h"
#include "status.h"

NTSTATUS token_of_handle(HANDLE handle, ACCESS_MASK needed,
			 const struct guise_token **ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	ACCESS_MASK granted;
	NTSTATUS status = handle_object(handle, NULL, 0, &object, &granted);

	if (status)
		return status;
	/* what it is counts before what it may be used for */
	if (!object->type->token)
		return STATUS_OBJECT_TYPE_MISMATCH;
	if (needed & ~granted)
		return STATUS_ACCESS_DENIED;
	*ret = object->type->token(object);
	return STATUS_SUCCESS;
}
