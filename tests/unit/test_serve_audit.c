/* SPDX-License-Identifier: Apache-2.0 */
/* Audits as lines and as the journal's entries: whole, and bounded. */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include "token.h"

#include "audit-log.h"
#include "buf.h"

struct scene {
	const struct guise_token *token;
	struct client client;
	struct request request;
	struct exchange exchange;
};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->token = test_token_make(
		&(struct test_token){.user = "S-1-5-21-1-2-3-4"});
	s->client = (struct client){.token = s->token, .name = "al ice\n"};
	s->request = (struct request){.method = span_of("G\"ET"),
				      .target = span_of("/a\nb"),
				      .peer = "192.0.2.1"};
	s->exchange.request = &s->request;
	s->exchange.client = &s->client;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	guise_buf_clear(&s->exchange.audited);
	(void)guise_token_unref(s->token);
	free(s);
	return 0;
}

static const struct guise_sid everyone = {.authority = 1, .n_subs = 1};
static const struct guise_sid policy = {
	.authority = 17, .sub = {7}, .n_subs = 1};

static const struct guise_audit_event plain = {
	.success = true,
	.desired = 0x3,
	.granted = 0x1,
	.ace = 2,
	.sid = &everyone,
	.server = "files",
	.name = "x\ny/\xff%",
	.handle = 12,
};

static char *text_of(const struct guise_buf *buf)
{
	char *text = strndup((const char *)buf->data, buf->size);

	assert_non_null(text);
	return text;
}

static void line_is(const struct scene *s, enum log_format format,
		    const struct guise_audit_event *event, const char *expected)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	char *text;

	assert_int_equal(
		audit_log_line(&out, format, 784111777, &s->exchange, event),
		0);
	text = text_of(&out);
	assert_string_equal(text, expected);
	free(text);
}

#define HEAD_TEXT                                                              \
	"1994-11-06T08:49:37Z 192.0.2.1 al\\x20ice\\x0A S-1-5-21-1-2-3-4 "     \
	"\"G\\x22ET /a%0Ab\" audit "
#define HEAD_JSON                                                              \
	"{\"time\":\"1994-11-06T08:49:37Z\",\"peer\":\"192.0.2.1\","           \
	"\"user\":\"al ice\\u000a\",\"sid\":\"S-1-5-21-1-2-3-4\","             \
	"\"method\":\"G\\u0022ET\",\"target\":\"/a%0Ab\",\"audit\":"

static void a_line_says_who_what_and_which_ace(void **state)
{
	const struct scene *s = *state;
	struct guise_audit_event event = plain;

	line_is(s, LOG_TEXT, &event,
		HEAD_TEXT "success /files/x\\x0Ay/\\xFF% inode 12 asked 0x3 "
			  "granted 0x1 ace 2 S-1-1-0\n");
	line_is(s, LOG_JSON, &event,
		HEAD_JSON "\"success\",\"object\":\"/files/x\\u000ay/"
			  "\\ufffd%\",\"inode\":12,\"asked\":\"0x3\","
			  "\"granted\":\"0x1\",\"ace\":2,"
			  "\"trustee\":\"S-1-1-0\"}\n");
	event.success = false;
	event.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY) |
			   GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	event.name = "";
	line_is(s, LOG_TEXT, &event,
		HEAD_TEXT "failure /files inode 12 asked 0x3 granted 0x1 ace 2 "
			  "S-1-1-0 privileges "
			  "SeSecurityPrivilege,SeTakeOwnershipPrivilege\n");
	line_is(s, LOG_JSON, &event,
		HEAD_JSON "\"failure\",\"object\":\"/files\",\"inode\":12,"
			  "\"asked\":\"0x3\",\"granted\":\"0x1\",\"ace\":2,"
			  "\"trustee\":\"S-1-1-0\",\"privileges\":["
			  "\"SeSecurityPrivilege\","
			  "\"SeTakeOwnershipPrivilege\"]}\n");
	event = (struct guise_audit_event){.what = GUISE_AUDIT_STAGED,
					   .success = true,
					   .desired = 3,
					   .granted = 3,
					   .server = "",
					   .name = "a",
					   .policy = &policy};
	line_is(s, LOG_TEXT, &event,
		HEAD_TEXT "staged /a inode 0 asked 0x3 granted 0x3 staged 0x0 "
			  "policy S-1-17-7\n");
	line_is(s, LOG_JSON, &event,
		HEAD_JSON "\"staged\",\"object\":\"/a\",\"inode\":0,"
			  "\"asked\":\"0x3\",\"granted\":\"0x3\","
			  "\"staged\":\"0x0\",\"policy\":\"S-1-17-7\"}\n");
}

static void an_entry_is_fields_without_newlines(void **state)
{
	const struct scene *s = *state;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	char *text, *id;

	assert_int_equal(audit_log_entry(&out, &s->exchange, &plain), 0);
	text = text_of(&out);
	id = strstr(text, "\nMESSAGE_ID=");
	assert_non_null(id);
	assert_memory_equal(
		text,
		"MESSAGE=192.0.2.1 al\\x20ice\\x0A S-1-5-21-1-2-3-4 "
		"\"G\\x22ET /a%0Ab\" audit success /files/x\\x0Ay/\\xFF% "
		"inode 12 asked 0x3 granted 0x1 ace 2 S-1-1-0",
		id - text);
	assert_string_equal(strchr(id + 1, '\n'),
			    "\nPRIORITY=5\n"
			    "SYSLOG_FACILITY=10\n"
			    "SYSLOG_IDENTIFIER=guise\n"
			    "GUISE_PEER=192.0.2.1\n"
			    "GUISE_USER=al\\x20ice\\x0A\n"
			    "GUISE_USER_SID=S-1-5-21-1-2-3-4\n"
			    "GUISE_METHOD=G\\x22ET\n"
			    "GUISE_TARGET=/a%0Ab\n"
			    "GUISE_AUDIT=success\n"
			    "GUISE_OBJECT=/files/x\\x0Ay/\\xFF%\n"
			    "GUISE_INODE=12\n"
			    "GUISE_ASKED=0x3\n"
			    "GUISE_GRANTED=0x1\n"
			    "GUISE_ACE=2\n"
			    "GUISE_TRUSTEE=S-1-1-0\n");
	free(text);
}

/* Everything a client can make large, as large as it will be. */
static void the_largest_line_and_entry_are_small(void **state)
{
	struct scene *s = *state;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	static char name[GUISE_PATH_MAX + 1], target[20000];
	char user[GUISE_USER_NAME_MAX + 1] = "";
	struct guise_audit_event event = plain;

	memset(name, '\n', sizeof(name) - 1);
	memset(target, '\n', sizeof(target) - 1);
	event.name = name;
	memset(user, '\n', sizeof(user) - 1);
	s->client.name = user;
	s->request.target = span_of(target);
	s->request.method = span_of(target);
	assert_int_equal(
		audit_log_line(&out, LOG_JSON, 0, &s->exchange, &event), 0);
	assert_true(out.size <= 4096);
	buf_truncate(&out, 0);
	assert_int_equal(
		audit_log_line(&out, LOG_TEXT, 0, &s->exchange, &event), 0);
	assert_true(out.size <= 4096);
	assert_non_null(memmem(out.data, out.size, "... inode 12", 12));
	buf_truncate(&out, 0);
	assert_int_equal(audit_log_entry(&out, &s->exchange, &event), 0);
	assert_true(out.size <= 8192);
	for (size_t i = 0; i < out.size; i++)
		assert_true(out.data[i] == '\n' ||
			    (out.data[i] >= ' ' && out.data[i] < 0x7f));
}

static size_t lines_in(int fd)
{
	char text[4096];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	size_t lines = 0;

	for (ssize_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	return lines;
}

static void what_the_journal_does_not_take_goes_to_the_log(void **state)
{
	struct scene *s = *state;
	struct audit_log log = {.format = LOG_TEXT};
	struct guise_audit_event event = plain;
	char entry[4096];
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	log.journal_fd = pair[0];
	log.log_fd = open("/tmp", O_TMPFILE | O_RDWR | O_APPEND, 0600);
	assert_true(log.log_fd >= 0);
	audit_log_tell(&log, &s->exchange, &event);
	assert_true(recv(pair[1], entry, sizeof(entry), 0) > 0);
	assert_int_equal(lines_in(log.log_fd), 0);
	/* the same once more is the same */
	audit_log_tell(&log, &s->exchange, &event);
	assert_true(recv(pair[1], entry, sizeof(entry), MSG_DONTWAIT) < 0);
	event.success = false;
	log.always_logs = true;
	audit_log_tell(&log, &s->exchange, &event);
	assert_true(recv(pair[1], entry, sizeof(entry), 0) > 0);
	assert_int_equal(lines_in(log.log_fd), 1);
	log.always_logs = false;
	assert_int_equal(close(pair[1]), 0);
	event.success = true;
	audit_log_tell(&log, &s->exchange, &event);
	assert_int_equal(lines_in(log.log_fd), 2);
	assert_int_equal(log.lost, 0);
	assert_int_equal(close(log.log_fd), 0);
	log.log_fd = -EBADF;
	event.success = false;
	audit_log_tell(&log, &s->exchange, &event);
	assert_int_equal(log.lost, 1);
	assert_int_equal(close(pair[0]), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_says_who_what_and_which_ace),
		TEST(an_entry_is_fields_without_newlines),
		TEST(the_largest_line_and_entry_are_small),
		TEST(what_the_journal_does_not_take_goes_to_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
