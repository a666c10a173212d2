/* SPDX-License-Identifier: Apache-2.0 */
/* A build without the name service switch knows no system account. */
#include "nss-names.h"

int nss_find_user(const char *name, uint32_t *ret_uid)
{
	(void)name;
	(void)ret_uid;
	return GUISE_E_NO_SUCH_ACCOUNT;
}

int nss_find_group(const char *name, uint32_t *ret_gid)
{
	(void)name;
	(void)ret_gid;
	return GUISE_E_NO_SUCH_ACCOUNT;
}

int nss_name_user(uint32_t uid, char ret[GUISE_USER_NAME_MAX + 1])
{
	(void)uid;
	(void)ret;
	return GUISE_E_NO_SUCH_ACCOUNT;
}

int nss_name_group(uint32_t gid, char ret[GUISE_USER_NAME_MAX + 1])
{
	(void)gid;
	(void)ret;
	return GUISE_E_NO_SUCH_ACCOUNT;
}
