/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fd.h"
#include "proc.h"

/* proc(5): the field after the name in parentheses is the third. */
#define STAT_STATE 3
#define STAT_START 22

/* When the thread of this number began */
static _Thread_local pid_t own_tid;
static _Thread_local uint64_t own_start;

static bool read_file(pid_t id, const char *name, char *ret, size_t size)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	char path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)id, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, ret, size - 1);
	if (n <= 0)
		return false;
	ret[n] = 0;
	return true;
}

static bool read_start(pid_t id, char *ret_state, uint64_t *ret)
{
	char text[1024];
	const char *at;
	unsigned long start;

	if (id <= 0 || !read_file(id, "stat", text, sizeof(text)))
		return false;
	at = strrchr(text, ')'); /* names may hold parentheses */
	if (!at || sscanf(at + 1, " %c", ret_state) != 1)
		return false;
	for (int field = STAT_STATE; field < STAT_START && at; field++)
		at = strchr(at + 2, ' ');
	if (!at || sscanf(at, " %lu", &start) != 1)
		return false;
	*ret = start;
	return true;
}

bool proc_start(pid_t id, uint64_t *ret)
{
	uint64_t start;
	char state;

	if (!read_start(id, &state, &start) || state == 'Z' || state == 'X')
		return false;
	*ret = start;
	return true;
}

bool proc_start_ended(pid_t pid, uint64_t *ret)
{
	char state;

	return read_start(pid, &state, ret);
}

bool proc_owner(pid_t tid, pid_t *ret_pid, uint32_t *ret_uid)
{
	char text[4096];
	const char *pid, *uid;

	if (tid <= 0 || !read_file(tid, "status", text, sizeof(text)))
		return false;
	pid = strstr(text, "\nTgid:");
	uid = strstr(text, "\nUid:");
	return pid && uid && sscanf(pid, "\nTgid: %d", ret_pid) == 1 &&
	       sscanf(uid, "\nUid: %u", ret_uid) == 1;
}

pid_t proc_parent(pid_t pid)
{
	char text[4096];
	const char *at;
	pid_t parent;

	if (pid <= 0 || !read_file(pid, "status", text, sizeof(text)))
		return 0;
	at = strstr(text, "\nPPid:");
	return at && sscanf(at, "\nPPid: %d", &parent) == 1 ? parent : 0;
}

/* A word that is 0 in a fresh process and after any kind of fork(), as the
 * kernel empties its page then. NULL: there is no memory, ask each time. */
static atomic_uint *fork_mark;

__attribute__((constructor)) static void make_mark(void)
{
	void *page = mmap(NULL, sizeof(*fork_mark), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, (size_t)sysconf(_SC_PAGESIZE), MADV_WIPEONFORK) == 0)
		fork_mark = page;
}

/* Asking the kernel costs more than most of what is done with the answer. */
pid_t proc_own_tid(void)
{
	static _Thread_local pid_t known;

	if (!fork_mark)
		return gettid();
	if (!atomic_load_explicit(fork_mark, memory_order_relaxed)) {
		known = 0; /* a fork's child has one thread: this one */
		atomic_store(fork_mark, 1);
	}
	if (!known)
		known = gettid();
	return known;
}

uint64_t proc_own_start(void)
{
	pid_t tid = proc_own_tid();

	if (own_tid != tid) { /* the first time, or after fork() */
		own_start = 0;
		(void)proc_start(tid, &own_start); /* 0: no /proc here */
		own_tid = tid;
	}
	return own_start;
}
