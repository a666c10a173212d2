/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The buffers of a PAC. The first byte says which decoder reads the rest; what
 * one refuses leaves nothing behind, what it accepts is within the limits.
 */
#include "base.h"
#include "decompress.h"
#include "fuzz.h"
#include "pac-buffers.h"

#define EXPANDED_MAX 70000

static void must_be_sound(const struct guise_sid_and_attributes *sids, size_t n)
{
	must(n <= GUISE_PAC_SIDS_MAX);
	for (size_t i = 0; i < n; i++) {
		must(guise_sid_is_valid(&sids[i].sid));
		must(!(sids[i].attributes &
		       (GUISE_GROUP_INTEGRITY | GUISE_GROUP_INTEGRITY_ENABLED |
			(uint32_t)GUISE_GROUP_LOGON_ID)));
	}
}

static void must_be_untouched(const struct pac *pac)
{
	must(!pac->has_logon_info && !pac->has_device && !pac->groups &&
	     !pac->device_groups && !pac->user_claims && !pac->device_claims &&
	     !pac->account[0] && !pac->upn[0]);
}

static void decode(int (*decoder)(struct pac *, const void *, size_t),
		   const uint8_t *data, size_t size)
{
	struct pac pac = {0};
	int r = decoder(&pac, data, size);

	if (r < 0) {
		must(r == GUISE_E_PROTOCOL || r == GUISE_E_LIMIT);
		must_be_untouched(&pac);
		return;
	}
	must(strlen(pac.account) < sizeof(pac.account));
	must_be_sound(pac.groups, pac.n_groups);
	must_be_sound(pac.device_groups, pac.n_device_groups);
	pac_clear(&pac);
}

static void expand(bool (*decompress)(struct reader, uint8_t *, size_t),
		   const uint8_t *data, size_t size)
{
	static uint8_t out[EXPANDED_MAX];
	const size_t half = size ? data[0] * 274u : 0;

	if (size)
		(void)!decompress(reader_of(data + 1, size - 1), out, half);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	switch (data[0]) {
	case 'p':
		decode(pac_decode, data + 1, size - 1);
		break;
	case 'l':
		decode(pac_logon_info, data + 1, size - 1);
		break;
	case 'u':
		decode(pac_upn_info, data + 1, size - 1);
		break;
	case 'd':
		decode(pac_device_info, data + 1, size - 1);
		break;
	case 'c':
		decode(pac_user_claims, data + 1, size - 1);
		break;
	case '2':
		expand(lznt1_decompress, data + 1, size - 1);
		break;
	case '3':
		expand(xpress_decompress, data + 1, size - 1);
		break;
	case '4':
		expand(xpress_huffman_decompress, data + 1, size - 1);
		break;
	default:
		break;
	}
	return 0;
}
