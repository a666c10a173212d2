/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker that was taken over gets from the rings, with paths and from
 * the authority; test_hostile_calls.c is about its system calls. */
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "hostile-worker.h"

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

/* A descriptor of the worker's own is no file of the share. */
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
		SCENARIO(nothing_of_a_client_that_logged_off),
		SCENARIO(no_descriptor_makes_it_somebody),
		SCENARIO(no_socket_of_others_makes_it_somebody),
		SCENARIO(no_name_is_taken_for_proven),
		KILLED(a_pipe_for_a_directory),
	};

	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
