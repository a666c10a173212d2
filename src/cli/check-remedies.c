/* SPDX-License-Identifier: Apache-2.0 */
/* What would allow a refused request, as JSON and in words. */
#include <stdarg.h>
#include <stdio.h>

#include <jansson.h>

#include <guise/remedy.h>

#include "base.h"
#include "check-reasons.h"
#include "sd-json.h"

/* Room for a sentence with a SID and a name in it. */
#define TEXT_SIZE (GUISE_SID_TEXT_SIZE + 160)

static const char *change_word(enum guise_change_kind kind)
{
	switch (kind) {
	case GUISE_CHANGE_ENABLE_PRIVILEGE:
		return "enable_privilege";
	case GUISE_CHANGE_ENABLE_GROUP:
		return "enable_group";
	case GUISE_CHANGE_ADD_ACE:
		return "add_ace";
	case GUISE_CHANGE_CUT_ACE:
		return "cut_ace";
	case GUISE_CHANGE_REMOVE_ACE:
		return "remove_ace";
	case GUISE_CHANGE_DROP_CONDITION:
		return "drop_condition";
	case GUISE_CHANGE_TAKE_OWNERSHIP:
		return "take_ownership";
	case GUISE_CHANGE_GRANT_PRIVILEGE:
		return "grant_privilege";
	case GUISE_CHANGE_RAISE_INTEGRITY:
		return "raise_integrity";
	case GUISE_CHANGE_LOWER_LABEL:
		return "lower_label";
	case GUISE_CHANGE_RAISE_TRUST:
		return "raise_trust";
	case GUISE_CHANGE_REMOVE_SACL_ACE:
		return "remove_sacl_ace";
	}
	return "unknown";
}

__attribute__((format(printf, 1, 2))) static json_t *
text_json(const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return json_string(text);
}

static json_t *change_text(const struct guise_change *c)
{
	const char *privilege =
		c->privilege ? guise_privilege_name(c->privilege) : "";
	const char *name = guise_sid_name(&c->sid);
	char sid[GUISE_SID_TEXT_SIZE];

	(void)guise_sid_format(&c->sid, sid);
	if (!name)
		name = sid;
	switch (c->kind) {
	case GUISE_CHANGE_ENABLE_PRIVILEGE:
		return text_json("enable %s in the token", privilege);
	case GUISE_CHANGE_ENABLE_GROUP:
		return text_json("enable the group %s in the token", name);
	case GUISE_CHANGE_ADD_ACE:
		return text_json("add entry %u to the DACL: allow %s 0x%x",
				 c->ace, name, c->mask);
	case GUISE_CHANGE_CUT_ACE:
		return text_json("let entry %u no longer deny 0x%x", c->ace,
				 c->mask);
	case GUISE_CHANGE_REMOVE_ACE:
		return text_json("remove entry %u, which denies", c->ace);
	case GUISE_CHANGE_DROP_CONDITION:
		return text_json("drop the condition of entry %u", c->ace);
	case GUISE_CHANGE_TAKE_OWNERSHIP:
		return text_json("make %s the owner", name);
	case GUISE_CHANGE_GRANT_PRIVILEGE:
		return text_json("give the token %s", privilege);
	case GUISE_CHANGE_RAISE_INTEGRITY:
		return text_json("raise the token's integrity to %s", name);
	case GUISE_CHANGE_LOWER_LABEL:
		return text_json("lower the object's label to %s", name);
	case GUISE_CHANGE_RAISE_TRUST:
		return text_json("raise the token's trust level to %s", name);
	case GUISE_CHANGE_REMOVE_SACL_ACE:
		return text_json("remove entry %u of the SACL", c->ace);
	}
	return NULL;
}

static json_t *change_json(const struct guise_change *c)
{
	json_t *json = json_pack("{s:s, s:o}", "change", change_word(c->kind),
				 "text", change_text(c));
	char sid[GUISE_SID_TEXT_SIZE];
	int failed = 0;

	if (c->privilege)
		failed |= json_object_set_new(
			json, "privilege",
			json_string(guise_privilege_name(c->privilege)));
	if (c->ace)
		failed |=
			json_object_set_new(json, "ace", json_integer(c->ace));
	if (c->mask)
		failed |= json_object_set_new(json, "mask",
					      check_mask_json(c->mask));
	if (c->sid.authority || c->sid.n_subs) {
		(void)guise_sid_format(&c->sid, sid);
		failed |= json_object_set_new(json, "sid", json_string(sid));
	}
	if (failed) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *remedy_json(const struct guise_remedy *remedy)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < remedy->n_changes; i++) {
		if (json_array_append_new(
			    list, change_json(&remedy->changes[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *check_remedies_json(const struct check_input *input,
			    const struct guise_access_options *options)
{
	GUISE_AUTO(freep)
	struct guise_remedy *remedies =
		array_alloc(GUISE_REMEDIES_MAX, sizeof(*remedies));
	json_t *list;
	size_t n;

	if (!remedies ||
	    guise_access_remedies(input->sd, input->token, input->desired,
				  &input->mapping, options, remedies,
				  GUISE_REMEDIES_MAX, &n) < 0)
		return NULL;
	list = json_array();
	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(list, remedy_json(&remedies[i])) <
		    0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
