/* SPDX-License-Identifier: Apache-2.0 */
/* See link.h. */
#include <pthread.h>

#include "link.h"

struct promise {
	uint64_t from;
	struct guise_token_object *context;
};

/* @lock protects what follows; a leaf
 * @promises: @n of them from @first on, ascending; the first is in force. There
 * is at most one more than frames are under way, which the socket bounds. */
struct link {
	atomic_uint refs;
	pthread_mutex_t lock;
	bool disconnected;
	struct promise *promises;
	size_t first;
	size_t n;
	size_t capacity;
};

struct link *link_new(void)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	atomic_init(&link->refs, 2);
	must(pthread_mutex_init(&link->lock, NULL) == 0);
	return link;
}

void link_unref(struct link *link)
{
	if (!link || !refcount_put(&link->refs))
		return;
	for (size_t i = 0; i < link->n; i++)
		(void)guise_token_object_unref(
			link->promises[link->first + i].context);
	free(link->promises);
	must(pthread_mutex_destroy(&link->lock) == 0);
	free(link);
}

/* Room for one more behind the last. */
static int reserve(struct link *link)
{
	size_t capacity = link->capacity ? 2 * link->n + 4 : 4;
	struct promise *grown;

	if (link->first + link->n < link->capacity)
		return 0;
	if (link->first > 0) {
		memmove(link->promises, link->promises + link->first,
			link->n * sizeof(*link->promises));
		link->first = 0;
		return 0;
	}
	grown = reallocarray(link->promises, capacity, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	link->promises = grown;
	link->capacity = capacity;
	return 0;
}

static int promise(struct link *link, uint64_t frame,
		   struct guise_token_object *context)
{
	struct promise *last = NULL;
	int r;

	if (link->n > 0)
		last = &link->promises[link->first + link->n - 1];
	if (last && last->context == context)
		return 0;
	if (last && last->from == frame) {
		/* that write did not come about */
		(void)guise_token_object_unref(last->context);
		last->context = guise_token_object_ref(context);
		return 0;
	}
	r = reserve(link);
	if (r < 0)
		return r;
	link->promises[link->first + link->n++] = (struct promise){
		.from = frame, .context = guise_token_object_ref(context)};
	return 0;
}

int link_promise(struct link *link, uint64_t frame,
		 struct guise_token_object *context)
{
	int r;

	must(pthread_mutex_lock(&link->lock) == 0);
	r = promise(link, frame, context);
	must(pthread_mutex_unlock(&link->lock) == 0);
	return r;
}

struct guise_token_object *link_context(struct link *link, uint64_t frame)
{
	struct guise_token_object *context = NULL;

	must(pthread_mutex_lock(&link->lock) == 0);
	while (link->n > 1 && link->promises[link->first + 1].from <= frame) {
		(void)guise_token_object_unref(
			link->promises[link->first].context);
		link->first++;
		link->n--;
	}
	if (link->n > 0 && link->promises[link->first].from <= frame)
		context = guise_token_object_ref(
			link->promises[link->first].context);
	must(pthread_mutex_unlock(&link->lock) == 0);
	return context;
}

void link_disconnect(struct link *link)
{
	must(pthread_mutex_lock(&link->lock) == 0);
	link->disconnected = true;
	must(pthread_mutex_unlock(&link->lock) == 0);
}

bool link_is_disconnected(struct link *link)
{
	bool is;

	must(pthread_mutex_lock(&link->lock) == 0);
	is = link->disconnected;
	must(pthread_mutex_unlock(&link->lock) == 0);
	return is;
}

int caller_token(const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = guise_effective_token(&token);
	if (r < 0)
		return r;
	if (guise_token_type(token) == GUISE_TOKEN_IMPERSONATION &&
	    guise_token_level(token) < GUISE_LEVEL_IMPERSONATION)
		return GUISE_E_BAD_LEVEL;

	*ret = guise_take(token);
	return 0;
}

static int process_user(struct guise_sid *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_token_object *process;
	int r;

	r = guise_process_token(&process);
	if (r < 0)
		return r;
	token = guise_token_object_token(process);
	*ret = guise_token_user(token)->sid;
	return 0;
}

int context_new(const struct guise_token *token,
		struct guise_token_object **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_ace aces[3] = {
		{.mask = GUISE_TOKEN_ALL_ACCESS,
		 .sid = guise_token_user(token)->sid},
		{.mask = GUISE_TOKEN_ALL_ACCESS},
		{.mask = GUISE_TOKEN_ALL_ACCESS},
	};
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	int r;

	r = process_user(&aces[1].sid);
	if (r < 0)
		return r;
	r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL, &aces[2].sid);
	if (r < 0)
		return r;
	r = guise_acl_new(0, aces, ARRAY_SIZE(aces), &dacl);
	if (r < 0)
		return r;
	fields.owner = &aces[0].sid;
	fields.group = guise_token_primary_group(token);
	fields.dacl = dacl;
	r = guise_sd_new(&fields, &sd);
	if (r < 0)
		return r;
	return guise_token_object_new(token, NULL, sd, ret);
}

/* SeCreateClientSecurity: nobody offers more than he has. */
static bool may_offer(const struct guise_token *source, enum guise_level level)
{
	return guise_token_type(source) == GUISE_TOKEN_PRIMARY ||
	       guise_token_level(source) >= level;
}

static int capture_of(const struct guise_token *source,
		      const struct guise_quality_of_service *qos,
		      struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = qos->level,
		.effective_only = qos->effective_only,
		.token_id = guise_luid_new(),
	};
	int r;

	if (!may_offer(source, qos->level))
		return GUISE_E_BAD_LEVEL;
	r = guise_token_duplicate(source, &options, &token);
	if (r < 0)
		return r;
	return context_new(token, ret);
}

int capture_now(struct capture *capture)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *source = NULL;
	struct guise_token_object *context;
	int r;

	r = guise_effective_token(&source);
	if (r < 0)
		return r;
	if (source == capture->source)
		return 0;
	r = capture_of(source, &capture->qos, &context);
	if (r < 0)
		return r;
	(void)guise_token_object_unref(capture->context);
	(void)guise_token_unref(capture->source);
	capture->context = context;
	capture->source = guise_take(source);
	return 0;
}

void capture_clear(struct capture *capture)
{
	capture->context = guise_token_object_unref(capture->context);
	capture->source = guise_token_unref(capture->source);
}
