/* SPDX-License-Identifier: Apache-2.0 */
/* What a user has beside an identity: a home and an environment. */
#ifndef WIN32_PROFILE_H
#define WIN32_PROFILE_H

#include <guise/token.h>

#include "facade.h"

/**
 * profile_environment() - the variables of a new process
 * @token: borrowed; NULL: the system's only
 * @inherit: this process's, too, where they are not the user's own
 * @ret: a block for profile_environment_free()
 *
 * Return: 0; NO_MEMORY; NO_UNICODE_TRANSLATION.
 */
NTSTATUS profile_environment(const struct guise_token *token, bool inherit,
			     WCHAR **ret);
/* NULL is fine. */
void profile_environment_free(WCHAR *block);

#endif
