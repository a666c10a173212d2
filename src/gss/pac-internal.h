/* SPDX-License-Identifier: Apache-2.0 */
/* What the decoders of a PAC's buffers share. */
#ifndef GSS_PAC_INTERNAL_H
#define GSS_PAC_INTERNAL_H

#include "ndr.h"
#include "pac.h"

/* SIDs with attributes, growing. free() @sids in the end. */
struct pac_sids {
	struct guise_sid_and_attributes *sids;
	size_t n;
	size_t capacity;
};

/* Of the attributes only those that a group of a domain can have are kept.
 * 0; GUISE_E_LIMIT; -ENOMEM */
GUISE_MUST_USE int pac_sids_add(struct pac_sids *sids,
				const struct guise_sid *sid,
				uint32_t attributes);
/* Each once, where it was first. 0; -ENOMEM */
GUISE_MUST_USE int pac_sids_finish(struct pac_sids *sids);

/* Each: 0; GUISE_E_PROTOCOL; GUISE_E_LIMIT; -ENOMEM */
/* PISID: what the pointer leads to */
GUISE_MUST_USE int pac_read_sid(struct ndr *ndr, struct guise_sid *ret);
/* GROUP_MEMBERSHIP[n], below @domain */
GUISE_MUST_USE int pac_read_groups(struct ndr *ndr,
				   const struct guise_sid *domain, uint32_t n,
				   struct pac_sids *sids);
/* KERB_SID_AND_ATTRIBUTES[n] */
GUISE_MUST_USE int pac_read_extra(struct ndr *ndr, uint32_t n,
				  struct pac_sids *sids);
/* Units of UTF-16 of any name that is kept */
#define PAC_NAME_UNITS_MAX 1024
/* UTF-16LE to UTF-8 with a NUL, in @size bytes; GUISE_E_PROTOCOL if it holds a
 * NUL. */
GUISE_MUST_USE int pac_name(struct reader text, char *ret, size_t size);

/* MS-ADTS 2.2.18.3. *ret is NULL if there are no claims; returns a reference */
GUISE_MUST_USE int pac_read_claims(const void *data, size_t size,
				   const struct guise_claims **ret);
/* The CLAIMS_SET within, no longer compressed */
GUISE_MUST_USE int pac_read_claims_set(const void *data, size_t size,
				       const struct guise_claims **ret);

#endif
