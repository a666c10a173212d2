/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors and checks for tests of what SDDL of the plain kind cannot say.
 * cmocka-wrap.h comes before.
 */
#ifndef TESTS_ACCESS_BUILD_H
#define TESTS_ACCESS_BUILD_H

#include "token-build.h"

#include "base.h"
#include <guise/access.h>

/* What a condition is to everyone: byte code of one attribute nobody has. */
enum test_condition {
	IF_UNKNOWN = 0, /* no code at all */
	IF_TRUE,	/* Not_Exists */
	IF_FALSE,	/* Exists */
};

static const uint8_t test_condition_code[][12] = {
	[IF_UNKNOWN] = {'a', 'r', 't', 'x'},
	[IF_TRUE] = {'a', 'r', 't', 'x', 0xf9, 2, 0, 0, 0, 'q', 0, 0x8d},
	[IF_FALSE] = {'a', 'r', 't', 'x', 0xf9, 2, 0, 0, 0, 'q', 0, 0x87},
};

static inline struct guise_ace test_ace(uint8_t type, uint32_t mask,
					const char *sid)
{
	return (struct guise_ace){
		.type = type, .mask = mask, .sid = sid_of(sid)};
}

static inline struct guise_ace test_ace_if(uint8_t type, uint32_t mask,
					   const char *sid,
					   enum test_condition condition)
{
	struct guise_ace ace = test_ace(type, mask, sid);

	ace.data = test_condition_code[condition];
	ace.data_size = condition == IF_UNKNOWN ? 4 : 12;
	return ace;
}

/* @sddl, with these ACEs in front of its DACL and as its SACL */
static inline const struct guise_sd *
test_sd(const char *sddl, const struct guise_ace *dacl, size_t n_dacl,
	const struct guise_ace *sacl, size_t n_sacl)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *base = sd_of(sddl);
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *d = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *s = NULL;
	const struct guise_acl *old = guise_sd_dacl(base);
	const struct guise_sd *sd = NULL;
	struct guise_ace aces[16];

	for (size_t i = 0; i < n_dacl; i++)
		aces[i] = dacl[i];
	for (size_t i = 0; old && i < guise_acl_n_aces(old); i++)
		aces[n_dacl++] = *guise_acl_ace(old, i);
	if (old || n_dacl)
		assert_int_equal(guise_acl_new(0, aces, n_dacl, &d), 0);
	if (n_sacl)
		assert_int_equal(guise_acl_new(0, sacl, n_sacl, &s), 0);
	assert_int_equal(guise_sd_new(
				 &(struct guise_sd_fields){
					 .size = sizeof(struct guise_sd_fields),
					 .owner = guise_sd_owner(base),
					 .group = guise_sd_group(base),
					 .dacl = d,
					 .sacl = s,
				 },
				 &sd),
			 0);
	return sd;
}

/* The decision, by every function that can reach it; all must agree. */
static inline struct guise_decision
test_decide(const struct guise_sd *sd, const struct guise_token *token,
	    uint32_t desired, const struct guise_access_options *options)
{
	const struct guise_generic_mapping *m = &guise_mapping_file;
	GUISE_AUTO(guise_buf_clear) struct guise_buf raw = {0};
	struct guise_decision by_type, plain, other;
	struct guise_reason reasons[32];
	size_t n = 0;

	assert_int_equal(guise_access_check_by_type(sd, token, desired, m,
						    options, &by_type),
			 0);
	assert_int_equal(guise_access_explain(sd, token, desired, m, options,
					      &other, reasons, 32, &n),
			 0);
	assert_memory_equal(&other, &by_type, sizeof(other));
	if (options)
		return by_type;
	assert_int_equal(guise_access_check(sd, token, desired, m, &plain), 0);
	assert_memory_equal(&plain, &by_type, sizeof(plain));
	assert_int_equal(guise_sd_encode(sd, &raw), 0);
	assert_int_equal(guise_access_check_raw(raw.data, raw.size, token,
						desired, m, &other),
			 0);
	assert_memory_equal(&other, &by_type, sizeof(other));
	return by_type;
}

/* What is granted of @desired, after which the descriptor is gone. */
static inline uint32_t test_granted(const struct guise_sd *sd,
				    const struct guise_token *token,
				    uint32_t desired)
{
	struct guise_decision d = test_decide(sd, token, desired, NULL);

	(void)guise_sd_unref(sd);
	return d.granted;
}

static inline const struct guise_token *test_user(void)
{
	struct guise_token_builder *b = builder();

	add(b, "WD", GUISE_GROUP_USUAL);
	return sealed(b);
}

#endif
