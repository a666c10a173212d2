/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names for people and SIDs for descriptors: embedded accounts first, then the
 * system's, then the well-known ones.
 */
#ifndef CLI_WHO_H
#define CLI_WHO_H

#include <guise/store.h>

struct who;

/* @accounts: file of embedded accounts; NULL: the usual one, if it is there
 * and may be read. 0 or CLI_FAILED after saying why */
int who_open(const char *accounts, struct who **ret);
struct who *who_close(struct who *who);
void who_closep(struct who **who);
/* A name, "user:NAME", "group:NAME", a SID or an SDDL alias. 0, or CLI_USAGE
 * after saying that nobody is called so; CLI_FAILED for a name when the usual
 * accounts cannot be read, since it might be in them */
int who_find(const struct who *who, const char *text, struct guise_sid *ret);
/* The same without a word. */
bool who_look_up(const struct who *who, const char *text,
		 struct guise_sid *ret);
/* "alice", or "" when nobody knows one; printable */
#define WHO_NAME_SIZE 264
void who_name(const struct who *who, const struct guise_sid *sid,
	      char ret[WHO_NAME_SIZE]);
/* "alice (S-1-5-...)", or the SID alone; printable */
#define WHO_LABEL_SIZE (WHO_NAME_SIZE + GUISE_SID_TEXT_SIZE + 4)
void who_label(const struct who *who, const struct guise_sid *sid,
	       char ret[WHO_LABEL_SIZE]);
/* The Unix id of an embedded account; false: the SID is none's. */
bool who_unix_id(const struct who *who, const struct guise_sid *sid,
		 uint32_t *ret_id, bool *ret_is_group);
/* Uids and gids of the accounts to their SIDs; borrowed */
const struct guise_id_mapping *who_mapping(const struct who *who);

#endif
