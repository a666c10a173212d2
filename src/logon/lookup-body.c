/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the child does that is asked for names: embedded accounts first, then
 * the system's. The first that knows the name decides; one that fails is an
 * error and never passes the question on.
 */
#include <stdio.h>
#include <sys/stat.h>

#include <guise/logon.h>

#include "accounts.h"
#include "gss-token.h"
#include "lookup.h"
#include "nss-names.h"
#include "pam-account.h"

#define USER_DOMAIN "Unix User"
#define GROUP_DOMAIN "Unix Group"
/* a name no system has */
#define DECOY_USER "guise-decoy-user"
#define SID(kind)                                                              \
	{                                                                      \
		.authority = 22, .sub = {kind}, .n_subs = 1                    \
	}

static const struct guise_sid users_domain = SID(1);
static const struct guise_sid groups_domain = SID(2);

/* A file that is not there holds nobody: *@ret stays NULL. */
static int open_accounts(const struct lookup_question *q, unsigned flags,
			 struct guise_accounts **ret)
{
	const char *path = q->options->accounts;
	struct stat status;

	if (!path || (stat(path, &status) < 0 && errno == ENOENT))
		return 0;
	return guise_accounts_open(path, flags, ret);
}

static void set_domain(struct guise_principal *p, const char *domain,
		       const struct guise_sid *sid)
{
	p->size = sizeof(*p);
	p->domain_sid = *sid;
	(void)snprintf(p->domain, sizeof(p->domain), "%s", domain);
}

static void set_account(const struct lookup_question *q,
			const struct guise_accounts *accounts,
			const struct guise_account *account,
			struct guise_principal *p)
{
	set_domain(p, q->machine, &accounts->machine);
	p->sid = account->sid;
	p->use = account->is_group ? GUISE_SID_USE_ALIAS : GUISE_SID_USE_USER;
	p->privileges = account->privileges;
	memcpy(p->name, account->name, sizeof(p->name));
}

/* The machine itself, whose name is that of its domain. */
static void set_machine(const struct lookup_question *q,
			const struct guise_accounts *accounts,
			struct guise_principal *p)
{
	set_domain(p, q->machine, &accounts->machine);
	p->sid = accounts->machine;
	p->use = GUISE_SID_USE_DOMAIN;
	memcpy(p->name, p->domain, sizeof(p->name));
}

static void set_user(uint32_t uid, struct guise_principal *p)
{
	set_domain(p, USER_DOMAIN, &users_domain);
	p->sid = guise_sid_of_uid(uid);
	p->use = GUISE_SID_USE_USER;
}

static void set_group(uint32_t gid, struct guise_principal *p)
{
	set_domain(p, GROUP_DOMAIN, &groups_domain);
	p->sid = guise_sid_of_gid(gid);
	p->use = GUISE_SID_USE_GROUP;
}

static int sid_in_accounts(const struct lookup_question *q,
			   struct guise_principal *p)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account account;
	int r;

	r = open_accounts(q, GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r < 0)
		return r;
	if (!accounts)
		return GUISE_E_NO_SUCH_ACCOUNT;
	if (guise_sid_equal(&q->sid, &accounts->machine)) {
		set_machine(q, accounts, p);
		return 0;
	}
	r = guise_accounts_find_sid(accounts, &q->sid, &account);
	if (r == 0)
		set_account(q, accounts, &account, p);
	return r;
}

/* "DOMAIN\\NAME" and "NAME@DOMAIN", as winbind and SSSD may call them. */
static void take_domain(struct guise_principal *p)
{
	char *slash = strchr(p->name, '\\'), *at = strrchr(p->name, '@');

	if (slash) {
		*slash = '\0';
		(void)snprintf(p->domain, sizeof(p->domain), "%s", p->name);
		memmove(p->name, slash + 1, strlen(slash + 1) + 1);
	} else if (at) {
		*at = '\0';
		(void)snprintf(p->domain, sizeof(p->domain), "%s", at + 1);
	}
}

/* A domain's SID is called what the system calls its id. */
static int sid_in_identities(const struct lookup_question *q,
			     struct guise_principal *p)
{
	struct guise_unix_id id;
	int r;

	if (!q->options->identities ||
	    guise_sid_account_domain(&q->sid, &p->domain_sid) < 0)
		return GUISE_E_NO_SUCH_ACCOUNT;
	r = guise_identities_sid_to_id(q->options->identities, &q->sid,
				       GUISE_UNIX_ID_BOTH, &id);
	if (r < 0)
		return r == GUISE_E_NONE_MAPPED ? GUISE_E_NO_SUCH_ACCOUNT : r;
	p->size = sizeof(*p);
	p->sid = q->sid;
	r = GUISE_E_NO_SUCH_ACCOUNT;
	p->use = GUISE_SID_USE_USER;
	if (id.kind & GUISE_UNIX_ID_UID)
		r = nss_name_user(id.id, p->name);
	if (r == GUISE_E_NO_SUCH_ACCOUNT && id.kind & GUISE_UNIX_ID_GID) {
		p->use = GUISE_SID_USE_GROUP;
		r = nss_name_group(id.id, p->name);
	}
	if (r == 0)
		take_domain(p);
	return r;
}

static int sid_in_system(const struct lookup_question *q,
			 struct guise_principal *p)
{
	uint32_t id;

	if (guise_sid_to_uid(&q->sid, &id)) {
		set_user(id, p);
		return nss_name_user(id, p->name);
	}
	if (guise_sid_to_gid(&q->sid, &id)) {
		set_group(id, p);
		return nss_name_group(id, p->name);
	}
	return sid_in_identities(q, p);
}

static int find_sid(const struct lookup_question *q, struct guise_principal *p)
{
	int r = sid_in_accounts(q, p);

	if (r == GUISE_E_NO_SUCH_ACCOUNT && q->options->system)
		r = sid_in_system(q, p);
	return r;
}

static int name_in_accounts(const struct lookup_question *q,
			    struct guise_principal *p)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account account;
	int r;

	r = open_accounts(q, GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r < 0)
		return r;
	if (!accounts)
		return GUISE_E_NO_SUCH_ACCOUNT;
	if (q->kind == LOOKUP_DOMAIN) {
		set_machine(q, accounts, p);
		return 0;
	}
	r = guise_accounts_find(accounts, q->name, &account);
	if (r == 0)
		set_account(q, accounts, &account, p);
	return r;
}

/* Among the users, or among the groups */
static int name_in_system(const struct lookup_question *q,
			  int (*find)(const char *name, uint32_t *ret),
			  void (*set)(uint32_t id, struct guise_principal *p),
			  struct guise_principal *p)
{
	uint32_t id = 0;
	int r = find(q->name, &id);

	if (r < 0)
		return r;
	set(id, p);
	memcpy(p->name, q->name, sizeof(p->name));
	return 0;
}

static bool is_in_scope(const struct lookup_question *q,
			enum lookup_scope scope)
{
	if (scope != LOOKUP_ACCOUNTS && !q->options->system)
		return false;
	return q->scope == LOOKUP_ANYWHERE || q->scope == scope;
}

static int find_name(const struct lookup_question *q, struct guise_principal *p)
{
	int r = GUISE_E_NO_SUCH_ACCOUNT;

	if (is_in_scope(q, LOOKUP_ACCOUNTS))
		r = name_in_accounts(q, p);
	if (r == GUISE_E_NO_SUCH_ACCOUNT && is_in_scope(q, LOOKUP_USERS))
		r = name_in_system(q, nss_find_user, set_user, p);
	if (r == GUISE_E_NO_SUCH_ACCOUNT && is_in_scope(q, LOOKUP_GROUPS))
		r = name_in_system(q, nss_find_group, set_group, p);
	return r;
}

static int logon_in_accounts(const struct lookup_question *q,
			     struct lookup_answer *answer, bool *ret_known,
			     const struct guise_token **ret)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account account;
	int r;

	r = open_accounts(q, GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r < 0)
		return r;
	if (!accounts)
		return GUISE_E_NO_SUCH_ACCOUNT;
	r = guise_accounts_find(accounts, q->name, &account);
	if (r < 0 && r != GUISE_E_NO_SUCH_ACCOUNT)
		return r;
	*ret_known = r == 0 && !account.is_group;
	if (!q->password)
		return guise_accounts_token(accounts, q->name,
					    q->authentication_id, ret);
	return accounts_logon_reason(accounts, q->name, q->password,
				     q->password_size, q->authentication_id,
				     ret, &answer->refusal);
}

static int logon_in_system(const struct lookup_question *q,
			   const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const char *service = q->options->pam_service;
	int r;

	if (q->password)
		r = guise_system_logon(service ? service : "guise", NULL,
				       q->name, q->password, q->password_size,
				       q->authentication_id, &token);
	else
		r = guise_system_token(q->name, q->authentication_id, &token);
	if (r == 0 && q->options->identities)
		return guise_identities_token(q->options->identities, token,
					      ret);
	if (r == 0)
		*ret = guise_take(token);
	return r;
}

/* As long as an unknown name takes: who asks must not learn from the time that
 * the embedded accounts know this one. */
static void ask_for_nobody(struct lookup_question q)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *none = NULL;

	if (!q.options->system || !q.password)
		return;
	memcpy(q.name, DECOY_USER, sizeof(DECOY_USER));
	(void)logon_in_system(&q, &none); /* the answer is no */
}

static int log_on(const struct lookup_question *q, struct lookup_answer *answer,
		  const struct guise_token **ret)
{
	bool known = false;
	int r = logon_in_accounts(q, answer, &known, ret);

	if (r == GUISE_E_LOGON_FAILURE && known)
		ask_for_nobody(*q);
	if (r == 0 || known ||
	    (r != GUISE_E_NO_SUCH_ACCOUNT && r != GUISE_E_LOGON_FAILURE))
		return r;
	if (q->options->system)
		return logon_in_system(q, ret);
	return q->password ? GUISE_E_LOGON_FAILURE : GUISE_E_NO_SUCH_ACCOUNT;
}

static int set_privileges(const struct lookup_question *q)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	int r;

	r = open_accounts(q, 0, &accounts);
	if (r < 0)
		return r;
	if (!accounts)
		return GUISE_E_NO_SUCH_ACCOUNT;
	return guise_accounts_set_privileges(accounts, q->name, q->privileges);
}

/* An account for a Kerberos client, which needs no password. */
static int account_of_client(const void *context, const char *name,
			     guise_luid authentication_id,
			     const struct guise_token **ret)
{
	struct lookup_question q = *(const struct lookup_question *)context;
	struct guise_lookup_options options = *q.options;
	struct lookup_answer answer = {0};
	bool known = false;
	int r;

	options.identities = q.identities;
	q.options = &options;
	if (strnlen(name, sizeof(q.name)) >= sizeof(q.name))
		return GUISE_E_NO_SUCH_ACCOUNT;
	(void)snprintf(q.name, sizeof(q.name), "%s", name);
	q.authentication_id = authentication_id;
	r = logon_in_accounts(&q, &answer, &known, ret);
	if (r != GUISE_E_NO_SUCH_ACCOUNT || !q.options->system)
		return r;
	if (q.options->pam_service) {
		r = pam_account_check(q.options->pam_service, NULL, name);
		if (r < 0)
			return r;
	}
	return logon_in_system(&q, ret);
}

static int client_token(const struct lookup_question *q,
			struct lookup_answer *answer,
			const struct guise_token **ret)
{
	const struct gss_token_rules rules = {
		.identities = q->identities,
		.find_account = account_of_client,
		.context = q,
		.authentication_id = q->authentication_id,
	};

	return logon_gss_token(&rules, q->client, ret, answer->why);
}

void lookup_answer_it(const struct lookup_question *question,
		      struct lookup_answer *answer,
		      const struct guise_token **ret_token)
{
	switch (question->kind) {
	case LOOKUP_SID:
		answer->code = find_sid(question, &answer->principal);
		break;
	case LOOKUP_NAME:
	case LOOKUP_DOMAIN:
		answer->code = find_name(question, &answer->principal);
		break;
	case LOOKUP_LOGON:
		answer->code = log_on(question, answer, ret_token);
		break;
	case LOOKUP_PRIVILEGES:
		answer->code = set_privileges(question);
		break;
	case LOOKUP_IDS:
	case LOOKUP_SIDS:
		answer->code = -EINVAL; /* lookup_answer_ids() */
		break;
	case LOOKUP_CLIENT:
		answer->code = client_token(question, answer, ret_token);
		break;
	}
}
