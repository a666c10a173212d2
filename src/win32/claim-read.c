/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim has its name and strings in UTF-16 and points to everything. What is
 * made of it for the time of a call is in one struct read_claim each.
 */
#include "claim-read.h"
#include "status.h"
#include "text.h"

/* One claim in UTF-8, and the memory that is in. */
struct read_claim {
	char *name;
	struct guise_claim_value *values;
	char **texts; /* of string values, else NULL */
	size_t n;
};

static void read_claim_clear(struct read_claim *read)
{
	for (size_t i = 0; read->texts && i < read->n; i++)
		free(read->texts[i]);
	free(read->texts);
	free(read->values);
	free(read->name);
}

static NTSTATUS read_strings(const CLAIM_SECURITY_ATTRIBUTE_V1 *claim,
			     struct read_claim *ret)
{
	NTSTATUS status = STATUS_SUCCESS;

	ret->texts = array_alloc(ret->n, sizeof(*ret->texts));
	if (!ret->texts)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; !status && i < ret->n; i++) {
		if (!claim->Values.ppString[i])
			return STATUS_INVALID_PARAMETER;
		status = utf8_dup(claim->Values.ppString[i], &ret->texts[i]);
		if (status)
			break;
		ret->values[i].data = ret->texts[i];
		ret->values[i].size = strlen(ret->texts[i]);
	}
	return status;
}

static NTSTATUS read_values(const CLAIM_SECURITY_ATTRIBUTE_V1 *claim,
			    struct read_claim *ret)
{
	switch (claim->ValueType) {
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64:
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64:
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN:
		for (size_t i = 0; i < ret->n; i++)
			ret->values[i].integer = claim->Values.pInt64[i];
		return STATUS_SUCCESS;
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
		return read_strings(claim, ret);
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
	case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
		for (size_t i = 0; i < ret->n; i++) {
			ret->values[i].data =
				claim->Values.pOctetString[i].pValue;
			ret->values[i].size =
				claim->Values.pOctetString[i].ValueLength;
		}
		return STATUS_SUCCESS;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

static NTSTATUS read_claim(const CLAIM_SECURITY_ATTRIBUTE_V1 *claim,
			   struct read_claim *read, struct guise_claim *ret)
{
	NTSTATUS status;

	if (!claim->Name || claim->ValueCount > GUISE_CLAIM_VALUES_MAX ||
	    (claim->ValueCount && !claim->Values.pInt64))
		return STATUS_INVALID_PARAMETER;
	status = utf8_dup(claim->Name, &read->name);
	if (status)
		return status;
	read->n = claim->ValueCount;
	read->values = array_alloc(read->n, sizeof(*read->values));
	if (!read->values)
		return STATUS_NO_MEMORY;
	status = read_values(claim, read);
	if (status)
		return status;
	*ret = (struct guise_claim){
		.name = read->name,
		.name_size = strlen(read->name),
		.type = claim->ValueType,
		.flags = claim->Flags,
		.values = read->values,
		.n_values = read->n,
	};
	return STATUS_SUCCESS;
}

static NTSTATUS read_all(const CLAIM_SECURITY_ATTRIBUTE_V1 *from, size_t n,
			 struct read_claim *reads, struct guise_claim *claims,
			 const struct guise_claims **ret)
{
	for (size_t i = 0; i < n; i++) {
		NTSTATUS status = read_claim(&from[i], &reads[i], &claims[i]);

		if (status)
			return status;
	}
	return status_of(guise_claims_new(claims, n, ret));
}

NTSTATUS claims_read(const CLAIM_SECURITY_ATTRIBUTES_INFORMATION *information,
		     const struct guise_claims **ret)
{
	GUISE_AUTO(freep) struct guise_claim *claims = NULL;
	struct read_claim *reads;
	NTSTATUS status;
	size_t n;

	if (!information ||
	    information->Version !=
		    CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1)
		return STATUS_INVALID_PARAMETER;
	n = information->AttributeCount;
	if (n > GUISE_CLAIMS_MAX || (n && !information->Attribute.pAttributeV1))
		return STATUS_INVALID_PARAMETER;
	claims = array_alloc(n, sizeof(*claims));
	reads = array_alloc(n, sizeof(*reads));
	status = claims && reads ? read_all(information->Attribute.pAttributeV1,
					    n, reads, claims, ret)
				 : STATUS_NO_MEMORY;
	for (size_t i = 0; reads && i < n; i++)
		read_claim_clear(&reads[i]);
	free(reads);
	return status;
}
