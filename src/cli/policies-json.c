/* SPDX-License-Identifier: Apache-2.0 */
/* Reading policies: what they are made of is kept until the set has its own. */
#include <stdarg.h>
#include <stdio.h>

#include <jansson.h>

#include <guise/sddl.h>

#include "base.h"
#include "cli.h"
#include "policies-json.h"
#include "policy-internal.h"
#include "token-json.h"

/* What a rule borrows. */
struct rule_parts {
	struct guise_buf applies_to;
	const struct guise_sd *dacl;
	const struct guise_sd *staged;
};

/* What a policy borrows, and how far it is. */
struct policy_parts {
	struct guise_policy_rule *rules;
	struct rule_parts *parts;
	size_t n;
};

/* A set while it is read. */
struct policy_list {
	const struct guise_sid *domain;
	struct guise_error_info *error;
	struct guise_policy *policies;
	struct policy_parts *parts;
	size_t n;
};

static void policy_parts_clear(struct policy_parts *p)
{
	for (size_t i = 0; i < p->n; i++) {
		guise_buf_clear(&p->parts[i].applies_to);
		(void)guise_sd_unref(p->parts[i].dacl);
		(void)guise_sd_unref(p->parts[i].staged);
	}
	free(p->rules);
	free(p->parts);
}

static void policy_list_clear(struct policy_list *list)
{
	for (size_t i = 0; list->parts && i < list->n; i++)
		policy_parts_clear(&list->parts[i]);
	free(list->parts);
	free(list->policies);
}

/* "policy 1, rule 2: @what: @why", of those being read; returns @code. */
static int refuse(struct policy_list *list, int code, const char *what,
		  const char *why)
{
	const struct policy_parts *parts = &list->parts[list->n - 1];
	char detail[sizeof(list->error->text)];

	(void)snprintf(detail, sizeof(detail), "%.60s", why);
	if (parts->n)
		(void)snprintf(list->error->text, sizeof(list->error->text),
			       "policy %zu, rule %zu: %s: %.60s", list->n,
			       parts->n, what, detail);
	else
		(void)snprintf(list->error->text, sizeof(list->error->text),
			       "policy %zu: %s: %.60s", list->n, what, detail);
	list->error->offset = 0;
	return code;
}

/* Every member of @json is among @known. */
static bool knows_all(const json_t *json, const char *const *known,
		      size_t n_known)
{
	size_t n = 0;

	for (size_t i = 0; i < n_known; i++)
		n += json_object_get(json, known[i]) != NULL;
	return json_is_object(json) && n == json_object_size(json);
}

/* NULL where there is none; false if it is something else. */
static bool take_name(const json_t *json, const char **ret)
{
	const json_t *name = json_object_get(json, "name");

	*ret = json_string_value(name);
	return !name || json_is_null(name) || *ret;
}

/* SDDL that is only a DACL, and not a NULL one. */
static int take_dacl(struct policy_list *list, const char *what,
		     const json_t *json, const struct guise_sd **ret_sd,
		     const struct guise_acl **ret)
{
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = list->domain};
	struct guise_error_info error = {0};
	int r;

	if (!json_is_string(json))
		return refuse(list, -EINVAL, what, "not D:(...)");
	r = guise_sddl_parse(json_string_value(json), json_string_length(json),
			     &options, ret_sd, &error);
	if (r < 0)
		return refuse(list, r, what,
			      error.text[0] ? error.text : guise_strerror(r));
	*ret = guise_sd_dacl(*ret_sd);
	if (!*ret || guise_sd_owner(*ret_sd) || guise_sd_group(*ret_sd) ||
	    guise_sd_sacl(*ret_sd))
		return refuse(list, -EINVAL, what, "not just D:(...)");
	return 0;
}

static int take_condition(struct policy_list *list, const json_t *json,
			  struct guise_buf *code,
			  struct guise_policy_rule *rule)
{
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = list->domain};
	struct guise_error_info error = {0};
	int r;

	if (!json || json_is_null(json))
		return 0;
	if (!json_is_string(json))
		return refuse(list, -EINVAL, "applies_to", "not text");
	r = guise_condition_parse(json_string_value(json),
				  json_string_length(json), &options, code,
				  NULL, &error);
	if (r < 0)
		return refuse(list, r, "applies_to",
			      error.text[0] ? error.text : guise_strerror(r));
	rule->applies_to = code->data;
	rule->applies_to_size = code->size;
	return 0;
}

static int take_rule(struct policy_list *list, const json_t *json,
		     struct guise_policy_rule *rule, struct rule_parts *parts)
{
	static const char *const known[] = {"name", "applies_to", "dacl",
					    "staged"};
	const json_t *staged = json_object_get(json, "staged");
	int r;

	if (!knows_all(json, known, ARRAY_SIZE(known)))
		return refuse(list, -EINVAL, "a rule",
			      "not name, applies_to, dacl and staged");
	if (!take_name(json, &rule->name))
		return refuse(list, -EINVAL, "name", "not text");
	r = take_condition(list, json_object_get(json, "applies_to"),
			   &parts->applies_to, rule);
	if (r == 0)
		r = take_dacl(list, "dacl", json_object_get(json, "dacl"),
			      &parts->dacl, &rule->dacl);
	if (r == 0 && staged && !json_is_null(staged))
		r = take_dacl(list, "staged", staged, &parts->staged,
			      &rule->staged);
	return r;
}

static int take_rules(struct policy_list *list, const json_t *json,
		      struct policy_parts *parts)
{
	const size_t n = json_array_size(json);
	int r;

	if (!json_is_array(json))
		return refuse(list, -EINVAL, "rules", "not a list");
	parts->rules = array_alloc(n, sizeof(*parts->rules));
	parts->parts = array_alloc(n, sizeof(*parts->parts));
	if (!parts->rules || !parts->parts)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		parts->n++;
		r = take_rule(list, json_array_get(json, i), &parts->rules[i],
			      &parts->parts[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int take_policy(struct policy_list *list, const json_t *json,
		       struct guise_policy *policy, struct policy_parts *parts)
{
	static const char *const known[] = {"id", "name", "rules"};
	int r;

	if (!knows_all(json, known, ARRAY_SIZE(known)))
		return refuse(list, -EINVAL, "a policy",
			      "not id, name and rules");
	if (!take_name(json, &policy->name))
		return refuse(list, -EINVAL, "name", "not text");
	r = json_to_sid(json_object_get(json, "id"), list->domain, &policy->id);
	if (r < 0)
		return refuse(list, r, "id", "not a SID");
	if (policy->id.authority != POLICY_AUTHORITY)
		return refuse(list, GUISE_E_INVALID_SID, "id",
			      "not a policy's, which begins with S-1-17");
	r = take_rules(list, json_object_get(json, "rules"), parts);
	policy->rules = parts->rules;
	policy->n_rules = parts->n;
	return r;
}

int policies_from_json(const json_t *json, const struct guise_sid *domain,
		       const struct guise_policies **ret,
		       struct guise_error_info *reterr)
{
	const size_t n = json_array_size(json);
	GUISE_AUTO(policy_list_clear)
	struct policy_list list = {
		.domain = domain,
		.error = reterr,
		.policies = array_alloc(n, sizeof(*list.policies)),
		.parts = array_alloc(n, sizeof(*list.parts)),
	};
	int r = 0;

	if (!list.policies || !list.parts)
		return -ENOMEM;
	if (!json_is_array(json)) {
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "policies: not a list");
		return -EINVAL;
	}
	while (r == 0 && list.n < n) {
		size_t i = list.n++;

		r = take_policy(&list, json_array_get(json, i),
				&list.policies[i], &list.parts[i]);
	}
	if (r < 0)
		return r;
	r = guise_policies_new(list.policies, n, ret);
	if (r < 0)
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "policies: %s",
			       r == GUISE_E_INVALID_SID ? "an id occurs twice"
							: guise_strerror(r));
	return r;
}

/* NULL: *@error says why. */
static json_t *load(const char *path, struct guise_error_info *error)
{
	json_error_t syntax;
	json_t *json = NULL;
	FILE *f = fopen(path, "re");
	int failed = f ? 0 : -errno;

	if (f) {
		json = json_loadf(f, JSON_REJECT_DUPLICATES, &syntax);
		if (!json && ferror(f))
			failed = -errno;
		(void)fclose(f);
	}
	if (failed)
		(void)snprintf(error->text, sizeof(error->text),
			       "cannot be read: %s", guise_strerror(failed));
	else if (!json)
		(void)snprintf(error->text, sizeof(error->text),
			       "line %d: %.90s", syntax.line, syntax.text);
	return json;
}

int policies_from_file(const char *path, const struct guise_sid *domain,
		       const struct guise_policies **ret)
{
	struct guise_error_info error = {0};
	json_t *json = load(path, &error);
	int r;

	if (!json)
		return cli_error(CLI_FAILED, path, error.text,
				 "see guise check --help");
	r = policies_from_json(json, domain, ret, &error);
	json_decref(json);
	if (r < 0)
		return cli_error(CLI_FAILED, path,
				 error.text[0] ? error.text : guise_strerror(r),
				 "see guise check --help");
	return 0;
}
