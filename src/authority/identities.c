/* SPDX-License-Identifier: Apache-2.0 */
/* See identities.h. */
#include "identities.h"
#include "engine.h"

int identities_init(struct identities *ids,
		    const struct identities_options *options)
{
	*ids = (struct identities){
		.service_uid = options->service_uid,
		.service_gid = options->service_gid,
		.nobody_uid = options->nobody_uid,
		.nobody_gid = options->nobody_gid,
		.ruleset = options->ruleset,
	};
	must(pthread_mutex_init(&ids->lock, NULL) == 0);
	ids->rings = array_alloc(options->n_rings, sizeof(*ids->rings));
	if (!ids->rings)
		return -ENOMEM;
	ids->n_rings = options->n_rings;
	for (size_t i = 0; i < ids->n_rings; i++) {
		ids->rings[i].fd = options->ring_fds[i];
		ids->rings[i].next_id = 1;
		ids->rings[i].states = array_alloc(IDENTITY_IDS, 1);
		if (!ids->rings[i].states)
			return -ENOMEM;
	}
	return 0;
}

void identities_clear(struct identities *ids)
{
	for (size_t i = 0; i < ids->n_rings; i++)
		free(ids->rings[i].states);
	free(ids->rings);
	must(pthread_mutex_destroy(&ids->lock) == 0);
	*ids = (struct identities){0};
}

static unsigned id_after(unsigned id)
{
	return id == IDENTITY_IDS - 1 ? 1 : id + 1;
}

/* The id the kernel will give next: the first from next_id on that it does
 * not have; 0 if there is none. */
static unsigned next_in_turn(const struct identity_ring *ring)
{
	unsigned id = ring->next_id;

	for (unsigned i = 1; i < IDENTITY_IDS; i++) {
		if (ring->states[id] != IDENTITY_LIVE)
			return id;
		id = id_after(id);
	}
	return 0;
}

/* Take the kernel's turn past one retired id. While it is registered it is
 * nobody's: a thread that still used it would get no client's files. */
static int skip_one(const struct identities *ids, struct identity_ring *ring,
		    unsigned expected)
{
	const struct kcred nobody = {
		.uid = ids->nobody_uid,
		.gid = ids->nobody_gid,
	};
	int id;

	id = file_ring_register(ring->fd, &nobody, ids->service_uid,
				ids->service_gid, ids->ruleset);
	if (id < 0)
		return id;
	file_ring_unregister(ring->fd, id);
	ring->next_id = id_after((unsigned)id);
	return (unsigned)id == expected ? 0 : GUISE_E_LIMIT;
}

static int skip_retired(const struct identities *ids,
			struct identity_ring *ring)
{
	for (unsigned i = 0; i < IDENTITY_IDS; i++) {
		const unsigned id = next_in_turn(ring);
		int r;

		if (id == 0)
			return GUISE_E_LIMIT;
		if (ring->states[id] != IDENTITY_RETIRED)
			return 0;
		r = skip_one(ids, ring, id);
		if (r < 0)
			return r;
	}
	return GUISE_E_LIMIT; /* all that is free is retired */
}

static int add_locked(struct identities *ids, const struct kcred *kcred,
		      int *ret_ids)
{
	int fds[64], got[64];
	bool clash = false;
	int r;

	must(ids->n_rings <= ARRAY_SIZE(fds));
	for (size_t i = 0; i < ids->n_rings; i++) {
		fds[i] = ids->rings[i].fd;
		r = skip_retired(ids, &ids->rings[i]);
		if (r < 0)
			return r;
	}
	r = file_ring_register_all(fds, ids->n_rings, kcred, ids->service_uid,
				   ids->service_gid, ids->ruleset, got);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ids->n_rings; i++) {
		must(got[i] > 0 && got[i] < IDENTITY_IDS);
		clash |= ids->rings[i].states[got[i]] != IDENTITY_FREE;
		ids->rings[i].next_id = id_after((unsigned)got[i]);
	}
	for (size_t i = 0; i < ids->n_rings; i++) {
		if (clash) /* not in turn, whatever the reason: undo */
			file_ring_unregister(fds[i], got[i]);
		else
			ids->rings[i].states[got[i]] = IDENTITY_LIVE;
	}
	if (clash)
		return GUISE_E_LIMIT;
	memcpy(ret_ids, got, ids->n_rings * sizeof(*got));
	return 0;
}

int identities_add(struct identities *ids, const struct kcred *kcred,
		   int *ret_ids)
{
	int r;

	if (ids->n_rings == 0)
		return 0;
	must(pthread_mutex_lock(&ids->lock) == 0);
	r = add_locked(ids, kcred, ret_ids);
	if (r == 0)
		ids->n_live++;
	must(pthread_mutex_unlock(&ids->lock) == 0);
	return r;
}

static void set_states(struct identities *ids, const int *id_list,
		       enum identity_state from, enum identity_state to)
{
	for (size_t i = 0; i < ids->n_rings; i++) {
		must(ids->rings[i].states[id_list[i]] == (uint8_t)from);
		ids->rings[i].states[id_list[i]] = (uint8_t)to;
	}
}

void identities_retire(struct identities *ids, const int *id_list,
		       bool released)
{
	if (ids->n_rings == 0)
		return;
	must(pthread_mutex_lock(&ids->lock) == 0);
	for (size_t i = 0; i < ids->n_rings; i++)
		file_ring_unregister(ids->rings[i].fd, id_list[i]);
	set_states(ids, id_list, IDENTITY_LIVE,
		   released ? IDENTITY_FREE : IDENTITY_RETIRED);
	ids->n_live--;
	ids->n_retired += !released;
	must(pthread_mutex_unlock(&ids->lock) == 0);
}

void identities_release(struct identities *ids, const int *id_list)
{
	if (ids->n_rings == 0)
		return;
	must(pthread_mutex_lock(&ids->lock) == 0);
	set_states(ids, id_list, IDENTITY_RETIRED, IDENTITY_FREE);
	ids->n_retired--;
	must(pthread_mutex_unlock(&ids->lock) == 0);
}
