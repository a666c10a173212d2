/* SPDX-License-Identifier: Apache-2.0 */
/* Claims and security attributes of tokens, as their structures are laid out:
 * the two differ in how names and strings are said. */
#include <winternl.h>

#include "token-query.h"

typedef CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE octets;

static_assert(sizeof(TOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE) ==
		      sizeof(octets),
	      "the same in both");

static UNICODE_STRING pack_string(struct pack *pack, const char *text,
				  size_t size)
{
	UNICODE_STRING string;
	size_t bytes;

	string.Buffer = pack_utf16(pack, text, size, &bytes);
	string.Length = (USHORT)bytes;
	string.MaximumLength = (USHORT)(bytes + sizeof(WCHAR));
	return string;
}

static void put_value(struct pack *pack, size_t at,
		      const struct guise_claim *claim,
		      const struct guise_claim_value *value, bool counted)
{
	octets bytes = {.ValueLength = (DWORD)value->size};
	UNICODE_STRING string;
	PWSTR text;
	size_t data;

	switch (claim->type) {
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
		string = pack_string(pack, value->data, value->size);
		text = string.Buffer;
		pack_put(pack, at, counted ? (void *)&string : (void *)&text,
			 counted ? sizeof(string) : sizeof(text));
		break;
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
		data = pack_take(pack, value->size, sizeof(DWORD));
		pack_put(pack, data, value->data, value->size);
		bytes.pValue = pack_at(pack, data);
		pack_put(pack, at, &bytes, sizeof(bytes));
		break;
	default:
		pack_put(pack, at, &value->integer, sizeof(value->integer));
		break;
	}
}

static size_t value_size(uint16_t type, bool counted)
{
	switch (type) {
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
		return counted ? sizeof(UNICODE_STRING) : sizeof(PWSTR);
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
		return sizeof(octets);
	default:
		return sizeof(LONG64);
	}
}

static void *pack_values(struct pack *pack, const struct guise_claim *claim,
			 bool counted)
{
	const size_t size = value_size(claim->type, counted);
	size_t at = pack_take(pack, claim->n_values * size, sizeof(PVOID));

	for (size_t i = 0; i < claim->n_values; i++)
		put_value(pack, at + i * size, claim, &claim->values[i],
			  counted);
	return pack_at(pack, at);
}

static void put_claim(struct pack *pack, size_t at,
		      const struct guise_claim *claim)
{
	CLAIM_SECURITY_ATTRIBUTE_V1 to = {
		.ValueType = claim->type,
		.Flags = claim->flags,
		.ValueCount = (DWORD)claim->n_values,
	};

	to.Name = pack_utf16(pack, claim->name, claim->name_size, NULL);
	to.Values.pInt64 = pack_values(pack, claim, false);
	pack_put(pack, at, &to, sizeof(to));
}

static void put_attribute(struct pack *pack, size_t at,
			  const struct guise_claim *claim)
{
	TOKEN_SECURITY_ATTRIBUTE_V1 to = {
		.ValueType = claim->type,
		.Flags = claim->flags,
		.ValueCount = (ULONG)claim->n_values,
	};

	to.Name = pack_string(pack, claim->name, claim->name_size);
	to.Values.pInt64 = pack_values(pack, claim, true);
	pack_put(pack, at, &to, sizeof(to));
}

static enum guise_token_claims_kind kind_of(ULONG class)
{
	switch (class) {
	case TokenUserClaimAttributes:
		return GUISE_CLAIMS_USER;
	case TokenDeviceClaimAttributes:
		return GUISE_CLAIMS_DEVICE;
	case TokenRestrictedUserClaimAttributes:
		return GUISE_CLAIMS_RESTRICTED_USER;
	case TokenRestrictedDeviceClaimAttributes:
		return GUISE_CLAIMS_RESTRICTED_DEVICE;
	case TokenSecurityAttributes:
		return GUISE_CLAIMS_LOCAL;
	default: /* singleton attributes, of which there are none */
		return GUISE_CLAIMS_KINDS;
	}
}

/* Both structures begin alike: version, count, and where the array is. */
static void put_set(struct pack *pack, const struct guise_claims *claims,
		    size_t size,
		    void (*put)(struct pack *pack, size_t at,
				const struct guise_claim *claim))
{
	const size_t n = guise_claims_n(claims);
	CLAIM_SECURITY_ATTRIBUTES_INFORMATION to = {
		.Version = CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1,
		.AttributeCount = (DWORD)n,
	};
	size_t at = pack_take(pack, sizeof(to), sizeof(PVOID));
	size_t array = pack_take(pack, n * size, sizeof(PVOID));

	for (size_t i = 0; i < n; i++)
		put(pack, array + i * size, guise_claims_at(claims, i));
	if (n)
		to.Attribute.pAttributeV1 = pack_at(pack, array);
	pack_put(pack, at, &to, sizeof(to));
}

void pack_claims(struct pack *pack, const struct guise_claims *claims)
{
	put_set(pack, claims, sizeof(CLAIM_SECURITY_ATTRIBUTE_V1), put_claim);
}

NTSTATUS answer_claims(const struct token_query *q, struct pack *pack)
{
	pack_claims(pack, guise_token_claims(q->token, kind_of(q->class)));
	return STATUS_SUCCESS;
}

NTSTATUS answer_attributes(const struct token_query *q, struct pack *pack)
{
	put_set(pack, guise_token_claims(q->token, kind_of(q->class)),
		sizeof(TOKEN_SECURITY_ATTRIBUTE_V1), put_attribute);
	return STATUS_SUCCESS;
}
