/* SPDX-License-Identifier: Apache-2.0 */
#include "object-list.h"

static void lock(struct object_list *list)
{
	must(pthread_mutex_lock(&list->lock) == 0);
}

static void unlock(struct object_list *list)
{
	must(pthread_mutex_unlock(&list->lock) == 0);
}

void object_list_add(struct object_list *list, struct object_link *link,
		     struct object *object)
{
	lock(list);
	link->object = object;
	link->previous = NULL;
	link->next = list->first;
	if (list->first)
		list->first->previous = link;
	list->first = link;
	unlock(list);
}

void object_list_remove(struct object_list *list, struct object_link *link)
{
	if (!link->object)
		return;
	lock(list);
	if (link->next)
		link->next->previous = link->previous;
	if (link->previous)
		link->previous->next = link->next;
	else
		list->first = link->next;
	link->object = NULL;
	unlock(list);
}

/* A reference, unless the last one is gone already and it is being freed */
static bool try_ref(struct object *object)
{
	unsigned count =
		atomic_load_explicit(&object->references, memory_order_relaxed);

	while (count > 0) {
		if (atomic_compare_exchange_weak_explicit(
			    &object->references, &count, count + 1,
			    memory_order_acquire, memory_order_relaxed))
			return true;
	}
	return false;
}

struct object *object_list_find(struct object_list *list,
				bool (*is)(struct object *object,
					   const void *key),
				const void *key)
{
	struct object *found = NULL;

	lock(list);
	for (struct object_link *l = list->first; l && !found; l = l->next) {
		if (is(l->object, key) && try_ref(l->object))
			found = l->object;
	}
	unlock(list);
	return found;
}

struct object *object_list_find_link(struct object_list *list,
				     bool (*is)(struct object_link *link,
						const struct name_parts *key),
				     const struct name_parts *key)
{
	struct object *found = NULL;

	lock(list);
	for (struct object_link *l = list->first; l && !found; l = l->next) {
		if (is(l, key) && try_ref(l->object))
			found = l->object;
	}
	unlock(list);
	return found;
}

void object_list_each(struct object_list *list,
		      void (*each)(struct object *object, void *context),
		      void *context)
{
	lock(list);
	for (struct object_link *l = list->first; l; l = l->next)
		each(l->object, context);
	unlock(list);
}
