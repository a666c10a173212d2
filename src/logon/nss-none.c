/* SPDX-License-Identifier: Apache-2.0 */
/* Built without the name service switch: there are no system accounts. */
#include <guise/logon.h>

#include "base.h"

int guise_system_token(const char *name, guise_luid authentication_id,
		       const struct guise_token **ret)
{
	(void)authentication_id;
	return name && ret ? GUISE_E_NO_SUCH_ACCOUNT : -EINVAL;
}

int guise_system_token_of_uid(uint32_t uid, guise_luid authentication_id,
			      const struct guise_token **ret)
{
	(void)uid;
	(void)authentication_id;
	return ret ? GUISE_E_NO_SUCH_ACCOUNT : -EINVAL;
}
