/* SPDX-License-Identifier: Apache-2.0 */
/* gss_krb5_ccache_name(), and who needs it. */
#include <link.h>
#include <pthread.h>

#include "credentials.h"
#include "pin.h"

/* Of what the process has loaded; ends at a hit. */
static int is_gssapi(struct dl_phdr_info *object, size_t size, void *context)
{
	const char *base = strrchr(object->dlpi_name, '/');

	(void)size;
	(void)context;
	return base && strcmp(base + 1, GSS_LIBRARY_NAME) == 0;
}

/* dlopen() would search for it in files. */
void gss_pin_look(void)
{
	if (!gss_library_found() && dl_iterate_phdr(is_gssapi, NULL))
		(void)gss_library_if_present();
}

bool gss_pin_is_on(void)
{
	return gss_library_found();
}

/* Of a type that there is not: nothing can be in it, and nothing can be put
 * there, by whoever. An empty one could be filled, from a client keytab. */
static const char no_cache[] = "guise-none:";

static const char *cache_of(const struct guise_token *token)
{
	const struct guise_credentials *credentials;

	if (!token)
		return NULL;
	credentials = token_network_credentials(token);
	return credentials ? gss_credentials_cache(credentials) : no_cache;
}

int gss_pin(const struct guise_token *token)
{
	const struct gss_library *gss = gss_library_found();
	OM_uint32 major, minor = 0;
	int cancellation;

	must(gss);
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
	major = gss->gss_krb5_ccache_name(&minor, cache_of(token), NULL);
	(void)pthread_setcancelstate(cancellation, NULL);
	if (!GSS_ERROR(major))
		return 0;
	return minor == ENOMEM ? -ENOMEM : -EIO;
}
