/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a token as JSON. Every function returns NULL without memory, and
 * jansson's setters take NULL for a failure, so the tests gather at the end. */
#include <jansson.h>

#include <guise/sddl.h>

#include "base.h"
#include "claims-json.h"
#include "token-json-maker.h"
#include "token-json.h"
#include "token-names.h"

static void json_freep(json_t **json)
{
	json_decref(*json);
}

static json_t *sid_json(const struct guise_sid *sid)
{
	char text[GUISE_SID_TEXT_SIZE];

	return json_stringn(text, guise_sid_format(sid, text));
}

/* The words whose bits are all in @bits */
json_t *token_words_json(const struct token_words *words, uint32_t bits)
{
	GUISE_AUTO(json_freep) json_t *list = json_array();

	for (size_t i = 0; i < words->n; i++) {
		uint32_t value = words->at[i].value;

		if ((bits & value) == value &&
		    json_array_append_new(list,
					  json_string(words->at[i].word)) < 0)
			return NULL;
	}
	return guise_take(list);
}

static json_t *group_json(const struct guise_sid_and_attributes *group,
			  uint32_t usual)
{
	if (group->attributes == usual)
		return sid_json(&group->sid);
	return json_pack(
		"{s:o, s:o}", "sid", sid_json(&group->sid), "attributes",
		token_words_json(&token_group_words, group->attributes));
}

static json_t *groups_json(const struct guise_sid_and_attributes *groups,
			   size_t n)
{
	GUISE_AUTO(json_freep) json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *group = group_json(&groups[i], GUISE_GROUP_USUAL);

		if (json_array_append_new(list, group) < 0)
			return NULL;
	}
	return guise_take(list);
}

static json_t *privilege_json(const struct guise_token *token, unsigned number)
{
	const struct token_words *words = &token_privilege_words;
	uint64_t bit = GUISE_PRIVILEGE_BIT(number);
	uint32_t has = 0;

	if (guise_token_privileges_enabled(token) & bit)
		has |= token_word_find(words, "enabled")->value;
	if (guise_token_privileges_default(token) & bit)
		has |= token_word_find(words, "enabled_by_default")->value;
	return json_pack("{s:s, s:o}", "name", guise_privilege_name(number),
			 "attributes", token_words_json(words, has));
}

static json_t *privileges_json(const struct guise_token *token)
{
	GUISE_AUTO(json_freep) json_t *list = json_array();

	for (unsigned i = GUISE_PRIVILEGE_MIN; i <= GUISE_PRIVILEGE_MAX; i++) {
		if (guise_token_privileges(token) & GUISE_PRIVILEGE_BIT(i) &&
		    json_array_append_new(list, privilege_json(token, i)) < 0)
			return NULL;
	}
	return guise_take(list);
}

static json_t *integrity_json(const struct guise_sid *label)
{
	const struct token_word *word =
		token_word_of(&token_integrity_words, label->sub[0]);

	return word ? json_string(word->word) : sid_json(label);
}

static json_t *dacl_json(const struct guise_acl *dacl)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const struct guise_sd_fields fields = {.size = sizeof(fields),
					       .dacl = dacl};

	if (guise_sd_new(&fields, &sd) < 0 ||
	    guise_sddl_format(sd, NULL, &text) < 0)
		return NULL;
	return json_stringn((const char *)text.data, text.size);
}

static json_t *unix_groups_json(const struct guise_unix_identity *id)
{
	GUISE_AUTO(json_freep) json_t *list = json_array();

	for (size_t i = 0; i < id->n_groups; i++) {
		if (json_array_append_new(list, json_integer(id->groups[i])) <
		    0)
			return NULL;
	}
	return guise_take(list);
}

static json_t *unix_capabilities_json(uint64_t mask)
{
	GUISE_AUTO(json_freep) json_t *list = json_array();

	for (unsigned i = 0; i < 64; i++) {
		const struct token_word *word =
			token_word_of(&token_capability_words, i);

		if (mask >> i & 1 &&
		    json_array_append_new(list, word ? json_string(word->word)
						     : json_integer(i)) < 0)
			return NULL;
	}
	return guise_take(list);
}

static json_t *unix_json(const struct guise_unix_identity *id)
{
	return json_pack("{s:I, s:I, s:o, s:o}", "uid", (json_int_t)id->uid,
			 "gid", (json_int_t)id->gid, "groups",
			 unix_groups_json(id), "capabilities",
			 unix_capabilities_json(id->capabilities));
}

/* A token without a label has no "integrity". */
static bool has_label(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (&groups[i].sid == guise_token_integrity(token))
			return true;
	}
	return false;
}

/* The members that every token has. */
static json_t *common_json(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(token, &n);
	return json_pack(
		"{s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "user",
		group_json(guise_token_user(token), 0), "groups",
		groups_json(groups, n), "privileges", privileges_json(token),
		"type",
		token_word_of(&token_type_words, guise_token_type(token))->word,
		"level",
		token_word_of(&token_level_words, guise_token_level(token))
			->word,
		"mandatory_policy",
		token_words_json(&token_policy_words,
				 guise_token_mandatory_policy(token)),
		"owner", sid_json(guise_token_owner(token)), "primary_group",
		sid_json(guise_token_primary_group(token)));
}

static json_t *restricted_json(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *sids;
	size_t n;

	sids = guise_token_restricted_sids(token, &n);
	return groups_json(sids, n);
}

static json_t *device_groups_json(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *sids;
	size_t n;

	sids = guise_token_device_groups(token, &n);
	return groups_json(sids, n);
}

static json_t *app_container_json(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *sids;
	const int less =
		(guise_token_flags(token) & GUISE_TOKEN_LESS_PRIVILEGED) != 0;
	size_t n;

	sids = guise_token_capabilities(token, &n);
	return json_pack("{s:o, s:o, s:b, s:I}", "package",
			 sid_json(guise_token_package(token)), "capabilities",
			 groups_json(sids, n), "less_privileged", less,
			 "number",
			 (json_int_t)guise_token_package_number(token));
}

/* Each kind of claims that the token has. */
static int set_claims(json_t *json, const struct guise_token *token)
{
	static const char *const names[GUISE_CLAIMS_KINDS] = {
		[GUISE_CLAIMS_USER] = "user_claims",
		[GUISE_CLAIMS_DEVICE] = "device_claims",
		[GUISE_CLAIMS_LOCAL] = "local_claims",
		[GUISE_CLAIMS_RESTRICTED_USER] = "restricted_user_claims",
		[GUISE_CLAIMS_RESTRICTED_DEVICE] = "restricted_device_claims",
	};
	int failed = 0;

	for (unsigned i = 0; i < GUISE_CLAIMS_KINDS; i++) {
		const struct guise_claims *claims = guise_token_claims(
			token, (enum guise_token_claims_kind)i);

		if (claims)
			failed |= json_object_set_new(json, names[i],
						      claims_to_json(claims));
	}
	return failed;
}

json_t *token_to_json(const struct guise_token *token)
{
	GUISE_AUTO(json_freep) json_t *json = common_json(token);
	const struct guise_unix_identity *id = guise_token_unix(token);
	size_t n_device, n_restricted;
	int failed = 0;

	(void)guise_token_restricted_sids(token, &n_restricted);
	(void)guise_token_device_groups(token, &n_device);
	if (has_label(token))
		failed |= json_object_set_new(
			json, "integrity",
			integrity_json(guise_token_integrity(token)));
	if (n_restricted)
		failed |= json_object_set_new(json, "restricted_sids",
					      restricted_json(token));
	if (guise_token_flags(token) & GUISE_TOKEN_WRITE_RESTRICTED)
		failed |= json_object_set_new(json, "write_restricted",
					      json_true());
	if (guise_token_default_dacl(token))
		failed |= json_object_set_new(
			json, "default_dacl",
			dacl_json(guise_token_default_dacl(token)));
	if (n_device)
		failed |= json_object_set_new(json, "device_groups",
					      device_groups_json(token));
	if (guise_token_package(token))
		failed |= json_object_set_new(json, "app_container",
					      app_container_json(token));
	if (guise_token_trust_level(token))
		failed |= json_object_set_new(
			json, "trust_level",
			sid_json(guise_token_trust_level(token)));
	failed |= set_claims(json, token);
	failed |= token_set_more(json, token);
	if (id->uid != GUISE_UID_NONE)
		failed |= json_object_set_new(json, "unix", unix_json(id));
	if (guise_token_name(token)[0])
		failed |= json_object_set_new(
			json, "name", json_string(guise_token_name(token)));
	return failed ? NULL : guise_take(json);
}
