/* SPDX-License-Identifier: Apache-2.0 */
/* The table of functions: filled once, under a lock, and never changed. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "library.h"
#include "pin.h"

#define KRB5_NAME "libkrb5.so.3"
/* Seconds, where krb5.conf says nothing */
#define CLOCK_SKEW 300

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER; /* the leaf */
static struct gss_library table; /* written under @loading, once */
static const struct gss_library *_Atomic loaded;

static bool find(void *handle, const char *name, void *ret)
{
	void *symbol = dlsym(handle, name);

	if (!symbol)
		return false;
	memcpy(ret, &symbol, sizeof(symbol)); /* POSIX lets it be a function */
	return true;
}

static bool find_all(void *gss, void *krb5, struct gss_library *ret)
{
#define FIND_GSS(name) &&find(gss, #name, &ret->name)
#define FIND_KRB5(name) &&find(krb5, #name, &ret->name)
	return true GSS_FUNCTIONS(FIND_GSS) KRB5_FUNCTIONS(FIND_KRB5);
#undef FIND_GSS
#undef FIND_KRB5
}

/* @how: RTLD_NOLOAD: only what is there. The handles are never closed. */
static bool load(int how)
{
	struct gss_library found = {0};
	void *gss, *krb5;

	gss = dlopen(GSS_LIBRARY_NAME,
		     RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE | how);
	if (!gss)
		return false;
	krb5 = dlopen(KRB5_NAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!krb5 || !find_all(gss, krb5, &found))
		return false;
	table = found;
	return true;
}

static const struct gss_library *get(int how)
{
	const struct gss_library *gss = atomic_load(&loaded);

	if (gss)
		return gss;
	(void)pthread_mutex_lock(&loading);
	gss = atomic_load(&loaded);
	if (!gss && load(how)) {
		gss = &table;
		atomic_store(&loaded, gss);
		atomic_store(&gss_pin_found, true);
	}
	(void)pthread_mutex_unlock(&loading);
	return gss;
}

const struct gss_library *gss_library_found(void)
{
	return atomic_load_explicit(&loaded, memory_order_acquire);
}

int gss_library_load(const struct gss_library **ret)
{
	const struct gss_library *gss = get(0);

	if (!gss)
		return -ENOSYS;
	*ret = gss;
	return 0;
}

const struct gss_library *gss_library_if_present(void)
{
	return get(RTLD_NOLOAD);
}

/*
 * The context in which that was read stays: while there is one, the library
 * keeps its configuration in memory and does not parse it anew for each call.
 * It looks for changes all the same.
 */
static unsigned read_clock_skew(const struct gss_library *gss,
				krb5_context context)
{
	int skew = CLOCK_SKEW;
	profile_t profile;

	if (gss->krb5_get_profile(context, &profile))
		return CLOCK_SKEW;
	if (gss->profile_get_integer(profile, "libdefaults", "clockskew", NULL,
				     CLOCK_SKEW, &skew))
		skew = CLOCK_SKEW;
	gss->profile_release(profile);
	return skew < 0 ? 0 : (unsigned)skew;
}

unsigned gss_clock_skew(const struct gss_library *gss)
{
	static krb5_context kept; /* both under @loading */
	static unsigned skew;
	unsigned r;

	(void)pthread_mutex_lock(&loading);
	if (!kept && gss->krb5_init_context(&kept) == 0)
		skew = read_clock_skew(gss, kept);
	r = kept ? skew : CLOCK_SKEW;
	(void)pthread_mutex_unlock(&loading);
	return r;
}

/* RFC 1964, RFC 4178, RFC 2743; the last two are MIT's */
static uint8_t krb5_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
			     0x12, 0x01, 0x02, 0x02};
static uint8_t spnego_oid[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x02};
static uint8_t hostbased_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
				  0x12, 0x01, 0x02, 0x01, 0x04};
static uint8_t principal_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
				  0x12, 0x01, 0x02, 0x02, 0x01};
static uint8_t enterprise_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
				   0x12, 0x01, 0x02, 0x02, 0x06};
static uint8_t impersonator_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12,
				     0x01, 0x02, 0x02, 0x05, 0x0e};

#define OID(bytes)                                                             \
	{                                                                      \
		sizeof(bytes), bytes                                           \
	}
static gss_OID_desc oids[] = {
	[GSS_OID_KRB5] = OID(krb5_oid),
	[GSS_OID_SPNEGO] = OID(spnego_oid),
	[GSS_OID_HOSTBASED_SERVICE] = OID(hostbased_oid),
	[GSS_OID_KRB5_PRINCIPAL] = OID(principal_oid),
	[GSS_OID_ENTERPRISE] = OID(enterprise_oid),
	[GSS_OID_CRED_IMPERSONATOR] = OID(impersonator_oid),
};

gss_OID gss_oid(enum gss_oid_name name)
{
	must(name < ARRAY_SIZE(oids));
	return &oids[name];
}

bool gss_oid_is(gss_const_OID oid, enum gss_oid_name name)
{
	return oid && oid->length == oids[name].length &&
	       memcmp(oid->elements, oids[name].elements, oid->length) == 0;
}

/* The first of the texts there are; false: none */
static bool status_text(const struct gss_library *gss, OM_uint32 status,
			int type, char ret[GUISE_WHY_SIZE])
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, more = 0;

	if (gss->gss_display_status(&minor, status, type,
				    type == GSS_C_MECH_CODE
					    ? gss_oid(GSS_OID_KRB5)
					    : GSS_C_NO_OID,
				    &more, &text) != GSS_S_COMPLETE)
		return false;
	(void)snprintf(ret, GUISE_WHY_SIZE, "%.*s", (int)text.length,
		       (const char *)text.value);
	(void)gss->gss_release_buffer(&minor, &text);
	for (char *c = ret; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	return *ret != '\0';
}

/* Of broken messages the mechanism has an error without a text. */
static bool is_telling(const char *text)
{
	return strcmp(text, "Success") != 0 &&
	       strncmp(text, "Unknown", strlen("Unknown")) != 0;
}

void gss_status_text(const struct gss_library *gss, OM_uint32 major,
		     OM_uint32 minor, char ret[GUISE_WHY_SIZE])
{
	const OM_uint32 routine = GSS_ROUTINE_ERROR(major);

	/* of these only the mechanism knows more */
	if (minor != 0 &&
	    (routine == GSS_S_FAILURE || routine == GSS_S_NO_CRED) &&
	    status_text(gss, minor, GSS_C_MECH_CODE, ret) && is_telling(ret))
		return;
	if (routine == GSS_S_FAILURE ||
	    !status_text(gss, major, GSS_C_GSS_CODE, ret))
		(void)snprintf(ret, GUISE_WHY_SIZE,
			       "Kerberos cannot read the message (GSSAPI "
			       "status %#x, %u)",
			       major, minor);
}
