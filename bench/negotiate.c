/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a Kerberos logon cost, in a logon helper or in the process itself,
 * beside the bare gss_accept_sec_context() that it holds, by the number of
 * groups in the PAC?
 *
 * Method: messages of different clients, made before the clock runs, each used
 * once; in turn one is accepted here by MIT's library alone (accept, delete the
 * context: nothing is asked about the client), one the same way with
 * guise_token_from_gss() after it, and one by a helper as the authority asks it
 * (socket, accept, who is it, PAC, rules, ids, token, back). Each of the first
 * two comes after one by the helper, so that both find the processor's caches
 *as another process left them. All keep one replay cache. Wall-clock time of
 *each, since the helper is another process; shown are the medians and their
 *ratios to the bare one.
 *
 *	ninja -C build bench/negotiate && sudo build/bench/negotiate
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gssapi/gssapi_ext.h>

#include <guise/gss.h>

#include "accept.h"
#include "source.h"
#include "tickets.h"

#define N_EACH 600
#define SERVICE "HTTP/localhost"
#define FIRST_RID 100000u

static const unsigned sizes[] = {1, 5, 50, 200};
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

static const char rules[] = "[idmap]\n"
			    "sources = domain\n"
			    "[domain " TICKETS_DOMAIN "]\n"
			    "range = 1000000-1999999\n"
			    "[realm " TICKETS_REALM "]\n"
			    "clients = pac\n"
			    "domains = " TICKETS_DOMAIN "\n";

static char directory[] = "/tmp/guise-bench.XXXXXX";

static _Noreturn void die(const char *what, int code)
{
	fprintf(stderr, "negotiate: %s: %s\n", what, guise_strerror(code));
	exit(3);
}

static double now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* @identities: whose rules make it a token; NULL: bare */
static void accept_here(gss_cred_id_t acceptor,
			const struct guise_identities *identities,
			gss_buffer_desc *message)
{
	struct guise_gss_options options = {.size = sizeof(options),
					    .identities = identities};
	const struct guise_token *token = NULL;
	gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_name_t client = GSS_C_NO_NAME;
	OM_uint32 minor, major;

	major = gss_accept_sec_context(&minor, &context, acceptor, message,
				       GSS_C_NO_CHANNEL_BINDINGS, &client, NULL,
				       &reply, NULL, NULL, NULL);
	if (major != GSS_S_COMPLETE)
		die("bare accept", GUISE_E_LOGON_FAILURE);
	if (identities) {
		int r = guise_token_from_gss(context, GSS_C_NO_CREDENTIAL,
					     &options, &token);

		if (r < 0)
			die("guise_token_from_gss", r);
		(void)guise_token_unref(token);
	}
	(void)gss_release_name(&minor, &client);
	(void)gss_release_buffer(&minor, &reply);
	(void)gss_delete_sec_context(&minor, &context, NULL);
}

static void accept_in_helper(struct logon_helper *helper,
			     gss_buffer_desc *message)
{
	struct logon_negotiation n = {.token = message->value,
				      .token_size = message->length};
	const struct guise_token *token = NULL;
	int r = logon_helper_negotiate(helper, &n, 10000, &token);

	if (r < 0) {
		fprintf(stderr, "negotiate: %s\n", n.why);
		die("helper", r);
	}
	guise_buf_clear(&n.reply);
	(void)guise_token_unref(token);
}

static gss_cred_id_t acceptor_of(const char *keytab, const char *replays)
{
	char rcache[80];
	gss_key_value_element_desc elements[] = {{"keytab", keytab},
						 {"rcache", rcache}};
	gss_key_value_set_desc store = {2, elements};
	gss_cred_id_t acceptor = GSS_C_NO_CREDENTIAL;
	OM_uint32 minor, major;

	(void)snprintf(rcache, sizeof(rcache), "file2:%s", replays);
	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, 0,
				      GSS_C_NO_OID_SET, GSS_C_ACCEPT, &store,
				      &acceptor, NULL, NULL);
	if (major != GSS_S_COMPLETE)
		die(keytab, GUISE_E_NO_TOKEN);
	return acceptor;
}

static const struct guise_identities *identities_of_rules(void)
{
	const struct guise_identities *identities;
	int r = guise_identities_parse(rules, strlen(rules), &identities, NULL);

	if (r < 0)
		die("identities", r);
	return identities;
}

static struct logon_helper *helper_of(const struct guise_identities *identities,
				      const char *keytab, const char *replays)
{
	const struct gss_acceptor_options negotiate = {.keytab = keytab,
						       .replay_cache = replays};
	const struct logon_sources sources = {.negotiate = &negotiate,
					      .identities = identities};
	struct logon_helper *helper;
	int r = logon_helper_start(&sources, &helper);

	if (r < 0)
		die("helper", r);
	return helper;
}

static void make_messages(struct tickets *tickets, unsigned n_groups,
			  gss_buffer_desc *ret, size_t n)
{
	char groups[200 * 8] = "513", name[32];
	size_t used = strlen(groups);

	for (unsigned i = 1; i < n_groups; i++)
		used += (size_t)snprintf(groups + used, sizeof(groups) - used,
					 " %u", 2000 + i);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "user%zu", i);
		tickets_message(tickets, name, FIRST_RID + (unsigned)i, groups,
				true, &ret[i]);
	}
}

static int compare(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static double median(double *samples)
{
	qsort(samples, N_EACH, sizeof(samples[0]), compare);
	return samples[N_EACH / 2];
}

struct setting {
	gss_cred_id_t acceptor;
	const struct guise_identities *identities;
	struct logon_helper *helper;
};

enum way { BARE, HERE, HELPER, N_WAYS };

/* Of the helper's two the second counts. */
static const enum way turns[] = {HELPER, BARE, HELPER, HERE};
#define N_TURNS (sizeof(turns) / sizeof(turns[0]))

static void accept_by(const struct setting *setting, enum way way,
		      gss_buffer_desc *message)
{
	if (way == HELPER)
		accept_in_helper(setting->helper, message);
	else
		accept_here(setting->acceptor,
			    way == HERE ? setting->identities : NULL, message);
}

static void measure(struct tickets *tickets, unsigned n_groups,
		    const struct setting *setting)
{
	static gss_buffer_desc messages[N_TURNS * N_EACH];
	static double samples[N_WAYS][N_EACH];
	double of[N_WAYS], start;
	OM_uint32 minor;

	make_messages(tickets, n_groups, messages, N_TURNS * N_EACH);
	for (size_t i = 0; i < N_TURNS * N_EACH; i++) {
		const enum way way = turns[i % N_TURNS];

		start = now_us();
		accept_by(setting, way, &messages[i]);
		samples[way][i / N_TURNS] = now_us() - start;
	}
	for (size_t way = 0; way < N_WAYS; way++)
		of[way] = median(samples[way]);
	printf("%8u %10zu %9.1f %9.1f %7.2f %9.1f %7.2f\n", n_groups,
	       messages[0].length, of[BARE], of[HERE], of[HERE] / of[BARE],
	       of[HELPER], of[HELPER] / of[BARE]);
	fflush(stdout);
	for (size_t i = 0; i < N_TURNS * N_EACH; i++)
		(void)gss_release_buffer(&minor, &messages[i]);
}

static void write_krb5_conf(void)
{
	char path[64];
	FILE *file;

	if (!mkdtemp(directory))
		die(directory, -errno);
	(void)snprintf(path, sizeof(path), "%s/krb5.conf", directory);
	file = fopen(path, "we");
	if (!file)
		die(path, -errno);
	fprintf(file, "[libdefaults]\ndefault_realm = %s\n", TICKETS_REALM);
	(void)fclose(file);
	(void)setenv("KRB5_CONFIG", path, 1);
}

static void clean_up(void)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -rf %s", directory);
	if (system(command) != 0)
		fprintf(stderr, "negotiate: %s stays\n", directory);
}

int main(void)
{
	struct tickets tickets;
	struct setting setting;
	OM_uint32 minor;
	char keytab[64], replays[64];

	write_krb5_conf();
	(void)snprintf(keytab, sizeof(keytab), "%s/keytab", directory);
	(void)snprintf(replays, sizeof(replays), "%s/replays", directory);
	tickets_keytab(keytab, SERVICE);
	tickets_open(&tickets, keytab, SERVICE);
	setting.identities = identities_of_rules();
	setting.helper = helper_of(setting.identities, keytab, replays);
	setting.acceptor = acceptor_of(keytab, replays);
	printf("%8s %10s %9s %9s %7s %9s %7s\n", "groups", "bytes", "bare us",
	       "here us", "ratio", "helper us", "ratio");
	for (size_t i = 0; i < N_SIZES; i++)
		measure(&tickets, sizes[i], &setting);
	(void)gss_release_cred(&minor, &setting.acceptor);
	(void)logon_helper_stop(setting.helper);
	(void)guise_identities_unref(setting.identities);
	tickets_close(&tickets);
	clean_up();
	return 0;
}
