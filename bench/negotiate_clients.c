/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients of guise serve for bench/negotiate.py: plain HTTP on 127.0.0.1, one
 * request at a time. Tickets are written here (tickets.h), there is no KDC.
 *
 *	negotiate_clients keytab KEYTAB
 *	negotiate_clients PORT KEYTAB HOW N
 *
 * HOW: every       Negotiate with each request, on one connection
 *	connection  Negotiate with the first request of a connection only
 *	cookie      the same on another connection, by the cookie of that answer
 *	basic       a password with each request, on one connection
 *	anonymous   nothing, a public file
 *	users       N different users, a connection each; "FROM-TO" users
 *
 * User n is "userN", password "userN-pw", RID 1000 + n, and asks for its file
 * /files/userN. "every" is user 1, since of one user's sessions only so many
 * are kept, and the others are user 0. Prints seconds, answers of status 200,
 * and the median in microseconds of one request. Messages of Negotiate are
 * made before the clock runs, those of "users" in between.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "text.h"
#include "tickets.h"

#define SERVICE "HTTP/localhost"
#define FIRST_RID 1000u
#define ANSWER_MAX 65536
#define N_MAX 100000u

struct client {
	struct tickets tickets;
	unsigned short port;
	int fd;
	char answer[ANSWER_MAX];
	char cookie[512];
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "negotiate_clients: %s: %s\n", what, strerror(errno));
	exit(3);
}

static double now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void connect_anew(struct client *c)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(c->port),
				      .sin_addr.s_addr =
					      htonl(INADDR_LOOPBACK)};

	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&address,
				 sizeof(address)) < 0)
		die("connect");
}

/* The digits that @text begins with; 0 without. */
static unsigned number(const char *text)
{
	uint64_t value = 0;

	if (!text_to_u64(text, strspn(text, "0123456789"), UINT32_MAX, &value))
		return 0;
	return (unsigned)value;
}

/* The value of a header in the answer, or NULL; to the end of its line. */
static const char *header(const struct client *c, const char *name)
{
	const char *at = strcasestr(c->answer, name);

	return at ? at + strlen(name) : NULL;
}

/* Head and body of one answer; the status. */
static int read_answer(struct client *c)
{
	size_t used = 0, whole = 0;
	const char *end, *length;
	ssize_t n;

	while (!whole || used < whole) {
		n = recv(c->fd, c->answer + used, ANSWER_MAX - 1 - used, 0);
		if (n <= 0)
			die("the server closed the connection");
		used += (size_t)n;
		c->answer[used] = 0;
		end = strstr(c->answer, "\r\n\r\n");
		if (!end || whole)
			continue;
		length = header(c, "\r\nContent-Length: ");
		whole = (size_t)(end + 4 - c->answer) +
			(length ? number(length) : 0);
		if (whole >= ANSWER_MAX)
			die("a long answer");
	}
	return (int)number(c->answer + strlen("HTTP/1.1 "));
}

/* One request; @authorization is a whole header line, or "". */
static int ask(struct client *c, const char *path, const char *authorization)
{
	static char text[ANSWER_MAX];
	int n = snprintf(text, sizeof(text),
			 "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path,
			 authorization);

	if (send(c->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		die("send");
	return read_answer(c);
}

static char *base64(const unsigned char *data, size_t size, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		unsigned v = (unsigned)data[i] << 16;

		v |= i + 1 < size ? (unsigned)data[i + 1] << 8 : 0;
		v |= i + 2 < size ? data[i + 2] : 0;
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = i + 1 < size ? digits[v >> 6 & 63] : '=';
		*out++ = i + 2 < size ? digits[v & 63] : '=';
	}
	return out;
}

/* A header line, to be freed. */
static char *negotiate_line(struct client *c, unsigned user)
{
	static const char name[] = "Authorization: Negotiate ";
	gss_buffer_desc message;
	OM_uint32 minor;
	char who[32], *line, *end;

	(void)snprintf(who, sizeof(who), "user%u", user);
	tickets_message(&c->tickets, who, FIRST_RID + user,
			"513 1200 1201 1202 1203", true, &message);
	line = malloc(sizeof(name) + message.length * 2 + 8);
	if (!line)
		abort();
	memcpy(line, name, sizeof(name));
	end = base64(message.value, message.length, line + strlen(line));
	memcpy(end, "\r\n", 3);
	(void)gss_release_buffer(&minor, &message);
	return line;
}

static char *basic_line(unsigned user)
{
	static const char name[] = "Authorization: Basic ";
	char text[64], *line = calloc(1, sizeof(name) + 160), *end;
	int n = snprintf(text, sizeof(text), "user%u:user%u-pw", user, user);

	if (!line)
		abort();
	memcpy(line, name, sizeof(name));
	end = base64((const unsigned char *)text, (size_t)n,
		     line + strlen(line));
	memcpy(end, "\r\n", 3);
	return line;
}

static void take_cookie(struct client *c)
{
	const char *cookie = header(c, "\r\nSet-Cookie: ");

	if (!cookie) {
		fprintf(stderr, "negotiate_clients: no cookie\n");
		exit(3);
	}
	(void)snprintf(c->cookie, sizeof(c->cookie), "Cookie: %.*s\r\n",
		       (int)strcspn(cookie, ";\r"), cookie);
}

static int compare(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static void print_result(double *samples, unsigned n, unsigned good)
{
	double sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += samples[i];
	qsort(samples, n, sizeof(samples[0]), compare);
	printf("%.3f %u %.1f\n", sum / 1e6, good, samples[n / 2]);
}

/* @lines: one for each request, or one NULL-terminated for all */
static void ask_often(struct client *c, const char *path, char **lines,
		      bool each, unsigned n)
{
	static double samples[N_MAX];
	unsigned good = 0;
	double start;

	for (unsigned i = 0; i < n; i++) {
		start = now_us();
		good += ask(c, path, lines[each ? i : 0]) == 200;
		samples[i] = now_us() - start;
	}
	print_result(samples, n, good);
}

static void users(struct client *c, unsigned from, unsigned to)
{
	static double samples[N_MAX];
	unsigned good = 0;
	char path[64], *line;
	double start;

	for (unsigned user = from; user < to; user++) {
		line = negotiate_line(c, user);
		(void)snprintf(path, sizeof(path), "/files/user%u", user);
		start = now_us();
		connect_anew(c);
		good += ask(c, path, line) == 200;
		samples[user - from] = now_us() - start;
		free(line);
	}
	print_result(samples, to - from, good);
}

static void every(struct client *c, unsigned n)
{
	static char *lines[N_MAX];

	for (unsigned i = 0; i < n; i++)
		lines[i] = negotiate_line(c, 1);
	ask_often(c, "/files/user1", lines, true, n);
}

/* Logged on with a first request, which is not counted */
static void session(struct client *c, bool by_cookie, unsigned n)
{
	char *line = negotiate_line(c, 0), nothing[] = "";

	if (ask(c, "/files/user0", line) != 200)
		fprintf(stderr, "negotiate_clients: %s\n", c->answer);
	line[0] = 0;
	if (by_cookie) {
		take_cookie(c);
		connect_anew(c);
	}
	ask_often(c, "/files/user0",
		  (char *[]){by_cookie ? c->cookie : nothing}, false, n);
	free(line);
}

static void run(struct client *c, const char *how, const char *count)
{
	unsigned n = number(count);
	const char *dash = strchr(count, '-');
	char nothing[] = "";

	if (n > N_MAX)
		n = N_MAX;
	if (strcmp(how, "users") == 0 && dash)
		users(c, n, number(dash + 1));
	else if (strcmp(how, "every") == 0)
		every(c, n);
	else if (strcmp(how, "connection") == 0)
		session(c, false, n);
	else if (strcmp(how, "cookie") == 0)
		session(c, true, n);
	else if (strcmp(how, "basic") == 0)
		ask_often(c, "/files/user0", (char *[]){basic_line(0)}, false,
			  n);
	else if (strcmp(how, "anonymous") == 0)
		ask_often(c, "/public/hello", (char *[]){nothing}, false, n);
	else
		exit(2);
}

int main(int argc, char **argv)
{
	static struct client c = {.fd = -1};

	if (argc == 3 && strcmp(argv[1], "keytab") == 0) {
		tickets_keytab(argv[2], SERVICE);
		return 0;
	}
	if (argc != 5)
		return 2;
	c.port = (unsigned short)number(argv[1]);
	tickets_open(&c.tickets, argv[2], SERVICE);
	connect_anew(&c);
	run(&c, argv[3], argv[4]);
	return 0;
}
