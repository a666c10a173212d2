/* SPDX-License-Identifier: Apache-2.0 */
#include "key.h"
#include "client.h"
#include "context.h"
#include "keytab.h"
#include "refuse.h"

int gss_key_check(const struct gss_library *gss, gss_ctx_id_t context,
		  const char *keytab, char reterr[GUISE_WHY_SIZE])
{
	struct gss_keytab_keys keys;
	struct gss_ends ends;
	const char *realm;
	int r;

	if (gss_context_ends(gss, context, &ends) < 0)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "whose key the ticket was made with is not "
			      "known");
	realm = gss_realm_of(ends.client);
	if (strcmp(realm, gss_realm_of(ends.service)) == 0)
		return 0;
	r = gss_keytab_find(gss, keytab, ends.service, realm, &keys);
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
