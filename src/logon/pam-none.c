/* SPDX-License-Identifier: Apache-2.0 */
/* Built without PAM: no password of a system account is ever right. */
#include <guise/logon.h>

#include "pam-account.h"

int guise_system_logon(const char *service, const char *confdir,
		       const char *name, const char *password,
		       size_t password_size, guise_luid authentication_id,
		       const struct guise_token **ret)
{
	(void)confdir;
	(void)password_size;
	(void)authentication_id;
	if (!service || !name || !password || !ret)
		return -EINVAL;
	return GUISE_E_LOGON_FAILURE;
}

int pam_account_check(const char *service, const char *confdir,
		      const char *name)
{
	(void)service, (void)confdir, (void)name;
	return 0; /* nobody has rules */
}
