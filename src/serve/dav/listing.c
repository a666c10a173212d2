/* SPDX-License-Identifier: Apache-2.0 */
/* A directory read into memory and sorted; bounded, as everything is that
 * someone else can make large. */
#include "dav.h"

static int listing_grow(struct listing *l)
{
	size_t capacity = l->capacity ? 2 * l->capacity : 64;
	struct listing_entry *entries =
		reallocarray(l->entries, capacity, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	l->entries = entries;
	l->capacity = capacity;
	return 0;
}

/* Stops the listing when there is one too many. */
#define CUT (-ECANCELED)

static int listing_found(void *context, const struct guise_entry *entry)
{
	struct listing *l = context;
	char *name;
	int r;

	if (l->n == l->max) {
		l->is_cut = true;
		return CUT;
	}
	if (l->n == l->capacity) {
		r = listing_grow(l);
		if (r < 0)
			return r;
	}
	name = strdup(entry->name);
	if (!name)
		return -ENOMEM;
	l->entries[l->n++] = (struct listing_entry){name, entry->stat};
	return 0;
}

/* Directories first, then by bytes: the same everywhere, whatever the locale */
static int listing_compare(const void *a, const void *b)
{
	const struct listing_entry *x = a, *y = b;
	int dir_x = S_ISDIR(x->stat.st_mode), dir_y = S_ISDIR(y->stat.st_mode);

	return dir_x != dir_y ? dir_y - dir_x : strcmp(x->name, y->name);
}

int listing_read(struct exchange *ex, const struct serve_thread *thread,
		 struct listing *ret)
{
	struct guise_actor actor = exchange_actor(ex, thread);
	struct listing l = {.max = ex->site->max_listing};
	int r;

	r = guise_share_list(ex->share->share, &actor, ex->path, listing_found,
			     &l);
	if (r < 0 && !(r == CUT && l.is_cut)) {
		listing_clear(&l);
		return r;
	}
	if (l.n)
		qsort(l.entries, l.n, sizeof(*l.entries), listing_compare);
	*ret = l;
	return 0;
}

void listing_clear(struct listing *listing)
{
	for (size_t i = 0; i < listing->n; i++)
		free(listing->entries[i].name);
	free(listing->entries);
	*listing = (struct listing){0};
}
