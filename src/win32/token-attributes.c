/* SPDX-License-Identifier: Apache-2.0 */
/* An attribute says its name and its strings as UNICODE_STRING and points to
 * everything. Each structure is copied before it is looked at. */
#include "token-attributes.h"

#include <winternl.h>

#include "status.h"
#include "text.h"
#include "user-memory.h"

/* One attribute in UTF-8, and the memory that is in */
struct read_attribute {
	char *name;
	struct guise_claim_value *values;
	void **data; /* of each value, or NULL */
	size_t n;
};

static void read_clear(struct read_attribute *read)
{
	for (size_t i = 0; read->data && i < read->n; i++)
		free(read->data[i]);
	free(read->data);
	free(read->values);
	free(read->name);
}

static NTSTATUS copy_in(const void *from, size_t size, void *ret)
{
	if (!user_readable(from, size))
		return STATUS_ACCESS_VIOLATION;
	if (size)
		memcpy(ret, from, size);
	return STATUS_SUCCESS;
}

static const void *element(const void *array, size_t i, size_t size)
{
	return (const void *)((uintptr_t)array + i * size);
}

static NTSTATUS read_string(const void *from, void **ret_data,
			    struct guise_claim_value *ret)
{
	UNICODE_STRING string;
	char *text = NULL;
	NTSTATUS status = copy_in(from, sizeof(string), &string);

	if (status >= 0)
		status = unicode_string_dup(&string, &text);
	if (status < 0)
		return status;
	*ret_data = text;
	ret->data = text;
	ret->size = strlen(text);
	return STATUS_SUCCESS;
}

static NTSTATUS read_octets(const void *from, void **ret_data,
			    struct guise_claim_value *ret)
{
	TOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE octets;
	NTSTATUS status = copy_in(from, sizeof(octets), &octets);

	if (status < 0)
		return status;
	if (octets.ValueLength > GUISE_CLAIM_MAX_SIZE)
		return STATUS_INVALID_PARAMETER;
	*ret_data = array_alloc(octets.ValueLength, 1);
	if (!*ret_data)
		return STATUS_NO_MEMORY;
	ret->data = *ret_data;
	ret->size = octets.ValueLength;
	return copy_in(octets.pValue, octets.ValueLength, *ret_data);
}

static NTSTATUS read_value(const TOKEN_SECURITY_ATTRIBUTE_V1 *from, size_t i,
			   struct read_attribute *ret)
{
	const void *values = from->Values.pInt64;

	switch (from->ValueType) {
	case TOKEN_SECURITY_ATTRIBUTE_TYPE_INT64:
	case TOKEN_SECURITY_ATTRIBUTE_TYPE_UINT64:
	case TOKEN_SECURITY_ATTRIBUTE_TYPE_BOOLEAN:
		return copy_in(element(values, i, sizeof(LONG64)),
			       sizeof(LONG64), &ret->values[i].integer);
	case TOKEN_SECURITY_ATTRIBUTE_TYPE_STRING:
		return read_string(element(values, i, sizeof(UNICODE_STRING)),
				   &ret->data[i], &ret->values[i]);
	case TOKEN_SECURITY_ATTRIBUTE_TYPE_SID:
	case TOKEN_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
		return read_octets(
			element(values, i,
				sizeof(TOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE)),
			&ret->data[i], &ret->values[i]);
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

static NTSTATUS read_one(const void *at, struct read_attribute *read,
			 struct guise_claim *ret)
{
	TOKEN_SECURITY_ATTRIBUTE_V1 from;
	NTSTATUS status = copy_in(at, sizeof(from), &from);

	if (status >= 0 && from.ValueCount > GUISE_CLAIM_VALUES_MAX)
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = unicode_string_dup(&from.Name, &read->name);
	if (status < 0)
		return status;
	read->n = from.ValueCount;
	read->values = array_alloc(read->n, sizeof(*read->values));
	read->data = array_alloc(read->n, sizeof(*read->data));
	if (!read->values || !read->data)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; status >= 0 && i < read->n; i++)
		status = read_value(&from, i, read);
	*ret = (struct guise_claim){
		.name = read->name,
		.name_size = strlen(read->name),
		.type = from.ValueType,
		.flags = from.Flags,
		.values = read->values,
		.n_values = read->n,
	};
	return status;
}

static NTSTATUS read_all(const void *array, size_t n,
			 const struct guise_claims **ret)
{
	GUISE_AUTO(freep) struct guise_claim *claims = NULL;
	struct read_attribute *reads;
	NTSTATUS status = STATUS_SUCCESS;

	claims = array_alloc(n, sizeof(*claims));
	reads = array_alloc(n, sizeof(*reads));
	if (!claims || !reads)
		status = STATUS_NO_MEMORY;
	for (size_t i = 0; status >= 0 && i < n; i++)
		status = read_one(
			element(array, i, sizeof(TOKEN_SECURITY_ATTRIBUTE_V1)),
			&reads[i], &claims[i]);
	if (status >= 0)
		status = status_of(guise_claims_new(claims, n, ret));
	for (size_t i = 0; reads && i < n; i++)
		read_clear(&reads[i]);
	free(reads);
	return status;
}

/* Replacing everything is one operation for all of them, and is said by none.
 */
static NTSTATUS read_operations(const void *from, size_t n,
				enum guise_attribute_operation **ret)
{
	GUISE_AUTO(freep) enum guise_attribute_operation *read = NULL;
	TOKEN_SECURITY_ATTRIBUTE_OPERATION operation;

	if (!user_readable(from, n * sizeof(operation)))
		return STATUS_ACCESS_VIOLATION;
	read = array_alloc(n, sizeof(*read));
	if (!read)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		memcpy(&operation, element(from, i, sizeof(operation)),
		       sizeof(operation));
		read[i] = (enum guise_attribute_operation)operation;
	}
	if (n == 0 || read[0] != GUISE_ATTRIBUTE_REPLACE_ALL)
		*ret = guise_take(read);
	return STATUS_SUCCESS;
}

NTSTATUS attributes_read(const void *from, const struct guise_claims **ret,
			 enum guise_attribute_operation **ret_operations)
{
	TOKEN_SECURITY_ATTRIBUTES_AND_OPERATION_INFORMATION both;
	TOKEN_SECURITY_ATTRIBUTES_INFORMATION set = {0};
	NTSTATUS status = copy_in(from, sizeof(both), &both);

	if (status >= 0 && both.Attributes)
		status = copy_in(both.Attributes, sizeof(set), &set);
	if (status < 0)
		return status;
	if (both.Attributes &&
	    (set.Version != TOKEN_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1 ||
	     set.AttributeCount > GUISE_CLAIMS_MAX))
		return STATUS_INVALID_PARAMETER;
	if (both.Operations) {
		status = read_operations(both.Operations,
					 both.Attributes ? set.AttributeCount
							 : 1,
					 ret_operations);
		if (status < 0)
			return status;
	}
	if (!both.Attributes)
		return STATUS_SUCCESS;
	return read_all(set.pAttributeV1, set.AttributeCount, ret);
}
