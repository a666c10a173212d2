/* SPDX-License-Identifier: Apache-2.0 */
/* One record of the journal as bytes. Only root can write the journal, but a
 * record is read as if anyone could. */
#include <time.h>

#include "buf.h"
#include "journal.h"
#include "reader.h"

#define RECORD_MAGIC 0x316a7567 /* "guj1" */

static int append_text(struct guise_buf *out, const char *text)
{
	const size_t size = strlen(text) + 1;
	int r;

	r = buf_append_u32le(out, (uint32_t)size);
	return r < 0 ? r : buf_append(out, text, size);
}

static int append_span(struct guise_buf *out, const uint8_t *data, size_t size)
{
	int r;

	r = buf_append_u32le(out, (uint32_t)size);
	return r < 0 ? r : buf_append(out, data, size);
}

int journal_record_encode(const struct journal_record *record,
			  struct guise_buf *out)
{
	int r;

	r = buf_append_u32le(out, RECORD_MAGIC);
	if (r == 0)
		r = buf_append_u32le(out, record->uid);
	if (r == 0)
		r = buf_append_u32le(out, record->gid);
	if (r == 0)
		r = buf_append_u64le(out, record->privileges);
	if (r == 0)
		r = append_span(out, record->groups, 4 * record->n_groups);
	if (r == 0)
		r = append_text(out, record->root);
	if (r == 0)
		r = append_text(out, record->directory);
	if (r == 0)
		r = buf_append_u32le(out, (uint32_t)record->handle_type);
	if (r == 0)
		r = append_span(out, record->handle, record->handle_size);
	if (r == 0)
		r = append_text(out, record->name);
	return r;
}

static bool read_span(struct reader *r, size_t max, const uint8_t **ret,
		      size_t *ret_size)
{
	uint32_t size;

	if (!read_u32le(r, &size) || size > max || !read_bytes(r, size, ret))
		return false;
	*ret_size = size;
	return true;
}

static bool read_text(struct reader *r, const char **ret)
{
	const uint8_t *bytes;
	size_t size;

	if (!read_span(r, GUISE_PATH_MAX + 1, &bytes, &size) || size == 0)
		return false;
	if (memchr(bytes, '\0', size) != bytes + size - 1)
		return false;
	*ret = (const char *)bytes;
	return true;
}

int journal_record_decode(const void *data, size_t size,
			  struct journal_record *ret)
{
	struct reader r = reader_of(data, size);
	struct journal_record record = {0};
	uint32_t magic, type;

	if (!read_u32le(&r, &magic) || magic != RECORD_MAGIC ||
	    !read_u32le(&r, &record.uid) || !read_u32le(&r, &record.gid) ||
	    !read_u64le(&r, &record.privileges) ||
	    !read_span(&r, 4 * GUISE_UNIX_GROUPS_MAX, &record.groups,
		       &record.n_groups) ||
	    !read_text(&r, &record.root) || !read_text(&r, &record.directory) ||
	    !read_u32le(&r, &type) ||
	    !read_span(&r, JOURNAL_HANDLE_MAX, &record.handle,
		       &record.handle_size) ||
	    !read_text(&r, &record.name) || r.size)
		return -EBADMSG;
	if (record.n_groups % 4 || strchr(record.name, '/') ||
	    record.root[0] != '/' || record.directory[0] == '/')
		return -EBADMSG;
	record.n_groups /= 4;
	record.handle_type = (int32_t)type;
	*ret = record;
	return 0;
}
