/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker that was taken over: it has everything an honest one has (rings,
 * channels, two logged-on clients) and runs whatever code it likes. It must
 * get what its logged-on clients may have inside the share, and nothing else:
 * nothing of theirs outside, nothing of a client that has logged off, no new
 * identity, nothing of the authority.
 */
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "authority-live.h"

#include "client.h"
#include "supervise.h"

static struct guise_authority *authority;
static struct worker_thread *thread;
static int root;
static pid_t authority_pid;
static int home = -EBADF; /* a directory outside, where a scenario wants it */
static bool keep_home;
static int (*bring)(void); /* what a local user brings, who is in league */
static int brought = -EBADF;
static const struct guise_token *alice;
static const struct guise_token *bob;

static void link_to(const char *target, const char *name)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", authority_live.share, name);
	LIVE_CHECK(symlink(target, path) == 0);
}

static void start(void)
{
	char target[160];

	(void)syscall(SYS_close_range, 3, ~0u, 0); /* whoever started us */
	brought = bring ? bring() : -EBADF;
	link_to("../home/alice.txt", "relative");
	(void)snprintf(target, sizeof(target), "%s/home/alice.txt",
		       authority_live.path);
	link_to(target, "absolute");
	link_to("/proc/self/root/etc/passwd", "magic");
	authority = authority_live_start(NULL, false);
	authority_pid = authority_live_pid();
	if (keep_home) {
		(void)snprintf(target, sizeof(target), "%s/home",
			       authority_live.path);
		home = open(target, O_PATH | O_DIRECTORY | O_CLOEXEC);
		LIVE_CHECK(home >= 0);
	}
	LIVE_CHECK(guise_authority_confine(authority) == 0);
	thread = &authority->threads[0];
	root = guise_authority_root(authority, 0);
	alice = authority_live_logon(authority, "alice");
	bob = authority_live_logon(authority, "bob");
}

static bool have_rings(void)
{
	return authority_live.engine == GUISE_ENGINE_RING;
}

/* --- a ring used without any of the library's care --- */

struct raw_ring {
	int fd;
	unsigned *sq_tail;
	unsigned *sq_mask;
	unsigned *sq_array;
	unsigned *cq_head;
	unsigned *cq_tail;
	unsigned *cq_mask;
	struct io_uring_cqe *cqes;
	struct io_uring_sqe *sqes;
};

static void *part(uint8_t *at, uint32_t offset)
{
	return at + offset;
}

/* The ring of thread 1, which nothing else uses here. What its parameters were
 * is known from its own making, before the worker was confined. */
static struct io_uring_params raw_params;

static void raw_map(struct raw_ring *ring)
{
	const struct io_uring_params *p = &raw_params;
	size_t size =
		p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	uint8_t *at;

	ring->fd = authority->ring_fds[1];
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
		  IORING_OFF_SQ_RING);
	LIVE_CHECK(at != MAP_FAILED);
	ring->sqes = mmap(NULL, p->sq_entries * sizeof(struct io_uring_sqe),
			  PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			  IORING_OFF_SQES);
	LIVE_CHECK(ring->sqes != MAP_FAILED);
	ring->sq_tail = part(at, p->sq_off.tail);
	ring->sq_mask = part(at, p->sq_off.ring_mask);
	ring->sq_array = part(at, p->sq_off.array);
	ring->cq_head = part(at, p->cq_off.head);
	ring->cq_tail = part(at, p->cq_off.tail);
	ring->cq_mask = part(at, p->cq_off.ring_mask);
	ring->cqes = part(at, p->cq_off.cqes);
}

static int raw_run(struct raw_ring *ring, const struct io_uring_sqe *sqe)
{
	const unsigned tail = *ring->sq_tail;
	unsigned head;
	int result;

	ring->sqes[tail & *ring->sq_mask] = *sqe;
	ring->sq_array[tail & *ring->sq_mask] = tail & *ring->sq_mask;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	LIVE_CHECK(syscall(SYS_io_uring_enter, ring->fd, 1, 1,
			   IORING_ENTER_GETEVENTS, NULL, 0) == 1);
	head = *ring->cq_head;
	LIVE_CHECK(head != __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE));
	result = ring->cqes[head & *ring->cq_mask].res;
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	return result;
}

static int raw_open(struct raw_ring *ring, unsigned personality, int dir_fd,
		    const char *path, uint64_t flags)
{
	const struct open_how how = {.flags = flags};
	const struct io_uring_sqe sqe = {
		.opcode = IORING_OP_OPENAT2,
		.fd = dir_fd,
		.addr = (uintptr_t)path,
		.len = sizeof(how),
		.off = (uintptr_t)&how,
		.personality = (uint16_t)personality,
	};

	return raw_run(ring, &sqe);
}

/* io_uring_params of a ring like the authority's: the offsets are the
 * kernel's for that number of entries. */
static void learn_params(void)
{
	int fd;

	LIVE_CHECK(file_ring_setup(64, &fd, &raw_params) == 0);
	(void)close(fd);
}

/* The personality that opens @path; how many do. */
static unsigned scan(struct raw_ring *ring, const char *path,
		     unsigned *ret_last)
{
	unsigned n = 0;

	for (unsigned id = 0; id < 65536; id++) {
		int fd = raw_open(ring, id, root, path, O_RDONLY);

		if (fd < 0)
			continue;
		(void)close(fd);
		*ret_last = id;
		n++;
	}
	return n;
}

static void only_logged_on_clients_are_in_the_ring(void)
{
	struct raw_ring ring;
	unsigned id = 0;

	learn_params();
	start();
	if (!have_rings())
		return;
	raw_map(&ring);
	LIVE_CHECK(scan(&ring, "alice.txt", &id) == 1);
	LIVE_CHECK(scan(&ring, "bob.txt", &id) == 1);
	guise_authority_logoff(authority, 0, bob);
	LIVE_CHECK(scan(&ring, "bob.txt", &id) == 0);
	LIVE_CHECK(scan(&ring, "public.txt", &id) == 1);
	LIVE_CHECK(scan(&ring, "alice.txt", &id) == 1);
}

static void a_ring_does_nothing_without_identity(void)
{
	struct raw_ring ring;

	learn_params();
	start();
	if (!have_rings())
		return;
	raw_map(&ring);
	/* as the worker itself: whom Landlock allows nothing */
	LIVE_CHECK(raw_open(&ring, 0, root, "public.txt", O_RDONLY) == -EACCES);
	LIVE_CHECK(raw_open(&ring, 0, root, "alice.txt", O_RDONLY) == -EACCES);
	LIVE_CHECK(raw_open(&ring, 0, root, "common", O_RDONLY | O_DIRECTORY) ==
		   -EACCES);
	LIVE_CHECK(raw_open(&ring, 0, AT_FDCWD, "/", O_RDONLY) == -EACCES);
}

static void a_ring_does_only_what_it_was_made_for(void)
{
	static const uint8_t refused[] = {
		IORING_OP_NOP,
		IORING_OP_READ,
		IORING_OP_WRITE,
		IORING_OP_OPENAT,
		IORING_OP_CONNECT,
		IORING_OP_STATX,
		IORING_OP_SPLICE,
		IORING_OP_FILES_UPDATE,
		IORING_OP_LINKAT,
		IORING_OP_SYMLINKAT,
		IORING_OP_SOCKET,
		IORING_OP_SETXATTR,
		IORING_OP_FSETXATTR,
		IORING_OP_URING_CMD,
		IORING_OP_MSG_RING,
		IORING_OP_EPOLL_CTL,
		IORING_OP_PROVIDE_BUFFERS,
	};
	struct raw_ring ring;

	learn_params();
	start();
	if (!have_rings())
		return;
	raw_map(&ring);
	for (size_t i = 0; i < sizeof(refused); i++) {
		const struct io_uring_sqe sqe = {.opcode = refused[i]};

		LIVE_CHECK(raw_run(&ring, &sqe) == -EACCES);
	}
}

/* --- out of the share, by whichever way --- */

/* As alice, with no flag that keeps an honest worker inside. */
static int open_as_alice(int dir_fd, const char *path, uint64_t flags)
{
	const struct open_how how = {.flags = flags | O_CLOEXEC};
	struct request request = {
		.session = guise_token_id(alice),
		.flags = flags,
		.path = path,
	};
	int fd = -1, r;

	if (have_rings())
		r = file_ring_open(thread->ring, alice, dir_fd, path, &how,
				   &fd);
	else
		r = client_call(thread, REQUEST_OPEN, &request, &dir_fd, NULL,
				&fd);
	return r < 0 ? r : fd;
}

static bool same_place(int a, int b)
{
	struct stat x, y;

	LIVE_CHECK(fstat(a, &x) == 0 && fstat(b, &y) == 0);
	return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void no_path_leads_out_of_the_share(void)
{
	static const char *const paths[] = {
		"../home/alice.txt",
		"../home/public.txt",
		"../accounts.db",
		"../../../../../../../../etc/passwd",
		"alices/../../home/alice.txt",
		"common/../../home/public.txt",
		"relative",
		"absolute",
		"magic",
		"relative/",
		"../state/journal",
		"../share/../home/alice.txt",
	};

	start();
	LIVE_CHECK(open_as_alice(root, "alice.txt", O_RDONLY) >= 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		LIVE_CHECK(open_as_alice(root, paths[i], O_RDONLY) < 0);
		LIVE_CHECK(open_as_alice(root, paths[i], O_PATH) < 0);
		LIVE_CHECK(open_as_alice(root, paths[i],
					 O_WRONLY | O_CREAT | O_EXCL) < 0);
	}
}

/* The ring may be asked without RESOLVE_BENEATH: ".." at the top stays there,
 * and absolute paths begin in the worker's empty directory. */
static void the_top_of_the_share_is_the_top(void)
{
	int up, dir;

	start();
	if (!have_rings())
		return;
	up = open_as_alice(root, "../../..", O_PATH);
	LIVE_CHECK(up >= 0 && same_place(up, root));
	LIVE_CHECK(open_as_alice(up, "home/alice.txt", O_RDONLY) == -ENOENT);
	dir = open_as_alice(root, "alices", O_RDONLY | O_DIRECTORY);
	LIVE_CHECK(dir >= 0);
	up = open_as_alice(dir, "../..", O_PATH);
	LIVE_CHECK(up >= 0 && same_place(up, root));
	LIVE_CHECK(open_as_alice(AT_FDCWD, "/etc/passwd", O_RDONLY) == -ENOENT);
	LIVE_CHECK(open_as_alice(AT_FDCWD, "/proc/self/mem", O_RDONLY) ==
		   -ENOENT);
	LIVE_CHECK(open_as_alice(AT_FDCWD, "..", O_PATH) < 0 ||
		   !same_place(open_as_alice(AT_FDCWD, "..", O_PATH), root));
	LIVE_CHECK(open_as_alice(AT_FDCWD, "new", O_WRONLY | O_CREAT) < 0);
}

/* Even with a directory outside open from before: a client's identity carries
 * its own confinement (Landlock), though the client itself may read there. */
static void an_open_directory_outside_is_no_way(void)
{
	keep_home = true;
	start();
	if (!have_rings())
		return; /* the broker ends who passes it */
	LIVE_CHECK(open_as_alice(home, "alice.txt", O_RDONLY) == -EACCES);
	LIVE_CHECK(open_as_alice(home, "alice.txt", O_WRONLY) == -EACCES);
	LIVE_CHECK(open_as_alice(home, "public.txt", O_RDONLY) == -EACCES);
	LIVE_CHECK(open_as_alice(home, "../share/alice.txt", O_RDONLY) >= 0);
	LIVE_CHECK(open_as_alice(home, ".", O_RDONLY | O_DIRECTORY) == -EACCES);
	LIVE_CHECK(open_as_alice(home, "new", O_WRONLY | O_CREAT) < 0);
}

static void clients_stay_who_they_are(void)
{
	int fd;
	char byte;

	start();
	LIVE_CHECK(open_as_alice(root, "bob.txt", O_RDONLY) == -EACCES);
	LIVE_CHECK(open_as_alice(root, "bob.txt", O_WRONLY) == -EACCES);
	LIVE_CHECK(open_as_alice(root, "public.txt", O_WRONLY) == -EACCES);
	/* a mere name of it opens nothing */
	fd = open_as_alice(root, "bob.txt", O_PATH);
	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(read(fd, &byte, 1) < 0 && errno == EBADF);
	LIVE_CHECK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED);
	/* (the broker would end us for passing a file as a directory) */
	LIVE_CHECK(!have_rings() || open_as_alice(fd, "", O_RDONLY) < 0);
}

static void no_descriptor_leads_elsewhere(void)
{
	struct stat st;

	start();
	for (int fd = 3; fd < 1024; fd++) {
		if (fstat(fd, &st) < 0)
			continue;
		LIVE_CHECK(!S_ISDIR(st.st_mode) || fd == root);
		LIVE_CHECK(!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode));
	}
}

/* --- system calls --- */

#define REFUSED(call)                                                          \
	do {                                                                   \
		errno = 0;                                                     \
		LIVE_CHECK((call) == -1 && errno == EPERM);                    \
	} while (0)

static void what_is_refused(void)
{
	struct sockaddr address = {.sa_family = AF_UNIX};
	struct rlimit limit = {1, 1};
	void *page;

	start();
	REFUSED(syscall(SYS_open, "/etc/passwd", O_RDONLY));
	REFUSED(syscall(SYS_openat, root, "public.txt", O_RDONLY));
	REFUSED(syscall(SYS_openat2, root, "public.txt", &(struct open_how){0},
			sizeof(struct open_how)));
	REFUSED(syscall(SYS_openat, root, ".", O_PATH));
	REFUSED(syscall(SYS_mkdirat, root, "d", 0700));
	REFUSED(syscall(SYS_unlinkat, root, "public.txt", 0));
	REFUSED(syscall(SYS_renameat2, root, "a", root, "b", 0));
	REFUSED(syscall(SYS_linkat, root, "public.txt", root, "b", 0));
	REFUSED(syscall(SYS_symlinkat, "x", root, "b"));
	REFUSED(syscall(SYS_fchmod, root, 0777));
	REFUSED(syscall(SYS_fchown, root, 0, 0));
	REFUSED(syscall(SYS_readlinkat, root, "relative", &address, 4));
	REFUSED(syscall(SYS_chdir, "/"));
	REFUSED(syscall(SYS_fchdir, root));
	REFUSED(syscall(SYS_kill, authority_pid, SIGKILL));
	REFUSED(syscall(SYS_kill, authority_pid, 0));
	REFUSED(syscall(SYS_kill, -1, SIGTERM));
	REFUSED(syscall(SYS_tgkill, authority_pid, authority_pid, SIGKILL));
	REFUSED(syscall(SYS_tkill, authority_pid, SIGKILL));
	REFUSED(syscall(SYS_rt_sigqueueinfo, authority_pid, SIGKILL, &limit));
	REFUSED(syscall(SYS_pidfd_open, authority_pid, 0));
	REFUSED(syscall(SYS_prlimit64, authority_pid, RLIMIT_NOFILE, &limit,
			NULL));
	REFUSED(syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0));
	REFUSED(syscall(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0));
	REFUSED(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_fork));
	REFUSED(syscall(SYS_vfork));
	REFUSED(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
	REFUSED(syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
	REFUSED(syscall(SYS_connect, 0, &address, sizeof(address)));
	REFUSED(syscall(SYS_bind, 0, &address, sizeof(address)));
	REFUSED(syscall(SYS_memfd_create, "x", 0));
	REFUSED(syscall(SYS_personality, 0));
	REFUSED(syscall(SYS_landlock_create_ruleset, NULL, 0, 1));
	REFUSED(syscall(SYS_fcntl, 0, F_SETOWN, authority_pid));
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	LIVE_CHECK(page == MAP_FAILED && errno == EPERM);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	LIVE_CHECK(page != MAP_FAILED);
	REFUSED(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static void *idle(void *context)
{
	return context;
}

static void threads_until_told_otherwise(void)
{
	pthread_t id;

	start();
	LIVE_CHECK(pthread_create(&id, NULL, idle, NULL) == 0);
	LIVE_CHECK(pthread_join(id, NULL) == 0);
	LIVE_CHECK(guise_authority_confine_threads(authority) == 0);
	LIVE_CHECK(pthread_create(&id, NULL, idle, NULL) != 0);
	LIVE_CHECK(open_as_alice(root, "alice.txt", O_RDONLY) >= 0);
}

static void try_execve(void)
{
	char *argv[] = {NULL};

	start();
	(void)syscall(SYS_execve, "/bin/sh", argv, argv);
}

static void try_execveat(void)
{
	char *argv[] = {NULL};

	start();
	(void)syscall(SYS_execveat, root, "public.txt", argv, argv, 0);
}

static void try_ptrace(void)
{
	start();
	(void)syscall(SYS_ptrace, PTRACE_ATTACH, authority_pid, 0, 0);
}

static void try_process_vm(void)
{
	struct iovec vec = {0};

	start();
	(void)syscall(SYS_process_vm_readv, authority_pid, &vec, 1, &vec, 1, 0);
}

static void try_setuid(void)
{
	start();
	(void)syscall(SYS_setresuid, 0, 0, 0);
}

static void try_setgroups(void)
{
	start();
	(void)syscall(SYS_setgroups, 0, NULL);
}

static void try_new_ring(void)
{
	struct io_uring_params params = {0};

	start();
	(void)syscall(SYS_io_uring_setup, 4, &params);
}

static void try_register(void)
{
	start();
	(void)syscall(SYS_io_uring_register,
		      have_rings() ? authority->ring_fds[0] : 0,
		      IORING_REGISTER_PERSONALITY, NULL, 0);
}

static void try_chroot(void)
{
	start();
	(void)syscall(SYS_chroot, ".");
}

static void try_mount(void)
{
	start();
	(void)syscall(SYS_mount, "proc", "/", "proc", 0, NULL);
}

static void try_unshare(void)
{
	start();
	(void)syscall(SYS_unshare, CLONE_NEWUSER);
}

static void try_pidfd_getfd(void)
{
	start();
	(void)syscall(SYS_pidfd_getfd, 0, 0, 0);
}

static void try_handles(void)
{
	start();
	(void)syscall(SYS_open_by_handle_at, root, NULL, 0);
}

/* --- through the authority --- */

static void nothing_of_a_client_that_logged_off(void)
{
	struct request request = {.flags = O_RDONLY, .path = "bob.txt"};
	int fd = -1;

	start();
	request.session = guise_token_id(bob);
	LIVE_CHECK(client_call(thread, REQUEST_OPEN, &request, &root, NULL,
			       &fd) == 0);
	guise_authority_logoff(authority, 0, bob);
	LIVE_CHECK(client_call(thread, REQUEST_OPEN, &request, &root, NULL,
			       &fd) == GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(client_call(thread, REQUEST_TOUCH, &request, NULL, NULL,
			       NULL) == GUISE_E_NO_SUCH_LOGON_SESSION);
}

/* A descriptor of the worker's own is no file of the share. */
/* Who made a socket pair, or listens, is its peer: also the authority. */
static void no_descriptor_makes_it_somebody(void)
{
	const struct guise_token *token = NULL;
	unsigned n_sockets = 0;
	int pair[2];

	start();
	LIVE_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	for (int fd = 0; fd < 1024; fd++) {
		int domain;
		socklen_t size = sizeof(domain);

		if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0)
			continue;
		n_sockets += domain == AF_UNIX;
		for (int level = GUISE_LEVEL_IDENTIFICATION;
		     level <= GUISE_LEVEL_DELEGATION; level++)
			LIVE_CHECK(guise_authority_logon_peer(
					   authority, 0, fd,
					   (enum guise_level)level,
					   &token) < 0);
	}
	/* the pair, and at least the authority's channel */
	LIVE_CHECK(n_sockets >= 3);
}

/* A service of bob's listens where everybody can connect, for as long as the
 * worker lives. */
static void serve_as_bob(int listener)
{
	const uint32_t uid = authority_live.bob_uid;
	int ready[2], life[2];
	char byte;
	pid_t pid;

	LIVE_CHECK(pipe(ready) == 0 && pipe(life) == 0);
	pid = fork();
	LIVE_CHECK(pid >= 0);
	if (pid == 0) {
		(void)close(life[1]);
		if (syscall(SYS_setgroups, 0, NULL) < 0 ||
		    syscall(SYS_setresgid, uid, uid, uid) < 0 ||
		    syscall(SYS_setresuid, uid, uid, uid) < 0 ||
		    listen(listener, 4) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		_exit(read(life[0], &byte, 1) != 0);
	}
	(void)close(life[0]);
	LIVE_CHECK(read(ready[0], &byte, 1) == 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
}

/* Made and connected by alice: at the other end is bob, says the kernel. */
static int connection_to_bob(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t size = sizeof(address.sun_family);
	const uint32_t alice_uid = authority_live.alice_uid;
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

	LIVE_CHECK(bind(listener, (struct sockaddr *)&address, size) == 0);
	size = sizeof(address);
	LIVE_CHECK(getsockname(listener, (struct sockaddr *)&address, &size) ==
		   0);
	serve_as_bob(listener);
	LIVE_CHECK(syscall(SYS_setresuid, -1, alice_uid, -1) == 0);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	LIVE_CHECK(connect(fd, (struct sockaddr *)&address, size) == 0);
	LIVE_CHECK(syscall(SYS_setresuid, -1, 0, -1) == 0);
	(void)close(listener);
	return fd;
}

static void no_socket_of_others_makes_it_somebody(void)
{
	const struct guise_token *token = NULL;
	struct ucred cred;
	socklen_t size = sizeof(cred);

	bring = connection_to_bob;
	start();
	LIVE_CHECK(getsockopt(brought, SOL_SOCKET, SO_PEERCRED, &cred, &size) ==
			   0 &&
		   cred.uid == authority_live.bob_uid);
	LIVE_CHECK(guise_authority_logon_peer(authority, 0, brought,
					      GUISE_LEVEL_IMPERSONATION,
					      &token) == GUISE_E_CEILING);
}

/* Nobody has proven anything: there is no name to ask a directory for. */
static void no_name_is_taken_for_proven(void)
{
	const struct guise_token *token = NULL;

	start();
	for (uint64_t pending = 0; pending < 100; pending++) {
		struct guise_negotiation n = {.size = sizeof(n),
					      .pending = pending};

		(void)snprintf(n.principal, sizeof(n.principal), "alice@A");
		LIVE_CHECK(authority_negotiate_rest(authority, 0, &n, &token) <
			   0);
		LIVE_CHECK(n.principal[0] == '\0');
	}
}

static void a_pipe_for_a_directory(void)
{
	struct request request = {.flags = O_RDONLY, .path = "x"};
	const struct timespec pause = {.tv_sec = 30};
	int fds[2];

	start();
	LIVE_CHECK(pipe(fds) == 0);
	request.session = guise_token_id(alice);
	(void)!client_call(thread, REQUEST_OPEN, &request, fds, NULL, NULL);
	(void)nanosleep(&pause, NULL);
}

#define SCENARIO(name)                                                         \
	{                                                                      \
#name, name, LIVE_DONE                                         \
	}
/* by the filter (SIGSYS) or by the authority (SIGKILL) */
#define KILLED(name)                                                           \
	{                                                                      \
#name, name, LIVE_OTHER                                        \
	}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(only_logged_on_clients_are_in_the_ring),
		SCENARIO(a_ring_does_nothing_without_identity),
		SCENARIO(a_ring_does_only_what_it_was_made_for),
		SCENARIO(no_path_leads_out_of_the_share),
		SCENARIO(the_top_of_the_share_is_the_top),
		SCENARIO(an_open_directory_outside_is_no_way),
		SCENARIO(clients_stay_who_they_are),
		SCENARIO(no_descriptor_leads_elsewhere),
		SCENARIO(what_is_refused),
		SCENARIO(threads_until_told_otherwise),
		KILLED(try_execve),
		KILLED(try_execveat),
		KILLED(try_ptrace),
		KILLED(try_process_vm),
		KILLED(try_setuid),
		KILLED(try_setgroups),
		KILLED(try_new_ring),
		KILLED(try_register),
		KILLED(try_chroot),
		KILLED(try_mount),
		KILLED(try_unshare),
		KILLED(try_pidfd_getfd),
		KILLED(try_handles),
		SCENARIO(nothing_of_a_client_that_logged_off),
		SCENARIO(no_descriptor_makes_it_somebody),
		SCENARIO(no_socket_of_others_makes_it_somebody),
		SCENARIO(no_name_is_taken_for_proven),
		KILLED(a_pipe_for_a_directory),
	};

	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
