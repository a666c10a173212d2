/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security identifiers (MS-DTYP 2.4.2). A SID is a small value: copy it,
 * compare it, keep it on the stack. No function here touches the OS; all are
 * thread-safe and of constant cost unless they say otherwise.
 */
#ifndef GUISE_SID_H
#define GUISE_SID_H

#include <guise/base.h>
#include <guise/limits.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_sid - one security identifier
 * @authority: 48-bit identifier authority, host order
 * @sub: sub-authorities, @n_subs of them in use, the rest zero
 * @n_subs: 0 ... GUISE_SID_MAX_SUBS
 * @zero: always zero, so that equal SIDs are equal bytes
 *
 * Zero-initialised it reads S-1-0, which no token holds.
 */
struct guise_sid {
	uint64_t authority;
	uint32_t sub[GUISE_SID_MAX_SUBS];
	uint8_t n_subs;
	uint8_t zero[3];
};

/* The well-known SIDs code needs by name (the numbers are Windows'
 * WELL_KNOWN_SID_TYPE). */
enum guise_well_known_sid {
	GUISE_SID_NULL = 0,
	GUISE_SID_WORLD = 1,
	GUISE_SID_LOCAL = 2,
	GUISE_SID_CREATOR_OWNER = 3,
	GUISE_SID_CREATOR_GROUP = 4,
	GUISE_SID_CREATOR_OWNER_SERVER = 5,
	GUISE_SID_CREATOR_GROUP_SERVER = 6,
	GUISE_SID_NETWORK = 9,
	GUISE_SID_INTERACTIVE = 11,
	GUISE_SID_ANONYMOUS = 13,
	GUISE_SID_SELF = 16,
	GUISE_SID_AUTHENTICATED_USER = 17,
	GUISE_SID_RESTRICTED_CODE = 18,
	GUISE_SID_LOCAL_SYSTEM = 22,
	GUISE_SID_LOCAL_SERVICE = 23,
	GUISE_SID_NETWORK_SERVICE = 24,
	GUISE_SID_BUILTIN_ADMINISTRATORS = 26,
	GUISE_SID_BUILTIN_USERS = 27,
	GUISE_SID_BUILTIN_GUESTS = 28,
	GUISE_SID_IUSR = 63,
	GUISE_SID_UNTRUSTED_LABEL = 65,
	GUISE_SID_LOW_LABEL = 66,
	GUISE_SID_MEDIUM_LABEL = 67,
	GUISE_SID_HIGH_LABEL = 68,
	GUISE_SID_SYSTEM_LABEL = 69,
	GUISE_SID_WRITE_RESTRICTED_CODE = 70,
	GUISE_SID_OWNER_RIGHTS = 71,
	GUISE_SID_MEDIUM_PLUS_LABEL = 79,
};

/** guise_sid_decode() - read a SID that fills @data exactly
 * Return: 0; GUISE_E_INVALID_SID; -EINVAL on NULL. @ret untouched on failure.
 */
GUISE_API GUISE_MUST_USE int guise_sid_decode(const void *data, size_t size,
					      struct guise_sid *ret);

/** guise_sid_size() - bytes the binary form takes: 8 + 4 * n_subs */
GUISE_API size_t guise_sid_size(const struct guise_sid *sid);

/** guise_sid_encode() - append the binary form to @out
 * Return: 0; GUISE_E_INVALID_SID if n_subs or authority is out of range;
 * -ENOMEM; -EINVAL on NULL. */
GUISE_API GUISE_MUST_USE int guise_sid_encode(const struct guise_sid *sid,
					      struct guise_buf *out);

/**
 * guise_sid_parse() - read "S-1-5-32-544", an SDDL alias ("BA") or hex bytes
 * @text: borrowed, @size bytes, no NUL needed; no leading or trailing space
 * @domain: borrowed, may be NULL; S-1-5-21-a-b-c that the domain-relative
 *          aliases (DA, DU, LA, ...) are relative to; without it they fail
 * @ret: the SID, untouched on failure
 *
 * Accepts what ConvertStringSidToSid accepts: lower-case "s-1", hex authority
 * and sub-authorities; overflow of a sub-authority saturates, as on Windows.
 *
 * In text a sub-authority is needed: "S-1-5" is refused, as Windows does.
 *
 * Return: 0; GUISE_E_INVALID_SID; -EINVAL on NULL; -ENOMEM (hex form only).
 */
GUISE_API GUISE_MUST_USE int guise_sid_parse(const char *text, size_t size,
					     const struct guise_sid *domain,
					     struct guise_sid *ret);

/** guise_sid_format() - write "S-1-..." NUL-terminated; cannot fail
 * Return: length without NUL. */
GUISE_API size_t guise_sid_format(const struct guise_sid *sid,
				  char ret_text[GUISE_SID_TEXT_SIZE]);

/** guise_sid_equal() - the same SID (EqualSid); neither is NULL */
GUISE_API bool guise_sid_equal(const struct guise_sid *a,
			       const struct guise_sid *b);
/** guise_sid_compare() - a total order, for sorting; <0, 0, >0 */
GUISE_API int guise_sid_compare(const struct guise_sid *a,
				const struct guise_sid *b);
/** guise_sid_is_valid() - n_subs and authority are in range */
GUISE_API bool guise_sid_is_valid(const struct guise_sid *sid);

/**
 * guise_sid_well_known() - make a well-known SID
 * @type: a WELL_KNOWN_SID_TYPE number (any Windows knows, not only the enum)
 * @domain: borrowed; needed by the domain-relative ones, else may be NULL
 *
 * Return: 0; -EINVAL for an unknown @type, or a missing or unfit @domain.
 */
GUISE_API GUISE_MUST_USE int
guise_sid_well_known(unsigned type, const struct guise_sid *domain,
		     struct guise_sid *ret);

/**
 * guise_sid_is_well_known() - IsWellKnownSid: is it the one of this number?
 * @sid: borrowed, may be NULL: false
 * @type: a WELL_KNOWN_SID_TYPE number; of a domain-relative one the SID of any
 *        domain is one, and 21 is the logon SID of any session
 */
GUISE_API bool guise_sid_is_well_known(const struct guise_sid *sid,
				       unsigned type);

/** guise_sid_name() - English name of a well-known SID ("Everyone"), or NULL;
 * static storage. An account of a domain has the same name in every domain. */
GUISE_API const char *guise_sid_name(const struct guise_sid *sid);

/** guise_sid_family() - what kind of SID it is ("Logon Session", "Service"), of
 * those that are made for one thing each, or NULL; static storage */
GUISE_API const char *guise_sid_family(const struct guise_sid *sid);

/** guise_sid_alias() - two-letter SDDL alias or NULL. Domain-relative aliases
 * are found only for @domain (may be NULL). static storage */
GUISE_API const char *guise_sid_alias(const struct guise_sid *sid,
				      const struct guise_sid *domain);

/**
 * guise_sid_of_service() - S-1-5-80-..., the SID of a service's processes
 * @name: borrowed UTF-8, @size bytes, in any case; at most GUISE_SID_NAME_MAX
 *
 * RtlCreateServiceSid: SHA-1 of the name in upper case. Linear in the name, as
 * the next three. Return: 0; -EINVAL (NULL, too long, or not UTF-8).
 */
GUISE_API GUISE_MUST_USE int guise_sid_of_service(const char *name, size_t size,
						  struct guise_sid *ret);

/**
 * guise_sid_of_capability() - S-1-15-3-..., what an application may do
 * @name: as for guise_sid_of_service()
 *
 * DeriveCapabilitySidsFromName: the twelve oldest ("internetClient", ...) have
 * numbers, all others the SHA-256 of the name in upper case. Return: 0;
 * -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_sid_of_capability(const char *name, size_t size, struct guise_sid *ret);

/** guise_sid_of_capability_group() - S-1-5-32-..., the group SID of the same
 * capability. Return: 0; -EINVAL. */
GUISE_API GUISE_MUST_USE int
guise_sid_of_capability_group(const char *name, size_t size,
			      struct guise_sid *ret);

/**
 * guise_sid_of_package() - S-1-15-2-..., an application package
 * @name: its moniker, ASCII in any case; limit as above
 *
 * DeriveAppContainerSidFromAppContainerName: SHA-256 of the name in lower case,
 * its first 28 bytes. Return: 0; -EINVAL (also for a name that is not ASCII).
 */
GUISE_API GUISE_MUST_USE int guise_sid_of_package(const char *name, size_t size,
						  struct guise_sid *ret);

/**
 * guise_sid_of_machine() - S-1-5-21-a-b-c, a domain for a machine that has no
 * accounts of its own to say which it is
 * @name: what tells it from all others, as for guise_sid_of_service(); of an id
 *        that is nobody's business, with a word of the caller's before it
 *
 * The first 12 bytes of the SHA-256 of the name in upper case. Return: 0;
 * -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_sid_of_machine(const char *name, size_t size,
						  struct guise_sid *ret);

/**
 * guise_sid_of_uid() - S-1-22-1-uid, as Samba names Unix users. (uid_t)-1 gives
 * S-1-0-0, which nothing matches
 */
GUISE_API struct guise_sid guise_sid_of_uid(uint32_t uid);

/**
 * guise_sid_of_gid() - S-1-22-2-gid, as Samba names Unix groups. (gid_t)-1
 * gives S-1-0-0, which nothing matches
 */
GUISE_API struct guise_sid guise_sid_of_gid(uint32_t gid);

/** guise_sid_to_uid() - the reverse; false if @sid is no such SID */
GUISE_API GUISE_MUST_USE bool guise_sid_to_uid(const struct guise_sid *sid,
					       uint32_t *ret);

/** guise_sid_to_gid() - the reverse; false if @sid is no such SID */
GUISE_API GUISE_MUST_USE bool guise_sid_to_gid(const struct guise_sid *sid,
					       uint32_t *ret);

/**
 * guise_sid_append() - @domain with one more sub-authority (a RID)
 *
 * Return: 0; GUISE_E_INVALID_SID (no room, or @domain is invalid); -EINVAL on
 * NULL.
 */
GUISE_API GUISE_MUST_USE int guise_sid_append(const struct guise_sid *domain,
					      uint32_t rid,
					      struct guise_sid *ret);

/**
 * guise_sid_init() - a SID of its parts
 * @subs: borrowed, @n_subs of them; may be NULL if there are none
 *
 * Return: 0; -EINVAL (more than GUISE_SID_MAX_SUBS, an @authority of more than
 * 48 bits, or NULL).
 */
GUISE_API GUISE_MUST_USE int guise_sid_init(uint64_t authority,
					    const uint32_t *subs, size_t n_subs,
					    struct guise_sid *ret);

/**
 * guise_sid_account_domain() - GetWindowsAccountDomainSid: S-1-5-21-a-b-c of an
 * account or of the domain itself
 *
 * Return: 0; GUISE_E_NON_DOMAIN_SID; GUISE_E_INVALID_SID if @sid is NULL or
 * invalid; -EINVAL if @ret is NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_sid_account_domain(const struct guise_sid *sid, struct guise_sid *ret);

/**
 * guise_sid_equal_domain() - EqualDomainSid: are both of one domain?
 *
 * Return: 0 and the answer; GUISE_E_NON_DOMAIN_SID if one has no domain;
 * GUISE_E_INVALID_SID if one is NULL or invalid; -EINVAL if @ret_equal is NULL.
 */
GUISE_API GUISE_MUST_USE int guise_sid_equal_domain(const struct guise_sid *a,
						    const struct guise_sid *b,
						    bool *ret_equal);
/** guise_sid_equal_prefix() - all but the last sub-authority are equal */
GUISE_API bool guise_sid_equal_prefix(const struct guise_sid *a,
				      const struct guise_sid *b);

#ifdef __cplusplus
}
#endif
#endif
