/* SPDX-License-Identifier: Apache-2.0 */
/* Names and ids of system users and groups. [helper] */
#ifndef LOGON_NSS_NAMES_H
#define LOGON_NSS_NAMES_H

#include <guise/limits.h>

#include "base.h"

/* All: 0; GUISE_E_NO_SUCH_ACCOUNT; -EIO (the directory failed); -ENOMEM;
 * GUISE_E_LIMIT. A name is found only as it is spelt. */
GUISE_MUST_USE int nss_find_user(const char *name, uint32_t *ret_uid);
GUISE_MUST_USE int nss_find_group(const char *name, uint32_t *ret_gid);
GUISE_MUST_USE int nss_name_user(uint32_t uid,
				 char ret[GUISE_USER_NAME_MAX + 1]);
GUISE_MUST_USE int nss_name_group(uint32_t gid,
				  char ret[GUISE_USER_NAME_MAX + 1]);

#endif
