/* SPDX-License-Identifier: Apache-2.0 */
/* Who is who, out of text. Whoever includes this has included cmocka-wrap.h
 * first. */
#ifndef TESTS_IDENTITIES_TEXT_H
#define TESTS_IDENTITIES_TEXT_H

#include <guise/identity.h>

static inline const struct guise_identities *identities_of(const char *text)
{
	struct guise_identities_error error = {.size = sizeof(error)};
	const struct guise_identities *ids = NULL;

	if (guise_identities_parse(text, strlen(text), &ids, &error) < 0)
		fail_msg("line %u: %s", error.line, error.why);
	return ids;
}

#endif
