/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named objects, where other processes find them. An object is a directory of
 * the namespace that holds three files: its state (a struct sync_state), its
 * descriptor, and of a section its data.
 *
 * It is made whole under another name and renamed, so that nobody sees half of
 * it. Whoever has it open holds a shared lock (flock) on the state: when nobody
 * does any more, the entry is dead, whatever ended its holders, and the next to
 * come across it removes it.
 *
 * The kernel's permissions are at least as strict as the descriptor: everything
 * for the user who made it; others can read or write only if the DACL grants
 * that to everybody, and denies nobody anything. Nothing in the files of
 * another user is believed but that user's own wishes: it is checked whether it
 * can be an object at all, and the descriptor's owner is the user who owns the
 * file.
 */
#ifndef WIN32_NAMED_H
#define WIN32_NAMED_H

#include "sync.h"

/**
 * struct named - a named object as this process has it open
 * @link: in the list of those of this process
 * @directory: of the entry
 * @entry: name of that in the namespace
 * @scope: which part of the namespace
 * @lock_fd: holds the lock that says it is in use
 * @uid: owner of the files
 * @text: the name as a program gave it
 */
struct named {
	struct object_link link;
	int directory;
	int lock_fd;
	unsigned scope;
	uint32_t uid;
	char *entry;
	char *text;
};

/* A name taken apart: the prefix is gone, the rest fit for a file. */
struct name_parts {
	unsigned scope;
	char entry[GUISE_NAME_MAX + 1];
};

/* What a program gave: "x", "Local\x", "Global\x", "\BaseNamedObjects\x".
 * STATUS_OBJECT_PATH_NOT_FOUND (other backslashes), STATUS_NAME_TOO_LONG */
NTSTATUS name_parse(const char *text, struct name_parts *ret);

/* Held while a name is looked up and its object is made. */
void named_lock(void);
void named_unlock(void);
/* The object of this name that this process has; a reference, or NULL. */
struct object *named_find(const struct name_parts *parts);
/* From now on it is found; the object calls named_close() when it is freed. */
void named_list(struct named *named, struct object *object);

/**
 * struct named_files - what an entry holds
 * @state_fd: the caller's
 * @data_fd: of a section; the caller's; else -EBADF
 * @read_only: the kernel does not let us change it
 * @sd: a reference
 */
struct named_files {
	int state_fd;
	int data_fd;
	bool read_only;
	const struct guise_sd *sd;
};

/* STATUS_OBJECT_NAME_NOT_FOUND; STATUS_ACCESS_DENIED by the kernel;
 * STATUS_INVALID_HANDLE: what is there is no object. */
NTSTATUS named_open(const struct name_parts *parts, const char *text,
		    struct named **ret, struct named_files *ret_files);
/* STATUS_OBJECT_NAME_COLLISION: there is one by now. */
NTSTATUS named_create(const struct name_parts *parts, const char *text,
		      const struct sync_state *state, const struct guise_sd *sd,
		      struct named **ret, struct named_files *ret_files);
/* What a parent process passed: @fds are of the state, locked, and of the
 * directory; duplicated. STATUS_NO_MEMORY, errors of descriptors */
NTSTATUS named_inherit(const struct name_parts *parts, const char *text,
		       uint32_t uid, const int fds[2], struct named **ret);
/* The descriptor as it is now. *ret is a reference. */
NTSTATUS named_sd(const struct named *named, const struct guise_sd **ret);
NTSTATUS named_set_sd(const struct named *named, uint32_t kind,
		      const struct guise_sd *sd);
/* The name without prefix; borrowed */
const char *named_plain(const struct named *named);
/* NULL is fine; always NULL. */
struct named *named_close(struct named *named);
void named_files_clear(struct named_files *files);

#endif
