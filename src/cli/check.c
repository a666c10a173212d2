/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guise check: an access check a line, as JSON in and out. A line that asks
 * for what is not known is told so; there is never an answer that leaves a
 * part of the question out.
 */
#include <stdio.h>

#include <jansson.h>

#include <guise/access.h>

#include "batch.h"
#include "buf.h"
#include "check-input.h"
#include "check-reasons.h"
#include "cli.h"
#include "options.h"
#include "policies-json.h"
#include "sd-json.h"

const char cmd_check_help[] =
	"usage: guise check [--explain] [--policies FILE] [--domain-sid SID]\n"
	"\n"
	"Decides an access check a line: reads JSON objects, prints one each.\n"
	"\n"
	"  token, sd, desired   who, on what (SDDL or hex), which rights\n"
	"  mapping              file (default), registry, token, process, ds\n"
	"                       or [read, write, execute, all]\n"
	"  mode                 check (default) or by_type_result_list: a "
	"list\n"
	"                       with an answer for each of\n"
	"  object_types         [{\"level\": 0...4, \"guid\": GUID}, ...]\n"
	"  principal_self       whom PRINCIPAL SELF stands for\n"
	"  resource_attributes  claims about the object besides its SACL's\n"
	"  policies             central access policies, as of --policies\n"
	"  domain_sid           what DA, DU, LA, ... are relative to\n"
	"\n"
	"Rights are a number, \"0x...\", SDDL (\"FR\") or names (\"READ_DATA\","
	"\n"
	"\"WRITE_DAC\", \"MAXIMUM_ALLOWED\"), one or a list. TOKEN: see guise\n"
	"token show --json; \"user\" is enough, besides \"groups\", "
	"\"privileges\",\n"
	"\"restricted_sids\", \"device_groups\", ..., and of an AppContainer\n"
	"\n"
	"  \"app_container\": {\"package\": SID, \"capabilities\": [SID, "
	"...],\n"
	"                    \"less_privileged\": true or false}\n"
	"\n"
	"Claims (\"user_claims\", \"device_claims\", \"local_claims\" of a "
	"token;\n"
	"resource_attributes) are {NAME: [TYPE, [VALUE, ...]]}, of type TI, "
	"TU,\n"
	"TB, TS, TD or TX: {\"level\": [\"TI\", [3]], \"team\": [\"TS\", "
	"[\"a\", \"b\"]]}.\n"
	"Numbers above 2^63-1 are written as strings. Also of a token:\n"
	"\"restricted_user_claims\", \"restricted_device_claims\", "
	"\"trust_level\".\n"
	"\n"
	"answer: {\"status\": \"granted\" or \"denied\", \"granted\": "
	"\"0x...\",\n"
	"  \"privileges_used\": [...]}, with \"staged\" where staged policies\n"
	"  would decide otherwise; or {\"error\": NAME, \"code\": Win32 error\n"
	"  number, \"message\": why}\n"
	"\n"
	"  --explain         add \"reasons\": each pass, entry and privilege "
	"that\n"
	"                    counted, and through which SID; to refusals "
	"\"missing\"\n"
	"                    and \"remedies\": the smallest changes that "
	"would\n"
	"                    allow it, each a list to be made in order\n"
	"  --policies FILE   [{\"id\": \"S-1-17-...\", \"name\":, \"rules\": "
	"[{\"name\":,\n"
	"                    \"applies_to\": \"(@Resource.x == 1)\",\n"
	"                    \"dacl\": \"D:(...)\", \"staged\": "
	"\"D:(...)\"}]}]\n"
	"  --domain-sid SID  for lines without domain_sid, and for FILE\n"
	"\n"
	"Exit code 0: every line was answered, whatever the answers.\n"
	"\n"
	"example: echo '{\"token\": {\"user\": \"S-1-5-21-1-2-3-1001\", "
	"\"groups\": [\"WD\"]}, \"sd\":\n"
	"  \"O:BAG:BAD:(A;;FR;;;WD)\", \"desired\": \"FR\"}' | guise check\n";

struct check {
	bool explain;
	struct check_defaults defaults;
};

static json_t *privileges_json(uint64_t privileges)
{
	json_t *list = json_array();

	for (unsigned i = GUISE_PRIVILEGE_MIN; i <= GUISE_PRIVILEGE_MAX; i++) {
		if (privileges & GUISE_PRIVILEGE_BIT(i) &&
		    json_array_append_new(
			    list, json_string(guise_privilege_name(i))) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* What AccessCheckByTypeResultList says of a node even where it denies. */
static uint32_t granted_mask(const struct check_input *input,
			     const struct guise_decision *d)
{
	if (d->allowed || !input->result_list)
		return d->granted;
	return input->desired & ~d->missing & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;
}

static json_t *staged_json(const struct guise_decision *d)
{
	return json_pack("{s:s, s:o}", "status",
			 d->staged_granted ? "granted" : "denied", "granted",
			 check_mask_json(d->staged_granted));
}

static json_t *decision_json(const struct check_input *input,
			     const struct guise_decision *d)
{
	json_t *json = json_pack(
		"{s:s, s:o, s:o}", "status", d->allowed ? "granted" : "denied",
		"granted", check_mask_json(granted_mask(input, d)),
		"privileges_used", privileges_json(d->privileges_used));

	if (d->staged_differs &&
	    json_object_set_new(json, "staged", staged_json(d)) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* All reasons, however many: asked again with room for those there are. */
static int explain(const struct check_input *input,
		   const struct guise_access_options *options,
		   struct guise_reason **ret, size_t *ret_n)
{
	struct guise_reason *reasons;
	struct guise_decision d;
	size_t max, n = 64;
	int r;

	do {
		max = n;
		reasons = array_alloc(max, sizeof(*reasons));
		if (!reasons)
			return -ENOMEM;
		r = guise_access_explain(input->sd, input->token,
					 input->desired, &input->mapping,
					 options, &d, reasons, max, &n);
		if (r < 0 || n > max)
			free(reasons);
	} while (r == 0 && n > max);
	if (r < 0)
		return r;
	*ret = reasons;
	*ret_n = n;
	return 0;
}

static int put_reasons(json_t *json, const struct check_input *input,
		       const struct guise_access_options *options,
		       const struct guise_decision *d)
{
	GUISE_AUTO(freep) struct guise_reason *reasons = NULL;
	size_t n;
	int r;

	r = explain(input, options, &reasons, &n);
	if (r < 0)
		return r;
	if (json_object_set_new(json, "reasons",
				check_reasons_json(input, options->object_types,
						   reasons, n)) < 0)
		return -ENOMEM;
	if (d->allowed)
		return 0;
	if (json_object_set_new(json, "missing", check_mask_json(d->missing)) <
		    0 ||
	    json_object_set_new(json, "remedies",
				check_remedies_json(input, options)) < 0)
		return -ENOMEM;
	return 0;
}

static int append_json(struct guise_buf *out, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	int r = text ? buf_append_text(out, text) : -ENOMEM;

	free(text);
	json_decref(json);
	return r;
}

static int answer_one(const struct check *check,
		      const struct check_input *input, struct guise_buf *out)
{
	struct guise_decision d;
	json_t *json;
	int r;

	r = guise_access_check_by_type(input->sd, input->token, input->desired,
				       &input->mapping, &input->options, &d);
	if (r < 0)
		return r;
	json = decision_json(input, &d);
	if (check->explain)
		r = put_reasons(json, input, &input->options, &d);
	if (r < 0) {
		json_decref(json);
		return r;
	}
	return append_json(out, json);
}

static bool guid_equal(const struct guise_guid *a, const struct guise_guid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Node @index if an ACE could be for it, else a node that none is for: the
 * first of several with one GUID is meant. */
static struct guise_object_type node_of(const struct check_input *input,
					size_t index)
{
	struct guise_object_type node = input->object_types[index];

	for (size_t i = 0; i < index; i++) {
		if (guid_equal(&input->object_types[i].guid, &node.guid))
			node.guid = (struct guise_guid){0};
	}
	return node;
}

/*
 * The node with those it hangs from and those that hang from it: an answer for
 * the whole of such a list is the node's, since nothing else has a say in it.
 * Returns how many.
 */
static size_t branch_of(const struct check_input *input, size_t index,
			struct guise_object_type *ret)
{
	const struct guise_object_type *types = input->object_types;
	const unsigned level = types[index].level;
	unsigned above = level;
	size_t n = level;

	for (size_t i = index; i-- > 0 && above > 0;) {
		if (types[i].level == above - 1)
			ret[--above] = node_of(input, i);
	}
	ret[n++] = node_of(input, index);
	for (size_t i = index + 1; i < input->options.n_object_types; i++) {
		if (types[i].level <= level)
			break;
		ret[n++] = node_of(input, i);
	}
	return n;
}

static int put_node_reasons(json_t *json, const struct check_input *input,
			    size_t index, const struct guise_decision *d)
{
	struct guise_access_options options = input->options;
	GUISE_AUTO(freep)
	struct guise_object_type *branch =
		array_alloc(options.n_object_types, sizeof(*branch));

	if (!branch)
		return -ENOMEM;
	options.object_types = branch;
	options.n_object_types = branch_of(input, index, branch);
	return put_reasons(json, input, &options, d);
}

static json_t *node_json(const struct check *check,
			 const struct check_input *input, size_t index,
			 const struct guise_decision *d)
{
	json_t *json = decision_json(input, d);

	if (json && check->explain &&
	    put_node_reasons(json, input, index, d) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static int answer_list(const struct check *check,
		       const struct check_input *input, struct guise_buf *out)
{
	const size_t n = input->options.n_object_types;
	GUISE_AUTO(freep)
	struct guise_decision *decisions = array_alloc(n, sizeof(*decisions));
	json_t *list;
	int r;

	if (!decisions)
		return -ENOMEM;
	r = guise_access_check_by_type_result_list(
		input->sd, input->token, input->desired, &input->mapping,
		&input->options, decisions);
	if (r < 0)
		return r;
	list = json_array();
	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(list, node_json(check, input, i,
							  &decisions[i])) < 0) {
			json_decref(list);
			return -ENOMEM;
		}
	}
	return append_json(out, list);
}

static int answer(void *context, const char *line, size_t size,
		  struct guise_buf *out, struct guise_error_info *reterr)
{
	GUISE_AUTO(check_input_clear) struct check_input input = {0};
	const struct check *check = context;
	int r;

	r = check_input_parse(&input, &check->defaults, line, size, reterr);
	if (r < 0)
		return r;
	return input.result_list ? answer_list(check, &input, out)
				 : answer_one(check, &input, out);
}

static int run(struct check *check, const char *policies_file)
{
	GUISE_AUTO(guise_policies_unrefp)
	const struct guise_policies *policies = NULL;
	const struct batch batch = {
		.context = check,
		.answer = answer,
		.refuse = json_refuse,
	};
	int r;

	if (policies_file) {
		r = policies_from_file(policies_file, check->defaults.domain,
				       &policies);
		if (r != 0)
			return r;
	}
	check->defaults.policies = policies;
	return batch_run(&batch);
}

int cmd_check(int argc, char **argv)
{
	const char *policies_file = NULL, *domain_text = NULL;
	struct guise_sid domain;
	struct check check = {0};
	const struct cli_option known[] = {
		{.name = "explain", .flag = &check.explain},
		{.name = "policies", .value = &policies_file},
		{.name = "domain-sid", .value = &domain_text},
	};
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r != 0)
		return r;
	if (argc != 1)
		return cli_error(CLI_USAGE, "check", "takes no arguments",
				 "give the questions on standard input");
	r = cli_domain_sid(domain_text, &domain, &check.defaults.domain);
	return r != 0 ? r : run(&check, policies_file);
}
