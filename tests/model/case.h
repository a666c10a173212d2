/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case: a token, a descriptor and a request, made of choices, for the
 * library as objects and for the model as plain arrays. Choices are bytes: from
 * a generator of pseudo-random numbers, which are kept, or given, so that a
 * case can be made again, made smaller, or come from a fuzzer. Past their end
 * all choices are 0, which is the simplest one everywhere.
 */
#ifndef CASE_H
#define CASE_H

#include "model.h"

#define CASE_CHOICES_MAX 8192
#define CASE_SD_MAX 65536
#define CASE_SIDS_MAX 12
#define CASE_TYPES_MAX 8
#define CASE_RULES_MAX 3
#define CASE_ACL_MAX 4096

/* What a case is mostly about, so that rare things meet. */
enum case_theme {
	CASE_ALL,
	CASE_CONDITIONS, /* callback ACEs, claims, no bounds on the token */
	CASE_OBJECTS,	 /* object ACEs, trees, no bounds */
	CASE_THEMES = 4, /* a half is about everything */
};

struct choices {
	uint8_t bytes[CASE_CHOICES_MAX];
	size_t size, at;
	uint64_t state; /* of the generator */
	bool random;	/* more come at the end */
	unsigned theme; /* of the case being made */
};

uint32_t choose(struct choices *ch, uint32_t n); /* 0 ... n - 1 */
uint32_t choose_bits(struct choices *ch);
/* true once in @n times, false when choices run out */
bool rarely(struct choices *ch, uint32_t n);
void choices_seed(struct choices *ch, uint64_t seed, uint64_t round);

/* How the library is asked. */
enum case_form {
	CASE_PLAIN,   /* check, raw check */
	CASE_WHOLE,   /* by type, and explained */
	CASE_RESULTS, /* by type, a result list */
	CASE_FORMS,
};

/* Bytes that are being written. */
struct bytes {
	uint8_t *data;
	size_t size, room;
};

struct case_list {
	struct guise_sid_and_attributes at[CASE_SIDS_MAX];
	size_t n;
};

struct case_token {
	struct case_list groups, restricted, device, capabilities;
	struct guise_sid package, trust;
	struct model_claims claims[GUISE_CLAIMS_KINDS];
	bool has_claims[GUISE_CLAIMS_KINDS];
	uint64_t privileges;
	struct model_token model;
};

struct case_rule {
	uint8_t applies_to[512];
	uint8_t dacl[CASE_ACL_MAX];
};

struct test_case {
	struct case_token token;
	uint8_t sd[CASE_SD_MAX];
	size_t sd_size;
	uint32_t desired;
	const struct guise_generic_mapping *mapping;
	struct guise_sid self;
	bool has_self;
	struct guise_object_type types[CASE_TYPES_MAX];
	size_t n_types;
	struct case_rule rule[CASE_RULES_MAX];
	struct model_rule rules[CASE_RULES_MAX];
	struct model_policy policy;
	bool has_policies;
	struct model_claims resource;
	bool has_resource;
	enum case_form form;
	/* the library's */
	const struct guise_token *lib_token;
	const struct guise_sd *lib_sd; /* NULL: it could not be read */
	const struct guise_policies *lib_policies;
	const struct guise_claims *lib_resource;
};

/* case-token.c */
struct guise_sid case_sid(struct choices *ch);
void case_token_make(struct choices *ch, struct case_token *ret);
uint32_t case_mask(struct choices *ch);
uint32_t case_wide_mask(struct choices *ch);
void case_request_make(struct choices *ch, struct test_case *ret);

/* case-claim.c */
void case_claims_make(struct choices *ch, bool resource,
		      struct model_claims *ret);
void case_claim_write(const struct model_claim *claim, struct bytes *out);
void case_condition_write(struct choices *ch, bool resource_only,
			  struct bytes *out);
void put_u8(struct bytes *out, unsigned value);
void put_u16(struct bytes *out, unsigned value);
void put_u32(struct bytes *out, uint32_t value);
void put_u64(struct bytes *out, uint64_t value);
void put_bytes(struct bytes *out, const void *data, size_t size);
void put_sid(struct bytes *out, const struct guise_sid *sid);

/* case-sd.c */
void case_sd_make(struct choices *ch, struct test_case *ret);
void case_policy_make(struct choices *ch, struct test_case *ret);

/* case.c */
void case_make(struct choices *ch, struct test_case *ret);
/* As case_make(), but the descriptor is @sd as it is. */
void case_make_raw(struct choices *ch, const uint8_t *sd, size_t size,
		   struct test_case *ret);
void case_clear(struct test_case *c);
/* Builds what of the library is not there yet, the library's objects; NULL or
 * what went wrong. */
const char *case_build(struct test_case *c);
struct model_question case_question(const struct test_case *c);
/* NULL, or what the library answers otherwise than the model. */
const char *case_difference(const struct test_case *c);

/* case-print.c */
/* To standard error. */
void case_print(const struct test_case *c);

#endif
