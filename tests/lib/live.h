/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Live tests: real credentials on a real kernel. Each scenario runs in a
 * forked child that has a second thread, the bystander, which watches that
 * nobody else's scope changes it. Inside a scenario, LIVE_CHECK ends the child
 * with a message; cmocka sees the child's end.
 */
#ifndef TESTS_LIVE_H
#define TESTS_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <guise/impersonate.h>

#include "kcred.h"

/* Ids nobody has: clients of the tests start here. */
#define LIVE_ID 310000u

/* Exits 77 with a reason unless this is root in the initial user namespace.
 * Also turns core files off: scenarios abort on purpose. */
void live_require_root(void);

#define LIVE_CHECK(cond)                                                       \
	((cond) ? (void)0 : live_fail(#cond, __FILE__, __LINE__))
_Noreturn void live_fail(const char *what, const char *file, int line);

/* What became of a scenario. */
enum live_end {
	LIVE_DONE,    /* it returned, and the bystander saw nothing */
	LIVE_FAILED,  /* a check failed */
	LIVE_ABORTED, /* SIGABRT */
	LIVE_OTHER,
};

/* Runs @scenario in a child of its own. Before the bystander starts, @before
 * runs, unless NULL: what it does to the credentials holds for all. */
enum live_end live_run_after(void (*before)(void), void (*scenario)(void));
enum live_end live_run(void (*scenario)(void));
/* For cmocka: assert that it ended so. */
void live_expect(enum live_end end, void (*scenario)(void));
void live_expect_after(void (*before)(void), enum live_end end,
		       void (*scenario)(void));

/* Without a bystander: for scenarios that are about to hit all threads. */
void live_expect_alone(enum live_end end, void (*scenario)(void));

/* For @before: a service that is not root, with CAP_SETUID and CAP_SETGID
 * permitted, effective, inheritable and ambient. */
#define LIVE_SERVICE 990u
void live_become_service(void);

/* An impersonation token; aborts when it cannot be made. */
const struct guise_token *live_token_at(enum guise_level level, uint32_t uid,
					uint32_t gid, const uint32_t *groups,
					size_t n_groups, uint64_t privileges);
const struct guise_token *live_token(uint32_t uid, uint32_t gid);

/* A new directory below /tmp that everybody may enter; a descriptor for it,
 * and live_cleanup() removes it with the files in it. @ret_path: 64 bytes */
int live_directory(char ret_path[64]);
void live_cleanup(int dir, const char *path);
/* Make a file there with one line of text. */
void live_file(int dir, const char *name, uint32_t uid, uint32_t gid,
	       mode_t mode);

/* The calling thread's own Uid, Gid, Groups and CapEff lines. */
struct live_identity {
	char text[4096];
};
void live_identity_read(struct live_identity *ret);
bool live_identity_equal(const struct live_identity *a,
			 const struct live_identity *b);
/* The kernel's word, by the library's own reading */
bool live_is(uint32_t uid, uint32_t gid, size_t n_groups);

/* Seconds a storm lasts: GUISE_LIVE_SECONDS, or 10. */
double live_seconds(void);

#endif
