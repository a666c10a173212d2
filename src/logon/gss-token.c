/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules say what a principal is: an account of this machine, whose token
 * it gets, or whoever the PAC says it is. Of a PAC only SIDs of domains that
 * the realm may speak for are believed, and they are what the token has; Unix
 * ids are those that the identities give these SIDs.
 */
#include <stdio.h>

#include <guise/logon.h>

#include "gss-token.h"
#include "idmap.h"
#include "logon-token.h"
#include "refuse.h"
#include "source.h"

/* Below are the system's own users and groups (login.defs, SYS_UID_MAX). */
#define FIRST_USER_ID 1000
/* What a group of a PAC may be; above all not an integrity label. */
#define PAC_GROUP_ATTRIBUTES                                                   \
	(GUISE_GROUP_USUAL | GUISE_GROUP_OWNER |                               \
	 GUISE_GROUP_USE_FOR_DENY_ONLY | GUISE_GROUP_RESOURCE)

/* Among them the overflow ids: "nobody", and whoever has no name here */
static bool is_system_id(uint32_t id)
{
	return id < FIRST_USER_ID || id == 65534 || id == 65535;
}

/* Seconds since 1970 as 100 ns since 1601 */
static int64_t expiration_of(int64_t expires)
{
	const int64_t between = 11644473600, units = 10000000;
	int64_t seconds, time;

	if (ckd_add(&seconds, expires, between) ||
	    ckd_mul(&time, seconds, units))
		return GUISE_TOKEN_NEVER_EXPIRES;
	return time;
}

static int with_expiration(const struct guise_token *token, int64_t expires,
			   struct guise_token_builder **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r = guise_token_builder_from(token, &b);

	if (r < 0)
		return r;
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_authentication_id(token), 0);
	guise_token_builder_expiration(b, expiration_of(expires));
	*ret = guise_take(b);
	return 0;
}

static int token_of_account(const struct gss_token_rules *rules,
			    const struct guise_principal_match *match,
			    const struct gss_client *client,
			    struct gss_token_making *ret,
			    char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = rules->find_account(rules->context, match->account,
				    rules->authentication_id, &token);

	if (r == GUISE_E_NO_SUCH_ACCOUNT)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the account does not exist");
	if (r == GUISE_E_LOGON_FAILURE)
		return refuse(r, reterr, "the account may not log on");
	if (r < 0)
		return refuse(r, reterr, "the account cannot be looked up");
	if (!match->is_explicit && is_system_id(guise_token_unix(token)->uid))
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the account is a system user, and only "
			      "[principals] may name such");
	ret->has_unix = guise_token_unix(token)->uid != GUISE_UID_NONE;
	return with_expiration(token, client->expires, &ret->builder);
}

/* What becomes of a PAC on the way to a token. */
struct making {
	const struct guise_identities *identities;
	const struct gss_client *client;
	struct guise_token_builder *builder;
	uint32_t uid, gid; /* GUISE_UID_NONE: none */
	uint32_t *gids;
	size_t n_gids;
};

static void making_clear(struct making *making)
{
	guise_token_builder_freep(&making->builder);
	free(making->gids);
}

/*
 * Ids of system users and groups (disk, shadow, sudo, ...) come from [static]
 * and [builtin] only: whoever may write numbers into a directory does not own
 * this machine.
 */
bool logon_id_is_systems(const struct guise_unix_id *id)
{
	return is_system_id(id->id) && id->source != GUISE_ID_SOURCE_STATIC &&
	       id->source != GUISE_ID_SOURCE_BUILTIN;
}

/* GUISE_UID_NONE: none. */
static int map(const struct making *making, const struct guise_sid *sid,
	       enum guise_unix_id_kind kind, uint32_t *ret_id,
	       bool *ret_is_system)
{
	struct guise_unix_id id = {.size = sizeof(id)};
	int r = guise_identities_sid_to_id(making->identities, sid, kind, &id);

	*ret_id = GUISE_UID_NONE;
	*ret_is_system = false;
	if (r == GUISE_E_NONE_MAPPED)
		return 0;
	if (r < 0)
		return r;
	if (logon_id_is_systems(&id)) {
		*ret_is_system = true;
		return 0;
	}
	*ret_id = id.id;
	return 0;
}

/* The kernel's groups have no attributes: who is in one may use it. */
bool logon_group_gives_access(uint32_t attributes)
{
	return attributes & GUISE_GROUP_ENABLED &&
	       !(attributes & GUISE_GROUP_USE_FOR_DENY_ONLY);
}

/* Nor has the kernel's primary group: one that only denies is none there. */
bool logon_primary_gives_access(const struct guise_sid_and_attributes *groups,
				size_t n, const struct guise_sid *primary)
{
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, primary) &&
		    !logon_group_gives_access(groups[i].attributes))
			return false;
	}
	return true;
}

/* Without both ids there is no identity on the file system. */
static int map_user(struct making *making, char reterr[GUISE_WHY_SIZE])
{
	const struct pac *pac = &making->client->pac;
	bool is_system;
	int r;

	r = map(making, &pac->user, GUISE_UNIX_ID_UID, &making->uid,
		&is_system);
	if (r == 0 && is_system)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the client's SID is mapped to a system user, "
			      "and only [static] may do that");
	if (r == 0 && logon_primary_gives_access(pac->groups, pac->n_groups,
						 &pac->primary_group))
		r = map(making, &pac->primary_group, GUISE_UNIX_ID_GID,
			&making->gid, &is_system);
	if (r < 0)
		return identities_unanswered(making->identities, r, reterr);
	return 0;
}

static int map_groups(struct making *making, char reterr[GUISE_WHY_SIZE])
{
	const struct pac *pac = &making->client->pac;
	const char *realm = making->client->realm;

	making->gids = array_alloc(pac->n_groups, sizeof(*making->gids));
	if (!making->gids)
		return -ENOMEM;
	for (size_t i = 0; i < pac->n_groups; i++) {
		const struct guise_sid *sid = &pac->groups[i].sid;
		uint32_t gid;
		bool is_system;
		int r;

		if (!logon_group_gives_access(pac->groups[i].attributes) ||
		    !guise_identities_believes(making->identities, realm, sid))
			continue;
		r = map(making, sid, GUISE_UNIX_ID_GID, &gid, &is_system);
		if (r < 0)
			return identities_unanswered(making->identities, r,
						     reterr);
		if (gid != GUISE_UID_NONE)
			making->gids[making->n_gids++] = gid;
	}
	return 0;
}

static uint32_t group_attributes(uint32_t attributes)
{
	attributes &= PAC_GROUP_ATTRIBUTES;
	if (attributes & GUISE_GROUP_USE_FOR_DENY_ONLY)
		attributes &= ~(uint32_t)GUISE_GROUP_USUAL;
	return attributes;
}

typedef void add_group(struct guise_token_builder *b,
		       const struct guise_sid *sid, uint32_t attributes);

/* Those that are believed. True: @wanted was among them. */
static bool add_groups(const struct making *making,
		       const struct guise_sid_and_attributes *groups, size_t n,
		       const struct guise_sid *wanted, add_group *add)
{
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (!guise_identities_believes(making->identities,
					       making->client->realm,
					       &groups[i].sid))
			continue;
		add(making->builder, &groups[i].sid,
		    group_attributes(groups[i].attributes));
		found = found || guise_sid_equal(&groups[i].sid, wanted);
	}
	return found;
}

static void add_memberships(const struct making *making)
{
	const struct pac *pac = &making->client->pac;

	if (!add_groups(making, pac->groups, pac->n_groups, &pac->primary_group,
			guise_token_builder_group))
		guise_token_builder_group(making->builder, &pac->primary_group,
					  GUISE_GROUP_USUAL);
	guise_token_builder_primary_group(making->builder, &pac->primary_group);
}

/* Somebody, of a domain of the realm: what else is believed says how a client
 * came in, and is nobody. */
static bool is_somebody(const struct guise_identities *identities,
			const struct gss_client *client,
			const struct guise_sid *sid)
{
	struct guise_sid domain;

	return guise_sid_account_domain(sid, &domain) == 0 &&
	       guise_identities_believes(identities, client->realm, sid);
}

static bool takes_claims(const struct making *making)
{
	return identities_take_claims(making->identities, making->client->realm,
				      making->client->has_own_key);
}

static void add_device(const struct making *making)
{
	const struct pac *pac = &making->client->pac;

	if (!pac->has_device ||
	    !is_somebody(making->identities, making->client, &pac->device))
		return;
	if (!add_groups(making, pac->device_groups, pac->n_device_groups,
			&pac->device, guise_token_builder_device_group))
		guise_token_builder_device_group(making->builder, &pac->device,
						 GUISE_GROUP_USUAL);
	if (takes_claims(making))
		guise_token_builder_claims(making->builder, GUISE_CLAIMS_DEVICE,
					   pac->device_claims);
}

static bool has_unix(const struct making *making)
{
	return making->uid != GUISE_UID_NONE && making->gid != GUISE_UID_NONE;
}

static void add_unix(const struct making *making)
{
	struct guise_sid user = guise_sid_of_uid(making->uid);

	if (!has_unix(making))
		return;
	guise_token_builder_group(making->builder, &user, GUISE_GROUP_USUAL);
	logon_token_unix(making->builder, making->uid, making->gid,
			 making->gids, making->n_gids);
}

/* No name of an account has these, and with them one could read as another's,
 * of another realm or domain. */
static bool is_readable(const char *account)
{
	return *account && !strpbrk(account, "@/\\");
}

/* "account@REALM", whatever kind of name the client asked its ticket for; never
 * without the realm, which alone is not the client's KDC's to choose. Else
 * the principal is the name, or there is none. */
static void add_name(const struct making *making)
{
	const struct gss_client *client = making->client;
	char name[GUISE_USER_NAME_MAX + 1];
	int n = snprintf(name, sizeof(name), "%s@%s", client->pac.account,
			 client->realm);

	if (!is_readable(client->pac.account) || n < 0 ||
	    (size_t)n >= sizeof(name))
		n = snprintf(name, sizeof(name), "%s", client->principal);
	if (n > 0 && (size_t)n < sizeof(name))
		guise_token_builder_name(making->builder, name);
}

static int check_pac(const struct guise_identities *identities,
		     const struct gss_client *client,
		     char reterr[GUISE_WHY_SIZE])
{
	if (client->has_foreign_pac)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the signature of the ticket's PAC does not "
			      "verify");
	if (!client->pac.has_logon_info)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the ticket has no PAC that says who it is");
	if (!is_somebody(identities, client, &client->pac.user))
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the client's SID is of no domain that its realm "
			      "may speak for");
	return 0;
}

static int token_of_pac(const struct gss_token_rules *rules,
			const struct gss_client *client,
			struct gss_token_making *ret,
			char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(making_clear)
	struct making making = {.identities = rules->identities,
				.client = client,
				.uid = GUISE_UID_NONE,
				.gid = GUISE_UID_NONE};
	int r;

	r = check_pac(rules->identities, client, reterr);
	if (r == 0 && !rules->ids_later)
		r = map_user(&making, reterr);
	if (r == 0 && !rules->ids_later)
		r = map_groups(&making, reterr);
	if (r < 0)
		return r;
	r = logon_token_new(&client->pac.user, LOGON_NETWORK,
			    rules->authentication_id, &making.builder);
	if (r < 0)
		return r;
	add_memberships(&making);
	add_device(&making);
	add_unix(&making);
	add_name(&making);
	if (takes_claims(&making))
		guise_token_builder_claims(making.builder, GUISE_CLAIMS_USER,
					   client->pac.user_claims);
	guise_token_builder_expiration(making.builder,
				       expiration_of(client->expires));
	ret->has_unix = has_unix(&making);
	ret->builder = guise_take(making.builder);
	return 0;
}

int logon_gss_begin(const struct gss_token_rules *rules,
		    const struct gss_client *client,
		    struct gss_token_making *ret, char reterr[GUISE_WHY_SIZE])
{
	struct guise_principal_match match = {.size = sizeof(match)};
	int r;

	if (!rules->identities)
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "there are no rules for principals");
	r = guise_identities_match(rules->identities, client->principal,
				   &match);
	if (r < 0)
		return refuse(r, reterr, "the principal cannot be read");
	switch (match.rule) {
	case GUISE_PRINCIPAL_REFUSED:
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      match.why ? match.why : "no rule lets it in");
	case GUISE_PRINCIPAL_ACCOUNT:
		return token_of_account(rules, &match, client, ret, reterr);
	case GUISE_PRINCIPAL_PAC:
		return token_of_pac(rules, client, ret, reterr);
	}
	return refuse(GUISE_E_LOGON_FAILURE, reterr, "no rule lets it in");
}

int logon_gss_token(const struct gss_token_rules *rules,
		    const struct gss_client *client,
		    const struct guise_token **ret, char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(gss_token_making_clear)
	struct gss_token_making making = {0};
	int r = logon_gss_begin(rules, client, &making, reterr);

	if (r < 0)
		return r;
	r = guise_token_builder_seal(making.builder, ret);
	return r < 0 ? refuse(r, reterr, "the client's groups make no token")
		     : 0;
}

void gss_token_making_clear(struct gss_token_making *making)
{
	guise_token_builder_freep(&making->builder);
}

int logon_principal(const struct guise_identities *identities,
		    struct logon_negotiation *proven,
		    const struct logon_finder *finder,
		    const struct guise_token **ret)
{
	GUISE_AUTO(gss_client_clear) struct gss_client client = {0};
	const struct gss_token_rules rules = {
		.identities = identities,
		.find_account = finder->find,
		.context = finder->context,
		.authentication_id = guise_luid_new(),
	};
	const char *realm = gss_realm_of(proven->principal);

	if (!realm)
		return refuse(GUISE_E_LOGON_FAILURE, proven->why,
			      "the principal cannot be read");
	memcpy(client.principal, proven->principal, sizeof(client.principal));
	memcpy(client.realm, realm, strlen(realm) + 1);
	client.expires = proven->expires;
	return logon_gss_token(&rules, &client, ret, proven->why);
}
