/* SPDX-License-Identifier: Apache-2.0 */
/* One record of the journal as bytes. Only root can write the journal, but a
 * record is read as if anyone could. */
#include <time.h>

#include "journal.h"
#include "span.h"

#define RECORD_MAGIC 0x316a7567 /* "guj1" */

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
		r = span_append(out, record->groups, 4 * record->n_groups);
	if (r == 0)
		r = span_append_text(out, record->root);
	if (r == 0)
		r = span_append_text(out, record->directory);
	if (r == 0)
		r = buf_append_u32le(out, (uint32_t)record->handle_type);
	if (r == 0)
		r = span_append(out, record->handle, record->handle_size);
	if (r == 0)
		r = span_append_text(out, record->name);
	return r;
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
	    !span_read(&r, 4 * GUISE_UNIX_GROUPS_MAX, &record.groups,
		       &record.n_groups) ||
	    !span_read_text(&r, GUISE_PATH_MAX, &record.root) ||
	    !span_read_text(&r, GUISE_PATH_MAX, &record.directory) ||
	    !read_u32le(&r, &type) ||
	    !span_read(&r, JOURNAL_HANDLE_MAX, &record.handle,
		       &record.handle_size) ||
	    !span_read_text(&r, GUISE_PATH_MAX, &record.name) || r.size)
		return -EBADMSG;
	if (record.n_groups % 4 || strchr(record.name, '/') ||
	    record.root[0] != '/' || record.directory[0] == '/')
		return -EBADMSG;
	record.n_groups /= 4;
	record.handle_type = (int32_t)type;
	*ret = record;
	return 0;
}
