/* SPDX-License-Identifier: Apache-2.0 */
/* The members that a recursive DELETE, COPY or MOVE could not do: a 207. */
#ifndef DAV_MEMBERS_H
#define DAV_MEMBERS_H

#include "dav.h"

/* Ours: who has more than these wrong knows enough. */
#define MEMBERS_MAX 1000

struct members {
	const struct site_share *share;
	struct guise_buf body;
	size_t n;
	int error; /* writing the list failed */
};

void members_begin(struct members *members, const struct site_share *share);
void members_clear(struct members *members);
/* A guise_member_failed; context is the struct members. */
void member_failed(void *context, const char *path, int error);
enum exchange_next members_answer(struct exchange *ex, struct members *members);

#endif
