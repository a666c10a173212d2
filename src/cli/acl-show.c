/* SPDX-License-Identifier: Apache-2.0 */
/* guise acl show: a descriptor as a table, as JSON, or as SDDL. */
#include <stdio.h>

#include <jansson.h>

#include <guise/sddl.h>
#include <guise/store.h>

#include "base.h"

#include "acl-rights.h"
#include "acl.h"
#include "cli.h"

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
	default:
		return "other";
	}
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
	char rights[ACL_RIGHTS_SIZE];
	char label[WHO_LABEL_SIZE];

	who_label(who, &ace->sid, label);
	acl_rights_format(ace->mask, is_directory, rights);
	printf("%3zu %-8s %s: %s", number, type_of(ace), label, rights);
	if (is_directory)
		printf("; %s", acl_flags_words(ace->flags, is_directory));
	printf("%s\n", ace->flags & GUISE_ACE_INHERITED ? "; inherited" : "");
}

static void show_readable(const struct who *who,
			  const struct acl_target *target,
			  const struct guise_sd *sd, bool stored)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);

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
	for (size_t i = 0; dacl && i < guise_acl_n_aces(dacl); i++)
		show_ace(who, guise_acl_ace(dacl, i), i + 1,
			 S_ISDIR(target->stat.st_mode));
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
	char rights[ACL_RIGHTS_SIZE];
	char mask[16];

	acl_rights_format(ace->mask, is_directory, rights);
	(void)snprintf(mask, sizeof(mask), "0x%x", ace->mask);
	return json_pack("{s:s, s:o, s:s, s:s, s:i, s:b}", "type", type_of(ace),
			 "who", json_party(who, &ace->sid), "mask", mask,
			 "rights", rights, "flags", ace->flags, "inherited",
			 ace->flags & GUISE_ACE_INHERITED ? 1 : 0);
}

static int show_json(const struct who *who, const struct acl_target *target,
		     const struct guise_sd *sd, bool stored)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	GUISE_AUTO(freep) char *sddl = sddl_of(sd);
	json_t *aces = dacl ? json_array() : json_null();
	json_t *all;
	int r = -1;

	for (size_t i = 0; dacl && i < guise_acl_n_aces(dacl); i++)
		(void)json_array_append_new(
			aces, json_ace(who, guise_acl_ace(dacl, i),
				       S_ISDIR(target->stat.st_mode)));
	all = json_pack("{s:s%, s:b, s:o, s:o, s:b, s:s*, s:o}", "path",
			target->path, strlen(target->path), "stored", stored,
			"owner", json_party(who, guise_sd_owner(sd)), "group",
			json_party(who, guise_sd_group(sd)), "protected",
			guise_sd_control(sd) & GUISE_SD_DACL_PROTECTED ? 1 : 0,
			"sddl", sddl, "aces", aces);
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
