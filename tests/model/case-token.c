/* SPDX-License-Identifier: Apache-2.0 */
/* The token and the request of a case. Few SIDs, so that they meet. */
#include <string.h>

#include "base.h"
#include "case.h"

static const struct guise_sid pool[] = {
	{.authority = 1, .sub = {0}, .n_subs = 1}, /* Everyone */
	{.authority = 5, .sub = {32, 545}, .n_subs = 2},
	{.authority = 5, .sub = {32, 544}, .n_subs = 2},
	{.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5},
	{.authority = 5, .sub = {21, 1, 2, 3, 1002}, .n_subs = 5},
	{.authority = 5, .sub = {12}, .n_subs = 1}, /* RESTRICTED */
	{.authority = 3, .sub = {4}, .n_subs = 1},  /* OWNER RIGHTS */
	{.authority = 5, .sub = {10}, .n_subs = 1}, /* SELF */
	{.authority = 5, .sub = {18}, .n_subs = 1},
	{.authority = 15, .sub = {2, 1}, .n_subs = 2},
	{.authority = 15, .sub = {2, 2}, .n_subs = 2},
	{.authority = 15, .sub = {2, 1, 2, 3, 4, 5, 6, 7}, .n_subs = 8},
	{.authority = 15, .sub = {3, 1}, .n_subs = 2}, /* a capability */
	{.authority = 0, .sub = {0}, .n_subs = 0},
	{.authority = 0xffffffffffff,
	 .sub = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	 .n_subs = 15},
	{.authority = 16, .sub = {0x2000}, .n_subs = 1}, /* a label */
};

/* The first ones by far the most often. */
struct guise_sid case_sid(struct choices *ch)
{
	static const uint8_t most[] = {
		4, 4, 4, 4, 4, 4, 8, 8, 8, 8, ARRAY_SIZE(pool)};

	return pool[choose(ch, most[choose(ch, ARRAY_SIZE(most))])];
}

static uint32_t attributes(struct choices *ch)
{
	static const uint32_t some[] = {7, 7, 7, 0, 4, 0x10, 0x11, 3, 15};

	return some[choose(ch, ARRAY_SIZE(some))];
}

static void list_make(struct choices *ch, unsigned max, struct case_list *ret)
{
	ret->n = choose(ch, max + 1);
	for (size_t i = 0; i < ret->n; i++) {
		ret->at[i].sid = case_sid(ch);
		ret->at[i].attributes = attributes(ch);
	}
}

static struct model_sids sids(const struct case_list *list)
{
	return (struct model_sids){list->at, list->n};
}

static void package_make(struct choices *ch, struct case_token *t)
{
	struct model_token *m = &t->model;

	t->package = pool[11];
	m->package = &t->package;
	m->less_privileged = rarely(ch, 3);
	t->capabilities.n = choose(ch, 4);
	for (size_t i = 0; i < t->capabilities.n; i++) {
		t->capabilities.at[i].sid = pool[9 + choose(ch, 4)];
		t->capabilities.at[i].attributes = attributes(ch);
	}
}

static void claims_make(struct choices *ch, struct case_token *t)
{
	bool some = choose(ch, 3) || ch->theme == CASE_CONDITIONS;

	for (unsigned k = 0; k < GUISE_CLAIMS_KINDS; k++) {
		t->model.claims[k] = NULL;
		if (!some || choose(ch, 3) == 0)
			continue;
		case_claims_make(ch, false, &t->claims[k]);
		t->model.claims[k] = &t->claims[k];
	}
}

static uint64_t privileges_make(struct choices *ch)
{
	static const enum guise_privilege some[] = {
		GUISE_SE_SECURITY, GUISE_SE_TAKE_OWNERSHIP, GUISE_SE_RELABEL,
		GUISE_SE_BACKUP, GUISE_SE_RESTORE};
	uint64_t privileges = 0;

	for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
		if (rarely(ch, 3))
			privileges |= GUISE_PRIVILEGE_BIT(some[i]);
	}
	return privileges;
}

static void trust_make(struct choices *ch, struct case_token *t)
{
	static const uint32_t types[] = {512, 1024, 0};
	static const uint32_t levels[] = {1024, 4096, 8192, 0};

	t->trust = (struct guise_sid){
		.authority = 19,
		.sub = {types[choose(ch, 3)], levels[choose(ch, 4)]},
		.n_subs = 2,
	};
	t->model.trust = &t->trust;
}

void case_token_make(struct choices *ch, struct case_token *ret)
{
	struct model_token *m = &ret->model;
	bool bound = ch->theme == CASE_ALL || ch->theme == CASE_THEMES - 1;

	*m = (struct model_token){.impersonation = true};
	m->user.sid = case_sid(ch);
	m->user.attributes = rarely(ch, 8) ? GUISE_GROUP_USE_FOR_DENY_ONLY : 0;
	list_make(ch, CASE_SIDS_MAX - 4, &ret->groups);
	ret->restricted.n = ret->device.n = ret->capabilities.n = 0;
	if (bound && rarely(ch, 3)) {
		list_make(ch, 6, &ret->restricted);
		m->is_restricted = true;
		m->write_restricted = choose(ch, 2);
	}
	if (rarely(ch, 3))
		list_make(ch, 4, &ret->device);
	if (bound && rarely(ch, 5))
		package_make(ch, ret);
	if (rarely(ch, 3))
		trust_make(ch, ret);
	m->no_write_up = bound && rarely(ch, 3);
	m->integrity = 0x1000 * choose(ch, 5);
	ret->privileges = privileges_make(ch);
	m->privileges_enabled = ret->privileges & ~privileges_make(ch);
	claims_make(ch, ret);
	m->level = GUISE_LEVEL_IMPERSONATION;
	if (rarely(ch, 16)) {
		m->impersonation = choose(ch, 2);
		m->level = (enum guise_level)choose(ch, 4);
	}
	m->groups = sids(&ret->groups);
	m->restricted = sids(&ret->restricted);
	m->device_groups = sids(&ret->device);
	m->capabilities = sids(&ret->capabilities);
}

uint32_t case_mask(struct choices *ch)
{
	static const uint32_t some[] = {
		0x1,	    0x2,	0x3,	 0x4,	  0x7,
		0x20,	    0x20000,	0x40000, 0x60000, 0x80000,
		0x10000000, 0x80000000, 0x10000, 0x1f01ff};
	uint32_t mask = some[choose(ch, ARRAY_SIZE(some))];

	if (rarely(ch, 3))
		mask |= some[choose(ch, ARRAY_SIZE(some))];
	if (rarely(ch, 16))
		mask |= 1u << choose(ch, 32);
	if (rarely(ch, 40))
		mask = choose_bits(ch);
	return mask;
}

uint32_t case_wide_mask(struct choices *ch)
{
	static const uint32_t some[] = {GUISE_FILE_ALL_ACCESS,
					GUISE_GENERIC_ALL,
					GUISE_GENERIC_READ | 0xf,
					0xf0007,
					0x7,
					0x1f01ff & ~UINT32_C(0x60002)};

	return some[choose(ch, ARRAY_SIZE(some))] | case_mask(ch);
}

static const struct guise_generic_mapping *mapping_make(struct choices *ch)
{
	static const struct guise_generic_mapping none,
		low = {1, 2, 4, 8},
		wild = {0xffffffff, 0x20003, 0x120001, 0xffffffff};
	const struct guise_generic_mapping *all[] = {
		&guise_mapping_file,
		&guise_mapping_file,
		&guise_mapping_ds,
		&guise_mapping_process,
		&none,
		&low,
		&wild,
	};

	return all[choose(ch, ARRAY_SIZE(all))];
}

static uint32_t desired_make(struct choices *ch)
{
	static const uint32_t some[] = {0x1,	 0x2,	  0x3,	   0x4,
					0x20000, 0x40000, 0x60001, 0x80000};
	uint32_t desired = choose(ch, 2) ? some[choose(ch, ARRAY_SIZE(some))]
					 : case_mask(ch);

	if (!rarely(ch, 40))
		desired &= ~GUISE_GENERIC_MASK;
	if (rarely(ch, 3))
		desired |= GUISE_MAXIMUM_ALLOWED;
	if (rarely(ch, 4))
		desired &= GUISE_MAXIMUM_ALLOWED;
	if (rarely(ch, 12))
		desired |= GUISE_ACCESS_SYSTEM_SECURITY;
	if (rarely(ch, 12))
		desired |= GUISE_WRITE_OWNER;
	return desired;
}

/* A tree over GUIDs 0, 1, 2, ... */
static void types_make(struct choices *ch, struct test_case *ret)
{
	unsigned level = 0;

	ret->n_types = choose(ch, CASE_TYPES_MAX + 1);
	for (size_t i = 0; i < ret->n_types; i++) {
		if (i > 0)
			level = 1 + choose(ch, level < 4 ? level + 1 : 4);
		if (rarely(ch, 100))
			level = choose(ch, 7);
		ret->types[i] = (struct guise_object_type){
			.level = (uint16_t)level,
			.guid.bytes = {[0] = (uint8_t)i, [15] = 0xaa},
		};
	}
}

void case_request_make(struct choices *ch, struct test_case *ret)
{
	ret->form = (enum case_form)choose(ch, CASE_FORMS);
	if (ch->theme == CASE_OBJECTS && ret->form == CASE_PLAIN)
		ret->form = CASE_RESULTS;
	ret->desired = desired_make(ch);
	ret->mapping = mapping_make(ch);
	ret->has_self = ret->has_resource = ret->has_policies = false;
	ret->n_types = 0;
	if (ret->form == CASE_PLAIN)
		return;
	ret->has_self = choose(ch, 2);
	if (ret->has_self)
		ret->self = case_sid(ch);
	if (choose(ch, 4) || ch->theme == CASE_OBJECTS)
		types_make(ch, ret);
	if (ret->form == CASE_RESULTS && ret->n_types == 0) {
		ret->n_types = 1;
		ret->types[0] = (struct guise_object_type){0};
	}
	ret->has_resource = rarely(ch, 3);
	if (ret->has_resource)
		case_claims_make(ch, false, &ret->resource);
}
