/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the sources: embedded accounts first, then the system's. The
 * first that knows the name decides; one that fails is an error and never
 * passes the question on.
 */
#include "source.h"
#include "pam-account.h"

static int embedded_token(const struct logon_sources *sources, const char *name,
			  const struct guise_token **ret)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	int r;

	r = guise_accounts_open(sources->accounts_path,
				GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r < 0)
		return r;
	return guise_accounts_token(accounts, name, guise_luid_new(), ret);
}

/* With the SIDs that the identities have for them. */
static int in_both_worlds(const struct logon_sources *sources,
			  const struct guise_token *token,
			  const struct guise_token **ret)
{
	if (sources->identities)
		return guise_identities_token(sources->identities, token, ret);
	*ret = guise_token_ref(token);
	return 0;
}

static int system_token(const struct logon_sources *sources, const char *name,
			const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_system_token(name, guise_luid_new(), &token);

	return r < 0 ? r : in_both_worlds(sources, token, ret);
}

int logon_token(const struct logon_sources *sources, const char *name,
		const struct guise_token **ret)
{
	int r = GUISE_E_NO_SUCH_ACCOUNT;

	if (sources->accounts_path)
		r = embedded_token(sources, name, ret);
	if (r == GUISE_E_NO_SUCH_ACCOUNT && sources->system)
		r = system_token(sources, name, ret);
	return r;
}

int logon_account(const struct logon_sources *sources, const char *name,
		  const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = GUISE_E_NO_SUCH_ACCOUNT;

	if (sources->accounts_path)
		r = embedded_token(sources, name, ret);
	if (r != GUISE_E_NO_SUCH_ACCOUNT || !sources->system)
		return r;
	r = system_token(sources, name, &token);
	if (r == 0 && sources->pam_service)
		r = pam_account_check(sources->pam_service,
				      sources->pam_confdir, name);
	if (r < 0)
		return r;
	*ret = guise_take(token);
	return 0;
}

/* @ret_known: the name is one of the embedded users', so theirs to decide */
static int embedded_logon(const struct logon_sources *sources, const char *name,
			  const char *password, size_t password_size,
			  bool *ret_known, const struct guise_token **ret)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account account;
	int r;

	r = guise_accounts_open(sources->accounts_path,
				GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r < 0)
		return r;
	r = guise_accounts_find(accounts, name, &account);
	if (r < 0 && r != GUISE_E_NO_SUCH_ACCOUNT)
		return r;
	*ret_known = r == 0 && !account.is_group;
	return guise_accounts_logon(accounts, name, password, password_size,
				    guise_luid_new(), ret);
}

static int system_logon(const struct logon_sources *sources, const char *name,
			const char *password, size_t password_size,
			const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_system_logon(sources->pam_service, sources->pam_confdir,
				   name, password, password_size,
				   guise_luid_new(), &token);

	return r < 0 ? r : in_both_worlds(sources, token, ret);
}

/*
 * With both sources, every failure costs one yescrypt and one PAM
 * transaction: for a wrong password of an embedded user PAM is asked about a
 * user that does not exist, as it would be for an unknown name.
 */
int logon_password(const struct logon_sources *sources, const char *name,
		   const char *password, size_t password_size,
		   const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	bool known = false;
	int r = GUISE_E_LOGON_FAILURE;

	if (sources->accounts_path)
		r = embedded_logon(sources, name, password, password_size,
				   &known, &token);
	if (r == GUISE_E_LOGON_FAILURE && sources->system) {
		r = system_logon(sources, known ? LOGON_DECOY_USER : name,
				 password, password_size, &token);
		if (known) {
			token = guise_token_unref(token);
			r = GUISE_E_LOGON_FAILURE;
		}
	}
	if (r < 0)
		return r;
	*ret = guise_take(token);
	return 0;
}
