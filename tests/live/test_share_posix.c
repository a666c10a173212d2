/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our reading of mode and POSIX ACL against the kernel's own: random ACLs on
 * real files, and the kernel asked as each client (faccessat with AT_EACCESS).
 */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include <sys/syscall.h>

#include <guise/impersonate.h>

#include "share-fixture.h"

#include "posix-acl.h"

#define GROUP_ONE 320001u
#define GROUP_TWO 320002u

struct client {
	uint32_t uid;
	uint32_t groups[2];
	size_t n_groups;
};

static const struct client clients[] = {
	{ALICE, {0}, 0},
	{ALICE, {GROUP_ONE}, 1},
	{BOB, {0}, 0},
	{BOB, {GROUP_ONE}, 1},
	{BOB, {GROUP_ONE, GROUP_TWO}, 2},
	{310003, {0}, 0},
	{310003, {GROUP_ONE}, 1},
	{310003, {GROUP_TWO}, 1},
	{310003, {GROUP_ONE, GROUP_TWO}, 2},
};

static unsigned bits(unsigned n)
{
	return (unsigned)(random() >> 4) % n;
}

static size_t entry(uint8_t *at, unsigned tag, unsigned permissions,
		    uint32_t id)
{
	const uint8_t bytes[8] = {(uint8_t)tag,		0,
				  (uint8_t)permissions, 0,
				  (uint8_t)id,		(uint8_t)(id >> 8),
				  (uint8_t)(id >> 16),	(uint8_t)(id >> 24)};

	memcpy(at, bytes, 8);
	return 8;
}

static size_t random_acl(uint8_t value[64])
{
	size_t n = 4;

	memcpy(value, "\2\0\0\0", 4);
	n += entry(value + n, POSIX_OWNER, bits(8), UINT32_MAX);
	if (bits(2))
		n += entry(value + n, POSIX_USER, bits(8), BOB);
	n += entry(value + n, POSIX_OWNING_GROUP, bits(8), UINT32_MAX);
	if (bits(2))
		n += entry(value + n, POSIX_GROUP, bits(8), GROUP_TWO);
	n += entry(value + n, POSIX_MASK, bits(8), UINT32_MAX);
	n += entry(value + n, POSIX_OTHER, bits(8), UINT32_MAX);
	return n;
}

static void kernel_answers(int fd, const struct guise_token *token,
			   bool ret_allowed[8])
{
	GUISE_SCOPE(scope);

	assert_int_equal(guise_scope_begin(&scope, token), 0);
	for (unsigned want = 1; want < 8; want++)
		ret_allowed[want] = syscall(SYS_faccessat2, fd, "", want,
					    AT_EACCESS | AT_EMPTY_PATH) == 0;
}

static void compare(int fd, const struct client *client)
{
	const struct guise_token *token =
		fixture_token(client->uid, client->groups, client->n_groups);
	struct posix_acl acl = {0};
	bool kernel[8];
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(posix_acl_read(fd, &st, &acl), 0);
	kernel_answers(fd, token, kernel);
	for (unsigned want = 1; want < 8; want++) {
		if (posix_acl_allows(&acl, guise_token_unix(token), want,
				     NULL) != kernel[want])
			fail_msg("uid %u mode %o want %u: kernel says %d",
				 client->uid, st.st_mode, want, kernel[want]);
	}
	posix_acl_clear(&acl);
	guise_token_unref(token);
}

static void our_rule_is_the_kernels(void **state)
{
	struct share_fixture *f = *state;
	int fd;

	/* ids of the kernel's own tables need not exist */
	make_dir(f, "d", ALICE, 0700);
	fd = openat(f->dir, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(fchown(fd, ALICE, GROUP_ONE), 0);
	srandom(5);
	for (unsigned i = 0; i < 400; i++) {
		uint8_t value[64];
		size_t size = random_acl(value);

		if (i % 4 == 0) {
			(void)fremovexattr(fd, "system.posix_acl_access");
			assert_int_equal(fchmod(fd, bits(01000)), 0);
		} else if (fsetxattr(fd, "system.posix_acl_access", value, size,
				     0) < 0) {
			fail_msg("this file system has no POSIX ACLs");
		}
		for (size_t j = 0; j < sizeof(clients) / sizeof(clients[0]);
		     j++)
			compare(fd, &clients[j]);
	}
	assert_int_equal(close(fd), 0);
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(our_rule_is_the_kernels),
};

SHARE_MAIN(tests)
