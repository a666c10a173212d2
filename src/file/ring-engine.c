/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring engine of a process that holds the privilege itself: a ring of this
 * engine's own, in which a token is registered when it is first used. What
 * io_uring lacks is done as the switch engine does it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>

#include "fd.h"
#include "file-internal.h"
#include "kcred.h"
#include "personality-map.h"

#define RING_ENTRIES 64
/* Kernel: 65535 personalities a ring. Ours: each also holds a token. */
#define PERSONALITIES_MAX 4096

struct ring_engine {
	struct guise_engine engine;
	int ring_fd;
	struct file_ring *ring;
	struct personality_map *map;
	uint32_t service_uid;
	uint32_t service_gid;
};

static struct ring_engine *ring_engine_of(struct guise_engine *engine)
{
	return (struct ring_engine *)engine;
}
static_assert(offsetof(struct ring_engine, engine) == 0,
	      "an engine is the beginning of a ring engine");

static void unregister(void *context, int id)
{
	const struct ring_engine *e = context;

	file_ring_unregister(e->ring_fd, id);
}

static int register_token(struct ring_engine *e,
			  const struct guise_token *token)
{
	struct kcred kcred;
	int id, r;

	r = projection_of(token, &kcred);
	if (r < 0)
		return r;
	if (personality_map_is_full(e->map))
		unregister(e, personality_map_evict(e->map));
	id = file_ring_register(e->ring_fd, &kcred, e->service_uid,
				e->service_gid, -EBADF);
	if (id < 0)
		return id;
	personality_map_add(e->map, token, id);
	return id;
}

static int personality(void *context, const struct guise_token *token)
{
	struct ring_engine *e = context;
	int id = personality_map_find(e->map, token);

	return id ? id : register_token(e, token);
}

static void died(void *context, const struct guise_token *token)
{
	struct ring_engine *e = context;

	personality_map_remove(e->map, token, unregister, e);
}

static void ring_forget(struct guise_engine *engine,
			const struct guise_token *token)
{
	died(ring_engine_of(engine), token);
}

static int ring_open(struct guise_engine *engine,
		     const struct guise_token *token, int dir_fd,
		     const char *path, const struct open_how *how, int *ret_fd)
{
	return file_ring_open(ring_engine_of(engine)->ring, token, dir_fd, path,
			      how, ret_fd);
}

static int ring_mkdir(struct guise_engine *engine,
		      const struct guise_token *token, int dir_fd,
		      const char *name, mode_t mode)
{
	return file_ring_mkdir(ring_engine_of(engine)->ring, token, dir_fd,
			       name, mode);
}

static int ring_unlink(struct guise_engine *engine,
		       const struct guise_token *token, int dir_fd,
		       const char *name, int flags)
{
	return file_ring_unlink(ring_engine_of(engine)->ring, token, dir_fd,
				name, flags);
}

static int ring_rename(struct guise_engine *engine,
		       const struct guise_token *token, int old_dir_fd,
		       const char *old_name, int new_dir_fd,
		       const char *new_name, unsigned flags)
{
	return file_ring_rename(ring_engine_of(engine)->ring, token, old_dir_fd,
				old_name, new_dir_fd, new_name, flags);
}

/* A new file is one request; the rest is many steps. */
static int ring_temp_create(struct guise_engine *engine,
			    const struct guise_token *token, int dir_fd,
			    const char *like, bool is_directory, mode_t mode,
			    struct guise_temp *ret)
{
	const struct open_how how = {
		.flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC |
			 O_NOCTTY,
		.mode = mode,
		.resolve = FILE_RESOLVE_OWN,
	};

	if (like || is_directory)
		return switch_temp_create(engine, token, dir_fd, like,
					  is_directory, mode, ret);
	file_temp_name(ret->name);
	return ring_open(engine, token, dir_fd, ret->name, &how, &ret->fd);
}

static int ring_temp_commit(struct guise_engine *engine,
			    const struct guise_token *token,
			    struct guise_temp *temp, const char *name,
			    bool replace)
{
	return ring_rename(engine, token, temp->dir_fd, temp->name,
			   temp->dir_fd, name, replace ? 0 : RENAME_NOREPLACE);
}

static int ring_stat_many(struct guise_engine *engine,
			  const struct guise_token *token, int dir_fd,
			  const char *const *names, size_t n,
			  struct stat *ret_stats, int *ret_results)
{
	return file_ring_stat_many(ring_engine_of(engine)->ring, token, dir_fd,
				   names, n, ret_stats, ret_results);
}

static void ring_free(struct guise_engine *engine)
{
	struct ring_engine *e = ring_engine_of(engine);

	e->ring = file_ring_free(e->ring);
	e->map = personality_map_free(e->map, unregister, e);
	e->ring_fd = fd_close(e->ring_fd);
	free(e);
}

static const struct engine_ops ring_ops = {
	.name = "ring",
	.free = ring_free,
	.forget = ring_forget,
	.open = ring_open,
	.mkdir = ring_mkdir,
	.unlink = ring_unlink,
	.rename = ring_rename,
	.set_times = switch_set_times,
	.set_mode = switch_set_mode,
	.temp_create = ring_temp_create,
	.temp_commit = ring_temp_commit,
	.temp_abort = switch_temp_abort,
	.stat_many = ring_stat_many,
	.read_sd = service_read_sd,
	.write_sd = service_write_sd,
};

static int start(struct ring_engine *e)
{
	const struct file_ring_hooks hooks = {
		.personality = personality,
		.died = died,
		.context = e,
	};
	struct io_uring_params params;
	int r;

	r = personality_map_new(PERSONALITIES_MAX, &e->map);
	if (r < 0)
		return r;
	r = file_ring_setup(RING_ENTRIES, &e->ring_fd, &params);
	if (r < 0)
		return r;
	return file_ring_new(e->ring_fd, &params, &hooks, &e->ring);
}

int guise_engine_new_ring(uint32_t service_uid, uint32_t service_gid,
			  struct guise_engine **ret)
{
	GUISE_AUTO(guise_engine_freep) struct guise_engine *engine = NULL;
	struct ring_engine *e;
	int r;

	if (!ret || !service_uid || !service_gid ||
	    service_uid == GUISE_UID_NONE || service_gid == GUISE_UID_NONE)
		return -EINVAL;
	e = calloc(1, sizeof(*e));
	if (!e)
		return -ENOMEM;
	engine = &e->engine;
	engine->ops = &ring_ops;
	e->ring_fd = -EBADF;
	e->service_uid = service_uid;
	e->service_gid = service_gid;
	r = start(e);
	if (r < 0)
		return r;
	*ret = guise_take(engine);
	return 0;
}
