/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second evaluator of the access check, for tests only: slow, naive and made
 * in another way than the real one. It reads descriptors from their bytes and
 * asks of one bit at a time, at every node of the type tree, which entry speaks
 * of it first; conditions become a tree; sets are arrays. It shares no code
 * with the library, only the structs in which questions and answers come.
 */
#ifndef MODEL_H
#define MODEL_H

#include <guise/access.h>

#define MODEL_VALUES_MAX 64
#define MODEL_ACES_MAX 256
#define MODEL_CLAIMS_MAX 32
#define MODEL_NODES_MAX 64

/* One value of a claim or literal; @type is enum guise_claim_type. */
struct model_value {
	unsigned type;
	uint64_t integer;
	const uint8_t *bytes; /* text: UTF-16LE; a SID: its binary form */
	size_t size;
};

struct model_claim {
	const uint8_t *name; /* UTF-16LE */
	size_t name_size;
	unsigned type;
	uint32_t flags;
	struct model_value values[MODEL_VALUES_MAX];
	size_t n_values;
};

struct model_claims {
	struct model_claim at[MODEL_CLAIMS_MAX];
	size_t n;
};

struct model_sids {
	const struct guise_sid_and_attributes *at;
	size_t n;
};

struct model_token {
	struct guise_sid_and_attributes user;
	struct model_sids groups;
	struct model_sids restricted; /* attributes do not matter */
	struct model_sids device_groups;
	struct model_sids capabilities;
	const struct guise_sid *package; /* NULL: no AppContainer */
	const struct guise_sid *trust;	 /* NULL: none */
	bool less_privileged;
	bool is_restricted; /* there may be no SID left to be restricted to */
	bool write_restricted;
	bool impersonation;
	enum guise_level level;
	uint64_t privileges_enabled;
	bool no_write_up;   /* the mandatory policy */
	uint32_t integrity; /* S-1-16-x: x */
	const struct model_claims *claims[GUISE_CLAIMS_KINDS]; /* or NULL */
};

struct model_ace {
	uint8_t type;
	uint8_t flags;
	uint32_t mask;
	bool has_object_type;
	struct guise_guid object_type;
	struct guise_sid sid;
	const uint8_t *data; /* what follows the SID */
	size_t data_size;
};

struct model_acl {
	bool present; /* false: absent or NULL */
	struct model_ace at[MODEL_ACES_MAX];
	size_t n;
};

struct model_sd {
	bool has_owner, has_group;
	struct guise_sid owner, group;
	struct model_acl dacl, sacl;
};

struct model_rule {
	const uint8_t *applies_to; /* NULL: always */
	size_t applies_to_size;
	const uint8_t *dacl; /* a binary ACL */
	size_t dacl_size;
};

struct model_policy {
	struct guise_sid id;
	const struct model_rule *rules;
	size_t n_rules;
};

/* Parts of the check that can be left out, to see what they decide. */
enum model_part {
	MODEL_DENY = 1 << 0,	   /* deny ACEs */
	MODEL_OWNER = 1 << 1,	   /* implicit owner rights */
	MODEL_OWNER_ACES = 1 << 2, /* ACEs of OWNER RIGHTS */
	MODEL_SELF = 1 << 3,	   /* ACEs of PRINCIPAL SELF */
	MODEL_PRIVILEGES = 1 << 4, /* what privileges grant */
	MODEL_LABEL = 1 << 5,	   /* the mandatory label */
	MODEL_TRUST = 1 << 6,	   /* process trust labels */
	MODEL_FILTER = 1 << 7,	   /* access filters */
	MODEL_RESTRICTED = 1 << 8, /* the pass over restricting SIDs */
	MODEL_WRITE_ONLY = 1 << 9, /* its limit to writing */
	MODEL_PACKAGE = 1 << 10,   /* the AppContainer pass */
	MODEL_POLICY = 1 << 11,	   /* central access policies */
	MODEL_OBJECT = 1 << 12,	   /* ACEs of one object type */
	MODEL_CONDITION = 1 << 13, /* conditions; without them UNKNOWN */
	MODEL_RESOURCE = 1 << 14,  /* resource attributes */
	MODEL_DENY_ONLY = 1 << 15, /* deny-only groups; without: absent */
	MODEL_DISABLED = 1 << 16,  /* the flags of claims */
	MODEL_PARTS = 17,
};

struct model_question {
	const struct model_token *token;
	const uint8_t *sd; /* self-relative */
	size_t sd_size;
	uint32_t desired;
	const struct guise_generic_mapping *mapping;
	const struct guise_sid *self; /* or NULL */
	const struct guise_object_type *types;
	size_t n_types;
	const struct model_policy *policies;
	size_t n_policies;
	const struct model_claims *resource; /* or NULL */
	unsigned left_out;		     /* bits of enum model_part */
};

/* What the model answers besides codes of the library. */
enum model_code {
	MODEL_UNREADABLE = -1000001, /* no descriptor */
	MODEL_TOO_LARGE = -1000002,  /* more of something than there is room */
};

/*
 * As guise_access_check_by_type_result_list(), or, if @whole, as
 * guise_access_check_by_type(): the code, and @ret as it must come out, a
 * decision for each node (one without types or if @whole).
 *
 * Which bits are missing and who decided depends on the order of the work; they
 * are exactly as they must be only where there is one walk over one list: no
 * type list, no second pass, no policy, no MAXIMUM_ALLOWED. @ret_exact says so.
 */
int model_check(const struct model_question *question, bool whole,
		struct guise_decision *ret, bool *ret_exact);

/* model-sd.c */
bool model_sid_equal(const struct guise_sid *a, const struct guise_sid *b);
bool model_read_sid(const uint8_t *data, size_t size, struct guise_sid *ret,
		    size_t *ret_size);
int model_read_acl(const uint8_t *data, size_t size, struct model_acl *ret);
int model_read_sd(const uint8_t *data, size_t size, struct model_sd *ret);

/* model-claim.c */
int model_text_compare(const uint8_t *a, size_t a_size, const uint8_t *b,
		       size_t b_size, bool exact);
bool model_value_equal(const struct model_value *a, const struct model_value *b,
		       bool exact);
/* false: no claim, which counts as absent */
bool model_read_claim(const uint8_t *data, size_t size,
		      struct model_claim *ret);

/* model-condition.c */
struct model_scope {
	const struct model_token *token;
	const struct model_claims *resource; /* the later of a name counts */
	const struct model_claims *given;    /* more of them, behind those */
	bool deny;			     /* of a deny ACE */
	bool restricted;		     /* in the restricted pass */
	bool all_claims;		     /* whatever their flags */
};

enum guise_truth model_condition(const uint8_t *code, size_t size,
				 const struct model_scope *scope,
				 bool *ret_too_large);

/* Is @sid in @list, or user or group of @token (@deny: for a deny ACE)? */
bool model_has(struct model_sids list, const struct guise_sid *sid, bool deny);
bool model_is_member(const struct model_token *token,
		     const struct guise_sid *sid, bool deny);

#endif
