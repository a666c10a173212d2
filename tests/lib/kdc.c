/* SPDX-License-Identifier: Apache-2.0 */
#include "kdc.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 64

static _Noreturn void fail(const char *what, const char *more)
{
	fprintf(stderr, "kdc: %s: %s\n", what, more);
	abort();
}

static const char *script(void)
{
	const char *path = getenv("KDC_SH");

	if (!path) {
		printf("skipped: needs KDC_SH and GUISE_KDB (meson test sets "
		       "them)\n");
		exit(77);
	}
	return path;
}

/* Paths that are returned: the last eight stay. */
static char *path_slot(void)
{
	static _Thread_local char slots[8][128];
	static _Thread_local unsigned next;

	return slots[next++ % 8];
}

/* "bash kdc.sh WORDS", for the realm of @kdc; its exit status. */
static int run(const struct kdc *kdc, const char *const *words)
{
	const char *argv[WORDS_MAX + 3] = {"bash", script()};
	size_t n = 2;
	int status;
	pid_t pid;

	while (words[n - 2] && n < WORDS_MAX + 2) {
		argv[n] = words[n - 2];
		n++;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (kdc)
			setenv("KDC_DIR", kdc->directory, 1);
		execvp("bash", (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		fail(words[0], "cannot be run");
	return WEXITSTATUS(status);
}

static void run_or_fail(const struct kdc *kdc, const char *const *words)
{
	int status = run(kdc, words);

	if (status == 77)
		exit(77);
	if (status)
		fail(words[0], "failed");
}

/* @words, the first @n are set, are filled up from @more */
static void collect(const char **words, size_t n, va_list more)
{
	const char *word;

	while ((word = va_arg(more, const char *)) && n < WORDS_MAX - 1)
		words[n++] = word;
	words[n] = NULL;
}

void kdc_continue(struct kdc *kdc)
{
	pid_t parent = getpid();
	char pid[16];

	fflush(NULL);
	kdc->pid = fork();
	if (kdc->pid < 0)
		fail("fork", strerror(errno));
	if (kdc->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		execlp("bash", "bash", script(), "kdc_serve", kdc->directory,
		       NULL);
		_exit(127);
	}
	snprintf(pid, sizeof(pid), "%d", kdc->pid);
	if (run(kdc, (const char *const[]){"kdc_wait_for", kdc->directory, pid,
					   NULL}))
		kdc_pause(kdc);
}

void kdc_pause(struct kdc *kdc)
{
	if (kdc->pid > 0) {
		kill(kdc->pid, SIGKILL);
		waitpid(kdc->pid, NULL, 0);
	}
	kdc->pid = 0;
}

void kdc_start(struct kdc *kdc, const char *realm)
{
	int status;

	*kdc = (struct kdc){.directory = "/tmp/guise-kdc.XXXXXX"};
	snprintf(kdc->realm, sizeof(kdc->realm), "%s",
		 realm ? realm : "GUISE.TEST");
	script();
	if (!mkdtemp(kdc->directory))
		fail("mkdtemp", strerror(errno));
	status = run(NULL, (const char *const[]){"kdc_create", kdc->directory,
						 kdc->realm, NULL});
	if (status) {
		kdc_stop(kdc);
		if (status == 77)
			exit(77);
		fail("kdc_create", "failed");
	}
	for (unsigned i = 0; i < 10 && !kdc->pid; i++) {
		run_or_fail(kdc, (const char *const[]){"kdc_configure_free",
						       kdc->directory,
						       kdc->realm, NULL});
		kdc_continue(kdc);
	}
	if (!kdc->pid)
		fail(kdc->realm, "does not start");
	kdc_use(kdc);
}

void kdc_use(struct kdc *kdc)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/krb5.conf", kdc->directory);
	setenv("KRB5_CONFIG", path, 1);
	setenv("KRB5RCACHEDIR", kdc->directory, 1);
	kdc->is_used = true;
}

void kdc_stop(struct kdc *kdc)
{
	const char *const words[] = {"rm", "-rf", kdc->directory, NULL};

	kdc_pause(kdc);
	if (strncmp(kdc->directory, "/tmp/guise-kdc.", 15) == 0)
		(void)run(NULL, words);
	if (kdc->is_used) {
		unsetenv("KRB5_CONFIG");
		unsetenv("KRB5RCACHEDIR");
	}
	*kdc = (struct kdc){0};
}

void kdc_trust(struct kdc *a, struct kdc *b)
{
	run_or_fail(a, (const char *const[]){"kdc_trust", a->directory,
					     b->directory, NULL});
}

void kdc_principal(struct kdc *kdc, const char *name, const char *password, ...)
{
	const char *words[WORDS_MAX] = {"kdc_principal", name,
					password ? password : "-"};
	va_list more;

	va_start(more, password);
	collect(words, 3, more);
	va_end(more);
	run_or_fail(kdc, words);
}

void kdc_attribute(struct kdc *kdc, const char *name, const char *attribute,
		   const char *value)
{
	run_or_fail(kdc, (const char *const[]){"kdc_attribute", name, attribute,
					       value, NULL});
}

void kdc_admin(struct kdc *kdc, ...)
{
	const char *words[WORDS_MAX] = {"kdc_admin"};
	va_list more;

	va_start(more, kdc);
	collect(words, 1, more);
	va_end(more);
	run_or_fail(kdc, words);
}

const char *kdc_keytab(struct kdc *kdc, const char *file, const char *name)
{
	char *path = path_slot();

	snprintf(path, 128, "%s/%s", kdc->directory, file);
	run_or_fail(kdc, (const char *const[]){"kdc_keytab", path, name, NULL});
	return path;
}

const char *kdc_kinit(struct kdc *kdc, const char *name, const char *password,
		      ...)
{
	static _Thread_local unsigned n;
	char path[96], *cache = path_slot();
	const char *words[WORDS_MAX] = {"kdc_kinit", path, name, password};
	va_list more;

	snprintf(path, sizeof(path), "%s/cc.%u.%d", kdc->directory, n++,
		 gettid());
	va_start(more, password);
	collect(words, 4, more);
	va_end(more);
	run_or_fail(kdc, words);
	snprintf(cache, 128, "FILE:%s", path);
	return cache;
}

static void check(const char *what, OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = {0};
	OM_uint32 ignored, more = 0;
	gss_OID_desc krb5 = *gss_mech_krb5;

	if (!GSS_ERROR(major))
		return;
	gss_display_status(&ignored, minor, GSS_C_MECH_CODE, &krb5, &more,
			   &text);
	fprintf(stderr, "kdc: %s: %x %.*s\n", what, major, (int)text.length,
		(char *)text.value);
	abort();
}

static gss_name_t import(const char *text, gss_OID type)
{
	gss_buffer_desc buffer = {.length = strlen(text),
				  .value = (void *)(uintptr_t)text};
	OM_uint32 major, minor;
	gss_name_t name;

	major = gss_import_name(&minor, &buffer, type, &name);
	check("gss_import_name", major, minor);
	return name;
}

static OM_uint32 cache_cred(const char *cache, gss_cred_id_t *ret)
{
	gss_key_value_element_desc element = {"ccache", cache};
	const gss_key_value_set_desc store = {1, &element};
	OM_uint32 minor;

	*ret = GSS_C_NO_CREDENTIAL;
	return gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
				     GSS_C_NO_OID_SET, GSS_C_INITIATE, &store,
				     ret, NULL, NULL);
}

OM_uint32 kdc_try_initiate(const char *cache, const char *target,
			   OM_uint32 flags, bool spnego,
			   gss_ctx_id_t *ret_context,
			   gss_buffer_desc *ret_token)
{
	static uint8_t spnego_bytes[] = {0x2b, 6, 1, 5, 5, 2};
	gss_OID_desc spnego_oid = {6, spnego_bytes};
	gss_name_t name = import(target, GSS_C_NT_HOSTBASED_SERVICE);
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	OM_uint32 major, minor;
	gss_cred_id_t cred;

	*ret_token = (gss_buffer_desc){0};
	major = cache_cred(cache, &cred);
	if (!GSS_ERROR(major))
		major = gss_init_sec_context(
			&minor, cred, &context, name,
			spnego ? &spnego_oid
			       : (gss_OID)(uintptr_t)gss_mech_krb5,
			flags, 0, GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER,
			NULL, ret_token, NULL, NULL);
	gss_release_cred(&minor, &cred);
	gss_release_name(&minor, &name);
	if (ret_context && !GSS_ERROR(major))
		*ret_context = context;
	else
		gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
	return major;
}

void kdc_initiate(const char *cache, const char *target, OM_uint32 flags,
		  bool spnego, gss_ctx_id_t *ret_context,
		  gss_buffer_desc *ret_token)
{
	OM_uint32 major = kdc_try_initiate(cache, target, flags, spnego,
					   ret_context, ret_token);

	check("gss_init_sec_context", major, 0);
}

gss_cred_id_t kdc_service(const char *keytab, const char *principal)
{
	char client_cache[64];
	gss_key_value_element_desc elements[] = {
		{"keytab", keytab},
		{"client_keytab", keytab},
		{"ccache", client_cache},
	};
	const gss_key_value_set_desc store = {3, elements};
	static _Atomic unsigned n;
	gss_name_t name = import(principal, GSS_C_NT_USER_NAME);
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor;

	snprintf(client_cache, sizeof(client_cache), "MEMORY:kdc-service-%u",
		 n++);
	major = gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE,
				      GSS_C_NO_OID_SET, GSS_C_BOTH, &store,
				      &cred, NULL, NULL);
	check("gss_acquire_cred_from", major, minor);
	gss_release_name(&minor, &name);
	return cred;
}

static gss_cred_id_t acceptor(const char *keytab, gss_cred_usage_t usage)
{
	static _Atomic unsigned n;
	char cache[64];
	gss_key_value_element_desc elements[] = {
		{"keytab", keytab},
		{"client_keytab", keytab},
		{"ccache", cache},
	};
	const gss_key_value_set_desc store = {usage == GSS_C_ACCEPT ? 1 : 3,
					      elements};
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor;

	snprintf(cache, sizeof(cache), "MEMORY:kdc-acceptor-%u", n++);
	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
				      GSS_C_NO_OID_SET, usage, &store, &cred,
				      NULL, NULL);
	check("gss_acquire_cred_from", major, minor);
	return cred;
}

gss_ctx_id_t kdc_accept(const char *keytab, gss_cred_usage_t usage,
			const gss_buffer_desc *token,
			gss_cred_id_t *ret_delegated)
{
	gss_buffer_desc in = *token, out = {0};
	gss_cred_id_t cred = acceptor(keytab, usage);
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	OM_uint32 major, minor, ignored;

	major = gss_accept_sec_context(&minor, &context, cred, &in,
				       GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL,
				       &out, NULL, NULL, ret_delegated);
	check("gss_accept_sec_context", major, minor);
	if (major & GSS_S_CONTINUE_NEEDED)
		fail("gss_accept_sec_context", "wants more");
	gss_release_buffer(&ignored, &out);
	gss_release_cred(&ignored, &cred);
	return context;
}

gss_ctx_id_t kdc_context(const char *cache, const char *target, OM_uint32 flags,
			 const char *keytab, gss_cred_id_t *ret_delegated)
{
	gss_buffer_desc token;
	gss_ctx_id_t context;
	OM_uint32 minor;

	kdc_initiate(cache, target, flags, true, NULL, &token);
	context = kdc_accept(keytab, GSS_C_ACCEPT, &token, ret_delegated);
	gss_release_buffer(&minor, &token);
	return context;
}
