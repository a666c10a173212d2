/* SPDX-License-Identifier: Apache-2.0 */
/* The INI text of guise serve: a refusal names its place, and what is accepted
 * is written as text that says the same. The worker reads what is written. */
#include "config.h"

#include <sys/socket.h>

#include "fuzz.h"

static void must_be_text(const char *text)
{
	must(!text || text[0]);
	for (; text && *text; text++)
		must((uint8_t)*text >= ' ' && *text != 0x7f);
}

static void must_be_path(const char *path)
{
	must_be_text(path);
	must(!path || path[0] == '/');
}

static void must_be_share(const struct config *config, size_t i)
{
	const struct config_share *share = &config->shares[i];

	must(!strchr(share->name, '/'));
	must(strcmp(share->name, ".") != 0 && strcmp(share->name, "..") != 0);
	must_be_path(share->path);
	for (size_t j = 0; j < i; j++)
		must(strcmp(share->name, config->shares[j].name) != 0);
}

static void must_be_sound(const struct config *config)
{
	must_be_text(config->listen);
	must_be_text(config->worker_user);
	must_be_text(config->pam_service);
	must_be_path(config->accounts);
	must_be_path(config->tls_key);
	must_be_path(config->state);
	must(config_logs_nothing(config) ||
	     (!config->log || config->log[0] == '/'));
	must_be_path(config->journal_socket);
	must_be_path(config->central_policies);
	must(config->audit <= AUDIT_OFF);
	must(config->workers >= 1 && config->workers <= 64);
	must(config->threads >= 1 && config->jobs >= 1);
	must(config->uid_min > 0 && config->uid_min < UINT32_MAX);
	must(config->n_shares <= CONFIG_SHARES_MAX);
	for (size_t i = 0; i < config->n_shares; i++)
		must_be_share(config, i);
}

static void must_explain(const struct config_error *error)
{
	must(error->why[0] && error->todo && error->todo[0]);
}

/* What was judged good may be started: it can be reached by someone, who may
 * log on, and no password crosses the network in clear unasked. */
static void must_be_startable(const struct config *config)
{
	struct sockaddr_storage address;
	bool loopback = false;

	must(config->n_shares > 0);
	must(config->audit != AUDIT_BOTH || !config_logs_nothing(config));
	if (config_unix_path(config)) {
		must_be_path(config_unix_path(config));
		must(!config->tls_certificate && !config->tls_key);
		return;
	}
	must(config_address(config, &address, &loopback) == 0);
	must(loopback || config->plain_http ||
	     (config->tls_certificate && config->tls_key));
}

static void must_read_back(const struct config *config)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf one = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf two = {0};
	GUISE_AUTO(config_clear) struct config copy = {0};
	struct config_error error = {0};

	config_init(&copy);
	must(config_format(config, &one) == 0);
	must(config_parse(&copy, "f", (struct span){(char *)one.data, one.size},
			  &error) == 0);
	must(config_format(&copy, &two) == 0);
	must(one.size == two.size && memcmp(one.data, two.data, one.size) == 0);
}

static void try_share_option(struct span text)
{
	GUISE_AUTO(config_clear) struct config config = {0};
	struct config_error error = {0};

	config_init(&config);
	if (config_share_option(&config, text, &error) < 0) {
		must_explain(&error);
		return;
	}
	must(config.n_shares == 1 && config.shares[0].path);
	must_be_sound(&config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = {size ? (const char *)data : "", size};
	GUISE_AUTO(config_clear) struct config config = {0};
	struct config_error error = {0};

	try_share_option(text);
	config_init(&config);
	if (config_parse(&config, "f", text, &error) < 0) {
		must(strncmp(error.where, "f:", 2) == 0);
		must_explain(&error);
		return 0;
	}
	must_be_sound(&config);
	/* the last line may lack the newline that makes it too long */
	if (size == 0 || data[size - 1] == '\n')
		must_read_back(&config);
	if (config_check(&config, &error) < 0)
		must_explain(&error);
	else
		must_be_startable(&config);
	return 0;
}
