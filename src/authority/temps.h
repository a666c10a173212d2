/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pending temporaries of one worker: made, in the journal, not yet
 * committed or aborted. The authority keeps the directory they were made in
 * open, so that a worker cannot commit into another one. Whoever works on a
 * temporary takes it out of the table meanwhile.
 */
#ifndef AUTHORITY_TEMPS_H
#define AUTHORITY_TEMPS_H

#include <pthread.h>

#include "journal.h"
#include "sessions.h"

/* Pending ones of a worker. Ours: a PUT or COPY has one, and each holds a
 * descriptor. */
#define TEMPS_MAX 512

struct temp {
	uint64_t id; /* 0: the entry is free */
	guise_luid session;
	const struct guise_token *token;
	int dir_fd;
	unsigned root;
	/* the file itself: while it is open its inode number means no other */
	int fd;
	char name[JOURNAL_NAME_SIZE];
};

struct temps {
	pthread_mutex_t lock; /* entries, next_id, n; innermost */
	struct temp entries[TEMPS_MAX];
	unsigned n; /* used and taken ones */
	uint64_t next_id;
	const struct journal *journal; /* borrowed */
	struct sessions *sessions;     /* borrowed */
};

struct temps_request {
	guise_luid session;
	const struct guise_token *token; /* borrowed */
	const struct root *root;
	unsigned root_number;
	const char *like;
	bool is_directory;
	mode_t mode;
};

void temps_init(struct temps *temps, const struct journal *journal,
		struct sessions *sessions);
/* Removes all of them, as their clients. */
void temps_abort_all(struct temps *temps);
/* The same, and the end of @temps. */
void temps_clear(struct temps *temps);

/* Make one in @dir_fd (taken). @ret_fd is the caller's; @ret_name borrowed
 * until it is gone. 0; GUISE_E_LIMIT; errors of scope, journal and creation */
GUISE_MUST_USE int temps_create(struct temps *temps,
				const struct temps_request *request, int dir_fd,
				uint64_t *ret_id,
				char ret_name[JOURNAL_NAME_SIZE], int *ret_fd);
/* 0; -ENOENT: no such temporary of @session; errors of the rename, then it is
 * still pending */
GUISE_MUST_USE int temps_commit(struct temps *temps, guise_luid session,
				uint64_t id, const char *name, bool replace);
void temps_abort(struct temps *temps, guise_luid session, uint64_t id);
/* All of one session */
void temps_abort_session(struct temps *temps, guise_luid session);

/* Is this file one of @session's, still under its temporary name? */
bool temps_has_file(struct temps *temps, guise_luid session, dev_t dev,
		    ino_t ino);

#endif
