/* SPDX-License-Identifier: Apache-2.0 */
/* The pseudo-handles of tokens. */
#include "object.h"

NTSTATUS pseudo_token(HANDLE handle, struct object **ret,
		      ACCESS_MASK *ret_granted)
{
	(void)handle;
	(void)ret;
	(void)ret_granted;
	return STATUS_INVALID_HANDLE;
}
