/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An acceptor is the service's credential, accept-only, so that nothing can be
 * initiated with it, and Kerberos-only, inside SPNEGO too: a plugin for another
 * mechanism must not let clients in. It is acquired at the first message for
 * which that works: the keytab may come later. One that is made anew needs
 * nothing: the library reads it for each client. So whatever accepting fails
 * with is the client's: with a message of a mechanism that it names, it could
 * have the credential, and the host's name, looked up again each time.
 */
#include <stdio.h>

#include "accept.h"
#include "bindings.h"
#include "context.h"
#include "key.h"
#include "keytab.h"

struct gss_acceptor {
	const struct gss_library *gss;
	struct gss_acceptor_options options;
	gss_cred_id_t cred;
	struct gss_keytab keytab; /* with @cred */
};

struct gss_exchange {
	const struct gss_library *gss;
	gss_ctx_id_t context;
	struct gss_peer peer; /* a name: one message established it */
};

int gss_acceptor_new(const struct gss_acceptor_options *options,
		     struct gss_acceptor **ret)
{
	const struct gss_library *gss;
	struct gss_acceptor *acceptor;
	int r;

	must(options && ret);
	if (options->bindings_required && options->bindings_size == 0)
		return -EINVAL;
	r = gss_library_load(&gss);
	if (r < 0)
		return r;
	acceptor = calloc(1, sizeof(*acceptor));
	if (!acceptor)
		return -ENOMEM;
	acceptor->gss = gss;
	acceptor->options = *options;
	*ret = acceptor;
	return 0;
}

static void forget_cred(struct gss_acceptor *acceptor)
{
	OM_uint32 minor;

	if (acceptor->cred != GSS_C_NO_CREDENTIAL)
		(void)acceptor->gss->gss_release_cred(&minor, &acceptor->cred);
	acceptor->cred = GSS_C_NO_CREDENTIAL;
}

struct gss_acceptor *gss_acceptor_free(struct gss_acceptor *acceptor)
{
	if (!acceptor)
		return NULL;
	forget_cred(acceptor);
	free(acceptor);
	return NULL;
}

struct gss_exchange *gss_exchange_free(struct gss_exchange *exchange)
{
	OM_uint32 minor;

	if (!exchange)
		return NULL;
	if (exchange->peer.name != GSS_C_NO_NAME)
		(void)exchange->gss->gss_release_name(&minor,
						      &exchange->peer.name);
	if (exchange->context != GSS_C_NO_CONTEXT)
		(void)exchange->gss->gss_delete_sec_context(
			&minor, &exchange->context, GSS_C_NO_BUFFER);
	free(exchange);
	return NULL;
}

static void exchange_freep(struct gss_exchange **exchange)
{
	*exchange = gss_exchange_free(*exchange);
}

static int fail(const struct gss_acceptor *acceptor, OM_uint32 major,
		OM_uint32 minor, int code, char reterr[GUISE_WHY_SIZE])
{
	gss_status_text(acceptor->gss, major, minor, reterr);
	return code;
}

/* GSS_C_NO_NAME: any key of the keytab. A service is a name of a host, which
 * the library may canonicalise, or a whole principal. */
static int import_service(const struct gss_acceptor *acceptor, gss_name_t *ret,
			  char reterr[GUISE_WHY_SIZE])
{
	const char *service = acceptor->options.service;
	gss_buffer_desc text = {0};
	OM_uint32 major, minor = 0;
	bool is_principal;

	*ret = GSS_C_NO_NAME;
	if (!service)
		return 0;
	is_principal = strchr(service, '/') != NULL;
	text.length = strlen(service);
	memcpy(&text.value, &service, sizeof(service));
	major = acceptor->gss->gss_import_name(
		&minor, &text,
		gss_oid(is_principal ? GSS_OID_KRB5_PRINCIPAL
				     : GSS_OID_HOSTBASED_SERVICE),
		ret);
	return GSS_ERROR(major) ? fail(acceptor, major, minor, -EIO, reterr)
				: 0;
}

/* "KIND:" before a path; heap memory */
static int residual(const char *kind, const char *path, char **ret)
{
	return asprintf(ret, "%s:%s", kind, path) < 0 ? -ENOMEM : 0;
}

struct store {
	gss_key_value_element_desc elements[2];
	gss_key_value_set_desc set;
	char *keytab, *replay_cache;
};

static void store_clear(struct store *store)
{
	free(store->keytab);
	free(store->replay_cache);
}

static void store_put(struct store *store, const char *key, const char *value)
{
	store->set.elements = store->elements;
	store->elements[store->set.count].key = key;
	store->elements[store->set.count++].value = value;
}

/* What is named here, no variable of the environment can change. */
static int fill_store(const struct gss_acceptor_options *options,
		      struct store *store)
{
	int r;

	if (options->keytab) {
		r = residual("FILE", options->keytab, &store->keytab);
		if (r < 0)
			return r;
		store_put(store, "keytab", store->keytab);
	}
	if (options->replay_cache) {
		r = residual("file2", options->replay_cache,
			     &store->replay_cache);
		if (r < 0)
			return r;
		store_put(store, "rcache", store->replay_cache);
	}
	return 0;
}

static int acquire_as(struct gss_acceptor *acceptor, gss_name_t name,
		      char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(store_clear) struct store store = {0};
	gss_OID_desc both[] = {*gss_oid(GSS_OID_KRB5),
			       *gss_oid(GSS_OID_SPNEGO)};
	gss_OID_set_desc mechanisms = {ARRAY_SIZE(both), both};
	gss_OID_set_desc negotiable = {1, gss_oid(GSS_OID_KRB5)};
	OM_uint32 major, minor = 0;
	int r = fill_store(&acceptor->options, &store);

	if (r < 0)
		return r;
	major = acceptor->gss->gss_acquire_cred_from(
		&minor, name, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT,
		&store.set, &acceptor->cred, NULL, NULL);
	if (GSS_ERROR(major))
		return fail(acceptor, major, minor, -EIO, reterr);
	major = acceptor->gss->gss_set_neg_mechs(&minor, acceptor->cred,
						 &negotiable);
	if (GSS_ERROR(major)) {
		forget_cred(acceptor);
		return fail(acceptor, major, minor, -EIO, reterr);
	}
	return 0;
}

static int unreadable(int code, char reterr[GUISE_WHY_SIZE])
{
	(void)snprintf(reterr, GUISE_WHY_SIZE, "the keytab cannot be read");
	return code;
}

static int acquire(struct gss_acceptor *acceptor, char reterr[GUISE_WHY_SIZE])
{
	gss_name_t name;
	OM_uint32 minor;
	int r;

	if (acceptor->cred != GSS_C_NO_CREDENTIAL)
		return 0;
	r = gss_keytab_init(acceptor->gss, acceptor->options.keytab,
			    &acceptor->keytab);
	if (r < 0)
		return unreadable(r, reterr);
	r = import_service(acceptor, &name, reterr);
	if (r < 0)
		return r;
	r = acquire_as(acceptor, name, reterr);
	if (name != GSS_C_NO_NAME)
		(void)acceptor->gss->gss_release_name(&minor, &name);
	return r;
}

int gss_acceptor_look(const struct gss_acceptor_options *options,
		      const char *service, bool *ret_has_service,
		      char reterr[GUISE_WHY_SIZE])
{
	struct gss_acceptor *acceptor;
	int r = gss_acceptor_new(options, &acceptor);

	if (r < 0)
		return r;
	r = acquire(acceptor, reterr);
	if (r == 0) {
		r = gss_keytab_has_service(acceptor->gss, &acceptor->keytab,
					   service, ret_has_service);
		if (r < 0)
			(void)unreadable(r, reterr);
	}
	(void)gss_acceptor_free(acceptor);
	return r;
}

static int start(const struct gss_acceptor *acceptor,
		 struct gss_exchange **exchange)
{
	if (*exchange)
		return 0;
	*exchange = calloc(1, sizeof(**exchange));
	if (!*exchange)
		return -ENOMEM;
	(*exchange)->gss = acceptor->gss;
	return 0;
}

static int check_bindings(const struct gss_acceptor *acceptor, OM_uint32 flags,
			  char reterr[GUISE_WHY_SIZE])
{
	if (!acceptor->options.bindings_required ||
	    (flags & GSS_C_CHANNEL_BOUND_FLAG))
		return 0;
	(void)snprintf(reterr, GUISE_WHY_SIZE,
		       "the client sent no channel bindings");
	return GUISE_E_LOGON_FAILURE;
}

/*
 * With a message more for SPNEGO's sake it is not said when the ticket ends:
 * then the context is asked.
 */
static void keep_peer(struct gss_exchange *exchange, struct gss_peer *peer,
		      bool is_whole)
{
	OM_uint32 minor;

	if (is_whole)
		exchange->peer = *peer;
	else if (peer->name != GSS_C_NO_NAME)
		(void)exchange->gss->gss_release_name(&minor, &peer->name);
}

static int accept_message(struct gss_acceptor *acceptor,
			  struct gss_exchange *exchange, const void *message,
			  size_t message_size, struct guise_buf *reply,
			  char reterr[GUISE_WHY_SIZE])
{
	struct gss_channel_bindings_struct room;
	gss_buffer_desc in = {.length = message_size};
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	struct gss_peer peer = {0};
	OM_uint32 major, minor = 0, release;
	bool is_first = exchange->context == GSS_C_NO_CONTEXT;
	int r;

	memcpy(&in.value, &message, sizeof(message));
	/* no place for a delegated credential: none is made */
	major = acceptor->gss->gss_accept_sec_context(
		&minor, &exchange->context, acceptor->cred, &in,
		gss_bindings_of(acceptor->options.bindings,
				acceptor->options.bindings_size, &room),
		&peer.name, &peer.mechanism, &out, &peer.flags, &peer.lifetime,
		NULL);
	keep_peer(exchange, &peer, is_first && major == GSS_S_COMPLETE);
	r = buf_append(reply, out.value, out.length);
	(void)acceptor->gss->gss_release_buffer(&release, &out);
	if (GSS_ERROR(major))
		return fail(acceptor, major, minor, GUISE_E_LOGON_FAILURE,
			    reterr);
	if (r < 0)
		return r;
	if (major & GSS_S_CONTINUE_NEEDED)
		return GUISE_E_CONTINUE_NEEDED;
	return check_bindings(acceptor, peer.flags, reterr);
}

/* Only keys of this one principal are used. */
static bool names_principal(const struct gss_acceptor *acceptor)
{
	return acceptor->options.service &&
	       strchr(acceptor->options.service, '/');
}

static int check_key(struct gss_acceptor *acceptor, gss_ctx_id_t context,
		     char reterr[GUISE_WHY_SIZE])
{
	struct gss_ends ends = {0};
	int r;

	if (names_principal(acceptor))
		return 0;
	r = gss_keytab_look(acceptor->gss, &acceptor->keytab);
	if (r < 0)
		return unreadable(r, reterr);
	if (!acceptor->keytab.has_several)
		return 0;
	if (gss_context_ends(acceptor->gss, context, &ends) < 0)
		ends.service[0] = '\0'; /* not known: nobody */
	return gss_key_check(acceptor->gss, ends.client, ends.service,
			     acceptor->keytab.name, reterr);
}

int gss_acceptor_step(struct gss_acceptor *acceptor,
		      struct gss_exchange **exchange, const void *message,
		      size_t message_size, struct guise_buf *reply,
		      char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(exchange_freep)
	struct gss_exchange *ours = guise_take(*exchange);
	int r;

	r = acquire(acceptor, reterr);
	if (r < 0)
		return r;
	r = start(acceptor, &ours);
	if (r < 0)
		return r;
	r = accept_message(acceptor, ours, message, message_size, reply,
			   reterr);
	if (r == 0)
		r = check_key(acceptor, ours->context, reterr);
	if (r == 0 || r == GUISE_E_CONTINUE_NEEDED)
		*exchange = guise_take(ours);
	return r;
}

int gss_exchange_client(const struct gss_exchange *exchange,
			struct gss_client *ret, char reterr[GUISE_WHY_SIZE])
{
	if (exchange->peer.name == GSS_C_NO_NAME)
		return gss_client_of(exchange->gss, exchange->context, ret,
				     reterr);
	return gss_client_of_peer(exchange->gss, exchange->context,
				  &exchange->peer, ret, reterr);
}
