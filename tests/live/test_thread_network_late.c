/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program without Kerberos: nothing of it is loaded, and nothing refused.
 * When it loads a GSSAPI later, threads that then first impersonate find it,
 * for all.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_without_kerberos_stays_so),
		cmocka_unit_test(what_is_loaded_later_is_found),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
