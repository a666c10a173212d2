/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stored descriptor in words. The changes are found by making them on a
 * copy and checking again, until it allows: what is suggested is known to
 * work.
 */
#include <stdio.h>

#include <guise/share.h>

#include "base.h"

#include "acl-edit.h"
#include "acl-rights.h"
#include "explain.h"
#include "posix-acl.h"
#include "posix.h"
#include "remedy-text.h"

#define REASONS_MAX 64
/* Changes tried in a row. Ours: a list with more obstacles is for people. */
#define CHANGES_MAX 8

/* For a command: where a name means the same SID, the name. */
static void who_text(const struct explanation *e, const struct guise_sid *sid,
		     char ret[WHO_NAME_SIZE])
{
	struct guise_sid back;

	who_name(e->who, sid, ret);
	if (ret[0] && !strchr(ret, ' ') && !strchr(ret, '\'') &&
	    sid->authority != 1 && sid->authority != 5 &&
	    who_look_up(e->who, ret, &back) && guise_sid_equal(&back, sid))
		return;
	(void)guise_sid_format(sid, ret);
}

static void add_ace(struct explanation *e, const struct place *place,
		    const struct guise_sd *sd,
		    const struct guise_reason *reason)
{
	const struct guise_ace *ace =
		guise_acl_ace(guise_sd_dacl(sd), reason->ace - 1);
	char label[WHO_LABEL_SIZE];
	char rights[ACL_RIGHTS_SIZE];

	who_label(e->who, &ace->sid, label);
	acl_rights_format(reason->mask, S_ISDIR(place->stat.st_mode), rights);
	explanation_add(e, "descriptor", !reason->allow,
			"%s: entry %u %s %s: %s%s%s", place->path, reason->ace,
			reason->allow ? "allows" : "denies", label, rights,
			ace->flags & GUISE_ACE_INHERITED ? " (inherited)" : "",
			reason->pass == GUISE_PASS_RESTRICTED
				? " (restricting SIDs)"
				: "");
}

/* What withheld rights, if not an entry of the DACL or a privilege. */
static const char *refusal_text(const struct guise_reason *reason)
{
	if (reason->rule)
		return "the central access policy does not allow";
	switch (reason->kind) {
	case GUISE_REASON_INTEGRITY:
		return "the integrity label forbids";
	case GUISE_REASON_TRUST:
		return "the process trust label forbids";
	case GUISE_REASON_FILTER:
		return "an access filter forbids";
	case GUISE_REASON_RECOVERY:
		return "its central access policy is not known, which forbids";
	case GUISE_REASON_CONDITION:
		return "an entry's condition does not hold";
	case GUISE_REASON_PACKAGE:
		return "no entry allows the package";
	case GUISE_REASON_RESTRICTED:
		return "no entry allows the restricting SIDs";
	case GUISE_REASON_ACE:
	case GUISE_REASON_OWNER:
	case GUISE_REASON_PRIVILEGE:
	case GUISE_REASON_NO_DACL:
	case GUISE_REASON_NOT_GRANTED:
	case GUISE_REASON_NO_PRIVILEGE:
		break;
	}
	return "no entry allows";
}

static void add_reason(struct explanation *e, const struct place *place,
		       const struct guise_sd *sd,
		       const struct guise_reason *reason)
{
	char rights[ACL_RIGHTS_SIZE];

	if (reason->kind == GUISE_REASON_ACE && !reason->rule) {
		add_ace(e, place, sd, reason);
		return;
	}
	acl_rights_format(reason->mask, S_ISDIR(place->stat.st_mode), rights);
	if (reason->privilege)
		explanation_add(e, "descriptor", !reason->allow,
				"%s: %s %s: %s", place->path,
				guise_privilege_name(reason->privilege),
				reason->allow ? "gives" : "would be needed for",
				rights);
	else
		explanation_add(e, "descriptor", !reason->allow, "%s: %s: %s",
				place->path,
				reason->allow ? "allowed without an entry"
					      : refusal_text(reason),
				rights);
}

static struct guise_access_options options_of(const struct explanation *e)
{
	return (struct guise_access_options){
		.size = sizeof(struct guise_access_options),
		.policies = e->policies,
	};
}

static bool check(const struct explanation *e, const struct guise_sd *sd,
		  uint32_t access, struct guise_decision *ret)
{
	const struct guise_access_options options = options_of(e);

	return guise_access_check_by_type(sd, e->token, access,
					  &guise_mapping_file, &options,
					  ret) == 0 &&
	       ret->allowed;
}

/* Grant what is missing to the user, unless it is denied by an entry about
 * somebody else: that goes first. */
static struct acl_edit next_edit(const struct explanation *e,
				 const struct guise_sd *sd,
				 const struct guise_decision *decision)
{
	const struct guise_sid *user = &guise_token_user(e->token)->sid;
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	struct acl_edit edit = {
		.change = ACL_GRANT, .sid = *user, .mask = decision->missing};

	if (decision->decided_by && dacl) {
		const struct guise_ace *ace =
			guise_acl_ace(dacl, decision->decided_by - 1);

		if (ace->type == GUISE_ACE_ACCESS_DENIED) {
			edit.change = ACL_REVOKE_DENIED;
			edit.sid = ace->sid;
		}
	}
	return edit;
}

static bool is_inherited_denial(const struct guise_sd *sd,
				const struct guise_decision *decision)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);

	return decision->decided_by && dacl &&
	       guise_acl_ace(dacl, decision->decided_by - 1)->type ==
		       GUISE_ACE_ACCESS_DENIED &&
	       (guise_acl_ace(dacl, decision->decided_by - 1)->flags &
		GUISE_ACE_INHERITED);
}

static void say_edit(struct explanation *e, const char *path,
		     const struct acl_edit *edit)
{
	char name[WHO_NAME_SIZE];

	who_text(e, &edit->sid, name);
	if (edit->change == ACL_GRANT)
		explanation_change(e, "guise acl grant %s '%s:0x%x'", path,
				   name, edit->mask);
	else
		explanation_change(e, "guise acl revoke %s '%s' --denied", path,
				   name);
}

static int try_change(struct explanation *e, const char *path,
		      const struct guise_sd *sd,
		      const struct guise_decision *decision,
		      const struct guise_sd **ret)
{
	struct acl_edit edit;

	if (is_inherited_denial(sd, decision)) {
		explanation_change(e, "guise acl inherit %s off", path);
		return acl_edit_protect(sd, ret);
	}
	edit = next_edit(e, sd, decision);
	say_edit(e, path, &edit);
	return acl_edit_apply(sd, &edit, ret);
}

/* What no change of the DACL's entries brings about, in words. */
static void suggest_otherwise(struct explanation *e, const char *path,
			      const struct guise_sd *sd, uint32_t access)
{
	const struct guise_access_options options = options_of(e);
	struct guise_remedy remedy;
	size_t n = 0;

	if (guise_access_remedies(sd, e->token, access, &guise_mapping_file,
				  &options, &remedy, 1, &n) < 0 ||
	    n == 0)
		return;
	for (unsigned i = 0; i < remedy.n_changes; i++) {
		char text[REMEDY_TEXT_SIZE];

		remedy_text(&remedy.changes[i], text);
		explanation_change(e, "# %s: %s", path, text);
	}
}

static void suggest(struct explanation *e, const struct place *place,
		    const struct guise_sd *sd, uint32_t access)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *now = guise_sd_ref(sd);
	GUISE_AUTO(freep) char *path = shell_quoted(place->path);
	size_t before = e->n_changes;
	struct guise_decision decision;

	for (unsigned i = 0; path && i < CHANGES_MAX; i++) {
		const struct guise_sd *changed = NULL;

		if (check(e, now, access, &decision))
			return;
		if (decision.missing_privilege ||
		    try_change(e, path, now, &decision, &changed) < 0)
			break;
		guise_sd_unref(now);
		now = changed;
	}
	while (e->n_changes > before)
		free(e->changes[--e->n_changes]);
	if (path)
		suggest_otherwise(e, path, sd, access);
}

static bool parent_gives(struct explanation *e, const struct place *parent,
			 const struct place *object, uint32_t access)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const bool deletes = access == GUISE_DELETE;
	struct guise_decision decision;
	struct posix_acl acl = {0};
	bool allowed, stored;

	(void)object;
	if (parent->fd < 0 || guise_sd_read(parent->fd, NULL, &sd, &stored) < 0)
		return false;
	if (stored)
		return check(e, sd,
			     deletes ? GUISE_FILE_DELETE_CHILD
				     : GUISE_FILE_LIST_DIRECTORY,
			     &decision);
	if (posix_acl_read(parent->fd, &parent->stat, &acl) < 0)
		return false;
	allowed = posix_acl_allows(
		&acl, guise_token_unix(e->token),
		deletes ? POSIX_WRITE | POSIX_EXECUTE : POSIX_READ, NULL);
	posix_acl_clear(&acl);
	return allowed;
}

/* What the directory gives need not come from the object. */
static uint32_t without_shortcuts(struct explanation *e,
				  const struct place *object,
				  const struct place *parent,
				  const struct guise_sd *sd)
{
	static const uint32_t bits[] = {GUISE_DELETE,
					GUISE_FILE_READ_ATTRIBUTES};
	uint32_t access = e->want.access;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		struct guise_decision decision;

		if (!(access & bits[i]) || check(e, sd, bits[i], &decision) ||
		    !parent_gives(e, parent, object, bits[i]))
			continue;
		access &= ~bits[i];
		explanation_add(e, "descriptor", false, "%s: %s", parent->path,
				bits[i] == GUISE_DELETE
					? "lets its members be deleted"
					: "may be listed, with attributes");
	}
	return access;
}

static void explain_check(struct explanation *e, const struct place *place,
			  const struct guise_sd *sd, uint32_t access)
{
	const struct guise_access_options options = options_of(e);
	struct guise_reason reasons[REASONS_MAX];
	struct guise_decision decision;
	size_t n = 0;
	int r;

	r = guise_access_explain(sd, e->token, access, &guise_mapping_file,
				 &options, &decision, reasons, REASONS_MAX, &n);
	if (r < 0) {
		explanation_add(e, "descriptor", true, "%s: %s", place->path,
				guise_strerror(r));
		return;
	}
	for (size_t i = 0; i < n && i < REASONS_MAX; i++)
		add_reason(e, place, sd, &reasons[i]);
	if (decision.allowed)
		return;
	if (explanation_allows(e))
		explanation_add(e, "descriptor", true, "%s: refused",
				place->path);
	suggest(e, place, sd, access);
}

static bool read_stored(struct explanation *e, const struct place *place,
			const struct guise_sd **ret)
{
	GUISE_AUTO(freep) char *path = shell_quoted(place->path);
	bool stored = false;
	int r;

	r = guise_sd_read(place->fd, NULL, ret, &stored);
	if (r < 0) {
		explanation_add(e, "descriptor", true,
				"%s: its stored descriptor: %s", place->path,
				guise_strerror(r));
		if (r == -EBADMSG && path)
			explanation_change(e, "guise acl reset %s", path);
		return false;
	}
	return stored;
}

/* Rights only a descriptor gives: by the one the mode amounts to. */
static void explain_derived(struct explanation *e, const struct place *object)
{
	const uint32_t control = GUISE_WRITE_DAC | GUISE_WRITE_OWNER;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;

	explanation_add(e, "descriptor", false,
			"%s: none stored: the kernel decides", object->path);
	if (!(e->want.access & control))
		return;
	if (posix_sd_for_token(object->fd, &object->stat, e->token,
			       who_mapping(e->who), &sd) < 0)
		return;
	explain_check(e, object, sd, e->want.access & control);
}

void explain_sd(struct explanation *e, const struct place *object,
		const struct place *parent)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	size_t before = e->n_findings;
	uint32_t access;

	if (e->policy == GUISE_POLICY_POSIX) {
		explanation_add(e, "share", false,
				"policy posix: the kernel alone decides");
		return;
	}
	if (read_stored(e, object, &sd)) {
		access = without_shortcuts(e, object, parent, sd);
		if (access)
			explain_check(e, object, sd, access);
	} else if (e->n_findings == before) {
		explain_derived(e, object);
	}
}

void explain_traverse(struct explanation *e, const struct place *place)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;

	if (e->policy == GUISE_POLICY_POSIX ||
	    guise_token_has_privilege(e->token, GUISE_SE_CHANGE_NOTIFY))
		return;
	if (read_stored(e, place, &sd))
		explain_check(e, place, sd, GUISE_FILE_TRAVERSE);
}
