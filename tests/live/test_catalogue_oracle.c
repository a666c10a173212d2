/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel as the oracle: a process that really became a user tries every
 * operation on every kind of file in every kind of directory; then each engine
 * does the same as that user, over a fresh copy of the tree. Every answer,
 * every refusal and everything left behind must be equal. The service runs all
 * the while with groups of its own, which decide about many of the files. (An
 * authority gives files no set-id bits, so nobody asks for them here.)
 */
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include <guise/file.h>
#include <sys/acl.h>

#include "cmocka-wrap.h"

#include "authority-live.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define CAROL (LIVE_ID + 3)
#define DAVE (LIVE_ID + 4)
#define STAFF 310100
#define MUSIC 310101
#define OUTCASTS 310102

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const struct user {
	const char *name;
	uint32_t uid;
	uint32_t gid;
	uint32_t groups[4];
	unsigned n_groups;
} users[] = {
	{"alice", ALICE, ALICE, {STAFF, MUSIC}, 2},
	{"bob", BOB, BOB, {STAFF, OUTCASTS}, 2},
	{"carol", CAROL, STAFF, {0}, 0},
	{"dave", DAVE, DAVE, {MUSIC, DAVE + 1000, DAVE + 1001, DAVE}, 4},
};

/* A directory or file: @acl and @inherited as acl_from_text(3) has them */
struct kind {
	uint32_t uid;
	uint32_t gid;
	mode_t mode;
	const char *acl;
	const char *inherited;
};

static const struct kind directories[] = {
	{0, 0, 0777, NULL, NULL},
	{ALICE, STAFF, 0750, NULL, NULL},
	{0, STAFF, 02770, NULL, NULL},
	{0, MUSIC, 02777, NULL, NULL},
	{0, 0, 01777, NULL, NULL},
	{BOB, STAFF, 03775, NULL, NULL},
	{0, STAFF, 0707, NULL, NULL},
	{0, OUTCASTS, 0707, NULL, NULL},
	{CAROL, CAROL, 0770,
	 "u::rwx,g::---,o::---,u:310002:rwx,g:310101:r-x,m::rwx", NULL},
	{0, 0, 0755, "u::rwx,g::r-x,o::r-x,u:310001:---,g:310100:rwx,m::rwx",
	 NULL},
	{0, STAFF, 0777, NULL,
	 "u::rwx,g::r-x,o::---,u:310002:rw-,g:310101:---,m::rwx"},
	{DAVE, DAVE, 0311, NULL, NULL},
};

static const struct kind files[] = {
	{ALICE, ALICE, 0600, NULL, NULL},
	{BOB, STAFF, 0640, NULL, NULL},
	{0, STAFF, 0664, NULL, NULL},
	{0, MUSIC, 0604, NULL, NULL},
	{0, OUTCASTS, 0606, NULL, NULL},
	{CAROL, CAROL, 0444, NULL, NULL},
	{0, 0, 0640, "u::rw-,g::r--,o::---,u:310001:rw-,g:310101:rw-,m::r--",
	 NULL},
	{DAVE, OUTCASTS, 0666, "u::rw-,g::rw-,o::rw-,u:310002:---,m::rw-",
	 NULL},
	{ALICE, STAFF, 06755, NULL, NULL},
};

#define CELLS (LENGTH(directories) * LENGTH(files))

enum operation {
	OP_READ,
	OP_WRITE,
	OP_LIST,
	OP_STAT,
	OP_CREATE,
	OP_MKDIR,
	OP_RENAME,
	OP_MOVE,
	OP_TIMES,
	OP_MODE,
	OP_UNLINK,
	OPS,
};

static const char *const op_names[OPS] = {
	"read",	  "write", "list",  "stat", "create", "mkdir",
	"rename", "move",  "times", "mode", "unlink",
};

/* What an operation may have made, moved or changed */
static const char *const traces[] = {
	"d/new", "d/newdir", "d/f", "d/g", "d/h", "e/h", "d/m", "d/u",
};

struct trace {
	bool there;
	uint32_t uid;
	uint32_t gid;
	uint32_t mode;
	int64_t acl_size[2]; /* as made, and for what is made in it */
	char acl[2][256];
};

struct outcome {
	int results[OPS];
	struct trace traces[LENGTH(traces)];
};

/* One directory "d" with files f, h, m and u, and an open "e" beside it */
struct cell {
	int top;
	int d;
	int e;
	int m; /* the service's own descriptors */
};

static struct cell cells[CELLS];

static void set_acl(int dir, const char *name, acl_type_t type,
		    const char *text)
{
	acl_t acl;
	char path[64];
	int fd;

	if (!text)
		return;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	LIVE_CHECK(fd >= 0);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	acl = acl_from_text(text);
	LIVE_CHECK(acl != NULL);
	LIVE_CHECK(acl_set_file(path, type, acl) == 0);
	(void)acl_free(acl);
	(void)close(fd);
}

static void finish_object(int dir, const char *name, const struct kind *kind)
{
	LIVE_CHECK(fchownat(dir, name, kind->uid, kind->gid, 0) == 0);
	LIVE_CHECK(fchmodat(dir, name, kind->mode, 0) == 0);
	set_acl(dir, name, ACL_TYPE_ACCESS, kind->acl);
	set_acl(dir, name, ACL_TYPE_DEFAULT, kind->inherited);
}

static void make_file(int dir, const char *name, const struct kind *kind)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);

	LIVE_CHECK(fd >= 0 && close(fd) == 0);
	finish_object(dir, name, kind);
}

static int open_as_service(int dir, const char *name, int flags)
{
	int fd = openat(dir, name, flags | O_CLOEXEC);

	LIVE_CHECK(fd >= 0);
	return fd;
}

/* whatever the umask */
static void make_passage(int dir, const char *path)
{
	LIVE_CHECK(mkdirat(dir, path, 0700) == 0);
	LIVE_CHECK(fchmodat(dir, path, 0755, 0) == 0);
}

static void make_cell(int root, const char *tree, size_t number)
{
	static const struct kind open_directory = {0, 0, 0777, NULL, NULL};
	struct cell *cell = &cells[number];
	const struct kind *file = &files[number % LENGTH(files)];
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/%zu", tree, number);
	make_passage(root, path);
	cell->top = open_as_service(root, path, O_PATH | O_DIRECTORY);
	LIVE_CHECK(mkdirat(cell->top, "d", 0700) == 0);
	LIVE_CHECK(mkdirat(cell->top, "e", 0700) == 0);
	cell->d = open_as_service(cell->top, "d", O_RDONLY | O_DIRECTORY);
	cell->e = open_as_service(cell->top, "e", O_RDONLY | O_DIRECTORY);
	make_file(cell->d, "f", file);
	make_file(cell->d, "h", file);
	make_file(cell->d, "u", file);
	make_file(cell->d, "m", file);
	cell->m = open_as_service(cell->d, "m", O_RDONLY);
	finish_object(cell->top, "d", &directories[number / LENGTH(files)]);
	finish_object(cell->top, "e", &open_directory);
}

static void make_tree(int root, const char *tree)
{
	make_passage(root, tree);
	for (size_t i = 0; i < CELLS; i++)
		make_cell(root, tree, i);
}

static void close_tree(void)
{
	for (size_t i = 0; i < CELLS; i++) {
		(void)close(cells[i].top);
		(void)close(cells[i].d);
		(void)close(cells[i].e);
		(void)close(cells[i].m);
	}
}

static void look_at(int top, const char *name, struct trace *ret)
{
	static const char *const attributes[2] = {"system.posix_acl_access",
						  "system.posix_acl_default"};
	struct stat st;
	int fd;

	memset(ret, 0, sizeof(*ret));
	fd = openat(top, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		LIVE_CHECK(errno == ENOENT);
		return;
	}
	LIVE_CHECK(fstat(fd, &st) == 0);
	ret->there = true;
	ret->uid = st.st_uid;
	ret->gid = st.st_gid;
	ret->mode = st.st_mode;
	for (int i = 0; i < 2; i++)
		ret->acl_size[i] = fgetxattr(fd, attributes[i], ret->acl[i],
					     sizeof(ret->acl[i]));
	(void)close(fd);
}

/* --- the two ways to do it ------------------------------------------- */

static const struct timespec now[2] = {{.tv_nsec = UTIME_NOW},
				       {.tv_nsec = UTIME_NOW}};

static int close_result(int fd)
{
	return fd < 0 ? -errno : (close(fd), 0);
}

static int result(int r)
{
	return r < 0 ? -errno : 0;
}

static int by_kernel(const struct cell *c, enum operation op)
{
	struct stat st;

	switch (op) {
	case OP_READ:
		return close_result(openat(c->top, "d/f", O_RDONLY));
	case OP_WRITE:
		return close_result(openat(c->top, "d/f", O_WRONLY));
	case OP_LIST:
		return close_result(
			openat(c->top, "d", O_RDONLY | O_DIRECTORY));
	case OP_STAT:
		return result(fstatat(c->d, "f", &st, AT_SYMLINK_NOFOLLOW));
	case OP_CREATE:
		return close_result(openat(c->top, "d/new",
					   O_WRONLY | O_CREAT | O_EXCL, 0674));
	case OP_MKDIR:
		return result(mkdirat(c->d, "newdir", 0775));
	case OP_RENAME:
		return result(renameat2(c->d, "f", c->d, "g", 0));
	case OP_MOVE:
		return result(renameat2(c->d, "h", c->e, "h", 0));
	case OP_TIMES:
		return result(futimens(c->m, now));
	case OP_MODE:
		return result(fchmod(c->m, 0775));
	case OP_UNLINK:
		return result(unlinkat(c->d, "u", 0));
	case OPS:
		break;
	}
	return -ENOSYS;
}

struct client {
	struct guise_engine *engine;
	const struct guise_token *token;
};

static int open_by_engine(const struct client *by, int dir, const char *path,
			  int flags, mode_t mode)
{
	int fd = -1, r;

	r = guise_file_open(by->engine, by->token, dir, path, flags, mode, 0,
			    &fd);
	return r < 0 ? r : (close(fd), 0);
}

static int stat_by_engine(const struct client *by, const struct cell *c)
{
	static const char *const names[] = {"f"};
	struct stat st;
	int one = -ENOSYS, r;

	r = guise_file_stat_many(by->engine, by->token, c->d, names, 1, &st,
				 &one);
	return r < 0 ? r : one;
}

static int by_engine(const struct client *by, const struct cell *c,
		     enum operation op)
{
	struct guise_engine *e = by->engine;
	const struct guise_token *t = by->token;

	switch (op) {
	case OP_READ:
		return open_by_engine(by, c->top, "d/f", O_RDONLY, 0);
	case OP_WRITE:
		return open_by_engine(by, c->top, "d/f", O_WRONLY, 0);
	case OP_LIST:
		return open_by_engine(by, c->top, "d", O_RDONLY | O_DIRECTORY,
				      0);
	case OP_STAT:
		return stat_by_engine(by, c);
	case OP_CREATE:
		return open_by_engine(by, c->top, "d/new",
				      O_WRONLY | O_CREAT | O_EXCL, 0674);
	case OP_MKDIR:
		return guise_file_mkdir(e, t, c->d, "newdir", 0775);
	case OP_RENAME:
		return guise_file_rename(e, t, c->d, "f", c->d, "g", 0);
	case OP_MOVE:
		return guise_file_rename(e, t, c->d, "h", c->e, "h", 0);
	case OP_TIMES:
		return guise_file_set_times(e, t, c->m, now);
	case OP_MODE:
		return guise_file_set_mode(e, t, c->m, 0775);
	case OP_UNLINK:
		return guise_file_unlink(e, t, c->d, "u", false);
	case OPS:
		break;
	}
	return -ENOSYS;
}

/* --- the comparison --------------------------------------------------- */

/* By system calls that are no part of guise; -1 would be seen below. */
static void really_become(const struct user *user)
{
	if (syscall(SYS_setgroups, user->n_groups, user->groups) < 0 ||
	    syscall(SYS_setresgid, user->gid, user->gid, user->gid) < 0 ||
	    syscall(SYS_setresuid, user->uid, user->uid, user->uid) < 0)
		_exit(1);
}

static void ask_kernel(const struct user *user, struct outcome *ret)
{
	int status;
	pid_t pid = fork();

	LIVE_CHECK(pid >= 0);
	if (pid == 0) {
		really_become(user);
		for (size_t i = 0; i < CELLS; i++) {
			for (int op = 0; op < OPS; op++)
				ret[i].results[op] = by_kernel(&cells[i], op);
		}
		_exit(0);
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void ask_engine(const struct client *client, struct outcome *ret)
{
	for (size_t i = 0; i < CELLS; i++) {
		for (int op = 0; op < OPS; op++)
			ret[i].results[op] = by_engine(client, &cells[i], op);
	}
}

static void look(struct outcome *ret)
{
	for (size_t i = 0; i < CELLS; i++) {
		for (size_t t = 0; t < LENGTH(traces); t++)
			look_at(cells[i].top, traces[t], &ret[i].traces[t]);
	}
}

static unsigned differences(const char *engine, const struct user *user,
			    size_t cell, const struct outcome *kernel,
			    const struct outcome *ours)
{
	const struct kind *d = &directories[cell / LENGTH(files)];
	const struct kind *f = &files[cell % LENGTH(files)];
	unsigned n = 0;

	for (int op = 0; op < OPS; op++) {
		if (kernel->results[op] == ours->results[op])
			continue;
		n++;
		fprintf(stderr,
			"%s as %s: %s in %05o of %u:%u, file %05o of %u:%u: "
			"%d, the kernel says %d\n",
			engine, user->name, op_names[op], d->mode, d->uid,
			d->gid, f->mode, f->uid, f->gid, ours->results[op],
			kernel->results[op]);
	}
	for (size_t t = 0; t < LENGTH(traces); t++) {
		const struct trace *a = &kernel->traces[t];
		const struct trace *b = &ours->traces[t];

		if (memcmp(a, b, sizeof(*a)) == 0)
			continue;
		n++;
		fprintf(stderr,
			"%s as %s: %s in %05o of %u:%u: is %o of %u:%u, the "
			"kernel made %o of %u:%u\n",
			engine, user->name, traces[t], d->mode, d->uid, d->gid,
			b->mode, b->uid, b->gid, a->mode, a->uid, a->gid);
	}
	return n;
}

/* Both answers of each operation occur, or the comparison shows nothing. */
static void tell_apart(const struct outcome *kernel, unsigned granted[OPS],
		       unsigned refused[OPS])
{
	for (size_t i = 0; i < CELLS; i++) {
		for (int op = 0; op < OPS; op++) {
			granted[op] += kernel[i].results[op] == 0;
			refused[op] += kernel[i].results[op] == -EACCES ||
				       kernel[i].results[op] == -EPERM;
		}
	}
}

/* A token as the authority makes it for whoever connects */
static const struct guise_token *log_on(struct guise_authority *a,
					const struct user *user)
{
	const struct guise_token *token = NULL;
	int fds[2], status;
	pid_t pid;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t size = sizeof(sa_family_t);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* an abstract name of the kernel's choice */
	LIVE_CHECK(bind(listener, (struct sockaddr *)&address, size) == 0);
	LIVE_CHECK(listen(listener, 1) == 0);
	size = sizeof(address);
	LIVE_CHECK(getsockname(listener, (struct sockaddr *)&address, &size) ==
		   0);
	fds[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid = fork();
	if (pid == 0) {
		really_become(user);
		_exit(connect(fds[0], (struct sockaddr *)&address, size) < 0);
	}
	fds[1] = accept(listener, NULL, NULL);
	LIVE_CHECK(fds[1] >= 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	LIVE_CHECK(guise_authority_logon_peer(a, 0, fds[1],
					      GUISE_LEVEL_IMPERSONATION,
					      &token) == 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
	(void)close(listener);
	return token;
}

static void compare_engine(int root, const struct user *user,
			   const struct client *client,
			   const struct outcome *kernel)
{
	static struct outcome ours[CELLS];
	const char *name = guise_engine_name(client->engine);
	static unsigned serial;
	unsigned n = 0;
	char tree[64];

	(void)snprintf(tree, sizeof(tree), "tree%u", serial++);
	make_tree(root, tree);
	ask_engine(client, ours);
	look(ours);
	close_tree();
	for (size_t i = 0; i < CELLS; i++)
		n += differences(name, user, i, &kernel[i], &ours[i]);
	LIVE_CHECK(n == 0);
}

static struct outcome *shared_outcomes(void)
{
	void *memory =
		mmap(NULL, CELLS * sizeof(struct outcome),
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	LIVE_CHECK(memory != MAP_FAILED);
	return memory;
}

/* A share in memory, for this process and its children alone: the trees have
 * thousands of directories. */
static void share_from_memory(void)
{
	LIVE_CHECK(unshare(CLONE_NEWNS) == 0);
	LIVE_CHECK(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	LIVE_CHECK(mount("tmpfs", authority_live.share, "tmpfs", 0,
			 "mode=0755") == 0);
}

static void engines_answer_as_the_kernel_does(void)
{
	/* the service's own: they must neither help nor hinder anyone */
	static const uint32_t services[] = {MUSIC, OUTCASTS};
	unsigned granted[OPS] = {0}, refused[OPS] = {0};
	struct guise_engine *engines[3] = {NULL};
	struct outcome *kernel = shared_outcomes();
	struct guise_authority *a;
	int root;

	share_from_memory();
	(void)umask(027);
	LIVE_CHECK(syscall(SYS_setgroups, 2, services) == 0);
	a = authority_live_start(NULL, false);
	root = guise_authority_root(a, 0);
	engines[0] = guise_authority_engine(a, 0);
	if (authority_live.engine == GUISE_ENGINE_RING) { /* once is enough */
		LIVE_CHECK(guise_engine_new_switch(&engines[1]) == 0);
		if (guise_engine_new_ring(AUTHORITY_SERVICE, AUTHORITY_SERVICE,
					  &engines[2]) < 0)
			printf("left out: a ring of one's own\n");
	}
	for (size_t u = 0; u < LENGTH(users); u++) {
		const struct guise_token *token = log_on(a, &users[u]);

		make_tree(root, users[u].name);
		ask_kernel(&users[u], kernel);
		look(kernel);
		close_tree();
		tell_apart(kernel, granted, refused);
		for (size_t e = 0; e < LENGTH(engines) && engines[e]; e++)
			compare_engine(root, &users[u],
				       &(struct client){engines[e], token},
				       kernel);
		(void)guise_token_unref(token);
	}
	for (int op = 0; op < OPS; op++)
		LIVE_CHECK(granted[op] > 10 && refused[op] > 10);
	(void)guise_engine_free(engines[1]);
	(void)guise_engine_free(engines[2]);
	(void)guise_authority_stop(a);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(engines_answer_as_the_kernel_does),
	};

	return authority_live_main(scenarios, LENGTH(scenarios));
}
