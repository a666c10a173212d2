/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does it cost to open a file as its client?
 *
 * open + read 4 KiB + close of a file that only its client may read, each time
 * as another client, by every engine, with 5, 32, 200 and 1000 groups. Against
 *
 *  plain  the service itself doing the same: openat2(2) beneath a directory,
 *         fstat(2) to see that it is a file, read, close
 *  bare   the service itself with openat(2), read, close and no care at all
 *
 * once for names in the share's root and once three directories deep. Every
 * test takes its turn in every round, so that drift hits all alike; shown are
 * the medians of the rounds, and their ratios to plain and to bare. Use the
 * ratios.
 *
 *	sudo taskset -c 1 build/bench/open_as_client [ROUNDS]
 *
 * Needs root. Exits 1 when the ring engine costs more than 1.15 of plain at
 * any size. An engine that the host does not offer is left out and named.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <guise/authority.h>
#include <guise/file.h>
#include <guise/impersonate.h>

#include "fd.h"
#include "text.h"

#define CLIENTS 16
#define FIRST_ID 320000u
#define ROUNDS_DEFAULT 41
#define ROUNDS_MAX 1001
#define RING_TARGET 1.15

static const size_t group_counts[] = {5, 32, 200, 1000};
#define SIZES ARRAY_SIZE(group_counts)

/* Where the files are beneath the root */
static const char *const places[] = {"", "projects/alpha/reports/"};
#define PLACES ARRAY_SIZE(places)

static int make_switch(struct guise_engine **ret)
{
	return guise_engine_new_switch(ret);
}

static int make_ring(struct guise_engine **ret)
{
	return guise_engine_new_ring(65534, 65534, ret);
}

/* Another engine is another row. Without @make it is a worker's, with an
 * authority of its own: "worker" its ring, "broker" by request. */
static const struct {
	const char *name;
	int (*make)(struct guise_engine **ret);
	enum guise_engine_choice choice;
	double target; /* 0: none */
} engines[] = {
	{"switch", make_switch, 0, 0},
	{"ring", make_ring, 0, RING_TARGET},
	{"worker", NULL, GUISE_ENGINE_RING, RING_TARGET},
	{"broker", NULL, GUISE_ENGINE_BROKER, 0},
};
#define ENGINES ARRAY_SIZE(engines)

/* A value a round, in ns, for each test. */
struct values {
	double *plain;
	double *bare;
	double *engines[ENGINES][SIZES];
};

struct bench {
	int dir;
	char path[64];
	char state[80];
	const struct guise_token *clients[SIZES][CLIENTS];
	struct guise_engine *engines[ENGINES];
	/* by engine: a worker's clients are sessions, its root is a copy */
	const struct guise_token *tokens[ENGINES][SIZES][CLIENTS];
	int dirs[ENGINES];
	struct guise_authority *authorities[ENGINES];
	unsigned rounds;
	unsigned next_client;
	struct values values[PLACES];
};

static void file_name(size_t place, unsigned client, char ret[64])
{
	must(snprintf(ret, 64, "%sclient%u", places[place], client) < 64);
}

static const struct guise_token *make_token(unsigned client, size_t n_groups)
{
	struct guise_sid user = guise_sid_of_uid(FIRST_ID + client);
	const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;
	uint32_t groups[1000];

	for (size_t i = 0; i < n_groups; i++)
		groups[i] = FIRST_ID + 10000 + client * 1000 + (uint32_t)i;
	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_unix(b, FIRST_ID + client, FIRST_ID + client,
				 groups, n_groups);
	must(guise_token_builder_seal(b, &token) == 0);
	(void)guise_token_builder_free(b);
	return token;
}

static void make_file(int dir, size_t place, unsigned client)
{
	static const char content[4096];
	char name[64];
	int fd;

	file_name(place, client, name);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(fd >= 0);
	must(write(fd, content, sizeof(content)) == (ssize_t)sizeof(content));
	must(fchown(fd, FIRST_ID + client, FIRST_ID + client) == 0);
	(void)fd_close(fd);
}

static double *make_values(const struct bench *b)
{
	double *values = array_alloc(b->rounds, sizeof(double));

	must(values);
	return values;
}

static void set_up_tree(struct bench *b)
{
	memcpy(b->path, "/tmp/guise-bench-XXXXXX", 24);
	must(mkdtemp(b->path) != NULL);
	must(chmod(b->path, 0755) == 0);
	b->dir = open(b->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(b->dir >= 0);
	must(mkdirat(b->dir, "projects", 0755) == 0);
	must(mkdirat(b->dir, "projects/alpha", 0755) == 0);
	must(mkdirat(b->dir, "projects/alpha/reports", 0755) == 0);
	for (unsigned c = 0; c < CLIENTS; c++) {
		for (size_t p = 0; p < PLACES; p++)
			make_file(b->dir, p, c);
		for (size_t s = 0; s < SIZES; s++)
			b->clients[s][c] = make_token(c, group_counts[s]);
	}
}

/* A socket made as the client has the client for its peer. */
static void connect_as(const struct guise_token *token, int ret_pair[2])
{
	GUISE_SCOPE(scope);

	must(guise_scope_begin(&scope, token) == 0);
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret_pair) == 0);
}

static void log_on(struct bench *b, size_t e)
{
	int pair[2];

	for (size_t i = 0; i < SIZES * CLIENTS; i++) {
		size_t s = i / CLIENTS, c = i % CLIENTS;

		connect_as(b->clients[s][c], pair);
		must(guise_authority_logon_peer(b->authorities[e], 0, pair[0],
						GUISE_LEVEL_IMPERSONATION,
						&b->tokens[e][s][c]) == 0);
		(void)fd_close(pair[0]);
		(void)fd_close(pair[1]);
	}
}

static int set_up_worker(struct bench *b, size_t e)
{
	const struct guise_root root = {.path = b->path};
	const struct guise_authority_options options = {
		.size = sizeof(options),
		.roots = &root,
		.n_roots = 1,
		.n_threads = 1,
		.engine = engines[e].choice,
		.service_uid = FIRST_ID - 1,
		.service_gid = FIRST_ID - 1,
		.state_directory = b->state,
		.n_logon_helpers = 1,
	};
	int r;

	r = guise_authority_start(&options, &b->authorities[e]);
	if (r < 0)
		return r;
	b->engines[e] = guise_authority_engine(b->authorities[e], 0);
	b->dirs[e] = guise_authority_root(b->authorities[e], 0);
	log_on(b, e);
	return 0;
}

static int set_up_own(struct bench *b, size_t e)
{
	b->dirs[e] = b->dir;
	for (size_t i = 0; i < SIZES * CLIENTS; i++)
		b->tokens[e][i / CLIENTS][i % CLIENTS] =
			guise_token_ref(b->clients[i / CLIENTS][i % CLIENTS]);
	return engines[e].make(&b->engines[e]);
}

static void set_up(struct bench *b)
{
	set_up_tree(b);
	must(snprintf(b->state, sizeof(b->state), "%s.state", b->path) < 80);
	for (size_t e = 0; e < ENGINES; e++) {
		int r = engines[e].make ? set_up_own(b, e)
					: set_up_worker(b, e);

		if (r < 0)
			printf("%s: not here: %s\n", engines[e].name,
			       guise_strerror(r));
	}
	for (size_t p = 0; p < PLACES; p++) {
		b->values[p].plain = make_values(b);
		b->values[p].bare = make_values(b);
		for (size_t i = 0; i < ENGINES * SIZES; i++)
			b->values[p].engines[i / SIZES][i % SIZES] =
				make_values(b);
	}
}

static void tear_down_tree(struct bench *b)
{
	for (unsigned c = 0; c < CLIENTS; c++) {
		char name[64];

		for (size_t p = 0; p < PLACES; p++) {
			file_name(p, c, name);
			(void)unlinkat(b->dir, name, 0);
		}
		for (size_t s = 0; s < SIZES; s++)
			(void)guise_token_unref(b->clients[s][c]);
	}
	(void)unlinkat(b->dir, "projects/alpha/reports", AT_REMOVEDIR);
	(void)unlinkat(b->dir, "projects/alpha", AT_REMOVEDIR);
	(void)unlinkat(b->dir, "projects", AT_REMOVEDIR);
	(void)fd_close(b->dir);
	(void)rmdir(b->path);
}

static void tear_down_engine(struct bench *b, size_t e)
{
	for (size_t i = 0; i < SIZES * CLIENTS; i++)
		(void)guise_token_unref(b->tokens[e][i / CLIENTS][i % CLIENTS]);
	if (engines[e].make)
		(void)guise_engine_free(b->engines[e]);
	if (!b->authorities[e])
		return;
	(void)guise_authority_stop(b->authorities[e]);
	(void)wait(NULL); /* it ends with us, its worker */
}

static void tear_down_state(const struct bench *b)
{
	static const char *const left[] = {"journal", "empty"};
	char path[96];

	for (size_t i = 0; i < ARRAY_SIZE(left); i++) {
		must(snprintf(path, sizeof(path), "%s/%s", b->state, left[i]) <
		     96);
		(void)rmdir(path);
	}
	(void)rmdir(b->state);
}

static void tear_down(struct bench *b)
{
	for (size_t e = 0; e < ENGINES; e++)
		tear_down_engine(b, e);
	tear_down_state(b);
	for (size_t p = 0; p < PLACES; p++) {
		free(b->values[p].plain);
		free(b->values[p].bare);
		for (size_t i = 0; i < ENGINES * SIZES; i++)
			free(b->values[p].engines[i / SIZES][i % SIZES]);
	}
	tear_down_tree(b);
}

static double now_ns(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void read_and_close(int fd)
{
	char content[4096];

	must(read(fd, content, sizeof(content)) == (ssize_t)sizeof(content));
	must(close(fd) == 0);
}

/* A test: one open, read and close as @client */
typedef void test(const struct bench *b, size_t place, size_t engine,
		  size_t size, unsigned client);

static void open_bare(const struct bench *b, size_t place, size_t engine,
		      size_t size, unsigned client)
{
	char name[64];
	int fd;

	(void)engine;
	(void)size;
	file_name(place, client, name);
	fd = openat(b->dir, name, O_RDONLY | O_CLOEXEC);
	must(fd >= 0);
	read_and_close(fd);
}

static void open_plain(const struct bench *b, size_t place, size_t engine,
		       size_t size, unsigned client)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	struct stat st;
	char name[64];
	int fd;

	(void)engine;
	(void)size;
	file_name(place, client, name);
	fd = (int)syscall(SYS_openat2, b->dir, name, &how, sizeof(how));
	must(fd >= 0);
	must(fstat(fd, &st) == 0 && S_ISREG(st.st_mode));
	read_and_close(fd);
}

static void open_as(const struct bench *b, size_t place, size_t engine,
		    size_t size, unsigned client)
{
	char name[64];
	int fd;

	file_name(place, client, name);
	must(guise_file_open(b->engines[engine],
			     b->tokens[engine][size][client], b->dirs[engine],
			     name, O_RDONLY, 0, 0, &fd) == 0);
	read_and_close(fd);
}

static double measure(struct bench *b, test *run, size_t place, size_t engine,
		      size_t size)
{
	/* what sorts the groups each time takes longer: fewer of it */
	unsigned n = run != open_as || engines[engine].target > 0 ? 400 : 48;
	double before = now_ns();

	for (unsigned i = 0; i < n; i++)
		run(b, place, engine, size, b->next_client++ % CLIENTS);
	return (now_ns() - before) / n;
}

static void run_round(struct bench *b, unsigned round)
{
	for (size_t p = 0; p < PLACES; p++) {
		struct values *v = &b->values[p];

		v->bare[round] = measure(b, open_bare, p, 0, 0);
		v->plain[round] = measure(b, open_plain, p, 0, 0);
		for (size_t i = 0; i < ENGINES * SIZES; i++) {
			size_t e = i / SIZES, s = i % SIZES;

			if (b->engines[e])
				v->engines[e][s][round] =
					measure(b, open_as, p, e, s);
		}
	}
}

static int by_value(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static double median(double *values, unsigned n)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[n / 2];
}

static int report_place(struct bench *b, size_t place)
{
	struct values *v = &b->values[place];
	double plain = median(v->plain, b->rounds);
	double bare = median(v->bare, b->rounds);
	int missed = 0;

	printf("%sclient...\n%-8s %7s %9s %8s %8s\n", places[place], "engine",
	       "groups", "ns", "x plain", "x bare");
	printf("%-8s %7s %9.0f %8.2f %8.2f\n", "bare", "-", bare, bare / plain,
	       1.0);
	printf("%-8s %7s %9.0f %8.2f %8.2f\n", "plain", "-", plain, 1.0,
	       plain / bare);
	for (size_t i = 0; i < ENGINES * SIZES; i++) {
		size_t e = i / SIZES, s = i % SIZES;
		double value, target = engines[e].target;
		bool above;

		if (!b->engines[e])
			continue;
		value = median(v->engines[e][s], b->rounds);
		above = target > 0 && value > target * plain;
		missed |= above;
		printf("%-8s %7zu %9.0f %8.2f %8.2f%s\n", engines[e].name,
		       group_counts[s], value, value / plain, value / bare,
		       above ? "  above the target" : "");
	}
	return missed;
}

static bool rounds_of(int argc, char **argv, unsigned *ret)
{
	uint64_t rounds = ROUNDS_DEFAULT;

	if (argc > 2)
		return false;
	if (argc == 2 &&
	    (!text_to_u64(argv[1], strlen(argv[1]), ROUNDS_MAX, &rounds) ||
	     rounds == 0))
		return false;
	*ret = (unsigned)rounds;
	return true;
}

int main(int argc, char **argv)
{
	struct bench b = {0};
	int missed = 0;

	if (!rounds_of(argc, argv, &b.rounds)) {
		(void)fprintf(stderr, "usage: open_as_client [ROUNDS]\n");
		return 2;
	}
	if (geteuid() != 0) {
		(void)fprintf(stderr, "open_as_client: needs root\n");
		return 77;
	}
	set_up(&b);
	run_round(&b, 0); /* registers, and warms the names */
	for (unsigned round = 0; round < b.rounds; round++)
		run_round(&b, round);
	for (size_t p = 0; p < PLACES; p++)
		missed |= report_place(&b, p);
	tear_down(&b);
	return missed;
}
