/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does it cost to open a file as its client?
 *
 * open + read 4 KiB + close of a file that only its client may read, each time
 * as another client, by every engine, with 5, 32, 200 and 1000 groups; against
 * the same by the service itself with plain openat(2). Every test takes its
 * turn in every round, so that drift hits all alike; shown are the medians of
 * the rounds, and their ratios to the plain one. Use the ratios.
 *
 *	sudo taskset -c 1 build/bench/open_as_client [ROUNDS]
 *
 * Needs root. Exits 1 when the ring engine costs more than 1.15 of plain at
 * any size. An engine that the host does not offer is left out and named.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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

static int make_switch(struct guise_engine **ret)
{
	return guise_engine_new_switch(ret);
}

static int make_ring(struct guise_engine **ret)
{
	return guise_engine_new_ring(65534, 65534, ret);
}

/* Another engine is another row. */
static const struct {
	const char *name;
	int (*make)(struct guise_engine **ret);
	double target; /* 0: none */
} engines[] = {
	{"switch", make_switch, 0},
	{"ring", make_ring, RING_TARGET},
};
#define ENGINES ARRAY_SIZE(engines)

struct bench {
	int dir;
	char path[64];
	const struct guise_token *tokens[SIZES][CLIENTS];
	struct guise_engine *engines[ENGINES];
	unsigned rounds;
	unsigned next_client;
	double *plain;			/* a value a round, in ns */
	double *values[ENGINES][SIZES]; /* the same */
};

static void file_name(unsigned client, char ret[16])
{
	must(snprintf(ret, 16, "client%u", client) < 16);
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

static void make_file(int dir, unsigned client)
{
	static const char content[4096];
	char name[16];
	int fd;

	file_name(client, name);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(fd >= 0);
	must(write(fd, content, sizeof(content)) == (ssize_t)sizeof(content));
	must(fchown(fd, FIRST_ID + client, FIRST_ID + client) == 0);
	(void)fd_close(fd);
}

static void set_up(struct bench *b)
{
	memcpy(b->path, "/tmp/guise-bench-XXXXXX", 24);
	must(mkdtemp(b->path) != NULL);
	must(chmod(b->path, 0755) == 0);
	b->dir = open(b->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(b->dir >= 0);
	for (unsigned c = 0; c < CLIENTS; c++) {
		make_file(b->dir, c);
		for (size_t s = 0; s < SIZES; s++)
			b->tokens[s][c] = make_token(c, group_counts[s]);
	}
	b->plain = array_alloc(b->rounds, sizeof(double));
	must(b->plain);
	for (size_t e = 0; e < ENGINES; e++) {
		int r = engines[e].make(&b->engines[e]);

		if (r < 0)
			printf("%s: not here: %s\n", engines[e].name,
			       guise_strerror(r));
		for (size_t s = 0; s < SIZES; s++) {
			b->values[e][s] =
				array_alloc(b->rounds, sizeof(double));
			must(b->values[e][s]);
		}
	}
}

static void tear_down(struct bench *b)
{
	for (unsigned c = 0; c < CLIENTS; c++) {
		char name[16];

		file_name(c, name);
		(void)unlinkat(b->dir, name, 0);
		for (size_t s = 0; s < SIZES; s++)
			(void)guise_token_unref(b->tokens[s][c]);
	}
	for (size_t e = 0; e < ENGINES; e++) {
		(void)guise_engine_free(b->engines[e]);
		for (size_t s = 0; s < SIZES; s++)
			free(b->values[e][s]);
	}
	free(b->plain);
	(void)fd_close(b->dir);
	(void)rmdir(b->path);
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

static void open_plain(const struct bench *b, unsigned client)
{
	char name[16];
	int fd;

	file_name(client, name);
	fd = openat(b->dir, name, O_RDONLY | O_CLOEXEC);
	must(fd >= 0);
	read_and_close(fd);
}

static void open_as(const struct bench *b, size_t engine, size_t size,
		    unsigned client)
{
	char name[16];
	int fd;

	file_name(client, name);
	must(guise_file_open(b->engines[engine], b->tokens[size][client],
			     b->dir, name, O_RDONLY, 0, 0, &fd) == 0);
	read_and_close(fd);
}

static double measure_plain(struct bench *b)
{
	unsigned n = 400;
	double before = now_ns();

	for (unsigned i = 0; i < n; i++)
		open_plain(b, b->next_client++ % CLIENTS);
	return (now_ns() - before) / n;
}

static double measure(struct bench *b, size_t engine, size_t size)
{
	/* what sorts the groups each time takes longer: fewer of it */
	unsigned n = engines[engine].target > 0 ? 400 : 64;
	double before = now_ns();

	for (unsigned i = 0; i < n; i++)
		open_as(b, engine, size, b->next_client++ % CLIENTS);
	return (now_ns() - before) / n;
}

static void run_round(struct bench *b, unsigned round)
{
	b->plain[round] = measure_plain(b);
	for (size_t s = 0; s < SIZES; s++) {
		for (size_t e = 0; e < ENGINES; e++) {
			if (b->engines[e])
				b->values[e][s][round] = measure(b, e, s);
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

static int report(struct bench *b)
{
	double plain = median(b->plain, b->rounds);
	int missed = 0;

	printf("%-8s %7s %10s %8s\n", "engine", "groups", "ns", "x plain");
	printf("%-8s %7s %10.0f %8.2f\n", "plain", "-", plain, 1.0);
	for (size_t e = 0; e < ENGINES; e++) {
		for (size_t s = 0; b->engines[e] && s < SIZES; s++) {
			double value = median(b->values[e][s], b->rounds);
			double ratio = value / plain, target;

			target = engines[e].target;
			missed |= target > 0 && ratio > target;
			printf("%-8s %7zu %10.0f %8.2f%s\n", engines[e].name,
			       group_counts[s], value, ratio,
			       target > 0 && ratio > target
				       ? "  above the target"
				       : "");
		}
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
	int missed;

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
	missed = report(&b);
	tear_down(&b);
	return missed;
}
