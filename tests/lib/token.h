/* SPDX-License-Identifier: Apache-2.0 */
/* A token for tests: cmocka-wrap.h and descriptor.h come before. */
#ifndef TESTS_TOKEN_H
#define TESTS_TOKEN_H

#include <guise/token.h>

#include "descriptor.h"

/* What a test wants to say about a token; the rest is usual. */
struct test_token {
	const char *user; /* needed */
	uint32_t user_attributes;
	const char *groups[8];	   /* may be its owner, too */
	const char *owner;	   /* NULL: the user */
	const char *primary_group; /* NULL: the user */
	const char *default_dacl;  /* ACEs; NULL: none */
	uint64_t privileges;	   /* present and enabled */
	const char *integrity;	   /* and it binds; NULL: none */
};

static inline void test_token_sids(struct guise_token_builder *b,
				   const struct test_token *want)
{
	struct guise_sid sid = sid_of(want->user);

	guise_token_builder_user(b, &sid, want->user_attributes);
	for (size_t i = 0; i < 8 && want->groups[i]; i++) {
		sid = sid_of(want->groups[i]);
		guise_token_builder_group(
			b, &sid, GUISE_GROUP_USUAL | GUISE_GROUP_OWNER);
	}
	sid = sid_of(want->owner ? want->owner : want->user);
	guise_token_builder_owner(b, &sid);
	sid = sid_of(want->primary_group ? want->primary_group : want->user);
	guise_token_builder_primary_group(b, &sid);
}

static inline const struct guise_token *
test_token_make(const struct test_token *want)
{
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;
	const struct guise_sd *sd = NULL;
	struct guise_sid label;
	char sddl[1024];

	assert_int_equal(guise_token_builder_new(&b), 0);
	test_token_sids(b, want);
	guise_token_builder_privileges(b, want->privileges, want->privileges,
				       0);
	if (want->integrity) {
		label = sid_of(want->integrity);
		guise_token_builder_integrity(b, &label);
		guise_token_builder_mandatory_policy(
			b, GUISE_MANDATORY_NO_WRITE_UP);
	}
	if (want->default_dacl) {
		snprintf(sddl, sizeof(sddl), "D:%s", want->default_dacl);
		sd = sd_of(sddl);
		guise_token_builder_default_dacl(b, guise_sd_dacl(sd));
	}
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	guise_sd_unref(sd);
	guise_token_builder_free(b);
	return token;
}

#endif
