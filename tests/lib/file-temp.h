/* SPDX-License-Identifier: Apache-2.0 */
/* Temporaries in live tests, each step checked. */
#ifndef TESTS_FILE_TEMP_H
#define TESTS_FILE_TEMP_H

#include <dirent.h>
#include <string.h>

#include "file-live.h"

/* How many temporaries lie in the directory */
static inline unsigned n_temporaries(struct file_live *l)
{
	int fd = openat(l->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fdopendir(fd);
	struct dirent *e;
	unsigned n = 0;

	LIVE_CHECK(d != NULL);
	while ((e = readdir(d)))
		n += guise_file_is_temp_name(e->d_name, strlen(e->d_name));
	(void)closedir(d);
	return n;
}

static inline struct guise_temp temp_of(struct file_live *l,
					const struct guise_token *token,
					const char *like, bool is_directory,
					mode_t mode)
{
	struct guise_temp temp = {.fd = -1};

	LIVE_CHECK(guise_temp_create(l->engine, token, l->dir, like,
				     is_directory, mode, &temp) == 0);
	LIVE_CHECK(temp.fd >= 0 && temp.dir_fd == l->dir);
	LIVE_CHECK(fcntl(temp.fd, F_GETFD) == FD_CLOEXEC);
	LIVE_CHECK(guise_file_is_temp_name(temp.name, strlen(temp.name)));
	LIVE_CHECK(n_temporaries(l) == 1);
	return temp;
}

/* Commits under @name and gives its stat. */
static inline struct stat put(struct file_live *l,
			      const struct guise_token *token, const char *like,
			      const char *name)
{
	struct guise_temp temp = temp_of(l, token, like, false, 0666);

	LIVE_CHECK(write(temp.fd, "new\n", 4) == 4);
	LIVE_CHECK(guise_temp_commit(l->engine, token, &temp, name,
				     like != NULL) == 0);
	LIVE_CHECK(close(temp.fd) == 0);
	LIVE_CHECK(n_temporaries(l) == 0);
	guise_temp_abort(l->engine, token, &temp); /* has nothing to do */
	return file_live_stat(l, name);
}

#endif
