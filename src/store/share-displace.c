/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <guise/share.h>

#include "share-delete.h"
#include "share-displace.h"

#define KEPT_PREFIX "displaced-"

int displaced_remove(struct gate *gate, const struct guise_temp *temp,
		     const char *path, guise_member_failed *failed,
		     void *context)
{
	const struct gate_place place = {.dir_fd = temp->dir_fd,
					 .owned_fd = -EBADF,
					 .path = temp->name,
					 .in_dir = true};
	int r;

	r = delete_tree_check(gate, &place, path, failed, context, NULL);
	if (r == 0)
		r = delete_tree(gate, &place, path, failed, context);
	return r == -ENOENT ? 0 : r;
}

void displaced_keep(struct gate *gate, struct guise_temp *temp,
		    const char *name)
{
	const struct guise_actor *actor = gate->actor;
	char kept[sizeof(KEPT_PREFIX) + sizeof(temp->name)];

	(void)snprintf(kept, sizeof(kept), KEPT_PREFIX "%s",
		       temp->name + strlen(GUISE_TEMP_PREFIX));
	if (guise_temp_commit(actor->engine, actor->token, temp, name, false) <
		    0 &&
	    guise_temp_commit(actor->engine, actor->token, temp, kept, false) <
		    0)
		temp->name[0] = '\0';
}
