/* SPDX-License-Identifier: Apache-2.0 */
/* The table of requests and the one codec that works from it. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include <guise/sd.h>
#include <guise/token.h>

#include "buf.h"
#include "proto.h"
#include "reader.h"

#define FIELDS_MAX 8
#define TEXT_MAX 256

enum field_kind {
	FIELD_END = 0,
	FIELD_NUMBER,	 /* at most @limit */
	FIELD_FLAGS,	 /* no bit outside @limit */
	FIELD_NAME,	 /* one component of a path */
	FIELD_NAME_NULL, /* the same, or NULL */
	FIELD_PATH,	 /* relative; may be "" */
	FIELD_PATH_NULL,
	FIELD_TEXT, /* at most @limit bytes without the NUL */
	FIELD_BLOB, /* at most @limit bytes */
};

struct field {
	enum field_kind kind;
	size_t offset;
	uint64_t limit;
};

struct layout {
	const char *name;
	enum phase phase;
	unsigned n_fds;
	struct field fields[FIELDS_MAX];
};

#define NUMBER(member, max)                                                    \
	{                                                                      \
		FIELD_NUMBER, offsetof(struct request, member), max            \
	}
#define FLAGS(member, mask)                                                    \
	{                                                                      \
		FIELD_FLAGS, offsetof(struct request, member), mask            \
	}
#define STRING(kind, member, max)                                              \
	{                                                                      \
		kind, offsetof(struct request, member), max                    \
	}
#define BLOB(max)                                                              \
	{                                                                      \
		FIELD_BLOB, offsetof(struct request, blob), max                \
	}
#define NAME(member) STRING(FIELD_NAME, member, GUISE_NAME_MAX)
#define SESSION NUMBER(session, UINT64_MAX)
#define MODE FLAGS(mode, 07777)

/* As the file layer lets them through; O_TMPFILE's and O_TRUNC's bits are not
 * among them. */
#define OPEN_FLAGS                                                             \
	(O_ACCMODE | O_APPEND | O_CREAT | O_EXCL | O_DIRECTORY | O_NOFOLLOW |  \
	 O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_PATH | O_SYNC | O_NOATIME |     \
	 0100000 /* O_LARGEFILE, 0 to 64-bit programs */)
#define RESOLVE_FLAGS                                                          \
	(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS |       \
	 RESOLVE_NO_XDEV)
#define RENAME_FLAGS (RENAME_NOREPLACE | RENAME_EXCHANGE)
#define SD_PARTS                                                               \
	(GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY | GUISE_DACL_SECURITY |   \
	 GUISE_SACL_SECURITY)

/* clang-format off */
static const struct layout layouts[REQUEST_TYPES] = {
	[REQUEST_HELLO] = { "hello", PHASE_NEW, 0, {
		NUMBER(version, PROTO_VERSION), NUMBER(thread, 63) } },
	[REQUEST_LOGON_PASSWORD] = { "logon-password", PHASE_READY, 0, {
		NUMBER(stage, STAGE_REST),
		STRING(FIELD_TEXT, name, GUISE_USER_NAME_MAX),
		BLOB(GUISE_PASSWORD_MAX) } },
	[REQUEST_LOGON_PEER] = { "logon-peer", PHASE_READY, 1, {
		NUMBER(level, GUISE_LEVEL_DELEGATION),
		NUMBER(stage, STAGE_REST) } },
	[REQUEST_LOGON_ANONYMOUS] = { "logon-anonymous", PHASE_READY, 0, {
		{ 0 } } },
	[REQUEST_LOGOFF] = { "logoff", PHASE_READY, 0, {
		SESSION, NUMBER(released, 1) } },
	[REQUEST_TOUCH] = { "touch", PHASE_READY, 0, {
		SESSION } },
	[REQUEST_REVOKED] = { "revoked", PHASE_READY, 0, {
		{ 0 } } },
	[REQUEST_OPEN] = { "open", PHASE_READY, 1, {
		SESSION, FLAGS(flags, OPEN_FLAGS), MODE,
		FLAGS(resolve, RESOLVE_FLAGS),
		STRING(FIELD_PATH, path, GUISE_PATH_MAX) } },
	[REQUEST_MKDIR] = { "mkdir", PHASE_READY, 1, {
		SESSION, MODE, NAME(name) } },
	[REQUEST_UNLINK] = { "unlink", PHASE_READY, 1, {
		SESSION, NUMBER(is_directory, 1), NAME(name) } },
	[REQUEST_RENAME] = { "rename", PHASE_READY, 2, {
		SESSION, FLAGS(flags, RENAME_FLAGS), NAME(name),
		NAME(new_name) } },
	[REQUEST_SET_TIMES] = { "set-times", PHASE_READY, 1, {
		SESSION, NUMBER(seconds[0], UINT64_MAX),
		NUMBER(nanoseconds[0], UTIME_NOW > UTIME_OMIT ? UTIME_NOW :
			UTIME_OMIT),
		NUMBER(seconds[1], UINT64_MAX),
		NUMBER(nanoseconds[1], UTIME_NOW > UTIME_OMIT ? UTIME_NOW :
			UTIME_OMIT) } },
	[REQUEST_SET_MODE] = { "set-mode", PHASE_READY, 1, {
		SESSION, MODE } },
	[REQUEST_TEMP_CREATE] = { "temp-create", PHASE_READY, 1, {
		SESSION, NUMBER(is_directory, 1), MODE,
		STRING(FIELD_NAME_NULL, name, GUISE_NAME_MAX) } },
	[REQUEST_TEMP_COMMIT] = { "temp-commit", PHASE_READY, 0, {
		SESSION, NUMBER(temp, UINT64_MAX), NUMBER(replace, 1),
		NAME(name) } },
	[REQUEST_TEMP_ABORT] = { "temp-abort", PHASE_READY, 0, {
		SESSION, NUMBER(temp, UINT64_MAX) } },
	[REQUEST_READ_SD] = { "read-sd", PHASE_READY, 1, {
		SESSION } },
	[REQUEST_READ_ACL] = { "read-acl", PHASE_READY, 1, {
		SESSION } },
	[REQUEST_COPY_ATTRIBUTES] = { "copy-attributes", PHASE_READY, 2, {
		SESSION } },
	[REQUEST_WRITE_SD] = { "write-sd", PHASE_READY, 1, {
		SESSION, NUMBER(root, 63), FLAGS(information, SD_PARTS),
		STRING(FIELD_PATH_NULL, path, GUISE_PATH_MAX),
		BLOB(GUISE_SD_MAX_SIZE) } },
	[REQUEST_REPORT] = { "report", PHASE_READY, 0, {
		NUMBER(counters[0], UINT64_MAX), NUMBER(counters[1], UINT64_MAX),
		NUMBER(counters[2], UINT64_MAX), NUMBER(counters[3], UINT64_MAX),
		NUMBER(counters[4], UINT64_MAX), NUMBER(counters[5], UINT32_MAX)
		} },
	[REQUEST_REPORT_DENIED] = { "report-denied", PHASE_READY, 0, {
		SESSION, STRING(FIELD_TEXT, text, TEXT_MAX) } },
	[REQUEST_LOGON_NEGOTIATE] = { "logon-negotiate", PHASE_READY, 0, {
		NUMBER(pending, UINT64_MAX), NUMBER(origin, UINT64_MAX),
		BLOB(GUISE_GSS_TOKEN_MAX) } },
};
/* clang-format on */

static const struct layout *layout_find(uint32_t type)
{
	if (type == REQUEST_NONE || type >= REQUEST_TYPES)
		return NULL;
	return &layouts[type];
}

const char *request_name(enum request_type type)
{
	const struct layout *layout = layout_find((uint32_t)type);

	return layout ? layout->name : "unknown";
}

unsigned request_fds(enum request_type type)
{
	const struct layout *layout = layout_find((uint32_t)type);

	return layout ? layout->n_fds : 0;
}

bool request_is_secret(enum request_type type)
{
	return type == REQUEST_LOGON_PASSWORD ||
	       type == REQUEST_LOGON_NEGOTIATE;
}

static void *member_of(struct request *request, const struct field *field)
{
	return (uint8_t *)request + field->offset;
}

static bool number_is_sound(const struct field *field, uint64_t value)
{
	if (field->kind == FIELD_FLAGS)
		return (value & ~field->limit) == 0;
	return value <= field->limit;
}

static bool string_is_sound(const struct field *field, const char *text,
			    size_t length)
{
	if (length > field->limit)
		return false;
	if (field->kind == FIELD_NAME || field->kind == FIELD_NAME_NULL) {
		if (length == 0 || memchr(text, '/', length))
			return false;
		return !(text[0] == '.' &&
			 (length == 1 || (length == 2 && text[1] == '.')));
	}
	if (field->kind == FIELD_PATH || field->kind == FIELD_PATH_NULL)
		return text[0] != '/';
	return true;
}

static bool may_be_null(const struct field *field)
{
	return field->kind == FIELD_NAME_NULL || field->kind == FIELD_PATH_NULL;
}

static bool decode_number(struct reader *r, const struct field *field,
			  struct request *ret)
{
	uint64_t value;

	if (!read_u64le(r, &value) || !number_is_sound(field, value))
		return false;
	memcpy(member_of(ret, field), &value, sizeof(value));
	return true;
}

/* Exactly one NUL, at the end; size 0 is NULL. */
static bool decode_string(struct reader *r, const struct field *field,
			  struct request *ret)
{
	const uint8_t *bytes;
	const char *text = NULL;
	uint32_t size;

	if (!read_u32le(r, &size) || !read_bytes(r, size, &bytes))
		return false;
	if (size == 0 && !may_be_null(field))
		return false;
	if (size) {
		text = (const char *)bytes;
		if (memchr(text, '\0', size) != text + size - 1 ||
		    !string_is_sound(field, text, size - 1))
			return false;
	}
	memcpy(member_of(ret, field), &text, sizeof(text));
	return true;
}

static bool decode_blob(struct reader *r, const struct field *field,
			struct request *ret)
{
	uint32_t size;

	if (!read_u32le(r, &size) || size > field->limit)
		return false;
	ret->blob_size = size;
	return read_bytes(r, size, &ret->blob);
}

static bool decode_field(struct reader *r, const struct field *field,
			 struct request *ret)
{
	if (field->kind == FIELD_NUMBER || field->kind == FIELD_FLAGS)
		return decode_number(r, field, ret);
	if (field->kind == FIELD_BLOB)
		return decode_blob(r, field, ret);
	return decode_string(r, field, ret);
}

int request_decode(const void *data, size_t size, enum phase phase,
		   unsigned n_fds, enum request_type *ret_type,
		   struct request *ret)
{
	struct reader r = reader_of(data, size);
	struct request request = {0};
	const struct layout *layout;
	uint32_t type;

	if (!read_u32le(&r, &type))
		return GUISE_E_PROTOCOL;
	layout = layout_find(type);
	if (!layout || layout->phase != phase || layout->n_fds != n_fds)
		return GUISE_E_PROTOCOL;
	for (size_t i = 0; i < FIELDS_MAX; i++) {
		if (layout->fields[i].kind == FIELD_END)
			break;
		if (!decode_field(&r, &layout->fields[i], &request))
			return GUISE_E_PROTOCOL;
	}
	if (r.size)
		return GUISE_E_PROTOCOL;
	*ret_type = (enum request_type)type;
	*ret = request;
	return 0;
}

static int encode_number(const struct field *field,
			 const struct request *request, struct guise_buf *out)
{
	uint64_t value;

	memcpy(&value, (const uint8_t *)request + field->offset, sizeof(value));
	if (!number_is_sound(field, value))
		return -EINVAL;
	return buf_append_u64le(out, value);
}

static int encode_string(const struct field *field,
			 const struct request *request, struct guise_buf *out)
{
	const char *text;
	size_t length;
	int r;

	memcpy(&text, (const uint8_t *)request + field->offset, sizeof(text));
	if (!text)
		return may_be_null(field) ? buf_append_u32le(out, 0) : -EINVAL;
	length = strnlen(text, field->limit + 1);
	if (!string_is_sound(field, text, length))
		return -EINVAL;
	r = buf_append_u32le(out, (uint32_t)length + 1);
	if (r < 0)
		return r;
	return buf_append(out, text, length + 1);
}

static int encode_blob(const struct field *field, const struct request *request,
		       struct guise_buf *out)
{
	int r;

	if (request->blob_size > field->limit)
		return -EINVAL;
	r = buf_append_u32le(out, (uint32_t)request->blob_size);
	if (r < 0)
		return r;
	return buf_append(out, request->blob, request->blob_size);
}

static int encode_field(const struct field *field,
			const struct request *request, struct guise_buf *out)
{
	if (field->kind == FIELD_NUMBER || field->kind == FIELD_FLAGS)
		return encode_number(field, request, out);
	if (field->kind == FIELD_BLOB)
		return encode_blob(field, request, out);
	return encode_string(field, request, out);
}

int request_encode(enum request_type type, const struct request *request,
		   struct guise_buf *out)
{
	const struct layout *layout = layout_find((uint32_t)type);
	const size_t before = out->size;
	int r;

	must(layout);
	r = buf_append_u32le(out, (uint32_t)type);
	for (size_t i = 0; r == 0 && i < FIELDS_MAX; i++) {
		if (layout->fields[i].kind == FIELD_END)
			break;
		r = encode_field(&layout->fields[i], request, out);
	}
	if (r < 0)
		buf_truncate(out, before);
	return r;
}
