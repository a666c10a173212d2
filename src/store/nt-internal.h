/* SPDX-License-Identifier: Apache-2.0 */
/* What the files behind nt-file.h have in common. */
#ifndef STORE_NT_INTERNAL_H
#define STORE_NT_INTERNAL_H

#include <guise/nt-file.h>

#include "fd.h"

/* One object and its descriptor, stored or derived. */
struct nt_node {
	int fd; /* O_PATH */
	struct stat stat;
	const struct guise_sd *sd;
	bool stored;
};

#define NT_NODE_NONE                                                           \
	{                                                                      \
		.fd = -EBADF                                                   \
	}

/*
 * Where a path leads.
 * @parent: the directory it is in; fd -EBADF for a path without a name at its
 *          end ("/", "..")
 * @name: in that directory; "" without one
 * @is_there: @object is set
 */
struct nt_place {
	struct nt_node parent;
	char name[GUISE_NAME_MAX + 1];
	struct nt_node object;
	bool is_there;
};

#define NT_PLACE_NONE                                                          \
	{                                                                      \
		.parent = NT_NODE_NONE, .object = NT_NODE_NONE                 \
	}

void nt_node_clear(struct nt_node *node);
void nt_place_clear(struct nt_place *place);

/* nt-place.c */

/* Follows links at the end of the path unless OPEN_LINK asks for them. Nothing
 * there is no error, if its directory is. */
GUISE_MUST_USE int nt_place_find(const struct guise_nt_request *request,
				 struct nt_place *ret, bool *reterr_parent);
/* Looks once more what is at the name. */
GUISE_MUST_USE int nt_place_look(const struct guise_nt_request *request,
				 struct nt_place *place);

/* nt-access.c */

GUISE_MUST_USE int nt_sd_load(const struct guise_token *token,
			      const struct guise_id_mapping *mapping,
			      struct nt_node *node);
/* What the place's object grants of the request's rights and @implied ones,
 * which are not part of what is granted unless asked for. */
GUISE_MUST_USE int nt_access_open(const struct guise_nt_request *request,
				  struct nt_place *place, uint32_t implied,
				  uint32_t *ret_granted);
/* Was it decided that the request may change the object's times and mode? */
GUISE_MUST_USE bool nt_access_may_change(const struct guise_nt_request *request,
					 const struct nt_node *node);
/* May a member be made in the place's directory, and what the creator gets. */
GUISE_MUST_USE int nt_access_create(const struct guise_nt_request *request,
				    struct nt_place *place,
				    uint32_t *ret_granted);
/* One set of rights on one object, plain. 0 or GUISE_E_ACCESS_DENIED ... */
GUISE_MUST_USE int nt_access_node(const struct guise_nt_request *request,
				  struct nt_node *node, uint32_t access);

/* nt-share.c */

/*
 * One file that this process has open, by device and inode, with all its
 * opens: what share modes and the deletion of open files go by.
 */
struct nt_open;
/* 0; GUISE_E_SHARING_VIOLATION; GUISE_E_DELETE_PENDING; -ENOMEM.
 * @implied: rights that count for the moment of opening only */
GUISE_MUST_USE int nt_open_enter(const struct stat *stat, uint32_t granted,
				 uint32_t implied, uint32_t share,
				 struct nt_open **ret);
/* Whether the last one left a file that is to be deleted. */
GUISE_MUST_USE bool nt_open_leave(struct nt_open *open);
void nt_open_set_delete(struct nt_open *open, bool remove);
bool nt_open_delete_pending(const struct nt_open *open);

static inline bool nt_is_read_only(const struct stat *stat)
{
	return (S_ISREG(stat->st_mode) || S_ISDIR(stat->st_mode)) &&
	       (stat->st_mode & 0222) == 0;
}

static inline bool nt_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* nt-file.c */

/* guise_sd_write() by a thread that may be a client. */
GUISE_MUST_USE int nt_sd_store(int fd, const struct guise_sd *sd);
/* The same over @old, which was read from there; NULL: nothing was stored.
 * NT_SD_CHANGED: another thread has changed it since. */
#define NT_SD_CHANGED 1
GUISE_MUST_USE int nt_sd_replace(int fd, const struct guise_sd *old,
				 const struct guise_sd *sd);

/*
 * @fd: how it was opened
 * @parent_fd, @name: where; -EBADF for what has no name
 */
struct guise_nt_file {
	int fd;
	int parent_fd;
	char name[GUISE_NAME_MAX + 1];
	struct stat stat; /* as it was opened: device, inode, kind */
	uint32_t granted;
	enum guise_nt_action action;
	bool delete_on_close;
	bool may_change;
	struct nt_open *open;
};

#endif
