/* SPDX-License-Identifier: Apache-2.0 */
/* gss_krb5_ccache_name(), and who needs it. */
#include <link.h>
#include <pthread.h>
#include <sched.h>

#include "credentials.h"
#include "pin.h"

atomic_bool gss_pin_found;

/* Of what the process has loaded; ends at a hit. A library is called what the
 * program called it: without a version, with more of it, or a copy's name. */
static int is_gssapi(struct dl_phdr_info *object, size_t size, void *context)
{
	const char *base = strrchr(object->dlpi_name, '/');

	(void)size;
	(void)context;
	return base && strncmp(base + 1, GSS_LIBRARY_STEM,
			       strlen(GSS_LIBRARY_STEM)) == 0;
}

/* dlopen() would search for it in files. */
int gss_pin_look(void)
{
	if (gss_library_found() || !dl_iterate_phdr(is_gssapi, NULL))
		return 0;
	return gss_library_if_present() ? 0 : -EIO;
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

/*
 * The library is taken down while the process exits, and aborts when a thread
 * then calls this function. So it is called no more once that may happen:
 * nobody is impersonated any more, and who is stays as he is.
 */
static struct {
	atomic_uint inside; /* threads in the library */
	atomic_bool ending;
} process;

#define PATIENCE 1000

/* Waits, but not for a thread that this one has interrupted. */
static void leave_library(void)
{
	atomic_store(&process.ending, true);
	for (int i = 0; i < PATIENCE && atomic_load(&process.inside); i++)
		(void)sched_yield();
}

/* Registered before the program can register anything, it runs after what that
 * does at its end, and before libraries' destructors. */
__attribute__((constructor)) static void watch_exit(void)
{
	must(atexit(leave_library) == 0);
}

static int name_cache(const struct gss_library *gss, const char *cache)
{
	OM_uint32 major, minor = 0;

	if (atomic_load(&process.ending))
		return -ESHUTDOWN;
	major = gss->gss_krb5_ccache_name(&minor, cache, NULL);
	if (!GSS_ERROR(major))
		return 0;
	return minor == ENOMEM ? -ENOMEM : -EIO;
}

int gss_pin(const struct guise_token *token)
{
	const struct gss_library *gss = gss_library_found();
	int cancellation, r;

	must(gss);
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
	atomic_fetch_add(&process.inside, 1);
	r = name_cache(gss, cache_of(token));
	atomic_fetch_sub(&process.inside, 1);
	(void)pthread_setcancelstate(cancellation, NULL);
	return r;
}
