/* SPDX-License-Identifier: Apache-2.0 */
/* SDDL text: what is accepted can be printed and read again as the same, and
 * refusals name a place inside the text. */
#include "base.h"
#include "fuzz.h"
#include <guise/sddl.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct guise_sid domain = {
		.authority = 5, .sub = {21, 1, 2, 3}, .n_subs = 4};
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = &domain};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *again = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf printed = {0};
	struct guise_error_info error = {.offset = SIZE_MAX};
	const void *text = data ? (const void *)data : "";
	uint32_t mask;

	if (guise_access_mask_parse(text, size, &mask) == 0)
		must(size > 0);
	if (guise_sddl_parse(text, size, &options, &sd, &error) < 0) {
		must(error.offset <= size);
		must(memchr(error.text, '\0', sizeof(error.text)));
		return 0;
	}
	must(guise_sd_encode(sd, &bytes) == 0);
	must(guise_sddl_format(sd, &options, &printed) == 0);
	text = printed.data ? (const void *)printed.data : "";
	must(guise_sddl_parse(text, printed.size, &options, &again, NULL) == 0);
	must(guise_sd_equal(sd, again));
	return 0;
}
