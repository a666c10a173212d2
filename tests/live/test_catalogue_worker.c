/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker has of the process that started it: docs/threat-model.md, "The
 * catalogue of accidents".
 */
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "cmocka-wrap.h"

#include "authority-live.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct mapping {
	char device[16];
	unsigned long inode;
	bool is_ring;
};

/* Shared and writable mappings of @pid */
static size_t shared_mappings(pid_t pid, struct mapping *ret, size_t max)
{
	char path[64], line[512];
	size_t n = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "re");
	LIVE_CHECK(f != NULL);
	while (fgets(line, sizeof(line), f)) {
		struct mapping m = {.is_ring = strstr(line, "[io_uring]")};
		char rights[8];

		LIVE_CHECK(sscanf(line, "%*s %7s %*s %15s %lu", rights,
				  m.device, &m.inode) == 3);
		if (rights[1] != 'w' || rights[3] != 's')
			continue;
		LIVE_CHECK(n < max);
		ret[n++] = m;
	}
	(void)fclose(f);
	return n;
}

/* CVE-2019-0211: a worker must have nothing to corrupt in its authority. */
static void worker_and_authority_share_no_memory(void)
{
	struct mapping ours[256], its[256];
	struct guise_authority *a = authority_live_start(NULL, false);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	size_t n_ours = shared_mappings(getpid(), ours, LENGTH(ours));
	size_t n_its = shared_mappings(authority_live_pid(), its, LENGTH(its));

	LIVE_CHECK(authority_live_open(a, 0, alice, "alice.txt", O_RDONLY) ==
		   0);
	if (guise_authority_features(a) & GUISE_FEATURE_RING)
		LIVE_CHECK(n_ours > 0); /* the rings: they can be seen */
	for (size_t i = 0; i < n_its; i++) {
		LIVE_CHECK(!its[i].is_ring);
		for (size_t k = 0; k < n_ours; k++)
			LIVE_CHECK(its[i].inode != ours[k].inode ||
				   strcmp(its[i].device, ours[k].device) != 0);
	}
	(void)guise_token_unref(alice);
	(void)guise_authority_stop(a);
}

/* A worker inherits whatever keys its starter's session has. */
static void a_worker_that_asks_for_keys_is_killed(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);

	(void)!syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
		       KEY_SPEC_SESSION_KEYRING, 0);
	(void)guise_authority_stop(a);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(worker_and_authority_share_no_memory),
		{"a_worker_that_asks_for_keys_is_killed",
		 a_worker_that_asks_for_keys_is_killed, LIVE_OTHER},
	};

	return authority_live_main(scenarios, LENGTH(scenarios));
}
