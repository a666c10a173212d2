/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

void gss_client_clear(struct gss_client *client)
{
	pac_clear(&client->pac);
	*client = (struct gss_client){0};
}

const char *gss_realm_of(const char *principal)
{
	const char *realm = NULL;

	for (const char *at = principal; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '@')
			realm = at + 1;
	}
	return realm && *realm ? realm : NULL;
}
