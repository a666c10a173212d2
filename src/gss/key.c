/* SPDX-License-Identifier: Apache-2.0 */
#include "key.h"
#include "client.h"
#include "keytab.h"
#include "refuse.h"

int gss_key_check(const struct gss_library *gss, const char *client,
		  const char *service, const char *keytab,
		  char reterr[GUISE_WHY_SIZE])
{
	const char *realm = gss_realm_of(client);
	const char *by = gss_realm_of(service);
	struct gss_keytab_keys keys;
	int r;

	if (!realm || !by)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "whose key the ticket was made with is not "
			      "known");
	if (strcmp(realm, by) == 0)
		return 0;
	r = gss_keytab_find(gss, keytab, service, realm, &keys);
	if (r < 0)
		return refuse(r, reterr, "the keytab cannot be read");
	/* that this one has no key of the client's realm would say nothing */
	if (!keys.of_service)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the keytab has no key of the service that the "
			      "client of another realm came to");
	if (keys.of_realm)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the ticket was made with the key of another "
			      "realm");
	return 0;
}
