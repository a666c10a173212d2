/* SPDX-License-Identifier: Apache-2.0 */
/* Making one change to a copy of a descriptor or of a token. */
#include "remedy-internal.h"
#include <guise/token.h>

void trial_clear(struct trial *trial)
{
	trial->sd = guise_sd_unref(trial->sd);
	trial->token = guise_token_unref(trial->token);
}

static void change_builder(struct guise_token_builder *b,
			   const struct guise_token *token,
			   const struct guise_change *change)
{
	uint64_t bit =
		change->privilege ? GUISE_PRIVILEGE_BIT(change->privilege) : 0;

	if (bit)
		guise_token_builder_privileges(
			b, guise_token_privileges(token) | bit,
			guise_token_privileges_enabled(token) | bit,
			guise_token_privileges_default(token));
	else if (change->kind == GUISE_CHANGE_ENABLE_GROUP)
		guise_token_builder_group(b, &change->sid, GUISE_GROUP_USUAL);
	else if (change->kind == GUISE_CHANGE_RAISE_INTEGRITY)
		guise_token_builder_integrity(b, &change->sid);
	else
		guise_token_builder_trust_level(b, &change->sid);
}

static int change_token(const struct guise_token *token,
			const struct guise_change *change,
			const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r;

	r = guise_token_builder_from(token, &b);
	if (r < 0)
		return r;
	change_builder(b, token, change);
	return guise_token_builder_seal(b, ret);
}

/* A descriptor's parts, with one of its ACLs replaced. */
static int replace_acl(const struct guise_sd *sd, bool sacl,
		       const struct guise_ace *aces, size_t n,
		       const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	int r;

	r = guise_acl_new(0, aces, n, &acl);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = guise_sd_control(sd),
			.rm_control = guise_sd_rm_control(sd),
			.owner = guise_sd_owner(sd),
			.group = guise_sd_group(sd),
			.dacl = sacl ? guise_sd_dacl(sd) : acl,
			.sacl = sacl ? acl : guise_sd_sacl(sd),
		},
		ret);
}

static int change_owner(const struct guise_sd *sd,
			const struct guise_sid *owner,
			const struct guise_sd **ret)
{
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = guise_sd_control(sd),
			.rm_control = guise_sd_rm_control(sd),
			.owner = owner,
			.group = guise_sd_group(sd),
			.dacl = guise_sd_dacl(sd),
			.sacl = guise_sd_sacl(sd),
		},
		ret);
}

static void insert(struct guise_ace *aces, size_t *n, size_t at,
		   const struct guise_ace *ace)
{
	memmove(aces + at + 1, aces + at, (*n - at) * sizeof(*aces));
	aces[at] = *ace;
	(*n)++;
}

static void remove_at(struct guise_ace *aces, size_t *n, size_t at)
{
	(*n)--;
	memmove(aces + at, aces + at + 1, (*n - at) * sizeof(*aces));
}

/* A callback ACE becomes the plain one of its kind. */
static void drop_condition(struct guise_ace *ace)
{
	ace->type = ace->type == GUISE_ACE_ACCESS_ALLOWED_CALLBACK
			    ? GUISE_ACE_ACCESS_ALLOWED
			    : GUISE_ACE_ACCESS_ALLOWED_OBJECT;
	ace->data = NULL;
	ace->data_size = 0;
}

/* The first label, or a new one. */
static void lower_label(struct guise_ace *aces, size_t *n,
			const struct guise_sid *label)
{
	const struct guise_ace ace = {
		.type = GUISE_ACE_SYSTEM_MANDATORY_LABEL,
		.mask = 1, /* no write-up, as without a label */
		.sid = *label,
	};

	for (size_t i = 0; i < *n; i++) {
		if (aces[i].type == GUISE_ACE_SYSTEM_MANDATORY_LABEL &&
		    !(aces[i].flags & GUISE_ACE_INHERIT_ONLY)) {
			aces[i].sid = *label;
			return;
		}
	}
	insert(aces, n, 0, &ace);
}

static bool edit(struct guise_ace *aces, size_t *n,
		 const struct guise_change *change,
		 const struct guise_generic_mapping *mapping)
{
	size_t at = change->ace - 1;
	bool adds = change->kind == GUISE_CHANGE_ADD_ACE;

	if (change->kind == GUISE_CHANGE_LOWER_LABEL) {
		lower_label(aces, n, &change->sid);
		return true;
	}
	if (at > *n || (at == *n && !adds))
		return false;
	if (adds)
		insert(aces, n, at,
		       &(struct guise_ace){.type = GUISE_ACE_ACCESS_ALLOWED,
					   .mask = change->mask,
					   .sid = change->sid});
	else if (change->kind == GUISE_CHANGE_CUT_ACE)
		aces[at].mask = guise_map_generic(aces[at].mask, mapping) &
				~change->mask;
	else if (change->kind == GUISE_CHANGE_DROP_CONDITION)
		drop_condition(&aces[at]);
	else
		remove_at(aces, n, at);
	return true;
}

static int change_acl(const struct guise_sd *sd,
		      const struct guise_change *change,
		      const struct guise_generic_mapping *mapping,
		      const struct guise_sd **ret)
{
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	bool sacl = change->kind == GUISE_CHANGE_LOWER_LABEL ||
		    change->kind == GUISE_CHANGE_REMOVE_SACL_ACE;
	const struct guise_acl *acl =
		sacl ? guise_sd_sacl(sd) : guise_sd_dacl(sd);
	size_t n = acl ? guise_acl_n_aces(acl) : 0;

	aces = array_alloc(n + 1, sizeof(*aces));
	if (!aces)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		aces[i] = *guise_acl_ace(acl, i);
	if (!edit(aces, &n, change, mapping))
		return GUISE_E_INVALID_ACL;
	return replace_acl(sd, sacl, aces, n, ret);
}

int trial_change(const struct trial *from, const struct guise_change *change,
		 const struct guise_generic_mapping *mapping, struct trial *ret)
{
	struct trial made = {0};
	int r;

	switch (change->kind) {
	case GUISE_CHANGE_ENABLE_PRIVILEGE:
	case GUISE_CHANGE_ENABLE_GROUP:
	case GUISE_CHANGE_GRANT_PRIVILEGE:
	case GUISE_CHANGE_RAISE_INTEGRITY:
	case GUISE_CHANGE_RAISE_TRUST:
		r = change_token(from->token, change, &made.token);
		break;
	case GUISE_CHANGE_TAKE_OWNERSHIP:
		r = change_owner(from->sd, &change->sid, &made.sd);
		break;
	case GUISE_CHANGE_ADD_ACE:
	case GUISE_CHANGE_CUT_ACE:
	case GUISE_CHANGE_REMOVE_ACE:
	case GUISE_CHANGE_DROP_CONDITION:
	case GUISE_CHANGE_LOWER_LABEL:
	case GUISE_CHANGE_REMOVE_SACL_ACE:
		r = change_acl(from->sd, change, mapping, &made.sd);
		break;
	default:
		r = -EINVAL;
	}
	if (r < 0)
		return r;
	ret->sd = made.sd ? made.sd : guise_sd_ref(from->sd);
	ret->token = made.token ? made.token : guise_token_ref(from->token);
	return 0;
}
