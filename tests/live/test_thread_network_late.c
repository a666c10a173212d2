/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program without Kerberos: nothing of it is loaded, and nothing refused.
 * When it loads a GSSAPI later, threads that then first impersonate find it,
 * for all.
 */
#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <guise/thread-token.h>

#include "live.h"
#include "pin.h"

#define ALICE (LIVE_ID + 1)

static bool is_loaded(const char *name)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4096];
	bool found = false;

	LIVE_CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		found = found || strstr(line, name);
	LIVE_CHECK(fclose(maps) == 0);
	return found;
}

static void be_alice(bool pinned)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	unsigned (*name_cache)(unsigned *, const char *, const char **);
	const char *name = NULL;
	unsigned minor;
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	LIVE_CHECK(gss_pin_is_on() == pinned);
	if (!pinned)
		return;
	*(void **)&name_cache = dlsym(RTLD_DEFAULT, "gss_krb5_ccache_name");
	LIVE_CHECK(name_cache);
	LIVE_CHECK(name_cache(&minor, NULL, &name) == 0);
	LIVE_CHECK(strcmp(name, "guise-none:") == 0);
}

struct other {
	_Atomic pid_t tid;
	atomic_bool end;
};

static void *wait_for_end(void *context)
{
	struct other *other = context;

	atomic_store(&other->tid, gettid());
	while (!atomic_load(&other->end))
		(void)usleep(1000);
	return NULL;
}

static int set_on_another(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct guise_token_object *object;
	struct other other = {0};
	pthread_t thread;
	int r;

	LIVE_CHECK(guise_token_object_new(alice, NULL, NULL, &object) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, wait_for_end, &other) == 0);
	while (atomic_load(&other.tid) == 0)
		(void)usleep(1000);
	r = guise_thread_set_token(other.tid, object, NULL);
	atomic_store(&other.end, true);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	(void)guise_token_object_unref(object);
	return r;
}

static void without(void)
{
	be_alice(false);
	LIVE_CHECK(set_on_another() == 0);
	LIVE_CHECK(!is_loaded("libgssapi"));
	LIVE_CHECK(!is_loaded("libkrb5"));
}

static void a_program_without_kerberos_stays_so(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, without);
}

static void *first_time(void *context)
{
	(void)context;
	be_alice(true);
	return NULL;
}

static void later(void)
{
	pthread_t thread;

	be_alice(false);
	LIVE_CHECK(dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_GLOBAL));
	LIVE_CHECK(pthread_create(&thread, NULL, first_time, NULL) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	be_alice(true);
	LIVE_CHECK(set_on_another() == -EOPNOTSUPP);
}

/* No other thread has found it: this one looks again. */
static void later_alone(void)
{
	be_alice(false);
	LIVE_CHECK(dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_GLOBAL));
	(void)usleep(60000);
	be_alice(true);
}

static void what_is_loaded_later_is_found(void **state)
{
	void *gssapi = dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_NOLOAD);

	(void)state;
	assert_null(gssapi);
	live_expect(LIVE_DONE, later);
	live_expect(LIVE_DONE, later_alone);
}

/* Where a library lies, found by a child, so that it is not loaded here. */
static void find_file(const char *name, char ret[PATH_MAX])
{
	struct link_map *map;
	int fds[2];
	pid_t pid;
	void *handle;

	LIVE_CHECK(pipe(fds) == 0);
	pid = fork();
	LIVE_CHECK(pid >= 0);
	if (pid == 0) {
		handle = dlopen(name, RTLD_NOW);
		_exit(handle && dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 &&
				      realpath(map->l_name, ret) &&
				      write(fds[1], ret, PATH_MAX) == PATH_MAX
			      ? 0
			      : 1);
	}
	LIVE_CHECK(read(fds[0], ret, PATH_MAX) == PATH_MAX);
	LIVE_CHECK(waitpid(pid, NULL, 0) == pid);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

/* Loads library @name under another one, of this directory. */
static void load_as(const char *name, const char *other)
{
	char directory[] = "/tmp/guise-late-XXXXXX";
	char file[PATH_MAX], link[PATH_MAX];

	find_file(name, file);
	LIVE_CHECK(mkdtemp(directory));
	(void)snprintf(link, sizeof(link), "%s/%s", directory, other);
	LIVE_CHECK(symlink(file, link) == 0);
	LIVE_CHECK(dlopen(link, RTLD_NOW | RTLD_GLOBAL));
	LIVE_CHECK(unlink(link) == 0 && rmdir(directory) == 0);
}

static void without_version(void)
{
	load_as("libgssapi_krb5.so.2", "libgssapi_krb5.so");
	be_alice(true);
}

static void with_more_version(void)
{
	load_as("libgssapi_krb5.so.2", "libgssapi_krb5.so.2.2");
	be_alice(true);
}

static void with_a_copys_name(void)
{
	load_as("libgssapi_krb5.so.2", "libgssapi_krb5-0f3a.so");
	be_alice(true);
	LIVE_CHECK(set_on_another() == -EOPNOTSUPP);
}

static void by_whatever_name_it_is_loaded(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, without_version);
	live_expect(LIVE_DONE, with_more_version);
	live_expect(LIVE_DONE, with_a_copys_name);
}

/* By its name it is a GSSAPI, but not the one that can be pinned. */
static void not_to_be_pinned(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct guise_token_object *object;
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_token_object_new(alice, NULL, NULL, &object) == 0);
	load_as("libresolv.so.2", "libgssapi_krb5-0f3a.so.2.2");
	LIVE_CHECK(guise_scope_begin(&scope, alice) == -EIO);
	LIVE_CHECK(guise_scope_begin(&scope, alice) == -EIO);
	LIVE_CHECK(guise_thread_impersonate(object, NULL) == -EIO);
	LIVE_CHECK(set_on_another() == -EIO);
	LIVE_CHECK(live_is(0, 0, 0) && guise_scope_depth() == 0);
	(void)guise_token_object_unref(object);
}

static void with_one_that_cannot_be_pinned_nobody_is_impersonated(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, not_to_be_pinned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_without_kerberos_stays_so),
		cmocka_unit_test(what_is_loaded_later_is_found),
		cmocka_unit_test(by_whatever_name_it_is_loaded),
		cmocka_unit_test(
			with_one_that_cannot_be_pinned_nobody_is_impersonated),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
