/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CLAIMS_SET, MS-ADTS 2.2.18: arrays of claims by where they come from, each a
 * name, a type and values. Read in one pass to claims as the library has them;
 * memory is proportional to the bytes, since whatever is counted is there.
 */
#include "pac-internal.h"
#include "utf16.h"

#define ARRAY_HEAD_SIZE 12 /* source, count, pointer */
#define ENTRY_SIZE_MIN 8   /* name, type, type */
#define VALUE_SIZE_MIN 8   /* a number; a text has 12 and its pointer */

/* A claim's part in the array. */
struct entry {
	uint16_t type;
	uint32_t n_values; /* 0: a type that is not known */
};

struct reading {
	struct ndr ndr;
	struct guise_claim *claims;
	size_t n_claims;
	struct guise_claim_value *values;
	size_t n_values;
	char *text; /* names and strings, in UTF-8 */
	size_t text_size;
};

static void reading_clear(struct reading *reading)
{
	free(reading->claims);
	free(reading->values);
	free(reading->text);
}

/* All of it at once: nothing has to grow. */
static int reading_begin(struct reading *ret, const void *data, size_t size)
{
	struct reading reading = {0};

	if (!ndr_begin(data, size, &reading.ndr))
		return GUISE_E_PROTOCOL;
	reading.claims = array_alloc(GUISE_CLAIMS_MAX, sizeof(*reading.claims));
	reading.values =
		array_alloc(size / VALUE_SIZE_MIN, sizeof(*reading.values));
	reading.text = array_alloc(UTF8_SIZE_MAX(size + 1), 1);
	if (!reading.claims || !reading.values || !reading.text) {
		reading_clear(&reading);
		return -ENOMEM;
	}
	*ret = reading;
	return 0;
}

/* NUL-terminated UTF-16 as UTF-8 of ours */
static bool take_text(struct reading *reading, const char **ret,
		      size_t *ret_size)
{
	char *to = reading->text + reading->text_size;
	struct reader text;
	size_t size;

	if (!ndr_text(&reading->ndr, &text))
		return false;
	size = utf8_from_utf16(text.data, text.size, to);
	reading->text_size += size;
	*ret = to;
	*ret_size = size;
	return true;
}

static bool take_numbers(struct reading *reading, uint32_t n)
{
	if (!ndr_array(&reading->ndr, n, sizeof(uint64_t)))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t value;

		if (!ndr_u64(&reading->ndr, &value))
			return false;
		reading->values[reading->n_values++].integer = (int64_t)value;
	}
	return true;
}

static bool take_texts(struct reading *reading, uint32_t n)
{
	struct reader pointers;

	if (!ndr_array(&reading->ndr, n, 16) ||
	    !read_sub(&reading->ndr.in, 4 * (size_t)n, &pointers))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct guise_claim_value *value =
			&reading->values[reading->n_values++];
		const char *text;
		uint32_t pointer;

		if (!read_u32le(&pointers, &pointer) || !pointer ||
		    !take_text(reading, &text, &value->size))
			return false;
		value->data = text;
	}
	return true;
}

static bool type_is_known(uint16_t type)
{
	return type == GUISE_CLAIM_INT64 || type == GUISE_CLAIM_UINT64 ||
	       type == GUISE_CLAIM_STRING || type == GUISE_CLAIM_BOOLEAN;
}

/* Name, type, and the type again to say which values follow */
static int take_entry(struct reading *reading, struct entry *ret)
{
	struct ndr *ndr = &reading->ndr;
	struct ndr_list values = {0};
	struct entry entry = {0};
	bool has_name;
	uint16_t type;

	if (!ndr_pointer(ndr, &has_name) || !has_name ||
	    !ndr_u16(ndr, &entry.type) || !ndr_u16(ndr, &type) ||
	    type != entry.type)
		return GUISE_E_PROTOCOL;
	if (type_is_known(type) && (!ndr_list(ndr, &values) || !values.n))
		return GUISE_E_PROTOCOL;
	if (values.n > GUISE_CLAIM_VALUES_MAX)
		return GUISE_E_LIMIT;
	entry.n_values = values.n;
	*ret = entry;
	return 0;
}

static int take_claim(struct reading *reading, const struct entry *entry)
{
	struct guise_claim claim = {.type = entry->type,
				    .n_values = entry->n_values,
				    .values = reading->values +
					      reading->n_values};
	bool good;

	if (!take_text(reading, &claim.name, &claim.name_size))
		return GUISE_E_PROTOCOL;
	if (!entry->n_values)
		return 0;
	if (entry->type == GUISE_CLAIM_STRING)
		good = take_texts(reading, entry->n_values);
	else
		good = take_numbers(reading, entry->n_values);
	if (!good)
		return GUISE_E_PROTOCOL;
	if (reading->n_claims == GUISE_CLAIMS_MAX)
		return GUISE_E_LIMIT;
	reading->claims[reading->n_claims++] = claim;
	return 0;
}

static int take_array(struct reading *reading, uint32_t n)
{
	GUISE_AUTO(freep) struct entry *entries = NULL;
	int r = 0;

	if (!ndr_array(&reading->ndr, n, ENTRY_SIZE_MIN))
		return GUISE_E_PROTOCOL;
	if (n > GUISE_CLAIMS_MAX)
		return GUISE_E_LIMIT;
	entries = array_alloc(n, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	for (uint32_t i = 0; i < n && r == 0; i++)
		r = take_entry(reading, &entries[i]);
	for (uint32_t i = 0; i < n && r == 0; i++)
		r = take_claim(reading, &entries[i]);
	return r;
}

static int take_arrays(struct reading *reading, uint32_t n)
{
	struct reader heads;
	int r = 0;

	if (!ndr_array(&reading->ndr, n, ARRAY_HEAD_SIZE) ||
	    !read_sub(&reading->ndr.in, ARRAY_HEAD_SIZE * (size_t)n, &heads))
		return GUISE_E_PROTOCOL;
	while (heads.size && r == 0) {
		uint32_t source, n_claims, pointer;

		if (!read_u32le(&heads, &source) ||
		    !read_u32le(&heads, &n_claims) ||
		    !read_u32le(&heads, &pointer) || (n_claims && !pointer))
			return GUISE_E_PROTOCOL;
		if (pointer)
			r = take_array(reading, n_claims);
	}
	return r;
}

static int take_set(struct reading *reading)
{
	struct ndr_list arrays, reserved;
	struct reader ignored;
	uint16_t reserved_type;
	int r = 0;

	if (!ndr_list(&reading->ndr, &arrays) ||
	    !ndr_u16(&reading->ndr, &reserved_type) ||
	    !ndr_list(&reading->ndr, &reserved))
		return GUISE_E_PROTOCOL;
	if (arrays.is_there)
		r = take_arrays(reading, arrays.n);
	if (r < 0)
		return r;
	if (reserved.is_there && !ndr_blob(&reading->ndr, reserved.n, &ignored))
		return GUISE_E_PROTOCOL;
	return ndr_is_at_end(&reading->ndr) ? 0 : GUISE_E_PROTOCOL;
}

int pac_read_claims_set(const void *data, size_t size,
			const struct guise_claims **ret)
{
	const struct guise_claims *claims = NULL;
	struct reading reading;
	int r;

	r = reading_begin(&reading, data, size);
	if (r < 0)
		return r;
	r = take_set(&reading);
	if (r == 0 && reading.n_claims)
		r = guise_claims_new(reading.claims, reading.n_claims, &claims);
	reading_clear(&reading);
	if (r < 0)
		return r == GUISE_E_INVALID_CLAIM ? GUISE_E_PROTOCOL : r;
	*ret = claims;
	return 0;
}
