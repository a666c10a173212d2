/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of claims as JSON:
 *
 *	{NAME: [TYPE, [VALUE, ...], FLAGS?], ...}		or
 *	[[NAME, TYPE, [VALUE, ...], FLAGS? or "source=N"?], ...]
 *
 * TYPE is that of SDDL: TI (signed), TU (unsigned), TB (boolean), TS (text), TD
 * (SID), TX (hex). A number may also be text, as JSON's own end at 2^63-1; a
 * boolean is true, false, 0 or 1. FLAGS are enum guise_claim_flags.
 *
 * The list is what a logon brings, and read as Windows reads that: claims from
 * other sources than Active Directory (1, also without "source=") and
 * certificates (2) are left out, and of several with one name the last counts.
 */
#ifndef JSON_CLAIMS_JSON_H
#define JSON_CLAIMS_JSON_H

#include <jansson.h>

#include <guise/claim.h>

/**
 * claims_from_json() - make a set
 * @json: borrowed
 * @name: of the member it is, for @reterr
 * @domain: borrowed, may be NULL: what SID aliases are relative to
 * @ret: returns a reference
 * @reterr: what is wrong where; must not be NULL
 *
 * Return: 0; -EINVAL for what is not of the form above; GUISE_E_INVALID_SID;
 * what guise_claims_new() returns.
 */
GUISE_MUST_USE int claims_from_json(const json_t *json, const char *name,
				    const struct guise_sid *domain,
				    const struct guise_claims **ret,
				    struct guise_error_info *reterr);

/** claims_to_json() - the set as a new JSON object, which claims_from_json()
 * reads back; NULL without memory, or for text that JSON cannot hold */
GUISE_MUST_USE json_t *claims_to_json(const struct guise_claims *claims);

#endif
