/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What requests are answered with, over shares that are made up: each test
 * says what the layer below answers and looks at what the client is told. The
 * first concern is that nothing is told to who may not know.
 */
#include <stdio.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/share.h>

#include "dav.h"

/* The layer below, as a test wants it. */
static struct {
	int error;		/* of the operation on the thing itself */
	bool listable;		/* the directory it is in */
	bool root_listable;	/* a share's own root */
	enum guise_layer layer; /* who refuses */
	bool fails_later;	/* not at the first look, but then */
	int session_dead;	/* how often the session turns out dead */
	unsigned logons;
	unsigned looked; /* calls that reached the file system */
	unsigned aborted;
	mode_t mode;
} below;

static bool is_refusal(int error)
{
	return error == -EACCES || error == -EPERM ||
	       error == GUISE_E_ACCESS_DENIED;
}

static int answer(const struct guise_actor *actor, int error)
{
	below.looked++;
	if (below.session_dead > 0) {
		below.session_dead--;
		return GUISE_E_NO_SUCH_LOGON_SESSION;
	}
	if (below.fails_later && below.looked == 1)
		return 0;
	/* as the store does it: who may list is told by two layers only */
	if (actor->verdict && is_refusal(error))
		*actor->verdict = (struct guise_verdict){
			.layer = below.layer,
			.parent_listable = below.layer != GUISE_LAYER_SHARE &&
					   below.listable,
		};
	return error;
}

int guise_share_open(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, uint32_t access, int *ret_fd,
		     struct stat *ret_stat)
{
	int r;

	(void)share;
	/* the questions "may it list?" are those without a stat */
	if (!ret_stat) {
		assert_int_equal(access, GUISE_FILE_LIST_DIRECTORY);
		return (*path ? below.listable : below.root_listable) ? 0
								      : -EACCES;
	}
	r = answer(actor, below.error);
	if (r < 0)
		return r;
	*ret_stat = (struct stat){.st_mode = below.mode, .st_size = 5};
	*ret_fd = dup(0);
	return 0;
}

int guise_share_stat(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, struct stat *ret_stat)
{
	(void)share;
	(void)path;
	*ret_stat = (struct stat){.st_mode = below.mode};
	return answer(actor, below.error);
}

int guise_share_list(struct guise_share *share, const struct guise_actor *actor,
		     const char *path,
		     int (*found)(void *context,
				  const struct guise_entry *entry),
		     void *context)
{
	const struct guise_entry entry = {"<b>", {.st_mode = S_IFREG}};
	int r = answer(actor, below.error);

	(void)share;
	(void)path;
	for (int i = 0; r == 0 && i < 3; i++)
		r = found(context, &entry);
	return r;
}

int guise_share_put_begin(struct guise_share *share,
			  const struct guise_actor *actor, const char *path,
			  struct guise_put **ret, int *ret_fd,
			  struct stat *ret_old)
{
	int r = answer(actor, below.error);

	(void)path;
	if (r < 0)
		return r;
	*ret = (struct guise_put *)(void *)share;
	*ret_fd = -EBADF;
	*ret_old = (struct stat){.st_mode = below.mode};
	return 0;
}

int guise_share_put_commit(struct guise_put *put,
			   const struct guise_actor *actor,
			   const struct stat *must_be, bool durable,
			   struct stat *ret_new)
{
	(void)put;
	(void)must_be;
	(void)durable;
	*ret_new = (struct stat){.st_mode = S_IFREG};
	return answer(actor, below.error);
}

void guise_share_put_abort(struct guise_put *put,
			   const struct guise_actor *actor)
{
	(void)put;
	(void)actor;
	below.aborted++;
}

int guise_share_mkdir(struct guise_share *share,
		      const struct guise_actor *actor, const char *path)
{
	(void)share;
	(void)path;
	return answer(actor, below.error);
}

int guise_share_delete(struct guise_share *share,
		       const struct guise_actor *actor, const char *path,
		       guise_member_failed *failed, void *context)
{
	(void)share;
	(void)path;
	(void)failed;
	(void)context;
	return answer(actor, below.error);
}

int guise_share_copy(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, struct guise_share *target_share,
		     const char *target, bool recursive, bool overwrite,
		     guise_member_failed *failed, void *context,
		     bool *ret_created)
{
	(void)share;
	(void)path;
	(void)target_share;
	(void)target;
	(void)recursive;
	(void)overwrite;
	(void)failed;
	(void)context;
	*ret_created = true;
	return answer(actor, below.error);
}

int guise_share_move(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, struct guise_share *target_share,
		     const char *target, bool overwrite,
		     guise_member_failed *failed, void *context,
		     bool *ret_created)
{
	return guise_share_copy(share, actor, path, target_share, target, true,
				overwrite, failed, context, ret_created);
}

static struct client alice = {.name = "alice"}, nobody;

static int find(void *context, const struct basic *who, struct client **ret)
{
	(void)context;
	(void)who;
	(void)ret;
	return -EAGAIN;
}

static int logon(void *context, unsigned thread, const struct basic *who,
		 struct client **ret)
{
	(void)context;
	(void)thread;
	below.logons++;
	if (who && strcmp(who->password, "busy") == 0)
		return GUISE_E_LIMIT;
	if (who && strcmp(who->password, "b") != 0)
		return GUISE_E_LOGON_FAILURE;
	if (who && strcmp(who->name, "a") != 0)
		return strcmp(who->name, "root") == 0 ? GUISE_E_CEILING
						      : GUISE_E_LOGON_FAILURE;
	*ret = who ? &alice : &nobody;
	return 0;
}

static void forget(void *context, struct client *client)
{
	(void)context;
	(void)client;
}

static const struct clients clients = {
	.find = find,
	.logon = logon,
	.forget = forget,
	.release = forget,
};

/* Any address: the fakes do not look into it. */
static char some_share;
static const struct site_share shares[] = {
	{"open", (struct guise_share *)(void *)&some_share, true},
	{"closed", (struct guise_share *)(void *)&some_share, false},
};

static const struct site site = {
	.shares = shares,
	.n_shares = 2,
	.clients = &clients,
	.max_upload = 1000,
	.max_listing = 2,
};

static const struct serve_thread thread = {0};

#define GOOD "Basic YTpi"
#define WRONG "Basic YTpj"     /* a:c */
#define UNKNOWN "Basic eDpi"   /* x:b */
#define ABOVE "Basic cm9vdDpi" /* root:b */
#define BUSY "Basic YTpidXN5"  /* a:busy */

struct ask {
	const char *method;
	const char *target;
	const char *authorization;
	const char *name; /* one more header */
	const char *value;
	const char *body;
};

struct told {
	unsigned status;
	enum decided decided;
	char text[4000]; /* everything the client sees */
};

static struct told told_by(struct exchange *ex)
{
	struct told told = {.status = ex->response.status,
			    .decided = ex->decided};
	size_t n = 0;

	for (size_t i = 0; i < ex->response.n_headers; i++)
		n += (size_t)snprintf(told.text + n, sizeof(told.text) - n,
				      "%s: %s\n", ex->response.headers[i].name,
				      ex->response.headers[i].value);
	(void)snprintf(told.text + n, sizeof(told.text) - n, "\n%.*s",
		       (int)ex->response.memory.size,
		       (char *)ex->response.memory.data);
	return told;
}

static struct told ask_site(const struct site *at, const struct ask *ask)
{
	struct request_header headers[3];
	struct request request = {.method = span_of(ask->method),
				  .target = span_of(ask->target),
				  .headers = headers,
				  .peer = "127.0.0.1"};
	enum exchange_next next;
	struct exchange ex;
	struct told told;
	bool fed = false;

	if (ask->authorization)
		headers[request.n_headers++] = (struct request_header){
			span_of("Authorization"), span_of(ask->authorization)};
	if (ask->name)
		headers[request.n_headers++] = (struct request_header){
			span_of(ask->name), span_of(ask->value)};
	if (ask->body)
		headers[request.n_headers++] = (struct request_header){
			span_of("Transfer-Encoding"), span_of("chunked")};
	next = exchange_begin(&ex, at, &request, &thread);
	while (next != EXCHANGE_RESPOND) {
		bool more = ask->body && !fed;

		if (next == EXCHANGE_BLOCKS) {
			next = exchange_run(&ex, &thread);
			continue;
		}
		fed = true;
		next = more ? exchange_body(&ex, &thread, ask->body,
					    strlen(ask->body))
			    : exchange_body_end(&ex, &thread);
	}
	told = told_by(&ex);
	exchange_end(&ex, &thread);
	return told;
}

static struct told asked(const struct ask *ask)
{
	return ask_site(&site, ask);
}

static void reset(int error, bool listable)
{
	memset(&below, 0, sizeof(below));
	below.error = error;
	below.listable = listable;
	below.root_listable = true;
	below.layer = GUISE_LAYER_KERNEL;
	below.mode = S_IFREG;
}

static const char *const methods[] = {"GET",  "HEAD", "PUT",   "DELETE",
				      "COPY", "MOVE", "MKCOL", "PROPFIND"};

static struct ask ask_for(const char *method, const char *target,
			  const char *authorization)
{
	struct ask ask = {.method = method,
			  .target = target,
			  .authorization = authorization};

	if (strcmp(method, "COPY") == 0 || strcmp(method, "MOVE") == 0) {
		ask.name = "Destination";
		ask.value = "/open/d/elsewhere";
	}
	if (strcmp(method, "PROPFIND") == 0) {
		ask.name = "Depth";
		ask.value = "1";
	}
	return ask;
}

/* The heart: a hidden thing and one that is not there are told apart by
 * nothing, whoever asks, whatever is asked, whichever layer refuses. */
static void hidden_is_told_as_missing(void **state)
{
	static const int refusals[] = {-EACCES,
				       -EPERM,
				       -EBADMSG,
				       -ENXIO,
				       GUISE_E_ACCESS_DENIED,
				       GUISE_E_BAD_LEVEL,
				       GUISE_E_CEILING};
	static const int absences[] = {-ENOENT, -ENOTDIR, -ELOOP, -EXDEV};
	static const char *const who[] = {GOOD, NULL};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		for (size_t w = 0; w < ARRAY_SIZE(who); w++) {
			struct ask ask =
				ask_for(methods[m], "/open/d/x", who[w]);
			struct told missing, hidden;

			reset(-ENOENT, false);
			missing = asked(&ask);
			assert_int_equal(missing.status / 100, 4);
			for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
				reset(refusals[i], false);
				hidden = asked(&ask);
				assert_int_equal(hidden.status, missing.status);
				assert_string_equal(hidden.text, missing.text);
			}
			for (size_t i = 0; i < ARRAY_SIZE(absences); i++) {
				reset(absences[i], false);
				hidden = asked(&ask);
				assert_int_equal(hidden.status, missing.status);
				assert_string_equal(hidden.text, missing.text);
			}
		}
	}
}

/* COPY and MOVE look at the source first; what fails after that must not say
 * that it was there. */
static void a_hidden_source_is_not_told_by_a_later_failure(void **state)
{
	static const int errors[] = {-EACCES, -ENOENT, -EEXIST, -EINVAL,
				     GUISE_E_ACCESS_DENIED};

	(void)state;
	for (size_t m = 4; m < 6; m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", GOOD);
		struct told missing, hidden;

		reset(-ENOENT, false);
		missing = asked(&ask);
		assert_int_equal(missing.status, 404);
		for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
			reset(errors[i], false);
			below.fails_later = true;
			hidden = asked(&ask);
			assert_int_equal(below.looked, 2);
			assert_int_equal(hidden.status, 404);
			assert_string_equal(hidden.text, missing.text);
		}
	}
}

static void a_read_only_share_hides_as_well(void **state)
{
	struct told missing, hidden;

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", GOOD);

		reset(-ENOENT, false);
		missing = asked(&ask);
		reset(GUISE_E_ACCESS_DENIED, false);
		below.layer = GUISE_LAYER_SHARE;
		hidden = asked(&ask);
		assert_string_equal(hidden.text, missing.text);
		below.listable = true;
		assert_int_equal(asked(&ask).status, 403);
	}
}

static void what_is_listed_is_forbidden_by_name(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", GOOD);
		struct told told;

		reset(-EACCES, true);
		told = asked(&ask);
		assert_int_equal(told.status, 403);
		assert_int_equal(told.decided, DECIDED_VERDICT);
	}
}

static void anonymous_is_challenged_where_refused(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", NULL);
		struct told refused, unlisted;

		reset(-EACCES, true);
		refused = asked(&ask);
		assert_int_equal(refused.status, 401);
		reset(-ENOENT, false);
		unlisted = asked(&ask);
		assert_int_equal(unlisted.status, 401);
		assert_string_equal(refused.text, unlisted.text);
	}
	reset(-ENOENT, true);
	assert_int_equal(asked(&(struct ask){"GET", "/open/d/x", NULL}).status,
			 404);
}

static void a_closed_share_and_no_share_are_the_same(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask a = ask_for(methods[m], "/closed/x", NULL);
		struct ask b = ask_for(methods[m], "/nosuch/x", NULL);
		struct ask c = ask_for(methods[m], "/closed", NULL);
		struct told closed, missing, root;

		reset(0, true);
		closed = asked(&a);
		missing = asked(&b);
		root = asked(&c);
		assert_int_equal(closed.status, 401);
		assert_string_equal(closed.text, missing.text);
		assert_string_equal(root.text, missing.text);
		assert_int_equal(below.looked, 0);
	}
}

/* For someone logged on: a share whose root is closed to them. */
static void a_forbidden_root_and_no_share_are_the_same(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask a = ask_for(methods[m], "/closed/", GOOD);
		struct ask b = ask_for(methods[m], "/nosuch/", GOOD);
		struct told closed, missing;

		reset(-EACCES, false);
		below.root_listable = false;
		closed = asked(&a);
		missing = asked(&b);
		if (closed.status != missing.status)
			fail_msg("%s: %u and %u", methods[m], closed.status,
				 missing.status);
		assert_string_equal(closed.text, missing.text);
	}
}

static void every_failed_logon_is_told_alike(void **state)
{
	static const char *const bad[] = {
		WRONG,	UNKNOWN,      ABOVE,	 "Basic",
		"junk", "Basic ====", "Bearer x"};
	struct told first = {0};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			struct ask ask =
				ask_for(methods[m], "/open/d/x", bad[i]);
			struct told told;

			reset(0, true);
			told = asked(&ask);
			assert_int_equal(told.status, 401);
			assert_int_equal(told.decided, DECIDED_LOGON);
			assert_int_equal(below.looked, 0);
			if (first.status == 0)
				first = told;
			/* HEAD has no body */
			if (strcmp(methods[m], "HEAD") != 0)
				assert_string_equal(told.text, first.text);
		}
	}
}

static void nothing_is_looked_at_without_credentials(void **state)
{
	static const char *const targets[] = {"/",    "/a/../b", "junk",
					      "/%00", "*",	 "/closed/x"};
	static const char *const odd[] = {"GET", "LOCK", "BREW", "OPTIONS"};
	const struct site closed = {
		.shares = shares + 1, .n_shares = 1, .clients = &clients};

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(targets); t++) {
		for (size_t m = 0; m < ARRAY_SIZE(odd); m++) {
			struct ask ask = {odd[m], targets[t], NULL};

			reset(0, true);
			assert_int_equal(ask_site(&closed, &ask).status, 401);
			assert_int_equal(below.looked + below.logons, 0);
		}
	}
}

static void a_dead_session_is_renewed_once(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x/", GOOD);

		ask.target = "/open/d/x";
		reset(0, true);
		below.session_dead = 1;
		assert_in_range(asked(&ask).status, 200, 399);
		assert_int_equal(below.logons, 2);
		reset(0, true);
		below.session_dead = 100;
		assert_int_equal(asked(&ask).status, 503);
		assert_int_equal(below.logons, 2);
	}
}

static void too_busy_is_503(void **state)
{
	struct told told;

	(void)state;
	reset(0, true);
	told = asked(&(struct ask){"GET", "/open/d/x", BUSY});
	assert_int_equal(told.status, 503);
	assert_non_null(strstr(told.text, "Retry-After: "));
}

struct plain_case {
	struct ask ask;
	int error;
	bool listable;
	mode_t mode;
	unsigned status;
};

/* clang-format off */
static const struct plain_case plain_cases[] = {
	{ { "BREW", "/open/d/x", GOOD }, 0, true, S_IFREG, 501 },
	{ { "LOCK", "/open/d/x", GOOD }, 0, true, S_IFREG, 405 },
	{ { "PROPPATCH", "/open/d/x", GOOD }, 0, true, S_IFREG, 405 },
	{ { "get", "/open/d/x", GOOD }, 0, true, S_IFREG, 501 },
	{ { "GET", "/open/../x", GOOD }, 0, true, S_IFREG, 400 },
	{ { "GET", "/open/%2e%2e/x", GOOD }, 0, true, S_IFREG, 400 },
	{ { "GET", "/open/d/x", GOOD, "If-Match", "junk" }, 0, true, S_IFREG, 400 },
	{ { "GET", "/open/d/x", GOOD, "If-Match", "\"x\"" }, 0, true, S_IFREG, 412 },
	{ { "GET", "/open/d/x", GOOD, "If-None-Match", "*" }, 0, true, S_IFREG, 304 },
	{ { "GET", "/open/d/x", GOOD, "Range", "bytes=9-" }, 0, true, S_IFREG, 416 },
	{ { "GET", "/open/d/x", GOOD, "Range", "bytes=1-2" }, 0, true, S_IFREG, 206 },
	{ { "GET", "/open/d/x", GOOD, "Range", "bytes=1-2,4-5" }, 0, true, S_IFREG, 200 },
	{ { "GET", "/open/d/x/", GOOD }, 0, true, S_IFREG, 404 },
	{ { "GET", "/open/d/x", GOOD }, 0, true, S_IFDIR, 301 },
	{ { "GET", "/open/d/x/", GOOD }, 0, true, S_IFDIR, 200 },
	{ { "GET", "/open/d/x", GOOD }, 0, true, S_IFIFO, 403 },
	{ { "GET", "/", GOOD }, 0, true, S_IFDIR, 200 },
	{ { "PUT", "/open/d/x", GOOD, NULL, NULL, "new" }, -ENOSPC, true, S_IFREG, 507 },
	{ { "PUT", "/open/d/x", GOOD, NULL, NULL, "new" }, -EDQUOT, true, S_IFREG, 507 },
	{ { "PUT", "/open/d/x", GOOD, "Content-Range", "bytes 0-1/2" }, 0, true, S_IFREG, 400 },
	{ { "PUT", "/open/d/x", GOOD, "Content-Length", "1001" }, 0, true, S_IFREG, 413 },
	{ { "PUT", "/open/d/x", GOOD, "Content-Length", "-1" }, 0, true, S_IFREG, 400 },
	{ { "PUT", "/open/d/x", GOOD, "If", "(<urn:x>)" }, 0, true, S_IFREG, 412 },
	{ { "PUT", "/open/d/x", GOOD, "If-None-Match", "*" }, 0, true, S_IFREG, 412 },
	{ { "PUT", "/open/d/x/", GOOD }, 0, true, S_IFREG, 409 },
	{ { "PUT", "/open/", GOOD }, 0, true, S_IFREG, 405 },
	{ { "PUT", "/", GOOD }, 0, true, S_IFREG, 405 },
	{ { "PUT", "/x", GOOD }, 0, true, S_IFREG, 409 },
	{ { "PUT", "/open/d/x", GOOD }, -EISDIR, true, S_IFREG, 405 },
	{ { "PUT", "/open/d/x", GOOD }, -EISDIR, false, S_IFREG, 409 },
	{ { "PUT", "/open/d/x", GOOD }, 0, true, 0, 201 },
	{ { "PUT", "/open/d/x", GOOD }, 0, true, S_IFREG, 204 },
	{ { "MKCOL", "/open/d/x", GOOD }, -EEXIST, true, S_IFREG, 405 },
	{ { "MKCOL", "/open/d/x", GOOD }, -EEXIST, false, S_IFREG, 409 },
	{ { "MKCOL", "/open/d/x", GOOD }, -ENOENT, true, S_IFREG, 409 },
	{ { "MKCOL", "/open/d/x", GOOD, "Content-Length", "1" }, 0, true, S_IFREG, 415 },
	{ { "MKCOL", "/open/d/x", GOOD }, 0, true, S_IFREG, 201 },
	{ { "DELETE", "/open/", GOOD }, 0, true, S_IFREG, 403 },
	{ { "DELETE", "/open/d/x", GOOD, "Depth", "0" }, 0, true, S_IFREG, 400 },
	{ { "DELETE", "/open/d/x", GOOD, "Depth", "infinity" }, 0, true, S_IFREG, 204 },
	{ { "DELETE", "/open/d/x/", GOOD }, 0, true, S_IFREG, 404 },
	{ { "DELETE", "/open/d/x", GOOD, "If-Match", "\"x\"" }, 0, true, S_IFREG, 412 },
	{ { "DELETE", "/", GOOD }, 0, true, S_IFREG, 405 },
	{ { "COPY", "/open/d/x", GOOD }, 0, true, S_IFREG, 400 },
	{ { "COPY", "/open/d/x", GOOD, "Destination", "http://other/open/d/y" }, 0, true, S_IFREG, 502 },
	{ { "COPY", "/open/d/x", GOOD, "Destination", "/open/../y" }, 0, true, S_IFREG, 400 },
	{ { "COPY", "/open/d/x", GOOD, "Destination", "/open/d/x" }, 0, true, S_IFREG, 403 },
	{ { "COPY", "/open/d/x", GOOD, "Destination", "/" }, 0, true, S_IFREG, 403 },
	{ { "COPY", "/open/d/x", GOOD, "Destination", "/nosuch/y" }, 0, true, S_IFREG, 409 },
	{ { "COPY", "/open/d/x", GOOD, "Destination", "/open/d/y" }, 0, true, S_IFREG, 201 },
	{ { "MOVE", "/open/", GOOD, "Destination", "/open/d/y" }, 0, true, S_IFREG, 403 },
	{ { "MOVE", "/open/d/x", GOOD, "Destination", "/open/d/y" }, 0, true, S_IFREG, 201 },
	{ { "PROPFIND", "/open/d/x", GOOD }, 0, true, S_IFREG, 403 },
	{ { "PROPFIND", "/open/d/x", GOOD, "Depth", "infinity" }, 0, true, S_IFREG, 403 },
	{ { "PROPFIND", "/open/d/x", GOOD, "Depth", "2" }, 0, true, S_IFREG, 400 },
	{ { "PROPFIND", "/open/d/x", GOOD, "Depth", "0", "junk" }, 0, true, S_IFREG, 400 },
	{ { "PROPFIND", "/open/d/x", GOOD, "Depth", "0" }, 0, true, S_IFREG, 207 },
	/* three members where two are shown: not a part of it for all */
	{ { "PROPFIND", "/open/d/x", GOOD, "Depth", "1" }, 0, true, S_IFDIR, 507 },
	{ { "OPTIONS", "*", GOOD }, 0, true, S_IFREG, 200 },
	{ { "OPTIONS", "/open/d/x", GOOD }, 0, true, S_IFREG, 200 },
	{ { "GET", "/open/d/x", GOOD }, -EIO, true, S_IFREG, 500 },
	{ { "GET", "/open/d/x", GOOD }, -ECONNRESET, true, S_IFREG, 503 },
};
/* clang-format on */

static void each_request_has_its_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plain_cases); i++) {
		const struct plain_case *c = &plain_cases[i];
		struct told told;

		reset(c->error, c->listable);
		below.mode = c->mode;
		told = asked(&c->ask);
		if (told.status != c->status)
			fail_msg("case %zu, %s %s: %u, not %u", i,
				 c->ask.method, c->ask.target, told.status,
				 c->status);
		assert_non_null(strstr(told.text, "nosniff"));
		assert_non_null(strstr(told.text, "Vary: Authorization"));
	}
}

static void an_upload_that_fails_leaves_nothing(void **state)
{
	char large[1002];
	struct ask ask = {"PUT", "/open/d/x", GOOD, NULL, NULL, large};

	(void)state;
	memset(large, 'x', 1001);
	large[1001] = '\0';
	reset(0, true);
	assert_int_equal(asked(&ask).status, 413);
	assert_int_equal(below.aborted, 1);
	reset(0, true);
	ask.body = "short"; /* the fake's descriptor cannot be written to */
	assert_int_equal(asked(&ask).status, 500);
	assert_int_equal(below.aborted, 1);
}

static void pages_are_escaped_and_may_not_script(void **state)
{
	struct told told;

	(void)state;
	reset(0, true);
	below.mode = S_IFDIR;
	told = asked(&(struct ask){"GET", "/open/d/%3Cscript%3E/", GOOD});
	assert_int_equal(told.status, 200);
	assert_null(strstr(told.text, "<script"));
	assert_null(strstr(told.text, "<b>"));
	assert_non_null(strstr(told.text, "default-src 'none'"));
	assert_non_null(strstr(told.text, "./%3Cb%3E\">&lt;b&gt;"));
	assert_non_null(strstr(told.text, "only a part"));
	assert_non_null(strstr(told.text, "<strong>alice</strong>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden_is_told_as_missing),
		cmocka_unit_test(
			a_hidden_source_is_not_told_by_a_later_failure),
		cmocka_unit_test(a_read_only_share_hides_as_well),
		cmocka_unit_test(what_is_listed_is_forbidden_by_name),
		cmocka_unit_test(anonymous_is_challenged_where_refused),
		cmocka_unit_test(a_closed_share_and_no_share_are_the_same),
		cmocka_unit_test(a_forbidden_root_and_no_share_are_the_same),
		cmocka_unit_test(every_failed_logon_is_told_alike),
		cmocka_unit_test(nothing_is_looked_at_without_credentials),
		cmocka_unit_test(a_dead_session_is_renewed_once),
		cmocka_unit_test(too_busy_is_503),
		cmocka_unit_test(each_request_has_its_status),
		cmocka_unit_test(an_upload_that_fails_leaves_nothing),
		cmocka_unit_test(pages_are_escaped_and_may_not_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
