/* SPDX-License-Identifier: Apache-2.0 */
/* A case for people: token, descriptor, request, both answers. */
#include <stdio.h>

#include "base.h"
#include "case.h"

static void print_hex(FILE *to, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		fprintf(to, "%02x", data[i]);
}

static void print_sid(FILE *to, const struct guise_sid *sid)
{
	char text[GUISE_SID_TEXT_SIZE];
	const char *alias = guise_sid_alias(sid, NULL);

	guise_sid_format(sid, text);
	fputs(alias ? alias : text, to);
}

static void print_list(FILE *to, const char *what, struct model_sids list)
{
	if (list.n)
		fprintf(to, "%s:", what);
	for (size_t i = 0; i < list.n; i++) {
		fputc(' ', to);
		print_sid(to, &list.at[i].sid);
		fprintf(to, "/%x", (unsigned)list.at[i].attributes);
	}
	if (list.n)
		fputc('\n', to);
}

static void print_value(FILE *to, const struct model_value *v)
{
	fputc(' ', to);
	if (v->type == GUISE_CLAIM_INT64 || v->type == GUISE_CLAIM_UINT64 ||
	    v->type == GUISE_CLAIM_BOOLEAN) {
		fprintf(to, "%lld", (long long)v->integer);
		return;
	}
	fputc('#', to);
	print_hex(to, v->bytes, v->size);
}

static void print_claims(FILE *to, const char *what,
			 const struct model_claims *claims)
{
	for (size_t i = 0; claims && i < claims->n; i++) {
		const struct model_claim *claim = &claims->at[i];

		fprintf(to, "%s claim ", what);
		for (size_t k = 0; k < claim->name_size; k += 2)
			fprintf(to, claim->name[k] < 128 ? "%c" : "<%02x>",
				claim->name[k]);
		fprintf(to, " type %u flags %x:", claim->type,
			(unsigned)claim->flags);
		for (size_t k = 0; k < claim->n_values; k++)
			print_value(to, &claim->values[k]);
		fputc('\n', to);
	}
}

static void print_token(FILE *to, const struct case_token *token)
{
	static const char *const kinds[GUISE_CLAIMS_KINDS] = {
		"user", "device", "local", "restricted user",
		"restricted device"};
	const struct model_token *t = &token->model;

	fputs("user ", to);
	print_sid(to, &t->user.sid);
	fprintf(to, "/%x %s level %d integrity %x%s privileges %llx of %llx\n",
		(unsigned)t->user.attributes,
		t->impersonation ? "impersonation" : "primary", (int)t->level,
		(unsigned)t->integrity, t->no_write_up ? " no-write-up" : "",
		(unsigned long long)t->privileges_enabled,
		(unsigned long long)token->privileges);
	print_list(to, "groups", t->groups);
	if (t->is_restricted)
		fprintf(to, "restricted%s\n",
			t->write_restricted ? " for writing" : "");
	print_list(to, "restricted to", t->restricted);
	print_list(to, "device groups", t->device_groups);
	if (t->package)
		fprintf(to, "%s AppContainer\n",
			t->less_privileged ? "less privileged" : "an");
	print_list(to, "capabilities", t->capabilities);
	if (t->trust) {
		fputs("trust ", to);
		print_sid(to, t->trust);
		fputc('\n', to);
	}
	for (unsigned k = 0; k < GUISE_CLAIMS_KINDS; k++)
		print_claims(to, kinds[k], t->claims[k]);
}

/* As SDDL if it has one. */
static void print_sd(FILE *to, const struct guise_sd *sd, const uint8_t *data,
		     size_t size)
{
	const struct guise_sddl_options options = {.size = sizeof(options)};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	if (sd && guise_sddl_format(sd, &options, &out) == 0)
		fprintf(to, "%.*s\n", (int)out.size, (const char *)out.data);
	print_hex(to, data, size);
	fputc('\n', to);
}

static void print_rule(FILE *to, const struct model_rule *rule)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields)};

	fputs("rule for ", to);
	print_hex(to, rule->applies_to, rule->applies_to_size);
	fputs(": ", to);
	if (guise_acl_decode(rule->dacl, rule->dacl_size, &dacl) < 0)
		return;
	fields.dacl = dacl;
	if (guise_sd_new(&fields, &sd) == 0)
		print_sd(to, sd, rule->dacl, rule->dacl_size);
}

static void print_decision(FILE *to, const char *who,
			   const struct guise_decision *d)
{
	fprintf(to,
		"  %s: allowed %d granted %#x missing %#x by %u lacks %u "
		"used %#llx\n",
		who, d->allowed, d->granted, d->missing, d->decided_by,
		d->missing_privilege, (unsigned long long)d->privileges_used);
}

static void print_answers(FILE *to, const struct test_case *c)
{
	struct model_question q = case_question(c);
	struct guise_access_options options = {
		.size = sizeof(options),
		.principal_self = q.self,
		.object_types = c->n_types ? c->types : NULL,
		.n_object_types = c->n_types,
		.policies = c->lib_policies,
		.resource_attributes = c->lib_resource,
	};
	struct guise_decision want[CASE_TYPES_MAX] = {0},
			      got[CASE_TYPES_MAX] = {0};
	bool whole = c->form != CASE_RESULTS, exact;
	int r = model_check(&q, whole, want, &exact), s;

	if (!c->lib_sd)
		return;
	s = whole ? guise_access_check_by_type(c->lib_sd, c->lib_token,
					       c->desired, c->mapping, &options,
					       got)
		  : guise_access_check_by_type_result_list(
			    c->lib_sd, c->lib_token, c->desired, c->mapping,
			    &options, got);
	fprintf(to, "model %d, library %d\n", r, s);
	for (size_t i = 0; i < (whole ? 1 : c->n_types); i++) {
		print_decision(to, "model  ", &want[i]);
		print_decision(to, "library", &got[i]);
	}
}

void case_print(const struct test_case *c)
{
	static const char *const forms[CASE_FORMS] = {"plain", "whole",
						      "result list"};
	FILE *to = stderr;

	print_token(to, &c->token);
	print_sd(to, c->lib_sd, c->sd, c->sd_size);
	for (size_t i = 0; c->has_policies && i < c->policy.n_rules; i++)
		print_rule(to, &c->rules[i]);
	print_claims(to, "given resource",
		     c->has_resource ? &c->resource : NULL);
	fprintf(to, "%s, desired %#x, mapping %x,%x,%x,%x%s", forms[c->form],
		c->desired, c->mapping->read, c->mapping->write,
		c->mapping->execute, c->mapping->all,
		c->has_policies ? ", policies known" : "");
	if (c->has_self) {
		fputs(", self ", to);
		print_sid(to, &c->self);
	}
	fputc('\n', to);
	for (size_t i = 0; i < c->n_types; i++)
		fprintf(to, "type %zu level %u\n", i, c->types[i].level);
	print_answers(to, c);
}
