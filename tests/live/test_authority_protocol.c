/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker that breaks the protocol is cut off: every case below must end with
 * the worker killed by the authority. And next to them what an honest worker
 * may do at the same border, which must not.
 */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "authority-live.h"

#include "buf.h"
#include "client.h"
#include "supervise.h"

static struct guise_authority *authority;
static struct worker_thread *worker_thread;
static const struct guise_token *alice;

static void start(void)
{
	authority = authority_live_start(NULL, false);
	worker_thread = &authority->threads[0];
	alice = authority_live_logon(authority, "alice");
}

/* Dead before this is over, or the scenario has failed (by ending well). */
static void await_death(void)
{
	const struct timespec pause = {.tv_sec = 30};

	(void)nanosleep(&pause, NULL);
	fprintf(stderr, "still alive\n");
}

static void send_bytes(const void *data, size_t size, const int *fds,
		       unsigned n_fds)
{
	LIVE_CHECK(wire_send(worker_thread->socket, data, size, fds, n_fds) ==
		   0);
}

/* An encoded request, as it is or with something wrong about it. */
static struct guise_buf encoded(enum request_type type,
				const struct request *request)
{
	struct guise_buf bytes = {0};

	LIVE_CHECK(request_encode(type, request, &bytes) == 0);
	return bytes;
}

static struct request open_request(void)
{
	return (struct request){
		.session = guise_token_id(alice),
		.flags = O_RDONLY,
		.path = "alice.txt",
	};
}

static void an_unknown_type(void)
{
	struct guise_buf bytes = {0};

	start();
	LIVE_CHECK(buf_append_u32le(&bytes, REQUEST_TYPES) == 0);
	send_bytes(bytes.data, bytes.size, NULL, 0);
	await_death();
}

static void type_zero(void)
{
	const uint8_t zeros[4] = {0};

	start();
	send_bytes(zeros, sizeof(zeros), NULL, 0);
	await_death();
}

static void half_a_type(void)
{
	const uint8_t zeros[3] = {0};

	start();
	send_bytes(zeros, sizeof(zeros), NULL, 0);
	await_death();
}

static void a_second_hello(void)
{
	const struct request request = {.version = PROTO_VERSION};
	struct guise_buf bytes;

	start();
	bytes = encoded(REQUEST_HELLO, &request);
	send_bytes(bytes.data, bytes.size, NULL, 0);
	await_death();
}

static void bytes_to_spare(void)
{
	const struct request request = {.session = 1};
	struct guise_buf bytes;

	start();
	bytes = encoded(REQUEST_TOUCH, &request);
	LIVE_CHECK(buf_append_u8(&bytes, 0) == 0);
	send_bytes(bytes.data, bytes.size, NULL, 0);
	await_death();
}

static void a_cut_request(void)
{
	const struct request request = {.session = 1};
	struct guise_buf bytes;

	start();
	bytes = encoded(REQUEST_TOUCH, &request);
	send_bytes(bytes.data, bytes.size - 1, NULL, 0);
	await_death();
}

static void an_oversized_request(void)
{
	void *bytes = calloc(1, WIRE_SIZE_MAX + 1);

	start();
	send_bytes(bytes, WIRE_SIZE_MAX + 1, NULL, 0);
	await_death();
}

static void a_descriptor_too_many(void)
{
	const struct request request = {.session = 1};
	struct guise_buf bytes;
	int fd = STDERR_FILENO;

	start();
	bytes = encoded(REQUEST_TOUCH, &request);
	send_bytes(bytes.data, bytes.size, &fd, 1);
	await_death();
}

static void a_descriptor_too_few(void)
{
	const struct request request = {.session = 1, .name = "n"};
	struct guise_buf bytes;

	start();
	bytes = encoded(REQUEST_MKDIR, &request);
	send_bytes(bytes.data, bytes.size, NULL, 0);
	await_death();
}

/* More than the control buffer holds. */
static void a_flood_of_descriptors(void)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(64 * sizeof(int))];
	} control = {0};
	const struct request request = {.session = 1};
	struct guise_buf bytes;
	struct iovec vec;
	struct msghdr message = {
		.msg_iov = &vec,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	int fds[64];

	start();
	bytes = encoded(REQUEST_TOUCH, &request);
	vec = (struct iovec){bytes.data, bytes.size};
	for (unsigned i = 0; i < 64; i++)
		fds[i] = STDERR_FILENO;
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(&control.header), fds, sizeof(fds));
	LIVE_CHECK(sendmsg(worker_thread->socket, &message, 0) > 0);
	await_death();
}

static void a_foreign_directory(void)
{
	struct request request;
	struct guise_buf bytes;
	int fd = open(authority_live.path, O_PATH | O_DIRECTORY);

	start();
	request = open_request();
	bytes = encoded(REQUEST_OPEN, &request);
	send_bytes(bytes.data, bytes.size, &fd, 1);
	await_death();
}

/* The share itself, but by the host's mount: ".." would lead out. */
static void the_share_by_another_mount(void)
{
	struct request request;
	struct guise_buf bytes;
	int fd = open(authority_live.share, O_PATH | O_DIRECTORY);

	start();
	request = open_request();
	bytes = encoded(REQUEST_OPEN, &request);
	send_bytes(bytes.data, bytes.size, &fd, 1);
	await_death();
}

static void a_file_for_a_directory(void)
{
	struct request request;
	struct guise_buf bytes;
	int fd;

	start();
	request = open_request();
	LIVE_CHECK(guise_file_open(&worker_thread->engine, alice,
				   authority->root_fds[0], "alice.txt",
				   O_RDONLY, 0, 0, &fd) == 0);
	bytes = encoded(REQUEST_OPEN, &request);
	send_bytes(bytes.data, bytes.size, &fd, 1);
	await_death();
}

static void a_foreign_file_to_change(void)
{
	struct request request = {.session = 0, .mode = 0777};
	struct guise_buf bytes;
	int fd = memfd_create("x", 0);

	start();
	request.session = guise_token_id(alice);
	bytes = encoded(REQUEST_SET_MODE, &request);
	send_bytes(bytes.data, bytes.size, &fd, 1);
	await_death();
}

static void an_event_for_a_file(void)
{
	struct request request = {0};
	struct guise_buf bytes;
	int fd = eventfd(0, 0);

	start();
	request.session = guise_token_id(alice);
	bytes = encoded(REQUEST_READ_SD, &request);
	send_bytes(bytes.data, bytes.size, &fd, 1);
	await_death();
}

/* Out of range, each put over the encoded bytes: type is 4 bytes, then
 * session, flags, mode, resolve (8 each), then the path with its size. */
static void open_with(size_t at, const void *bad, size_t size)
{
	struct request request;
	struct guise_buf bytes;

	start();
	request = open_request();
	bytes = encoded(REQUEST_OPEN, &request);
	LIVE_CHECK(at + size <= bytes.size);
	memcpy(bytes.data + at, bad, size);
	send_bytes(bytes.data, bytes.size, &authority->root_fds[0], 1);
	await_death();
}

static void open_with_number(size_t at, uint64_t value)
{
	open_with(at, &value, sizeof(value));
}

static void open_truncating(void)
{
	open_with_number(12, O_TRUNC);
}

static void open_unnamed(void)
{
	open_with_number(12, O_TMPFILE);
}

static void open_create_without_excl(void)
{
	open_with_number(12, O_CREAT | O_WRONLY);
}

static void open_with_a_mode_of_many_bits(void)
{
	open_with_number(20, 010000);
}

static void open_resolving_in_root(void)
{
	open_with_number(28, RESOLVE_IN_ROOT);
}

static void open_an_absolute_path(void)
{
	open_with(40, "/", 1);
}

static void open_a_path_with_a_nul(void)
{
	open_with(41, "", 1);
}

static void open_a_path_without_a_nul(void)
{
	open_with(40 + 9, "x", 1);
}

static void mkdir_named(const char *bad)
{
	struct request request = {.mode = 0700, .name = "xx"};
	struct guise_buf bytes;

	start();
	request.session = guise_token_id(alice);
	bytes = encoded(REQUEST_MKDIR, &request);
	memcpy(bytes.data + bytes.size - 3, bad, 2);
	send_bytes(bytes.data, bytes.size, &authority->root_fds[0], 1);
	await_death();
}

static void mkdir_dot_dot(void)
{
	mkdir_named("..");
}

static void mkdir_with_a_slash(void)
{
	mkdir_named("a/");
}

static void a_root_that_is_not_there(void)
{
	struct request request = {
		.root = 5,
		.information = GUISE_DACL_SECURITY,
		.path = "alice.txt",
	};
	static const uint8_t sd[] = {
		'g', 's', 'd', 1,    52, 0,  0,	 0, /* O:AN G:AN, no DACL */
		1,   0,	  0,   0x80, 20, 0,  0,	 0, 36, 0,  0, 0, 0,
		0,   0,	  0,   0,    0,	 0,  0,	 1, 2,	0,  0, 0, 0,
		0,   5,	  32,  0,    0,	 0,  32, 2, 0,	0,  1, 2, 0,
		0,   0,	  0,   0,    5,	 32, 0,	 0, 0,	32, 2, 0, 0,
	};
	struct guise_buf bytes;
	int fd;

	start();
	LIVE_CHECK(guise_file_open(&worker_thread->engine, alice,
				   authority->root_fds[0], "alice.txt",
				   O_RDONLY, 0, 0, &fd) == 0);
	request.session = guise_token_id(alice);
	request.blob = sd;
	request.blob_size = sizeof(sd);
	bytes = encoded(REQUEST_WRITE_SD, &request);
	send_bytes(bytes.data, bytes.size, &fd, 1);
	await_death();
}

/* --- what is no breach --- */

static void unknown_things_are_only_refused(void)
{
	struct request request = {.session = 12345, .path = "alice.txt"};
	struct guise_temp temp = {.id = 99, .name = "x"};
	const struct worker_counters counters = {.requests = 7};

	start();
	temp.dir_fd = authority->root_fds[0];
	LIVE_CHECK(client_call(worker_thread, REQUEST_OPEN, &request,
			       authority->root_fds, NULL,
			       NULL) == GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(guise_temp_commit(&worker_thread->engine, alice, &temp, "y",
				     true) == -ENOENT);
	guise_temp_abort(&worker_thread->engine, alice, &temp);
	authority_report(authority, 0, &counters);
	authority_report_denied(authority, 0, alice, "GET \"/\n\x01");
	authority_report_denied(authority, 0, NULL, "");
	LIVE_CHECK(authority_live_open(authority, 0, alice, "alice.txt",
				       O_RDONLY) == 0);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		KILLED(an_unknown_type),
		KILLED(type_zero),
		KILLED(half_a_type),
		KILLED(a_second_hello),
		KILLED(bytes_to_spare),
		KILLED(a_cut_request),
		KILLED(an_oversized_request),
		KILLED(a_descriptor_too_many),
		KILLED(a_descriptor_too_few),
		KILLED(a_flood_of_descriptors),
		KILLED(a_foreign_directory),
		KILLED(the_share_by_another_mount),
		KILLED(a_file_for_a_directory),
		KILLED(a_foreign_file_to_change),
		KILLED(an_event_for_a_file),
		KILLED(open_truncating),
		KILLED(open_unnamed),
		KILLED(open_create_without_excl),
		KILLED(open_with_a_mode_of_many_bits),
		KILLED(open_resolving_in_root),
		KILLED(open_an_absolute_path),
		KILLED(open_a_path_with_a_nul),
		KILLED(open_a_path_without_a_nul),
		KILLED(mkdir_dot_dot),
		KILLED(mkdir_with_a_slash),
		KILLED(a_root_that_is_not_there),
		{"unknown_things_are_only_refused",
		 unknown_things_are_only_refused, LIVE_DONE},
	};

	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
