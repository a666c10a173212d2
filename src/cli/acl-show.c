/* SPDX-License-Identifier: Apache-2.0 */
/* guise acl show: a descriptor as a table, as JSON, or as SDDL. */
#include <stdio.h>

#include <jansson.h>

#include <guise/condition.h>
#include <guise/store.h>

#include "base.h"
#include "buf.h"

#include "acl-rights.h"
#include "acl.h"
#include "cli.h"
#include "printable.h"

static const char *type_of(const struct guise_ace *ace)
{
	switch (ace->type) {
	case GUISE_ACE_ACCESS_ALLOWED:
		return "allow";
	case GUISE_ACE_ACCESS_DENIED:
		return "deny";
	case GUISE_ACE_ACCESS_ALLOWED_CALLBACK:
		return "allow if";
	case GUISE_ACE_ACCESS_DENIED_CALLBACK:
		return "deny if";
	case GUISE_ACE_SYSTEM_AUDIT:
	case GUISE_ACE_SYSTEM_AUDIT_OBJECT:
		return "audit";
	case GUISE_ACE_SYSTEM_AUDIT_CALLBACK:
	case GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT:
		return "audit if";
	case GUISE_ACE_SYSTEM_MANDATORY_LABEL:
		return "label";
	case GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE:
		return "resource";
	case GUISE_ACE_SYSTEM_SCOPED_POLICY_ID:
		return "policy";
	case GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL:
		return "trust";
	case GUISE_ACE_SYSTEM_ACCESS_FILTER:
		return "filter";
	default:
		return "other";
	}
}

/* The mask is one of rights to the object. */
static bool is_about_rights(const struct guise_ace *ace)
{
	return ace->type != GUISE_ACE_SYSTEM_MANDATORY_LABEL &&
	       ace->type != GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE &&
	       ace->type != GUISE_ACE_SYSTEM_SCOPED_POLICY_ID;
}

static void show_label_policy(uint32_t mask)
{
	static const char *const words[] = {"no write up", "no read up",
					    "no execute up"};
	const char *between = ": ";

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(mask & 1u << i))
			continue;
		printf("%s%s", between, words[i]);
		between = ", ";
	}
}

static const char *outcome_of(const struct guise_ace *ace)
{
	const uint8_t both =
		GUISE_ACE_SUCCESSFUL_ACCESS | GUISE_ACE_FAILED_ACCESS;

	if (strncmp(type_of(ace), "audit", 5) != 0)
		return "";
	switch (ace->flags & both) {
	case GUISE_ACE_SUCCESSFUL_ACCESS:
		return "; when allowed";
	case GUISE_ACE_FAILED_ACCESS:
		return "; when refused";
	case 0:
		return "; never";
	default:
		return "; when allowed or refused";
	}
}

static int format_extra(const struct guise_ace *ace, struct guise_buf *out)
{
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *claims = NULL;
	const struct guise_claim *claim;
	int r;

	if (ace->type != GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE)
		return guise_condition_format(ace->data, ace->data_size, NULL,
					      out);
	r = guise_claim_decode(ace->data, ace->data_size, &claims);
	if (r < 0)
		return r;
	claim = guise_claims_at(claims, 0);
	return buf_append(out, claim->name, claim->name_size);
}

/* A condition, or the name of an attribute; NULL: there is none that could be
 * said */
static char *extra_of(const struct guise_ace *ace)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	char *extra;

	if (ace->data_size == 0 || format_extra(ace, &text) < 0 ||
	    text.size == 0)
		return NULL;
	extra = strndup((const char *)text.data, text.size);
	if (extra)
		cli_printable(extra);
	return extra;
}

static char *sddl_of(const struct guise_sd *sd)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};

	if (guise_sddl_format(sd, NULL, &text) < 0)
		return NULL;
	return strndup((const char *)text.data, text.size);
}

static void show_party(const struct who *who, const char *what,
		       const struct guise_sid *sid)
{
	char label[WHO_LABEL_SIZE];

	if (!sid)
		return;
	who_label(who, sid, label);
	printf("%-7s %s\n", what, label);
}

static void show_ace(const struct who *who, const struct guise_ace *ace,
		     size_t number, bool is_directory)
{
	GUISE_AUTO(freep) char *extra = extra_of(ace);
	char rights[ACL_RIGHTS_SIZE];
	char label[WHO_LABEL_SIZE];

	who_label(who, &ace->sid, label);
	printf("%3zu %-8s %s", number, type_of(ace), label);
	if (is_about_rights(ace)) {
		acl_rights_format(ace->mask, is_directory, rights);
		printf(": %s", rights);
	}
	if (ace->type == GUISE_ACE_SYSTEM_MANDATORY_LABEL)
		show_label_policy(ace->mask);
	printf("%s", outcome_of(ace));
	if (is_directory)
		printf("; %s", acl_flags_words(ace->flags, is_directory));
	if (extra)
		printf("; %s", extra);
	printf("%s\n", ace->flags & GUISE_ACE_INHERITED ? "; inherited" : "");
}

static void show_aces(const struct who *who, const struct guise_acl *acl,
		      bool is_directory)
{
	for (size_t i = 0; acl && i < guise_acl_n_aces(acl); i++)
		show_ace(who, guise_acl_ace(acl, i), i + 1, is_directory);
}

static void show_readable(const struct who *who,
			  const struct acl_target *target,
			  const struct guise_sd *sd, bool stored)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	const struct guise_acl *sacl = guise_sd_sacl(sd);

	printf("%s: %s\n", target->path,
	       stored ? "stored descriptor"
		      : "no stored descriptor: derived from mode and POSIX "
			"ACL");
	show_party(who, "owner", guise_sd_owner(sd));
	show_party(who, "group", guise_sd_group(sd));
	if (guise_sd_control(sd) & GUISE_SD_DACL_PROTECTED)
		printf("protected: inherits nothing\n");
	if (!dacl)
		printf("no access list: everyone has full control\n");
	else if (guise_acl_n_aces(dacl) == 0)
		printf("empty access list: nobody has access\n");
	show_aces(who, dacl, S_ISDIR(target->stat.st_mode));
	if (!sacl || guise_acl_n_aces(sacl) == 0)
		return;
	printf("system entries:\n");
	show_aces(who, sacl, S_ISDIR(target->stat.st_mode));
}

static json_t *json_party(const struct who *who, const struct guise_sid *sid)
{
	char name[WHO_NAME_SIZE];
	char text[GUISE_SID_TEXT_SIZE];

	if (!sid)
		return json_null();
	who_name(who, sid, name);
	(void)guise_sid_format(sid, text);
	return json_pack("{s:s, s:s*}", "sid", text, "name",
			 name[0] ? name : NULL);
}

static json_t *json_ace(const struct who *who, const struct guise_ace *ace,
			bool is_directory)
{
	GUISE_AUTO(freep) char *extra = extra_of(ace);
	char rights[ACL_RIGHTS_SIZE];
	char mask[16];

	acl_rights_format(ace->mask, is_directory, rights);
	(void)snprintf(mask, sizeof(mask), "0x%x", ace->mask);
	return json_pack(
		"{s:s, s:o, s:s, s:s*, s:i, s:b, s:s*}", "type", type_of(ace),
		"who", json_party(who, &ace->sid), "mask", mask, "rights",
		is_about_rights(ace) ? rights : NULL, "flags", ace->flags,
		"inherited", ace->flags & GUISE_ACE_INHERITED ? 1 : 0, "extra",
		extra);
}

static json_t *json_aces(const struct who *who, const struct guise_acl *acl,
			 bool is_directory)
{
	json_t *aces = acl ? json_array() : json_null();

	for (size_t i = 0; acl && i < guise_acl_n_aces(acl); i++)
		(void)json_array_append_new(
			aces,
			json_ace(who, guise_acl_ace(acl, i), is_directory));
	return aces;
}

static int show_json(const struct who *who, const struct acl_target *target,
		     const struct guise_sd *sd, bool stored)
{
	GUISE_AUTO(freep) char *sddl = sddl_of(sd);
	const bool is_directory = S_ISDIR(target->stat.st_mode);
	json_t *all;
	int r = -1;

	all = json_pack(
		"{s:s%, s:b, s:o, s:o, s:b, s:s*, s:o, s:o}", "path",
		target->path, strlen(target->path), "stored", stored, "owner",
		json_party(who, guise_sd_owner(sd)), "group",
		json_party(who, guise_sd_group(sd)), "protected",
		guise_sd_control(sd) & GUISE_SD_DACL_PROTECTED ? 1 : 0, "sddl",
		sddl, "aces", json_aces(who, guise_sd_dacl(sd), is_directory),
		"system_aces", json_aces(who, guise_sd_sacl(sd), is_directory));
	if (all)
		r = json_dumpf(all, stdout, JSON_COMPACT);
	json_decref(all);
	printf("\n");
	return r < 0 ? cli_error(CLI_FAILED, target->path,
				 "cannot be written as JSON",
				 "try without --json")
		     : CLI_YES;
}

static int show_sddl(const struct acl_target *target, const struct guise_sd *sd)
{
	GUISE_AUTO(freep) char *sddl = sddl_of(sd);

	if (!sddl)
		return cli_failed(target->path, GUISE_E_INVALID_SD,
				  "try without --sddl");
	printf("%s\n", sddl);
	return CLI_YES;
}

int acl_show(const struct who *who, const struct acl_target *target,
	     enum acl_form form)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	bool stored;
	int r;

	r = guise_sd_read(target->fd, who_mapping(who), &sd, &stored);
	if (r < 0)
		return cli_failed(target->path, r,
				  "guise acl reset forgets a stored one");
	if (form == ACL_JSON)
		return show_json(who, target, sd, stored);
	if (form == ACL_SDDL)
		return show_sddl(target, sd);
	show_readable(who, target, sd, stored);
	return CLI_YES;
}
