/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listing a directory: names as they come, their metadata in batches (one
 * round through a ring), symbolic links as what they show.
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "gate.h"

#define BATCH 64

struct listing {
	struct gate *gate;
	const struct gate_object *directory;
	int (*found)(void *context, const struct guise_entry *entry);
	void *context;
	size_t n;
	char names[BATCH][GUISE_NAME_MAX + 1];
	const char *pointers[BATCH];
	struct stat stats[BATCH];
	int results[BATCH];
};

/* What a link shows, if that is beneath the root. */
static int stat_link(struct listing *l, const char *name, struct stat *ret)
{
	const struct guise_actor *actor = l->gate->actor;
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	char path[GUISE_PATH_MAX + 1];
	int r;

	r = path_join(l->gate->path, name, path);
	if (r < 0)
		return r;
	r = guise_file_open(actor->engine, actor->token,
			    l->gate->share->root_fd, path, O_PATH, 0,
			    l->gate->resolve, &fd);
	if (r < 0)
		return r;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

/* Access-based enumeration: what could not be opened is not shown. */
static bool is_readable(struct listing *l, const char *name)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	const struct gate_place place = {.dir_fd = l->directory->fd,
					 .owned_fd = -EBADF,
					 .path = name,
					 .in_dir = true};
	struct gate aside = gate_aside(l->gate);
	char path[GUISE_PATH_MAX + 1];
	int r;

	r = gate_pass(&aside, GATE_OPEN, GUISE_FILE_READ_DATA, &place, &object);
	if (r != -EXDEV)
		return r == 0;
	/* A link that leads out of this directory, perhaps not of the share. */
	if (path_join(l->gate->path, name, path) < 0)
		return false;
	return gate_pass(&aside, GATE_OPEN, GUISE_FILE_READ_DATA,
			 &(struct gate_place){
				 .dir_fd = l->gate->share->root_fd,
				 .owned_fd = -EBADF,
				 .path = path,
			 },
			 &object) == 0;
}

static int tell(struct listing *l, size_t i)
{
	struct guise_entry entry = {.name = l->names[i], .stat = l->stats[i]};

	/* Gone meanwhile, or not for this client to see. */
	if (l->results[i] < 0)
		return 0;
	if (S_ISLNK(entry.stat.st_mode) &&
	    stat_link(l, entry.name, &entry.stat) < 0)
		return 0;
	if ((l->gate->share->flags & GUISE_SHARE_HIDE_UNREADABLE) &&
	    !is_readable(l, entry.name))
		return 0;
	return l->found(l->context, &entry);
}

static int flush(struct listing *l)
{
	const struct guise_actor *actor = l->gate->actor;
	size_t n = l->n;
	int r;

	l->n = 0;
	if (n == 0)
		return 0;
	r = guise_file_stat_many(actor->engine, actor->token, l->directory->fd,
				 l->pointers, n, l->stats, l->results);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = tell(l, i);
	return r;
}

static int name_found(void *context, const char *name, unsigned type)
{
	struct listing *l = context;
	size_t size = strnlen(name, GUISE_NAME_MAX + 1);

	(void)type; /* a hint from some time ago */
	if (size > GUISE_NAME_MAX)
		return 0;
	memcpy(l->names[l->n], name, size + 1);
	l->pointers[l->n] = l->names[l->n];
	return ++l->n == BATCH ? flush(l) : 0;
}

static int list(struct gate *gate,
		int (*found)(void *context, const struct guise_entry *entry),
		void *context)
{
	GUISE_AUTO(gate_place_clear) struct gate_place place = GATE_PLACE_NONE;
	GUISE_AUTO(gate_object_clear)
	struct gate_object directory = GATE_OBJECT_NONE;
	GUISE_AUTO(freep) struct listing *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return -ENOMEM;
	r = gate_place(gate, &place);
	if (r == 0)
		r = gate_pass(gate, GATE_LIST, 0, &place, &directory);
	if (r < 0)
		return r;
	l->gate = gate;
	l->directory = &directory;
	l->found = found;
	l->context = context;
	r = guise_file_list(directory.fd, name_found, l);
	return r < 0 ? r : flush(l);
}

int guise_share_list(struct guise_share *share, const struct guise_actor *actor,
		     const char *path,
		     int (*found)(void *context,
				  const struct guise_entry *entry),
		     void *context)
{
	struct gate gate;
	int r;

	if (!found)
		return -EINVAL;
	r = gate_begin(&gate, share, actor, GATE_LIST, 0, path);
	if (r < 0)
		return r;
	return gate_end(&gate, list(&gate, found, context));
}
