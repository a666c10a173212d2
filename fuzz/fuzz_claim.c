/* SPDX-License-Identifier: Apache-2.0 */
/* Claims as bytes: what is accepted is written in one form, which is accepted
 * as the same claim; a set of it is refused only for values that repeat. */
#include "base.h"
#include "fuzz.h"
#include <guise/claim.h>

static void must_be_equal(const struct guise_claim *a,
			  const struct guise_claim *b)
{
	must(a->type == b->type && a->flags == b->flags);
	must(a->name_size == b->name_size && a->n_values == b->n_values);
	must(memcmp(a->name, b->name, a->name_size) == 0);
	for (size_t i = 0; i < a->n_values; i++) {
		const struct guise_claim_value *x = &a->values[i];
		const struct guise_claim_value *y = &b->values[i];

		must(x->integer == y->integer && x->size == y->size);
		must(x->size == 0 || memcmp(x->data, y->data, x->size) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *again = NULL;
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *strict = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf first = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf second = {0};
	static const uint8_t none;
	const struct guise_claim *claim;
	int r;

	if (guise_claim_decode(data ? data : &none, size, &set) < 0)
		return 0;
	must(guise_claims_n(set) == 1);
	claim = guise_claims_at(set, 0);
	must(claim->name_size > 0);
	must(guise_claim_encode(claim, &first) == 0);
	must(first.size <= size);
	must(guise_claim_decode(first.data, first.size, &again) == 0);
	must_be_equal(claim, guise_claims_at(again, 0));
	must(guise_claim_encode(guise_claims_at(again, 0), &second) == 0);
	must(first.size == second.size &&
	     memcmp(first.data, second.data, first.size) == 0);
	r = guise_claims_new(claim, 1, &strict);
	must(r == 0 || r == GUISE_E_INVALID_CLAIM);
	return 0;
}
