/* SPDX-License-Identifier: Apache-2.0 */
/* kdb_pac.h: NDR as MS-RPCE 2.2.6 serialises it (version 1, little endian). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdb_pac.h"

#define GROUP_ATTRIBUTES 7 /* mandatory, by default, enabled */
#define LIST_MAX 20000

void put(struct bytes *bytes, const void *data, size_t size)
{
	if (bytes->capacity - bytes->size < size) {
		bytes->capacity = 2 * bytes->capacity + size + 64;
		bytes->data = realloc(bytes->data, bytes->capacity);
		if (!bytes->data)
			abort();
	}
	if (size)
		memcpy(bytes->data + bytes->size, data, size);
	bytes->size += size;
}

void put_u16(struct bytes *bytes, unsigned value)
{
	const uint8_t le[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

	put(bytes, le, 2);
}

void put_u32(struct bytes *bytes, uint32_t value)
{
	put_u16(bytes, value & 0xffff);
	put_u16(bytes, value >> 16);
}

void put_u64(struct bytes *bytes, uint64_t value)
{
	put_u32(bytes, (uint32_t)value);
	put_u32(bytes, (uint32_t)(value >> 32));
}

void put_align(struct bytes *bytes, size_t to)
{
	while (bytes->size % to)
		put(bytes, "", 1);
}

void put_hex(struct bytes *bytes, const char *hex)
{
	unsigned value;

	while (isxdigit((unsigned char)hex[0]) &&
	       isxdigit((unsigned char)hex[1])) {
		const char digits[3] = {hex[0], hex[1], '\0'};

		value = (unsigned)strtoul(digits, NULL, 16);
		put(bytes, &(uint8_t){(uint8_t)value}, 1);
		hex += 2;
	}
}

/* A pointer that is not NULL: any number does. */
static void put_pointer(struct bytes *bytes, bool there)
{
	put_u32(bytes, there ? 0x00020000 + 4 * (uint32_t)bytes->size : 0);
}

static void begin(struct bytes *bytes)
{
	put(bytes, "\x01\x10\x08\x00\xcc\xcc\xcc\xcc", 8);
	put_u64(bytes, 0); /* length, set by end() */
	put_pointer(bytes, true);
}

static void end(struct bytes *bytes)
{
	size_t length;

	put_align(bytes, 8);
	length = bytes->size - 16;
	for (unsigned i = 0; i < 4; i++)
		bytes->data[8 + i] = (uint8_t)(length >> 8 * i);
}

/* ASCII, and what UTF-8 has in up to three bytes. */
static void utf16(struct bytes *out, const char *text)
{
	const uint8_t *p = (const uint8_t *)text;

	while (*p) {
		if (p[0] < 0x80) {
			put_u16(out, p[0]);
			p++;
		} else if (p[0] < 0xe0 && p[1]) {
			put_u16(out, (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu));
			p += 2;
		} else if (p[1] && p[2]) {
			put_u16(out, (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 |
					     (p[2] & 0x3fu));
			p += 3;
		} else {
			return;
		}
	}
}

/* RPC_UNICODE_STRING, the part in the structure; then the text. */
static void put_string(struct bytes *bytes, const char *text)
{
	struct bytes wide = {0};

	utf16(&wide, text);
	put_u16(bytes, (unsigned)wide.size);
	put_u16(bytes, (unsigned)wide.size);
	put_pointer(bytes, true);
	free(wide.data);
}

static void put_text(struct bytes *bytes, const char *text, bool nul)
{
	struct bytes wide = {0};

	utf16(&wide, text);
	if (nul)
		put_u16(&wide, 0);
	put_align(bytes, 4);
	put_u32(bytes, (uint32_t)wide.size / 2);
	put_u32(bytes, 0);
	put_u32(bytes, (uint32_t)wide.size / 2);
	put(bytes, wide.data, wide.size);
	free(wide.data);
}

struct sid {
	uint64_t authority;
	unsigned n;
	uint32_t sub[15];
};

static bool sid_parse(const char *text, struct sid *ret)
{
	char *at;

	*ret = (struct sid){0};
	if (!text || strncmp(text, "S-1-", 4))
		return false;
	ret->authority = strtoull(text + 4, &at, 10);
	while (*at == '-' && ret->n < 15)
		ret->sub[ret->n++] = (uint32_t)strtoull(at + 1, &at, 10);
	return true;
}

static void put_sid(struct bytes *bytes, const struct sid *sid)
{
	put_align(bytes, 4);
	put_u32(bytes, sid->n);
	put(bytes, (const uint8_t[]){1, (uint8_t)sid->n}, 2);
	for (unsigned i = 6; i-- > 0;)
		put(bytes, &(uint8_t){(uint8_t)(sid->authority >> 8 * i)}, 1);
	for (unsigned i = 0; i < sid->n; i++)
		put_u32(bytes, sid->sub[i]);
}

/* "513 S-1-18-1 S-1-5-21-1-2-3:1101,1102" taken apart. */
struct list {
	uint32_t *rids;
	uint32_t *attributes;
	struct sid *sids;
	struct sid *domains;
	char **domain_rids;
	uint32_t n_rids, n_sids, n_domains;
	char *text;
};

/* "513", "513=0x10": with attributes */
static void list_rid(struct list *list, char *word)
{
	const uint32_t n = list->n_rids++;
	char *more;

	list->rids[n] = (uint32_t)strtoul(word, &more, 10);
	list->attributes[n] = *more == '='
				      ? (uint32_t)strtoul(more + 1, NULL, 0)
				      : GROUP_ATTRIBUTES;
}

static void list_word(struct list *list, char *word)
{
	char *colon = strchr(word, ':');

	if (colon && sid_parse(word, &list->domains[list->n_domains]))
		list->domain_rids[list->n_domains++] = colon + 1;
	else if (sid_parse(word, &list->sids[list->n_sids]))
		list->n_sids++;
	else
		list_rid(list, word);
}

static void list_parse(struct list *ret, const char *text)
{
	char *save = NULL;

	*ret = (struct list){
		.rids = calloc(LIST_MAX, sizeof(*ret->rids)),
		.attributes = calloc(LIST_MAX, sizeof(*ret->attributes)),
		.sids = calloc(LIST_MAX, sizeof(*ret->sids)),
		.domains = calloc(LIST_MAX, sizeof(*ret->domains)),
		.domain_rids = calloc(LIST_MAX, sizeof(*ret->domain_rids)),
		.text = strdup(text ? text : ""),
	};
	if (!ret->rids || !ret->attributes || !ret->sids || !ret->domains ||
	    !ret->domain_rids || !ret->text)
		abort();
	for (char *word = strtok_r(ret->text, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		if (ret->n_rids + ret->n_sids + ret->n_domains < LIST_MAX)
			list_word(ret, word);
	}
}

static void list_clear(struct list *list)
{
	free(list->rids);
	free(list->attributes);
	free(list->sids);
	free(list->domains);
	free(list->domain_rids);
	free(list->text);
}

/* @attributes NULL: the usual ones */
static void put_rids(struct bytes *bytes, const uint32_t *rids,
		     const uint32_t *attributes, uint32_t n)
{
	put_align(bytes, 4);
	put_u32(bytes, n);
	for (uint32_t i = 0; i < n; i++) {
		put_u32(bytes, rids[i]);
		put_u32(bytes, attributes ? attributes[i] : GROUP_ATTRIBUTES);
	}
}

static void put_sids(struct bytes *bytes, const struct sid *sids, uint32_t n)
{
	put_align(bytes, 4);
	put_u32(bytes, n);
	for (uint32_t i = 0; i < n; i++) {
		put_pointer(bytes, true);
		put_u32(bytes, GROUP_ATTRIBUTES);
	}
	for (uint32_t i = 0; i < n; i++)
		put_sid(bytes, &sids[i]);
}

/* The fixed part of KERB_VALIDATION_INFO. */
static void put_validation(struct bytes *out, uint32_t rid,
			   const struct list *groups,
			   const struct list *resource, const char *account,
			   const char *domain)
{
	for (unsigned i = 0; i < 6; i++) /* never, for all six times */
		put_u64(out, 0x7fffffffffffffff);
	put_string(out, account);
	for (unsigned i = 0; i < 5; i++)
		put_string(out, "");
	put_u32(out, 0); /* counts of logons and bad passwords */
	put_u32(out, rid);
	put_u32(out, groups->n_rids ? groups->rids[0] : 513);
	put_u32(out, groups->n_rids);
	put_pointer(out, groups->n_rids);
	put_u32(out,
		(groups->n_sids ? 0x20 : 0) | (resource->n_rids ? 0x200 : 0));
	put_u64(out, 0); /* session key */
	put_u64(out, 0);
	put_string(out, "KDC");
	put_string(out, domain);
	put_pointer(out, true);
	put_u64(out, 0);
	put_u32(out, 0x10); /* a normal account */
	put_u32(out, 0);
	put_u64(out, 0);
	put_u64(out, 0);
	put_u64(out, 0);
	put_u32(out, groups->n_sids);
	put_pointer(out, groups->n_sids);
	put_pointer(out, resource->n_sids);
	put_u32(out, resource->n_rids);
	put_pointer(out, resource->n_rids);
}

bool make_logon_info(struct bytes *ret, const char *sid, const char *groups,
		     const char *resource_groups, const char *account,
		     const char *domain)
{
	struct list list, resource;
	struct sid user;

	if (!sid_parse(sid, &user) || user.n == 0)
		return false;
	user.n--;
	list_parse(&list, groups);
	list_parse(&resource, resource_groups);
	begin(ret);
	put_validation(ret, user.sub[user.n], &list, &resource, account,
		       domain);
	put_text(ret, account, false);
	for (unsigned i = 0; i < 5; i++)
		put_text(ret, "", false);
	if (list.n_rids)
		put_rids(ret, list.rids, list.attributes, list.n_rids);
	put_text(ret, "KDC", false);
	put_text(ret, domain, false);
	put_sid(ret, &user);
	if (list.n_sids)
		put_sids(ret, list.sids, list.n_sids);
	if (resource.n_sids)
		put_sid(ret, &resource.sids[0]);
	if (resource.n_rids)
		put_rids(ret, resource.rids, resource.attributes,
			 resource.n_rids);
	end(ret);
	list_clear(&list);
	list_clear(&resource);
	return true;
}

void make_upn_info(struct bytes *ret, const char *upn, const char *domain)
{
	struct bytes name = {0}, dns = {0};

	utf16(&name, upn);
	utf16(&dns, domain);
	put_u16(ret, (unsigned)name.size);
	put_u16(ret, 16);
	put_u16(ret, (unsigned)dns.size);
	put_u16(ret, (unsigned)(16 + (name.size + 7) / 8 * 8));
	put_u64(ret, 0);
	put(ret, name.data, name.size);
	put_align(ret, 8);
	put(ret, dns.data, dns.size);
	put_align(ret, 8);
	free(name.data);
	free(dns.data);
}

static void put_domains(struct bytes *out, const struct list *list)
{
	put_align(out, 4);
	put_u32(out, list->n_domains);
	for (uint32_t i = 0; i < list->n_domains; i++) {
		uint32_t n = 1;

		for (const char *c = list->domain_rids[i]; *c; c++)
			n += *c == ',';
		put_pointer(out, true);
		put_u32(out, n);
		put_pointer(out, true);
	}
	for (uint32_t i = 0; i < list->n_domains; i++) {
		uint32_t rids[64], n = 0;
		char *at = list->domain_rids[i];

		while (n < 64) {
			rids[n++] = (uint32_t)strtoul(at, &at, 10);
			if (*at++ != ',')
				break;
		}
		put_sid(out, &list->domains[i]);
		put_rids(out, rids, NULL, n);
	}
}

bool make_device_info(struct bytes *ret, const char *sid, const char *groups)
{
	struct list list;
	struct sid device;

	if (!sid_parse(sid, &device) || device.n == 0)
		return false;
	device.n--;
	list_parse(&list, groups);
	begin(ret);
	put_u32(ret, device.sub[device.n]);
	put_u32(ret, 515);
	put_pointer(ret, true);
	put_u32(ret, list.n_rids);
	put_pointer(ret, list.n_rids);
	put_u32(ret, list.n_sids);
	put_pointer(ret, list.n_sids);
	put_u32(ret, list.n_domains);
	put_pointer(ret, list.n_domains);
	put_sid(ret, &device);
	if (list.n_rids)
		put_rids(ret, list.rids, list.attributes, list.n_rids);
	if (list.n_sids)
		put_sids(ret, list.sids, list.n_sids);
	if (list.n_domains)
		put_domains(ret, &list);
	end(ret);
	list_clear(&list);
	return true;
}

#define CLAIMS_MAX 64
#define VALUES_MAX 256

struct claim {
	const char *name;
	unsigned type;
	uint32_t n;
	const char *values[VALUES_MAX];
};

static unsigned claim_type(char letter)
{
	switch (letter) {
	case 'I':
		return 1;
	case 'U':
		return 2;
	case 'S':
		return 3;
	case 'B':
		return 6;
	default:
		return 0;
	}
}

static bool claim_parse(char *word, struct claim *ret)
{
	char *value = strchr(word, '=');

	if (!value || !value[1] || value[2] != ':')
		return false;
	*ret = (struct claim){.name = word, .type = claim_type(value[1])};
	*value = '\0';
	value += 3;
	while (value && ret->n < VALUES_MAX) {
		ret->values[ret->n++] = strsep(&value, "|");
	}
	return ret->type;
}

static void put_claim(struct bytes *out, const struct claim *claim)
{
	put_text(out, claim->name, true);
	put_align(out, 4);
	put_u32(out, claim->n);
	if (claim->type != 3) {
		put_align(out, 8);
		for (uint32_t i = 0; i < claim->n; i++) {
			const char *value = claim->values[i];

			put_u64(out, claim->type == 1
					     ? (uint64_t)strtoll(value, NULL, 0)
					     : strtoull(value, NULL, 0));
		}
		return;
	}
	for (uint32_t i = 0; i < claim->n; i++)
		put_pointer(out, true);
	for (uint32_t i = 0; i < claim->n; i++)
		put_text(out, claim->values[i], true);
}

static void put_claims(struct bytes *out, const struct claim *claims,
		       uint32_t n)
{
	begin(out);
	put_u32(out, 1); /* one array */
	put_pointer(out, true);
	put_u32(out, 0); /* reserved */
	put_u32(out, 0);
	put_pointer(out, false);
	put_u32(out, 1);
	put_u32(out, 1); /* from Active Directory */
	put_u32(out, n);
	put_pointer(out, true);
	put_u32(out, n);
	for (uint32_t i = 0; i < n; i++) {
		put_pointer(out, true);
		put_u16(out, claims[i].type);
		put_u16(out, claims[i].type);
		put_u32(out, claims[i].n);
		put_pointer(out, true);
	}
	for (uint32_t i = 0; i < n; i++)
		put_claim(out, &claims[i]);
	end(out);
}

bool make_claims_set(struct bytes *ret, const char *text)
{
	static struct claim claims[CLAIMS_MAX];
	char *copy = strdup(text), *save = NULL;
	bool good = copy;
	uint32_t n = 0;

	for (char *word = good ? strtok_r(copy, " ", &save) : NULL;
	     word && good; word = strtok_r(NULL, " ", &save))
		good = n < CLAIMS_MAX && claim_parse(word, &claims[n++]);
	if (good)
		put_claims(ret, claims, n);
	free(copy);
	return good;
}

void make_claims_metadata(struct bytes *ret, const void *set, size_t set_size,
			  unsigned format, uint32_t uncompressed_size)
{
	begin(ret);
	put_u32(ret, (uint32_t)set_size);
	put_pointer(ret, true);
	put_u32(ret, format); /* 16 bits and two of padding */
	put_u32(ret, uncompressed_size);
	put_u32(ret, 0);
	put_u32(ret, 0);
	put_pointer(ret, false);
	put_u32(ret, (uint32_t)set_size);
	put(ret, set, set_size);
	end(ret);
}

bool make_claims(struct bytes *ret, const char *text)
{
	struct bytes set = {0};

	if (!make_claims_set(&set, text))
		return false;
	make_claims_metadata(ret, set.data, set.size, 0, (uint32_t)set.size);
	free(set.data);
	return true;
}
