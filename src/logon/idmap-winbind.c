/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samba's winbindd, through libwbclient, which is loaded when the source is
 * first asked, or before. A configuration that names the source means it:
 * without the library or the daemon there is no answer, never another source's.
 */
#include <pthread.h>

#include "idmap-library.h"

#define LIBRARY "libwbclient.so.0"
#define SUBS_MAX 15

/* The library's interface, from its version 0.13 on. */
struct wbc_sid {
	uint8_t revision;
	uint8_t n_subs;
	uint8_t authority[6];
	uint32_t subs[SUBS_MAX];
};

struct wbc_id {
	enum idmap_type type;
	uint32_t id; /* a union of uid_t and gid_t there */
};

enum wbc_error {
	WBC_SUCCESS = 0,
	WBC_NO_MEMORY = 3,
};

static struct {
	int (*sids_to_ids)(const struct wbc_sid *sids, uint32_t n_sids,
			   struct wbc_id *ids);
	int (*ids_to_sids)(const struct wbc_id *ids, uint32_t n_ids,
			   struct wbc_sid *sids);
	bool is_complete;
} wbc; /* filled once, by load() */

static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
	const struct idmap_function functions[] = {
		{"wbcSidsToUnixIds", &wbc.sids_to_ids},
		{"wbcUnixIdsToSids", &wbc.ids_to_sids},
	};

	wbc.is_complete =
		idmap_library_load(LIBRARY, functions, ARRAY_SIZE(functions));
}

static bool is_loaded(void)
{
	return pthread_once(&loaded, load) == 0 && wbc.is_complete;
}

static int check(int error)
{
	if (error == WBC_SUCCESS)
		return 0;
	return error == WBC_NO_MEMORY ? -ENOMEM : -EIO;
}

static struct wbc_sid sid_to_wbc(const struct guise_sid *sid)
{
	struct wbc_sid to = {.revision = 1, .n_subs = sid->n_subs};

	for (unsigned i = 0; i < 6; i++)
		to.authority[i] = (uint8_t)(sid->authority >> (40 - 8 * i));
	for (unsigned i = 0; i < sid->n_subs; i++)
		to.subs[i] = sid->sub[i];
	return to;
}

static bool sid_from_wbc(const struct wbc_sid *from, struct guise_sid *ret)
{
	struct guise_sid sid = {.n_subs = from->n_subs};

	if (from->revision != 1 || from->n_subs > SUBS_MAX)
		return false;
	for (unsigned i = 0; i < 6; i++)
		sid.authority = sid.authority << 8 | from->authority[i];
	for (unsigned i = 0; i < from->n_subs; i++)
		sid.sub[i] = from->subs[i];
	*ret = sid;
	return true;
}

static_assert(SUBS_MAX == GUISE_SID_MAX_SUBS, "each holds the other's");

int idmap_winbind_to_id(const struct guise_sid *sid, struct guise_unix_id *ret)
{
	const struct wbc_sid asked = sid_to_wbc(sid);
	struct wbc_id found = {IDMAP_TYPE_NONE, UINT32_MAX};
	int r;

	if (!is_loaded())
		return -ENOSYS;
	r = check(wbc.sids_to_ids(&asked, 1, &found));
	if (r < 0)
		return r;
	if (found.type == IDMAP_TYPE_NONE)
		return GUISE_E_NONE_MAPPED;
	return idmap_library_id(found.type, found.id, ret);
}

int idmap_winbind_to_sid(enum guise_unix_id_kind kind, uint32_t id,
			 struct guise_sid *ret)
{
	const struct wbc_id asked = {kind == GUISE_UNIX_ID_UID ? IDMAP_TYPE_UID
							       : IDMAP_TYPE_GID,
				     id};
	struct wbc_sid found = {0};
	int r;

	if (!is_loaded())
		return -ENOSYS;
	r = check(wbc.ids_to_sids(&asked, 1, &found));
	if (r < 0)
		return r;
	if (found.n_subs == 0) /* it knows none */
		return GUISE_E_NONE_MAPPED;
	return sid_from_wbc(&found, ret) ? 0 : -EIO;
}

void idmap_winbind_prepare(void)
{
	(void)is_loaded();
}
