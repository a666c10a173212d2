/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares and clients that are made up, for tests of what requests are answered
 * with: a test says what the layer below answers. To be included once.
 */
#ifndef TESTS_SERVE_FAKE_H
#define TESTS_SERVE_FAKE_H

#include <stdio.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/share.h>

#include "dav.h"

/* The layer below, as a test wants it. */
static struct {
	int error;		/* of the operation on the thing itself */
	bool listable;		/* the directory it is in */
	const char *dark;	/* a directory that is not listable even so */
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
		if (below.dark && strcmp(path, below.dark) == 0)
			return -EACCES;
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

/* Who logs on by other means than passwords. */
static struct {
	struct session_name live; /* the one session that has a name */
	bool has_live;
	int negotiate; /* what comes of a message */
	bool binds;
	uint64_t life_s;
	unsigned unbound;
	uint64_t seen_pending; /* with the last message */
	char message[16];
} door;

static int find(void *context, const struct credentials *who,
		struct client **ret)
{
	(void)context;
	if (who->kind != CREDENTIALS_COOKIE &&
	    who->kind != CREDENTIALS_CONNECTION)
		return -EAGAIN;
	if (!door.has_live ||
	    memcmp(&who->session, &door.live, sizeof(door.live)) != 0)
		return -ENOENT;
	*ret = &alice;
	return 0;
}

static int logon_basic(const struct basic *who, struct client **ret)
{
	if (strcmp(who->password, "busy") == 0)
		return GUISE_E_LIMIT;
	if (strcmp(who->password, "b") != 0)
		return GUISE_E_LOGON_FAILURE;
	if (strcmp(who->name, "a") != 0)
		return strcmp(who->name, "root") == 0 ? GUISE_E_CEILING
						      : GUISE_E_LOGON_FAILURE;
	*ret = &alice;
	return 0;
}

/* The reply is the message again. */
static int logon_negotiate(const struct negotiate *who, struct binding *binding,
			   struct logon *logon, struct client **ret)
{
	assert_true(who->size < sizeof(door.message));
	memcpy(door.message, who->data, who->size);
	door.message[who->size] = '\0';
	door.seen_pending = binding ? binding->pending : 0;
	assert_int_equal(buf_append(&logon->reply, who->data, who->size), 0);
	if (binding)
		binding->pending =
			door.negotiate == GUISE_E_CONTINUE_NEEDED ? 7 : 0;
	if (door.negotiate < 0)
		return door.negotiate;
	door.has_live = true;
	logon->session = door.live;
	logon->life_s = door.life_s;
	logon->is_bound = door.binds && binding;
	if (logon->is_bound) {
		binding->is_bound = true;
		binding->session = door.live;
	}
	*ret = &alice;
	return 0;
}

static int logon(void *context, unsigned thread, const struct credentials *who,
		 struct binding *binding, struct logon *ret_logon,
		 struct client **ret)
{
	(void)context;
	(void)thread;
	below.logons++;
	switch (who->kind) {
	case CREDENTIALS_BASIC:
		return logon_basic(&who->basic, ret);
	case CREDENTIALS_NEGOTIATE:
		return logon_negotiate(&who->negotiate, binding, ret_logon,
				       ret);
	case CREDENTIALS_PEER:
		*ret = &alice;
		return 0;
	case CREDENTIALS_NONE:
		*ret = &nobody;
		return 0;
	case CREDENTIALS_COOKIE:
	case CREDENTIALS_CONNECTION:
		break;
	}
	fail_msg("nothing to log on with");
	return GUISE_E_LOGON_FAILURE;
}

static void unbind(void *context, struct binding *binding)
{
	(void)context;
	door.unbound++;
	binding->is_bound = false;
}

static void forget(void *context, struct client *client)
{
	(void)context;
	door.has_live = door.has_live && client != &alice;
}

static void release(void *context, struct client *client)
{
	(void)context;
	(void)client;
}

static const struct clients clients = {
	.find = find,
	.logon = logon,
	.unbind = unbind,
	.forget = forget,
	.release = release,
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
	.schemes = {.basic = true},
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
	struct binding *binding;
	const char *cookie;
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
	struct request_header headers[4];
	struct request request = {.method = span_of(ask->method),
				  .target = span_of(ask->target),
				  .headers = headers,
				  .peer = "127.0.0.1",
				  .binding = ask->binding};
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
	if (ask->cookie)
		headers[request.n_headers++] = (struct request_header){
			span_of("Cookie"), span_of(ask->cookie)};
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

static inline struct told asked(const struct ask *ask)
{
	return ask_site(&site, ask);
}

static void reset(int error, bool listable)
{
	memset(&below, 0, sizeof(below));
	memset(&door, 0, sizeof(door));
	below.error = error;
	below.listable = listable;
	below.root_listable = true;
	below.layer = GUISE_LAYER_KERNEL;
	below.mode = S_IFREG;
}

#endif
