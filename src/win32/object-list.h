/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects that are found again while they live: each kind keeps a list of its
 * own, linked through a member of the object. The list holds no references: an
 * object leaves it when it is freed, and one whose last reference is gone is
 * not found any more.
 */
#ifndef WIN32_OBJECT_LIST_H
#define WIN32_OBJECT_LIST_H

#include "object.h"

struct name_parts;

struct object_link {
	struct object_link *next;
	struct object_link *previous;
	struct object *object;
};

/* @lock protects the links; nothing else is locked under it */
struct object_list {
	pthread_mutex_t lock;
	struct object_link *first;
};
#define OBJECT_LIST                                                            \
	{                                                                      \
		.lock = PTHREAD_MUTEX_INITIALIZER                              \
	}

void object_list_add(struct object_list *list, struct object_link *link,
		     struct object *object);
/* Does nothing with a link that was never added. */
void object_list_remove(struct object_list *list, struct object_link *link);
/* The first of which @is says yes, called with the list locked. A reference;
 * NULL: none. */
struct object *object_list_find(struct object_list *list,
				bool (*is)(struct object *object,
					   const void *key),
				const void *key);
/* The same, asked of the links. */
struct object *object_list_find_link(struct object_list *list,
				     bool (*is)(struct object_link *link,
						const struct name_parts *key),
				     const struct name_parts *key);
/* Calls @each for all, with the list locked. */
void object_list_each(struct object_list *list,
		      void (*each)(struct object *object, void *context),
		      void *context);

#endif
