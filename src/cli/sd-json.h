/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors, mappings and answers in the JSON that batch commands take. */
#ifndef CLI_SD_JSON_H
#define CLI_SD_JSON_H

#include <jansson.h>

#include <guise/access.h>

/* A descriptor as SDDL or as hex bytes, which have no colon. 0; -EINVAL if
 * @json is no string; what guise_sddl_parse() and guise_sd_decode() return. */
GUISE_MUST_USE int sd_from_json(const json_t *json,
				const struct guise_sid *domain,
				const struct guise_sd **ret,
				struct guise_error_info *reterr);

/* "file", "registry", "token", "process", "ds" or [read, write, execute, all];
 * NULL is "file". 0 or -EINVAL */
GUISE_MUST_USE int mapping_from_json(const json_t *json,
				     struct guise_generic_mapping *ret);

/* An access mask: an integer, or a string: a number, rights as SDDL writes
 * them, or the name of a right. 0 or -EINVAL or GUISE_E_INVALID_ACL */
GUISE_MUST_USE int mask_from_json(const json_t *json, uint32_t *ret);

/* The names of the bits of @mask, hex where there is none; NULL without
 * memory */
GUISE_MUST_USE json_t *
rights_to_json(uint32_t mask, const struct guise_generic_mapping *mapping);

/* A GUID as SDDL has it. 0; -EINVAL if it is no string; GUISE_E_INVALID_GUID */
GUISE_MUST_USE int guid_from_json(const json_t *json, struct guise_guid *ret);

/* Appends @json as one line's text and drops the reference. @json NULL is
 * -ENOMEM. */
GUISE_MUST_USE int json_answer(json_t *json, struct guise_buf *out);

/* A batch's refuse(): {"error": NAME, "code": win32, "message": text} */
int json_refuse(void *context, int code, const struct guise_error_info *error,
		struct guise_buf *out);

#endif
