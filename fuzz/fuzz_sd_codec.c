/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in a file's extended attributes: a stored descriptor that is
 * accepted is written back to the same meaning; a POSIX ACL that is accepted
 * becomes a descriptor that can be stored. */
#include <guise/store.h>

#include "base.h"
#include "codec.h"
#include "fuzz.h"

static void try_stored(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *again = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int r = sd_codec_guise.decode(data, size, &sd);

	must(r == 0 || r == -EBADMSG || r == -ENOMEM);
	if (r < 0)
		return;
	must(sd_codec_guise.encode(sd, &out) == 0);
	must(sd_codec_guise.decode(out.data, out.size, &again) == 0);
	must(guise_sd_equal(sd, again));
}

static void try_acl(const uint8_t *data, size_t size)
{
	const struct stat stat = {
		.st_mode = S_IFDIR | 0775, .st_uid = 1000, .st_gid = 100};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int r = guise_sd_of_posix(&stat, data, size, NULL, &sd);

	must(r == 0 || r == -EBADMSG || r == -ENOMEM ||
	     r == GUISE_E_INVALID_ACL);
	if (r == 0)
		must(sd_codec_guise.encode(sd, &out) == 0 || size > 4096);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t none;

	try_stored(data ? data : &none, size);
	try_acl(data ? data : &none, size);
	return 0;
}
