/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of the server's clients over an authority that is made up: who knows
 * the name of one, how long, and that each is logged off once.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include "sessions.h"
#include "supervise.h"
#include "token-build.h"

static struct {
	int result;		/* of a logon */
	enum guise_level level; /* of its token */
	int64_t expires_in;	/* seconds */
	uint64_t pending;	/* given back */
	uint64_t pending_seen;	/* what came */
	uint64_t rest_seen;	/* what came, for the directory */
	unsigned user;		/* whose token */
	bool is_systems;	/* a password is for the system to check */
	unsigned logons;
	unsigned logoffs;
} authority;

static const struct guise_token *make_token(void)
{
	struct guise_sid user = sid_of(USER);
	struct guise_token_builder *b = builder();
	const struct guise_token *token = NULL;

	user.sub[user.n_subs - 1] += authority.user;
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION, authority.level);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

static int log_on(const struct guise_token **ret)
{
	authority.logons++;
	if (authority.result < 0)
		return authority.result;
	*ret = make_token();
	return 0;
}

int authority_logon_quick(struct guise_authority *a, unsigned thread,
			  const struct authority_password *who,
			  const struct guise_token **ret)
{
	(void)a;
	(void)thread;
	(void)who;
	return authority.is_systems ? -EAGAIN : log_on(ret);
}

int authority_logon_rest(struct guise_authority *a, unsigned thread,
			 const struct authority_password *who,
			 const struct guise_token **ret)
{
	(void)a;
	(void)thread;
	(void)who;
	assert_true(authority.is_systems);
	return log_on(ret);
}

int authority_negotiate_quick(struct guise_authority *a, unsigned thread,
			      const void *message, size_t message_size,
			      struct guise_negotiation *n,
			      const struct guise_token **ret)
{
	(void)a;
	(void)thread;
	assert_int_equal(n->size, sizeof(*n));
	authority.pending_seen = n->pending;
	n->pending = authority.pending;
	n->expires = time(NULL) + authority.expires_in;
	n->reply = strndup(message, message_size);
	n->reply_size = message_size;
	(void)strncpy(n->principal, "alice@A", sizeof(n->principal) - 1);
	(void)strncpy(n->why, "because", sizeof(n->why) - 1);
	return log_on(ret);
}

int authority_negotiate_rest(struct guise_authority *a, unsigned thread,
			     struct guise_negotiation *n,
			     const struct guise_token **ret)
{
	(void)a;
	(void)thread;
	assert_null(n->reply);
	authority.rest_seen = n->pending;
	n->pending = 0;
	if (authority.result < 0)
		return authority.result;
	n->expires = time(NULL) + authority.expires_in;
	(void)strncpy(n->principal, "alice@A", sizeof(n->principal) - 1);
	return log_on(ret);
}

int authority_peer_quick(struct guise_authority *a, unsigned thread,
			 int socket_fd, enum guise_level level,
			 const struct guise_token **ret)
{
	(void)a;
	(void)thread;
	assert_int_equal(socket_fd, 77);
	assert_int_equal(level, GUISE_LEVEL_IMPERSONATION);
	return authority.is_systems ? -EAGAIN : log_on(ret);
}

int authority_peer_rest(struct guise_authority *a, unsigned thread,
			int socket_fd, enum guise_level level,
			const struct guise_token **ret)
{
	(void)a;
	(void)thread;
	assert_int_equal(socket_fd, 77);
	assert_int_equal(level, GUISE_LEVEL_IMPERSONATION);
	assert_true(authority.is_systems);
	return log_on(ret);
}

int guise_authority_logon_anonymous(struct guise_authority *a, unsigned thread,
				    const struct guise_token **ret)
{
	(void)a;
	(void)thread;
	return log_on(ret);
}

void guise_authority_logoff(struct guise_authority *a, unsigned thread,
			    const struct guise_token *token)
{
	(void)a;
	(void)thread;
	assert_non_null(token);
	authority.logoffs++;
}

static struct sessions *start(bool by_connection, bool by_cookie, size_t max,
			      unsigned ttl_ms)
{
	const struct sessions_options options = {.max = max,
						 .ttl_ms = ttl_ms,
						 .max_requests = 4,
						 .by_connection = by_connection,
						 .by_cookie = by_cookie};
	struct sessions *s = NULL;

	memset(&authority, 0, sizeof(authority));
	authority.level = GUISE_LEVEL_IMPERSONATION;
	authority.expires_in = 3600;
	assert_int_equal(sessions_new(&options, &s), 0);
	return s;
}

/* Ends it; whoever was logged on has been logged off once. */
static void end(struct sessions *s)
{
	(void)sessions_free(s, 0);
	if (authority.result == 0)
		assert_int_equal(authority.logoffs, authority.logons);
}

/* One request that brings a message: its logon, what it was told of. */
static int negotiate_by(struct sessions *s, uint8_t first_byte,
			struct binding *binding, struct logon *logon)
{
	uint8_t message[] = {first_byte};
	const struct clients *c = sessions_clients(s);
	const struct credentials who = {.kind = CREDENTIALS_NEGOTIATE,
					.negotiate = {message, 1}};
	struct client *client;
	int r;

	memset(logon, 0, sizeof(*logon));
	assert_int_equal(c->find(c->context, &who, &client), -EAGAIN);
	r = c->logon(c->context, 0, &who, binding, logon, &client);
	assert_int_equal(logon->reply.size, 1);
	guise_buf_clear(&logon->reply);
	if (r < 0)
		return r;
	assert_string_equal(client->principal, "alice@A");
	c->release(c->context, client);
	return 0;
}

static int negotiate(struct sessions *s, struct binding *binding,
		     struct logon *logon)
{
	return negotiate_by(s, 'm', binding, logon);
}

static int find(struct sessions *s, enum credentials_kind kind,
		const struct session_name *name)
{
	const struct clients *c = sessions_clients(s);
	const struct credentials who = {.kind = kind, .session = *name};
	struct client *client;
	int r = c->find(c->context, &who, &client);

	if (r == 0)
		c->release(c->context, client);
	return r;
}

static int by_connection(struct sessions *s, const struct binding *binding)
{
	struct credentials who;

	return credentials_of_connection(binding, &who)
		       ? find(s, who.kind, &who.session)
		       : -ENOENT;
}

static void nothing_is_kept_unless_wanted(void **state)
{
	struct sessions *s = start(false, false, 8, 60000);
	struct binding binding = {0};
	struct logon logon;

	(void)state;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_false(binding.is_bound || logon.is_bound);
	assert_int_equal(logon.life_s, 0);
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 1);
	end(s);
}

static void a_connection_is_bound_until_it_ends(void **state)
{
	struct sessions *s = start(true, false, 8, 60000);
	const struct clients *c = sessions_clients(s);
	struct binding binding = {0};
	struct session_name name;
	struct logon logon;

	(void)state;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_true(binding.is_bound && logon.is_bound);
	/* no cookie is given, so no cookie is known */
	assert_int_equal(logon.life_s, 0);
	assert_int_equal(by_connection(s, &binding), 0);
	name = binding.session;
	c->unbind(c->context, &binding);
	assert_int_equal(by_connection(s, &binding), -ENOENT);
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &name), -ENOENT);
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 1);
	/* once more does no harm */
	c->unbind(c->context, &binding);
	/* nothing to bind it to */
	assert_int_equal(negotiate(s, NULL, &logon), 0);
	assert_false(logon.is_bound);
	end(s);
}

static void a_cookie_outlives_its_connection(void **state)
{
	struct sessions *s = start(true, true, 8, 60000);
	const struct clients *c = sessions_clients(s);
	struct binding binding = {0};
	struct logon logon;

	(void)state;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_in_range(logon.life_s, 59, 60);
	c->unbind(c->context, &binding);
	assert_int_equal(by_connection(s, &binding), -ENOENT);
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &logon.session), 0);
	assert_int_equal(authority.logons, 1);
	end(s);
}

static void names_are_new_and_only_the_whole_is_known(void **state)
{
	struct sessions *s = start(false, true, 8, 60000);
	struct logon first, second;
	struct session_name name;

	(void)state;
	assert_int_equal(negotiate(s, NULL, &first), 0);
	assert_int_equal(negotiate(s, NULL, &second), 0);
	assert_memory_not_equal(&first.session, &second.session, sizeof(name));
	for (size_t i = 0; i < 8 * sizeof(name.bytes); i++) {
		name = first.session;
		name.bytes[i / 8] ^= (uint8_t)(1u << (i % 8));
		assert_int_equal(find(s, CREDENTIALS_COOKIE, &name), -ENOENT);
	}
	name = (struct session_name){0};
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &name), -ENOENT);
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &first.session), 0);
	end(s);
}

/* A password cannot be the name of a session, whatever it is. */
static void a_password_finds_no_session(void **state)
{
	struct sessions *s = start(false, true, 8, 60000);
	const struct clients *c = sessions_clients(s);
	struct credentials who = {.kind = CREDENTIALS_BASIC};
	struct client *client;
	struct logon logon;

	(void)state;
	assert_int_equal(negotiate(s, NULL, &logon), 0);
	who.basic.name_size = 1;
	who.basic.name[0] = 'a';
	memcpy(who.basic.password, &logon.session, sizeof(logon.session));
	who.basic.password_size = sizeof(logon.session);
	assert_int_equal(c->find(c->context, &who, &client), -EAGAIN);
	end(s);
}

/* The first step leaves it to the second, and leaves nothing else behind. */
static void a_password_for_the_system_takes_two_steps(void **state)
{
	struct sessions *s = start(false, false, 8, 60000);
	const struct clients *c = sessions_clients(s);
	struct credentials who = {.kind = CREDENTIALS_BASIC,
				  .basic = {.name = "a", .name_size = 1}};
	struct client *client;
	struct logon logon = {0};

	(void)state;
	authority.is_systems = true;
	assert_int_equal(c->logon(c->context, 0, &who, NULL, &logon, &client),
			 -EAGAIN);
	assert_int_equal(authority.logons, 0);
	assert_int_equal(c->find(c->context, &who, &client), -EAGAIN);
	who.is_directorys = true;
	assert_int_equal(c->logon(c->context, 0, &who, NULL, &logon, &client),
			 0);
	c->release(c->context, client);
	assert_int_equal(c->find(c->context, &who, &client), 0);
	c->release(c->context, client);
	end(s);
}

static void a_session_ends_with_its_ticket(void **state)
{
	struct sessions *s = start(true, true, 8, 60000);
	struct binding binding = {0};
	struct logon logon;

	(void)state;
	authority.expires_in = 2;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_in_range(logon.life_s, 0, 2);
	assert_int_equal(by_connection(s, &binding), 0);
	sleep(3);
	assert_int_equal(by_connection(s, &binding), -ENOENT);
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &logon.session), -ENOENT);
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 1);
	/* one that is over is good for its request alone: clocks differ */
	binding = (struct binding){0};
	authority.expires_in = -10;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_false(binding.is_bound);
	assert_int_equal(logon.life_s, 0);
	authority.expires_in = INT64_MAX / 4;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_in_range(logon.life_s, 59, 60);
	end(s);
}

static void a_session_ends_after_its_time(void **state)
{
	struct sessions *s = start(true, true, 8, 2000);
	struct binding binding = {0};
	struct logon logon;

	(void)state;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_int_equal(by_connection(s, &binding), 0);
	(void)usleep(2100000);
	assert_int_equal(by_connection(s, &binding), -ENOENT);
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 1);
	end(s);
}

static void the_least_used_goes_when_there_are_too_many(void **state)
{
	struct sessions *s = start(false, true, 4, 60000);
	struct logon logons[6];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		authority.user = (unsigned)i;
		assert_int_equal(negotiate(s, NULL, &logons[i]), 0);
	}
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &logons[0].session), 0);
	for (size_t i = 4; i < 6; i++) {
		authority.user = (unsigned)i;
		assert_int_equal(negotiate(s, NULL, &logons[i]), 0);
	}
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(
			find(s, CREDENTIALS_COOKIE, &logons[i].session),
			i == 1 || i == 2 ? -ENOENT : 0);
	/* places are free again before the next one logs on */
	assert_int_equal(authority.logoffs, 1);
	end(s);
}

/* However many tickets one user brings, others keep their places. */
static void one_user_has_a_part_of_the_places(void **state)
{
	struct sessions *s = start(false, true, 16, 60000);
	struct logon other, logon;
	unsigned kept = 0;

	(void)state;
	authority.user = 1;
	assert_int_equal(negotiate(s, NULL, &other), 0);
	authority.user = 0;
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(negotiate(s, NULL, &logon), 0);
		kept += logon.life_s > 0;
	}
	assert_in_range(kept, 1, 3);
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &other.session), 0);
	/* what was not kept is logged off before the next comes */
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 100 - kept);
	end(s);
}

/* A name is one in small and in large letters; both are remembered. */
static void one_user_has_no_more_by_writing_a_name_differently(void **state)
{
	struct sessions *s = start(false, true, 16, 60000);
	const struct clients *c = sessions_clients(s);
	struct credentials who = {.kind = CREDENTIALS_BASIC};
	struct client *client;
	struct logon other, logon = {0};

	(void)state;
	authority.user = 1;
	assert_int_equal(negotiate(s, NULL, &other), 0);
	authority.user = 0;
	who.basic.name_size = 6;
	for (unsigned i = 0; i < 64; i++) {
		for (unsigned bit = 0; bit < 6; bit++)
			who.basic.name[bit] = i & 1u << bit ? 'A' : 'a';
		assert_int_equal(
			c->logon(c->context, 0, &who, NULL, &logon, &client),
			0);
		c->release(c->context, client);
	}
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &other.session), 0);
	sessions_tend(s, 0);
	assert_in_range(authority.logoffs, 60, 63);
	/* the first is among those that are known */
	memset(who.basic.name, 'a', 6);
	assert_int_equal(c->find(c->context, &who, &client), 0);
	c->release(c->context, client);
	end(s);
}

/* Requests at once are counted over all sessions of a user. */
static void one_user_has_so_many_requests(void **state)
{
	struct sessions *s = start(false, true, 64, 60000);
	const struct clients *c = sessions_clients(s);
	struct client *clients[8];
	struct logon logons[5];
	struct credentials who = {.kind = CREDENTIALS_COOKIE};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(negotiate(s, NULL, &logons[i]), 0);
	for (size_t i = 0; i < 4; i++) {
		who.session = logons[i].session;
		assert_int_equal(c->find(c->context, &who, &clients[i]), 0);
	}
	assert_int_equal(c->find(c->context, &who, &clients[4]), GUISE_E_LIMIT);
	assert_int_equal(negotiate(s, NULL, &logons[4]), GUISE_E_LIMIT);
	authority.user = 1;
	assert_int_equal(negotiate(s, NULL, &logons[4]), 0);
	for (size_t i = 0; i < 4; i++)
		c->release(c->context, clients[i]);
	assert_int_equal(c->find(c->context, &who, &clients[4]), 0);
	c->release(c->context, clients[4]);
	end(s);
}

static void a_forgotten_session_is_known_to_nobody(void **state)
{
	struct sessions *s = start(true, true, 8, 60000);
	const struct clients *c = sessions_clients(s);
	struct binding binding = {0};
	struct credentials who;
	struct client *client;
	struct logon logon;

	(void)state;
	assert_int_equal(negotiate(s, &binding, &logon), 0);
	assert_true(credentials_of_connection(&binding, &who));
	assert_int_equal(c->find(c->context, &who, &client), 0);
	c->forget(c->context, client);
	assert_int_equal(by_connection(s, &binding), -ENOENT);
	assert_int_equal(find(s, CREDENTIALS_COOKIE, &logon.session), -ENOENT);
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 0); /* the request goes on */
	c->release(c->context, client);
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 1);
	end(s);
}

static void who_has_no_identity_here_is_refused(void **state)
{
	static const enum guise_level levels[] = {GUISE_LEVEL_ANONYMOUS,
						  GUISE_LEVEL_IDENTIFICATION};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		struct sessions *s = start(true, true, 8, 60000);
		struct binding binding = {0};
		struct logon logon;

		authority.level = levels[i];
		assert_int_equal(negotiate(s, &binding, &logon),
				 GUISE_E_LOGON_FAILURE);
		assert_non_null(strstr(logon.why, "Unix id"));
		assert_false(binding.is_bound);
		assert_int_equal(logon.life_s, 0);
		end(s);
	}
}

static void an_exchange_is_told_from_leg_to_leg(void **state)
{
	struct sessions *s = start(true, true, 8, 60000);
	struct binding binding = {0};
	struct logon logon;

	(void)state;
	authority.result = GUISE_E_CONTINUE_NEEDED;
	authority.pending = 5;
	assert_int_equal(negotiate(s, &binding, &logon),
			 GUISE_E_CONTINUE_NEEDED);
	assert_int_equal(authority.pending_seen, 0);
	assert_int_equal(binding.pending, 5);
	assert_false(binding.is_bound);
	authority.result = GUISE_E_LOGON_FAILURE;
	assert_int_equal(negotiate(s, &binding, &logon), GUISE_E_LOGON_FAILURE);
	assert_string_equal(logon.why, "because");
	assert_int_equal(authority.pending_seen, 5);
	assert_int_equal(binding.pending, 0);
	end(s);
}

/* A proxy's clients share connections: nobody is drawn into another's. */
static void a_first_message_goes_on_with_nothing(void **state)
{
	struct sessions *s = start(true, true, 8, 60000);
	struct binding binding = {.pending = 5};
	struct logon logon;

	(void)state;
	assert_int_equal(negotiate_by(s, 0x60, &binding, &logon), 0);
	assert_int_equal(authority.pending_seen, 0);
	assert_int_equal(binding.pending, 0);
	assert_true(binding.is_bound);
	end(s);
}

/* Proven at the first step; the second may take as long as a directory. */
static void an_account_of_the_system_takes_two_steps(void **state)
{
	struct sessions *s = start(true, false, 8, 60000);
	const struct clients *c = sessions_clients(s);
	static uint8_t message[] = "m";
	struct credentials who = {.kind = CREDENTIALS_NEGOTIATE,
				  .negotiate = {message, 1}};
	struct binding binding = {0};
	struct logon logon = {0};
	struct client *client;

	(void)state;
	authority.result = -EAGAIN;
	authority.pending = 9;
	assert_int_equal(
		c->logon(c->context, 0, &who, &binding, &logon, &client),
		-EAGAIN);
	assert_int_equal(binding.pending, 0); /* no message goes on with it */
	assert_false(binding.is_bound);
	authority.result = 0;
	authority.logons = 0;
	who.is_directorys = true;
	assert_int_equal(
		c->logon(c->context, 0, &who, &binding, &logon, &client), 0);
	assert_int_equal(authority.rest_seen, 9);
	assert_int_equal(logon.reply.size, 1); /* of the first */
	assert_string_equal(client->principal, "alice@A");
	assert_true(binding.is_bound);
	c->release(c->context, client);
	guise_buf_clear(&logon.reply);
	end(s);
}

/* Whose account nobody has looked up in time is no stranger in the log. */
static void who_has_proven_it_stays_who_it_is(void **state)
{
	struct sessions *s = start(true, false, 8, 60000);
	const struct clients *c = sessions_clients(s);
	static uint8_t message[] = "m";
	struct credentials who = {.kind = CREDENTIALS_NEGOTIATE,
				  .negotiate = {message, 1}};
	struct binding binding = {0};
	struct logon logon = {0};
	struct client *client;

	(void)state;
	authority.result = -EAGAIN;
	authority.pending = 9;
	assert_int_equal(
		c->logon(c->context, 0, &who, &binding, &logon, &client),
		-EAGAIN);
	authority.result = -ETIMEDOUT;
	who.is_directorys = true;
	assert_int_equal(
		c->logon(c->context, 0, &who, &binding, &logon, &client),
		-ETIMEDOUT);
	assert_string_equal(logon.principal, "alice@A");
	assert_false(binding.is_bound);
	guise_buf_clear(&logon.reply);
	end(s);
}

static void a_peer_is_asked_for_once_a_connection(void **state)
{
	struct sessions *s = start(false, true, 8, 60000);
	const struct clients *c = sessions_clients(s);
	struct binding binding = {.is_peer = true, .peer_fd = 77};
	struct logon logon = {0};
	struct credentials who;
	struct client *client;

	(void)state;
	assert_true(credentials_of_peer(&binding, &who));
	assert_int_equal(c->find(c->context, &who, &client), -EAGAIN);
	assert_int_equal(
		c->logon(c->context, 0, &who, &binding, &logon, &client), 0);
	assert_null(client->principal);
	c->release(c->context, client);
	assert_true(binding.is_bound);
	assert_int_equal(logon.life_s, 0); /* whatever others get */
	assert_int_equal(by_connection(s, &binding), 0);
	c->unbind(c->context, &binding);
	sessions_tend(s, 0);
	assert_int_equal(authority.logoffs, 1);
	end(s);
}

/* The kernel is asked again: there is nothing to keep in between. */
static void a_peer_whose_sids_a_daemon_has_takes_two_steps(void **state)
{
	struct sessions *s = start(false, false, 8, 60000);
	const struct clients *c = sessions_clients(s);
	struct binding binding = {.is_peer = true, .peer_fd = 77};
	struct logon logon = {0};
	struct credentials who = {0};
	struct client *client;

	(void)state;
	authority.is_systems = true;
	assert_true(credentials_of_peer(&binding, &who));
	assert_int_equal(
		c->logon(c->context, 0, &who, &binding, &logon, &client),
		-EAGAIN);
	assert_int_equal(authority.logons, 0);
	assert_false(binding.is_bound);
	who.is_directorys = true;
	assert_int_equal(
		c->logon(c->context, 0, &who, &binding, &logon, &client), 0);
	assert_true(binding.is_bound);
	c->release(c->context, client);
	end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_kept_unless_wanted),
		cmocka_unit_test(a_connection_is_bound_until_it_ends),
		cmocka_unit_test(a_cookie_outlives_its_connection),
		cmocka_unit_test(names_are_new_and_only_the_whole_is_known),
		cmocka_unit_test(a_password_finds_no_session),
		cmocka_unit_test(a_password_for_the_system_takes_two_steps),
		cmocka_unit_test(
			a_peer_whose_sids_a_daemon_has_takes_two_steps),
		cmocka_unit_test(a_session_ends_with_its_ticket),
		cmocka_unit_test(a_session_ends_after_its_time),
		cmocka_unit_test(the_least_used_goes_when_there_are_too_many),
		cmocka_unit_test(one_user_has_a_part_of_the_places),
		cmocka_unit_test(
			one_user_has_no_more_by_writing_a_name_differently),
		cmocka_unit_test(one_user_has_so_many_requests),
		cmocka_unit_test(a_forgotten_session_is_known_to_nobody),
		cmocka_unit_test(who_has_no_identity_here_is_refused),
		cmocka_unit_test(an_exchange_is_told_from_leg_to_leg),
		cmocka_unit_test(a_first_message_goes_on_with_nothing),
		cmocka_unit_test(an_account_of_the_system_takes_two_steps),
		cmocka_unit_test(who_has_proven_it_stays_who_it_is),
		cmocka_unit_test(a_peer_is_asked_for_once_a_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
