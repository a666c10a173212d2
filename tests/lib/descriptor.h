/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors and SIDs out of text, for tests that are about something else.
 * Whoever includes this has included cmocka-wrap.h first. */
#ifndef TESTS_DESCRIPTOR_H
#define TESTS_DESCRIPTOR_H

#include <stdio.h>

#include <guise/sddl.h>

static inline const struct guise_sd *sd_of(const char *sddl)
{
	const struct guise_sd *sd = NULL;
	struct guise_error_info error = {0};
	int r = guise_sddl_parse(sddl, strlen(sddl), NULL, &sd, &error);

	if (r < 0)
		fail_msg("%s: %s at %zu: %s", sddl, guise_error_name(r),
			 error.offset, error.text);
	return sd;
}

static inline struct guise_sid sid_of(const char *text)
{
	struct guise_sid sid = {0};

	if (guise_sid_parse(text, strlen(text), NULL, &sid) < 0)
		fail_msg("%s is no SID", text);
	return sid;
}

/* NUL-terminated text of @sd; free() it */
static inline char *sddl_of(const struct guise_sd *sd,
			    const struct guise_sid *domain)
{
	const struct guise_sddl_options options = {
		.size = sizeof(options),
		.domain = domain,
	};
	struct guise_buf out = {0};
	char *text;

	assert_int_equal(guise_sddl_format(sd, &options, &out), 0);
	text = strndup(out.data ? (const char *)out.data : "", out.size);
	guise_buf_clear(&out);
	return text;
}

#endif
