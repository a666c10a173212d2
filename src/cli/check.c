/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guise check: an access check a line, as JSON in and out. A line that asks
 * for something this check does not decide yet is told so; there is never an
 * answer that leaves a part of the question out.
 */
#include <stdio.h>

#include <jansson.h>

#include <guise/access.h>
#include <guise/sddl.h>

#include "batch.h"
#include "buf.h"
#include "check-input.h"
#include "cli.h"
#include "options.h"

const char cmd_check_help[] =
	"usage: guise check [--explain]\n"
	"\n"
	"Reads a JSON object a line and prints a JSON object a line:\n"
	"  in   {\"token\": TOKEN, \"sd\": SDDL or hex, \"desired\": MASK}\n"
	"       optional: \"mapping\" (file, registry, token, process, ds or\n"
	"       [read, write, execute, all]; default file), \"domain_sid\"\n"
	"  out  {\"status\": \"granted\" or \"denied\", \"granted\": "
	"\"0x...\",\n"
	"       \"privileges_used\": [...]}\n"
	"       or {\"error\": NAME, \"code\": Win32 error number}\n"
	"\n"
	"MASK is a number, \"0x...\", SDDL rights (\"FR\"), or a list of "
	"names\n"
	"(\"READ_DATA\", \"WRITE_DAC\", \"MAXIMUM_ALLOWED\"). TOKEN is an\n"
	"object: \"user\", \"groups\", \"privileges\", \"restricted_sids\", "
	"...\n"
	"What is not decided yet (object types, conditions, claims, principal\n"
	"self, central policies, AppContainers) is answered NOT_SUPPORTED.\n"
	"\n"
	"  --explain  add \"reasons\" to answers and \"text\" to errors\n"
	"\n"
	"example: echo '{\"token\": {\"user\": \"S-1-5-21-1-2-3-1001\", "
	"\"groups\": [\"WD\"]}, \"sd\":\n"
	"  \"O:BAG:BAD:(A;;FR;;;WD)\", \"desired\": \"FR\"}' | guise check\n";

/* Reasons are printed up to here; a DACL has fewer ACEs that matter. */
#define MAX_REASONS 256

static json_t *mask_json(uint32_t mask)
{
	char text[11];

	(void)snprintf(text, sizeof(text), "0x%08x", mask);
	return json_string(text);
}

static json_t *privileges_json(uint64_t privileges)
{
	json_t *list = json_array();

	for (unsigned i = GUISE_PRIVILEGE_MIN; i <= GUISE_PRIVILEGE_MAX; i++) {
		if (privileges & GUISE_PRIVILEGE_BIT(i))
			(void)json_array_append_new(
				list, json_string(guise_privilege_name(i)));
	}
	return list;
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
		return "trust";
	case GUISE_REASON_FILTER:
		return "filter";
	case GUISE_REASON_RECOVERY:
		return "recovery_policy";
	}
	return "unknown";
}

/* The one ACE as SDDL: "(A;;FR;;;WD)"; NULL for what SDDL cannot say */
static json_t *ace_json(const struct check_input *input, size_t index)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = input->domain};
	const struct guise_acl *dacl = guise_sd_dacl(input->sd);

	if (guise_acl_new(0, guise_acl_ace(dacl, index), 1, &acl) < 0)
		return NULL;
	if (guise_sd_new(
		    &(struct guise_sd_fields){
			    .size = sizeof(struct guise_sd_fields),
			    .dacl = acl},
		    &sd) < 0 ||
	    guise_sddl_format(sd, &options, &text) < 0 || text.size < 2)
		return NULL;
	/* without the "D:" */
	return json_stringn((const char *)text.data + 2, text.size - 2);
}

static json_t *sid_json(const struct guise_sid *sid)
{
	char text[GUISE_SID_TEXT_SIZE];

	return json_stringn(text, guise_sid_format(sid, text));
}

static json_t *reason_json(const struct check_input *input,
			   const struct guise_reason *reason)
{
	json_t *json = json_object();
	const bool has_sid = reason->kind == GUISE_REASON_ACE ||
			     reason->kind == GUISE_REASON_OWNER;

	(void)json_object_set_new(json, "reason",
				  json_string(reason_word(reason->kind)));
	(void)json_object_set_new(
		json, "effect", json_string(reason->allow ? "allow" : "deny"));
	(void)json_object_set_new(json, "mask", mask_json(reason->mask));
	(void)json_object_set_new(
		json, "pass",
		json_string(reason->pass == GUISE_PASS_RESTRICTED ? "restricted"
								  : "normal"));
	if (reason->kind == GUISE_REASON_ACE && !reason->rule) {
		(void)json_object_set_new(json, "ace",
					  json_integer(reason->ace));
		(void)json_object_set_new(json, "sddl",
					  ace_json(input, reason->ace - 1));
	}
	if (has_sid)
		(void)json_object_set_new(json, "sid", sid_json(&reason->sid));
	if (reason->privilege)
		(void)json_object_set_new(
			json, "privilege",
			json_string(guise_privilege_name(reason->privilege)));
	return json;
}

static json_t *reasons_json(const struct check_input *input,
			    const struct guise_reason *reasons, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n && i < MAX_REASONS; i++)
		(void)json_array_append_new(list,
					    reason_json(input, &reasons[i]));
	return list;
}

static int append_json(struct guise_buf *out, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	int r = text ? buf_append_text(out, text) : -ENOMEM;

	free(text);
	json_decref(json);
	return r;
}

static json_t *decision_json(const struct guise_decision *d)
{
	json_t *json = json_object();

	(void)json_object_set_new(
		json, "status", json_string(d->allowed ? "granted" : "denied"));
	(void)json_object_set_new(json, "granted", mask_json(d->granted));
	(void)json_object_set_new(json, "privileges_used",
				  privileges_json(d->privileges_used));
	return json;
}

static int answer_plain(const struct check_input *input, struct guise_buf *out)
{
	struct guise_decision d;
	int r;

	r = guise_access_check(input->sd, input->token, input->desired,
			       &input->mapping, &d);
	if (r == 0)
		r = check_input_supported(input);
	return r < 0 ? r : append_json(out, decision_json(&d));
}

static int answer_explained(const struct check_input *input,
			    struct guise_buf *out)
{
	GUISE_AUTO(freep)
	struct guise_reason *reasons =
		array_alloc(MAX_REASONS, sizeof(*reasons));
	struct guise_decision d;
	size_t n;
	json_t *json;
	int r;

	if (!reasons)
		return -ENOMEM;
	r = guise_access_explain(input->sd, input->token, input->desired,
				 &input->mapping, NULL, &d, reasons,
				 MAX_REASONS, &n);
	if (r == 0)
		r = check_input_supported(input);
	if (r < 0)
		return r;
	json = decision_json(&d);
	(void)json_object_set_new(json, "reasons",
				  reasons_json(input, reasons, n));
	return append_json(out, json);
}

struct check {
	bool explain;
};

static int answer(void *context, const char *line, size_t size,
		  struct guise_buf *out, struct guise_error_info *reterr)
{
	GUISE_AUTO(check_input_clear) struct check_input input = {0};
	const struct check *check = context;
	int r;

	r = check_input_parse(&input, line, size, reterr);
	if (r < 0)
		return r;
	return check->explain ? answer_explained(&input, out)
			      : answer_plain(&input, out);
}

/* The names of Windows for what an errno says here. */
static const char *error_word(int code)
{
	if (code == -EINVAL)
		return "INVALID_PARAMETER";
	if (code == -EOPNOTSUPP)
		return "NOT_SUPPORTED";
	return guise_error_name(code);
}

static int refuse(void *context, int code, const struct guise_error_info *error,
		  struct guise_buf *out)
{
	const struct check *check = context;
	json_t *json = json_object();

	(void)json_object_set_new(json, "error", json_string(error_word(code)));
	(void)json_object_set_new(json, "code",
				  json_integer(guise_error_win32(code)));
	if (check->explain)
		(void)json_object_set_new(
			json, "text",
			json_string(error->text[0] ? error->text
						   : guise_strerror(code)));
	return append_json(out, json);
}

int cmd_check(int argc, char **argv)
{
	struct check check = {0};
	const struct cli_option known[] = {
		{.name = "explain", .flag = &check.explain},
	};
	const struct batch batch = {
		.context = &check,
		.answer = answer,
		.refuse = refuse,
	};
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r != 0)
		return r;
	if (argc != 1)
		return cli_error(CLI_USAGE, "check", "takes no arguments",
				 "give the questions on standard input");
	return batch_run(&batch);
}
