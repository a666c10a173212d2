/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTH_BASIC_H
#define AUTH_BASIC_H

#include "span.h"

/* Name and password of one request; to be cleared as soon as it is done. */
struct basic {
	char name[GUISE_USER_NAME_MAX + 1];
	size_t name_size;
	char password[GUISE_PASSWORD_MAX + 1];
	size_t password_size;
};

/* @value: of an Authorization header. 0; -EINVAL (another scheme, malformed,
 * too long): the answer to the client is the one for a wrong password. */
GUISE_MUST_USE int basic_parse(struct span value, struct basic *ret);
void basic_clear(struct basic *basic);

#endif
