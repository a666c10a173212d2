/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading claims in two steps: each into a struct guise_claim whose names and
 * texts are borrowed from the JSON and whose other data lie behind its values,
 * then all of them into a set, which copies.
 */
#include <stdio.h>

#include "base.h"
#include "buf.h"
#include "claims-json.h"
#include "text.h"
#include "token-json.h"
#include "token-names.h"

/* A set while it is read. */
struct claim_list {
	const char *member; /* its name, for @error */
	const struct guise_sid *domain;
	struct guise_error_info *error;
	struct guise_claim *at; /* each owns what @values is */
	size_t n;
};

static void free_values(struct guise_claim *claim)
{
	free((void *)(uintptr_t)claim->values);
	claim->values = NULL;
}

static void claim_list_clear(struct claim_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free_values(&list->at[i]);
	free(list->at);
}

/* Says what is wrong with the claim being read; returns @code. */
static int refuse(struct claim_list *list, int code, const char *why)
{
	(void)snprintf(list->error->text, sizeof(list->error->text),
		       "%s: claim %zu: %s", list->member, list->n + 1, why);
	list->error->offset = 0;
	return code;
}

static bool signed_of(const json_t *json, int64_t *ret)
{
	const char *text = json_string_value(json);
	size_t size = json_string_length(json), sign;
	uint64_t value;

	if (json_is_integer(json)) {
		*ret = json_integer_value(json);
		return true;
	}
	sign = text && text[0] == '-';
	if (!text || !text_to_u64(text + sign, size - sign,
				  (uint64_t)INT64_MAX + sign, &value))
		return false;
	*ret = (int64_t)(sign ? -value : value);
	return true;
}

static bool unsigned_of(const json_t *json, int64_t *ret)
{
	uint64_t value;

	if (json_is_string(json)) {
		if (!text_to_u64(json_string_value(json),
				 json_string_length(json), UINT64_MAX, &value))
			return false;
		*ret = (int64_t)value;
		return true;
	}
	*ret = json_integer_value(json);
	return json_is_integer(json) && *ret >= 0;
}

static bool boolean_of(const json_t *json, int64_t *ret)
{
	*ret = json_is_true(json) || json_integer_value(json) == 1;
	return json_is_boolean(json) || *ret ||
	       (json_is_integer(json) && json_integer_value(json) == 0);
}

/* The room behind the values of a claim that is being read. */
struct room {
	uint8_t *at;
};

static void put(struct room *room, struct guise_claim_value *value,
		const struct guise_buf *bytes)
{
	if (bytes->size)
		memcpy(room->at, bytes->data, bytes->size);
	value->data = room->at;
	value->size = bytes->size;
	room->at += bytes->size;
}

static int take_sid(struct claim_list *list, const json_t *json,
		    struct room *room, struct guise_claim_value *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	struct guise_sid sid;
	int r;

	r = json_to_sid(json, list->domain, &sid);
	if (r == 0)
		r = guise_sid_encode(&sid, &bytes);
	if (r < 0)
		return r;
	put(room, ret, &bytes);
	return 0;
}

static int take_octets(const json_t *json, struct room *room,
		       struct guise_claim_value *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r;

	if (!json_is_string(json))
		return -EINVAL;
	r = text_unhex(json_string_value(json), json_string_length(json),
		       &bytes);
	if (r < 0)
		return r;
	put(room, ret, &bytes);
	return 0;
}

static int take_value(struct claim_list *list, uint32_t type,
		      const json_t *json, struct room *room,
		      struct guise_claim_value *ret)
{
	switch (type) {
	case GUISE_CLAIM_INT64:
		return signed_of(json, &ret->integer) ? 0 : -EINVAL;
	case GUISE_CLAIM_UINT64:
		return unsigned_of(json, &ret->integer) ? 0 : -EINVAL;
	case GUISE_CLAIM_BOOLEAN:
		return boolean_of(json, &ret->integer) ? 0 : -EINVAL;
	case GUISE_CLAIM_SID:
		return take_sid(list, json, room, ret);
	case GUISE_CLAIM_OCTETS:
		return take_octets(json, room, ret);
	default:
		ret->data = json_string_value(json);
		ret->size = json_string_length(json);
		return json_is_string(json) ? 0 : -EINVAL;
	}
}

/* Bytes that the values need behind them: a SID's binary form is shorter than
 * its largest, and half the hex digits are bytes. */
static size_t room_for(uint32_t type, const json_t *values)
{
	size_t size = 0, i;
	json_t *item;

	json_array_foreach(values, i, item)
	{
		if (type == GUISE_CLAIM_SID)
			size += GUISE_SID_MAX_SIZE;
		else if (type == GUISE_CLAIM_OCTETS)
			size += json_string_length(item) / 2;
	}
	return size;
}

static int take_values(struct claim_list *list, struct guise_claim *claim,
		       const json_t *json)
{
	const size_t n = json_array_size(json);
	struct guise_claim_value *values;
	struct room room;
	json_t *item;
	size_t i;
	int r;

	if (!json_is_array(json))
		return refuse(list, -EINVAL, "its values are no list");
	values = calloc(1,
			n * sizeof(*values) + room_for(claim->type, json) + 1);
	if (!values)
		return -ENOMEM;
	claim->values = values;
	claim->n_values = n;
	room.at = (uint8_t *)(values + n);
	json_array_foreach(json, i, item)
	{
		r = take_value(list, claim->type, item, &room, &values[i]);
		if (r < 0)
			return refuse(list, r, "a value is not of its type");
	}
	return 0;
}

static int take_type(struct claim_list *list, struct guise_claim *claim,
		     const json_t *json)
{
	const struct token_word *type =
		json_is_string(json) ? token_word_find(&token_claim_type_words,
						       json_string_value(json))
				     : NULL;

	if (!type)
		return refuse(list, -EINVAL,
			      "no such type; one of TI, TU, TB, TS, TD, TX");
	claim->type = (uint16_t)type->value;
	return 0;
}

/* "source=N": *ret_counts is whether claims from there do. */
static bool source_of(const json_t *json, bool *ret_counts)
{
	static const char prefix[] = "source=";
	const size_t size = strlen(prefix);
	const char *text = json_string_value(json);
	uint64_t source;

	if (!text || strncmp(text, prefix, size) != 0 ||
	    !text_to_u64(text + size, json_string_length(json) - size,
			 UINT16_MAX, &source))
		return false;
	*ret_counts = source == 1 || source == 2;
	return true;
}

/* FLAGS, or where @ret_counts is not NULL a source. */
static int take_last(struct claim_list *list, struct guise_claim *claim,
		     const json_t *json, bool *ret_counts)
{
	json_int_t flags = json_integer_value(json);

	if (!json || (ret_counts && source_of(json, ret_counts)))
		return 0;
	if (!json_is_integer(json) || flags < 0 || flags > UINT32_MAX)
		return refuse(list, -EINVAL, "its flags are no number");
	claim->flags = (uint32_t)flags;
	return 0;
}

/* @json: [..., TYPE, VALUES, FLAGS?] from @first on. The claim's name is set.
 * Whatever is returned, its values are the caller's. */
static int take_claim(struct claim_list *list, struct guise_claim *claim,
		      const json_t *json, size_t first, bool *ret_counts)
{
	const size_t n = json_array_size(json);
	int r;

	if (!json_is_array(json) || n < first + 2 || n > first + 3)
		return refuse(list, -EINVAL,
			      "not [TYPE, [VALUE, ...], FLAGS]; "
			      "FLAGS may be left out");
	r = take_type(list, claim, json_array_get(json, first));
	if (r == 0)
		r = take_last(list, claim, json_array_get(json, first + 2),
			      ret_counts);
	if (r == 0)
		r = take_values(list, claim, json_array_get(json, first + 1));
	return r;
}

static int take_members(struct claim_list *list, const json_t *json)
{
	json_t *members = (json_t *)(uintptr_t)json, *item;
	const char *name;
	int r;

	json_object_foreach(members, name, item)
	{
		struct guise_claim *claim = &list->at[list->n];

		claim->name = name;
		claim->name_size = strlen(name);
		r = take_claim(list, claim, item, 0, NULL);
		if (r < 0) {
			free_values(claim);
			return r;
		}
		list->n++;
	}
	return 0;
}

/* The claim replaces one with its name, or is added. */
static void put_last(struct claim_list *list, const struct guise_claim *claim)
{
	size_t i = 0;

	while (i < list->n &&
	       !text_equal_nocase(list->at[i].name, list->at[i].name_size,
				  claim->name, claim->name_size))
		i++;
	if (i == list->n)
		list->n++;
	else
		free_values(&list->at[i]);
	list->at[i] = *claim;
}

static int take_items(struct claim_list *list, const json_t *json)
{
	json_t *item;
	size_t i;
	int r;

	json_array_foreach(json, i, item)
	{
		const json_t *name = json_array_get(item, 0);
		struct guise_claim claim = {
			.name = json_string_value(name),
			.name_size = json_string_length(name),
		};
		bool counts = true;

		r = claim.name ? take_claim(list, &claim, item, 1, &counts)
			       : refuse(list, -EINVAL, "it has no name");
		if (r < 0 || !counts)
			free_values(&claim);
		if (r < 0)
			return r;
		if (counts)
			put_last(list, &claim);
	}
	return 0;
}

int claims_from_json(const json_t *json, const char *name,
		     const struct guise_sid *domain,
		     const struct guise_claims **ret,
		     struct guise_error_info *reterr)
{
	GUISE_AUTO(claim_list_clear)
	struct claim_list list = {
		.member = name, .domain = domain, .error = reterr};
	size_t n = json_is_array(json) ? json_array_size(json)
				       : json_object_size(json);
	int r;

	if (!json_is_array(json) && !json_is_object(json)) {
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "%s: not {NAME: [TYPE, [VALUE, ...]]}", name);
		return -EINVAL;
	}
	list.at = array_alloc(n, sizeof(*list.at));
	if (!list.at)
		return -ENOMEM;
	r = json_is_array(json) ? take_items(&list, json)
				: take_members(&list, json);
	if (r < 0)
		return r;
	r = guise_claims_new(list.at, list.n, ret);
	if (r < 0)
		(void)snprintf(reterr->text, sizeof(reterr->text), "%s: %s",
			       name, guise_strerror(r));
	return r;
}

static json_t *sid_json(const struct guise_claim_value *value)
{
	char text[GUISE_SID_TEXT_SIZE];
	struct guise_sid sid = {0};
	int r = guise_sid_decode(value->data, value->size, &sid);

	must(r == 0); /* the set has checked it */
	return json_stringn(text, guise_sid_format(&sid, text));
}

static json_t *octets_json(const struct guise_claim_value *value)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf hex = {0};

	if (text_hex(value->data, value->size, &hex) < 0)
		return NULL;
	return json_stringn(hex.size ? (const char *)hex.data : "", hex.size);
}

static json_t *unsigned_json(int64_t value)
{
	char digits[20];

	if (value >= 0)
		return json_integer(value);
	return json_stringn(digits, text_from_u64((uint64_t)value, digits));
}

static json_t *value_json(uint16_t type, const struct guise_claim_value *value)
{
	switch (type) {
	case GUISE_CLAIM_INT64:
	case GUISE_CLAIM_BOOLEAN:
		return json_integer(value->integer);
	case GUISE_CLAIM_UINT64:
		return unsigned_json(value->integer);
	case GUISE_CLAIM_SID:
		return sid_json(value);
	case GUISE_CLAIM_OCTETS:
		return octets_json(value);
	default:
		return json_stringn(value->size ? value->data : "",
				    value->size);
	}
}

static void json_freep(json_t **json)
{
	json_decref(*json);
}

static json_t *claim_json(const struct guise_claim *claim)
{
	const struct token_word *type =
		token_word_of(&token_claim_type_words, claim->type);
	GUISE_AUTO(json_freep) json_t *values = json_array();

	for (size_t i = 0; i < claim->n_values; i++) {
		json_t *value = value_json(claim->type, &claim->values[i]);

		if (json_array_append_new(values, value) < 0)
			return NULL;
	}
	if (claim->flags)
		return json_pack("[s, O, I]", type->word, values,
				 (json_int_t)claim->flags);
	return json_pack("[s, O]", type->word, values);
}

json_t *claims_to_json(const struct guise_claims *claims)
{
	GUISE_AUTO(json_freep) json_t *json = json_object();

	for (size_t i = 0; i < guise_claims_n(claims); i++) {
		const struct guise_claim *claim = guise_claims_at(claims, i);

		if (json_object_setn_new(json, claim->name, claim->name_size,
					 claim_json(claim)) < 0)
			return NULL;
	}
	return guise_take(json);
}
