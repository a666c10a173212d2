/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PAC, Active Directory's list of who a client is, as it comes in a
 * Kerberos ticket: MS-PAC and MS-CLAIMS. Bytes in, values out; nothing here
 * knows Kerberos. Whether the PAC is authentic is for who took it from the
 * ticket to know.
 */
#ifndef GSS_PAC_H
#define GSS_PAC_H

#include <guise/claim.h>
#include <guise/limits.h>
#include <guise/sid.h>
#include <guise/token.h>

#include "base.h"

/**
 * struct pac - what the buffers said; all zero to begin with, each decoder adds
 * @user, @primary_group: from LOGON_INFO
 * @groups: group, extra and resource group SIDs with attributes, in this order,
 *          without repetition
 * @account, @domain: names in LOGON_INFO, UTF-8
 * @upn, @dns_domain: of UPN_DNS_INFO; "" without
 * @claims: references, or NULL: of the user, of the device
 */
struct pac {
	bool has_logon_info;
	struct guise_sid user;
	struct guise_sid domain_sid;
	struct guise_sid primary_group;
	struct guise_sid_and_attributes *groups;
	size_t n_groups;
	char account[GUISE_USER_NAME_MAX + 1];
	char domain[GUISE_USER_NAME_MAX + 1];
	char upn[2 * GUISE_USER_NAME_MAX + 1];
	char dns_domain[GUISE_USER_NAME_MAX + 1];
	bool has_device;
	struct guise_sid device;
	struct guise_sid_and_attributes *device_groups;
	size_t n_device_groups;
	const struct guise_claims *user_claims;
	const struct guise_claims *device_claims;
};

void pac_clear(struct pac *pac);

/* Each: 0; GUISE_E_PROTOCOL (malformed); GUISE_E_LIMIT (more SIDs, claims or
 * bytes than limits.h allows); -ENOMEM. On failure @pac is as before. */
/* Buffer type 1: KERB_VALIDATION_INFO */
GUISE_MUST_USE int pac_logon_info(struct pac *pac, const void *data,
				  size_t size);
/* Buffer type 12: UPN_DNS_INFO */
GUISE_MUST_USE int pac_upn_info(struct pac *pac, const void *data, size_t size);
/* Buffer types 13 and 15: CLAIMS_SET_METADATA, compressed or not */
GUISE_MUST_USE int pac_user_claims(struct pac *pac, const void *data,
				   size_t size);
GUISE_MUST_USE int pac_device_claims(struct pac *pac, const void *data,
				     size_t size);
/* Buffer type 14: PAC_DEVICE_INFO */
GUISE_MUST_USE int pac_device_info(struct pac *pac, const void *data,
				   size_t size);

#endif
