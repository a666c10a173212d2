/* SPDX-License-Identifier: Apache-2.0 */
/* Standard handles: made of the descriptors 0, 1 and 2 when first asked for. */
#include <fcntl.h>
#include <pthread.h>

#include "file-object.h"

static struct {
	pthread_once_t once;
	pthread_mutex_t lock; /* protects @handles */
	HANDLE handles[3];
} std = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

static ACCESS_MASK access_of(int fd)
{
	switch (fcntl(fd, F_GETFL) & O_ACCMODE) {
	case O_RDONLY:
		return FILE_GENERIC_READ;
	case O_WRONLY:
		return FILE_GENERIC_WRITE;
	default:
		return FILE_GENERIC_READ | FILE_GENERIC_WRITE;
	}
}

static HANDLE make(int which)
{
	static const char *const names[] = {"CONIN$", "CONOUT$", "CONOUT$"};
	int fd = fcntl(which, F_DUPFD_CLOEXEC, 3);
	struct file_object *file;
	HANDLE handle;

	if (fd < 0 || file_of_fd(fd, names[which], &file) < 0 ||
	    handle_new(&file->object, access_of(which), OBJ_INHERIT, &handle) <
		    0)
		return NULL;
	return handle;
}

static void make_all(void)
{
	for (int i = 0; i < 3; i++)
		std.handles[i] = make(i);
}

/* Windows' numbers count down from -10. */
static HANDLE *slot_of(DWORD which)
{
	const DWORD i = STD_INPUT_HANDLE - which;

	(void)pthread_once(&std.once, make_all);
	return i < ARRAY_SIZE(std.handles) ? &std.handles[i] : NULL;
}

HANDLE WINAPI GetStdHandle(DWORD which)
{
	const HANDLE *slot = slot_of(which);
	HANDLE handle;

	if (!slot) {
		(void)win32_fail(ERROR_INVALID_HANDLE);
		return INVALID_HANDLE_VALUE;
	}
	must(pthread_mutex_lock(&std.lock) == 0);
	handle = *slot;
	must(pthread_mutex_unlock(&std.lock) == 0);
	return handle;
}

BOOL WINAPI SetStdHandle(DWORD which, HANDLE handle)
{
	HANDLE *slot = slot_of(which);

	if (!slot)
		return win32_fail(ERROR_INVALID_HANDLE);
	must(pthread_mutex_lock(&std.lock) == 0);
	*slot = handle;
	must(pthread_mutex_unlock(&std.lock) == 0);
	return TRUE;
}
