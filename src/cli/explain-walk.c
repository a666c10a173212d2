/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path as the kernel walks it, component by component, as the caller (root
 * sees what the user cannot). Names are text only until they are opened.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <guise/share.h>

#include "base.h"

#include "explain.h"

/* Kernel: MAXSYMLINKS. */
#define LINKS_MAX 40

struct walk {
	int (*visit)(void *context, const struct place *place);
	void *context;
	char rest[PATH_MAX * 2]; /* not walked yet */
	char at[PATH_MAX];	 /* walked, for people */
	unsigned links;
};

static int look(const char *path, struct place *ret)
{
	ret->path = path;
	ret->fd = open(path[0] ? path : "/", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (ret->fd < 0)
		return -errno;
	if (fstat(ret->fd, &ret->stat) < 0) {
		int error = -errno;

		(void)close(ret->fd);
		return error;
	}
	if (!path[0])
		ret->path = "/";
	return 0;
}

/* Takes the next component off the rest; false at its end. */
static bool next(struct walk *w, char component[NAME_MAX + 1])
{
	const char *start = w->rest + strspn(w->rest, "/");
	size_t size = strcspn(start, "/");

	if (size == 0 || size > NAME_MAX)
		return false;
	memcpy(component, start, size);
	component[size] = '\0';
	memmove(w->rest, start + size, strlen(start + size) + 1);
	return true;
}

static void up(struct walk *w)
{
	char *slash = strrchr(w->at, '/');

	if (slash)
		*slash = '\0';
}

/* What a link says comes before the rest. */
static int follow(struct walk *w, const struct place *link)
{
	char text[PATH_MAX];
	char rest[sizeof(w->rest)];
	ssize_t n = readlinkat(link->fd, "", text, sizeof(text) - 1);

	if (n < 0)
		return -errno;
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	text[n] = '\0';
	if ((size_t)snprintf(rest, sizeof(rest), "%s/%s", text, w->rest) >=
	    sizeof(rest))
		return -ENAMETOOLONG;
	memcpy(w->rest, rest, sizeof(rest));
	if (text[0] == '/')
		w->at[0] = '\0';
	else
		up(w);
	return 0;
}

static int visit_at(struct walk *w, bool is_last)
{
	struct place place;
	int r = look(w->at, &place);

	if (r < 0)
		return r;
	if (S_ISLNK(place.stat.st_mode)) {
		r = follow(w, &place);
	} else {
		place.is_last = is_last;
		r = w->visit(w->context, &place);
	}
	(void)close(place.fd);
	return r;
}

static bool is_at_end(const struct walk *w)
{
	return w->rest[strspn(w->rest, "/")] == '\0';
}

static int step(struct walk *w)
{
	char component[NAME_MAX + 1];
	size_t used = strlen(w->at);

	if (!next(w, component))
		return -ENAMETOOLONG;
	if (strcmp(component, ".") == 0)
		return 0;
	if (strcmp(component, "..") == 0)
		up(w);
	else if ((size_t)snprintf(w->at + used, sizeof(w->at) - used, "/%s",
				  component) >= sizeof(w->at) - used)
		return -ENAMETOOLONG;
	return visit_at(w, is_at_end(w));
}

int explain_walk(const char *path,
		 int (*visit)(void *context, const struct place *place),
		 void *context)
{
	struct walk w = {.visit = visit, .context = context};
	int r;

	if ((size_t)snprintf(w.rest, sizeof(w.rest), "%s", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	r = visit_at(&w, is_at_end(&w));
	while (r == 0 && !is_at_end(&w))
		r = step(&w);
	return r;
}
