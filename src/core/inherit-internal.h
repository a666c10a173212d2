/* SPDX-License-Identifier: Apache-2.0 */
/* What one ACE becomes on a new object. */
#ifndef CORE_INHERIT_INTERNAL_H
#define CORE_INHERIT_INTERNAL_H

#include "acl-internal.h"
#include <guise/inherit.h>

/* The new object, as far as its ACEs depend on it. */
struct heir {
	const struct guise_sid *owner; /* CREATOR OWNER becomes this */
	const struct guise_sid *group;
	const struct guise_generic_mapping *mapping;
	bool is_container;
	bool mark_inherited; /* auto-inheritance: set INHERITED */
};

/* Appends what the new object inherits of a parent's @ace: none, one or two
 * struct guise_ace, whose data is still the parent's. 0 or -ENOMEM */
GUISE_MUST_USE int inherit_ace(const struct heir *heir,
			       const struct guise_ace *ace,
			       struct guise_buf *aces);
/* The same for an ACE of the creator or of the default DACL: always one. */
GUISE_MUST_USE int adopt_ace(const struct heir *heir,
			     const struct guise_ace *ace,
			     struct guise_buf *aces);

#endif
