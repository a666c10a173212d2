/* SPDX-License-Identifier: Apache-2.0 */
/* Without Kerberos there are no realms. */
#include "s4u.h"

NTSTATUS s4u_log_on(const char *user, const char *domain, bool may_act,
		    struct logged_on *ret)
{
	(void)user;
	(void)domain;
	(void)may_act;
	(void)ret;
	return STATUS_NO_SUCH_USER;
}
