/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer of a Unix socket, from what the kernel froze at connect(): the
 * effective ids and groups of the connecting thread. No process is looked up
 * by number to find out who it is. The one question asked of /proc is whether
 * an overflow id (65534) is a real one: it also stands for every id of
 * another user namespace that has no name in ours.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base.h"
#include "fd.h"
#include "logon-token.h"
#include "text.h"

/* Linux 6.5; not in older headers. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

#define GROUPS_MIN 64
/* Kernel: DEFAULT_OVERFLOWUID, unless /proc/sys/kernel/overflow*id says else.
 */
#define OVERFLOW_ID_DEFAULT 65534

struct peer {
	struct ucred cred;
	gid_t *groups;
	size_t n_groups;
};

static void peer_clear(struct peer *peer)
{
	free(peer->groups);
}

static int get_int(int fd, int option, int *ret)
{
	socklen_t size = sizeof(*ret);

	return getsockopt(fd, SOL_SOCKET, option, ret, &size) < 0 ? -errno : 0;
}

/* A connected stream or packet socket; a listener would name ourselves. */
static int check_socket(int fd)
{
	int domain, type, listening;
	int r;

	r = get_int(fd, SO_DOMAIN, &domain);
	if (r < 0)
		return r;
	if (domain != AF_UNIX)
		return -EOPNOTSUPP;
	r = get_int(fd, SO_TYPE, &type);
	if (r < 0)
		return r;
	r = get_int(fd, SO_ACCEPTCONN, &listening);
	if (r < 0)
		return r;
	if (listening || (type != SOCK_STREAM && type != SOCK_SEQPACKET))
		return GUISE_E_NO_TOKEN;
	return 0;
}

static int get_groups(int fd, struct peer *peer)
{
	socklen_t size = GROUPS_MIN * sizeof(*peer->groups);

	for (;;) {
		gid_t *groups = realloc(peer->groups, size);

		if (!groups)
			return -ENOMEM;
		peer->groups = groups;
		if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) ==
		    0)
			break;
		if (errno == ENODATA)
			return GUISE_E_NO_TOKEN;
		/* Too small: the kernel said how much it needs. */
		if (errno != ERANGE)
			return -errno;
		if (size > GUISE_UNIX_GROUPS_MAX * sizeof(*groups))
			return GUISE_E_LIMIT;
	}
	peer->n_groups = size / sizeof(*peer->groups);
	return 0;
}

static int get_peer(int fd, struct peer *ret)
{
	socklen_t size = sizeof(ret->cred);
	int r;

	r = check_socket(fd);
	if (r < 0)
		return r;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &ret->cred, &size) < 0)
		return -errno;
	/* Not connected: the kernel answers with -1 instead of an error. */
	if (size != sizeof(ret->cred) || ret->cred.uid == GUISE_UID_NONE ||
	    ret->cred.gid == GUISE_UID_NONE)
		return GUISE_E_NO_TOKEN;
	r = get_groups(fd, ret);
	if (r < 0)
		return r;
	return unix_ids_hold_none(ret->cred.uid, ret->cred.gid, ret->groups,
				  ret->n_groups)
		       ? GUISE_E_NO_TOKEN
		       : 0;
}

static uint32_t overflow_id(const char *path)
{
	GUISE_AUTO(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[24];
	uint64_t id;
	ssize_t n;

	if (fd < 0)
		return OVERFLOW_ID_DEFAULT;
	n = read(fd, text, sizeof(text));
	if (n < 2 || !text_to_u64(text, (size_t)n - 1, UINT32_MAX, &id))
		return OVERFLOW_ID_DEFAULT;
	return (uint32_t)id;
}

static bool has_overflow_id(const struct peer *peer)
{
	uint32_t uid = overflow_id("/proc/sys/kernel/overflowuid");
	uint32_t gid = overflow_id("/proc/sys/kernel/overflowgid");

	if (peer->cred.uid == uid || peer->cred.gid == gid)
		return true;
	for (size_t i = 0; i < peer->n_groups; i++) {
		if (peer->groups[i] == gid)
			return true;
	}
	return false;
}

/*
 * The pid of the credentials is the peer's for as long as the pidfd's process
 * is not reaped; so look, and then ask whether it still is there.
 */
static bool shares_our_user_namespace(int fd, pid_t pid)
{
	GUISE_AUTO(fd_closep) int pidfd = -EBADF;
	struct stat ours, theirs;
	char path[48];

	if (pid <= 0 || get_int(fd, SO_PEERPIDFD, &pidfd) < 0)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	if (stat("/proc/self/ns/user", &ours) < 0 || stat(path, &theirs) < 0)
		return false;
	if (syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) < 0 &&
	    errno != EPERM)
		return false;
	return ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

/* A client that offers only the anonymous level is not told apart. */
static int token_without_identity(const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct guise_sid user;
	int r;

	r = guise_sid_well_known(GUISE_SID_ANONYMOUS, NULL, &user);
	if (r < 0)
		return r;
	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_ANONYMOUS);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_ids(b, guise_luid_new(), guise_luid_new(), 0);
	guise_token_builder_source(b, "guise");
	return guise_token_builder_seal(b, ret);
}

int guise_token_of_peer(int fd, enum guise_level level,
			const struct guise_token **ret)
{
	GUISE_AUTO(peer_clear) struct peer peer = {0};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	if (!ret || fd < 0)
		return -EINVAL;
	/* A socket carries no credentials to go on with (delegation). */
	if ((int)level < GUISE_LEVEL_ANONYMOUS ||
	    level > GUISE_LEVEL_IMPERSONATION)
		return GUISE_E_BAD_LEVEL;
	r = get_peer(fd, &peer);
	if (r < 0)
		return r;
	if (has_overflow_id(&peer) &&
	    !shares_our_user_namespace(fd, peer.cred.pid))
		return GUISE_E_NO_TOKEN;
	if (level == GUISE_LEVEL_ANONYMOUS)
		return token_without_identity(ret);

	r = logon_token_of_unix(peer.cred.uid, peer.cred.gid, peer.groups,
				peer.n_groups, NULL, LOGON_LOCAL,
				guise_luid_new(), &token);
	if (r < 0)
		return r;
	return guise_token_at_level(token, level, guise_luid_new(), ret);
}
