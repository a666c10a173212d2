/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens as bytes: what is accepted is written back byte for byte, and holds
 * what a sealed token holds. */
#include "base.h"
#include "fuzz.h"
#include <guise/token.h>

static void must_be_sound(const struct guise_token *token)
{
	const struct guise_unix_identity *id = guise_token_unix(token);
	uint64_t present = guise_token_privileges(token);

	must(!(guise_token_privileges_enabled(token) & ~present));
	must(!(guise_token_privileges_default(token) & ~present));
	must(!(present & ~GUISE_PRIVILEGE_ALL));
	must((id->uid == GUISE_UID_NONE) == (id->gid == GUISE_UID_NONE));
	for (size_t i = 0; i < id->n_groups; i++) {
		must(id->groups[i] != GUISE_UID_NONE);
		must(i == 0 || id->groups[i - 1] < id->groups[i]);
	}
	must(guise_sid_is_valid(&guise_token_user(token)->sid));
}

/* What an older version said is written in the newest, which reads so. */
#define OLD_VERSION 2
static void must_read_back(const struct guise_buf *bytes)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};

	must(guise_token_decode(bytes->data, bytes->size, &token) == 0);
	must(guise_token_encode(token, &again) == 0);
	must(again.size == bytes->size &&
	     memcmp(again.data, bytes->data, again.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	static const uint8_t none;

	if (guise_token_decode(data ? data : &none, size, &token) < 0)
		return 0;
	must_be_sound(token);
	must(guise_token_encode(token, &out) == 0);
	if (data[4] == OLD_VERSION)
		must_read_back(&out);
	else
		must(out.size == size && memcmp(out.data, data, size) == 0);
	return 0;
}
