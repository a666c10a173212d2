/* SPDX-License-Identifier: Apache-2.0 */
/* SDDL text: what is accepted can be printed and read again as the same, and
 * refusals name a place inside the text. Bytes of a descriptor, which begin
 * with its revision, 1: what prints and reads again prints the same. */
#include "base.h"
#include "fuzz.h"
#include <guise/sddl.h>

static const struct guise_sid domain = {
	.authority = 5, .sub = {21, 1, 2, 3}, .n_subs = 4};
static const struct guise_sddl_options options = {.size = sizeof(options),
						  .domain = &domain};

static const char *text_of(const struct guise_buf *buf)
{
	return buf->data ? (const char *)buf->data : "";
}

static bool same(const struct guise_buf *a, const struct guise_buf *b)
{
	return a->size == b->size &&
	       memcmp(text_of(a), text_of(b), a->size) == 0;
}

static void try_text(const char *text, size_t size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *back = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf printed = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	struct guise_error_info error = {.offset = SIZE_MAX};
	uint32_t mask;

	if (guise_access_mask_parse(text, size, &mask) == 0)
		must(size > 0);
	if (guise_sddl_parse(text, size, &options, &sd, &error) < 0) {
		must(error.offset <= size);
		must(memchr(error.text, '\0', sizeof(error.text)));
		return;
	}
	must(guise_sd_encode(sd, &bytes) == 0);
	must(guise_sddl_format(sd, &options, &printed) == 0);
	must(guise_sddl_parse(text_of(&printed), printed.size, &options, &back,
			      NULL) == 0);
	must(guise_sd_equal(sd, back));
	must(guise_sddl_format(back, &options, &again) == 0);
	must(same(&printed, &again));
}

static void try_bytes(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *back = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf printed = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};

	if (guise_sd_decode(data, size, &sd) < 0 ||
	    guise_sddl_format(sd, &options, &printed) < 0)
		return;
	/* Windows too writes what it does not read: S-1-5 has no text form,
	 * an ACE may be in the wrong list. */
	if (guise_sddl_parse(text_of(&printed), printed.size, &options, &back,
			     NULL) < 0)
		return;
	must(guise_sddl_format(back, &options, &again) == 0);
	must(same(&printed, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == 1)
		try_bytes(data, size);
	else
		try_text(data ? (const char *)data : "", size);
	return 0;
}
