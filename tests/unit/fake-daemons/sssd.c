/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A libsss_nss_idmap.so.0 whose sssd says what the environment tells it to:
 * FAKE_SSSD = "SID KIND ID;..." (KIND: none uid gid both odd), or "error N" for
 * every question.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sss_nss_idmap.h>

#define EXPORTED __attribute__((visibility("default")))

struct row {
	char sid[128];
	char kind[16];
	uint32_t id;
};

static const char *next_row(const char *at, struct row *row)
{
	int n = 0;

	if (!at ||
	    sscanf(at, "%127s %15s %u;%n", row->sid, row->kind, &row->id, &n) <
		    3 ||
	    n == 0)
		return NULL;
	return at + n;
}

static enum sss_id_type type_of(const char *kind)
{
	if (strcmp(kind, "uid") == 0)
		return SSS_ID_TYPE_UID;
	if (strcmp(kind, "gid") == 0)
		return SSS_ID_TYPE_GID;
	if (strcmp(kind, "both") == 0)
		return SSS_ID_TYPE_BOTH;
	if (strcmp(kind, "odd") == 0)
		return (enum sss_id_type)99;
	return SSS_ID_TYPE_NOT_SPECIFIED;
}

static int error_of(const char *says)
{
	int error = ENOENT;

	if (says && sscanf(says, "error %d", &error) != 1)
		return 0;
	return error;
}

EXPORTED int sss_nss_getidbysid(const char *sid, uint32_t *id,
				enum sss_id_type *id_type)
{
	const char *at = getenv("FAKE_SSSD");
	int error = error_of(at);
	struct row row;

	if (error)
		return error;
	while ((at = next_row(at, &row))) {
		if (strcmp(row.sid, sid) == 0) {
			*id = row.id;
			*id_type = type_of(row.kind);
			return 0;
		}
	}
	return ENOENT;
}

static int sid_of(uint32_t id, enum sss_id_type wanted, char **sid,
		  enum sss_id_type *type)
{
	const char *at = getenv("FAKE_SSSD");
	int error = error_of(at);
	struct row row;

	if (error)
		return error;
	while ((at = next_row(at, &row))) {
		if (row.id == id && ((type_of(row.kind) & wanted) ||
				     strcmp(row.kind, "odd") == 0)) {
			*sid = strdup(row.sid);
			*type = type_of(row.kind);
			return *sid ? 0 : ENOMEM;
		}
	}
	return ENOENT;
}

EXPORTED int sss_nss_getsidbyuid(uint32_t uid, char **sid,
				 enum sss_id_type *type)
{
	return sid_of(uid, SSS_ID_TYPE_UID, sid, type);
}

EXPORTED int sss_nss_getsidbygid(uint32_t gid, char **sid,
				 enum sss_id_type *type)
{
	return sid_of(gid, SSS_ID_TYPE_GID, sid, type);
}
