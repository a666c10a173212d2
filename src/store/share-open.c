/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what exists, and looking at it. The fast path: one open as the
 * client, one fstat, one look into the cache, one access check. */
#include <guise/share.h>

#include "fd.h"
#include "gate.h"

int guise_share_open(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, uint32_t access, int *ret_fd,
		     struct stat *ret_stat)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	struct gate gate;
	int r;

	access = guise_map_generic(access, &guise_mapping_file);
	/* What a mere maximum would open is not known before it is open. */
	if (!ret_fd || access == 0 || (access & GUISE_MAXIMUM_ALLOWED))
		return -EINVAL;
	r = gate_begin(&gate, share, actor, GATE_OPEN, access, path);
	if (r < 0)
		return r;
	r = gate_end(&gate, gate_pass_here(&gate, GATE_OPEN, access, &object));
	if (r < 0)
		return r;
	if (ret_stat)
		*ret_stat = object.stat;
	*ret_fd = fd_take(&object.fd);
	return 0;
}

int guise_share_stat(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, struct stat *ret_stat)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	struct gate gate;
	int r;

	if (!ret_stat)
		return -EINVAL;
	r = gate_begin(&gate, share, actor, GATE_STAT, 0, path);
	if (r < 0)
		return r;
	r = gate_end(&gate, gate_pass_here(&gate, GATE_STAT, 0, &object));
	if (r < 0)
		return r;
	*ret_stat = object.stat;
	return 0;
}
