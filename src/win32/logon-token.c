/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the token of an account, which is as for a client of the network, to one
 * that fits the logon: the groups that say how somebody is logged on, the logon
 * SID, and the default DACL that names it.
 */
#include <limits.h>

#include <guise/access.h>

#include "logon-token.h"

/* How somebody is logged on is who he is to a descriptor; the list ends with
 * SID_NONE. */
#define SID_NONE UINT_MAX
#define GROUPS_MAX 4

static void groups_of_type(enum guise_logon_type type, unsigned ret[GROUPS_MAX])
{
	static const unsigned at_machine[] = {
		WinInteractiveSid, WinConsoleLogonSid, WinLocalSid, SID_NONE};
	static const unsigned batch[] = {WinBatchSid, WinConsoleLogonSid,
					 WinLocalSid, SID_NONE};
	static const unsigned service[] = {WinServiceSid, WinConsoleLogonSid,
					   WinLocalSid, SID_NONE};
	static const unsigned network[GROUPS_MAX] = {WinNetworkSid, SID_NONE};
	const unsigned *list = at_machine;

	if (type == GUISE_LOGON_BATCH)
		list = batch;
	else if (type == GUISE_LOGON_SERVICE)
		list = service;
	else if (type == GUISE_LOGON_NETWORK ||
		 type == GUISE_LOGON_NETWORK_CLEARTEXT)
		list = network;
	memcpy(ret, list, sizeof(network));
}

static int add_groups_of_type(struct guise_token_builder *b,
			      enum guise_logon_type type)
{
	unsigned types[GROUPS_MAX];

	groups_of_type(type, types);
	for (size_t i = 0; i < GROUPS_MAX && types[i] != SID_NONE; i++) {
		struct guise_sid sid;
		int r = guise_sid_well_known(types[i], NULL, &sid);

		if (r < 0)
			return r;
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	return 0;
}

/* All groups but the one that the account's token has for the network */
static int add_groups_of_account(struct guise_token_builder *b,
				 const struct guise_token *account)
{
	const struct guise_sid_and_attributes *groups;
	struct guise_sid network;
	size_t n;
	int r = guise_sid_well_known(GUISE_SID_NETWORK, NULL, &network);

	if (r < 0)
		return r;
	groups = guise_token_groups(account, &n);
	for (size_t i = 0; i < n; i++) {
		if (!guise_sid_equal(&groups[i].sid, &network))
			guise_token_builder_group(b, &groups[i].sid,
						  groups[i].attributes);
	}
	return 0;
}

/* What the caller wants in it beside what it has */
static void add_groups_of_caller(struct guise_token_builder *b,
				 const struct guise_token *account,
				 const struct logon *logon)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(account, &n);
	for (size_t i = 0; i < logon->n_groups; i++) {
		const struct guise_sid *sid = &logon->groups[i].sid;
		bool there = false;

		for (size_t j = 0; j < n && !there; j++)
			there = guise_sid_equal(&groups[j].sid, sid);
		if (!there)
			guise_token_builder_group(b, sid,
						  logon->groups[i].attributes);
	}
}

/* The user and SYSTEM may do everything with what is made, the logon session
 * may look. */
static int add_default_dacl(struct guise_token_builder *b,
			    const struct guise_token *account,
			    const struct guise_sid *logon_sid)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	struct guise_ace aces[] = {
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = GUISE_GENERIC_ALL,
		 .sid = guise_token_user(account)->sid},
		{.type = GUISE_ACE_ACCESS_ALLOWED, .mask = GUISE_GENERIC_ALL},
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = GUISE_GENERIC_READ | GUISE_GENERIC_EXECUTE,
		 .sid = *logon_sid},
	};
	int r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL,
				     &aces[1].sid);

	if (r == 0)
		r = guise_acl_new(0, aces, ARRAY_SIZE(aces), &dacl);
	if (r == 0)
		guise_token_builder_default_dacl(b, dacl);
	return r;
}

static void copy_account(struct guise_token_builder *b,
			 const struct guise_token *account)
{
	const struct guise_unix_identity *id = guise_token_unix(account);

	guise_token_builder_user(b, &guise_token_user(account)->sid, 0);
	guise_token_builder_owner(b, guise_token_owner(account));
	guise_token_builder_primary_group(b,
					  guise_token_primary_group(account));
	guise_token_builder_privileges(b, guise_token_privileges(account),
				       guise_token_privileges_enabled(account),
				       guise_token_privileges_default(account));
	guise_token_builder_mandatory_policy(
		b, guise_token_mandatory_policy(account));
	guise_token_builder_name(b, guise_token_name(account));
	guise_token_builder_unix(b, id->uid, id->gid, id->groups, id->n_groups);
	guise_token_builder_capabilities(b, id->capabilities);
}

static void set_source(struct guise_token_builder *b, const struct logon *logon)
{
	char name[sizeof(logon->source->SourceName) + 1] = "guise";

	if (logon->source) {
		memcpy(name, logon->source->SourceName, sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		guise_token_builder_source_id(
			b, session_of_luid(&logon->source->SourceIdentifier));
	}
	guise_token_builder_source(b, name);
}

static bool is_network(const struct logon *logon)
{
	return logon->type == GUISE_LOGON_NETWORK;
}

int logon_token_make(const struct guise_token *account,
		     const struct logon *logon, guise_luid session,
		     guise_luid origin, const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_sid logon_sid = guise_session_sid(session);
	int r = guise_token_builder_new(&b);

	if (r < 0)
		return r;
	guise_token_builder_type(b,
				 is_network(logon) ? GUISE_TOKEN_IMPERSONATION
						   : GUISE_TOKEN_PRIMARY,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_ids(b, guise_luid_new(), session,
				is_network(logon) ? 0 : origin);
	copy_account(b, account);
	set_source(b, logon);
	r = add_groups_of_account(b, account);
	if (r == 0)
		r = add_groups_of_type(b, logon->type);
	if (r == 0)
		r = add_default_dacl(b, account, &logon_sid);
	if (r < 0)
		return r;
	guise_token_builder_group(b, &logon_sid,
				  GUISE_GROUP_USUAL |
					  (uint32_t)GUISE_GROUP_LOGON_ID);
	add_groups_of_caller(b, account, logon);
	return guise_token_builder_seal(b, ret);
}
