/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message of a Kerberos client at a time. The keytab, the replay cache and
 * half-done exchanges are in this process only; what leaves it is the reply, a
 * token, and words for the log. A client's delegated credential does not even
 * come to be.
 */
#include <stdio.h>
#include <time.h>

#include <guise/logon.h>

#include "accept.h"
#include "fair.h"
#include "gss-token.h"
#include "helper-body.h"
#include "helper-negotiate.h"
#include "negotiate-wire.h"

struct pending {
	uint64_t id; /* 0: free */
	uint64_t deadline_ms;
	uint64_t origin;
	struct gss_exchange *exchange;
};

struct negotiations {
	const struct logon_sources *sources;
	struct gss_acceptor *acceptor; /* NULL until needed */
	struct pending pending[GUISE_NEGOTIATIONS_PENDING_MAX];
};

/* One message and what comes of it. */
struct turn {
	struct guise_buf message;
	struct guise_buf body; /* the reply, then the token */
	uint64_t origin;
	struct negotiate_wire_answer answer;
};

static void turn_clear(struct turn *turn)
{
	guise_buf_clear(&turn->message);
	guise_buf_clear(&turn->body);
}

static void exchange_freep(struct gss_exchange **exchange)
{
	*exchange = gss_exchange_free(*exchange);
}

/*
 * Variables that would turn off or move the replay cache, or give the process
 * credentials of its own to initiate with.
 */
static void forget_environment(void)
{
	static const char *const names[] = {
		"KRB5CCNAME",	  "KRB5RCACHEDIR",	"KRB5RCACHENAME",
		"KRB5RCACHETYPE", "KRB5_CLIENT_KTNAME",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		(void)unsetenv(names[i]);
}

struct negotiations *negotiations_new(const struct logon_sources *sources)
{
	struct negotiations *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->sources = sources;
	if (sources->negotiate)
		forget_environment();
	return n;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void pending_drop(struct pending *pending)
{
	pending->exchange = gss_exchange_free(pending->exchange);
	pending->id = 0;
}

static void drop_late(struct negotiations *n)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < ARRAY_SIZE(n->pending); i++) {
		if (n->pending[i].id && n->pending[i].deadline_ms <= now)
			pending_drop(&n->pending[i]);
	}
}

/* A place for one more: a free one, else that of whoever has most. */
static struct pending *find_place(struct negotiations *n)
{
	struct fair places[ARRAY_SIZE(n->pending)];
	struct pending *loser;

	for (size_t i = 0; i < ARRAY_SIZE(n->pending); i++) {
		if (!n->pending[i].id)
			return &n->pending[i];
		places[i] = (struct fair){n->pending[i].origin,
					  n->pending[i].deadline_ms};
	}
	loser = &n->pending[fair_loser(places, ARRAY_SIZE(places))];
	pending_drop(loser);
	return loser;
}

/* Takes @exchange, for as long as it has left. */
static uint64_t put_pending(struct negotiations *n,
			    struct gss_exchange *exchange, uint64_t origin,
			    uint64_t deadline_ms)
{
	struct pending *place = find_place(n);

	place->id = guise_luid_new();
	place->deadline_ms = deadline_ms;
	place->origin = origin;
	place->exchange = exchange;
	return place->id;
}

static struct gss_exchange *take_pending(struct negotiations *n, uint64_t id,
					 uint64_t *ret_deadline_ms)
{
	for (size_t i = 0; i < ARRAY_SIZE(n->pending); i++) {
		struct pending *pending = &n->pending[i];

		if (pending->id == id) {
			pending->id = 0;
			*ret_deadline_ms = pending->deadline_ms;
			return guise_take(pending->exchange);
		}
	}
	return NULL;
}

static int fail(struct turn *turn, int code, const char *why)
{
	(void)snprintf(turn->answer.why, sizeof(turn->answer.why), "%s", why);
	return code;
}

static int get_acceptor(struct negotiations *n, struct turn *turn)
{
	int r;

	if (n->acceptor)
		return 0;
	if (!n->sources->negotiate)
		return fail(turn, GUISE_E_LOGON_FAILURE,
			    "Kerberos clients are not accepted here");
	r = gss_acceptor_new(n->sources->negotiate, &n->acceptor);
	if (r == -ENOSYS)
		return fail(turn, r, "libgssapi_krb5 is not installed");
	return r < 0 ? fail(turn, r, "the acceptor cannot be made") : 0;
}

struct finder {
	const struct logon_sources *sources;
	bool *is_elsewhere; /* whether somebody else has to be asked */
};

static int find_account(const void *context, const char *name,
			guise_luid authentication_id,
			const struct guise_token **ret)
{
	const struct finder *finder = context;
	int r;

	(void)authentication_id; /* logon_account() makes one */
	r = logon_account(finder->sources, name, ret);
	*finder->is_elsewhere = r == GUISE_E_NO_SUCH_ACCOUNT &&
				finder->sources->system_elsewhere;
	return r;
}

/* What a client brings that is not as it should be is no fault of ours. */
static int as_refusal(int code)
{
	return code == GUISE_E_NO_TOKEN || code == GUISE_E_PROTOCOL ||
			       code == GUISE_E_LIMIT
		       ? GUISE_E_LOGON_FAILURE
		       : code;
}

static int make_token(struct negotiations *n,
		      const struct gss_exchange *exchange, struct turn *turn)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(gss_client_clear) struct gss_client client = {0};
	bool is_elsewhere = false;
	const struct finder finder = {n->sources, &is_elsewhere};
	const struct gss_token_rules rules = {
		.identities = n->sources->identities,
		.find_account = find_account,
		.context = &finder,
		.authentication_id = guise_luid_new(),
		.ids_later = n->sources->ids_elsewhere,
	};
	int r;

	r = gss_exchange_client(exchange, &client, turn->answer.why);
	memcpy(turn->answer.principal, client.principal,
	       sizeof(client.principal));
	if (r < 0)
		return as_refusal(r);
	turn->answer.expires = client.expires;
	r = logon_gss_token(&rules, &client, &token, turn->answer.why);
	if (r < 0 && is_elsewhere)
		return fail(turn, GUISE_E_NO_SUCH_ACCOUNT, "");
	if (r < 0)
		return r;
	r = guise_token_encode(token, &turn->body);
	return r < 0 ? fail(turn, r, "the token is too large") : 0;
}

static int take_turn(struct negotiations *n, uint64_t pending,
		     struct turn *turn)
{
	GUISE_AUTO(exchange_freep) struct gss_exchange *exchange = NULL;
	uint64_t deadline_ms = now_ms() + GUISE_NEGOTIATION_PENDING_MS;
	int r = get_acceptor(n, turn);

	if (r < 0)
		return r;
	drop_late(n);
	if (pending != 0) {
		exchange = take_pending(n, pending, &deadline_ms);
		if (!exchange)
			return fail(turn, GUISE_E_LOGON_FAILURE,
				    "the client took too long to go on");
	}
	r = gss_acceptor_step(n->acceptor, &exchange, turn->message.data,
			      turn->message.size, &turn->body,
			      turn->answer.why);
	turn->answer.reply_size = turn->body.size;
	if (r == GUISE_E_CONTINUE_NEEDED)
		turn->answer.pending = put_pending(n, guise_take(exchange),
						   turn->origin, deadline_ms);
	return r == 0 ? make_token(n, exchange, turn) : r;
}

/* To the parent these mean that this process is lost. */
static int for_parent(int code)
{
	return code == -ETIMEDOUT || code == -ECONNRESET ? -EIO : code;
}

static bool receive_message(const struct negotiate_wire_request *request,
			    struct guise_buf *ret)
{
	const size_t size = request->message_size;
	uint8_t *at;

	if (buf_reserve(ret, size, &at) < 0 ||
	    buf_append(ret, request->first.data, request->first.size) < 0)
		return false;
	while (ret->size < size) {
		size_t n;

		if (!helper_receive(ret->data + ret->size, size - ret->size,
				    &n))
			return false;
		ret->size += n;
	}
	return true;
}

/* The reply goes back also with a refusal, the token does not. */
static void settle_body(struct turn *turn)
{
	if (turn->answer.reply_size > GUISE_GSS_TOKEN_MAX) {
		turn->answer.reply_size = 0;
		turn->answer.pending = 0;
		turn->answer.code =
			fail(turn, GUISE_E_LIMIT, "the reply is too long");
	}
	if (turn->answer.code < 0)
		buf_truncate(&turn->body, turn->answer.reply_size);
	turn->answer.token_size = turn->body.size - turn->answer.reply_size;
}

static bool send_answer(struct turn *turn)
{
	uint8_t head[NEGOTIATE_WIRE_ANSWER_MAX];
	size_t size, first;

	settle_body(turn);
	size = negotiate_wire_encode_answer(&turn->answer, head);
	first = negotiate_wire_first(size, turn->body.size);
	if (!helper_send_both(head, size, turn->body.data, first))
		return false;
	return first == turn->body.size ||
	       helper_send_chunks(turn->body.data + first,
				  turn->body.size - first);
}

bool negotiations_serve(struct negotiations *negotiations, const void *packet,
			size_t size)
{
	GUISE_AUTO(turn_clear) struct turn turn = {0};
	struct negotiate_wire_request request;

	if (negotiate_wire_decode_request(packet, size, &request) < 0 ||
	    !receive_message(&request, &turn.message))
		return false;
	turn.origin = request.origin;
	turn.answer.serial = request.serial;
	turn.answer.code =
		for_parent(take_turn(negotiations, request.pending, &turn));
	return send_answer(&turn);
}
