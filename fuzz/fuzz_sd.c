/* SPDX-License-Identifier: Apache-2.0 */
/* A self-relative descriptor: what is accepted can be written, and what is
 * written means the same; what can be printed can be read again. */
#include "base.h"
#include "fuzz.h"
#include <guise/sddl.h>

/* ACEs in the list they do not belong in print, but do not parse. */
static bool is_well_placed(const struct guise_acl *acl, bool in_sacl)
{
	for (size_t i = 0; acl && i < guise_acl_n_aces(acl); i++) {
		unsigned type = guise_acl_ace(acl, i)->type;
		bool is_system = type == GUISE_ACE_SYSTEM_AUDIT ||
				 type == GUISE_ACE_SYSTEM_ALARM ||
				 type == GUISE_ACE_SYSTEM_AUDIT_OBJECT ||
				 type == GUISE_ACE_SYSTEM_ALARM_OBJECT ||
				 type >= GUISE_ACE_SYSTEM_AUDIT_CALLBACK;

		/* A SID without sub-authorities prints, but does not parse. */
		if (is_system != in_sacl ||
		    guise_acl_ace(acl, i)->sid.n_subs == 0)
			return false;
	}
	return true;
}

static bool is_readable(const struct guise_sid *sid)
{
	return !sid || sid->n_subs > 0;
}

static void try_text(const struct guise_sd *sd)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *again = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf first = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf second = {0};
	const void *text;

	if (guise_sddl_format(sd, NULL, &first) < 0 ||
	    !is_readable(guise_sd_owner(sd)) ||
	    !is_readable(guise_sd_group(sd)) ||
	    !is_well_placed(guise_sd_dacl(sd), false) ||
	    !is_well_placed(guise_sd_sacl(sd), true))
		return;
	text = first.data ? (const void *)first.data : "";
	must(guise_sddl_parse(text, first.size, NULL, &again, NULL) == 0);
	must(guise_sddl_format(again, NULL, &second) == 0);
	must(first.size == second.size &&
	     (first.size == 0 ||
	      memcmp(first.data, second.data, first.size) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *again = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	static const uint8_t none;

	if (guise_sd_decode(data ? data : &none, size, &sd) < 0)
		return 0;
	must(guise_sd_encode(sd, &out) == 0);
	must(guise_sd_decode(out.data, out.size, &again) == 0);
	must(guise_sd_equal(sd, again));
	try_text(sd);
	return 0;
}
