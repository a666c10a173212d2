/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs to ids and back: the sources are asked in their order, and whatever a
 * source says passes the same gate, so that no directory can make somebody
 * root, nobody, or the one that [static] says somebody else is.
 */
#include <stdio.h>

#include <guise/token.h>

#include "idmap.h"

const char *guise_id_source_name(enum guise_id_source source)
{
	static const char *const names[] = {
		[GUISE_ID_SOURCE_NONE] = "-",
		[GUISE_ID_SOURCE_STATIC] = "static",
		[GUISE_ID_SOURCE_BUILTIN] = "builtin",
		[GUISE_ID_SOURCE_UNIX] = "unix",
		[GUISE_ID_SOURCE_WINBIND] = "winbind",
		[GUISE_ID_SOURCE_SSSD] = "sssd",
		[GUISE_ID_SOURCE_DOMAIN] = "domain",
		[GUISE_ID_SOURCE_ALGORITHM] = "algorithm",
	};

	return (unsigned)source < ARRAY_SIZE(names) ? names[source] : "-";
}

/* Root, nobody and the two ways to say "none": never by a directory's word. */
static bool is_usable(uint32_t id)
{
	return id != 0 && id != 65534 && id != 65535 && id != GUISE_UID_NONE;
}

/* An account or group of a domain. */
static bool is_of_domain(const struct guise_sid *sid)
{
	return sid->authority == 5 && sid->n_subs == 5 && sid->sub[0] == 21;
}

static int static_to_id(const struct guise_identities *ids,
			const struct guise_sid *sid, struct guise_unix_id *ret)
{
	const struct id_static *row = id_static_of_sid(ids, sid);

	if (!row)
		return GUISE_E_NONE_MAPPED;
	ret->kind = row->kind;
	ret->id = row->id;
	return 0;
}

/* It knows by heart who has no id: everybody outside of domains, but for the
 * system's own. */
static int builtin_to_id(const struct guise_sid *sid)
{
	uint32_t id;

	if (is_of_domain(sid) || guise_sid_to_uid(sid, &id) ||
	    guise_sid_to_gid(sid, &id))
		return GUISE_E_NONE_MAPPED;
	return 0;
}

static int unix_to_id(const struct guise_sid *sid, struct guise_unix_id *ret)
{
	if (guise_sid_to_uid(sid, &ret->id))
		ret->kind = GUISE_UNIX_ID_UID;
	else if (guise_sid_to_gid(sid, &ret->id))
		ret->kind = GUISE_UNIX_ID_GID;
	else
		return GUISE_E_NONE_MAPPED;
	return 0;
}

static bool is_daemon(enum guise_id_source source)
{
	return source == GUISE_ID_SOURCE_WINBIND ||
	       source == GUISE_ID_SOURCE_SSSD;
}

static bool is_of(const struct guise_sid *sid, const struct id_domain *domain)
{
	return is_of_domain(sid) &&
	       memcmp(sid->sub, domain->sid.sub, 4 * sizeof(*sid->sub)) == 0;
}

/* Is @id, or @sid where it is not NULL, of a domain whose ids are computed? A
 * daemon has no say about them: whoever can write numbers into one directory
 * does not own another one's. */
static bool is_computed(const struct guise_identities *ids, uint32_t id,
			const struct guise_sid *sid)
{
	for (size_t i = 0; i < ids->n_domains; i++) {
		const struct id_domain *domain = &ids->domains[i];

		if ((id >= domain->first && id <= domain->last) ||
		    (sid && is_of(sid, domain)))
			return true;
	}
	return false;
}

/* A RID beyond the domain's ids has none: it is another domain's there. */
static int domain_to_id(const struct guise_identities *ids, bool is_own,
			const struct guise_sid *sid, struct guise_unix_id *ret)
{
	for (size_t i = 0; i < ids->n_domains; i++) {
		const struct id_domain *domain = &ids->domains[i];
		const uint32_t rid = sid->sub[4];

		if (domain->is_own != is_own || !is_of(sid, domain))
			continue;
		if (rid <= domain->last - domain->first) {
			ret->kind = GUISE_UNIX_ID_BOTH;
			ret->id = domain->first + rid;
		}
		return 0;
	}
	return GUISE_E_NONE_MAPPED;
}

static int ask_for_id(const struct guise_identities *ids,
		      enum guise_id_source source, const struct guise_sid *sid,
		      struct guise_unix_id *ret)
{
	switch (source) {
	case GUISE_ID_SOURCE_STATIC:
		return static_to_id(ids, sid, ret);
	case GUISE_ID_SOURCE_BUILTIN:
		return builtin_to_id(sid);
	case GUISE_ID_SOURCE_UNIX:
		return unix_to_id(sid, ret);
	case GUISE_ID_SOURCE_WINBIND:
		return idmap_winbind_to_id(sid, ret);
	case GUISE_ID_SOURCE_SSSD:
		return idmap_sssd_to_id(sid, ret);
	case GUISE_ID_SOURCE_DOMAIN:
		return domain_to_id(ids, true, sid, ret);
	case GUISE_ID_SOURCE_ALGORITHM:
		return domain_to_id(ids, false, sid, ret);
	case GUISE_ID_SOURCE_NONE:
		break;
	}
	return GUISE_E_NONE_MAPPED;
}

/* What of the answer may be used: none, if somebody else has the id. S-1-22
 * says no more than the number, so that it is the same one as [static]'s. */
static unsigned usable_kinds(const struct guise_identities *ids,
			     const struct guise_unix_id *id)
{
	static const enum guise_unix_id_kind kinds[] = {GUISE_UNIX_ID_UID,
							GUISE_UNIX_ID_GID};
	unsigned usable = (unsigned)id->kind;

	if (id->source == GUISE_ID_SOURCE_STATIC)
		return usable;
	if (!is_usable(id->id) ||
	    (is_daemon(id->source) && is_computed(ids, id->id, NULL)))
		return 0;
	if (id->source == GUISE_ID_SOURCE_UNIX)
		return usable;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (id_static_of_id(ids, kinds[i], id->id))
			usable &= ~(unsigned)kinds[i];
	}
	return usable;
}

/* The first source that knows @sid, and what it says. */
static int find_id(const struct guise_identities *ids,
		   const struct guise_sid *sid, bool may_wait,
		   struct guise_unix_id *ret)
{
	for (size_t i = 0; i < ids->n_sources; i++) {
		struct guise_unix_id found = {
			.size = sizeof(found),
			.id = GUISE_UID_NONE,
			.source = ids->sources[i],
		};
		int r;

		if (is_daemon(found.source) && !may_wait)
			return -EAGAIN;
		r = ask_for_id(ids, found.source, sid, &found);
		if (r == GUISE_E_NONE_MAPPED)
			continue;
		if (r == 0)
			*ret = found;
		return r;
	}
	return GUISE_E_NONE_MAPPED;
}

int identities_sid_to_id(const struct guise_identities *identities,
			 const struct guise_sid *sid,
			 enum guise_unix_id_kind wanted, bool may_wait,
			 struct guise_unix_id *ret)
{
	struct guise_unix_id found;
	unsigned kinds;
	int r;

	if (!identities || !sid || !ret ||
	    (int)wanted < (int)GUISE_UNIX_ID_UID || wanted > GUISE_UNIX_ID_BOTH)
		return -EINVAL;
	if (!guise_sid_is_valid(sid))
		return GUISE_E_INVALID_SID;
	r = find_id(identities, sid, may_wait, &found);
	if (r < 0)
		return r;
	kinds = usable_kinds(identities, &found) & (unsigned)wanted;
	if (kinds == 0)
		return GUISE_E_NONE_MAPPED;
	found.kind = (enum guise_unix_id_kind)kinds;
	*ret = found;
	return 0;
}

int guise_identities_sid_to_id(const struct guise_identities *identities,
			       const struct guise_sid *sid,
			       enum guise_unix_id_kind wanted,
			       struct guise_unix_id *ret)
{
	return identities_sid_to_id(identities, sid, wanted, true, ret);
}

static int static_to_sid(const struct guise_identities *ids,
			 enum guise_unix_id_kind kind, uint32_t id,
			 struct guise_sid *ret)
{
	const struct id_static *row = id_static_of_id(ids, kind, id);

	if (!row)
		return GUISE_E_NONE_MAPPED;
	*ret = row->sid;
	return 0;
}

static int domain_to_sid(const struct guise_identities *ids, bool is_own,
			 uint32_t id, struct guise_sid *ret)
{
	for (size_t i = 0; i < ids->n_domains; i++) {
		const struct id_domain *domain = &ids->domains[i];

		if (domain->is_own == is_own && id >= domain->first &&
		    id <= domain->last)
			return guise_sid_append(&domain->sid,
						id - domain->first, ret);
	}
	return GUISE_E_NONE_MAPPED;
}

static int ask_for_sid(const struct guise_identities *ids,
		       enum guise_id_source source,
		       enum guise_unix_id_kind kind, uint32_t id,
		       struct guise_sid *ret)
{
	switch (source) {
	case GUISE_ID_SOURCE_STATIC:
		return static_to_sid(ids, kind, id, ret);
	case GUISE_ID_SOURCE_WINBIND:
		return idmap_winbind_to_sid(kind, id, ret);
	case GUISE_ID_SOURCE_SSSD:
		return idmap_sssd_to_sid(kind, id, ret);
	case GUISE_ID_SOURCE_DOMAIN:
		return domain_to_sid(ids, true, id, ret);
	case GUISE_ID_SOURCE_ALGORITHM:
		return domain_to_sid(ids, false, id, ret);
	case GUISE_ID_SOURCE_NONE:
	case GUISE_ID_SOURCE_BUILTIN: /* have no ids */
	case GUISE_ID_SOURCE_UNIX:    /* what is left for all others */
		break;
	}
	return GUISE_E_NONE_MAPPED;
}

/* A directory may name a SID of a domain, and none that [static] or a
 * computation gives to another id. */
static bool is_usable_sid(const struct guise_identities *ids,
			  enum guise_id_source source, uint32_t id,
			  const struct guise_sid *sid)
{
	return guise_sid_is_valid(sid) && is_of_domain(sid) &&
	       !id_static_of_sid(ids, sid) &&
	       !(is_daemon(source) && is_computed(ids, id, sid));
}

/* Whatever their order: an id of [static] is its SID's and nobody else's. */
static int find_sid(const struct guise_identities *ids,
		    enum guise_unix_id_kind kind, uint32_t id, bool may_wait,
		    struct guise_sid *ret, enum guise_id_source *ret_source)
{
	for (size_t i = 0; i < ids->n_sources; i++) {
		const enum guise_id_source source = ids->sources[i];
		struct guise_sid sid = {0};
		int r;

		if (source != GUISE_ID_SOURCE_STATIC &&
		    (!is_usable(id) || id_static_of_id(ids, kind, id)))
			continue;
		if (is_daemon(source) && !may_wait)
			return -EAGAIN;
		r = ask_for_sid(ids, source, kind, id, &sid);
		if (r == GUISE_E_NONE_MAPPED)
			continue;
		if (r < 0)
			return r;
		if (source != GUISE_ID_SOURCE_STATIC &&
		    !is_usable_sid(ids, source, id, &sid))
			return GUISE_E_NONE_MAPPED;
		*ret = sid;
		*ret_source = source;
		return 0;
	}
	return GUISE_E_NONE_MAPPED;
}

int identities_id_to_sid(const struct guise_identities *identities,
			 enum guise_unix_id_kind kind, uint32_t id,
			 bool may_wait, struct guise_sid *ret,
			 enum guise_id_source *ret_source)
{
	enum guise_id_source source = GUISE_ID_SOURCE_NONE;
	struct guise_sid sid = {0};
	int r;

	if (!identities || !ret || id == GUISE_UID_NONE ||
	    (kind != GUISE_UNIX_ID_UID && kind != GUISE_UNIX_ID_GID))
		return -EINVAL;
	r = find_sid(identities, kind, id, may_wait, &sid, &source);
	if (r < 0 && r != GUISE_E_NONE_MAPPED)
		return r;
	if (r == GUISE_E_NONE_MAPPED) {
		source = GUISE_ID_SOURCE_UNIX;
		sid = kind == GUISE_UNIX_ID_UID ? guise_sid_of_uid(id)
						: guise_sid_of_gid(id);
	}
	*ret = sid;
	if (ret_source)
		*ret_source = source;
	return 0;
}

int guise_identities_id_to_sid(const struct guise_identities *identities,
			       enum guise_unix_id_kind kind, uint32_t id,
			       struct guise_sid *ret,
			       enum guise_id_source *ret_source)
{
	return identities_id_to_sid(identities, kind, id, true, ret,
				    ret_source);
}

bool identities_wait(const struct guise_identities *ids)
{
	return identities_has_source(ids, GUISE_ID_SOURCE_WINBIND) ||
	       identities_has_source(ids, GUISE_ID_SOURCE_SSSD);
}

/* Which daemon a lookup waits for: one, or either. */
static const struct daemon {
	const char *name, *library, *look;
} daemons[] = {
	{"winbind", "libwbclient.so.0", "systemctl status winbind; wbinfo -p"},
	{"sssd", "libsss_nss_idmap.so.0",
	 "systemctl status sssd; sssctl domain-list"},
	{"winbind or sssd", "libwbclient.so.0 or libsss_nss_idmap.so.0",
	 "systemctl status winbind sssd"},
};

static const struct daemon *daemon_of(const struct guise_identities *ids)
{
	const bool winbind =
		identities_has_source(ids, GUISE_ID_SOURCE_WINBIND);
	const bool sssd = identities_has_source(ids, GUISE_ID_SOURCE_SSSD);

	if (winbind)
		return &daemons[sssd ? 2 : 0];
	return sssd ? &daemons[1] : NULL;
}

static bool is_daemons_fault(int code)
{
	return code == -ENOSYS || code == -EIO || code == -ETIMEDOUT ||
	       code == -ECONNRESET;
}

int identities_unanswered(const struct guise_identities *ids, int code,
			  char reterr[GUISE_WHY_SIZE])
{
	static const char what[] = "SIDs cannot be mapped now";
	const struct daemon *daemon = daemon_of(ids);

	if (!daemon || !is_daemons_fault(code))
		(void)snprintf(reterr, GUISE_WHY_SIZE, "%s: %s", what,
			       guise_strerror(code));
	else if (code == -ENOSYS)
		(void)snprintf(reterr, GUISE_WHY_SIZE,
			       "%s: for %s %s is not installed", what,
			       daemon->name, daemon->library);
	else
		(void)snprintf(reterr, GUISE_WHY_SIZE,
			       "%s: %s does not answer (%s)", what,
			       daemon->name, daemon->look);
	return code;
}

bool identities_may_say_id(const struct guise_identities *ids,
			   const struct guise_sid *sid,
			   enum guise_unix_id_kind wanted,
			   const struct guise_unix_id *id)
{
	struct guise_unix_id listed = {0};

	if (id->kind == GUISE_UNIX_ID_NONE)
		return true;
	if ((unsigned)id->kind & ~(unsigned)wanted ||
	    id->id == GUISE_UID_NONE || !identities_has_source(ids, id->source))
		return false;
	if (id->source == GUISE_ID_SOURCE_STATIC)
		return static_to_id(ids, sid, &listed) == 0 &&
		       listed.id == id->id &&
		       ((unsigned)id->kind & ~(unsigned)listed.kind) == 0;
	return ((unsigned)id->kind & ~usable_kinds(ids, id)) == 0;
}

bool identities_may_say_sid(const struct guise_identities *ids,
			    enum guise_unix_id_kind kind, uint32_t id,
			    const struct guise_sid *sid,
			    enum guise_id_source source)
{
	const struct guise_sid plain = kind == GUISE_UNIX_ID_UID
					       ? guise_sid_of_uid(id)
					       : guise_sid_of_gid(id);
	struct guise_sid listed;

	if (source == GUISE_ID_SOURCE_UNIX)
		return guise_sid_equal(sid, &plain);
	if (!identities_has_source(ids, source))
		return false;
	if (source == GUISE_ID_SOURCE_STATIC)
		return static_to_sid(ids, kind, id, &listed) == 0 &&
		       guise_sid_equal(sid, &listed);
	return is_usable(id) && !id_static_of_id(ids, kind, id) &&
	       is_usable_sid(ids, source, id, sid);
}
