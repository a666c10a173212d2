/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is at the other end: the name, when the ticket ends, and the PAC, of
 * which only buffers that the library calls authentic are looked at: their
 * signature was made with the service's key.
 */
#include <time.h>

#include "context.h"
#include "pac-buffers.h"
#include "refuse.h"

struct facts {
	const struct gss_library *gss;
	gss_ctx_id_t context;
	struct gss_peer peer;
	gss_name_t service; /* GSS_C_NO_NAME: it was not asked for */
};

static void facts_clear(struct facts *facts)
{
	OM_uint32 minor;

	if (facts->peer.name)
		(void)facts->gss->gss_release_name(&minor, &facts->peer.name);
	if (facts->service)
		(void)facts->gss->gss_release_name(&minor, &facts->service);
}

struct held_buffer {
	const struct gss_library *gss;
	gss_buffer_desc value;
};

static void held_buffer_clear(struct held_buffer *held)
{
	OM_uint32 minor;

	(void)held->gss->gss_release_buffer(&minor, &held->value);
}

static int ask_facts(struct facts *facts, char reterr[GUISE_WHY_SIZE])
{
	struct gss_peer *peer = &facts->peer;
	int is_initiator = 0, is_open = 0;
	OM_uint32 major, minor = 0;

	major = facts->gss->gss_inquire_context(
		&minor, facts->context, &peer->name, &facts->service,
		&peer->lifetime, &peer->mechanism, &peer->flags, &is_initiator,
		&is_open);
	if (GSS_ERROR(major)) {
		gss_status_text(facts->gss, major, minor, reterr);
		return GUISE_E_NO_TOKEN;
	}
	if (!is_open)
		return refuse(GUISE_E_NO_TOKEN, reterr,
			      "the exchange is not finished");
	if (is_initiator)
		return refuse(GUISE_E_NO_TOKEN, reterr,
			      "the context was not accepted here");
	return 0;
}

static int check_peer(const struct gss_peer *peer, char reterr[GUISE_WHY_SIZE])
{
	if (!gss_oid_is(peer->mechanism, GSS_OID_KRB5))
		return refuse(GUISE_E_NO_TOKEN, reterr,
			      "the mechanism is not Kerberos");
	if (!peer->name || (peer->flags & GSS_C_ANON_FLAG))
		return refuse(GUISE_E_NO_TOKEN, reterr,
			      "the client is anonymous");
	if (peer->lifetime == 0)
		return refuse(GUISE_E_NO_TOKEN, reterr,
			      "the ticket has expired");
	return 0;
}

static bool is_one_line(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	}
	return true;
}

static int set_name(const struct facts *facts, struct gss_client *client,
		    char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(held_buffer_clear)
	struct held_buffer name = {.gss = facts->gss};
	OM_uint32 major, minor = 0;
	gss_OID kind = GSS_C_NO_OID;
	const char *realm;

	major = facts->gss->gss_display_name(&minor, facts->peer.name,
					     &name.value, &kind);
	if (GSS_ERROR(major)) {
		gss_status_text(facts->gss, major, minor, reterr);
		return GUISE_E_NO_TOKEN;
	}
	/* an anonymous name is of another kind */
	if (!gss_oid_is(kind, GSS_OID_KRB5_PRINCIPAL))
		return refuse(GUISE_E_NO_TOKEN, reterr,
			      "the client's name is no principal");
	if (name.value.length > GUISE_PRINCIPAL_MAX)
		return refuse(GUISE_E_LIMIT, reterr,
			      "the client's name is too long");
	if (!is_one_line(name.value.value, name.value.length))
		return refuse(GUISE_E_PROTOCOL, reterr,
			      "the client's name has control characters");
	memcpy(client->principal, name.value.value, name.value.length);
	client->principal[name.value.length] = '\0';
	realm = gss_realm_of(client->principal);
	if (!realm)
		return refuse(GUISE_E_PROTOCOL, reterr,
			      "the client's name has no realm");
	memcpy(client->realm, realm, strlen(realm) + 1);
	return 0;
}

/*
 * All of it in one go: each question costs the library a context of its own,
 * which is a look at its configuration files. Without one that somebody
 * answers for, @pac stays all zero.
 */
static int read_pac(const struct facts *facts, struct pac *pac)
{
	GUISE_AUTO(held_buffer_clear)
	struct held_buffer whole = {.gss = facts->gss};
	GUISE_AUTO(held_buffer_clear)
	struct held_buffer text = {.gss = facts->gss}; /* to be shown */
	uint8_t name[] = {'u', 'r', 'n', ':', 'm', 's', 'p', 'a', 'c', ':'};
	gss_buffer_desc wanted = {sizeof(name), name};
	int authenticated = 0, complete = 0, more = -1;
	OM_uint32 minor;

	if (GSS_ERROR(facts->gss->gss_get_name_attribute(
		    &minor, facts->peer.name, &wanted, &authenticated,
		    &complete, &whole.value, &text.value, &more)) ||
	    !authenticated || !complete)
		return 0;
	return pac_decode(pac, whole.value.value, whole.value.length);
}

/* Buffers are listed also when their signature does not verify. */
static bool lists_logon_info(const struct facts *facts)
{
	static const char wanted[] = "urn:mspac:logon-info";
	gss_buffer_set_t names = GSS_C_NO_BUFFER_SET;
	OM_uint32 minor;
	bool found = false;

	if (GSS_ERROR(facts->gss->gss_inquire_name(&minor, facts->peer.name,
						   NULL, NULL, &names)) ||
	    !names)
		return false;
	for (size_t i = 0; i < names->count && !found; i++)
		found = names->elements[i].length == sizeof(wanted) - 1 &&
			memcmp(names->elements[i].value, wanted,
			       sizeof(wanted) - 1) == 0;
	(void)facts->gss->gss_release_buffer_set(&minor, &names);
	return found;
}

/* To an acceptor the library calls a ticket good until clocks that differ would
 * all say it has ended; what is kept of it ends with itself. One that is used
 * in that time ends now. */
static int64_t end_of(const struct facts *facts)
{
	unsigned skew = gss_clock_skew(facts->gss);
	int64_t left = facts->peer.lifetime > skew
			       ? (int64_t)facts->peer.lifetime - skew
			       : 0;

	return (int64_t)time(NULL) + left;
}

static int principal_of(const struct gss_library *gss, gss_name_t name,
			char ret[GUISE_PRINCIPAL_MAX + 1])
{
	GUISE_AUTO(held_buffer_clear) struct held_buffer held = {.gss = gss};
	OM_uint32 minor;

	if (!name ||
	    GSS_ERROR(gss->gss_display_name(&minor, name, &held.value, NULL)))
		return GUISE_E_NO_TOKEN;
	if (held.value.length > GUISE_PRINCIPAL_MAX)
		return GUISE_E_NO_TOKEN;
	memcpy(ret, held.value.value, held.value.length);
	ret[held.value.length] = '\0';
	return gss_realm_of(ret) ? 0 : GUISE_E_NO_TOKEN;
}

int gss_context_ends(const struct gss_library *gss, gss_ctx_id_t context,
		     struct gss_ends *ret)
{
	gss_name_t client = GSS_C_NO_NAME, service = GSS_C_NO_NAME;
	struct gss_ends ends;
	OM_uint32 minor;
	int r;

	if (GSS_ERROR(gss->gss_inquire_context(&minor, context, &client,
					       &service, NULL, NULL, NULL, NULL,
					       NULL)))
		return GUISE_E_NO_TOKEN;
	r = principal_of(gss, client, ends.client);
	if (r == 0)
		r = principal_of(gss, service, ends.service);
	if (r == 0)
		*ret = ends;
	if (client)
		(void)gss->gss_release_name(&minor, &client);
	if (service)
		(void)gss->gss_release_name(&minor, &service);
	return r;
}

/* Asking costs the library a name more, and with it a look at its files: only
 * claims are worth that to who has not asked before. */
static void set_service(const struct facts *facts, struct gss_client *client)
{
	const bool has_claims =
		client->pac.user_claims || client->pac.device_claims;
	struct gss_ends ends;

	if (facts->service) {
		if (principal_of(facts->gss, facts->service, client->service) <
		    0)
			client->service[0] = '\0';
	} else if (has_claims &&
		   gss_context_ends(facts->gss, facts->context, &ends) == 0) {
		memcpy(client->service, ends.service, sizeof(ends.service));
	}
	client->has_own_key =
		client->service[0] &&
		strcmp(gss_realm_of(client->service), client->realm) == 0;
}

static int fill(const struct facts *facts, struct gss_client *client,
		char reterr[GUISE_WHY_SIZE])
{
	int r = check_peer(&facts->peer, reterr);

	if (r < 0)
		return r;
	r = set_name(facts, client, reterr);
	if (r < 0)
		return r;
	r = read_pac(facts, &client->pac);
	if (r < 0)
		return refuse(r, reterr, "the PAC cannot be read");
	client->has_foreign_pac =
		!client->pac.has_logon_info && lists_logon_info(facts);
	client->expires = end_of(facts);
	set_service(facts, client);
	return 0;
}

/* On failure the principal is for the log. */
static int fill_or_name(const struct facts *facts, struct gss_client *ret,
			char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(gss_client_clear) struct gss_client client = {0};
	int r = fill(facts, &client, reterr);

	if (r < 0) {
		memcpy(ret->principal, client.principal,
		       sizeof(ret->principal));
		return r;
	}
	*ret = client;
	client = (struct gss_client){0};
	return 0;
}

int gss_client_of(const struct gss_library *gss, gss_ctx_id_t context,
		  struct gss_client *ret, char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(facts_clear)
	struct facts facts = {.gss = gss, .context = context};
	int r;

	if (context == GSS_C_NO_CONTEXT)
		return refuse(GUISE_E_NO_TOKEN, reterr, "there is no context");
	r = ask_facts(&facts, reterr);
	return r < 0 ? r : fill_or_name(&facts, ret, reterr);
}

int gss_client_of_peer(const struct gss_library *gss, gss_ctx_id_t context,
		       const struct gss_peer *peer, struct gss_client *ret,
		       char reterr[GUISE_WHY_SIZE])
{
	const struct facts facts = {
		.gss = gss, .context = context, .peer = *peer};

	return fill_or_name(&facts, ret, reterr);
}
