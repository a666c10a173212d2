/* SPDX-License-Identifier: Apache-2.0 */
/* One bit in one of the model's lists, at every node of the type tree. */
#include "model-internal.h"

static size_t level_of(const struct check *c, size_t node)
{
	return c->q->n_types ? c->q->types[node].level : 0;
}

/* Is @node below @top, or @top itself? */
static bool is_under(const struct check *c, size_t node, size_t top)
{
	if (node < top)
		return false;
	for (size_t i = top + 1; i <= node; i++) {
		if (level_of(c, i) <= level_of(c, top))
			return false;
	}
	return true;
}

static bool children_all(const struct check *c, const enum fate *fates,
			 size_t node, enum fate fate)
{
	bool any = false;

	for (size_t i = node + 1; i < c->n_nodes && is_under(c, i, node); i++) {
		if (level_of(c, i) != level_of(c, node) + 1)
			continue;
		any = true;
		if (fates[i] != fate)
			return false;
	}
	return any;
}

/* Down from @top; then up, where all children have it. */
static void give(const struct check *c, enum fate *fates, size_t top)
{
	for (size_t i = 0; i < c->n_nodes; i++) {
		if (is_under(c, i, top) && fates[i] == OPEN)
			fates[i] = GIVEN;
	}
	for (size_t i = c->n_nodes; i-- > 0;) {
		if (fates[i] == OPEN && children_all(c, fates, i, GIVEN))
			fates[i] = GIVEN;
	}
}

/* Down from @top; and all above a node that lost it lose it. */
static void refuse(const struct check *c, enum fate *fates, size_t top)
{
	bool lost = false;

	for (size_t i = 0; i < c->n_nodes; i++) {
		if (is_under(c, i, top) && fates[i] == OPEN) {
			fates[i] = REFUSED;
			lost = true;
		}
	}
	for (size_t i = 0; lost && i < c->n_nodes; i++) {
		if (is_under(c, top, i) && fates[i] == OPEN)
			fates[i] = REFUSED;
	}
}

/* The fate of one bit; @ret_by: the ACE that settled it at the root, from 1 */
void model_settle(const struct check *c, const struct list *list,
		  enum pass pass, uint32_t bit, enum fate *fates,
		  size_t *ret_by)
{
	*ret_by = 0;
	for (size_t i = 0; i < c->n_nodes; i++)
		fates[i] = OPEN;
	if (!list->acl->present) {
		if (pass != PASS_PACKAGE)
			give(c, fates, 0);
		return;
	}
	if (list->owner && bit & (GUISE_READ_CONTROL | GUISE_WRITE_DAC))
		give(c, fates, 0);
	for (size_t i = 0; i < list->acl->n; i++) {
		const struct entry *e = &list->entry[i];
		bool open = fates[0] == OPEN;

		if (!e->applies || !(e->mask & bit))
			continue;
		if (e->deny)
			refuse(c, fates, e->node);
		else
			give(c, fates, e->node);
		if (open && fates[0] != OPEN)
			*ret_by = i + 1;
	}
}
