/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of open files, without a share and without a client. */
#include <stdatomic.h>

#include <guise/store.h>

#include "codec.h"
#include "engine.h"
#include "posix.h"
#include "sys.h"
#include "xattr.h"

int posix_read_acl(const struct guise_actor *actor, int fd,
		   const struct stat *stat, struct guise_buf *out)
{
	int r;

	if (S_ISLNK(stat->st_mode))
		return 0;
	if (actor && actor->engine->ops->read_acl)
		r = actor->engine->ops->read_acl(actor->engine, actor->token,
						 fd, out);
	else
		r = xattr_read(fd, XATTR_POSIX_ACCESS, out);
	return r == -ENODATA || r == -EOPNOTSUPP ? 0 : r;
}

int posix_sd_by_actor(const struct guise_actor *actor, int fd,
		      const struct stat *stat,
		      const struct guise_id_mapping *mapping,
		      const struct guise_sd **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf acl = {0};
	int r = posix_read_acl(actor, fd, stat, &acl);

	if (r < 0)
		return r;
	return guise_sd_of_posix(stat, acl.size ? acl.data : NULL, acl.size,
				 mapping, ret);
}

int posix_sd_of_fd(int fd, const struct stat *stat,
		   const struct guise_id_mapping *mapping,
		   const struct guise_sd **ret)
{
	return posix_sd_by_actor(NULL, fd, stat, mapping, ret);
}

struct own_mapping {
	const struct guise_token *token;
	const struct guise_id_mapping *mapping;
};

static bool own_uid_to_sid(void *context, uint32_t uid, struct guise_sid *ret)
{
	const struct own_mapping *own = context;

	if (guise_token_unix(own->token)->uid == uid)
		*ret = guise_token_user(own->token)->sid;
	else
		*ret = posix_sid_of_uid(own->mapping, uid);
	return true;
}

static bool own_gid_to_sid(void *context, uint32_t gid, struct guise_sid *ret)
{
	const struct own_mapping *own = context;

	*ret = posix_sid_of_gid(own->mapping, gid);
	return true;
}

static int for_token(const struct guise_actor *actor, int fd,
		     const struct stat *stat, const struct guise_token *token,
		     const struct guise_id_mapping *mapping,
		     const struct guise_sd **ret)
{
	struct own_mapping own = {.token = token, .mapping = mapping};
	const struct guise_id_mapping with_own = {
		.size = sizeof(with_own),
		.uid_to_sid = own_uid_to_sid,
		.gid_to_sid = own_gid_to_sid,
		.context = &own,
	};

	return posix_sd_by_actor(actor, fd, stat, &with_own, ret);
}

int posix_sd_for_token(int fd, const struct stat *stat,
		       const struct guise_token *token,
		       const struct guise_id_mapping *mapping,
		       const struct guise_sd **ret)
{
	return for_token(NULL, fd, stat, token, mapping, ret);
}

int posix_sd_for_actor(const struct guise_actor *actor, int fd,
		       const struct stat *stat,
		       const struct guise_id_mapping *mapping,
		       const struct guise_sd **ret)
{
	return for_token(actor, fd, stat, actor->token, mapping, ret);
}

#define SD_USER_XATTR "user.guise.sd"

/* Set by guise_sd_use_user_attribute() and never unset */
static atomic_bool uses_user_attribute;

/* What is written, and read first */
static const char *attribute(void)
{
	return atomic_load(&uses_user_attribute) ? SD_USER_XATTR
						 : sd_codec_guise.xattr;
}

int guise_sd_use_user_attribute(void)
{
	struct sys_capabilities held;
	int r = sys_get_all_capabilities(&held);

	if (r < 0)
		return r;
	if (held.effective | held.permitted | held.inheritable)
		return -EPERM;
	atomic_store(&uses_user_attribute, true);
	return 0;
}

static int read_stored(int fd, const struct guise_sd **ret)
{
	const struct sd_codec *codec = &sd_codec_guise;
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	int r = xattr_read(fd, attribute(), &value);

	if ((r == -ENODATA || r == -EOPNOTSUPP) &&
	    atomic_load(&uses_user_attribute))
		r = xattr_read(fd, codec->xattr, &value);
	if (r < 0)
		return r;
	return codec->decode(value.data, value.size, ret);
}

int guise_sd_read(int fd, const struct guise_id_mapping *mapping,
		  const struct guise_sd **ret, bool *ret_stored)
{
	struct stat stat;
	bool stored = true;
	int r;

	if (fd < 0 || !ret)
		return -EINVAL;
	r = read_stored(fd, ret);
	if (r == -ENODATA || r == -EOPNOTSUPP) {
		stored = false;
		if (fstat(fd, &stat) < 0)
			return -errno;
		r = posix_sd_of_fd(fd, &stat, mapping, ret);
	}
	if (r == 0 && ret_stored)
		*ret_stored = stored;
	return r;
}

int guise_sd_write(int fd, const struct guise_sd *sd)
{
	const struct sd_codec *codec = &sd_codec_guise;
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	int r;

	if (fd < 0 || !sd)
		return -EINVAL;
	r = codec->encode(sd, &value);
	if (r < 0)
		return r;
	return xattr_write(fd, attribute(), value.data, value.size);
}

int guise_sd_remove(int fd)
{
	if (fd < 0)
		return -EINVAL;
	return xattr_remove(fd, attribute());
}
