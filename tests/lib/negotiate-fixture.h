/* SPDX-License-Identifier: Apache-2.0 */
/* Kerberos clients at the logon helper, with a KDC of the test's own. */
#ifndef TESTS_NEGOTIATE_FIXTURE_H
#define TESTS_NEGOTIATE_FIXTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "accounts-fixture.h"

#include "accept.h"
#include "identities-text.h"
#include "kdc.h"
#include "source.h"

#define ENOUGH_MS 20000
#define DOMAIN "S-1-5-21-111-222-333"
#define TARGET "HTTP@localhost"

static const char rules[] =
	"[idmap]\nsources = static domain\n"
	"[static]\n" DOMAIN "-1107 = uid 20007\n"
	"[domain " DOMAIN "]\nrange = 1000000-1999999\n"
	"[realm GUISE.TEST]\nclients = pac\ndomains = " DOMAIN "\n"
	"[principals]\n"
	"carol@GUISE.TEST = carol\n"
	"gone@GUISE.TEST = nobody-of-that-name\n"
	"locked@GUISE.TEST = locked\n";

static struct kdc kdc;
static struct fixture *accounts;
static const struct guise_identities *identities;
static const char *http;
static char keytab[128], replay[128];
static char cache_of_alice[128];

struct helped {
	struct gss_acceptor_options acceptor;
	struct logon_sources sources;
	struct logon_helper *helper;
};

static inline void add_principals(void)
{
	kdc_principal(&kdc, "alice", "pw", "sid=" DOMAIN "-1103",
		      "groups=513 1110 S-1-18-1 S-1-5-21-9-9-9-2001 "
		      "S-1-5-32-544 S-1-1-0",
		      "claims=title=S:chief", NULL);
	kdc_principal(&kdc, "plain", "pw", NULL);
	kdc_principal(&kdc, "half", "pw", "sid=" DOMAIN "-1107", "groups=513",
		      NULL);
	kdc_principal(&kdc, "stranger", "pw", "sid=S-1-5-21-9-9-9-1000",
		      "groups=513", NULL);
	kdc_principal(&kdc, "carol", "pw", "sid=" DOMAIN "-1104", NULL);
	kdc_principal(&kdc, "gone", "pw", NULL);
	kdc_principal(&kdc, "locked", "pw", NULL);
	kdc_principal(&kdc, "HTTP/localhost", NULL, NULL);
}

static inline int group_setup(void **state)
{
	(void)state;
	kdc_start(&kdc, NULL);
	add_principals();
	http = kdc_keytab(&kdc, "http.keytab", "HTTP/localhost");
	(void)snprintf(keytab, sizeof(keytab), "%s", http);
	(void)snprintf(replay, sizeof(replay), "%s/replay", kdc.directory);
	(void)snprintf(cache_of_alice, sizeof(cache_of_alice), "%s",
		       kdc_kinit(&kdc, "alice", "pw", "-f", NULL));
	assert_int_equal(fixture_setup((void **)&accounts), 0);
	add_user(accounts, "carol");
	add_user(accounts, "locked");
	assert_int_equal(
		guise_accounts_set_locked(accounts->accounts, "locked", true),
		0);
	accounts->accounts = guise_accounts_close(accounts->accounts);
	identities = identities_of(rules);
	/* what an administrator's environment must not turn off */
	(void)setenv("KRB5RCACHENAME", "none:", 1);
	return 0;
}

static inline int group_teardown(void **state)
{
	(void)state;
	identities = guise_identities_unref(identities);
	(void)fixture_teardown((void **)&accounts);
	kdc_stop(&kdc);
	return 0;
}

static inline void start(struct helped *h)
{
	h->acceptor.keytab = keytab;
	h->acceptor.replay_cache = replay;
	h->sources.accounts_path = accounts->path;
	h->sources.identities = identities;
	h->sources.negotiate = &h->acceptor;
	assert_int_equal(logon_helper_start(&h->sources, &h->helper), 0);
}

static inline void stop(struct helped *h)
{
	h->helper = logon_helper_stop(h->helper);
}

static inline int ask(struct helped *h, struct logon_negotiation *n,
		      const gss_buffer_desc *message,
		      const struct guise_token **ret)
{
	int r;

	n->token = message->value;
	n->token_size = message->length;
	r = logon_helper_negotiate(h->helper, n, ENOUGH_MS, ret);
	assert_true((r == 0) == (*ret != NULL));
	assert_true((r == GUISE_E_CONTINUE_NEEDED) == (n->pending != 0));
	assert_true(r == 0 || r == GUISE_E_CONTINUE_NEEDED || n->why[0]);
	return r;
}

static inline gss_buffer_desc message_of(const char *cache, OM_uint32 flags)
{
	gss_buffer_desc message;

	kdc_initiate(cache, TARGET, flags, true, NULL, &message);
	return message;
}

static inline void release(gss_buffer_desc *buffer)
{
	OM_uint32 minor;

	(void)gss_release_buffer(&minor, buffer);
}

/* One message of @name's; the token or why not. */
static inline int log_on(struct helped *h, const char *name,
			 struct logon_negotiation *n,
			 const struct guise_token **ret)
{
	const char *cache = kdc_kinit(&kdc, name, "pw", NULL);
	gss_buffer_desc message = message_of(cache, GSS_C_MUTUAL_FLAG);
	int r = ask(h, n, &message, ret);

	release(&message);
	return r;
}

#endif
