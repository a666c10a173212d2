/* SPDX-License-Identifier: Apache-2.0 */
/* guise serve: the options, read again with the file at each reload. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "serve.h"

#include "cli.h"
#include "policies-json.h"

#define CONFIG_SIZE_MAX (1u << 20)

const char cmd_serve_help[] =
	"usage: guise serve --config FILE [OPTION...]\n"
	"       guise serve --listen ADDRESS:PORT --share NAME=PATH[,...] "
	"[OPTION...]\n"
	"       guise serve --check ...\n"
	"\n"
	"A file server over HTTP and WebDAV in which every request is carried "
	"out as its\n"
	"client. Runs until SIGTERM; SIGHUP reads the configuration again.\n"
	"\n"
	"  --config FILE            INI file; every key below is KEY = VALUE "
	"in "
	"it, and a\n"
	"                           share is a section [share NAME]\n"
	"  --check                  say whether the configuration is good, "
	"start "
	"nothing;\n"
	"                           what is only warned of is good\n"
	"\n"
	"what is served\n"
	"  --listen ADDRESS:PORT    127.0.0.1:8080, [::1]:8080\n"
	"  --listen unix:PATH       a Unix socket; its peers are clients\n"
	"  --plain-http             no TLS on an address others can reach "
	"(behind a proxy)\n"
	"  --tls-certificate FILE   PEM, with --tls-key FILE\n"
	"  --share NAME=PATH[,policy=both|posix][,anonymous][,read-only]\n"
	"                    [,hide-unreadable][,no-symlinks]\n"
	"                           at /NAME/; =PATH (no name) at /, alone. In "
	"the file:\n"
	"                           path, policy, anonymous, read-only, ...\n"
	"  --max-listing N          names shown of one directory (100000)\n"
	"\n"
	"who may come\n"
	"  --accounts FILE          accounts made by guise account\n"
	"  --system-accounts        users of this system, through PAM\n"
	"  --pam-service NAME       (guise)   --pam-confdir DIR\n"
	"  --basic=yes|no           passwords are taken (yes)\n"
	"  --peers=yes|no           clients of a Unix socket are who the "
	"kernel says (yes);\n"
	"                           no: behind a proxy\n"
	"  --negotiate              Kerberos clients (Negotiate); needs "
	"--identities\n"
	"  --identities FILE        which principal is whom, and which ids "
	"SIDs "
	"have\n"
	"  --keytab FILE            (the system's)\n"
	"  --kerberos-service NAME  HTTP@host.example (any key of the keytab)\n"
	"  --channel-bindings when-sent|required|off   of TLS, that a ticket "
	"is bound to\n"
	"                           (when-sent)\n"
	"  --negotiate-session auto|connection|cookie|both|none   who has "
	"negotiated is\n"
	"                           known by (auto: with TLS the connection)\n"
	"  --uid-min N              smallest uid that may be served (1)\n"
	"  --logon-cache SECONDS    a password, or ticket, is checked again "
	"after (60)\n"
	"\n"
	"how it runs\n"
	"  --worker-user USER       name or UID:GID, not root (guise)\n"
	"  --workers N  --threads N  --jobs N     processes; event and "
	"blocking "
	"threads\n"
	"                           in each (1, 2, 4)\n"
	"  --engine auto|ring|broker\n"
	"  --state DIR              journal of temporaries (/var/lib/guise)\n"
	"  --control PATH           socket for guise status\n"
	"  --log FILE|none          access log (stderr)   --log-format "
	"text|json\n"
	"  --audit log|journal|both|off   what descriptors' SACLs want on "
	"record (log); in\n"
	"                           the journal, the log has what that does "
	"not "
	"take\n"
	"  --journal-socket PATH    (" CONFIG_JOURNAL ")\n"
	"  --durable=yes|no         a PUT is on the disk before it is answered "
	"(yes)\n"
	"\n"
	"central access policies, which SACLs name (SP)\n"
	"  --central-policies FILE  JSON: [{\"id\": \"S-1-17-...\", "
	"\"name\": TEXT, \"rules\":\n"
	"                           [{\"name\": TEXT, \"applies_to\": "
	"CONDITION,\n"
	"                           \"dacl\": \"D:...\", \"staged\": "
	"\"D:...\"}]}]; what is staged\n"
	"                           is only told of in the log\n"
	"\n"
	"limits, of each worker\n"
	"  --max-upload SIZE (1T)             --max-header-size SIZE (16K,\n"
	"                                     with --negotiate 80K)\n"
	"  --max-connections N (4096)         --max-connections-per-address N "
	"(256)\n"
	"  --max-requests-per-client N (64)   --max-sessions N (4096)\n"
	"  --idle-timeout SECONDS (60)        --upload-timeout SECONDS "
	"(86400)\n"
	"  --drain-timeout SECONDS (10)\n"
	"\n"
	"exit codes: 0 ended by SIGTERM, or the configuration is good; 2 usage "
	"or\n"
	"configuration; 3 could not run\n";

struct arguments {
	int argc;
	char **argv;
	const char *config;
	bool check;
};

static int complain(struct config_error *reterr, const char *where,
		    const char *why, const char *todo)
{
	(void)snprintf(reterr->where, sizeof(reterr->where), "%s", where);
	(void)snprintf(reterr->why, sizeof(reterr->why), "%s", why);
	reterr->todo = todo;
	return -EINVAL;
}

static int read_file(const char *path, struct guise_buf *ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	uint8_t *at;
	ssize_t n;
	int r;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	do {
		r = buf_reserve(ret, 4096, &at);
		if (r < 0)
			return r;
		n = read(fd, at, 4096);
		if (n < 0)
			return -errno;
		ret->size += (size_t)n;
		if (ret->size > CONFIG_SIZE_MAX)
			return -EFBIG;
	} while (n > 0);
	return 0;
}

static int load_file(const char *path, struct config *config,
		     struct config_error *reterr)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	int r = read_file(path, &text);

	if (r < 0)
		return complain(reterr, path, guise_strerror(r),
				"name a readable file with --config");
	return config_parse(config, path,
			    (struct span){(char *)text.data, text.size},
			    reterr);
}

/* One option at argv[*at], which moves on. */
static int apply_option(const struct arguments *a, int *at,
			struct config *config, struct config_error *reterr)
{
	const char *argument = a->argv[(*at)++];
	struct span key, value = {0};
	bool has_value;

	(void)snprintf(reterr->where, sizeof(reterr->where), "%.200s",
		       argument);
	if (strncmp(argument, "--", 2) != 0)
		return complain(reterr, argument, "not an option",
				"see guise serve --help");
	key = span_of(argument + 2);
	has_value = span_split(key, '=', &key, &value);
	if (span_equal(key, "check") && !has_value)
		return 0;
	if (!config_has_key(key) && !span_equal(key, "config") &&
	    !span_equal(key, "share"))
		return complain(reterr, argument, "unknown option",
				"see guise serve --help");
	if (!has_value && config_is_switch(key))
		value = span_of("yes");
	else if (!has_value && *at < a->argc)
		value = span_of(a->argv[(*at)++]);
	else if (!has_value)
		return complain(reterr, argument, "needs a value",
				"see guise serve --help");
	if (span_equal(key, "config"))
		return 0;
	if (span_equal(key, "share"))
		return config_share_option(config, value, reterr);
	return config_set(config, NULL, key, value, false, reterr);
}

/* File first, options over it. */
static int load(void *context, struct config *ret, struct config_error *reterr)
{
	const struct arguments *a = context;
	int r = 0;

	if (a->config)
		r = load_file(a->config, ret, reterr);
	for (int at = 1; r == 0 && at < a->argc;)
		r = apply_option(a, &at, ret, reterr);
	return r;
}

/* The two that are not the configuration's own. */
static void find_arguments(struct arguments *a)
{
	for (int i = 1; i < a->argc; i++) {
		const char *argument = a->argv[i];

		if (strcmp(argument, "--check") == 0)
			a->check = true;
		if (strncmp(argument, "--config=", 9) == 0)
			a->config = argument + 9;
		if (strcmp(argument, "--config") == 0 && i + 1 < a->argc)
			a->config = a->argv[i + 1];
	}
}

static const char *what_to_do(int code)
{
	switch (code) {
	case -EADDRINUSE:
		return "the control socket is another server's; give --control "
		       "another path";
	case -EEXIST:
		return "what lies at the control path is no socket; give "
		       "--control another path";
	case -ENOSYS:
		return "this host has no io_uring for us; use --engine auto or "
		       "broker";
	default:
		return "run it as root; see guise serve --help";
	}
}

static int say(const struct config_error *error, int code)
{
	if (!error->why[0])
		return cli_failed("serve", code, what_to_do(code));
	return cli_error(CLI_USAGE, error->where, error->why, error->todo);
}

static int read_policies(struct span text, const struct guise_policies **ret,
			 struct guise_error_info *reterr)
{
	json_error_t error;
	json_t *json = json_loadb(text.size ? text.data : "", text.size,
				  JSON_REJECT_DUPLICATES, &error);
	int r;

	if (!json) {
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "line %d: %.90s", error.line, error.text);
		return -EINVAL;
	}
	r = policies_from_json(json, NULL, ret, reterr);
	json_decref(json);
	return r;
}

static void tell_if_blind(void)
{
	static const struct config_error warning = {
		.where = "serve --check",
		.why = "not run as root",
		.todo = "what root alone may read is taken for unreadable",
	};

	if (geteuid() != 0)
		serve_warn(&warning);
}

static int check(struct arguments *a)
{
	GUISE_AUTO(config_clear) struct config config = {0};
	struct config_error error = {0};
	int r;

	config_init(&config);
	tell_if_blind();
	r = load(a, &config, &error);
	if (r == 0)
		r = config_check(&config, &error);
	if (r == 0)
		config_tell(&config, serve_warn);
	if (r == 0)
		r = serve_check_system(&config, read_policies, serve_warn,
				       &error);
	if (r < 0)
		return say(&error, r);
	(void)printf("the configuration is good\n");
	return CLI_YES;
}

int cmd_serve(int argc, char **argv)
{
	struct arguments a = {.argc = argc, .argv = argv};
	struct config_error error = {0};
	int r;

	find_arguments(&a);
	if (a.check)
		return check(&a);
	r = serve_run(load, &a, read_policies, &error);
	return r < 0 ? say(&error, r) : CLI_YES;
}

/* Started by the authority alone; not a command for people. */
int cmd_serve_worker(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return serve_worker(read_policies);
}
