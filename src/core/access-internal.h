/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access check in phases (level, label, privileges, passes over the DACL)
 * over one kernel, walk_ace(), which alone says what an ACE does. Check, raw
 * check and explanation differ only in where the ACEs come from and in whether
 * somebody listens, so they cannot disagree.
 */
#ifndef CORE_ACCESS_INTERNAL_H
#define CORE_ACCESS_INTERNAL_H

#include "base.h"
#include <guise/access.h>

/* Only SeSecurity gives ACCESS_SYSTEM_SECURITY, and the request bits are no
 * rights: no ACE grants these. */
#define ACE_GRANTABLE                                                          \
	(~(GUISE_GENERIC_MASK | (uint32_t)GUISE_ACCESS_SYSTEM_SECURITY |       \
	   (uint32_t)GUISE_MAXIMUM_ALLOWED))
/* What an owner has without being told so. */
#define OWNER_IMPLICIT ((uint32_t)(GUISE_READ_CONTROL | GUISE_WRITE_DAC))

/* Which of the token's match bits make an ACE count in a pass. */
struct match_set {
	uint8_t allow;
	uint8_t deny;
};

/* Where reasons go; nobody listens during a plain check. */
struct access_trace {
	struct guise_reason *at;
	size_t max;
	size_t n; /* may exceed max */
};

/* One check, constant over its passes. */
struct access_request {
	const struct guise_token *token;
	const struct guise_generic_mapping *mapping;
	uint32_t desired;
	struct access_trace *trace; /* or NULL */
};

/* The state of one pass over the DACL. */
struct walk {
	const struct access_request *request;
	struct access_object *object;
	struct match_set match;
	bool restricted; /* the second pass, for the trace */
	bool max;	 /* collect what is possible, stop at nothing */
	bool has_owner_bits;
	uint8_t owner_bits; /* asked for lazily */
	uint32_t remaining; /* not max: what no ACE has granted yet */
	uint32_t granted;   /* max: granted and denied so far, */
	uint32_t denied;    /*      whichever came first for each bit */
	uint32_t decided_by;
};

/* The object's label: S-1-16-@rid with its SYSTEM_MANDATORY_LABEL mask. */
struct access_label {
	uint32_t rid;
	uint32_t policy;
};

/* A descriptor in some form. */
struct access_object {
	const struct access_object_ops *ops;
	bool has_dacl; /* false: absent or NULL, which grants everything */
};

struct access_object_ops {
	/* the token's match bits for the owner's SID */
	uint8_t (*owner_bits)(const struct access_object *object,
			      const struct guise_token *token);
	/* an ACE for OWNER RIGHTS that is not inherit-only */
	bool (*has_owner_rights)(const struct access_object *object);
	/* false: there is no label */
	bool (*find_label)(const struct access_object *object,
			   struct access_label *ret);
	/* walk_ace() for each ACE; 0, or why the bytes are no ACL */
	int (*walk)(struct access_object *object, struct walk *walk);
	/* borrowed; for the trace only, else NULL */
	const struct guise_sid *(*owner_sid)(const struct access_object *);
};

/* One ACE whose trustee has a hash that the token holds. */
struct walk_entry {
	uint32_t number; /* from 1 */
	uint32_t mask;	 /* as stored */
	uint8_t type;
	bool has_object_type;
	uint8_t bits;		     /* walk_match() of its trustee */
	const struct guise_sid *sid; /* for the trace; NULL in raw form */
};

/* What the trustee is to the token: match bits, with OWNER RIGHTS and
 * PRINCIPAL SELF replaced by whom they stand for. */
uint8_t walk_match(struct walk *w, uint32_t hash, const struct guise_sid *sid);
uint8_t walk_match_raw(struct walk *w, uint32_t hash, const uint8_t *sid,
		       uint8_t n_subs);
/* true: the pass is decided */
bool walk_ace(struct walk *w, const struct walk_entry *entry);

bool sid_is_owner_rights(const struct guise_sid *sid);
/* The type is one that can grant or deny, whatever its condition says. */
bool ace_type_decides(uint8_t type);
/* The level a label ACE's trustee names; the highest one for no label SID. */
uint32_t label_rid(const struct guise_sid *sid);

/* One step of the decision for whoever listens. Out of line, with plain
 * arguments, so that a plain check pays one test for it. */
struct trace_step {
	enum guise_reason_kind kind;
	bool allow;
	bool restricted;
	enum guise_privilege privilege;
	uint32_t ace;
	const struct guise_sid *sid; /* or NULL */
};
void access_trace_add(struct access_trace *trace, uint32_t mask,
		      const struct trace_step *step);

#endif
