/* SPDX-License-Identifier: Apache-2.0 */
/* A binary ACL: what is accepted can be written, and what is written means the
 * same; the array of the access check agrees with the entries. */
#include "acl-internal.h"
#include "fuzz.h"
#include "sid-hash.h"

static void check_array(const struct guise_acl *acl)
{
	for (size_t i = 0; i < acl->n_aces; i++) {
		const struct guise_ace *ace = guise_acl_ace(acl, i);

		must(acl->check[i].sid_hash == sid_hash(&ace->sid));
		must(acl->check[i].mask == ace->mask);
		must(acl->check[i].type == ace->type);
		must(acl->check[i].flags == ace->flags);
		must(ace_shape(ace->type) != ACE_SHAPE_OPAQUE ||
		     ace->mask == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *again = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *built = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	static const uint8_t none;

	if (guise_acl_decode(data ? data : &none, size, &acl) < 0)
		return 0;
	check_array(acl);
	must(guise_acl_encode(acl, &out) == 0);
	must(out.size <= size);
	must(guise_acl_decode(out.data, out.size, &again) == 0);
	must(guise_acl_equal(acl, again));
	must(guise_acl_new(4, acl->aces, acl->n_aces, &built) == 0);
	must(guise_acl_n_aces(built) == guise_acl_n_aces(acl));
	return 0;
}
