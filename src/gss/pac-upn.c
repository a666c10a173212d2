/* SPDX-License-Identifier: Apache-2.0 */
/* UPN_DNS_INFO, MS-PAC 2.10: not NDR; four numbers say where two names are. */
#include "pac-internal.h"

static int name_at(struct reader all, uint16_t size, uint16_t offset, char *ret,
		   size_t ret_size)
{
	struct reader text;

	if (!read_skip(&all, offset) || !read_sub(&all, size, &text))
		return GUISE_E_PROTOCOL;
	return pac_name(text, ret, ret_size);
}

int pac_upn_info(struct pac *pac, const void *data, size_t size)
{
	const struct reader all = reader_of(data, size);
	uint16_t upn_size, upn_at, dns_size, dns_at;
	struct reader in = all;
	struct pac read = *pac;
	uint32_t flags;
	int r;

	if (!read_u16le(&in, &upn_size) || !read_u16le(&in, &upn_at) ||
	    !read_u16le(&in, &dns_size) || !read_u16le(&in, &dns_at) ||
	    !read_u32le(&in, &flags))
		return GUISE_E_PROTOCOL;
	r = name_at(all, upn_size, upn_at, read.upn, sizeof(read.upn));
	if (r == 0)
		r = name_at(all, dns_size, dns_at, read.dns_domain,
			    sizeof(read.dns_domain));
	if (r < 0)
		return r;
	*pac = read;
	return 0;
}
