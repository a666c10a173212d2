/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker that was taken over and has one client of its own tries to get at
 * another client's descriptors, to leave programs behind that run as its
 * client, and to become a client itself. What merely lies in a share must not
 * look like an attack.
 */
#include <sys/socket.h>
#include <sys/xattr.h>

#include "authority-live.h"

#include "client.h"

static struct guise_authority *authority;
static struct worker_thread *thread;
static int root;
static const struct guise_token *alice;
static const struct guise_token *bob;

static void start(void)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/fifo", authority_live.share);
	LIVE_CHECK(mkfifo(path, 0666) == 0);
	(void)snprintf(path, sizeof(path), "%s/open", authority_live.share);
	LIVE_CHECK(mkdir(path, 0777) == 0 && chmod(path, 0777) == 0);
	authority = authority_live_start(NULL, true);
	thread = &authority->threads[0];
	root = guise_authority_root(authority, 0);
	alice = authority_live_logon(authority, "alice");
	bob = authority_live_logon(authority, "bob");
}

static struct guise_engine *engine(void)
{
	return guise_authority_engine(authority, 0);
}

static int open_directory(void)
{
	int fd = -EBADF;

	LIVE_CHECK(guise_file_open(engine(), alice, root, "open",
				   O_PATH | O_DIRECTORY, 0, 0, &fd) == 0);
	return fd;
}

/* Any descriptor, by alice, on @fd, said to be that of a temporary. */
static int write_sd(int fd)
{
	static const uint8_t sd[20] = {1, 0, 0, 0x80};

	return engine()->ops->write_sd(engine(), alice, fd, 0, NULL, sd,
				       sizeof(sd), GUISE_DACL_SECURITY);
}

/* alice's temporary goes, and its inode number becomes bob's file's. */
static void an_inode_used_again_is_not_the_temporary(void)
{
	struct guise_temp temp;
	struct stat before, after;
	int dir, fd, same = 0;

	start();
	dir = open_directory();
	for (unsigned i = 0; i < 32; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "b%u", i);
		LIVE_CHECK(guise_temp_create(engine(), alice, dir, NULL, false,
					     0600, &temp) == 0);
		LIVE_CHECK(fstat(temp.fd, &before) == 0);
		(void)close(temp.fd);
		LIVE_CHECK(guise_file_unlink(engine(), alice, dir, temp.name,
					     false) == 0);
		LIVE_CHECK(guise_file_open(engine(), bob, dir, name,
					   O_WRONLY | O_CREAT | O_EXCL, 0600, 0,
					   &fd) == 0);
		LIVE_CHECK(fstat(fd, &after) == 0);
		(void)close(fd);
		same += before.st_ino == after.st_ino;
		LIVE_CHECK(guise_file_open(engine(), alice, dir, name, O_PATH,
					   0, 0, &fd) == 0);
		LIVE_CHECK(write_sd(fd) < 0);
		LIVE_CHECK(fgetxattr(fd, GUISE_SD_XATTR, NULL, 0) < 0);
		(void)close(fd);
	}
	/* the authority holds the file: its number is not given away */
	LIVE_CHECK(same == 0);
}

/* A temporary that got a name of its own is a file like any other. */
static void a_renamed_temporary_is_none(void)
{
	struct guise_temp temp;
	int dir;

	start();
	dir = open_directory();
	LIVE_CHECK(guise_temp_create(engine(), alice, dir, NULL, false, 0600,
				     &temp) == 0);
	LIVE_CHECK(guise_file_rename(engine(), alice, dir, temp.name, dir,
				     "renamed", 0) == 0);
	LIVE_CHECK(write_sd(temp.fd) < 0);
	LIVE_CHECK(fgetxattr(temp.fd, GUISE_SD_XATTR, NULL, 0) < 0);
}

static mode_t mode_of(int fd)
{
	struct stat st;

	LIVE_CHECK(fstat(fd, &st) == 0);
	return st.st_mode & 07777;
}

static void no_program_runs_as_its_client(void)
{
	struct request request = {.mode = 06755, .name = "tool"};
	struct guise_temp temp;
	int dir, fd;

	start();
	dir = open_directory();
	LIVE_CHECK(guise_temp_create(engine(), alice, dir, NULL, false, 06777,
				     &temp) == 0);
	LIVE_CHECK((mode_of(temp.fd) & 07000) == 0);
	LIVE_CHECK(write(temp.fd, "#!/bin/sh\n", 10) == 10);
	request.session = guise_token_id(alice);
	LIVE_CHECK(client_call(thread, REQUEST_SET_MODE, &request, &temp.fd,
			       NULL, NULL) == 0);
	LIVE_CHECK(mode_of(temp.fd) == 0755);
	/* the ring cannot be told; what it makes is empty, and what fills it
	 * takes the bits away */
	LIVE_CHECK(guise_file_open(engine(), alice, dir, "program",
				   O_WRONLY | O_CREAT | O_EXCL, 06755, 0,
				   &fd) == 0);
	LIVE_CHECK(write(fd, "#!/bin/sh\n", 10) == 10);
	LIVE_CHECK((mode_of(fd) & 06000) == 0);
}

static void a_worker_is_not_its_own_client(void)
{
	const struct guise_token *token = NULL;
	int pair[2];

	start();
	/* made by an honest server before: the filter refuses it by now */
	LIVE_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) ==
			   0 ||
		   errno == EPERM);
	LIVE_CHECK(guise_authority_logon_peer(authority, 0, thread->socket,
					      GUISE_LEVEL_IMPERSONATION,
					      &token) < 0);
	LIVE_CHECK(token == NULL);
}

static void what_was_appended_stays(void)
{
	start();
	LIVE_CHECK(fcntl(thread->socket, F_SETFL, 0) < 0 && errno == EPERM);
	LIVE_CHECK(ftruncate(thread->socket, 0) < 0 && errno == EPERM);
}

/* FIFOs lie in shares: asking about one is no breach. */
static void a_fifo_in_a_share_is_no_attack(void)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf sd = {0};
	int fd;

	start();
	LIVE_CHECK(guise_file_open(engine(), alice, root, "fifo", O_PATH, 0, 0,
				   &fd) == 0);
	LIVE_CHECK(engine()->ops->read_sd(engine(), alice, fd, &sd) < 0);
	LIVE_CHECK(authority_live_open(authority, 0, alice, "open",
				       O_RDONLY | O_DIRECTORY) == 0);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(an_inode_used_again_is_not_the_temporary),
		SCENARIO(a_renamed_temporary_is_none),
		SCENARIO(no_program_runs_as_its_client),
		SCENARIO(a_worker_is_not_its_own_client),
		SCENARIO(what_was_appended_stays),
		SCENARIO(a_fifo_in_a_share_is_no_attack),
	};

	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
