/* SPDX-License-Identifier: Apache-2.0 */
/* Security attributes of tokens in the caller's memory. */
#ifndef WIN32_TOKEN_ATTRIBUTES_H
#define WIN32_TOKEN_ATTRIBUTES_H

#include <guise/token-change.h>

#include "facade.h"

/**
 * attributes_read() - what SetTokenInformation is told to do with them
 * @from: the caller's TOKEN_SECURITY_ATTRIBUTES_AND_OPERATION_INFORMATION
 * @ret: returns a reference; NULL for none
 * @ret_operations: for free(), one each; NULL: they replace all there are
 *
 * Return: 0; ACCESS_VIOLATION; INVALID_PARAMETER (another version, too many, a
 * type that there is not); what the text and guise_claims_new() say; NO_MEMORY.
 */
NTSTATUS attributes_read(const void *from, const struct guise_claims **ret,
			 enum guise_attribute_operation **ret_operations);

#endif
