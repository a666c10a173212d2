/* SPDX-License-Identifier: Apache-2.0 */
/* KERB_VALIDATION_INFO, MS-PAC 2.5: the user, the names and the groups. */
#include "pac-internal.h"

#define TIMES_SIZE                                                             \
	(6 * 8) /* six FILETIMEs, aligned as two numbers of 32 bits */
#define SESSION_KEY_SIZE 16
/* reserved, account control, status, two times, failures, reserved */
#define STATUS_SIZE (8 + 4 + 4 + 8 + 8 + 4 + 4)

/* In UserFlags: these members are valid. */
#define HAS_EXTRA_SIDS 0x20u
#define HAS_RESOURCE_GROUPS 0x200u

/* The members in the structure; what they point to comes later. */
struct logon_info {
	struct ndr_string names[6]; /* the first is the account's */
	struct ndr_string server;
	struct ndr_string domain;
	uint32_t user;
	uint32_t primary_group;
	uint32_t flags;
	struct ndr_list groups;
	struct ndr_list extra;
	struct ndr_list resource;
	bool has_domain_sid;
	bool has_resource_domain;
};

static bool read_head(struct ndr *ndr, struct logon_info *ret)
{
	uint16_t count, bad_count;

	if (!ndr_skip(ndr, TIMES_SIZE))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ret->names); i++) {
		if (!ndr_string(ndr, &ret->names[i]))
			return false;
	}
	return ndr_u16(ndr, &count) && ndr_u16(ndr, &bad_count) &&
	       ndr_u32(ndr, &ret->user) && ndr_u32(ndr, &ret->primary_group) &&
	       ndr_list(ndr, &ret->groups) && ndr_u32(ndr, &ret->flags) &&
	       ndr_skip(ndr, SESSION_KEY_SIZE) &&
	       ndr_string(ndr, &ret->server) && ndr_string(ndr, &ret->domain) &&
	       ndr_pointer(ndr, &ret->has_domain_sid) &&
	       ndr_skip(ndr, STATUS_SIZE) && ndr_list(ndr, &ret->extra) &&
	       ndr_pointer(ndr, &ret->has_resource_domain) &&
	       ndr_list(ndr, &ret->resource);
}

/* What contradicts itself is refused: leaving groups out could take away what
 * denies, taking them could add what grants. Without a RID the first of the
 * extra SIDs would be the user's, of whatever domain; nobody sends that. */
static bool head_is_sound(const struct logon_info *info)
{
	return info->has_domain_sid &&
	       (!info->extra.n || info->flags & HAS_EXTRA_SIDS) &&
	       (!info->resource.n || (info->flags & HAS_RESOURCE_GROUPS &&
				      info->has_resource_domain)) &&
	       info->user;
}

static bool skip_names(struct ndr *ndr, const struct ndr_string *names,
		       size_t n)
{
	struct reader text;

	for (size_t i = 0; i < n; i++) {
		if (!ndr_string_text(ndr, &names[i], &text))
			return false;
	}
	return true;
}

static int read_name(struct ndr *ndr, const struct ndr_string *name, char *ret,
		     size_t size)
{
	struct reader text;

	if (!ndr_string_text(ndr, name, &text))
		return GUISE_E_PROTOCOL;
	return pac_name(text, ret, size);
}

/* Extra SIDs, and groups that the domain of the resource adds */
static int read_more(struct ndr *ndr, const struct logon_info *info,
		     struct pac_sids *sids)
{
	struct guise_sid domain = {0};
	int r;

	if (info->extra.is_there) {
		r = pac_read_extra(ndr, info->extra.n, sids);
		if (r < 0)
			return r;
	}
	if (info->has_resource_domain) {
		r = pac_read_sid(ndr, &domain);
		if (r < 0)
			return r;
	}
	if (!info->resource.is_there)
		return 0;
	return pac_read_groups(ndr, &domain, info->resource.n, sids);
}

static int read_body(struct ndr *ndr, const struct logon_info *info,
		     struct pac *pac, struct pac_sids *sids)
{
	struct ndr groups;
	int r;

	r = read_name(ndr, &info->names[0], pac->account, sizeof(pac->account));
	if (r < 0)
		return r;
	if (!skip_names(ndr, info->names + 1, ARRAY_SIZE(info->names) - 1))
		return GUISE_E_PROTOCOL;
	/* they come before the domain that they are relative to */
	groups = *ndr;
	if (info->groups.is_there &&
	    (!ndr_array(ndr, info->groups.n, 8) ||
	     !ndr_skip(ndr, 8 * (size_t)info->groups.n)))
		return GUISE_E_PROTOCOL;
	if (!skip_names(ndr, &info->server, 1))
		return GUISE_E_PROTOCOL;
	r = read_name(ndr, &info->domain, pac->domain, sizeof(pac->domain));
	if (r == 0)
		r = pac_read_sid(ndr, &pac->domain_sid);
	if (r == 0 && info->groups.is_there)
		r = pac_read_groups(&groups, &pac->domain_sid, info->groups.n,
				    sids);
	if (r == 0)
		r = read_more(ndr, info, sids);
	return r;
}

static int read_all(struct ndr *ndr, struct pac *pac, struct pac_sids *sids)
{
	struct logon_info info = {0};
	int r;

	if (!read_head(ndr, &info) || !head_is_sound(&info))
		return GUISE_E_PROTOCOL;
	r = read_body(ndr, &info, pac, sids);
	if (r < 0)
		return r;
	if (!ndr_is_at_end(ndr) ||
	    guise_sid_append(&pac->domain_sid, info.user, &pac->user) < 0 ||
	    guise_sid_append(&pac->domain_sid, info.primary_group,
			     &pac->primary_group) < 0)
		return GUISE_E_PROTOCOL;
	return pac_sids_finish(sids);
}

int pac_logon_info(struct pac *pac, const void *data, size_t size)
{
	struct pac_sids sids = {0};
	struct pac read = *pac;
	struct ndr ndr;
	int r = GUISE_E_PROTOCOL;

	if (!pac->has_logon_info && ndr_begin(data, size, &ndr))
		r = read_all(&ndr, &read, &sids);
	if (r < 0) {
		free(sids.sids);
		return r;
	}
	read.has_logon_info = true;
	read.groups = sids.sids;
	read.n_groups = sids.n;
	*pac = read;
	return 0;
}
