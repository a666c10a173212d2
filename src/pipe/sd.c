/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of pipes: what a new one gets, and what its socket shows of it.
 */
#include <sys/stat.h>
#include <unistd.h>

#include <guise/inherit.h>

#include "end.h"

/* The documented default: full access for SYSTEM, administrators and the
 * creator, reading for everyone and anonymous. Whose owner is Administrators
 * has its user beside it: in another process the kernel knows the user only. */
static int default_dacl(const struct guise_sid *owner,
			const struct guise_sid *user,
			const struct guise_acl **ret)
{
	struct guise_ace aces[] = {
		{.mask = GUISE_FILE_ALL_ACCESS},
		{.mask = GUISE_FILE_ALL_ACCESS},
		{.mask = GUISE_FILE_ALL_ACCESS, .sid = *owner},
		{.mask = GUISE_FILE_GENERIC_READ},
		{.mask = GUISE_FILE_GENERIC_READ},
		{.mask = GUISE_FILE_ALL_ACCESS, .sid = *user},
	};
	const size_t n = ARRAY_SIZE(aces) - guise_sid_equal(owner, user);
	static const struct {
		unsigned ace;
		enum guise_well_known_sid sid;
	} known[] = {
		{0, GUISE_SID_LOCAL_SYSTEM},
		{1, GUISE_SID_BUILTIN_ADMINISTRATORS},
		{3, GUISE_SID_WORLD},
		{4, GUISE_SID_ANONYMOUS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		int r = guise_sid_well_known(known[i].sid, NULL,
					     &aces[known[i].ace].sid);

		if (r < 0)
			return r;
	}
	return guise_acl_new(0, aces, n, ret);
}

static int default_sd(const struct guise_token *creator,
		      const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.owner = guise_token_owner(creator),
		.group = guise_token_primary_group(creator),
	};
	int r;

	r = default_dacl(fields.owner, &guise_token_user(creator)->sid, &dacl);
	if (r < 0)
		return r;
	fields.dacl = dacl;
	return guise_sd_new(&fields, ret);
}

int pipe_sd_new(const struct guise_sd *asked, const struct guise_token *creator,
		const struct guise_sd **ret)
{
	if (!asked)
		return default_sd(creator, ret);
	return guise_inherit(NULL, asked, false, 0, creator,
			     &guise_mapping_file, ret);
}

/* The kernel lets root and the socket's owner in whatever its mode. */
static bool is_owners(const struct guise_sid *sid)
{
	struct guise_sid system, self = guise_sid_of_uid(geteuid());

	return guise_sid_equal(sid, &self) ||
	       (guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL, &system) ==
			0 &&
		guise_sid_equal(sid, &system));
}

mode_t pipe_socket_mode(const struct guise_sd *sd)
{
	const mode_t everybody = 0666, owner = 0600;
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	const struct guise_ace *ace;

	if (!dacl)
		return everybody;
	for (size_t i = 0; i < guise_acl_n_aces(dacl); i++) {
		ace = guise_acl_ace(dacl, i);
		if (ace->type != GUISE_ACE_ACCESS_DENIED &&
		    !is_owners(&ace->sid))
			return everybody;
	}
	return owner;
}
