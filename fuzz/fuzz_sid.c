/* SPDX-License-Identifier: Apache-2.0 */
/* A SID as bytes and as text: what is accepted can be written, and what is
 * written means the same. */
#include "acl-internal.h"
#include "fuzz.h"
#include "sid-hash.h"

static void try_bytes(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	struct guise_sid sid, back;

	if (guise_sid_decode(data, size, &sid) < 0)
		return;
	must(guise_sid_encode(&sid, &out) == 0);
	must(out.size == size && memcmp(out.data, data, size) == 0);
	must(guise_sid_decode(out.data, out.size, &back) == 0);
	must(memcmp(&sid, &back, sizeof(sid)) == 0);
	must(sid_equal_raw(&sid, data, sid.n_subs));
	must(sid_hash(&sid) == sid_hash_raw(data, sid.n_subs));
}

static void try_text(const uint8_t *data, size_t size)
{
	const void *text = data;
	const struct guise_sid domain = {
		.authority = 5, .sub = {21, 1, 2, 3}, .n_subs = 4};
	char again[GUISE_SID_TEXT_SIZE];
	struct guise_sid sid, back;
	size_t n;

	if (guise_sid_parse(text, size, &domain, &sid) < 0)
		return;
	must(guise_sid_is_valid(&sid));
	(void)guise_sid_alias(&sid, &domain);
	(void)guise_sid_name(&sid);
	n = guise_sid_format(&sid, again);
	must(n < sizeof(again) && again[n] == '\0');
	if (sid.n_subs > 0) { /* Windows reads none without */
		must(guise_sid_parse(again, n, NULL, &back) == 0);
		must(guise_sid_equal(&sid, &back));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t none;

	try_bytes(data ? data : &none, size);
	try_text(data ? data : &none, size);
	return 0;
}
