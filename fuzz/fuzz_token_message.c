/* SPDX-License-Identifier: Apache-2.0 */
/* A token as another process passes it: what is accepted has no rights that
 * tokens have not, and means the same when it is passed on. */
#include "base.h"
#include "fuzz.h"
#include "token-message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *again = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	static const uint8_t none;
	uint32_t granted, same;

	if (token_message_decode(data ? data : &none, size, &token, &granted) <
	    0)
		return 0;
	must(!(granted & ~UINT32_C(0x010f01ff)));
	must(token_message_encode(token, granted, &out) == 0);
	must(token_message_decode(out.data, out.size, &again, &same) == 0);
	must(same == granted);
	must(guise_tokens_equal(token, again));
	must(guise_token_id(token) == guise_token_id(again));
	return 0;
}
