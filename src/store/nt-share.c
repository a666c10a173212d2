/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Share modes (MS-FSA 2.1.5.1.2.2): what one open may do the others must have
 * agreed to share, and the other way round. They are kept for the opens of
 * this process; nothing of Linux says them to others without taking part in
 * their own locking.
 */
#include <pthread.h>

#include <guise/nt-file.h>

#include "nt-internal.h"

struct nt_open {
	struct nt_open *next;
	dev_t dev;
	ino_t ino;
	uint32_t access; /* enum guise_nt_share: what it does */
	uint32_t share;	 /* what it lets others do */
	bool remove;	 /* the same in all opens of one file */
};

static struct {
	/* protects all of it; a leaf: only memory is touched under it */
	pthread_mutex_t lock;
	struct nt_open *opens;
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void table_lock(void)
{
	must(pthread_mutex_lock(&table.lock) == 0);
}

static void table_unlock(void)
{
	must(pthread_mutex_unlock(&table.lock) == 0);
}

static uint32_t share_of(uint32_t access)
{
	uint32_t share = 0;

	if (access & (GUISE_FILE_READ_DATA | GUISE_FILE_EXECUTE))
		share |= GUISE_NT_SHARE_READ;
	if (access & (GUISE_FILE_WRITE_DATA | GUISE_FILE_APPEND_DATA))
		share |= GUISE_NT_SHARE_WRITE;
	if (access & GUISE_DELETE)
		share |= GUISE_NT_SHARE_DELETE;
	return share;
}

static bool is_same(const struct nt_open *a, const struct nt_open *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* An open that neither reads, writes nor deletes takes no part. */
static int fits(const struct nt_open *new, uint32_t wants)
{
	for (const struct nt_open *o = table.opens; o; o = o->next) {
		if (!is_same(o, new))
			continue;
		if (o->remove)
			return GUISE_E_DELETE_PENDING;
		if (wants && o->access &&
		    ((wants & ~o->share) || (o->access & ~new->share)))
			return GUISE_E_SHARING_VIOLATION;
	}
	return 0;
}

int nt_open_enter(const struct stat *stat, uint32_t granted, uint32_t implied,
		  uint32_t share, struct nt_open **ret)
{
	GUISE_AUTO(freep) struct nt_open *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	new->dev = stat->st_dev;
	new->ino = stat->st_ino;
	new->access = share_of(granted);
	new->share = share;
	table_lock();
	r = fits(new, share_of(granted | implied));
	if (r == 0) {
		new->next = table.opens;
		table.opens = new;
		*ret = guise_take(new);
	}
	table_unlock();
	return r;
}

static bool others_open(const struct nt_open *open)
{
	for (const struct nt_open *o = table.opens; o; o = o->next) {
		if (o != open && is_same(o, open))
			return true;
	}
	return false;
}

bool nt_open_leave(struct nt_open *open)
{
	struct nt_open **at = &table.opens;
	bool last;

	table_lock();
	last = open->remove && !others_open(open);
	while (*at != open)
		at = &(*at)->next;
	*at = open->next;
	table_unlock();
	free(open);
	return last;
}

void nt_open_set_delete(struct nt_open *open, bool remove)
{
	table_lock();
	for (struct nt_open *o = table.opens; o; o = o->next) {
		if (is_same(o, open))
			o->remove = remove;
	}
	table_unlock();
}

bool nt_open_delete_pending(const struct nt_open *open)
{
	bool remove;

	table_lock();
	remove = open->remove;
	table_unlock();
	return remove;
}
