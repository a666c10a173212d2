/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token, a descriptor and a request out of one input; the library must say
 * what the model says. The input:
 *
 *	u8 kind: even: choices follow, see case.h
 *	         odd: u16 length of the choices, the choices, and then the
 *	         descriptor as it is
 *
 * What the library cannot decode, the raw check must refuse.
 */
#include "base.h"
#include "case.h"
#include "fuzz.h"
#include "reader.h"

static bool read_choices(struct reader *in, struct choices *ret, bool *ret_raw)
{
	uint16_t size;
	uint8_t kind;

	if (!read_u8(in, &kind))
		return false;
	*ret_raw = kind & 1;
	ret->at = 0;
	ret->random = false;
	if (!*ret_raw)
		size = in->size < CASE_CHOICES_MAX ? (uint16_t)in->size
						   : CASE_CHOICES_MAX;
	else if (!read_u16le(in, &size) || size > CASE_CHOICES_MAX)
		return false;
	ret->size = size;
	return read_copy(in, ret->bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct test_case c;
	static struct choices choices;
	struct reader in = reader_of(data, size);
	const char *wrong;
	bool raw;

	if (!read_choices(&in, &choices, &raw))
		return 0;
	if (raw)
		case_make_raw(&choices, in.data, in.size, &c);
	else
		case_make(&choices, &c);
	wrong = case_build(&c);
	if (!wrong)
		wrong = case_difference(&c);
	if (wrong)
		case_print(&c);
	must(!wrong);
	case_clear(&c);
	return 0;
}
