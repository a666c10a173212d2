/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SACLs of descriptors want on record of what the gate decides. The
 * sink is called with the thread as the service, between operations.
 *
 * A file that the kernel did not let the client open has not been read, but the
 * client may learn that it is there if it may enter the directories above: its
 * descriptor is looked at then, and the refusal put on record. Where the client
 * cannot even get there, nothing is known of what it wanted.
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "gate.h"

struct gate gate_aside(const struct gate *gate)
{
	struct gate aside = *gate;

	aside.audit = NULL;
	return aside;
}

/* Apart from gate_audit(): the name is large. */
static __attribute__((noinline)) void
tell(const struct gate *gate, const struct guise_sd *sd,
     const struct gate_about *about, uint32_t access,
     const struct guise_decision *decision)
{
	char name[GUISE_PATH_MAX + 1];
	const size_t size =
		about->size < GUISE_PATH_MAX ? about->size : GUISE_PATH_MAX;
	const struct guise_audit_options options = {
		.size = sizeof(options),
		.sink = gate->audit,
		.server = gate->share->name,
		.type = "File",
		.name = name,
		.handle = about->stat->st_ino,
	};

	memcpy(name, about->path, size);
	name[size] = '\0';
	must(guise_audit_access(sd, gate->actor->token, access,
				&guise_mapping_file, &gate->share->access,
				decision, 1, &options, NULL) == 0);
}

void gate_audit(struct gate *gate, const struct guise_sd *sd,
		const struct gate_about *about, uint32_t access, int r)
{
	struct guise_decision decision = {0};

	if (!gate->audit || (gate->looks_ahead && r == 0) ||
	    !guise_sd_has_audit(sd))
		return;
	if (about->decision)
		decision = *about->decision;
	/* the directory and the kernel have had their say, too */
	decision.allowed = r == 0;
	decision.granted = r == 0 ? access : 0;
	tell(gate, sd, about, access, &decision);
}

void gate_audit_refused(struct gate *gate, const struct gate_place *place,
			int flags, uint32_t access, int r)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	const char *path = gate->member ? gate->member : gate->path;
	struct gate look = *gate;

	if (!gate->audit || (r != -EACCES && r != -EPERM && r != -EROFS))
		return;
	if (file_open_stat(gate->actor->engine, gate->actor->token,
			   place->dir_fd, place->path,
			   O_PATH | (flags & (O_NOFOLLOW | O_DIRECTORY)), 0,
			   gate->resolve, &object.fd, &object.stat) < 0 ||
	    !gate_serves(&object.stat) ||
	    gate_stored_sd(&look, object.fd, &object.stat, &object.sd) < 0)
		return;
	gate_audit(gate, object.sd,
		   &(struct gate_about){path, strlen(path), &object.stat, NULL},
		   access, r);
}
