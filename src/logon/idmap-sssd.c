/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SSSD, through libsss_nss_idmap, which is loaded when the source is first
 * asked; as with winbind, a configuration that names it means it.
 *
 * The library says "not found" when no sssd runs, too. So whoever is not found
 * is looked for again by a connection to the daemon's socket: if nobody listens
 * there, nobody has been asked.
 */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "fd.h"
#include "idmap-library.h"

#define LIBRARY "libsss_nss_idmap.so.0"
/* Where sssd answers the library, on all distributions. */
#define SOCKET "/var/lib/sss/pipes/nss"

typedef int sid_of_fn(uint32_t id, char **sid, enum idmap_type *type);

static struct {
	int (*id_of_sid)(const char *sid, uint32_t *id, enum idmap_type *type);
	sid_of_fn *sid_of_uid;
	sid_of_fn *sid_of_gid;
	bool is_complete;
} sss; /* filled once, by load() */

static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
	const struct idmap_function functions[] = {
		{"sss_nss_getidbysid", &sss.id_of_sid},
		{"sss_nss_getsidbyuid", &sss.sid_of_uid},
		{"sss_nss_getsidbygid", &sss.sid_of_gid},
	};

	sss.is_complete =
		idmap_library_load(LIBRARY, functions, ARRAY_SIZE(functions));
}

static bool is_loaded(void)
{
	return pthread_once(&loaded, load) == 0 && sss.is_complete;
}

static bool daemon_listens(void)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX,
					    .sun_path = SOCKET};
	GUISE_AUTO(fd_closep)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, (const struct sockaddr *)&address,
				  sizeof(address)) == 0;
}

/* @error: 0 or a positive errno, as the library's functions return it */
static int check(int error)
{
	switch (error) {
	case 0:
		return 0;
	case ENOENT:
		return daemon_listens() ? GUISE_E_NONE_MAPPED : -EIO;
	case ENOMEM:
		return -ENOMEM;
	case ETIME:
	case ETIMEDOUT:
		return -ETIMEDOUT;
	default:
		return -EIO;
	}
}

int idmap_sssd_to_id(const struct guise_sid *sid, struct guise_unix_id *ret)
{
	char text[GUISE_SID_TEXT_SIZE];
	enum idmap_type type = IDMAP_TYPE_NONE;
	uint32_t id = UINT32_MAX;
	int r;

	if (!is_loaded())
		return -ENOSYS;
	(void)guise_sid_format(sid, text);
	r = check(sss.id_of_sid(text, &id, &type));
	return r < 0 ? r : idmap_library_id(type, id, ret);
}

int idmap_sssd_to_sid(enum guise_unix_id_kind kind, uint32_t id,
		      struct guise_sid *ret)
{
	const bool is_user = kind == GUISE_UNIX_ID_UID;
	GUISE_AUTO(freep) char *text = NULL;
	enum idmap_type type = IDMAP_TYPE_NONE;
	struct guise_sid sid;
	int r;

	if (!is_loaded())
		return -ENOSYS;
	r = check(
		(is_user ? sss.sid_of_uid : sss.sid_of_gid)(id, &text, &type));
	if (r < 0)
		return r;
	if (type != (is_user ? IDMAP_TYPE_UID : IDMAP_TYPE_GID) &&
	    type != IDMAP_TYPE_BOTH)
		return -EIO;
	if (!text || guise_sid_parse(text, strnlen(text, GUISE_SID_TEXT_SIZE),
				     NULL, &sid) < 0)
		return -EIO;
	*ret = sid;
	return 0;
}

void idmap_sssd_prepare(void)
{
	(void)is_loaded();
}
