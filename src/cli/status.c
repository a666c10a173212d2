/* SPDX-License-Identifier: Apache-2.0 */
/* guise status: asks a running server how things stand and shows it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "buf.h"
#include "fd.h"

#include "cli.h"
#include "options.h"

#define CONTROL_PATH "/run/guise/control.sock"
/* An answer of more is no answer of ours. */
#define ANSWER_MAX (256u << 20)

const char cmd_status_help[] =
	"usage: guise status [--json] [--flush] [--control PATH]\n"
	"\n"
	"Shows a running guise serve: its workers and their counters, who is "
	"logged on,\n"
	"how many identities are registered in the kernel, what protects the "
	"workers,\n"
	"and the last denials. Needs root.\n"
	"\n"
	"  --json          the same as one JSON object\n"
	"  --flush         forget what the server remembers of accounts and "
	"ask "
	"about\n"
	"                  everybody who is logged on: who is gone, has other "
	"groups or\n"
	"                  rights, or cannot be asked about is logged off at "
	"once, and\n"
	"                  Kerberos clients log on again. Waits until that is "
	"done\n"
	"  --control PATH  the server's control socket (" CONTROL_PATH ")\n"
	"\n"
	"exit codes: 0 shown or flushed, 2 usage, 3 no server answers\n";

static int read_all(int fd, struct guise_buf *out)
{
	uint8_t *at;
	ssize_t n;
	int r;

	do {
		r = buf_reserve(out, 65536, &at);
		if (r < 0)
			return r;
		n = read(fd, at, 65536);
		if (n < 0)
			return -errno;
		out->size += (size_t)n;
		if (out->size > ANSWER_MAX)
			return -EMSGSIZE;
	} while (n > 0);
	return 0;
}

/* @what: a line; an answer that takes long is waited for. */
static int ask(const char *path, const char *what, time_t seconds,
	       struct guise_buf *out)
{
	const struct timeval patience = {.tv_sec = seconds};
	const size_t size = strlen(what);
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) < 0 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) <
		    0 ||
	    send(fd, what, size, MSG_NOSIGNAL) != (ssize_t)size)
		return -errno;
	return read_all(fd, out);
}

static int no_answer(const char *path, int code)
{
	const char *todo;

	if (code == -EACCES || code == -EPERM)
		todo = "run it as root";
	else if (code == -ENOENT || code == -ECONNREFUSED)
		todo = "start guise serve, or name its socket with --control";
	else
		todo = "see the server's log";
	return cli_failed(path, code, todo);
}

/* --- for people --- */

static json_int_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value ? value : "-";
}

/* "3d 4h", "5m 6s": the two largest units. */
static const char *duration(json_int_t seconds, char ret[32])
{
	const int64_t s = seconds;

	if (s >= 86400)
		(void)snprintf(ret, 32, "%" PRId64 "d %" PRId64 "h", s / 86400,
			       s / 3600 % 24);
	else if (s >= 3600)
		(void)snprintf(ret, 32, "%" PRId64 "h %" PRId64 "m", s / 3600,
			       s / 60 % 60);
	else if (s >= 60)
		(void)snprintf(ret, 32, "%" PRId64 "m %" PRId64 "s", s / 60,
			       s % 60);
	else
		(void)snprintf(ret, 32, "%" PRId64 "s", s);
	return ret;
}

/* What a stranger may have chosen (names, paths) never controls a terminal. */
static void print_escaped(const char *value)
{
	for (; *value; value++) {
		const unsigned char c = (unsigned char)*value;

		if (c < 0x20 || c == 0x7f)
			printf("\\x%02x", c);
		else
			(void)putchar(c);
	}
}

static void print_features(const json_t *status)
{
	const json_t *feature;
	size_t i;

	printf("protection\n");
	json_array_foreach(json_object_get(status, "features"), i, feature)
		printf("  %s %s\n",
		       json_is_true(json_object_get(feature, "on")) ? "+" : "-",
		       text(feature, "text"));
}

static void print_session(const json_t *session)
{
	char age[32], idle[32];

	printf("    ");
	print_escaped(text(session, "name"));
	printf("  uid %" JSON_INTEGER_FORMAT
	       "  %s  by %s  on for %s, idle %s\n",
	       number(session, "uid"), text(session, "sid"),
	       text(session, "logon"),
	       duration(number(session, "age_seconds"), age),
	       duration(number(session, "idle_seconds"), idle));
}

static void print_worker(const json_t *worker)
{
	const json_t *sessions = json_object_get(worker, "sessions");
	const json_t *session;
	char up[32];
	size_t i;

	printf("worker %" JSON_INTEGER_FORMAT ": pid %" JSON_INTEGER_FORMAT
	       ", up %s, %" JSON_INTEGER_FORMAT " restarts, engine %s%s\n",
	       number(worker, "number"), number(worker, "pid"),
	       duration(number(worker, "up_seconds"), up),
	       number(worker, "restarts"), text(worker, "engine"),
	       json_is_true(json_object_get(worker, "draining")) ? ", draining"
								 : "");
	printf("  %" JSON_INTEGER_FORMAT " requests, %" JSON_INTEGER_FORMAT
	       " denied, %" JSON_INTEGER_FORMAT " errors, %" JSON_INTEGER_FORMAT
	       " connections, "
	       "%" JSON_INTEGER_FORMAT " bytes out, %" JSON_INTEGER_FORMAT
	       " bytes in\n",
	       number(worker, "requests"), number(worker, "denied"),
	       number(worker, "errors"), number(worker, "connections"),
	       number(worker, "bytes_sent"), number(worker, "bytes_received"));
	printf("  %zu clients logged on; %" JSON_INTEGER_FORMAT
	       " identities in each of %" JSON_INTEGER_FORMAT " rings\n",
	       json_array_size(sessions), number(worker, "identities"),
	       number(worker, "rings"));
	json_array_foreach(sessions, i, session) print_session(session);
}

static void print_denials(const json_t *status)
{
	const json_t *denials = json_object_get(status, "denials");
	const json_t *denial;
	size_t i;

	if (json_array_size(denials) == 0)
		return;
	printf("last denials\n");
	json_array_foreach(denials, i, denial)
	{
		const time_t when = (time_t)number(denial, "time");
		char stamp[32] = "";
		struct tm tm;

		if (localtime_r(&when, &tm))
			(void)strftime(stamp, sizeof(stamp), "%F %T", &tm);
		printf("  %s  ", stamp);
		print_escaped(text(denial, "user"));
		printf("  ");
		print_escaped(text(denial, "text"));
		printf("\n");
	}
}

static void print_pools(const json_t *logon)
{
	const json_t *pool;
	size_t i;

	json_array_foreach(json_object_get(logon, "pools"), i, pool) printf(
		"  %s: %" JSON_INTEGER_FORMAT " helpers, %" JSON_INTEGER_FORMAT
		" busy, %" JSON_INTEGER_FORMAT " waiting, %" JSON_INTEGER_FORMAT
		" restarts\n",
		text(pool, "name"), number(pool, "helpers"),
		number(pool, "busy"), number(pool, "waiting"),
		number(pool, "restarts"));
}

static void print_logons(const json_t *logon)
{
	printf("logon: %" JSON_INTEGER_FORMAT " helpers, %" JSON_INTEGER_FORMAT
	       " logons and %" JSON_INTEGER_FORMAT
	       " refusals remembered, used %" JSON_INTEGER_FORMAT " times\n",
	       number(logon, "helpers"), number(logon, "remembered"),
	       number(logon, "remembered_refusals"), number(logon, "hits"));
	print_pools(logon);
}

static void print_status(const json_t *status)
{
	const json_t *worker;
	char up[32];
	size_t i;

	printf("guise serve: pid %" JSON_INTEGER_FORMAT ", up %s%s\n",
	       number(status, "pid"),
	       duration(number(status, "up_seconds"), up),
	       json_is_true(json_object_get(status, "stopping")) ? ", stopping"
								 : "");
	print_features(status);
	print_logons(json_object_get(status, "logon"));
	json_array_foreach(json_object_get(status, "workers"), i, worker)
		print_worker(worker);
	print_denials(status);
}

static void print_flush(const json_t *flush)
{
	printf("flushed: %" JSON_INTEGER_FORMAT
	       " accounts asked about, %" JSON_INTEGER_FORMAT
	       " without an answer, %" JSON_INTEGER_FORMAT
	       " clients logged off\n",
	       number(flush, "names"), number(flush, "unanswered"),
	       number(flush, "logged_off"));
}

static int show(const struct guise_buf *answer, bool as_json, bool flush)
{
	json_error_t error;
	json_t *status;

	status =
		json_loadb((const char *)answer->data, answer->size, 0, &error);
	if (!status)
		return cli_error(CLI_FAILED, "status", "no answer of a server",
				 "is it guise that listens there?");
	if (json_object_get(status, "error")) {
		(void)cli_error(CLI_FAILED, "status", text(status, "error"),
				"run it as root");
		json_decref(status);
		return CLI_FAILED;
	}
	if (as_json) {
		(void)json_dumpf(status, stdout, JSON_INDENT(2));
		(void)putchar('\n');
	} else if (flush) {
		print_flush(status);
	} else {
		print_status(status);
	}
	json_decref(status);
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

int cmd_status(int argc, char **argv)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf answer = {0};
	const char *path = CONTROL_PATH;
	bool as_json = false, flush = false;
	const struct cli_option options[] = {
		{"json", NULL, &as_json},
		{"flush", NULL, &flush},
		{"control", &path, NULL},
	};
	int r;

	r = cli_options(&argc, argv, options, ARRAY_SIZE(options));
	if (r != 0)
		return r;
	if (argc != 1)
		return cli_error(CLI_USAGE, argv[1], "too many arguments",
				 "see guise status --help");
	/* a directory may be slow, and many may be logged on */
	r = flush ? ask(path, "flush\n", 600, &answer)
		  : ask(path, "status\n", 10, &answer);
	if (r < 0)
		return no_answer(path, r);
	return show(&answer, as_json, flush);
}
