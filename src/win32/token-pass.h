/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens in child processes: as they are when the child is made, with their
 * descriptor. What is changed afterwards on one side does not show on the
 * other. */
#ifndef WIN32_TOKEN_PASS_H
#define WIN32_TOKEN_PASS_H

#include "token.h"

/* For token_type: see struct object_type */
NTSTATUS token_pass(struct object *object, struct pass *ret);
NTSTATUS token_receive(const struct pass *pass, struct object **ret);

#endif
