/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access check in phases (level, mandatory rules, privileges, passes over
 * DACLs) over one kernel (access-walk.c), which alone says what an ACE does.
 * Check, raw check, checks by type and explanation differ only in where the
 * ACEs come from, in what else is known and in whether somebody listens, so
 * they cannot disagree.
 */
#ifndef CORE_ACCESS_INTERNAL_H
#define CORE_ACCESS_INTERNAL_H

#include "base.h"
#include "condition-internal.h"
#include "token-internal.h"
#include <guise/access.h>

/* Only SeSecurity gives ACCESS_SYSTEM_SECURITY, and the request bits are no
 * rights: no ACE grants these. */
#define ACE_GRANTABLE                                                          \
	(~(GUISE_GENERIC_MASK | (uint32_t)GUISE_ACCESS_SYSTEM_SECURITY |       \
	   (uint32_t)GUISE_MAXIMUM_ALLOWED))
/* What an owner has without being told so. */
#define OWNER_IMPLICIT ((uint32_t)(GUISE_READ_CONTROL | GUISE_WRITE_DAC))

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Where reasons go; nobody listens during a plain check. */
struct access_trace {
	struct guise_reason *at;
	size_t max;
	size_t n; /* may exceed max */
};

/* The state of one node of an object type tree during a pass. */
struct access_node {
	uint32_t open; /* bits of which no ACE has spoken yet */
	uint32_t granted;
	uint32_t decided_by; /* the ACE of the object's DACL */
	uint16_t parent;
	uint16_t end; /* the first node after it that is not below it */
};

/* What is set before it is read need not be zeroed: it would be a good part of
 * a plain check's time, and the 28 KiB of a tree longer than most checks. */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define ACCESS_UNINITIALISED __attribute__((uninitialized))
#endif
#endif
#ifndef ACCESS_UNINITIALISED
#define ACCESS_UNINITIALISED
#endif

/* An object type tree. Lives on the stack; only the first @n are ever set. */
struct access_tree {
	const struct guise_object_type *types;
	uint16_t n;
	bool result_list; /* an answer for each node */
	bool max;	  /* this pass collects what is possible */
	struct access_node node[GUISE_OBJECT_TYPES_MAX];
	/* what all passes so far granted, what they would with staged rules,
	 * and what the passes over one DACL granted */
	uint32_t granted[GUISE_OBJECT_TYPES_MAX];
	uint32_t staged[GUISE_OBJECT_TYPES_MAX];
	uint32_t one[GUISE_OBJECT_TYPES_MAX];
};

/* One check, constant over its passes. What a plain check has not is NULL. */
struct access_request {
	const struct guise_token *token;
	const struct guise_generic_mapping *mapping;
	uint32_t desired;
	const struct guise_sid *principal_self;
	const struct guise_policies *policies;
	const struct guise_claims *attributes;
	struct access_tree *tree; /* NULL: the object as a whole */
	struct access_trace *trace;
};

/* A DACL that is not the object's own: one of a policy's rule. */
struct access_rule {
	const struct guise_acl *dacl;
	const char *name;
	uint16_t number; /* from 1 */
	bool staged;
};

/* The state of one pass over a DACL. */
struct walk {
	const struct access_request *request;
	const struct access_object *object;
	const struct access_rule *rule; /* NULL: the object's own DACL */
	enum guise_access_pass pass;
	uint8_t allow; /* match bits with which an ACE counts */
	uint8_t deny;
	bool max;   /* collect what is possible, stop at nothing */
	bool stops; /* the first denial decides */
	bool has_owner_bits;
	uint8_t owner_bits; /* asked for lazily */
	uint32_t open;	    /* of which no ACE has spoken yet, on any node */
	uint32_t granted;   /* to the object as a whole */
	uint32_t denied;
	uint32_t decided_by;
};

/* A descriptor in some form, and what was found out before. */
struct access_object {
	const struct access_object_ops *ops;
	bool has_dacl; /* false: absent or NULL, which grants everything */
	const struct acl_facts *sacl;
};

struct access_object_ops {
	/* the token's match bits for the owner's SID */
	uint8_t (*owner_bits)(const struct access_object *object,
			      const struct guise_token *token);
	/* an ACE for OWNER RIGHTS that is not inherit-only */
	bool (*has_owner_rights)(const struct access_object *object);
	/* the kernel for each ACE; 0, or why the bytes are no ACL */
	int (*walk)(const struct access_object *object, struct walk *walk);
	/* the SACL, for those who look into it */
	void (*sacl)(const struct access_object *object,
		     struct resource_attributes *ret);
	/* borrowed; for the trace only, else NULL */
	const struct guise_sid *(*owner_sid)(const struct access_object *);
};

/* One ACE in one form or the other. */
struct walk_entry {
	const struct guise_ace *ace; /* NULL: */
	const struct ace_span *span;
	uint32_t number; /* from 1 */
};

/*
 * What ACE @i of a parsed ACL, or ACE @number in bytes, does: called for those
 * whose trustee's hash the token holds; @token is the request's, at hand there.
 * true: the pass is decided
 */
bool walk_acl_step(struct walk *w, const struct guise_token *token,
		   const struct guise_acl *acl, size_t i);
bool walk_raw_step(struct walk *w, const struct guise_token *token,
		   const struct ace_span *ace, uint32_t hash, uint32_t number);

/*
 * What the passes so far granted, node by node; without a tree there is one.
 */
struct verdict {
	uint32_t *granted;
	uint32_t *staged; /* beside it: as if staged rules were in force */
	uint32_t *one;	  /* for what a single DACL grants */
	size_t n;
	bool has_staged;
	uint32_t decided_by;
};

/* The bits of a request that privileges give. */
#define ACCESS_BY_PRIVILEGE                                                    \
	((uint32_t)(GUISE_ACCESS_SYSTEM_SECURITY | GUISE_WRITE_OWNER))

/* What holds for every node beside its own result. */
struct access_limits {
	uint32_t mask;	       /* what the mandatory rules leave */
	uint32_t by_privilege; /* granted whatever DACLs say */
	bool relabelled;       /* WRITE_OWNER is in @mask by SeRelabel */
};

/*
 * What few requests, tokens and objects need, out of the way of the others.
 * Those that return int: 0, or why the bytes of the object are no ACL.
 */

/*
 * All phases. @d reads "denied" when this begins and is filled in place; with a
 * list of results it is as many as there are nodes. After a failure the caller
 * makes it read so again.
 */
GUISE_MUST_USE int access_decide(const struct access_object *object,
				 const struct access_request *request,
				 struct guise_decision *d);
/* The restricting SIDs must grant @requested, too. */
GUISE_MUST_USE int access_ask_restricted(const struct access_object *object,
					 const struct access_request *request,
					 const struct access_rule *rule,
					 uint32_t requested, uint32_t *granted,
					 size_t n, uint32_t *decided_by);
/* The AppContainer must be granted @requested, too. */
GUISE_MUST_USE int access_ask_package(const struct access_object *object,
				      const struct access_request *request,
				      const struct access_rule *rule,
				      uint32_t requested, uint32_t *granted,
				      size_t n, uint32_t *decided_by);
/* The rules of the object's central access policy must grant, too. */
GUISE_MUST_USE int access_ask_policy(const struct access_object *object,
				     const struct access_request *request,
				     uint32_t requested, struct verdict *v);
/* The object's label is above the token: what it lets the token have. Sets
 * *ret_relabelled if WRITE_OWNER is among it only by SeRelabel. */
uint32_t access_label_mask(const struct access_object *object,
			   const struct access_request *request,
			   bool *ret_relabelled);
/* What process trust labels and access filters in the SACL leave. */
uint32_t access_filter_mask(const struct access_object *object,
			    const struct access_request *request);
/* Which of label, trust and filter withheld @bits, for whoever listens. */
void access_trace_mandatory(const struct access_object *object,
			    const struct access_request *request,
			    uint32_t bits);

/* The next ACE of the SACL that is not inherit-only. */
struct sacl_cursor {
	const struct guise_acl *acl;
	struct acl_span raw;
	uint32_t number;
};
struct sacl_ace {
	uint32_t number; /* from 1 */
	uint32_t mask;
	uint8_t type;
	struct guise_sid sid;
	const uint8_t *data;
	size_t data_size;
};
struct sacl_cursor sacl_cursor_of(const struct access_object *object);
bool sacl_next(struct sacl_cursor *cursor, struct sacl_ace *ret);

/* As condition_evaluate(), with the object's attributes. */
enum guise_truth access_condition(const struct access_object *object,
				  const struct access_request *request,
				  struct condition_env env, const uint8_t *code,
				  size_t size);
/* Of a condition that only restricts: asked as for an allow and as for a deny
 * ACE, UNKNOWN if the two differ. Else what is deny-only could spare a token
 * from it. */
enum guise_truth access_restriction(const struct access_object *object,
				    const struct access_request *request,
				    const uint8_t *code, size_t size);

/* 0, or -EINVAL if @types are no tree. @ret's arrays are set as far as @n. */
GUISE_MUST_USE int tree_init(struct access_tree *ret,
			     const struct guise_object_type *types, size_t n,
			     bool result_list);
/* Before a pass: no ACE has spoken of @open. */
void tree_begin(struct access_tree *tree, uint32_t open, bool max);
/* Before a pass over the object's own DACL: no ACE has decided. */
void tree_forget_decided(struct access_tree *tree);
/* The index of the node that an ACE is for; tree->n if there is none. */
size_t tree_find(const struct access_tree *tree, const uint8_t *object_type);
/* Bits of @mask that the node, those below it or those above it gained or
 * lost by ACE @number; 0: by none of the object's DACL. */
uint32_t tree_allow(struct access_tree *tree, size_t node, uint32_t mask,
		    uint32_t number);
uint32_t tree_deny(struct access_tree *tree, size_t node, uint32_t mask,
		   uint32_t number);
/* The bits open on any node. */
uint32_t tree_open(const struct access_tree *tree);

bool sid_is_owner_rights(const struct guise_sid *sid);

/* One step of the decision for whoever listens. Out of line, with plain
 * arguments, so that a plain check pays one test for it. */
struct trace_step {
	enum guise_reason_kind kind;
	enum guise_access_pass pass;
	bool allow;
	enum guise_privilege privilege;
	enum guise_truth condition;
	uint32_t ace;
	size_t node;
	const struct access_rule *rule; /* or NULL */
	const struct guise_sid *sid;	/* or NULL */
};
void access_trace_add(struct access_trace *trace, uint32_t mask,
		      const struct trace_step *step);

#endif
