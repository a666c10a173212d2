/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Live tests of separated mode: accounts, a share with files of alice and bob,
 * alice's own file outside the share, and an authority to be started by each
 * scenario in a child of its own. Every scenario runs over the ring and over
 * the broker.
 */
#ifndef TESTS_AUTHORITY_LIVE_H
#define TESTS_AUTHORITY_LIVE_H

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/authority.h>
#include <guise/logon.h>

#include "live.h"

#define AUTHORITY_SERVICE 64990u
#define AUTHORITY_THREADS 4

struct authority_live {
	char path[64]; /* share/ home/ state/ accounts.db */
	char share[96];
	char state[96];
	char accounts[96];
	uint32_t alice_uid;
	uint32_t bob_uid;
	enum guise_engine_choice engine;
};
extern struct authority_live authority_live;

struct authority_scenario {
	const char *name;
	void (*run)(void);
	enum live_end end; /* LIVE_DONE, or LIVE_OTHER: killed */
};

#define SCENARIO(name)                                                         \
	{                                                                      \
#name, name, LIVE_DONE                                         \
	}
/* by the filter (SIGSYS) or by the authority (SIGKILL) */
#define KILLED(name)                                                           \
	{                                                                      \
#name, name, LIVE_OTHER                                        \
	}

/* What main returns. Skips (77) without root. */
int authority_live_main(const struct authority_scenario *scenarios, size_t n);

/* Options for the fixture; change and pass on. @ret_root is lent. */
struct guise_authority_options
authority_live_options(struct guise_root *ret_root);
/* Start with them (NULL: as they are); @confined: and give up everything */
struct guise_authority *
authority_live_start(const struct guise_authority_options *options,
		     bool confined);
/* Log on with the right password; fails the scenario otherwise. */
const struct guise_token *authority_live_logon(struct guise_authority *a,
					       const char *name);
/* Open beneath root 0: 0 or the error; the descriptor is closed again. */
int authority_live_open(struct guise_authority *a, unsigned thread,
			const struct guise_token *token, const char *path,
			int flags);
/* The pid of the authority: the calling process's only child. */
pid_t authority_live_pid(void);
/* Temporaries (names) now in the share's directory @name. */
unsigned authority_live_count_temps(const char *name);
/* Waits until it holds, at most @seconds. */
bool authority_live_wait(bool (*holds)(void *context), void *context,
			 unsigned seconds);

#endif
