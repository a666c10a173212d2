/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of this layer share among themselves. */
#ifndef FILE_INTERNAL_H
#define FILE_INTERNAL_H

#include <pthread.h>
#include <sys/types.h>

#include "engine.h"

/* Attempts at what concurrent renames may make fail for a moment (openat2's
 * -EAGAIN). Ours: a client that keeps renaming cannot hold a thread. */
#define FILE_RETRIES_MAX 64

/* What every path is resolved with. */
#define FILE_RESOLVE_ALWAYS (RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)
/* A single name can lead out only by being a link. Where that is refused, the
 * kernel need not also walk up from what it found, under a global lock. */
#define FILE_RESOLVE_NAME (RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
/* The thing itself, on this very mount: for what is to be removed or filled. */
#define FILE_RESOLVE_OWN (FILE_RESOLVE_NAME | RESOLVE_NO_XDEV)

/*
 * An operation is no cancellation point: a thread cancelled in the middle
 * would lose a descriptor, leave a temporary, or leave a request on a ring.
 */
static inline int cancel_hold(void)
{
	int before;

	must(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) == 0);
	return before;
}

static inline void cancel_release(int *before)
{
	must(pthread_setcancelstate(*before, NULL) == 0);
}

#define NO_CANCEL(name)                                                        \
	__attribute__((unused)) GUISE_AUTO(cancel_release) int name =          \
		cancel_hold()

/* "/proc/self/fd/N": the way to what takes no O_PATH descriptor. */
#define FD_PATH_SIZE 40
void file_fd_path(int fd, char ret[FD_PATH_SIZE]);

/* Entries of an open directory but "." and ".."; from its beginning, in a
 * buffer of @size bytes lent by the caller. @found as guise_file_list(). */
GUISE_MUST_USE int file_each_entry(int dir_fd, void *buffer, size_t size,
				   int (*found)(void *context, const char *name,
						unsigned type),
				   void *context);

/* Give @fd, a fresh file or directory only its owner can open, what the
 * existing @like_fd (O_PATH) has; see like.c. */
GUISE_MUST_USE int file_take_over(int fd, int like_fd);

/* Bodies of the switch engine, for engines that lack the operation. */
GUISE_MUST_USE int switch_set_times(struct guise_engine *engine,
				    const struct guise_token *token, int fd,
				    const struct timespec times[2]);
GUISE_MUST_USE int switch_set_mode(struct guise_engine *engine,
				   const struct guise_token *token, int fd,
				   mode_t mode);
GUISE_MUST_USE int switch_temp_create(struct guise_engine *engine,
				      const struct guise_token *token,
				      int dir_fd, const char *like,
				      bool is_directory, mode_t mode,
				      struct guise_temp *ret);
void switch_temp_abort(struct guise_engine *engine,
		       const struct guise_token *token,
		       struct guise_temp *temp);
GUISE_MUST_USE int service_read_sd(struct guise_engine *engine,
				   const struct guise_token *token, int fd,
				   struct guise_buf *out);
GUISE_MUST_USE int service_write_sd(struct guise_engine *engine,
				    const struct guise_token *token, int fd,
				    unsigned root, const char *path,
				    const void *data, size_t size,
				    uint32_t security_information);

#endif
