/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each step of a decision was about: the entry as SDDL, which SID of the
 * token it spoke of and what that SID is to the token, in which pass.
 */
#include <stdio.h>

#include <jansson.h>

#include <guise/sddl.h>

#include "base.h"
#include "check-reasons.h"
#include "policy-internal.h"
#include "sd-json.h"
#include "sddl-internal.h"

json_t *check_mask_json(uint32_t mask)
{
	char text[11];

	(void)snprintf(text, sizeof(text), "0x%08x", mask);
	return json_string(text);
}

static const char *reason_word(enum guise_reason_kind kind)
{
	switch (kind) {
	case GUISE_REASON_ACE:
		return "ace";
	case GUISE_REASON_OWNER:
		return "owner";
	case GUISE_REASON_PRIVILEGE:
		return "privilege";
	case GUISE_REASON_NO_DACL:
		return "no_dacl";
	case GUISE_REASON_NOT_GRANTED:
		return "not_granted";
	case GUISE_REASON_NO_PRIVILEGE:
		return "no_privilege";
	case GUISE_REASON_RESTRICTED:
		return "not_granted_to_restricted_sids";
	case GUISE_REASON_INTEGRITY:
		return "integrity";
	case GUISE_REASON_CONDITION:
		return "condition";
	case GUISE_REASON_PACKAGE:
		return "not_granted_to_package";
	case GUISE_REASON_TRUST:
		return "trust_level";
	case GUISE_REASON_FILTER:
		return "access_filter";
	case GUISE_REASON_RECOVERY:
		return "recovery_policy";
	}
	return "unknown";
}

static const char *pass_word(enum guise_access_pass pass)
{
	switch (pass) {
	case GUISE_PASS_NORMAL:
		return "normal";
	case GUISE_PASS_RESTRICTED:
		return "restricted";
	case GUISE_PASS_PACKAGE:
		return "package";
	case GUISE_PASSES:
		break;
	}
	return "unknown";
}

static const char *truth_word(uint8_t truth)
{
	switch (truth) {
	case GUISE_FALSE:
		return "false";
	case GUISE_TRUE:
		return "true";
	default:
		return "unknown";
	}
}

/* The reason's ACE is one of the SACL. */
static bool is_of_sacl(const struct guise_reason *reason)
{
	return !reason->rule && (reason->kind == GUISE_REASON_INTEGRITY ||
				 reason->kind == GUISE_REASON_TRUST ||
				 reason->kind == GUISE_REASON_FILTER ||
				 reason->kind == GUISE_REASON_RECOVERY);
}

/* The policy that the object is under; NULL: none, or one that is not known. */
static const struct guise_policy *policy_of(const struct check_input *input)
{
	const struct guise_acl *sacl = guise_sd_sacl(input->sd);
	size_t n = sacl ? guise_acl_n_aces(sacl) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct guise_ace *ace = guise_acl_ace(sacl, i);

		if (ace->type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID &&
		    !(ace->flags & GUISE_ACE_INHERIT_ONLY))
			return policies_find(input->options.policies,
					     &ace->sid);
	}
	return NULL;
}

/* Where the reason's ACE is; NULL: nowhere that can be shown. */
static const struct guise_acl *acl_of(const struct check_input *input,
				      const struct guise_reason *reason)
{
	const struct guise_policy *policy;

	if (is_of_sacl(reason))
		return guise_sd_sacl(input->sd);
	if (!reason->rule)
		return guise_sd_dacl(input->sd);
	policy = policy_of(input);
	if (!policy || reason->rule > policy->n_rules)
		return NULL;
	return reason->staged ? policy->rules[reason->rule - 1].staged
			      : policy->rules[reason->rule - 1].dacl;
}

/* The ACE as SDDL, "(A;;FR;;;WD)"; null for what SDDL cannot say. */
static json_t *ace_json(const struct check_input *input,
			const struct guise_reason *reason)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *one = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = input->domain};
	const struct guise_acl *acl = acl_of(input, reason);
	struct guise_sd_fields fields = {.size = sizeof(fields)};

	if (!acl || reason->ace > guise_acl_n_aces(acl))
		return json_null();
	if (guise_acl_new(0, guise_acl_ace(acl, reason->ace - 1), 1, &one) < 0)
		return NULL;
	if (is_of_sacl(reason))
		fields.sacl = one;
	else
		fields.dacl = one;
	if (guise_sd_new(&fields, &sd) < 0)
		return NULL;
	if (guise_sddl_format(sd, &options, &text) < 0 || text.size < 2)
		return json_null();
	/* without the "D:" */
	return json_stringn((const char *)text.data + 2, text.size - 2);
}

static json_t *sid_json(const struct guise_sid *sid)
{
	char text[GUISE_SID_TEXT_SIZE];

	return json_stringn(text, guise_sid_format(sid, text));
}

static bool is_among(const struct guise_sid_and_attributes *list, size_t n,
		     const struct guise_sid *sid)
{
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&list[i].sid, sid))
			return true;
	}
	return false;
}

static const char *through_normal(const struct guise_token *token,
				  const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *list;
	size_t n;

	if (guise_sid_equal(&guise_token_user(token)->sid, sid))
		return "user";
	list = guise_token_groups(token, &n);
	return is_among(list, n, sid) ? "group" : NULL;
}

static const char *through_package(const struct guise_token *token,
				   const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *list;
	size_t n;

	if (guise_token_package(token) &&
	    guise_sid_equal(guise_token_package(token), sid))
		return "package";
	list = guise_token_capabilities(token, &n);
	return is_among(list, n, sid) ? "capability" : "all packages";
}

/* What @sid is to the token in that pass; NULL: nothing of it. */
static const char *through(const struct guise_token *token,
			   enum guise_access_pass pass,
			   const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *list;
	size_t n;

	if (pass == GUISE_PASS_PACKAGE)
		return through_package(token, sid);
	if (pass == GUISE_PASS_NORMAL)
		return through_normal(token, sid);
	list = guise_token_restricted_sids(token, &n);
	return is_among(list, n, sid) ? "restricting SID" : NULL;
}

/* The SID, by name if it has one, and how the token came by it. */
static int put_sid(json_t *json, const struct check_input *input,
		   const struct guise_reason *reason)
{
	const char *name = guise_sid_name(&reason->sid);
	const char *how = NULL;
	int failed;

	if (reason->sid.authority == 0 && reason->sid.n_subs == 0)
		return 0;
	if (reason->kind == GUISE_REASON_ACE ||
	    reason->kind == GUISE_REASON_OWNER ||
	    reason->kind == GUISE_REASON_CONDITION)
		how = through(input->token, reason->pass, &reason->sid);
	failed = json_object_set_new(json, "sid", sid_json(&reason->sid));
	if (name)
		failed |= json_object_set_new(json, "name", json_string(name));
	if (how)
		failed |=
			json_object_set_new(json, "through", json_string(how));
	return failed;
}

/* The reason is a condition, or an entry that has one. */
static bool has_condition(const struct check_input *input,
			  const struct guise_reason *reason)
{
	const struct guise_acl *acl = acl_of(input, reason);

	if (reason->kind != GUISE_REASON_ACE)
		return reason->kind == GUISE_REASON_CONDITION ||
		       reason->kind == GUISE_REASON_FILTER;
	if (!acl || reason->ace > guise_acl_n_aces(acl))
		return false;
	switch (guise_acl_ace(acl, reason->ace - 1)->type) {
	case GUISE_ACE_ACCESS_ALLOWED_CALLBACK:
	case GUISE_ACE_ACCESS_DENIED_CALLBACK:
	case GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT:
	case GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT:
		return true;
	default:
		return false;
	}
}

static int put_ace(json_t *json, const struct check_input *input,
		   const struct guise_reason *reason)
{
	int failed = 0;

	if (!reason->ace)
		return 0;
	failed |= json_object_set_new(json, "ace", json_integer(reason->ace));
	failed |= json_object_set_new(json, "sddl", ace_json(input, reason));
	if (has_condition(input, reason))
		failed |= json_object_set_new(
			json, "condition",
			json_string(truth_word(reason->condition)));
	return failed;
}

/* What the recovery policy says is no rule of a policy's. */
static int put_rule(json_t *json, const struct check_input *input,
		    const struct guise_reason *reason)
{
	int failed = 0;

	if (!reason->rule)
		return 0;
	if (!policy_of(input))
		return json_object_set_new(json, "recovery", json_true());
	failed |= json_object_set_new(json, "policy_rule",
				      json_integer(reason->rule));
	if (reason->rule_name)
		failed |= json_object_set_new(json, "rule_name",
					      json_string(reason->rule_name));
	if (reason->staged)
		failed |= json_object_set_new(json, "staged", json_true());
	return failed;
}

static int put_unknown_policy(json_t *json, const struct guise_reason *reason)
{
	char id[GUISE_SID_TEXT_SIZE];

	if (reason->kind != GUISE_REASON_RECOVERY)
		return 0;
	(void)guise_sid_format(&reason->sid, id);
	return json_object_set_new(
		json, "text",
		json_sprintf("%s is not among the policies: only "
			     "Administrators, SYSTEM and OWNER RIGHTS are "
			     "allowed",
			     id));
}

static int put_type(json_t *json, const struct guise_object_type *types,
		    const struct guise_reason *reason)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};

	if (!types || !reason->node)
		return 0;
	if (sddl_format_guid(&types[reason->node].guid, &text) < 0)
		return -1;
	return json_object_set_new(
		json, "object_type",
		json_stringn((const char *)text.data, text.size));
}

static json_t *reason_json(const struct check_input *input,
			   const struct guise_object_type *types,
			   const struct guise_reason *reason)
{
	json_t *json = json_pack("{s:s, s:s, s:o, s:o, s:s}", "reason",
				 reason_word(reason->kind), "effect",
				 reason->allow ? "allow" : "deny", "mask",
				 check_mask_json(reason->mask), "rights",
				 rights_to_json(reason->mask, &input->mapping),
				 "pass", pass_word(reason->pass));
	int failed = put_ace(json, input, reason);

	failed |= put_sid(json, input, reason);
	if (reason->privilege)
		failed |= json_object_set_new(
			json, "privilege",
			json_string(guise_privilege_name(reason->privilege)));
	failed |= put_rule(json, input, reason);
	failed |= put_unknown_policy(json, reason);
	failed |= put_type(json, types, reason);
	if (failed) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *check_reasons_json(const struct check_input *input,
			   const struct guise_object_type *types,
			   const struct guise_reason *reasons, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(
			    list, reason_json(input, types, &reasons[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
