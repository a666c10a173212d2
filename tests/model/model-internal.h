/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the model share. */
#ifndef MODEL_INTERNAL_H
#define MODEL_INTERNAL_H

#include "model.h"

#define MODEL_RULES_MAX 16

enum fate {
	OPEN = 0,
	GIVEN,
	REFUSED,
};

enum pass {
	PASS_TOKEN,
	PASS_RESTRICTED,
	PASS_PACKAGE,
	PASSES,
};

/* One ACE as it is in one pass over one DACL. */
struct entry {
	bool applies, deny;
	uint32_t mask;
	size_t node;
};

/* One DACL in one pass. */
struct list {
	const struct model_acl *acl;
	bool owner; /* has what owners have without an ACE */
	struct entry entry[MODEL_ACES_MAX];
};

struct check {
	const struct model_question *q;
	struct model_sd sd;
	struct model_claims resource;
	struct model_acl rules[MODEL_RULES_MAX];
	size_t n_rules;
	struct list lists[1 + MODEL_RULES_MAX][PASSES];
	uint32_t mask; /* what label, trust and filters leave */
	bool relabels; /* it has WRITE_OWNER only by a privilege */
	size_t n_nodes;
	bool too_large;
};

/* model-match.c: which ACEs say something, to whom */
bool model_uses(const struct check *c, enum model_part part);
bool model_holds(const struct check *c, enum guise_privilege privilege);
uint32_t model_map(const struct check *c, uint32_t mask);
bool model_inherit_only(const struct model_ace *ace);
enum guise_truth model_judge(struct check *c, const uint8_t *code, size_t size,
			     bool deny, bool restricted);
void model_prepare(struct check *c, struct list *list,
		   const struct model_acl *acl, enum pass pass, bool is_rule);

/* model-tree.c: the fate of one bit at each node, in one list; @ret_by: the
 * ACE that settled it at the root, from 1 */
void model_settle(const struct check *c, const struct list *list,
		  enum pass pass, uint32_t bit, enum fate *fates,
		  size_t *ret_by);

/* model-sacl.c: what a SACL says about access */
uint32_t model_mask(struct check *c);
void model_collect_resource(struct check *c);
int model_collect_rules(struct check *c);

#endif
