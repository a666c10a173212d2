/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access check: may this token use this object in this way? Pure, no
 * allocation on the check path, cost independent of the number of groups.
 * Denied is an answer: the functions return 0 when they reached a decision.
 *
 * All functions are thread-safe: they only read descriptor, token and mapping,
 * which any number of threads may share. Cost: linear in the ACEs, constant in
 * the token's SIDs. Masks are 32-bit ACCESS_MASKs (MS-DTYP 2.4.3).
 */
#ifndef GUISE_ACCESS_H
#define GUISE_ACCESS_H

#include <guise/policy.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_access_mask {
	GUISE_DELETE = 0x00010000,
	GUISE_READ_CONTROL = 0x00020000,
	GUISE_WRITE_DAC = 0x00040000,
	GUISE_WRITE_OWNER = 0x00080000,
	GUISE_SYNCHRONIZE = 0x00100000,
	GUISE_ACCESS_SYSTEM_SECURITY = 0x01000000,
	GUISE_MAXIMUM_ALLOWED = 0x02000000,
	GUISE_GENERIC_ALL = 0x10000000,
	GUISE_GENERIC_EXECUTE = 0x20000000,
	GUISE_GENERIC_WRITE = 0x40000000,
};
#define GUISE_GENERIC_READ 0x80000000u
#define GUISE_GENERIC_MASK 0xf0000000u

enum guise_file_access {
	GUISE_FILE_READ_DATA = 0x1,
	GUISE_FILE_LIST_DIRECTORY = 0x1,
	GUISE_FILE_WRITE_DATA = 0x2,
	GUISE_FILE_ADD_FILE = 0x2,
	GUISE_FILE_APPEND_DATA = 0x4,
	GUISE_FILE_ADD_SUBDIRECTORY = 0x4,
	GUISE_FILE_READ_EA = 0x8,
	GUISE_FILE_WRITE_EA = 0x10,
	GUISE_FILE_EXECUTE = 0x20,
	GUISE_FILE_TRAVERSE = 0x20,
	GUISE_FILE_DELETE_CHILD = 0x40,
	GUISE_FILE_READ_ATTRIBUTES = 0x80,
	GUISE_FILE_WRITE_ATTRIBUTES = 0x100,
	GUISE_FILE_GENERIC_READ = 0x120089,
	GUISE_FILE_GENERIC_WRITE = 0x120116,
	GUISE_FILE_GENERIC_EXECUTE = 0x1200a0,
	GUISE_FILE_ALL_ACCESS = 0x1f01ff,
};

/** struct guise_generic_mapping - what generic rights mean for a type */
struct guise_generic_mapping {
	uint32_t read;
	uint32_t write;
	uint32_t execute;
	uint32_t all;
};

/** Mappings of the usual types; static storage. */
GUISE_API extern const struct guise_generic_mapping guise_mapping_file;
GUISE_API extern const struct guise_generic_mapping guise_mapping_registry;
GUISE_API extern const struct guise_generic_mapping guise_mapping_token;
GUISE_API extern const struct guise_generic_mapping guise_mapping_process;
GUISE_API extern const struct guise_generic_mapping guise_mapping_ds;

/**
 * guise_map_generic() - replace generic bits by what they stand for
 * @mask: an access mask; all other bits stay
 * @mapping: borrowed, not NULL
 *
 * MapGenericMask (MS-DTYP 2.4.3). Return: the mask without generic bits.
 */
GUISE_API uint32_t
guise_map_generic(uint32_t mask, const struct guise_generic_mapping *mapping);

/**
 * struct guise_decision - the answer of one access check
 * @granted: mask actually granted; 0 when @allowed is false
 * @missing: desired bits that stayed ungranted or were denied; the others were
 *           granted, which AccessCheckByTypeResultList reports even so
 * @decided_by: number of the ACE of the object's DACL that settled the last
 *              bit, from 1; 0 if none
 * @allowed: true only if every desired bit was granted
 * @staged_differs: staged policy rules would grant something else
 * @missing_privilege: privilege whose lack decided the refusal
 *                     (SeSecurity), or 0
 * @privileges_used: bit mask of privileges that granted something of @granted
 * @staged_granted: what they would grant; 0 unless @staged_differs
 *
 * Zero-initialised, it reads "denied".
 */
struct guise_decision {
	uint32_t granted;
	uint32_t missing;
	uint32_t decided_by;
	bool allowed;
	bool staged_differs;
	uint8_t missing_privilege;
	uint64_t privileges_used;
	uint32_t staged_granted;
};

/**
 * guise_access_check() - decide whether @token may use @sd with @desired
 * @sd:      borrowed; must have an owner and a group
 * @token:   borrowed; impersonation level identification or higher
 * @desired: mask with generic bits already mapped; may hold MAXIMUM_ALLOWED
 * @mapping: borrowed; the object type's generic mapping, applied to ACE masks
 * @ret:     the decision; set to "denied" before anything else happens
 *
 * MS-DTYP 2.5.3.2, with the differences in docs/deviations.md. Accepts primary
 * and impersonation tokens (the Win32 façade refuses the former). @desired 0
 * reaches the decision "denied", as Windows' AccessCheck does. An object under
 * a central access policy falls under the recovery policy here: no policies
 * were given. Cost: about a nanosecond an ACE, whatever the number of groups.
 *
 * Return: 0 if a decision was reached, either way;
 *         GUISE_E_GENERIC_NOT_MAPPED  @desired holds generic bits;
 *         GUISE_E_INVALID_SD          owner or group is missing;
 *         GUISE_E_BAD_LEVEL           @token is anonymous-level;
 *         -EINVAL                     a pointer is NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_access_check(const struct guise_sd *sd, const struct guise_token *token,
		   uint32_t desired,
		   const struct guise_generic_mapping *mapping,
		   struct guise_decision *ret);

/**
 * struct guise_object_type - a node of an object type list
 * @level: 0 for the object itself (exactly the first), then at most one deeper
 *         than the node before; up to GUISE_OBJECT_TYPE_LEVEL_MAX
 * @guid: of the property set, property, class or extended right. An ACE for a
 *        GUID that several nodes have is for the first of them
 */
struct guise_object_type {
	uint16_t level;
	struct guise_guid guid;
};

/**
 * struct guise_access_options - what a check may know besides
 * @size: sizeof(struct guise_access_options)
 * @principal_self: borrowed, may be NULL: whom PRINCIPAL SELF (S-1-5-10) stands
 *                  for; without it nobody
 * @object_types, @n_object_types: borrowed; 0: the object as a whole, to which
 *                  only ACEs without an object type apply
 * @policies: borrowed, may be NULL: the central access policies that scoped
 *                  policy ACEs name; an object under one that is not among
 *                  them falls under the recovery policy
 * @resource_attributes: borrowed, may be NULL: attributes of the object besides
 *                  those in its SACL, which win over these
 */
struct guise_access_options {
	size_t size;
	const struct guise_sid *principal_self;
	const struct guise_object_type *object_types;
	size_t n_object_types;
	const struct guise_policies *policies;
	const struct guise_claims *resource_attributes;
};

/**
 * guise_access_check_by_type() - AccessCheckByType: one answer for the whole
 * type tree, granted if every node is
 * @options: borrowed, may be NULL
 *
 * An allow ACE for a node is for all below it, and what all nodes below one
 * have been granted that one has been, too; a deny ACE for any node decides
 * (MS-DTYP 2.5.3.2). The other parameters, and what is returned, are those of
 * guise_access_check(); besides, -EINVAL for an object type list that is no
 * tree or is longer than GUISE_OBJECT_TYPES_MAX, and for a wrong size of
 * @options. Cost: ACEs that match times nodes; some 32 KiB of stack.
 */
GUISE_API GUISE_MUST_USE int guise_access_check_by_type(
	const struct guise_sd *sd, const struct guise_token *token,
	uint32_t desired, const struct guise_generic_mapping *mapping,
	const struct guise_access_options *options, struct guise_decision *ret);

/**
 * guise_access_check_by_type_result_list() - an answer for each node
 * @options: borrowed; @n_object_types at least 1
 * @ret: that many decisions, node by node; set to "denied" before anything else
 *
 * AccessCheckByTypeResultList: a deny ACE takes its bits from its node, from
 * all below and from all above it. Return: as guise_access_check_by_type().
 */
GUISE_API GUISE_MUST_USE int guise_access_check_by_type_result_list(
	const struct guise_sd *sd, const struct guise_token *token,
	uint32_t desired, const struct guise_generic_mapping *mapping,
	const struct guise_access_options *options, struct guise_decision *ret);

/**
 * guise_access_check_raw() - the same on a self-relative descriptor's bytes
 * @data, @size: borrowed, untrusted; walked with bounds checks, never copied
 *
 * For descriptors used once; a few nanoseconds an ACE. The other parameters are
 * those of guise_access_check(). Return: as above, and every error of
 * guise_sd_decode() but -ENOMEM; @ret reads "denied" then.
 */
GUISE_API GUISE_MUST_USE int
guise_access_check_raw(const void *data, size_t size,
		       const struct guise_token *token, uint32_t desired,
		       const struct guise_generic_mapping *mapping,
		       struct guise_decision *ret);

enum guise_reason_kind {
	GUISE_REASON_ACE = 1,	   /* an ACE granted or denied bits */
	GUISE_REASON_OWNER,	   /* implicit owner rights */
	GUISE_REASON_PRIVILEGE,	   /* a privilege granted bits */
	GUISE_REASON_NO_DACL,	   /* no or NULL DACL: everything, or nothing
				    * in an AppContainer's pass */
	GUISE_REASON_NOT_GRANTED,  /* no ACE granted these bits */
	GUISE_REASON_NO_PRIVILEGE, /* bits only a privilege can give */
	GUISE_REASON_RESTRICTED,   /* the restricted pass withheld bits */
	GUISE_REASON_INTEGRITY,	   /* the mandatory label withheld bits */
	GUISE_REASON_CONDITION,	   /* a callback ACE did not apply */
	GUISE_REASON_PACKAGE,	   /* the AppContainer's pass withheld bits */
	GUISE_REASON_TRUST,	   /* a process trust label withheld bits */
	GUISE_REASON_FILTER,	   /* an access filter withheld bits */
	GUISE_REASON_RECOVERY,	   /* the policy is unknown: recovery policy */
};

/** enum guise_access_pass - as whom the DACL was asked */
enum guise_access_pass {
	GUISE_PASS_NORMAL = 0, /* the user and the groups */
	GUISE_PASS_RESTRICTED, /* the restricting SIDs */
	GUISE_PASS_PACKAGE,    /* an AppContainer's package and capabilities */
	GUISE_PASSES,
};

/**
 * struct guise_reason - one step of a decision
 * @kind: what happened
 * @pass: in which pass over a DACL
 * @allow: true if it granted @mask, false if it withheld it
 * @staged: of a staged rule: it decided nothing
 * @privilege: number of the privilege; 0 if none
 * @condition: enum guise_truth: of a callback ACE or an access filter
 * @node: index of the object type node that the ACE is for, or that lacks
 *        @mask; 0: the object as a whole
 * @rule: number of the policy's rule whose DACL it is, from 1; 0: the object's
 * @mask: the bits it settled
 * @ace: number of the ACE, from 1, in that DACL, or in the SACL for INTEGRITY,
 *       TRUST, FILTER and RECOVERY; 0 if none
 * @sid: the SID of the token that matched, the label's, or the policy's id
 *       (S-1-0 if none)
 * @rule_name: borrowed from the policies; NULL without a name
 */
struct guise_reason {
	enum guise_reason_kind kind;
	enum guise_access_pass pass;
	bool allow;
	bool staged;
	uint8_t privilege;
	uint8_t condition;
	uint16_t node;
	uint16_t rule;
	uint32_t mask;
	uint32_t ace;
	struct guise_sid sid;
	const char *rule_name;
};

/**
 * guise_access_explain() - as guise_access_check_by_type(), with its reasons
 * @options: borrowed, may be NULL
 * @ret_reasons: array of @max_reasons, filled from the first; NULL only if
 *               @max_reasons is 0. Nothing in it has to be released
 * @ret_n_reasons: how many there are; may exceed @max_reasons
 *
 * Slower than the check; the decision is always the same. Return: as
 * guise_access_check_by_type(); on failure @ret_n_reasons is untouched.
 */
GUISE_API GUISE_MUST_USE int guise_access_explain(
	const struct guise_sd *sd, const struct guise_token *token,
	uint32_t desired, const struct guise_generic_mapping *mapping,
	const struct guise_access_options *options, struct guise_decision *ret,
	struct guise_reason *ret_reasons, size_t max_reasons,
	size_t *ret_n_reasons);

#ifdef __cplusplus
}
#endif
#endif
