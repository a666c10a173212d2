/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs made from names: a prefix, then a hash of the name in UTF-16LE and in
 * one case, cut into little-endian sub-authorities. So everybody who knows the
 * name knows the SID, without a table anywhere. Hashes are nettle's; SHA-1 only
 * names services here, as Windows has it, and protects nothing.
 */
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "base.h"
#include "reader.h"
#include "text.h"
#include "utf16.h"
#include <guise/sid.h>

/* Bytes of UTF-8 that are turned to UTF-16 at a time. */
#define CHUNK 64

#define NT_AUTHORITY 5
#define PACKAGE_AUTHORITY 15

enum letter_case {
	UPPER,
	LOWER_ASCII,
};

/* Either hash, so that a name is walked in one place. */
struct hash {
	enum letter_case letter_case;
	bool is_sha1;
	struct sha1_ctx sha1;
	struct sha256_ctx sha256;
};

static void hash_begin(struct hash *hash)
{
	if (hash->is_sha1)
		sha1_init(&hash->sha1);
	else
		sha256_init(&hash->sha256);
}

static void hash_add(struct hash *hash, uint8_t *units, size_t size)
{
	if (hash->letter_case == UPPER)
		utf16_upcase_all(units, size);
	for (size_t i = 0; hash->letter_case == LOWER_ASCII && i < size;
	     i += 2) {
		if (units[i] >= 'A' && units[i] <= 'Z')
			units[i] |= 'a' - 'A';
	}
	if (hash->is_sha1)
		sha1_update(&hash->sha1, size, units);
	else
		sha256_update(&hash->sha256, size, units);
}

/* false: @name is not UTF-8 */
static bool hash_name(struct hash *hash, const char *name, size_t size)
{
	uint8_t units[UTF16_SIZE_MAX(CHUNK)];
	uint32_t character;
	size_t n, step, n_units;

	hash_begin(hash);
	for (; size > 0; name += n, size -= n) {
		for (n = 0; n + 4 <= CHUNK && n < size; n += step) {
			step = utf8_next(name + n, size - n, &character);
			if (step == 0)
				return false;
		}
		if (!utf16_from_utf8(name, n, units, &n_units))
			return false;
		hash_add(hash, units, n_units);
	}
	return true;
}

static void hash_end(struct hash *hash, uint8_t ret[SHA256_DIGEST_SIZE])
{
	if (hash->is_sha1)
		sha1_digest(&hash->sha1, SHA1_DIGEST_SIZE, ret);
	else
		sha256_digest(&hash->sha256, SHA256_DIGEST_SIZE, ret);
}

/* Appends the first @n_subs words of the name's hash to @prefix. */
static int derive(struct hash hash, const char *name, size_t size,
		  struct guise_sid prefix, unsigned n_subs,
		  struct guise_sid *ret)
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	if (!name || !ret || size > GUISE_SID_NAME_MAX)
		return -EINVAL;
	if (!hash_name(&hash, name, size))
		return -EINVAL;
	hash_end(&hash, digest);
	for (unsigned i = 0; i < n_subs; i++)
		prefix.sub[prefix.n_subs++] = u32le(digest + 4 * i);
	*ret = prefix;
	return 0;
}

int guise_sid_of_service(const char *name, size_t size, struct guise_sid *ret)
{
	const struct guise_sid prefix = {
		.authority = NT_AUTHORITY, .sub = {80}, .n_subs = 1};
	const struct hash hash = {.letter_case = UPPER, .is_sha1 = true};

	return derive(hash, name, size, prefix, SHA1_DIGEST_SIZE / 4, ret);
}

int guise_sid_of_machine(const char *name, size_t size, struct guise_sid *ret)
{
	const struct guise_sid prefix = {
		.authority = NT_AUTHORITY, .sub = {21}, .n_subs = 1};
	const struct hash hash = {.letter_case = UPPER};

	return derive(hash, name, size, prefix, 3, ret);
}

/* Their SIDs are older than the rule; the number is the RID. */
static const char *const first_capabilities[] = {
	NULL,
	"internetClient",
	"internetClientServer",
	"privateNetworkClientServer",
	"picturesLibrary",
	"videosLibrary",
	"musicLibrary",
	"documentsLibrary",
	"enterpriseAuthentication",
	"sharedUserCertificates",
	"removableStorage",
	"appointments",
	"contacts",
};

int guise_sid_of_capability(const char *name, size_t size,
			    struct guise_sid *ret)
{
	struct guise_sid prefix = {
		.authority = PACKAGE_AUTHORITY, .sub = {3, 1024}, .n_subs = 2};
	const struct hash hash = {.letter_case = UPPER};

	if (!name || !ret)
		return -EINVAL;
	for (unsigned i = 1; i < ARRAY_SIZE(first_capabilities); i++) {
		const char *first = first_capabilities[i];

		if (text_equal_nocase(name, size, first, strlen(first))) {
			prefix.sub[1] = i;
			*ret = prefix;
			return 0;
		}
	}
	return derive(hash, name, size, prefix, SHA256_DIGEST_SIZE / 4, ret);
}

int guise_sid_of_capability_group(const char *name, size_t size,
				  struct guise_sid *ret)
{
	const struct guise_sid prefix = {
		.authority = NT_AUTHORITY, .sub = {32}, .n_subs = 1};
	const struct hash hash = {.letter_case = UPPER};

	return derive(hash, name, size, prefix, SHA256_DIGEST_SIZE / 4, ret);
}

int guise_sid_of_package(const char *name, size_t size, struct guise_sid *ret)
{
	const struct guise_sid prefix = {
		.authority = PACKAGE_AUTHORITY, .sub = {2}, .n_subs = 1};
	const struct hash hash = {.letter_case = LOWER_ASCII};

	if (!name)
		return -EINVAL;
	/* We know upper case as Windows does, but not its lower case. */
	for (size_t i = 0; i < size && size <= GUISE_SID_NAME_MAX; i++) {
		if ((unsigned char)name[i] >= 0x80)
			return -EINVAL;
	}
	return derive(hash, name, size, prefix, 7, ret);
}
