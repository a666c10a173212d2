/* SPDX-License-Identifier: Apache-2.0 */
/* guise inherit: the descriptor of a new object, a JSON object a line. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <guise/inherit.h>
#include <guise/sddl.h>

#include "base.h"
#include "batch.h"
#include "buf.h"
#include "cli.h"
#include "options.h"
#include "sd-json.h"
#include "text.h"
#include "token-json.h"

const char cmd_inherit_help[] =
	"usage: guise inherit\n"
	"\n"
	"Computes the security descriptor of a new object. Reads a JSON object "
	"a\n"
	"line and prints {\"sddl\": ...} or {\"error\": NAME, \"code\": "
	"number,\n"
	"\"message\": ...} for each:\n"
	"\n"
	"  parent        descriptor of the container, SDDL or hex; may be "
	"missing\n"
	"  creator       descriptor the creator asks for; may be missing\n"
	"  container     true or 1 if the new object can hold others\n"
	"  flags         a number, a name or a list of names:\n"
	"                DACL_AUTO_INHERIT, SACL_AUTO_INHERIT,\n"
	"                DEFAULT_DESCRIPTOR, AVOID_PRIVILEGE_CHECK,\n"
	"                AVOID_OWNER_CHECK, DEFAULT_OWNER_FROM_PARENT,\n"
	"                DEFAULT_GROUP_FROM_PARENT, MACL_NO_WRITE_UP,\n"
	"                MACL_NO_READ_UP, MACL_NO_EXECUTE_UP,\n"
	"                AVOID_OWNER_RESTRICTION; missing: auto-inherit as "
	"far\n"
	"                as the parent has AI, as file systems do\n"
	"  token         who creates it, as for guise check\n"
	"  mapping       file (default), registry, token, process, ds or four "
	"masks\n"
	"  domain_sid    what DA, DU, LA, ... are relative to\n"
	"  object_type   GUID of what the object is, or a list of them\n"
	"  server_token  whom CREATOR OWNER SERVER (S-1-3-2) stands for\n"
	"\n"
	"Exit code 0: every line was answered, whatever the answers.\n"
	"\n"
	"example: echo '{\"parent\": \"D:(A;OICI;FA;;;CO)\", \"token\":\n"
	"         {\"user\": \"S-1-5-21-1-2-3-1001\"}}' | guise inherit\n";

/* One line's question, read. */
struct question {
	struct guise_sid domain_sid;
	const struct guise_sid *domain; /* NULL or the above */
	const struct guise_sd *parent, *creator;
	const struct guise_token *token, *server;
	struct guise_generic_mapping mapping;
	struct guise_buf object_types; /* struct guise_guid */
	uint32_t flags;
	bool is_container;
};

static void question_clear(struct question *q)
{
	q->parent = guise_sd_unref(q->parent);
	q->creator = guise_sd_unref(q->creator);
	q->token = guise_token_unref(q->token);
	q->server = guise_token_unref(q->server);
	guise_buf_clear(&q->object_types);
}

/* "@member: " before the reason that is already there; if none is, @wanted says
 * what the member should be. */
static int blame(const char *member, int code, const char *wanted,
		 struct guise_error_info *reterr)
{
	char why[sizeof(reterr->text)];

	if (code >= 0)
		return code;
	memcpy(why, reterr->text, sizeof(why));
	(void)snprintf(reterr->text, sizeof(reterr->text), "%s: %.*s", member,
		       (int)(sizeof(why) - strlen(member) - 3),
		       why[0]		 ? why
		       : code == -EINVAL ? wanted
					 : guise_strerror(code));
	return code;
}

static const struct {
	const char *name;
	uint32_t flag;
} flag_names[] = {
	{"DACL_AUTO_INHERIT", GUISE_SEF_DACL_AUTO_INHERIT},
	{"SACL_AUTO_INHERIT", GUISE_SEF_SACL_AUTO_INHERIT},
	{"DEFAULT_DESCRIPTOR", GUISE_SEF_DEFAULT_DESCRIPTOR},
	{"DEFAULT_DESCRIPTOR_FOR_OBJECT", GUISE_SEF_DEFAULT_DESCRIPTOR},
	{"AVOID_PRIVILEGE_CHECK", GUISE_SEF_AVOID_PRIVILEGE_CHECK},
	{"AVOID_OWNER_CHECK", GUISE_SEF_AVOID_OWNER_CHECK},
	{"DEFAULT_OWNER_FROM_PARENT", GUISE_SEF_DEFAULT_OWNER_FROM_PARENT},
	{"DEFAULT_GROUP_FROM_PARENT", GUISE_SEF_DEFAULT_GROUP_FROM_PARENT},
	{"MACL_NO_WRITE_UP", GUISE_SEF_MACL_NO_WRITE_UP},
	{"MACL_NO_READ_UP", GUISE_SEF_MACL_NO_READ_UP},
	{"MACL_NO_EXECUTE_UP", GUISE_SEF_MACL_NO_EXECUTE_UP},
	{"AI_USE_EXTRA_PARAMS", GUISE_SEF_AI_USE_EXTRA_PARAMS},
	{"AVOID_OWNER_RESTRICTION", GUISE_SEF_AVOID_OWNER_RESTRICTION},
	{"FORCE_USER_MODE", GUISE_SEF_FORCE_USER_MODE},
};

/* With or without the SEF_ that the C constants have. */
static int flag_of_name(const char *name, uint32_t *flags)
{
	if (name && strncmp(name, "SEF_", 4) == 0)
		name += 4;
	for (size_t i = 0; name && i < ARRAY_SIZE(flag_names); i++) {
		if (strcmp(flag_names[i].name, name) == 0) {
			*flags |= flag_names[i].flag;
			return 0;
		}
	}
	return -EINVAL;
}

/* What a file system passes: inheritance goes on where it goes on above. */
static uint32_t flags_of_parent(const struct guise_sd *parent)
{
	uint16_t control = parent ? guise_sd_control(parent) : 0;

	return (control & GUISE_SD_DACL_AUTO_INHERITED
			? GUISE_SEF_DACL_AUTO_INHERIT
			: 0u) |
	       (control & GUISE_SD_SACL_AUTO_INHERITED
			? GUISE_SEF_SACL_AUTO_INHERIT
			: 0u);
}

/* "0x3" and "3" are numbers, too. */
static int flags_of_text(const json_t *json, uint32_t *ret)
{
	const char *text = json_string_value(json);

	if (text[0] >= '0' && text[0] <= '9')
		return mask_from_json(json, ret);
	return flag_of_name(text, ret);
}

static int take_flags(const json_t *json, struct question *q)
{
	int r = 0;

	if (!json || json_is_null(json)) {
		q->flags = flags_of_parent(q->parent);
		return 0;
	}
	if (json_is_integer(json))
		return mask_from_json(json, &q->flags);
	if (json_is_string(json))
		return flags_of_text(json, &q->flags);
	if (!json_is_array(json))
		return -EINVAL;
	for (size_t i = 0; r == 0 && i < json_array_size(json); i++)
		r = flag_of_name(json_string_value(json_array_get(json, i)),
				 &q->flags);
	return r;
}

static int take_object_type(const json_t *json, struct question *q)
{
	struct guise_guid guid;
	int r = guid_from_json(json, &guid);

	return r < 0 ? r : buf_append(&q->object_types, &guid, sizeof(guid));
}

static int take_object_types(const json_t *json, struct question *q)
{
	int r = 0;

	if (!json || json_is_null(json))
		return 0;
	if (!json_is_array(json))
		return take_object_type(json, q);
	for (size_t i = 0; r == 0 && i < json_array_size(json); i++)
		r = take_object_type(json_array_get(json, i), q);
	return r;
}

static int take_sd(const json_t *json, const struct question *q,
		   const struct guise_sd **ret, struct guise_error_info *reterr)
{
	if (!json || json_is_null(json))
		return 0;
	return sd_from_json(json, q->domain, ret, reterr);
}

static int take_domain(const json_t *json, struct question *q)
{
	int r;

	if (!json)
		return 0;
	r = json_to_sid(json, NULL, &q->domain_sid);
	if (r == 0)
		q->domain = &q->domain_sid;
	return r;
}

/* true and false, also as the numbers that tables have for them */
static int take_container(const json_t *json, bool *ret)
{
	json_int_t number = json_integer_value(json);

	if (json_is_integer(json) && (number == 0 || number == 1)) {
		*ret = number;
		return 0;
	}
	if (json && !json_is_boolean(json))
		return -EINVAL;
	*ret = json_is_true(json);
	return 0;
}

static int take_token(const json_t *json, const struct question *q,
		      const struct guise_token **ret,
		      struct guise_error_info *reterr)
{
	if (!json || json_is_null(json))
		return 0;
	return token_from_json(json, q->domain, ret, reterr);
}

/* What we do not know, we do not ignore. */
static int check_members(json_t *json, struct guise_error_info *reterr)
{
	static const char *const known[] = {
		"parent",  "creator",	 "container",	"flags",       "token",
		"mapping", "domain_sid", "object_type", "server_token"};
	const char *key;
	json_t *value;

	json_object_foreach(json, key, value)
	{
		bool found = false;

		for (size_t i = 0; i < ARRAY_SIZE(known); i++)
			found = found || strcmp(known[i], key) == 0;
		if (!found) {
			(void)snprintf(reterr->text, sizeof(reterr->text),
				       "unknown member \"%.40s\"", key);
			return -EINVAL;
		}
	}
	return 0;
}

static int take_place(json_t *json, struct question *q,
		      struct guise_error_info *reterr)
{
	int r;

	r = take_domain(json_object_get(json, "domain_sid"), q);
	if (r < 0)
		return blame("domain_sid", r, "not a SID", reterr);
	r = take_sd(json_object_get(json, "parent"), q, &q->parent, reterr);
	if (r < 0)
		return blame("parent", r, "neither SDDL nor hex", reterr);
	r = take_sd(json_object_get(json, "creator"), q, &q->creator, reterr);
	if (r < 0)
		return blame("creator", r, "neither SDDL nor hex", reterr);
	r = take_container(json_object_get(json, "container"),
			   &q->is_container);
	return blame("container", r, "neither true nor false", reterr);
}

static int take_question(json_t *json, struct question *q,
			 struct guise_error_info *reterr)
{
	int r;

	r = check_members(json, reterr);
	if (r < 0)
		return r;
	r = take_place(json, q, reterr);
	if (r < 0)
		return r;
	r = take_flags(json_object_get(json, "flags"), q);
	if (r < 0)
		return blame("flags", r, "neither a number nor names of flags",
			     reterr);
	r = mapping_from_json(json_object_get(json, "mapping"), &q->mapping);
	if (r < 0)
		return blame("mapping", r, "neither a type nor four masks",
			     reterr);
	r = take_object_types(json_object_get(json, "object_type"), q);
	if (r < 0)
		return blame("object_type", r,
			     "neither a GUID nor a list of them", reterr);
	r = take_token(json_object_get(json, "token"), q, &q->token, reterr);
	if (r < 0)
		return blame("token", r, "not a token", reterr);
	r = take_token(json_object_get(json, "server_token"), q, &q->server,
		       reterr);
	return blame("server_token", r, "not a token", reterr);
}

static int format_answer(const struct guise_sd *sd,
			 const struct guise_sid *domain, struct guise_buf *out)
{
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = domain};
	GUISE_AUTO(guise_buf_clear) struct guise_buf sddl = {0};
	int r;

	r = guise_sddl_format(sd, &options, &sddl);
	if (r < 0)
		return r;
	return json_answer(json_pack("{s:s%}", "sddl",
				     sddl.data ? (const char *)sddl.data : "",
				     sddl.size),
			   out);
}

static int inherit(const struct question *q, const struct guise_sd **ret)
{
	const void *object_types = q->object_types.data;
	const struct guise_inherit_options options = {
		.size = sizeof(options),
		.object_types = object_types,
		.n_object_types =
			q->object_types.size / sizeof(struct guise_guid),
		.server = q->server,
	};

	return guise_inherit_by_type(q->parent, q->creator, q->is_container,
				     q->flags, q->token, &q->mapping, &options,
				     ret);
}

/* A SACL of other than labels needs the one, labels above the token's own the
 * other. */
static const char *lacking_privilege(const struct question *q)
{
	const struct guise_acl *sacl =
		q->creator ? guise_sd_sacl(q->creator) : NULL;
	const size_t n = sacl ? guise_acl_n_aces(sacl) : 0;
	bool labels = n > 0;

	for (size_t i = 0; i < n; i++)
		labels = labels && guise_acl_ace(sacl, i)->type ==
					   GUISE_ACE_SYSTEM_MANDATORY_LABEL;
	return guise_privilege_name(
		labels || guise_token_has_privilege(q->token, GUISE_SE_SECURITY)
			? GUISE_SE_RELABEL
			: GUISE_SE_SECURITY);
}

/* Returns @code. */
static int say_what_lacks(const struct question *q, int code,
			  struct guise_error_info *reterr)
{
	if (code == GUISE_E_NO_TOKEN)
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "token: needed for owner, group or default "
			       "DACL, and to check those asked for");
	if (code == GUISE_E_PRIVILEGE_NOT_HELD)
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "creator: its SACL needs %s",
			       lacking_privilege(q));
	return code;
}

static int answer_question(json_t *json, struct guise_buf *out,
			   struct guise_error_info *reterr)
{
	GUISE_AUTO(question_clear) struct question q = {0};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	r = take_question(json, &q, reterr);
	if (r < 0)
		return r;
	r = inherit(&q, &sd);
	if (r < 0)
		return say_what_lacks(&q, r, reterr);
	return format_answer(sd, q.domain, out);
}

static int answer(void *context, const char *line, size_t size,
		  struct guise_buf *out, struct guise_error_info *reterr)
{
	json_error_t error;
	json_t *json = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
	int r = -EINVAL;

	(void)context;
	if (json_is_object(json))
		r = answer_question(json, out, reterr);
	else
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "the line is not a JSON object; give one object "
			       "a line");
	json_decref(json);
	return r;
}

int cmd_inherit(int argc, char **argv)
{
	const struct batch batch = {.answer = answer, .refuse = json_refuse};
	int r;

	r = cli_options(&argc, argv, NULL, 0);
	if (r != 0)
		return r;
	if (argc != 1)
		return cli_error(CLI_USAGE, "inherit", "takes no arguments",
				 "give JSON lines on standard input");
	return batch_run(&batch);
}
