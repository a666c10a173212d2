/* SPDX-License-Identifier: Apache-2.0 */
/* PAC_DEVICE_INFO, MS-PAC 2.12: the client's computer and its groups. */
#include "pac-internal.h"

/* DOMAIN_GROUP_MEMBERSHIP: a domain, how many groups of it, a pointer */
#define DOMAIN_SIZE 12

static int read_domains(struct ndr *ndr, uint32_t n, struct pac_sids *sids)
{
	struct reader heads;

	if (!ndr_array(ndr, n, DOMAIN_SIZE) ||
	    !read_sub(&ndr->in, DOMAIN_SIZE * (size_t)n, &heads))
		return GUISE_E_PROTOCOL;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t domain_pointer, n_groups, groups_pointer;
		struct guise_sid domain;
		int r;

		if (!read_u32le(&heads, &domain_pointer) || !domain_pointer ||
		    !read_u32le(&heads, &n_groups) ||
		    !read_u32le(&heads, &groups_pointer) ||
		    (n_groups && !groups_pointer))
			return GUISE_E_PROTOCOL;
		r = pac_read_sid(ndr, &domain);
		if (r == 0 && groups_pointer)
			r = pac_read_groups(ndr, &domain, n_groups, sids);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_device(struct ndr *ndr, struct guise_sid *ret,
		       struct pac_sids *sids)
{
	struct ndr_list groups, extra, domains;
	uint32_t device, primary_group;
	struct guise_sid domain;
	bool has_domain;
	int r;

	if (!ndr_u32(ndr, &device) || !ndr_u32(ndr, &primary_group) ||
	    !ndr_pointer(ndr, &has_domain) || !has_domain ||
	    !ndr_list(ndr, &groups) || !ndr_list(ndr, &extra) ||
	    !ndr_list(ndr, &domains))
		return GUISE_E_PROTOCOL;
	r = pac_read_sid(ndr, &domain);
	if (r == 0 && groups.is_there)
		r = pac_read_groups(ndr, &domain, groups.n, sids);
	if (r == 0 && extra.is_there)
		r = pac_read_extra(ndr, extra.n, sids);
	if (r == 0 && domains.is_there)
		r = read_domains(ndr, domains.n, sids);
	if (r < 0)
		return r;
	if (!ndr_is_at_end(ndr) || guise_sid_append(&domain, device, ret) < 0)
		return GUISE_E_PROTOCOL;
	return pac_sids_finish(sids);
}

int pac_device_info(struct pac *pac, const void *data, size_t size)
{
	struct pac_sids sids = {0};
	struct guise_sid device;
	struct ndr ndr;
	int r = GUISE_E_PROTOCOL;

	if (!pac->has_device && ndr_begin(data, size, &ndr))
		r = read_device(&ndr, &device, &sids);
	if (r < 0) {
		free(sids.sids);
		return r;
	}
	pac->has_device = true;
	pac->device = device;
	pac->device_groups = sids.sids;
	pac->n_device_groups = sids.n;
	return 0;
}
