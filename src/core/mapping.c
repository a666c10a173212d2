/* SPDX-License-Identifier: Apache-2.0 */
/* What the four generic rights mean for the usual types of object, as the
 * Windows headers define them. */
#include "base.h"
#include <guise/access.h>

const struct guise_generic_mapping guise_mapping_file = {
	.read = GUISE_FILE_GENERIC_READ,
	.write = GUISE_FILE_GENERIC_WRITE,
	.execute = GUISE_FILE_GENERIC_EXECUTE,
	.all = GUISE_FILE_ALL_ACCESS,
};

const struct guise_generic_mapping guise_mapping_registry = {
	.read = 0x20019,
	.write = 0x20006,
	.execute = 0x20019,
	.all = 0xf003f,
};

/* TOKEN_EXECUTE as the SDK header has it, without TOKEN_IMPERSONATE. */
const struct guise_generic_mapping guise_mapping_token = {
	.read = 0x20008,
	.write = 0x200e0,
	.execute = 0x20000,
	.all = 0xf01ff,
};

const struct guise_generic_mapping guise_mapping_process = {
	.read = 0x20410,
	.write = 0x20bea,
	.execute = 0x121001,
	.all = 0x1fffff,
};

const struct guise_generic_mapping guise_mapping_ds = {
	.read = 0x20094,
	.write = 0x20028,
	.execute = 0x20004,
	.all = 0xf01ff,
};

uint32_t guise_map_generic(uint32_t mask,
			   const struct guise_generic_mapping *mapping)
{
	uint32_t mapped = mask & ~GUISE_GENERIC_MASK;

	if (mapped == mask)
		return mask;
	if (mask & GUISE_GENERIC_READ)
		mapped |= mapping->read;
	if (mask & GUISE_GENERIC_WRITE)
		mapped |= mapping->write;
	if (mask & GUISE_GENERIC_EXECUTE)
		mapped |= mapping->execute;
	if (mask & GUISE_GENERIC_ALL)
		mapped |= mapping->all;
	return mapped;
}
