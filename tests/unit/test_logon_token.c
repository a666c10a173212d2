/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that need no account: the anonymous client's and our own peer's. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/logon.h>

#include "base.h"

static bool has(const struct guise_token *token, unsigned type)
{
	struct guise_sid sid;

	assert_int_equal(guise_sid_well_known(type, NULL, &sid), 0);
	return guise_token_is_member(token, &sid);
}

static void luids_differ_and_avoid_the_reserved_ones(void **state)
{
	guise_luid luids[1000];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(luids); i++) {
		luids[i] = guise_luid_new();
		assert_true(luids[i] > 0x3e7);
		for (size_t j = 0; j < i; j++)
			assert_true(luids[i] != luids[j]);
	}
}

static void the_anonymous_client_is_only_in_everyone(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_unix_identity *id;

	(void)state;
	assert_int_equal(guise_token_anonymous(65534, 65533, &token), 0);
	assert_true(has(token, GUISE_SID_ANONYMOUS));
	assert_true(has(token, GUISE_SID_WORLD));
	assert_false(has(token, GUISE_SID_AUTHENTICATED_USER));
	assert_false(has(token, GUISE_SID_BUILTIN_USERS));
	assert_false(has(token, GUISE_SID_NETWORK));
	assert_int_equal(guise_token_type(token), GUISE_TOKEN_IMPERSONATION);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
	assert_int_equal(guise_token_authentication_id(token), 0x3e6);
	assert_int_equal(guise_token_privileges(token),
			 GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY));
	assert_int_equal(guise_token_integrity(token)->sub[0], 0);
	id = guise_token_unix(token);
	assert_int_equal(id->uid, 65534);
	assert_int_equal(id->gid, 65533);
	assert_int_equal(id->n_groups, 0);
	assert_int_equal(id->capabilities, 0);
}

static void the_anonymous_client_is_never_root(void **state)
{
	const struct guise_token *token = NULL;

	(void)state;
	assert_int_equal(guise_token_anonymous(0, 65534, &token), -EINVAL);
	assert_int_equal(guise_token_anonymous(65534, 0, &token), -EINVAL);
	assert_int_equal(guise_token_anonymous(UINT32_MAX, 65534, &token),
			 -EINVAL);
	assert_int_equal(guise_token_anonymous(65534, UINT32_MAX, &token),
			 -EINVAL);
	assert_int_equal(guise_token_anonymous(65534, 65534, NULL), -EINVAL);
	assert_null(token);
}

static int peer_of(int fd, enum guise_level level)
{
	const struct guise_token *token = NULL;
	int r = guise_token_of_peer(fd, level, &token);

	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	return r;
}

static void a_pair_made_by_us_has_us_as_peer(void **state)
{
	static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
	struct guise_sid user = guise_sid_of_uid(geteuid());

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, types[i], 0, pair), 0);
		assert_int_equal(guise_token_of_peer(pair[0],
						     GUISE_LEVEL_IMPERSONATION,
						     &token),
				 0);
		assert_true(
			guise_sid_equal(&guise_token_user(token)->sid, &user));
		assert_int_equal(guise_token_unix(token)->uid, geteuid());
		assert_int_equal(guise_token_unix(token)->gid, getegid());
		assert_true(has(token, GUISE_SID_AUTHENTICATED_USER));
		assert_false(has(token, GUISE_SID_NETWORK));
		assert_int_equal(guise_token_type(token),
				 GUISE_TOKEN_IMPERSONATION);
		assert_string_equal(guise_token_name(token), "");
		(void)close(pair[0]);
		(void)close(pair[1]);
	}
}

static void the_level_is_the_one_the_client_stated(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(guise_token_of_peer(
				 pair[0], GUISE_LEVEL_IDENTIFICATION, &token),
			 0);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IDENTIFICATION);
	assert_int_equal(peer_of(pair[0], GUISE_LEVEL_DELEGATION),
			 GUISE_E_BAD_LEVEL);
	assert_int_equal(peer_of(pair[0], (enum guise_level)4),
			 GUISE_E_BAD_LEVEL);
	assert_int_equal(peer_of(pair[0], (enum guise_level) - 1),
			 GUISE_E_BAD_LEVEL);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void an_anonymous_level_peer_is_not_told_apart(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid user = guise_sid_of_uid(geteuid());
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(
		guise_token_of_peer(pair[0], GUISE_LEVEL_ANONYMOUS, &token), 0);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_ANONYMOUS);
	assert_true(has(token, GUISE_SID_ANONYMOUS));
	assert_false(guise_token_is_member(token, &user));
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
	assert_int_equal(guise_token_unix(token)->n_groups, 0);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void sockets_without_a_peer_have_no_token(void **state)
{
	int stream = socket(AF_UNIX, SOCK_STREAM, 0);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	int datagram = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un_abstract {
		sa_family_t family;
		char path[8];
	} address = {.family = AF_UNIX}; /* autobind */
	int pair[2];

	(void)state;
	assert_int_equal(peer_of(stream, GUISE_LEVEL_IMPERSONATION),
			 GUISE_E_NO_TOKEN);
	assert_int_equal(peer_of(datagram, GUISE_LEVEL_IMPERSONATION),
			 GUISE_E_NO_TOKEN);
	/* its SO_PEERCRED would be our own */
	assert_int_equal(bind(listener, (void *)&address, sizeof(sa_family_t)),
			 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(peer_of(listener, GUISE_LEVEL_IMPERSONATION),
			 GUISE_E_NO_TOKEN);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	assert_int_equal(peer_of(pair[0], GUISE_LEVEL_IMPERSONATION),
			 GUISE_E_NO_TOKEN);
	(void)close(pair[0]);
	(void)close(pair[1]);
	(void)close(stream);
	(void)close(listener);
	(void)close(datagram);
}

static void other_descriptors_have_no_peer(void **state)
{
	int tcp = socket(AF_INET, SOCK_STREAM, 0);
	const struct guise_token *token = NULL;
	int ends[2];

	(void)state;
	assert_int_equal(peer_of(tcp, GUISE_LEVEL_IMPERSONATION), -EOPNOTSUPP);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(peer_of(ends[0], GUISE_LEVEL_IMPERSONATION),
			 -ENOTSOCK);
	(void)close(ends[0]);
	(void)close(ends[1]);
	assert_int_equal(peer_of(ends[0], GUISE_LEVEL_IMPERSONATION), -EBADF);
	assert_int_equal(
		guise_token_of_peer(-1, GUISE_LEVEL_IMPERSONATION, &token),
		-EINVAL);
	assert_int_equal(
		guise_token_of_peer(tcp, GUISE_LEVEL_IMPERSONATION, NULL),
		-EINVAL);
	(void)close(tcp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(luids_differ_and_avoid_the_reserved_ones),
		cmocka_unit_test(the_anonymous_client_is_only_in_everyone),
		cmocka_unit_test(the_anonymous_client_is_never_root),
		cmocka_unit_test(a_pair_made_by_us_has_us_as_peer),
		cmocka_unit_test(the_level_is_the_one_the_client_stated),
		cmocka_unit_test(an_anonymous_level_peer_is_not_told_apart),
		cmocka_unit_test(sockets_without_a_peer_have_no_token),
		cmocka_unit_test(other_descriptors_have_no_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
