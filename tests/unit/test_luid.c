/* SPDX-License-Identifier: Apache-2.0 */
/* Ids that no two tokens share: not of two threads, not of parent and child. */
#include "cmocka-wrap.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <guise/token.h>

enum { THREADS = 4, EACH = 2000 };

static guise_luid luids[THREADS][EACH];

static void *take(void *argument)
{
	guise_luid *at = argument;

	for (unsigned i = 0; i < EACH; i++)
		at[i] = guise_luid_new();
	return NULL;
}

static int compare(const void *a, const void *b)
{
	guise_luid x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static void threads_get_ids_of_their_own(void **state)
{
	pthread_t threads[THREADS];
	guise_luid *all = &luids[0][0];

	(void)state;
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, take, luids[i]), 0);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	qsort(all, (size_t)THREADS * EACH, sizeof(*all), compare);
	assert_true(all[0] >= 0x10000);
	for (unsigned i = 1; i < THREADS * EACH; i++)
		assert_true(all[i] != all[i - 1]);
}

static void tell(int fd)
{
	guise_luid luid = guise_luid_new();

	_exit(write(fd, &luid, sizeof(luid)) == sizeof(luid) ? 0 : 1);
}

/* They would be the same, if the child went on where the parent was. */
static void a_child_does_not_go_on_where_its_parent_was(void **state)
{
	guise_luid before = guise_luid_new(), childs = 0, after;
	int fds[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		tell(fds[1]);
	assert_int_equal(read(fds[0], &childs, sizeof(childs)), sizeof(childs));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	after = guise_luid_new();
	assert_true(childs != after);
	assert_true(childs != before && before != after);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_get_ids_of_their_own),
		cmocka_unit_test(a_child_does_not_go_on_where_its_parent_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
