/* SPDX-License-Identifier: Apache-2.0 */
/* See names.h. */
#include <fcntl.h>
#include <nettle/sha2.h>
#include <pthread.h>
#include <stdio.h>

#include <guise/pipe.h>
#include <guise/thread-token.h>

#include "fd.h"
#include "names.h"
#include "path.h"
#include "utf16.h"

#define SYSTEM_DIRECTORY "/run/guise/pipe"
/* Bytes of the hash that name a file: 160 bits. */
#define HASH_BYTES 20

static_assert(1 + 2 * HASH_BYTES <= PIPE_FILE_MAX, "a hash is a file name");
static_assert(GUISE_PIPE_DIRECTORY_MAX + 1 + PIPE_FILE_MAX <
		      sizeof(((struct sockaddr_un *)0)->sun_path),
	      "a path is an address");

static bool unit_is_plain(uint16_t unit)
{
	return (unit >= 'A' && unit <= 'Z') || (unit >= '0' && unit <= '9') ||
	       unit == '_' || unit == '-' || unit == '.';
}

static uint16_t unit_at(const uint8_t *units, size_t i)
{
	return (uint16_t)(units[2 * i] | units[2 * i + 1] << 8);
}

/* @units: in upper case */
static bool is_plain(const uint8_t *units, size_t n)
{
	if (n > PIPE_FILE_MAX || unit_at(units, 0) == '.')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!unit_is_plain(unit_at(units, i)))
			return false;
	}
	return true;
}

static void write_plain(const uint8_t *units, size_t n, char *to)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t unit = unit_at(units, i);

		to[i] = (char)(unit >= 'A' && unit <= 'Z' ? unit + 32 : unit);
	}
	to[n] = '\0';
}

static void write_hash(const uint8_t *units, size_t size, char *to)
{
	static const char digits[] = "0123456789abcdef";
	struct sha256_ctx hash;
	uint8_t bytes[HASH_BYTES];

	sha256_init(&hash);
	sha256_update(&hash, size, units);
	sha256_digest(&hash, sizeof(bytes), bytes);
	*to++ = '=';
	for (size_t i = 0; i < HASH_BYTES; i++) {
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	*to = '\0';
}

int pipe_file_of_name(const char *name, char ret[PIPE_FILE_MAX + 1])
{
	uint8_t units[UTF16_SIZE_MAX(GUISE_PIPE_NAME_MAX)];
	size_t n = strnlen(name, GUISE_PIPE_NAME_MAX + 1), size;

	if (n == 0 || n > GUISE_PIPE_NAME_MAX || name[0] == '\\' ||
	    !utf16_from_utf8(name, n, units, &size))
		return -EINVAL;
	utf16_upcase_all(units, size);
	if (is_plain(units, size / 2))
		write_plain(units, size / 2, ret);
	else
		write_hash(units, size, ret);
	return 0;
}

/* Nobody but root and us may replace what is in it. */
static int check_directory(const char *path)
{
	GUISE_AUTO(fd_closep)
	int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_uid != 0 && st.st_uid != getuid())
		return -EPERM;
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) && !(st.st_mode & S_ISVTX))
		return -EPERM;
	return 0;
}

/* Afterwards it is checked like any other. */
static int make_directory(const char *path, mode_t mode)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;

	if (mkdir(path, mode) < 0)
		return errno == EEXIST ? 0 : -errno;
	fd = path_open(path, S_IFDIR, &st);
	if (fd < 0)
		return fd;
	if (st.st_uid != geteuid())
		return -EPERM;
	/* the umask is not asked */
	return path_chmod(fd, mode);
}

static int system_directory(void)
{
	int r = check_directory(SYSTEM_DIRECTORY);

	if (r != -ENOENT || getuid() != 0)
		return r;
	r = make_directory("/run/guise", 0755);
	if (r < 0)
		return r;
	r = make_directory(SYSTEM_DIRECTORY, 01777);
	return r < 0 ? r : check_directory(SYSTEM_DIRECTORY);
}

static int choose_directory(char ret[GUISE_PIPE_DIRECTORY_MAX + 1])
{
	const char *said = secure_getenv("GUISE_PIPE_DIRECTORY");
	int r;

	if (said && *said == '/') {
		if (strlen(said) > GUISE_PIPE_DIRECTORY_MAX)
			return -ENAMETOOLONG;
		memcpy(ret, said, strlen(said) + 1);
		return check_directory(ret);
	}
	r = system_directory();
	if (r == 0) {
		memcpy(ret, SYSTEM_DIRECTORY, sizeof(SYSTEM_DIRECTORY));
		return 0;
	}
	if (r != -ENOENT || getuid() == 0)
		return r;
	(void)snprintf(ret, GUISE_PIPE_DIRECTORY_MAX + 1, "/tmp/guise-pipe-%u",
		       getuid());
	r = make_directory(ret, 0700);
	return r < 0 ? r : check_directory(ret);
}

static void *choose_clean(void *chosen)
{
	return (void *)(intptr_t)choose_directory(chosen);
}

/* The directory is the process's, and made by it, whoever the calling thread
 * impersonates: another one chooses it. */
static int choose(char ret[GUISE_PIPE_DIRECTORY_MAX + 1])
{
	pthread_t clean;
	void *status;
	int r;

	r = guise_thread_create(&clean, NULL, choose_clean, ret);
	if (r < 0)
		return r;
	must(pthread_join(clean, &status) == 0);
	return (int)(intptr_t)status;
}

int guise_pipe_directory(const char **ret)
{
	/* protects the other two; a leaf, held over a few calls once */
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char chosen[GUISE_PIPE_DIRECTORY_MAX + 1];
	static bool is_chosen;
	int r = 0;

	if (!ret)
		return -EINVAL;
	must(pthread_mutex_lock(&lock) == 0);
	if (!is_chosen) {
		r = choose(chosen);
		is_chosen = r == 0;
	}
	must(pthread_mutex_unlock(&lock) == 0);
	if (r == 0)
		*ret = chosen;
	return r;
}

int pipe_place_find(const char *directory, const char *name,
		    struct pipe_place *ret)
{
	char file[PIPE_FILE_MAX + 1];
	int r;

	r = pipe_file_of_name(name, file);
	if (r < 0)
		return r;
	if (directory) {
		if (*directory != '/')
			return -EINVAL;
		if (strlen(directory) > GUISE_PIPE_DIRECTORY_MAX)
			return -ENAMETOOLONG;
		r = check_directory(directory);
	} else {
		r = guise_pipe_directory(&directory);
	}
	if (r < 0)
		return r;
	*ret = (struct pipe_place){.address.sun_family = AF_UNIX};
	(void)snprintf(ret->address.sun_path, sizeof(ret->address.sun_path),
		       "%s/%s", directory, file);
	(void)snprintf(ret->lock, sizeof(ret->lock), "%s/%s=lock", directory,
		       file);
	return 0;
}
