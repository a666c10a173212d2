/* SPDX-License-Identifier: Apache-2.0 */
/* Token objects for tests: cmocka-wrap.h comes before. */
#ifndef TESTS_TOKEN_OBJECT_FIXTURE_H
#define TESTS_TOKEN_OBJECT_FIXTURE_H

#include <guise/token-object.h>

#include "token-build.h"

#define BIT(p) GUISE_PRIVILEGE_BIT(GUISE_SE_##p)
#define ALL GUISE_TOKEN_ALL_ACCESS

/* A user with @privileges present, those in @enabled on. */
static inline struct guise_token_builder *user_with(uint64_t privileges,
						    uint64_t enabled)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid me = sid_of("ME");

	add(b, "BU", GUISE_GROUP_ENABLED | GUISE_GROUP_ENABLED_BY_DEFAULT);
	guise_token_builder_integrity(b, &me);
	guise_token_builder_privileges(b, privileges, enabled, 0);
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_ids(b, 11, 12, 0);
	return b;
}

static inline const struct guise_token *user(void)
{
	return sealed(user_with(BIT(BACKUP) | BIT(DEBUG), BIT(BACKUP)));
}

static inline const struct guise_token *trusted(void)
{
	return sealed(user_with(GUISE_PRIVILEGE_ALL, GUISE_PRIVILEGE_ALL));
}

/* Without @sddl it is the token's own; with it anybody's. */
static inline struct guise_token_object *
object_with(const struct guise_token *token, const char *sddl)
{
	const struct guise_token *creator = sddl ? trusted() : NULL;
	const struct guise_sd *sd = sddl ? sd_of(sddl) : NULL;
	struct guise_token_object *object = NULL;

	assert_int_equal(guise_token_object_new(token, creator, sd, &object),
			 0);
	(void)guise_sd_unref(sd);
	(void)guise_token_unref(creator);
	return object;
}

/* A handle with exactly @granted; the object is the handle's alone. */
static inline struct guise_token_handle
handle_with(const struct guise_token *token, uint32_t granted)
{
	return (struct guise_token_handle){object_with(token, NULL), granted};
}

#endif
