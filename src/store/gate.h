/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: the one place that decides. Every operation of a client begins
 * here (level, share), opens what it acts on here (the kernel decides, since
 * it is opened as the client), has that open object's descriptor checked here,
 * and acts on what it got; and ends here, where the verdict is filled.
 */
#ifndef STORE_GATE_H
#define STORE_GATE_H

#include "share-internal.h"

enum gate_op {
	GATE_OPEN,
	GATE_STAT,
	GATE_LIST,
	GATE_COPY_FROM,
	GATE_CREATE_FILE,
	GATE_CREATE_DIRECTORY,
	GATE_REPLACE,
	GATE_DELETE,
	GATE_GET_SD,
	GATE_SET_SD,
	GATE_OPS,
};

/* One operation on one path; lives on the stack of that operation. */
struct gate {
	struct guise_share *share;
	const struct guise_actor *actor;
	const char *path;
	unsigned resolve; /* enum guise_resolve of everything it opens */
	bool walks;	  /* checks TRAVERSE, directory by directory */
	bool may_change;  /* began as an operation that changes something */
	/* the actor's; NULL: nothing that is decided goes on record */
	const struct guise_audit_sink *audit;
	/* what is allowed now is decided or told again: only refusals go on
	 * record */
	bool looks_ahead;
	const char *member; /* what is decided on; NULL: @path */
	struct guise_verdict verdict;
};

/*
 * Where an object is.
 * @dir_fd: borrowed by the gate; owned by the place if @owned_fd is it
 * @path: from there; points into the operation's path or @room
 * @in_dir: @path is one name and @dir_fd the directory it is in
 */
struct gate_place {
	int dir_fd;
	int owned_fd;
	const char *path;
	bool in_dir;
	char room[GUISE_NAME_MAX + 1];
};

#define GATE_PLACE_NONE                                                        \
	{                                                                      \
		.dir_fd = -EBADF, .owned_fd = -EBADF                           \
	}

/* @fd: the object; -EBADF for operations that create one
 * @sd: what is stored on it, NULL if nothing; for operations that create: on
 *      the directory. A reference.
 * @decision: of it */
struct gate_object {
	int fd;
	struct stat stat;
	const struct guise_sd *sd;
	struct guise_decision decision;
};

#define GATE_OBJECT_NONE                                                       \
	{                                                                      \
		.fd = -EBADF                                                   \
	}

/* What a decision was about, for the record: @size bytes of @path.
 * @decision: NULL: none was made */
struct gate_about {
	const char *path;
	size_t size;
	const struct stat *stat;
	const struct guise_decision *decision;
};

void gate_place_clear(struct gate_place *place);
void gate_object_clear(struct gate_object *object);

/*
 * Checks arguments, path, level, and what the share allows. @actor's verdict is
 * reset. @access: for GATE_OPEN and GATE_SET_SD, else 0. On failure the verdict
 * is filled: do not call gate_end().
 */
GUISE_MUST_USE int gate_begin(struct gate *gate, struct guise_share *share,
			      const struct guise_actor *actor, enum gate_op op,
			      uint32_t access, const char *path);
/* Fills the verdict; returns @r. */
GUISE_MUST_USE int gate_end(struct gate *gate, int r);

/* The place of the operation's path, symbolic links followed at its end. */
GUISE_MUST_USE int gate_place(struct gate *gate, struct gate_place *ret);
/* The directory @path's last component is in, and that component itself: not
 * followed. -EBUSY for the root. */
GUISE_MUST_USE int gate_place_in_parent(struct gate *gate, const char *path,
					struct gate_place *ret);
/* @place is a symbolic link: the place it points to, to be found out the same
 * way. At most SHARE_LINKS_MAX in a row: *@links counts. */
GUISE_MUST_USE int gate_follow(struct gate *gate, struct gate_place *place,
			       char path[GUISE_PATH_MAX + 1], unsigned *links);

/*
 * Opens what @op acts on and decides. @access is added to what the operation's
 * row demands. For operations that create, nothing is opened: the directory
 * must allow it. -ENXIO: neither file, directory nor symbolic link.
 */
GUISE_MUST_USE int gate_pass(struct gate *gate, enum gate_op op,
			     uint32_t access, const struct gate_place *place,
			     struct gate_object *ret);
/* The same at the place of the operation's path. */
GUISE_MUST_USE int gate_pass_here(struct gate *gate, enum gate_op op,
				  uint32_t access, struct gate_object *ret);

/* Files, directories, symbolic links; nothing else is even looked at. */
bool gate_serves(const struct stat *stat);
/* The descriptor stored on an open file, by policy and cache; NULL: none. */
GUISE_MUST_USE int gate_stored_sd(struct gate *gate, int fd,
				  const struct stat *stat,
				  const struct guise_sd **ret);
/* Decide by a descriptor that is about to be stored; NULL: allowed. Not on
 * record. */
GUISE_MUST_USE int gate_check_sd(struct gate *gate, const struct guise_sd *sd,
				 uint32_t access);
/* The access check of this share, as a question: the verdict is untouched. */
GUISE_MUST_USE int gate_ask(const struct gate *gate, const struct guise_sd *sd,
			    uint32_t access, struct guise_decision *ret);
/* For what was passed looking ahead: how it ended, for the record. Refusals by
 * the kernel count. */
void gate_audit_done(struct gate *gate, enum gate_op op,
		     const struct gate_object *object, int r);
/* Would the kernel let this client remove members of the open directory? Asks
 * nobody; for a look ahead only. 0 or -EACCES */
GUISE_MUST_USE int gate_may_empty(struct gate *gate, int dir_fd);

/* gate-audit.c */

/* A gate for questions on the side: they leave traces neither in the verdict
 * nor on record. */
struct gate gate_aside(const struct gate *gate);
/* @sd decided on @access: @r. */
void gate_audit(struct gate *gate, const struct guise_sd *sd,
		const struct gate_about *about, uint32_t access, int r);
/* The kernel refused to open what is at @place, as @r says. */
void gate_audit_refused(struct gate *gate, const struct gate_place *place,
			int flags, uint32_t access, int r);

/* gate-parent.c: of @bits (DELETE, READ_ATTRIBUTES), those that the object's
 * directory gives (by DELETE_CHILD, LIST_DIRECTORY). Any failure gives none. */
uint32_t gate_by_parent(struct gate *gate, const struct gate_place *place,
			const struct gate_object *object, uint32_t bits);
/* May the client list the directory @path's last component is in? For the
 * root: the root itself. */
bool gate_parent_listable(struct gate *gate);

#endif
