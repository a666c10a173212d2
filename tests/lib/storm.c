/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "live.h"
#include "storm.h"
#include "text.h"

/* Supplementary groups have numbers of their own, above the clients'. */
#define GROUP_BASE (LIVE_ID + 10000)

struct storm {
	const struct storm_engine *engine;
	const struct guise_token **tokens;
	unsigned n_threads, n_clients;
	int dir;
	atomic_bool stop;
	pthread_barrier_t start;
	struct live_identity main_identity;
	atomic_ulong granted, refused, wrongly_granted, wrongly_refused;
	atomic_ulong broken, looks, strangers;
};

struct rider {
	struct storm *storm;
	pthread_t thread;
	unsigned number;
};

static void file_name(char ret[32], char kind, unsigned client)
{
	(void)snprintf(ret, 32, "%c%u", kind, client);
}

/* The file says whose it is: a wrong descriptor would say somebody else. */
static bool says(int fd, unsigned client)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	uint64_t owner;

	return n > 1 && text_to_u64(text, (size_t)n - 1, UINT32_MAX, &owner) &&
	       owner == LIVE_ID + client;
}

static void try_open(struct storm *s, void *thread, unsigned self, char kind,
		     unsigned owner)
{
	char name[32];
	int fd = -EBADF, r;

	file_name(name, kind, owner);
	r = s->engine->open(s->engine->context, thread, s->tokens[self], s->dir,
			    name, &fd);
	if (r == 0 && self != owner)
		atomic_fetch_add(&s->wrongly_granted, 1);
	else if (r == 0 && !says(fd, owner))
		atomic_fetch_add(&s->broken, 1);
	else if (r == 0)
		atomic_fetch_add(&s->granted, 1);
	else if (self == owner)
		atomic_fetch_add(&s->wrongly_refused, 1);
	else if (r == -EACCES)
		atomic_fetch_add(&s->refused, 1);
	else
		atomic_fetch_add(&s->broken, 1);
	if (r == 0)
		(void)close(fd);
	if (r < 0 && r != -EACCES)
		fprintf(stderr, "storm %s: %s\n", s->engine->name,
			guise_strerror(r));
}

static unsigned somebody_else(const struct storm *s, unsigned self,
			      unsigned dice)
{
	return (self + 1 + dice % (s->n_clients - 1)) % s->n_clients;
}

/* Each rider has two clients of its own and is one of them in turn, so that at
 * any moment all are different and all change. */
static void *ride(void *context)
{
	struct rider *rider = context;
	struct storm *s = rider->storm;
	unsigned self = 2 * rider->number, dice = rider->number;
	void *thread =
		s->engine->start ? s->engine->start(s->engine->context) : NULL;

	(void)pthread_barrier_wait(&s->start);
	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		dice = dice * 1664525u + 1013904223u;
		try_open(s, thread, self, 'u', self);
		try_open(s, thread, self, 'g', self);
		try_open(s, thread, self, 'u',
			 somebody_else(s, self, dice >> 16));
		try_open(s, thread, self, 'g',
			 somebody_else(s, self, dice >> 8));
		/* the neighbour too: the identity the thread has just left */
		try_open(s, thread, self, 'u', self ^ 1);
		self ^= dice >> 31;
	}
	if (s->engine->stop)
		s->engine->stop(s->engine->context, thread);
	return NULL;
}

/* From outside: what /proc says about the group leader. */
static void look_at_main(struct storm *s)
{
	char path[64], line[2048];
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/status", getpid(),
		       getpid());
	f = fopen(path, "re");
	LIVE_CHECK(f != NULL);
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "Uid:", 4) != 0 &&
		    strncmp(line, "Gid:", 4) != 0 &&
		    strncmp(line, "Groups:", 7) != 0 &&
		    strncmp(line, "CapEff:", 7) != 0)
			continue;
		if (!strstr(s->main_identity.text, line))
			atomic_fetch_add(&s->strangers, 1);
	}
	(void)fclose(f);
	atomic_fetch_add(&s->looks, 1);
}

static void *check(void *context)
{
	struct storm *s = context;

	(void)pthread_barrier_wait(&s->start);
	while (!atomic_load(&s->stop)) {
		look_at_main(s);
		(void)usleep(1000);
	}
	return NULL;
}

static void make_clients(struct storm *s, unsigned n_groups)
{
	uint32_t groups[64];
	char name[32];

	LIVE_CHECK(n_groups >= 1 && n_groups <= 64);
	s->tokens = calloc(s->n_clients, sizeof(const struct guise_token *));
	LIVE_CHECK(s->tokens != NULL);
	for (unsigned i = 0; i < s->n_clients; i++) {
		for (unsigned g = 0; g < n_groups; g++)
			groups[g] = GROUP_BASE + i * 64 + g;
		s->tokens[i] =
			live_token_at(GUISE_LEVEL_IMPERSONATION, LIVE_ID + i,
				      LIVE_ID + i, groups, n_groups, 0);
		file_name(name, 'u', i);
		live_file(s->dir, name, LIVE_ID + i, LIVE_ID + i, 0600);
		file_name(name, 'g', i);
		live_file(s->dir, name, LIVE_ID + i, groups[n_groups - 1],
			  0040);
		/* only the group may: an owner's class would come first */
		LIVE_CHECK(fchownat(s->dir, name, 0, (gid_t)-1, 0) == 0);
	}
}

static void wait_seconds(double seconds)
{
	struct timespec t = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

static void run_threads(struct storm *s, double seconds)
{
	struct rider *riders = calloc(s->n_threads, sizeof(*riders));
	pthread_t checker;

	LIVE_CHECK(riders != NULL);
	LIVE_CHECK(pthread_barrier_init(&s->start, NULL, s->n_threads + 2) ==
		   0);
	LIVE_CHECK(pthread_create(&checker, NULL, check, s) == 0);
	for (unsigned i = 0; i < s->n_threads; i++) {
		riders[i] = (struct rider){.storm = s, .number = i};
		LIVE_CHECK(pthread_create(&riders[i].thread, NULL, ride,
					  &riders[i]) == 0);
	}
	(void)pthread_barrier_wait(&s->start);
	wait_seconds(seconds);
	atomic_store(&s->stop, true);
	for (unsigned i = 0; i < s->n_threads; i++)
		LIVE_CHECK(pthread_join(riders[i].thread, NULL) == 0);
	LIVE_CHECK(pthread_join(checker, NULL) == 0);
	free(riders);
}

static void report(const struct storm *s, double seconds,
		   const struct storm_result *r)
{
	printf("storm %s: %u threads, %.1f s: %lu granted, %lu refused, "
	       "%lu wrongly granted, %lu wrongly refused, %lu broken, "
	       "%lu looks at the main thread, %lu of them not itself\n",
	       s->engine->name, s->n_threads, seconds, r->granted, r->refused,
	       r->wrongly_granted, r->wrongly_refused, r->broken, r->looks,
	       r->strangers);
}

void storm_run(const struct storm_engine *engine,
	       const struct storm_options *options, struct storm_result *ret)
{
	struct storm s = {.engine = engine};
	double seconds =
		options->seconds > 0 ? options->seconds : live_seconds();
	char path[64];

	s.n_threads = options->n_threads ? options->n_threads : 64;
	s.n_clients = 2 * s.n_threads;
	s.dir = live_directory(path);
	make_clients(&s, options->n_groups ? options->n_groups : 4);
	live_identity_read(&s.main_identity);
	run_threads(&s, seconds);
	*ret = (struct storm_result){
		.granted = s.granted,
		.refused = s.refused,
		.wrongly_granted = s.wrongly_granted,
		.wrongly_refused = s.wrongly_refused,
		.broken = s.broken,
		.looks = s.looks,
		.strangers = s.strangers,
	};
	report(&s, seconds, ret);
	for (unsigned i = 0; i < s.n_clients; i++)
		(void)guise_token_unref(s.tokens[i]);
	free(s.tokens);
	live_cleanup(s.dir, path);
}

int storm_passed(const struct storm_result *r)
{
	return r->granted > 0 && r->refused > 0 && r->looks > 0 &&
	       r->wrongly_granted == 0 && r->wrongly_refused == 0 &&
	       r->broken == 0 && r->strangers == 0;
}
