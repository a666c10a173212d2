/* SPDX-License-Identifier: Apache-2.0 */
/* A SID as bytes and as text: what is accepted can be written, and what is
 * written means the same. A name: the SIDs made of it are valid and the same in
 * any case. */
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

/* Its domain is a part of it, and it is of its own domain. */
static void try_domain(const struct guise_sid *sid)
{
	struct guise_sid of, back;
	bool equal = false;
	int r;

	if (guise_sid_account_domain(sid, &of) < 0)
		return;
	r = guise_sid_equal_domain(sid, &of, &equal);
	must(r == 0 && equal);
	must(guise_sid_init(of.authority, of.sub, of.n_subs, &back) == 0);
	must(guise_sid_equal(&of, &back));
}

static void try_number(const struct guise_sid *sid)
{
	unsigned n = 0;

	for (unsigned type = 0; type <= 256; type++)
		n += guise_sid_is_well_known(sid, type);
	must(n <= 1);
	must(n == 0 || guise_sid_name(sid) || guise_sid_family(sid));
}

static void try_name(const uint8_t *data, size_t size)
{
	const void *name = data;
	char *folded = malloc(size + 1);
	struct guise_sid a, b;

	must(folded);
	for (size_t i = 0; i < size; i++)
		folded[i] =
			(char)(data[i] >= 'a' && data[i] <= 'z' ? data[i] - 32
								: data[i]);
	if (guise_sid_of_service(name, size, &a) == 0) {
		must(a.n_subs == 6 &&
		     guise_sid_of_service(folded, size, &b) == 0);
		must(guise_sid_equal(&a, &b));
		must(guise_sid_of_capability(name, size, &a) == 0);
		must(guise_sid_of_capability(folded, size, &b) == 0);
		must(guise_sid_equal(&a, &b));
		must(guise_sid_of_capability_group(name, size, &a) == 0);
		must(a.n_subs == 9);
	}
	if (guise_sid_of_package(name, size, &a) == 0) {
		must(a.n_subs == 8 &&
		     guise_sid_of_package(folded, size, &b) == 0);
		must(guise_sid_equal(&a, &b));
	}
	free(folded);
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
	try_domain(&sid);
	try_number(&sid);
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
	try_name(data ? data : &none, size);
	return 0;
}
