/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of /proc/PID/status. Lines are "Key:<tab>values"; every key we need
 * must be there exactly once, so that neither a truncated file nor a process
 * name that looks like a line is taken for an identity.
 */
#include <fcntl.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "reader.h"
#include "status.h"
#include "text.h"

/* 65536 groups of ten digits and a space are 704 KiB. Ours. */
#define STATUS_MAX (1u << 20)
#define READ_STEP 4096

void status_clear(struct status *status)
{
	free(status->groups);
	*status = (struct status){0};
}

static bool next_line(struct reader *in, struct reader *ret)
{
	size_t n = 0;

	if (in->size == 0)
		return false;
	while (n < in->size && in->data[n] != '\n')
		n++;
	return read_sub(in, n, ret) && (in->size == 0 || read_skip(in, 1));
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool next_word(struct reader *in, struct reader *ret)
{
	size_t n = 0;

	while (in->size > 0 && is_blank(in->data[0])) {
		if (!read_skip(in, 1))
			return false;
	}
	while (n < in->size && !is_blank(in->data[n]))
		n++;
	return n > 0 && read_sub(in, n, ret);
}

static bool next_id(struct reader *in, uint32_t *ret)
{
	struct reader word;
	char text[10];
	uint64_t value;

	if (!next_word(in, &word) || word.size > sizeof(text))
		return false;
	memcpy(text, word.data, word.size);
	if (!text_to_u64(text, word.size, UINT32_MAX, &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

static int parse_ids(struct reader in, uint32_t ret[STATUS_N_IDS])
{
	for (size_t i = 0; i < STATUS_N_IDS; i++) {
		if (!next_id(&in, &ret[i]))
			return -EBADMSG;
	}
	return in.size == 0 ? 0 : -EBADMSG;
}

static size_t count_words(struct reader in)
{
	struct reader word;
	size_t n = 0;

	while (next_word(&in, &word))
		n++;
	return n;
}

static int parse_groups(struct reader in, struct status *s)
{
	size_t n = count_words(in);

	if (n > GUISE_UNIX_GROUPS_MAX)
		return -EBADMSG;
	s->groups = array_alloc(n, sizeof(*s->groups));
	if (!s->groups)
		return -ENOMEM;
	s->n_groups = n;
	for (size_t i = 0; i < n; i++) {
		if (!next_id(&in, &s->groups[i]))
			return -EBADMSG;
	}
	return 0;
}

static int parse_capabilities(struct reader in, uint64_t *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	struct reader word;
	char text[16];
	uint64_t value = 0;
	int r;

	if (!next_word(&in, &word) || word.size != sizeof(text) || in.size > 0)
		return -EBADMSG;
	memcpy(text, word.data, sizeof(text));
	r = text_unhex(text, sizeof(text), &bytes);
	if (r < 0)
		return r == -EINVAL ? -EBADMSG : r;
	for (size_t i = 0; i < bytes.size; i++)
		value = value << 8 | bytes.data[i];
	*ret = value;
	return 0;
}

static int parse_comm(struct reader in, struct status *s)
{
	size_t n;

	if (in.size > 0 && is_blank(in.data[0]) && !read_skip(&in, 1))
		return -EBADMSG;
	n = in.size < sizeof(s->comm) - 1 ? in.size : sizeof(s->comm) - 1;
	return read_copy(&in, s->comm, n) ? 0 : -EBADMSG;
}

enum line {
	LINE_NAME,
	LINE_UID,
	LINE_GID,
	LINE_GROUPS,
	LINE_PERMITTED,
	LINE_EFFECTIVE,
	N_LINES,
};

static const char *const keys[N_LINES] = {
	[LINE_NAME] = "Name:",	      [LINE_UID] = "Uid:",
	[LINE_GID] = "Gid:",	      [LINE_GROUPS] = "Groups:",
	[LINE_PERMITTED] = "CapPrm:", [LINE_EFFECTIVE] = "CapEff:",
};

/* Which line it is; consumes the key. N_LINES for one we do not need. */
static enum line line_kind(struct reader *line)
{
	for (unsigned kind = 0; kind < N_LINES; kind++) {
		size_t n = strlen(keys[kind]);

		if (line->size >= n && memcmp(line->data, keys[kind], n) == 0)
			return read_skip(line, n) ? (enum line)kind : N_LINES;
	}
	return N_LINES;
}

static int parse_line(enum line kind, struct reader rest, struct status *s)
{
	switch (kind) {
	case LINE_NAME:
		return parse_comm(rest, s);
	case LINE_UID:
		return parse_ids(rest, s->uids);
	case LINE_GID:
		return parse_ids(rest, s->gids);
	case LINE_GROUPS:
		return parse_groups(rest, s);
	case LINE_PERMITTED:
		return parse_capabilities(rest, &s->permitted);
	case LINE_EFFECTIVE:
		return parse_capabilities(rest, &s->effective);
	case N_LINES:
		break;
	}
	return 0;
}

int status_parse(const void *text, size_t size, struct status *ret)
{
	GUISE_AUTO(status_clear) struct status s = {0};
	struct reader in = reader_of(text, size), line;
	unsigned seen = 0;

	while (next_line(&in, &line)) {
		enum line kind = line_kind(&line);
		int r;

		if (kind == N_LINES)
			continue;
		if (seen & 1u << kind)
			return -EBADMSG;
		seen |= 1u << kind;
		r = parse_line(kind, line, &s);
		if (r < 0)
			return r;
	}
	if (seen != (1u << N_LINES) - 1)
		return -EBADMSG;
	*ret = s;
	s.groups = NULL;
	return 0;
}

static int read_all(int fd, struct guise_buf *out)
{
	for (;;) {
		uint8_t *at;
		ssize_t n;
		int r;

		if (out->size > STATUS_MAX)
			return -EFBIG;
		r = buf_reserve(out, READ_STEP, &at);
		if (r < 0)
			return r;
		n = read(fd, at, READ_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		out->size += (size_t)n;
	}
}

int status_read(int dir, const char *path, struct status *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = read_all(fd, &text);
	if (r < 0)
		return r;
	return status_parse(text.data, text.size, ret);
}
