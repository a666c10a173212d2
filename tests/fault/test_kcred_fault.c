/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every system call of a switch failing in turn, on a kernel that is made up.
 * In: all or nothing. Out: done, or the process ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include "fake-kernel.h"

#define SET_IDS (CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID))

/* How a switch is checked: read back, or believed as long as no filter is on
 * the thread; what holds must hold in each way. */
static const struct way {
	enum kcred_trust trust;
	bool filtered;
} ways[] = {
	{KCRED_READ_BACK, false},
	{KCRED_PROVEN, true},
	{KCRED_PROVEN, false},
};
#define N_WAYS (sizeof(ways) / sizeof(ways[0]))
#define N_WAYS_THAT_READ 2
static struct way way;

static void in_ways(size_t n, void (*check)(void))
{
	for (size_t i = 0; i < n; i++) {
		way = ways[i];
		check();
	}
}

static void assert_runs_as(const struct fake *f, const struct kcred *cred)
{
	const struct kcred now = state_of(f);

	assert_true(kcred_equal(&now, cred));
}

static const uint32_t daemon_groups[] = {4, 27, 999};
static const uint32_t alice_groups[] = {100, 5001, 5002};

static const struct kcred root_service = {
	.uid = 0,
	.gid = 0,
	.groups = daemon_groups,
	.n_groups = 3,
	.capabilities = ALL_CAPS,
	.permitted = ALL_CAPS,
};
/* root that has put some capabilities aside */
static const struct kcred modest_root = {
	.uid = 0,
	.gid = 0,
	.capabilities = SET_IDS,
	.permitted = ALL_CAPS,
};
static const struct kcred service_990 = {
	.uid = 990,
	.gid = 990,
	.groups = daemon_groups,
	.n_groups = 3,
	.capabilities = SET_IDS,
};
/* holds the two only as permitted ones */
static const struct kcred quiet_990 = {.uid = 990, .gid = 990};

static const struct kcred alice = {
	.uid = 5001,
	.gid = 5001,
	.groups = alice_groups,
	.n_groups = 3,
};
static const struct kcred loner = {.uid = 5003, .gid = 5003};
static const struct kcred same_uid = {.uid = 5001, .gid = 5001};
static const struct kcred backup = {
	.uid = 5004,
	.gid = 5004,
	.capabilities = CAP_BIT(CAP_DAC_READ_SEARCH),
};
static const struct kcred root_client = {.uid = 0, .gid = 0};

struct pair {
	const struct kcred *base;
	uint64_t permitted;
	const struct kcred
		*from; /* a scope that is open already, or the base */
	const struct kcred *to;
};

#define FULL ALL_CAPS
#define SOME (SET_IDS | CAP_BIT(CAP_DAC_READ_SEARCH))
static const struct pair pairs[] = {
	{&root_service, FULL, &root_service, &alice},
	{&root_service, FULL, &root_service, &loner},
	{&root_service, FULL, &root_service, &backup},
	{&root_service, FULL, &root_service, &root_client},
	{&root_service, FULL, &alice, &loner},
	{&root_service, FULL, &alice, &same_uid},
	{&root_service, FULL, &alice, &root_client},
	{&root_service, FULL, &root_client, &alice},
	{&modest_root, FULL, &modest_root, &alice},
	{&service_990, SOME, &service_990, &alice},
	{&service_990, SOME, &service_990, &backup},
	{&service_990, SOME, &backup, &same_uid},
	{&quiet_990, SOME, &quiet_990, &alice},
};
#define N_PAIRS (sizeof(pairs) / sizeof(pairs[0]))

static struct fake fake_of(const struct pair *pair, const struct kcred *now)
{
	const struct kcred *base = pair->base;
	struct fake f = {
		.uids = {base->uid, now->uid, base->uid},
		.gids = {base->gid, now->gid, base->gid},
		.n_groups = now->n_groups,
		.effective = now->capabilities,
		.permitted = pair->permitted,
		.filtered = way.filtered,
		.error = -EAGAIN,
	};

	if (now->n_groups)
		memcpy(f.groups, now->groups,
		       now->n_groups * sizeof(*now->groups));
	return f;
}

static void check_switch(const struct pair *pair, int error)
{
	for (unsigned nth = 1;; nth++) {
		struct fake f = fake_of(pair, pair->from);
		const struct sys_ops sys = ops_of(&f);
		int r;

		f.fail_at = nth;
		f.error = error;
		r = kcred_switch(&sys, pair->from, pair->to, way.trust);
		if (r == 0)
			assert_runs_as(&f, pair->to);
		else
			assert_runs_as(&f, pair->from);
		if (f.calls < nth) {
			assert_int_equal(r, 0);
			assert_true(nth > 4);
			return;
		}
		if (f.failed_op != GET)
			assert_int_equal(r, error);
	}
}

static void all_or_nothing_so(void)
{
	for (size_t i = 0; i < N_PAIRS; i++) {
		check_switch(&pairs[i], -EAGAIN);
		check_switch(&pairs[i], -ENOMEM);
		check_switch(&pairs[i], -EPERM);
	}
}

static void switch_is_all_or_nothing(void **state)
{
	(void)state;
	in_ways(N_WAYS, all_or_nothing_so);
}

/* A call that fails every time must not be needed by the undoing. Not every
 * switch needs to set capabilities. */
static void switch_with_a_call_that_never_works_changes_nothing_so(void)
{
	for (size_t i = 0; i < N_PAIRS; i++) {
		const struct pair *pair = &pairs[i];

		for (unsigned op = SET_GROUPS; op <= SET_CAPS; op++) {
			struct fake f = fake_of(pair, pair->from);
			const struct sys_ops sys = ops_of(&f);
			int r;

			f.broken = 1u << op;
			r = kcred_switch(&sys, pair->from, pair->to, way.trust);
			assert_true(r == -EAGAIN || (r == 0 && op == SET_CAPS));
			assert_runs_as(&f, r < 0 ? pair->from : pair->to);
		}
	}
}

static void switch_with_a_call_that_never_works_changes_nothing(void **state)
{
	(void)state;
	in_ways(N_WAYS, switch_with_a_call_that_never_works_changes_nothing_so);
}

/* A filter may claim success for what it swallows. */
static void switch_believes_only_what_it_reads_back_so(void)
{
	for (unsigned op = SET_GROUPS; op <= SET_UID; op++) {
		struct fake f = fake_of(&pairs[0], pairs[0].from);
		const struct sys_ops sys = ops_of(&f);

		f.lies = 1u << op;
		assert_int_equal(kcred_switch(&sys, pairs[0].from, pairs[0].to,
					      way.trust),
				 -EPERM);
		assert_runs_as(&f, pairs[0].from);
	}
}

static void switch_believes_only_what_it_reads_back(void **state)
{
	(void)state;
	in_ways(N_WAYS_THAT_READ, switch_believes_only_what_it_reads_back_so);
}

static void capabilities_that_stay_are_noticed_so(void)
{
	const struct pair pair = {&service_990, SOME, &service_990, &alice};
	struct fake f = fake_of(&pair, pair.from);
	const struct sys_ops sys = ops_of(&f);

	f.lies = 1u << SET_CAPS;
	assert_int_equal(kcred_switch(&sys, pair.from, pair.to, way.trust),
			 -EPERM);
	assert_runs_as(&f, pair.from);
}

static void capabilities_that_stay_are_noticed(void **state)
{
	(void)state;
	in_ways(N_WAYS_THAT_READ, capabilities_that_stay_are_noticed_so);
}

/* Leaving the last root id would cost it the permitted set. */
static void service_that_is_not_root_cannot_be_root_so(void)
{
	const struct pair pair = {&service_990, SOME, &service_990,
				  &root_client};
	struct fake f = fake_of(&pair, pair.from);
	const struct sys_ops sys = ops_of(&f);

	assert_int_equal(kcred_switch(&sys, pair.from, pair.to, way.trust),
			 -EPERM);
	assert_runs_as(&f, pair.from);
	assert_true(f.permitted == SOME);
}

static void service_that_is_not_root_cannot_be_root(void **state)
{
	(void)state;
	in_ways(N_WAYS, service_that_is_not_root_cannot_be_root_so);
}

static void capability_the_service_lacks_is_an_error_so(void)
{
	const struct pair pair = {&service_990, SET_IDS, &service_990, &backup};
	struct fake f = fake_of(&pair, pair.from);
	const struct sys_ops sys = ops_of(&f);

	assert_int_equal(kcred_switch(&sys, pair.from, pair.to, way.trust),
			 -EPERM);
	assert_runs_as(&f, pair.from);
}

static void capability_the_service_lacks_is_an_error(void **state)
{
	(void)state;
	in_ways(N_WAYS, capability_the_service_lacks_is_an_error_so);
}

static void without_the_capability_nothing_changes_so(void)
{
	static const uint64_t lacking[] = {0, CAP_BIT(CAP_SETUID),
					   CAP_BIT(CAP_SETGID)};

	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		struct kcred service = service_990;
		const struct pair pair = {&service, lacking[i], &service,
					  &alice};
		struct fake f;
		struct sys_ops sys;

		service.capabilities = lacking[i];
		f = fake_of(&pair, &service);
		sys = ops_of(&f);
		assert_int_equal(
			kcred_switch(&sys, &service, &alice, way.trust),
			-EPERM);
		assert_runs_as(&f, &service);
	}
}

static void without_the_capability_nothing_changes(void **state)
{
	(void)state;
	in_ways(N_WAYS, without_the_capability_nothing_changes_so);
}

/* Runs the way back in a child; true if it came back with the base in force,
 * false if it aborted; anything else is a failure of the test. */
static bool reverts(struct fake *f, const struct kcred *from,
		    const struct kcred *to, enum op *ret_failed)
{
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct sys_ops sys = ops_of(f);
		struct kcred now;
		int null = open("/dev/null", O_WRONLY);

		(void)dup2(null, 2);
		kcred_revert(&sys, from, to, way.trust);
		now = state_of(f);
		_exit(kcred_equal(&now, to) ? (f->calls < f->fail_at ? 2 : 0)
					    : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*ret_failed = N_OPS;
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGABRT);
		return false;
	}
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 1);
	if (WEXITSTATUS(status) == 2)
		*ret_failed = GET; /* ran to its end without the failure */
	return true;
}

static void check_revert(const struct pair *pair)
{
	unsigned aborted = 0;

	for (unsigned nth = 1;; nth++) {
		struct fake f = fake_of(pair, pair->to);
		enum op failed;

		f.fail_at = nth;
		if (!reverts(&f, pair->to, pair->from, &failed)) {
			aborted++;
			continue;
		}
		if (failed == GET)
			break;
	}
	/* at least the three id calls have no second chance */
	assert_true(aborted >= 3);
}

static void failed_revert_ends_the_process_so(void)
{
	for (size_t i = 0; i < N_PAIRS; i++)
		check_revert(&pairs[i]);
}

static void failed_revert_ends_the_process(void **state)
{
	(void)state;
	in_ways(N_WAYS, failed_revert_ends_the_process_so);
}

static void revert_that_the_kernel_only_claims_ends_the_process_so(void)
{
	for (unsigned op = SET_GROUPS; op <= SET_UID; op++) {
		struct fake f = fake_of(&pairs[0], &alice);
		enum op failed;

		f.lies = 1u << op;
		assert_false(reverts(&f, &alice, &root_service, &failed));
	}
}

static void revert_that_the_kernel_only_claims_ends_the_process(void **state)
{
	(void)state;
	in_ways(N_WAYS_THAT_READ,
		revert_that_the_kernel_only_claims_ends_the_process_so);
}

static void revert_restores_capabilities_put_aside_so(void)
{
	struct fake f = fake_of(&pairs[8], &alice);
	const struct sys_ops sys = ops_of(&f);

	kcred_revert(&sys, &alice, &modest_root, way.trust);
	assert_runs_as(&f, &modest_root);
	assert_true(f.permitted == FULL);
}

static void revert_restores_capabilities_put_aside(void **state)
{
	(void)state;
	in_ways(N_WAYS, revert_restores_capabilities_put_aside_so);
}

static void real_and_saved_ids_never_change_so(void)
{
	for (size_t i = 0; i < N_PAIRS; i++) {
		const struct pair *pair = &pairs[i];
		struct fake f = fake_of(pair, pair->from);
		const struct sys_ops sys = ops_of(&f);

		assert_int_equal(
			kcred_switch(&sys, pair->from, pair->to, way.trust), 0);
		assert_int_equal(f.uids[0], pair->base->uid);
		assert_int_equal(f.uids[2], pair->base->uid);
		assert_int_equal(f.gids[0], pair->base->gid);
		assert_int_equal(f.gids[2], pair->base->gid);
	}
}

static void real_and_saved_ids_never_change(void **state)
{
	(void)state;
	in_ways(N_WAYS, real_and_saved_ids_never_change_so);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(switch_is_all_or_nothing),
		cmocka_unit_test(
			switch_with_a_call_that_never_works_changes_nothing),
		cmocka_unit_test(switch_believes_only_what_it_reads_back),
		cmocka_unit_test(capabilities_that_stay_are_noticed),
		cmocka_unit_test(service_that_is_not_root_cannot_be_root),
		cmocka_unit_test(capability_the_service_lacks_is_an_error),
		cmocka_unit_test(without_the_capability_nothing_changes),
		cmocka_unit_test(failed_revert_ends_the_process),
		cmocka_unit_test(
			revert_that_the_kernel_only_claims_ends_the_process),
		cmocka_unit_test(revert_restores_capabilities_put_aside),
		cmocka_unit_test(real_and_saved_ids_never_change),
	};

	const struct rlimit no_core = {0};

	(void)setrlimit(RLIMIT_CORE, &no_core); /* children abort on purpose */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
