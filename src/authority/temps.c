/* SPDX-License-Identifier: Apache-2.0 */
/* See temps.h. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include "engine.h"
#include "fd.h"
#include "temps.h"

void temps_init(struct temps *temps, const struct journal *journal,
		struct sessions *sessions)
{
	*temps = (struct temps){
		.journal = journal,
		.sessions = sessions,
		.next_id = 1,
	};
	must(pthread_mutex_init(&temps->lock, NULL) == 0);
}

static void lock(struct temps *temps)
{
	must(pthread_mutex_lock(&temps->lock) == 0);
}

static void unlock(struct temps *temps)
{
	must(pthread_mutex_unlock(&temps->lock) == 0);
}

static int reserve(struct temps *temps, uint64_t *ret_id)
{
	int r = GUISE_E_LIMIT;

	lock(temps);
	if (temps->n < TEMPS_MAX) {
		temps->n++;
		*ret_id = temps->next_id++;
		r = 0;
	}
	unlock(temps);
	return r;
}

static void unreserve(struct temps *temps)
{
	lock(temps);
	temps->n--;
	unlock(temps);
}

static void put(struct temps *temps, const struct temp *temp)
{
	lock(temps);
	for (size_t i = 0; i < TEMPS_MAX; i++) {
		if (temps->entries[i].id == 0) {
			temps->entries[i] = *temp;
			break;
		}
		must(i + 1 < TEMPS_MAX); /* room was reserved */
	}
	unlock(temps);
}

/* @id 0: any of the session. */
static bool take(struct temps *temps, guise_luid session, uint64_t id,
		 struct temp *ret)
{
	bool found = false;

	lock(temps);
	for (size_t i = 0; i < TEMPS_MAX && !found; i++) {
		struct temp *temp = &temps->entries[i];

		if (temp->id == 0 || temp->session != session ||
		    (id && temp->id != id))
			continue;
		*ret = *temp;
		*temp = (struct temp){0};
		found = true;
	}
	unlock(temps);
	return found;
}

static bool take_any(struct temps *temps, struct temp *ret)
{
	bool found = false;

	lock(temps);
	for (size_t i = 0; i < TEMPS_MAX && !found; i++) {
		found = temps->entries[i].id != 0;
		if (found) {
			*ret = temps->entries[i];
			temps->entries[i] = (struct temp){0};
		}
	}
	unlock(temps);
	return found;
}

static void release(struct temp *temp)
{
	(void)guise_token_unref(temp->token);
	(void)fd_close(temp->dir_fd);
	(void)fd_close(temp->fd);
}

/* It has its name or is gone. */
static void finish(struct temps *temps, struct temp *temp)
{
	journal_remove(temps->journal, temp->name);
	sessions_count_temps(temps->sessions, temp->session, -1);
	release(temp);
	unreserve(temps);
}

static int create_as_client(const struct temps_request *request,
			    const struct temp *temp, int *ret_fd)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, request->token);
	if (r < 0)
		return r;
	return file_temp_create_here(temp->dir_fd, request->like,
				     request->is_directory, request->mode,
				     temp->name, ret_fd);
}

static int remove_as_client(const struct temp *temp)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, temp->token);
	if (r < 0)
		return r;
	return file_remove_tree_here(temp->dir_fd, temp->name);
}

static int create(struct temps *temps, const struct temps_request *request,
		  struct temp *temp, int *ret_fd)
{
	int fd = -EBADF;
	int r;

	r = journal_add(temps->journal, request->root, temp->dir_fd,
			request->token, temp->name);
	if (r < 0)
		return r;
	r = create_as_client(request, temp, &fd);
	if (r == 0) {
		temp->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (temp->fd < 0)
			r = -errno;
	}
	if (r < 0) {
		if (fd >= 0)
			(void)!remove_as_client(temp); /* as good as it goes */
		(void)fd_close(fd);
		journal_remove(temps->journal, temp->name);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int temps_create(struct temps *temps, const struct temps_request *request,
		 int dir_fd, uint64_t *ret_id, char ret_name[JOURNAL_NAME_SIZE],
		 int *ret_fd)
{
	struct temp temp = {
		.session = request->session,
		.token = guise_token_ref(request->token),
		.dir_fd = dir_fd,
		.fd = -EBADF,
		.root = request->root_number,
	};
	int r;

	r = reserve(temps, &temp.id);
	if (r < 0) {
		release(&temp);
		return r;
	}
	file_temp_name(temp.name);
	r = create(temps, request, &temp, ret_fd);
	if (r < 0) {
		unreserve(temps);
		release(&temp);
		return r;
	}
	sessions_count_temps(temps->sessions, temp.session, 1);
	put(temps, &temp);
	*ret_id = temp.id;
	memcpy(ret_name, temp.name, JOURNAL_NAME_SIZE);
	return 0;
}

static int commit_as_client(const struct temp *temp, const char *name,
			    bool replace)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, temp->token);
	if (r < 0)
		return r;
	return file_temp_commit_here(temp->dir_fd, temp->name, name, replace);
}

int temps_commit(struct temps *temps, guise_luid session, uint64_t id,
		 const char *name, bool replace)
{
	struct temp temp;
	int r;

	if (id == 0 || !take(temps, session, id, &temp))
		return -ENOENT;
	r = commit_as_client(&temp, name, replace);
	if (r < 0) {
		put(temps, &temp);
		return r;
	}
	finish(temps, &temp);
	return 0;
}

static void abort_one(struct temps *temps, struct temp *temp)
{
	const int r = remove_as_client(temp);

	if (r == 0 || r == -ENOENT) {
		finish(temps, temp);
		return;
	}
	/* the client may not, now: the record stays for the next authority */
	sessions_count_temps(temps->sessions, temp->session, -1);
	release(temp);
	unreserve(temps);
}

void temps_abort(struct temps *temps, guise_luid session, uint64_t id)
{
	struct temp temp;

	if (id && take(temps, session, id, &temp))
		abort_one(temps, &temp);
}

void temps_abort_session(struct temps *temps, guise_luid session)
{
	struct temp temp;

	while (take(temps, session, 0, &temp))
		abort_one(temps, &temp);
}

void temps_abort_all(struct temps *temps)
{
	struct temp temp;

	while (take_any(temps, &temp))
		abort_one(temps, &temp);
}

void temps_clear(struct temps *temps)
{
	temps_abort_all(temps);
	must(pthread_mutex_destroy(&temps->lock) == 0);
}

/* The entry with this file, and its directory; the caller closes it. */
static bool find_file(struct temps *temps, guise_luid session, dev_t dev,
		      ino_t ino, int *ret_dir_fd,
		      char ret_name[JOURNAL_NAME_SIZE])
{
	bool found = false;

	lock(temps);
	for (size_t i = 0; i < TEMPS_MAX && !found; i++) {
		const struct temp *temp = &temps->entries[i];
		struct stat st;

		if (temp->id == 0 || temp->session != session ||
		    fstat(temp->fd, &st) < 0 || st.st_dev != dev ||
		    st.st_ino != ino)
			continue;
		*ret_dir_fd = fcntl(temp->dir_fd, F_DUPFD_CLOEXEC, 3);
		memcpy(ret_name, temp->name, JOURNAL_NAME_SIZE);
		found = *ret_dir_fd >= 0;
	}
	unlock(temps);
	return found;
}

bool temps_has_file(struct temps *temps, guise_luid session, dev_t dev,
		    ino_t ino)
{
	GUISE_AUTO(fd_closep) int dir_fd = -EBADF;
	char name[JOURNAL_NAME_SIZE];
	struct stat st;

	if (!find_file(temps, session, dev, ino, &dir_fd, name))
		return false;
	/* under another name it is a file like any other */
	return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_dev == dev && st.st_ino == ino;
}
