/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims are laid out twice: first without memory, to learn what they take,
 * then where they go. Every part is put at the end of those before it, so both
 * runs agree.
 */
#include "claim-write.h"
#include "status.h"
#include "text.h"

/* @at: NULL in the first run; @size: up to the last part */
struct layout {
	uint8_t *at;
	size_t size;
};

/* Room for a part of so many bytes; where it is. */
static size_t place(struct layout *layout, size_t size, size_t alignment)
{
	size_t at = (layout->size + alignment - 1) & ~(alignment - 1);

	layout->size = at + size;
	return at;
}

static void *address(const struct layout *layout, size_t at)
{
	return layout->at ? layout->at + at : NULL;
}

static void fill(const struct layout *layout, size_t at, const void *bytes,
		 size_t size)
{
	if (layout->at && size)
		memcpy(layout->at + at, bytes, size);
}

/* @text as a NUL-terminated string behind the rest. */
static NTSTATUS put_text(struct layout *layout, const char *text, size_t size,
			 PWSTR *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf wide = {0};
	const WCHAR nul = 0;
	NTSTATUS status = text_to_utf16(text, size, &wide);
	size_t at;

	if (status)
		return status;
	at = place(layout, wide.size + sizeof(nul), sizeof(WCHAR));
	fill(layout, at, wide.data, wide.size);
	fill(layout, at + wide.size, &nul, sizeof(nul));
	*ret = address(layout, at);
	return STATUS_SUCCESS;
}

static NTSTATUS put_strings(struct layout *layout,
			    const struct guise_claim *claim, size_t at)
{
	NTSTATUS status = STATUS_SUCCESS;
	PWSTR text = NULL;

	for (size_t i = 0; !status && i < claim->n_values; i++) {
		status = put_text(layout, claim->values[i].data,
				  claim->values[i].size, &text);
		fill(layout, at + i * sizeof(text), &text, sizeof(text));
	}
	return status;
}

static void put_octets(struct layout *layout, const struct guise_claim *claim,
		       size_t at)
{
	for (size_t i = 0; i < claim->n_values; i++) {
		const struct guise_claim_value *value = &claim->values[i];
		size_t octets = place(layout, value->size, sizeof(ULONG));
		const CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE one = {
			.pValue = address(layout, octets),
			.ValueLength = (DWORD)value->size,
		};

		fill(layout, octets, value->data, value->size);
		fill(layout, at + i * sizeof(one), &one, sizeof(one));
	}
}

/* The values, and where their array is. */
static NTSTATUS put_values(struct layout *layout,
			   const struct guise_claim *claim, void **ret)
{
	const bool octets = claim->type == GUISE_CLAIM_SID ||
			    claim->type == GUISE_CLAIM_OCTETS;
	const size_t each =
		octets ? sizeof(CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE)
		       : sizeof(int64_t);
	size_t at = place(layout, claim->n_values * each, sizeof(int64_t));

	static_assert(sizeof(PWSTR) == sizeof(int64_t),
		      "numbers and pointers to strings take the same room");
	*ret = address(layout, at);
	if (claim->type == GUISE_CLAIM_STRING)
		return put_strings(layout, claim, at);
	if (octets)
		put_octets(layout, claim, at);
	for (size_t i = 0; !octets && i < claim->n_values; i++)
		fill(layout, at + i * each, &claim->values[i].integer, each);
	return STATUS_SUCCESS;
}

static NTSTATUS put_claim(struct layout *layout,
			  const struct guise_claim *claim, size_t at)
{
	CLAIM_SECURITY_ATTRIBUTE_V1 one = {
		.ValueType = claim->type,
		.Flags = claim->flags,
		.ValueCount = (DWORD)claim->n_values,
	};
	void *values = NULL;
	NTSTATUS status =
		put_text(layout, claim->name, claim->name_size, &one.Name);

	if (!status)
		status = put_values(layout, claim, &values);
	one.Values.pInt64 = values;
	fill(layout, at, &one, sizeof(one));
	return status;
}

static NTSTATUS put_all(struct layout *layout,
			const struct guise_claims *claims)
{
	const size_t n = guise_claims_n(claims);
	CLAIM_SECURITY_ATTRIBUTES_INFORMATION information = {
		.Version = CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION,
		.AttributeCount = (DWORD)n,
	};
	size_t first = place(layout, sizeof(information), sizeof(void *));
	size_t at = place(layout, n * sizeof(CLAIM_SECURITY_ATTRIBUTE_V1),
			  sizeof(void *));
	NTSTATUS status = STATUS_SUCCESS;

	if (n)
		information.Attribute.pAttributeV1 = address(layout, at);
	fill(layout, first, &information, sizeof(information));
	for (size_t i = 0; !status && i < n; i++)
		status =
			put_claim(layout, guise_claims_at(claims, i),
				  at + i * sizeof(CLAIM_SECURITY_ATTRIBUTE_V1));
	return status;
}

NTSTATUS claims_give(const struct guise_claims *claims, ULONG size, void *ret,
		     ULONG *ret_size)
{
	struct layout measure = {0}, layout = {.at = ret};
	NTSTATUS status = put_all(&measure, claims);

	if (status)
		return status;
	*ret_size = (ULONG)measure.size;
	if (!ret || size < measure.size)
		return STATUS_BUFFER_TOO_SMALL;
	return put_all(&layout, claims);
}
