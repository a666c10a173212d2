/* SPDX-License-Identifier: Apache-2.0 */
/* What would allow a refused request, as JSON and in words. */
#include <jansson.h>

#include <guise/remedy.h>

#include "base.h"
#include "check-reasons.h"
#include "remedy-text.h"
#include "sd-json.h"

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

static json_t *change_json(const struct guise_change *c)
{
	char text[REMEDY_TEXT_SIZE];
	char sid[GUISE_SID_TEXT_SIZE];
	int failed = 0;
	json_t *json;

	remedy_text(c, text);
	json = json_pack("{s:s, s:s}", "change", change_word(c->kind), "text",
			 text);

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
