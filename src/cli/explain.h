/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a user may or may not do something with a file: a list of findings, layer
 * by layer, each with the change that would remove the obstacle. What the
 * kernel itself answers is asked apart and compared.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <sys/stat.h>

#include <guise/access.h>
#include <guise/share.h>

#include "who.h"

/* struct want - what the user would like to do
 * @access: on the object, NT
 * @posix: on the object, of enum posix_permission
 * @deletes: remove it */
struct want {
	uint32_t access;
	unsigned posix;
	bool deletes;
};

/* "read,write": 0, or CLI_USAGE after saying what is wrong */
int want_parse(const char *text, struct want *ret);
/* Will change the file system */
bool want_changes(const struct want *want);

struct finding {
	const char *layer; /* a word */
	char *text;
	bool blocks;
};

/* What is found and what should be changed; all strings owned. */
struct explanation {
	const char *user;
	const struct guise_token *token; /* at impersonation level */
	const struct who *who;
	struct want want;
	enum guise_share_policy policy;
	const struct guise_policies *policies; /* central ones; may be NULL */
	struct finding *findings;
	size_t n_findings;
	char **changes;
	size_t n_changes;
	bool failed; /* no memory */
};

void explanation_clear(struct explanation *e);
bool explanation_allows(const struct explanation *e);
__attribute__((format(printf, 4, 5))) void
explanation_add(struct explanation *e, const char *layer, bool blocks,
		const char *format, ...);
__attribute__((format(printf, 2, 3))) void
explanation_change(struct explanation *e, const char *format, ...);

/* A file on the way, opened O_PATH and not followed. @is_last: the object */
struct place {
	const char *path;
	int fd;
	struct stat stat;
	bool is_last;
};

/* explain-walk.c: visits "/" and each component of @path (absolute), symbolic
 * links followed one by one as the kernel does. 0; -errno; what @visit says */
int explain_walk(const char *path,
		 int (*visit)(void *context, const struct place *place),
		 void *context);

/* explain-posix.c: mode, ACL, mount, flags. */
void explain_search(struct explanation *e, const struct place *place);
void explain_posix(struct explanation *e, const struct place *object,
		   const struct place *parent);

/* explain-sd.c: the stored descriptor, if there is one. */
void explain_traverse(struct explanation *e, const struct place *place);
void explain_sd(struct explanation *e, const struct place *object,
		const struct place *parent);

/* kernel-ask.c: the kernel itself, as the user. @path: the object's;
 * @parent_path: its directory's. 0 or -errno or GUISE_E_* */
int kernel_ask(const struct guise_token *token, const char *path,
	       const char *parent_path, const struct want *want);
/* Which of @wants (POSIX bits 1, 2, 4) the kernel grants on @path; 0 if it
 * cannot be reached: *ret_error says why */
unsigned kernel_grants(const struct guise_token *token, const char *path,
		       int *ret_error);

/* 'path', safe for a shell; free() it; NULL without memory */
char *shell_quoted(const char *text);

#endif
