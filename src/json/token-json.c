/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a token's JSON: a table of members, each with the function that
 * takes it. What the table does not know is refused, so that a misspelt
 * "restricted_sids" cannot make a stronger token than was meant.
 */
#include <stdarg.h>
#include <stdio.h>

#include <guise/sddl.h>

#include "base.h"
#include "claims-json.h"
#include "token-json-maker.h"
#include "token-json.h"
#include "token-names.h"

int token_refuse(struct maker *m, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(m->error->text, sizeof(m->error->text), format, args);
	va_end(args);
	m->error->offset = 0;
	return code;
}

/* A word that is none of those that can be. */
static int refuse_word(struct maker *m, const char *name,
		       const struct token_words *words)
{
	char choices[96];

	token_words_list(words, choices, sizeof(choices));
	return token_refuse(m, -EINVAL, "%s: must be among %s", name, choices);
}

int json_to_sid(const json_t *json, const struct guise_sid *domain,
		struct guise_sid *ret)
{
	if (!json_is_string(json))
		return -EINVAL;
	return guise_sid_parse(json_string_value(json),
			       json_string_length(json), domain, ret);
}

static int take_sid(struct maker *m, const char *name, const json_t *json,
		    struct guise_sid *ret)
{
	int r = json_to_sid(json, m->domain, ret);

	return r < 0 ? token_refuse(m, r, "%s: not a SID", name) : 0;
}

/* A JSON list of words to the sum of their bits. */
static int take_words(struct maker *m, const char *name, const json_t *json,
		      const struct token_words *words, uint32_t *ret)
{
	const struct token_word *word;
	uint32_t bits = 0;
	json_t *item;
	size_t i;

	if (!json_is_array(json))
		return token_refuse(m, -EINVAL, "%s: not a list of names",
				    name);
	json_array_foreach(json, i, item)
	{
		word = json_is_string(item)
			       ? token_word_find(words, json_string_value(item))
			       : NULL;
		if (!word)
			return refuse_word(m, name, words);
		bits |= word->value;
	}
	*ret = bits;
	return 0;
}

/* An object may have only the members named; the list ends with NULL. */
static bool has_only(const json_t *json, const char *const *names)
{
	size_t known = 0;

	for (; *names; names++)
		known += json_object_get(json, *names) != NULL;
	return json_object_size(json) == known;
}

static int take_flag(struct maker *m, const char *name, const json_t *json,
		     uint32_t flag)
{
	if (!json_is_boolean(json))
		return token_refuse(m, -EINVAL, "%s: not true or false", name);
	if (json_is_true(json))
		m->flags |= flag;
	return 0;
}

/* SID or {"sid":, "attributes":}; @usual are a bare SID's attributes */
static int take_group(struct maker *m, const char *name, const json_t *json,
		      uint32_t usual, struct guise_sid_and_attributes *ret)
{
	static const char *const known[] = {"sid", "attributes", NULL};
	const json_t *attributes;
	int r;

	ret->attributes = usual;
	if (!json_is_object(json))
		return take_sid(m, name, json, &ret->sid);
	if (!has_only(json, known))
		return token_refuse(m, -EINVAL,
				    "%s: not {\"sid\": SID, \"attributes\": "
				    "[NAME, ...]}",
				    name);
	r = take_sid(m, name, json_object_get(json, "sid"), &ret->sid);
	attributes = json_object_get(json, "attributes");
	if (r < 0 || !attributes)
		return r;
	return take_words(m, name, attributes, &token_group_words,
			  &ret->attributes);
}

static int take_user(struct maker *m, const json_t *json)
{
	struct guise_sid_and_attributes user;
	int r = take_group(m, "user", json, 0, &user);

	if (r == 0)
		guise_token_builder_user(m->builder, &user.sid,
					 user.attributes);
	return r;
}

typedef void (*add_group_fn)(struct guise_token_builder *b,
			     const struct guise_sid *sid, uint32_t attributes);

static int take_groups(struct maker *m, const char *name, const json_t *json,
		       add_group_fn add)
{
	struct guise_sid_and_attributes group;
	json_t *item;
	size_t i;
	int r;

	if (!json_is_array(json))
		return token_refuse(m, -EINVAL, "%s: not a list", name);
	json_array_foreach(json, i, item)
	{
		r = take_group(m, name, item, GUISE_GROUP_USUAL, &group);
		if (r < 0)
			return r;
		add(m->builder, &group.sid, group.attributes);
		if (add == guise_token_builder_group &&
		    group.attributes & GUISE_GROUP_INTEGRITY)
			m->has_label = true;
	}
	return 0;
}

static int take_token_groups(struct maker *m, const json_t *json)
{
	return take_groups(m, "groups", json, guise_token_builder_group);
}

static int take_device_groups(struct maker *m, const json_t *json)
{
	return take_groups(m, "device_groups", json,
			   guise_token_builder_device_group);
}

static int take_restricted(struct maker *m, const json_t *json)
{
	struct guise_sid sid;
	json_t *item;
	size_t i;
	int r;

	if (!json_is_array(json))
		return token_refuse(m, -EINVAL, "restricted_sids: not a list");
	json_array_foreach(json, i, item)
	{
		r = take_sid(m, "restricted_sids", item, &sid);
		if (r < 0)
			return r;
		guise_token_builder_restricted_sid(m->builder, &sid);
	}
	return 0;
}

static int take_write_restricted(struct maker *m, const json_t *json)
{
	return take_flag(m, "write_restricted", json,
			 GUISE_TOKEN_WRITE_RESTRICTED);
}

static int take_trust_level(struct maker *m, const json_t *json)
{
	struct guise_sid sid;
	int r = take_sid(m, "trust_level", json, &sid);

	if (r == 0)
		guise_token_builder_trust_level(m->builder, &sid);
	return r;
}

/* NAME, or {"name":, "attributes":}; *ret_words as token_privilege_words */
static int take_privilege(struct maker *m, const json_t *json,
			  uint64_t *ret_bit, uint32_t *ret_words)
{
	static const char *const known[] = {"name", "attributes", NULL};
	const json_t *name = json, *attributes = NULL;
	enum guise_privilege privilege;
	int r;

	if (json_is_object(json)) {
		if (!has_only(json, known))
			return token_refuse(m, -EINVAL,
					    "privileges: not {\"name\": NAME, "
					    "\"attributes\": [NAME, ...]}");
		name = json_object_get(json, "name");
		attributes = json_object_get(json, "attributes");
	}
	if (!json_is_string(name))
		return token_refuse(m, -EINVAL, "privileges: not a name");
	r = guise_privilege_parse(json_string_value(name),
				  json_string_length(name), &privilege);
	if (r < 0)
		return token_refuse(m, r,
				    "privileges: no privilege has this name");
	*ret_bit = GUISE_PRIVILEGE_BIT(privilege);
	*ret_words = token_word_find(&token_privilege_words, "enabled")->value;
	if (!attributes)
		return 0;
	return take_words(m, "privileges", attributes, &token_privilege_words,
			  ret_words);
}

static int take_privileges(struct maker *m, const json_t *json)
{
	const struct token_words *words = &token_privilege_words;
	uint64_t present = 0, enabled = 0, by_default = 0, bit = 0;
	uint32_t has;
	json_t *item;
	size_t i;
	int r;

	if (!json_is_array(json))
		return token_refuse(m, -EINVAL, "privileges: not a list");
	json_array_foreach(json, i, item)
	{
		r = take_privilege(m, item, &bit, &has);
		if (r < 0)
			return r;
		present |= bit;
		if (has & token_word_find(words, "enabled")->value)
			enabled |= bit;
		if (has & token_word_find(words, "enabled_by_default")->value)
			by_default |= bit;
	}
	guise_token_builder_privileges(m->builder, present, enabled,
				       by_default);
	return 0;
}

static int take_policy(struct maker *m, const json_t *json)
{
	uint32_t policy;
	int r = take_words(m, "mandatory_policy", json, &token_policy_words,
			   &policy);

	if (r < 0)
		return r;
	m->has_policy = true;
	guise_token_builder_mandatory_policy(m->builder, policy);
	return 0;
}

/* After the groups: it replaces a label among them. */
static int take_integrity(struct maker *m, const json_t *json)
{
	struct guise_sid sid = {.authority = 16, .n_subs = 1};
	const struct token_word *word = NULL;
	int r;

	if (json_is_string(json))
		word = token_word_find(&token_integrity_words,
				       json_string_value(json));
	if (word) {
		sid.sub[0] = word->value;
	} else {
		r = json_to_sid(json, m->domain, &sid);
		if (r < 0) {
			(void)refuse_word(m, "integrity",
					  &token_integrity_words);
			return r;
		}
	}
	guise_token_builder_integrity(m->builder, &sid);
	m->has_label = true;
	return 0;
}

/* An AppContainer is of low integrity if nothing else is said, and a label
 * binds, unless a policy was given. */
static void finish_integrity(struct maker *m)
{
	static const struct guise_sid low = {
		.authority = 16, .sub = {0x1000}, .n_subs = 1};

	if (m->has_package && !m->has_label)
		guise_token_builder_integrity(m->builder, &low);
	if ((m->has_package || m->has_label) && !m->has_policy)
		guise_token_builder_mandatory_policy(
			m->builder, GUISE_MANDATORY_NO_WRITE_UP);
}

static int take_owner(struct maker *m, const json_t *json)
{
	struct guise_sid sid;
	int r = take_sid(m, "owner", json, &sid);

	if (r == 0)
		guise_token_builder_owner(m->builder, &sid);
	return r;
}

static int take_primary_group(struct maker *m, const json_t *json)
{
	struct guise_sid sid;
	int r = take_sid(m, "primary_group", json, &sid);

	if (r == 0)
		guise_token_builder_primary_group(m->builder, &sid);
	return r;
}

static int take_default_dacl(struct maker *m, const json_t *json)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = m->domain};
	int r;

	if (!json_is_string(json))
		return token_refuse(m, -EINVAL, "default_dacl: not SDDL");
	r = guise_sddl_parse(json_string_value(json), json_string_length(json),
			     &options, &sd, m->error);
	if (r < 0)
		return r;
	if (!guise_sd_dacl(sd) || guise_sd_owner(sd) || guise_sd_group(sd) ||
	    guise_sd_sacl(sd))
		return token_refuse(m, -EINVAL,
				    "default_dacl: not just D:(...)");
	guise_token_builder_default_dacl(m->builder, guise_sd_dacl(sd));
	return 0;
}

static int take_app_container(struct maker *m, const json_t *json)
{
	static const char *const known[] = {"package", "capabilities",
					    "less_privileged", "number", NULL};
	const json_t *capabilities, *less, *number;
	struct guise_sid package;
	int r;

	if (!json_is_object(json) || !has_only(json, known))
		return token_refuse(m, -EINVAL,
				    "app_container: not {\"package\": SID, "
				    "\"capabilities\": [SID, ...], "
				    "\"less_privileged\": BOOL, "
				    "\"number\": N}");
	r = take_sid(m, "app_container.package",
		     json_object_get(json, "package"), &package);
	m->has_package = true;
	if (r < 0)
		return r;
	guise_token_builder_package(m->builder, &package);
	less = json_object_get(json, "less_privileged");
	if (less)
		r = take_flag(m, "app_container.less_privileged", less,
			      GUISE_TOKEN_LESS_PRIVILEGED);
	number = json_object_get(json, "number");
	if (r == 0 && number)
		r = token_take_package_number(m, number);
	capabilities = json_object_get(json, "capabilities");
	if (r < 0 || !capabilities)
		return r;
	return take_groups(m, "app_container.capabilities", capabilities,
			   guise_token_builder_capability);
}

static int take_flags(struct maker *m, const json_t *json)
{
	uint32_t flags = 0;
	int r = take_words(m, "flags", json, &token_flag_words, &flags);

	m->flags |= flags;
	return r;
}

static int take_name(struct maker *m, const json_t *json)
{
	if (!json_is_string(json) ||
	    strlen(json_string_value(json)) != json_string_length(json))
		return token_refuse(m, -EINVAL, "name: not a name");
	guise_token_builder_name(m->builder, json_string_value(json));
	return 0;
}

static const struct {
	const char *name;
	int (*take)(struct maker *m, const json_t *json);
} members[] = {
	{"user", take_user},
	{"groups", take_token_groups},
	{"privileges", take_privileges},
	{"restricted_sids", take_restricted},
	{"write_restricted", take_write_restricted},
	{"mandatory_policy", take_policy},
	{"integrity", take_integrity},
	{"owner", take_owner},
	{"primary_group", take_primary_group},
	{"default_dacl", take_default_dacl},
	{"device_groups", take_device_groups},
	{"trust_level", take_trust_level},
	{"app_container", take_app_container},
	{"unix", token_take_unix},
	{"name", take_name},
	{"flags", take_flags},
	{"session_id", token_take_session},
	{"elevation", token_take_elevation},
	{"authentication_id", token_take_authentication_id},
	{"origin", token_take_origin},
	{"source", token_take_source},
};

/* Members, too. */
static const struct {
	const char *name;
	enum guise_token_claims_kind kind;
} claims[] = {
	{"user_claims", GUISE_CLAIMS_USER},
	{"device_claims", GUISE_CLAIMS_DEVICE},
	{"local_claims", GUISE_CLAIMS_LOCAL},
	{"restricted_user_claims", GUISE_CLAIMS_RESTRICTED_USER},
	{"restricted_device_claims", GUISE_CLAIMS_RESTRICTED_DEVICE},
};

static int take_claims(struct maker *m, const json_t *json)
{
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		GUISE_AUTO(guise_claims_unrefp)
		const struct guise_claims *set = NULL;
		const json_t *value = json_object_get(json, claims[i].name);
		int r;

		if (!value || json_is_null(value))
			continue;
		r = claims_from_json(value, claims[i].name, m->domain, &set,
				     m->error);
		if (r < 0)
			return r;
		guise_token_builder_claims(m->builder, claims[i].kind, set);
	}
	return 0;
}

/* A word out of @words; @otherwise if the member is absent. */
static int take_choice(struct maker *m, const json_t *json, const char *name,
		       const struct token_words *words, uint32_t otherwise,
		       uint32_t *ret)
{
	const json_t *value = json_object_get(json, name);
	const struct token_word *word = NULL;

	*ret = otherwise;
	if (!value || json_is_null(value))
		return 0;
	if (json_is_string(value))
		word = token_word_find(words, json_string_value(value));
	if (!word)
		return refuse_word(m, name, words);
	*ret = word->value;
	return 0;
}

/* Type and level go together. */
static int take_kind(struct maker *m, const json_t *json)
{
	uint32_t type, level;
	int r;

	r = take_choice(m, json, "type", &token_type_words,
			GUISE_TOKEN_IMPERSONATION, &type);
	if (r == 0)
		r = take_choice(m, json, "level", &token_level_words,
				GUISE_LEVEL_IMPERSONATION, &level);
	if (r == 0)
		guise_token_builder_type(m->builder,
					 (enum guise_token_type)type,
					 (enum guise_level)level);
	return r;
}

static bool is_member(const char *name)
{
	if (strcmp(name, "type") == 0 || strcmp(name, "level") == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (strcmp(members[i].name, name) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		if (strcmp(claims[i].name, name) == 0)
			return true;
	}
	return false;
}

static int check_names(struct maker *m, const json_t *json)
{
	json_t *members_of = (json_t *)(uintptr_t)json, *value;
	const char *name;

	json_object_foreach(members_of, name, value)
	{
		if (!is_member(name))
			return token_refuse(m, -EINVAL,
					    "token: unknown member \"%.40s\"",
					    name);
	}
	return 0;
}

static int take_members(struct maker *m, const json_t *json)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(members); i++) {
		const json_t *value = json_object_get(json, members[i].name);

		if (value && !json_is_null(value))
			r = members[i].take(m, value);
	}
	if (r == 0)
		guise_token_builder_flags(m->builder, m->flags);
	if (r == 0)
		guise_token_builder_ids(m->builder, 0, m->authentication_id,
					m->origin);
	if (r == 0)
		finish_integrity(m);
	return r < 0 ? r : take_claims(m, json);
}

int token_from_json(const json_t *json, const struct guise_sid *domain,
		    const struct guise_token **ret,
		    struct guise_error_info *reterr)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct maker m = {.domain = domain, .error = reterr};
	int r;

	if (!json_is_object(json))
		return token_refuse(&m, -EINVAL, "token: not an object");
	r = check_names(&m, json);
	if (r < 0)
		return r;
	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	m.builder = b;
	r = take_kind(&m, json);
	if (r == 0)
		r = take_members(&m, json);
	if (r < 0)
		return r;
	r = guise_token_builder_seal(b, ret);
	return r < 0 ? token_refuse(&m, r, "token: %s", guise_strerror(r)) : 0;
}
