/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's credentials, from the handle that accepting a context gave to a
 * cache in memory that threads are pinned to, and to handles again. What they
 * are is found in the cache itself: the flag of a context says that the client
 * could have delegated, not that it has.
 */
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <guise/gss.h>

#include "credentials.h"
#include "pin.h"

#define NAME_PREFIX "MEMORY:guise-"
#define NAME_RANDOM 16

/*
 * @base: first
 * @gss: never unloaded
 * @context, @cache: ours alone; opened so that the end needs neither files nor
 *                   the environment, which then may be a client's
 * @owner: a child of fork() has a copy of the memory, and leaves it alone: the
 *         library's locks may be held by threads that it has not
 */
struct kept {
	struct guise_credentials base;
	const struct gss_library *gss;
	krb5_context context;
	krb5_ccache cache;
	pid_t owner;
	char name[sizeof(NAME_PREFIX) + (size_t)2 * NAME_RANDOM];
};

static struct kept *kept_of(const struct guise_credentials *credentials)
{
	return (struct kept *)(uintptr_t)credentials;
}

static void kept_destroy(struct guise_credentials *credentials)
{
	struct kept *kept = kept_of(credentials);

	if (kept->owner == getpid()) {
		if (kept->cache)
			(void)kept->gss->krb5_cc_destroy(kept->context,
							 kept->cache);
		if (kept->context)
			kept->gss->krb5_free_context(kept->context);
	}
	free(kept);
}

static int make_name(char *ret)
{
	uint8_t random[NAME_RANDOM];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	memcpy(ret, NAME_PREFIX, sizeof(NAME_PREFIX));
	ret += sizeof(NAME_PREFIX) - 1;
	for (size_t i = 0; i < sizeof(random); i++) {
		*ret++ = "0123456789abcdef"[random[i] >> 4];
		*ret++ = "0123456789abcdef"[random[i] & 15];
	}
	*ret = '\0';
	return 0;
}

static int from_krb5(krb5_error_code code)
{
	if (code == 0)
		return 0;
	return code == ENOMEM ? -ENOMEM : -EIO;
}

/* A cache that is not there yet. */
static int kept_new(const struct gss_library *gss, struct kept **ret)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	int r;

	if (!kept)
		return -ENOMEM;
	atomic_init(&kept->base.refcount, 1);
	kept->base.destroy = kept_destroy;
	kept->gss = gss;
	kept->owner = getpid();
	r = make_name(kept->name);
	if (r == 0)
		r = from_krb5(gss->krb5_init_secure_context(&kept->context));
	if (r == 0)
		r = from_krb5(gss->krb5_cc_resolve(kept->context, kept->name,
						   &kept->cache));
	if (r < 0) {
		kept_destroy(&kept->base);
		return r;
	}
	*ret = kept;
	return 0;
}

static gss_key_value_set_desc store_of(const char *cache,
				       gss_key_value_element_desc *element)
{
	*element =
		(gss_key_value_element_desc){.key = "ccache", .value = cache};
	return (gss_key_value_set_desc){.count = 1, .elements = element};
}

/* Ended credentials and those of other mechanisms are none. */
static int fill(struct kept *kept, gss_cred_id_t from, bool *ret_any)
{
	gss_key_value_element_desc element;
	gss_key_value_set_desc store = store_of(kept->name, &element);
	OM_uint32 major, minor = 0;

	major = kept->gss->gss_store_cred_into(&minor, from, GSS_C_INITIATE,
					       gss_oid(GSS_OID_KRB5), 1, 0,
					       &store, NULL, NULL);
	*ret_any = !GSS_ERROR(major);
	switch (GSS_ROUTINE_ERROR(major)) {
	case 0:
	case GSS_S_CREDENTIALS_EXPIRED:
	case GSS_S_NO_CRED:
		return 0;
	default:
		return minor == ENOMEM ? -ENOMEM : -EIO;
	}
}

/* What lies in a cache. */
struct contents {
	bool is_clients;     /* the principal that it is of */
	bool has_tgt;	     /* that principal's own, and still good */
	bool is_constrained; /* the ticket is another service's to use */
};

static bool is_tgt(krb5_const_principal service)
{
	static const char name[] = "krbtgt";

	return service->length == 2 &&
	       service->data[0].length == sizeof(name) - 1 &&
	       memcmp(service->data[0].data, name, sizeof(name) - 1) == 0;
}

/* Times of Kerberos are 32 bits, without a sign. */
static bool is_good_tgt(const struct kept *kept, krb5_const_principal client,
			const krb5_creds *creds)
{
	return is_tgt(creds->server) &&
	       kept->gss->krb5_principal_compare(kept->context, client,
						 creds->client) &&
	       (int64_t)(uint32_t)creds->times.endtime > (int64_t)time(NULL);
}

static int look_for_tgt(const struct kept *kept, krb5_const_principal client,
			bool *ret)
{
	const struct gss_library *gss = kept->gss;
	krb5_cc_cursor cursor;
	krb5_creds creds;
	int r;

	r = from_krb5(gss->krb5_cc_start_seq_get(kept->context, kept->cache,
						 &cursor));
	if (r < 0)
		return r;
	while (!*ret && gss->krb5_cc_next_cred(kept->context, kept->cache,
					       &cursor, &creds) == 0) {
		*ret = is_good_tgt(kept, client, &creds);
		gss->krb5_free_cred_contents(kept->context, &creds);
	}
	return from_krb5(
		gss->krb5_cc_end_seq_get(kept->context, kept->cache, &cursor));
}

/* As MIT marks a cache whose ticket was issued to an intermediate service. */
static bool names_impersonator(const struct kept *kept)
{
	krb5_data value = {0};

	if (kept->gss->krb5_cc_get_config(kept->context, kept->cache, NULL,
					  "proxy_impersonator", &value) != 0)
		return false;
	kept->gss->krb5_free_data_contents(kept->context, &value);
	return true;
}

static int look_at(const struct kept *kept, krb5_const_principal client,
		   struct contents *ret)
{
	krb5_principal of = NULL;
	int r;

	r = from_krb5(kept->gss->krb5_cc_get_principal(kept->context,
						       kept->cache, &of));
	if (r < 0)
		return r;
	ret->is_clients =
		kept->gss->krb5_principal_compare(kept->context, client, of);
	kept->gss->krb5_free_principal(kept->context, of);
	ret->is_constrained = names_impersonator(kept);
	return look_for_tgt(kept, client, &ret->has_tgt);
}

static int look_inside(const struct kept *kept, const char *principal,
		       struct contents *ret)
{
	krb5_principal client = NULL;
	int r;

	r = from_krb5(
		kept->gss->krb5_parse_name(kept->context, principal, &client));
	if (r < 0)
		return r;
	r = look_at(kept, client, ret);
	kept->gss->krb5_free_principal(kept->context, client);
	return r;
}

int gss_credentials_accepted(const struct gss_library *gss,
			     gss_cred_id_t delegated, const char *principal,
			     bool constrained, struct guise_credentials **ret)
{
	GUISE_AUTO(credentials_unrefp)
	struct guise_credentials *credentials = NULL;
	struct contents in = {0};
	struct kept *kept;
	bool any;
	int r;

	if (delegated == GSS_C_NO_CREDENTIAL) {
		*ret = NULL;
		return 0;
	}
	r = kept_new(gss, &kept);
	if (r < 0)
		return r;
	credentials = &kept->base;
	r = fill(kept, delegated, &any);
	if (r == 0 && any)
		r = look_inside(kept, principal, &in);
	if (r < 0)
		return r;
	if (!in.is_clients || (in.is_constrained ? !constrained : !in.has_tgt))
		credentials = credentials_unref(credentials);
	*ret = guise_take(credentials);
	return 0;
}

const char *gss_credentials_cache(const struct guise_credentials *credentials)
{
	return kept_of(credentials)->name;
}

static int from_major(OM_uint32 major, OM_uint32 minor)
{
	if (!GSS_ERROR(major))
		return 0;
	return minor == ENOMEM ? -ENOMEM : GUISE_E_NO_TOKEN;
}

/* Negotiated is Kerberos only: for other mechanisms that may be installed the
 * process has credentials, not the client. */
static int handle_of(const struct kept *kept, gss_cred_id_t *ret)
{
	const struct gss_library *gss = kept->gss;
	gss_key_value_element_desc element;
	gss_key_value_set_desc store = store_of(kept->name, &element);
	gss_OID_desc both[] = {*gss_oid(GSS_OID_KRB5),
			       *gss_oid(GSS_OID_SPNEGO)};
	gss_OID_set_desc mechanisms = {ARRAY_SIZE(both), both};
	gss_OID_set_desc kerberos = {1, both};
	OM_uint32 major, minor = 0, ignored;
	int r;

	major = gss->gss_acquire_cred_from(
		&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms,
		GSS_C_INITIATE, &store, ret, NULL, NULL);
	r = from_major(major, minor);
	if (r < 0)
		return r;
	major = gss->gss_set_neg_mechs(&minor, *ret, &kerberos);
	r = from_major(major, minor);
	if (r < 0)
		(void)gss->gss_release_cred(&ignored, ret);
	return r;
}

int guise_token_gss_credential(const struct guise_token *token,
			       gss_cred_id_t *ret)
{
	const struct guise_credentials *credentials;
	gss_cred_id_t handle = GSS_C_NO_CREDENTIAL;
	int r;

	if (!token || !ret)
		return -EINVAL;
	if (guise_token_type(token) != GUISE_TOKEN_IMPERSONATION ||
	    guise_token_level(token) < GUISE_LEVEL_DELEGATION)
		return GUISE_E_BAD_LEVEL;
	credentials = token_network_credentials(token);
	if (!credentials)
		return GUISE_E_NO_TOKEN;
	r = handle_of(kept_of(credentials), &handle);
	if (r == 0)
		*ret = handle;
	return r;
}
