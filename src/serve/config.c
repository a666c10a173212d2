/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every key once, in two tables: name, kind, where it goes, and its limits.
 * The file, the options and the text for the worker all go through them.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "config.h"

#include "access-log.h"

#define UNIX_PREFIX "unix:"
#define HEADER_SIZE 16384
/* Windows' largest token, 48000 bytes, in base64, and the rest */
#define HEADER_SIZE_NEGOTIATE 81920

enum kind {
	KIND_TEXT = 0, /* not empty, no control characters */
	KIND_PATH,     /* absolute */
	KIND_LOG,      /* absolute, or "none" */
	KIND_SWITCH,
	KIND_NUMBER,
	KIND_SIZE, /* a number with K, M, G, T */
	KIND_CHOICE,
};

struct choice {
	const char *name;
	uint64_t value;
};

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	uint64_t min;
	uint64_t max;
	const struct choice *choices;
};

static const struct choice engines[] = {
	{"auto", GUISE_ENGINE_AUTO},
	{"ring", GUISE_ENGINE_RING},
	{"broker", GUISE_ENGINE_BROKER},
	{NULL, 0},
};

static const struct choice log_formats[] = {
	{"text", LOG_TEXT},
	{"json", LOG_JSON},
	{NULL, 0},
};

static const struct choice audits[] = {
	{"log", AUDIT_LOG},
	{"journal", AUDIT_JOURNAL},
	{"both", AUDIT_BOTH},
	{"off", AUDIT_OFF},
	{NULL, 0},
};

static const struct choice bindings[] = {
	{"when-sent", BINDINGS_WHEN_SENT},
	{"off", BINDINGS_OFF},
	{"required", BINDINGS_REQUIRED},
	{NULL, 0},
};

static const struct choice sessions[] = {
	{"auto", SESSION_AUTO},
	{"connection", SESSION_CONNECTION},
	{"cookie", SESSION_COOKIE},
	{"both", SESSION_CONNECTION | SESSION_COOKIE},
	{"none", SESSION_NONE},
	{NULL, 0},
};

static const struct choice policies[] = {
	{"both", GUISE_POLICY_BOTH},
	{"posix", GUISE_POLICY_POSIX},
	{NULL, 0},
};

#define AT(member) offsetof(struct config, member)
#define SHARE_AT(member) offsetof(struct config_share, member)

/* clang-format off */
static const struct key server_keys[] = {
	{ "listen", KIND_TEXT, AT(listen) },
	{ "plain-http", KIND_SWITCH, AT(plain_http) },
	{ "tls-certificate", KIND_PATH, AT(tls_certificate) },
	{ "tls-key", KIND_PATH, AT(tls_key) },
	{ "peers", KIND_SWITCH, AT(peers) },
	{ "basic", KIND_SWITCH, AT(basic) },
	{ "accounts", KIND_PATH, AT(accounts) },
	{ "system-accounts", KIND_SWITCH, AT(system_accounts) },
	{ "pam-service", KIND_TEXT, AT(pam_service) },
	{ "pam-confdir", KIND_PATH, AT(pam_confdir) },
	{ "negotiate", KIND_SWITCH, AT(negotiate) },
	{ "identities", KIND_PATH, AT(identities) },
	{ "keytab", KIND_PATH, AT(keytab) },
	{ "kerberos-service", KIND_TEXT, AT(kerberos_service) },
	{ "channel-bindings", KIND_CHOICE, AT(channel_bindings), 0, 0, bindings },
	{ "negotiate-session", KIND_CHOICE, AT(negotiate_session), 0, 0, sessions },
	{ "uid-min", KIND_NUMBER, AT(uid_min), 1, UINT32_MAX - 1 },
	{ "workers", KIND_NUMBER, AT(workers), 1, 64 },
	{ "threads", KIND_NUMBER, AT(threads), 1, 38 },
	{ "jobs", KIND_NUMBER, AT(jobs), 1, 16 },
	{ "engine", KIND_CHOICE, AT(engine), 0, 0, engines },
	{ "worker-user", KIND_TEXT, AT(worker_user) },
	{ "log", KIND_LOG, AT(log) },
	{ "log-format", KIND_CHOICE, AT(log_format), 0, 0, log_formats },
	{ "audit", KIND_CHOICE, AT(audit), 0, 0, audits },
	{ "journal-socket", KIND_PATH, AT(journal_socket) },
	{ "central-policies", KIND_PATH, AT(central_policies) },
	{ "control", KIND_PATH, AT(control) },
	{ "state", KIND_PATH, AT(state) },
	{ "durable", KIND_SWITCH, AT(durable) },
	{ "max-upload", KIND_SIZE, AT(max_upload), 1, INT64_MAX },
	{ "max-listing", KIND_NUMBER, AT(max_listing), 1, 10000000 },
	{ "max-connections", KIND_NUMBER, AT(max_connections), 1, 1000000 },
	{ "max-connections-per-address", KIND_NUMBER, AT(max_connections_per_address), 1, 1000000 },
	{ "max-requests-per-client", KIND_NUMBER, AT(max_requests_per_client), 1, 100000 },
	{ "max-sessions", KIND_NUMBER, AT(max_sessions), 1, 60000 },
	{ "max-header-size", KIND_SIZE, AT(max_header_size), 4096, 1048576 },
	{ "idle-timeout", KIND_NUMBER, AT(idle_timeout), 1, 86400 },
	{ "upload-timeout", KIND_NUMBER, AT(upload_timeout), 1, 604800 },
	{ "drain-timeout", KIND_NUMBER, AT(drain_timeout), 0, 3600 },
	{ "logon-cache", KIND_NUMBER, AT(logon_cache), 1, 86400 },
};

static const struct key share_keys[] = {
	{ "path", KIND_PATH, SHARE_AT(path) },
	{ "policy", KIND_CHOICE, SHARE_AT(policy), 0, 0, policies },
	{ "anonymous", KIND_SWITCH, SHARE_AT(anonymous) },
	{ "read-only", KIND_SWITCH, SHARE_AT(read_only) },
	{ "hide-unreadable", KIND_SWITCH, SHARE_AT(hide_unreadable) },
	{ "no-symlinks", KIND_SWITCH, SHARE_AT(no_symlinks) },
};
/* clang-format on */

static_assert(ARRAY_SIZE(server_keys) <= 64, "a bit of seen for each");

void config_init(struct config *config)
{
	*config = (struct config){
		.peers = true,
		.basic = true,
		.uid_min = 1,
		.workers = 1,
		.threads = 2,
		.jobs = 4,
		.durable = true,
		.max_upload = 1ull << 40,
		.max_listing = 100000,
		.max_connections = 4096,
		.max_connections_per_address = 256,
		.max_requests_per_client = 64,
		.max_sessions = 4096,
		.idle_timeout = 60,
		.upload_timeout = 86400,
		.drain_timeout = 10,
		.logon_cache = 60,
	};
}

static void *member(void *base, size_t offset)
{
	return (char *)base + offset;
}

static bool is_text(enum kind kind)
{
	return kind == KIND_TEXT || kind == KIND_PATH || kind == KIND_LOG;
}

static void clear_texts(void *base, const struct key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (is_text(keys[i].kind))
			freep(member(base, keys[i].offset));
	}
}

void config_clear(struct config *config)
{
	for (size_t i = 0; i < config->n_shares; i++) {
		clear_texts(&config->shares[i], share_keys,
			    ARRAY_SIZE(share_keys));
		free(config->shares[i].name);
	}
	clear_texts(config, server_keys, ARRAY_SIZE(server_keys));
	*config = (struct config){0};
}

static int refuse(struct config_error *reterr, const char *todo,
		  const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(struct config_error *reterr, const char *todo,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reterr->why, sizeof(reterr->why), format, args);
	va_end(args);
	reterr->todo = todo;
	return -EINVAL;
}

static int span_width(struct span s)
{
	return s.size > 100 ? 100 : (int)s.size;
}

static bool is_clean(struct span s)
{
	for (size_t i = 0; i < s.size; i++) {
		if ((uint8_t)s.data[i] < ' ' || s.data[i] == 0x7f)
			return false;
	}
	return s.size > 0;
}

static int set_text(char **to, struct span value, bool is_path,
		    struct config_error *reterr)
{
	char *copy;

	if (!is_clean(value))
		return refuse(reterr,
			      "give it a value, without control "
			      "characters",
			      "empty or with control characters");
	if (is_path && value.data[0] != '/')
		return refuse(reterr, "give an absolute path",
			      "\"%.*s\" is not an absolute path",
			      span_width(value), value.data);
	copy = strndup(value.data, value.size);
	if (!copy)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

static int set_switch(bool *to, struct span value, struct config_error *reterr)
{
	if (span_equal(value, "yes") || span_equal(value, "true") ||
	    span_equal(value, "1"))
		*to = true;
	else if (span_equal(value, "no") || span_equal(value, "false") ||
		 span_equal(value, "0"))
		*to = false;
	else
		return refuse(reterr, "say yes or no",
			      "\"%.*s\" is neither yes nor no",
			      span_width(value), value.data);
	return 0;
}

static unsigned size_shift(struct span *value)
{
	static const char units[] = "KMGT";
	const char *unit;

	if (value->size < 2)
		return 0;
	unit = strchr(units, value->data[value->size - 1]);
	if (!unit || *unit == '\0')
		return 0;
	value->size--;
	return 10 * (unsigned)(unit - units + 1);
}

static int set_number(uint64_t *to, const struct key *key, struct span value,
		      struct config_error *reterr)
{
	struct span digits = value;
	unsigned shift = key->kind == KIND_SIZE ? size_shift(&digits) : 0;
	uint64_t number;

	if (!text_to_u64(digits.data, digits.size, UINT64_MAX >> shift,
			 &number) ||
	    number << shift < key->min || number << shift > key->max)
		return refuse(
			reterr, "give a number in that range",
			"\"%.*s\" is not a number from %" PRIu64 " to %" PRIu64,
			span_width(value), value.data, key->min, key->max);
	*to = number << shift;
	return 0;
}

/* "a, b, c" into @ret, cut where it does not fit. */
static void list_choices(const struct choice *choices, char *ret, size_t size)
{
	size_t used = 0;

	for (const struct choice *c = choices; c->name && used < size; c++)
		used += (size_t)snprintf(ret + used, size - used, "%s%s",
					 c == choices ? "" : ", ", c->name);
}

static int set_choice(void *to, const struct key *key, struct span value,
		      struct config_error *reterr)
{
	char names[100] = "";

	for (const struct choice *c = key->choices; c->name; c++) {
		if (!span_equal(value, c->name))
			continue;
		if (key->choices == policies)
			*(enum guise_share_policy *)to =
				(enum guise_share_policy)c->value;
		else
			*(uint64_t *)to = c->value;
		return 0;
	}
	list_choices(key->choices, names, sizeof(names));
	return refuse(reterr, "choose one of them", "\"%.*s\" is none of %s",
		      span_width(value), value.data, names);
}

static int set(void *base, const struct key *key, struct span value,
	       struct config_error *reterr)
{
	void *to = member(base, key->offset);
	bool is_path;

	switch (key->kind) {
	case KIND_TEXT:
	case KIND_PATH:
	case KIND_LOG:
		is_path = key->kind == KIND_PATH ||
			  (key->kind == KIND_LOG &&
			   !span_equal(value, CONFIG_LOG_NONE));
		return set_text(to, value, is_path, reterr);
	case KIND_SWITCH:
		return set_switch(to, value, reterr);
	case KIND_NUMBER:
	case KIND_SIZE:
		return set_number(to, key, value, reterr);
	case KIND_CHOICE:
		return set_choice(to, key, value, reterr);
	}
	return -EINVAL;
}

static const struct key *find(const struct key *keys, size_t n,
			      struct span name)
{
	for (size_t i = 0; i < n; i++) {
		if (span_equal(name, keys[i].name))
			return &keys[i];
	}
	return NULL;
}

bool config_has_key(struct span key)
{
	return find(server_keys, ARRAY_SIZE(server_keys), key);
}

bool config_is_switch(struct span name)
{
	const struct key *key =
		find(server_keys, ARRAY_SIZE(server_keys), name);

	return key && key->kind == KIND_SWITCH;
}

int config_set(struct config *config, struct config_share *share,
	       struct span name, struct span value, bool once,
	       struct config_error *reterr)
{
	const struct key *keys = share ? share_keys : server_keys;
	size_t n = share ? ARRAY_SIZE(share_keys) : ARRAY_SIZE(server_keys);
	uint64_t *seen = share ? &share->seen : &config->seen;
	void *base = share ? (void *)share : (void *)config;
	const struct key *key = find(keys, n, name);
	uint64_t bit;

	if (!key)
		return refuse(reterr, "see guise serve --help for the keys",
			      "unknown key \"%.*s\"", span_width(name),
			      name.data);
	bit = 1ull << (key - keys);
	if (once && (*seen & bit))
		return refuse(reterr, "give it once", "\"%s\" is given twice",
			      key->name);
	*seen |= bit;
	return set(base, key, value, reterr);
}

static bool is_share_name(struct span name)
{
	for (size_t i = 0; i < name.size; i++) {
		uint8_t c = (uint8_t)name.data[i];

		if (c < ' ' || c == 0x7f || c == '/' || c == ']')
			return false;
	}
	return name.size <= GUISE_NAME_MAX && !span_equal(name, ".") &&
	       !span_equal(name, "..");
}

int config_share(struct config *config, struct span name,
		 struct config_share **ret, struct config_error *reterr)
{
	struct config_share *share;

	for (size_t i = 0; i < config->n_shares; i++) {
		if (span_equal(name, config->shares[i].name)) {
			*ret = &config->shares[i];
			return 0;
		}
	}
	if (!is_share_name(name))
		return refuse(reterr, "a share's name is one path component",
			      "\"%.*s\" cannot be the name of a share",
			      span_width(name), name.data);
	if (config->n_shares == CONFIG_SHARES_MAX)
		return refuse(reterr, "start a second server for the others",
			      "more than %d shares", CONFIG_SHARES_MAX);
	share = &config->shares[config->n_shares];
	*share = (struct config_share){.name = strndup(name.data, name.size)};
	if (!share->name)
		return -ENOMEM;
	config->n_shares++;
	*ret = share;
	return 0;
}

static int share_word(struct config *config, struct config_share *share,
		      struct span word, struct config_error *reterr)
{
	struct span key = word, value = span_of("yes");

	(void)span_split(word, '=', &key, &value);
	return config_set(config, share, key, value, true, reterr);
}

int config_share_option(struct config *config, struct span text,
			struct config_error *reterr)
{
	struct config_share *share;
	struct span name, rest, word;
	size_t before = config->n_shares;
	bool more;
	int r;

	if (!span_split(text, '=', &name, &rest))
		return refuse(reterr, "say --share NAME=PATH",
			      "\"%.*s\" is not NAME=PATH", span_width(text),
			      text.data);
	r = config_share(config, name, &share, reterr);
	if (r < 0)
		return r;
	if (config->n_shares == before)
		return refuse(reterr, "give each share its own name",
			      "share \"%.*s\" is given twice", span_width(name),
			      name.data);
	more = span_split(rest, ',', &word, &rest);
	r = config_set(config, share, span_of("path"), more ? word : rest, true,
		       reterr);
	while (r == 0 && more) {
		more = span_split(rest, ',', &word, &rest);
		r = share_word(config, share, more ? word : rest, reterr);
	}
	return r;
}

bool config_logs_nothing(const struct config *config)
{
	return config->log && strcmp(config->log, CONFIG_LOG_NONE) == 0;
}

const char *config_unix_path(const struct config *config)
{
	const size_t size = strlen(UNIX_PREFIX);

	return config->listen && strncmp(config->listen, UNIX_PREFIX, size) == 0
		       ? config->listen + size
		       : NULL;
}

bool config_has_peers(const struct config *config)
{
	return config->peers && config_unix_path(config);
}

bool config_asks_for_sids(const struct config *config)
{
	return config->identities && config_has_peers(config);
}

bool config_takes_passwords(const struct config *config)
{
	return config->basic && (config->accounts || config->system_accounts);
}

bool config_keeps(const struct config *config, enum config_session what)
{
	uint64_t kept = config->negotiate_session;

	if (kept == SESSION_AUTO)
		kept = config->tls_certificate ? SESSION_CONNECTION
					       : SESSION_NONE;
	return config->negotiate && (kept & what);
}

size_t config_header_size(const struct config *config)
{
	if (config->max_header_size)
		return config->max_header_size;
	return config->negotiate ? HEADER_SIZE_NEGOTIATE : HEADER_SIZE;
}

bool config_audits_journal(const struct config *config)
{
	return config->audit == AUDIT_JOURNAL || config->audit == AUDIT_BOTH;
}

static const char *choice_name(const struct choice *choices, uint64_t value)
{
	while (choices->name && choices->value != value)
		choices++;
	must(choices->name);
	return choices->name;
}

static int format_key(struct guise_buf *out, const void *base,
		      const struct key *key)
{
	const void *from = (const char *)base + key->offset;
	const char *text;

	switch (key->kind) {
	case KIND_TEXT:
	case KIND_PATH:
	case KIND_LOG:
		text = *(char *const *)from;
		return text ? buf_printf(out, "%s=%s\n", key->name, text) : 0;
	case KIND_SWITCH:
		return buf_printf(out, "%s=%s\n", key->name,
				  *(const bool *)from ? "yes" : "no");
	case KIND_NUMBER:
	case KIND_SIZE:
		/* left to what others say */
		if (*(const uint64_t *)from < key->min)
			return 0;
		return buf_printf(out, "%s=%" PRIu64 "\n", key->name,
				  *(const uint64_t *)from);
	case KIND_CHOICE:
		return buf_printf(
			out, "%s=%s\n", key->name,
			choice_name(
				key->choices,
				key->choices == policies
					? *(const enum guise_share_policy *)from
					: *(const uint64_t *)from));
	}
	return -EINVAL;
}

static int format_keys(struct guise_buf *out, const void *base,
		       const struct key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = format_key(out, base, &keys[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

int config_format(const struct config *config, struct guise_buf *out)
{
	int r = format_keys(out, config, server_keys, ARRAY_SIZE(server_keys));

	for (size_t i = 0; r == 0 && i < config->n_shares; i++) {
		r = buf_printf(out, "[share %s]\n", config->shares[i].name);
		if (r == 0)
			r = format_keys(out, &config->shares[i], share_keys,
					ARRAY_SIZE(share_keys));
	}
	return r;
}
