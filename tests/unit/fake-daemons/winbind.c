/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A libwbclient.so.0 whose winbindd says what the environment tells it to:
 * FAKE_WINBIND = "SID KIND ID;..." (KIND: none uid gid both odd), or "error N"
 * for every question, or "hang". FAKE_WINBIND_MS: how long each one takes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wbclient.h>

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

static int error_of(const char *says)
{
	const char *ms = getenv("FAKE_WINBIND_MS");
	int error = 0;

	if (ms)
		(void)usleep(1000 * (useconds_t)strtoul(ms, NULL, 10));
	if (says && strcmp(says, "hang") == 0)
		(void)pause();
	if (!says || sscanf(says, "error %d", &error) == 1)
		return says ? error : WBC_ERR_WINBIND_NOT_AVAILABLE;
	return 0;
}

static void text_of(const struct wbcDomainSid *sid, char ret[128])
{
	int n = snprintf(ret, 128, "S-1-%u", sid->id_auth[5]);

	for (int i = 0; i < sid->num_auths && i < WBC_MAXSUBAUTHS; i++)
		n += snprintf(ret + n, 128 - (size_t)n, "-%u",
			      sid->sub_auths[i]);
}

static void sid_of(const char *text, struct wbcDomainSid *ret)
{
	unsigned value;
	int n = 0;

	memset(ret, 0, sizeof(*ret));
	ret->sid_rev_num = 1;
	if (sscanf(text, "S-1-%u%n", &value, &n) != 1)
		return;
	ret->id_auth[5] = (uint8_t)value;
	for (text += n; sscanf(text, "-%u%n", &value, &n) == 1; text += n)
		ret->sub_auths[ret->num_auths++] = value;
}

static enum wbcIdType type_of(const char *kind)
{
	if (strcmp(kind, "uid") == 0)
		return WBC_ID_TYPE_UID;
	if (strcmp(kind, "gid") == 0)
		return WBC_ID_TYPE_GID;
	if (strcmp(kind, "both") == 0)
		return WBC_ID_TYPE_BOTH;
	if (strcmp(kind, "odd") == 0)
		return (enum wbcIdType)99;
	return WBC_ID_TYPE_NOT_SPECIFIED;
}

EXPORTED wbcErr wbcSidsToUnixIds(const struct wbcDomainSid *sids,
				 uint32_t num_sids, struct wbcUnixId *ids)
{
	const char *says = getenv("FAKE_WINBIND");
	int error = error_of(says);

	for (uint32_t i = 0; error == 0 && i < num_sids; i++) {
		const char *at = says;
		char text[128];
		struct row row;

		memset(&ids[i], 0, sizeof(ids[i]));
		text_of(&sids[i], text);
		while ((at = next_row(at, &row))) {
			if (strcmp(row.sid, text) != 0)
				continue;
			ids[i].type = type_of(row.kind);
			ids[i].id.uid = row.id;
		}
	}
	return (wbcErr)error;
}

EXPORTED wbcErr wbcUnixIdsToSids(const struct wbcUnixId *ids, uint32_t num_ids,
				 struct wbcDomainSid *sids)
{
	const char *says = getenv("FAKE_WINBIND");
	int error = error_of(says);

	for (uint32_t i = 0; error == 0 && i < num_ids; i++) {
		const char *at = says;
		struct row row;

		memset(&sids[i], 0, sizeof(sids[i]));
		while ((at = next_row(at, &row))) {
			if (row.id == ids[i].id.uid &&
			    (type_of(row.kind) & ids[i].type))
				sid_of(row.sid, &sids[i]);
		}
	}
	return (wbcErr)error;
}
