/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims (security attributes): named, typed lists of values that a token
 * carries about its user or device, or a descriptor about its object, for
 * conditional ACEs to speak of (MS-DTYP 2.4.10.1, 2.5.1.1). A set is immutable
 * and shared by reference count.
 *
 * All functions are thread-safe, also on a shared set. Building and decoding
 * are linear in the size (finding repeated values: quadratic in the values of
 * one claim, which are limited), all others constant.
 */
#ifndef GUISE_CLAIM_H
#define GUISE_CLAIM_H

#include <guise/sid.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_claim_type {
	GUISE_CLAIM_INT64 = 0x01,
	GUISE_CLAIM_UINT64 = 0x02,
	GUISE_CLAIM_STRING = 0x03,
	GUISE_CLAIM_SID = 0x05,
	GUISE_CLAIM_BOOLEAN = 0x06,
	GUISE_CLAIM_OCTETS = 0x10,
};

enum guise_claim_flags {
	GUISE_CLAIM_NON_INHERITABLE = 0x0001,
	GUISE_CLAIM_CASE_SENSITIVE = 0x0002,
	GUISE_CLAIM_DENY_ONLY = 0x0004,
	GUISE_CLAIM_DISABLED_BY_DEFAULT = 0x0008,
	GUISE_CLAIM_DISABLED = 0x0010,
	GUISE_CLAIM_MANDATORY = 0x0020,
};

/**
 * struct guise_claim_value - one value
 * @integer: of INT64; of UINT64 and BOOLEAN (0 or 1) the same bits
 * @data, @size: borrowed bytes: STRING is UTF-8 that holds no NUL (a surrogate
 *               without its partner as the three bytes it would take), OCTETS
 *               as they are, SID in its binary form
 */
struct guise_claim_value {
	int64_t integer;
	const void *data;
	size_t size;
};

/**
 * struct guise_claim - a name with its values
 * @name: borrowed UTF-8, not empty, no NUL needed
 * @name_size: bytes at @name
 * @type: enum guise_claim_type
 * @flags: enum guise_claim_flags in the low half, the application's own above
 * @values: borrowed; none is allowed
 */
struct guise_claim {
	const char *name;
	size_t name_size;
	uint16_t type;
	uint32_t flags;
	const struct guise_claim_value *values;
	size_t n_values;
};

struct guise_claims;

/**
 * guise_claims_new() - build a set
 * @claims: borrowed; copied with all they point to
 * @ret: returns a reference
 *
 * Names and, without GUISE_CLAIM_CASE_SENSITIVE, strings are the same in any
 * case, as Windows folds it.
 *
 * Return: 0; GUISE_E_INVALID_CLAIM (no such type, an empty name, a name or a
 * value that occurs twice, a BOOLEAN neither 0 nor 1, text that is not UTF-8 or
 * holds a NUL, a SID that is none); GUISE_E_LIMIT (GUISE_CLAIMS_MAX,
 * GUISE_CLAIM_VALUES_MAX, GUISE_CLAIM_MAX_SIZE); -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_claims_new(const struct guise_claim *claims,
					      size_t n_claims,
					      const struct guise_claims **ret);

/** guise_claims_ref() - one more reference; returns @claims, NULL for NULL */
GUISE_API const struct guise_claims *
guise_claims_ref(const struct guise_claims *claims);

/**
 * guise_claims_unref() - give a reference back; the last one frees the set.
 * NULL is fine; always returns NULL
 */
GUISE_API const struct guise_claims *
guise_claims_unref(const struct guise_claims *claims);

/**
 * guise_claims_unrefp() - unref *@claims and set it to NULL, for GUISE_AUTO();
 * @claims is not NULL, *@claims may be
 */
GUISE_API void guise_claims_unrefp(const struct guise_claims **claims);

/** guise_claims_n() - how many; 0 for NULL */
GUISE_API size_t guise_claims_n(const struct guise_claims *claims);

/**
 * guise_claims_at() - claim @index, in the order given; borrowed from @claims.
 * An @index not below guise_claims_n() aborts
 */
GUISE_API const struct guise_claim *
guise_claims_at(const struct guise_claims *claims, size_t index);

/**
 * guise_claim_encode() - append CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1 (MS-DTYP
 * 2.4.10.1), as a resource attribute ACE carries it after its SID
 * @out: the caller's; unchanged on failure. Not padded
 *
 * Values that occur twice are written: a descriptor may hold such a claim.
 *
 * Return: as guise_claims_new(), but for them.
 */
GUISE_API GUISE_MUST_USE int guise_claim_encode(const struct guise_claim *claim,
						struct guise_buf *out);

/**
 * guise_claim_decode() - read what a resource attribute ACE carries
 * @data, @size: borrowed, untrusted; trailing zeros are padding
 * @ret: returns a reference to a set of this one claim
 *
 * Values that occur twice are kept, so that what a descriptor holds can be
 * shown; to a condition such a claim is absent.
 *
 * Return: as guise_claims_new(), but for them; GUISE_E_INVALID_CLAIM also for
 * an offset or length that leads outside, and for values that share bytes;
 * GUISE_E_LIMIT also for more bytes than an ACE has.
 */
GUISE_API GUISE_MUST_USE int
guise_claim_decode(const void *data, size_t size,
		   const struct guise_claims **ret);

#ifdef __cplusplus
}
#endif
#endif
