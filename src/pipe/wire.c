/* SPDX-License-Identifier: Apache-2.0 */
/* See wire.h. */
#include "wire.h"
#include "reader.h"

/* "gpi1" */
#define MAGIC UINT32_C(0x31697067)

static uint8_t *put_u8(uint8_t *at, unsigned value)
{
	*at = (uint8_t)value;
	return at + 1;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at = put_u8(at, value >> 8 * i & 0xff);
	return at;
}

void hello_encode(const struct hello *hello, uint8_t ret[HELLO_SIZE])
{
	uint8_t *at = put_u32(ret, MAGIC);

	at = put_u8(at, hello->kind);
	at = put_u8(at, hello->qos.level);
	at = put_u8(at, hello->qos.tracking);
	at = put_u8(at, hello->qos.effective_only);
	at = put_u32(at, hello->desired);
	at = put_u32(at, hello->wait_ms);
	at = put_u32(at, 0);
	must(at == ret + HELLO_SIZE);
}

static bool read_magic(struct reader *in)
{
	uint32_t magic;

	return read_u32le(in, &magic) && magic == MAGIC;
}

static bool read_below(struct reader *in, uint8_t limit, uint8_t *ret)
{
	return read_u8(in, ret) && *ret < limit;
}

static bool hello_is_consistent(const struct hello *h)
{
	if (h->kind == HELLO_OPEN)
		return h->wait_ms == 0;
	return h->kind == HELLO_WAIT && h->desired == 0 && h->qos.level == 0 &&
	       h->qos.tracking == 0 && !h->qos.effective_only;
}

int hello_decode(const uint8_t *data, size_t size, struct hello *ret)
{
	struct reader in = reader_of(data, size);
	struct hello hello = {.qos.size = sizeof(hello.qos)};
	uint8_t kind, level, tracking, effective;
	uint32_t zero;

	if (size != HELLO_SIZE || !read_magic(&in) ||
	    !read_below(&in, HELLO_WAIT + 1, &kind) ||
	    !read_below(&in, GUISE_LEVEL_DELEGATION + 1, &level) ||
	    !read_below(&in, GUISE_TRACKING_DYNAMIC + 1, &tracking) ||
	    !read_below(&in, 2, &effective) ||
	    !read_u32le(&in, &hello.desired) ||
	    !read_u32le(&in, &hello.wait_ms) || !read_u32le(&in, &zero) ||
	    zero != 0)
		return GUISE_E_PROTOCOL;
	hello.kind = kind;
	hello.qos.level = level;
	hello.qos.tracking = tracking;
	hello.qos.effective_only = effective;
	if (!hello_is_consistent(&hello))
		return GUISE_E_PROTOCOL;
	*ret = hello;
	return 0;
}

void reply_encode(const struct reply *reply, uint8_t ret[REPLY_SIZE])
{
	uint8_t *at = put_u32(ret, MAGIC);

	at = put_u32(at, (uint32_t)reply->status);
	at = put_u32(at, reply->granted);
	at = put_u8(at, reply->direction);
	at = put_u8(at, reply->type);
	at = put_u8(at, 0);
	at = put_u8(at, 0);
	at = put_u32(at, reply->instances_max);
	at = put_u32(at, reply->instances);
	at = put_u32(at, reply->in_size);
	at = put_u32(at, reply->out_size);
	at = put_u32(at, reply->default_timeout_ms);
	must(at == ret + REPLY_SIZE);
}

/* A failure says nothing but its code; a success has a direction. */
static bool reply_is_consistent(const struct reply *r)
{
	if (r->status == 0)
		return r->direction != 0;
	return r->status < 0 && r->status >= GUISE_E_LAST && r->granted == 0 &&
	       r->direction == 0 && r->type == 0 && r->instances_max == 0 &&
	       r->instances == 0 && r->in_size == 0 && r->out_size == 0 &&
	       r->default_timeout_ms == 0;
}

int reply_decode(const uint8_t *data, size_t size, struct reply *ret)
{
	struct reader in = reader_of(data, size);
	struct reply reply = {0};
	uint8_t direction, type;
	uint32_t status;
	uint16_t zero;

	if (size != REPLY_SIZE || !read_magic(&in) ||
	    !read_u32le(&in, &status) || !read_u32le(&in, &reply.granted) ||
	    !read_below(&in, GUISE_PIPE_DUPLEX + 1, &direction) ||
	    !read_below(&in, GUISE_PIPE_MESSAGES + 1, &type) ||
	    !read_u16le(&in, &zero) || zero != 0 ||
	    !read_u32le(&in, &reply.instances_max) ||
	    !read_u32le(&in, &reply.instances) ||
	    !read_u32le(&in, &reply.in_size) ||
	    !read_u32le(&in, &reply.out_size) ||
	    !read_u32le(&in, &reply.default_timeout_ms))
		return GUISE_E_PROTOCOL;
	reply.status = (int32_t)status;
	reply.direction = direction;
	reply.type = type;
	if (!reply_is_consistent(&reply))
		return GUISE_E_PROTOCOL;
	*ret = reply;
	return 0;
}

void frame_encode(const struct frame_header *header, uint8_t ret[FRAME_HEADER])
{
	uint8_t *at = put_u8(ret, header->kind);

	at = put_u8(at, header->begins);
	at = put_u8(at, 0);
	at = put_u8(at, 0);
	at = put_u32(at, header->left);
	must(at == ret + FRAME_HEADER);
}

/* @n: bytes of data in this frame */
static bool frame_continues(const struct frame_header *h, uint32_t n,
			    enum guise_pipe_mode type, uint32_t expected)
{
	if (type == GUISE_PIPE_BYTES)
		return h->begins && h->left == 0 && n > 0;
	if (expected > 0)
		return !h->begins && n > 0 && n <= expected &&
		       h->left == expected - n;
	return h->begins && h->left <= GUISE_PIPE_MESSAGE_MAX - n &&
	       (n > 0 || h->left == 0);
}

int frame_decode(const uint8_t *data, size_t size, enum guise_pipe_mode type,
		 uint32_t *expected, struct frame_header *ret)
{
	struct reader in = reader_of(data, size);
	struct frame_header header = {0};
	uint8_t kind, begins;
	uint16_t zero;

	if (size > FRAME_MAX || !read_below(&in, FRAME_DISCONNECT + 1, &kind) ||
	    kind == 0 || !read_below(&in, 2, &begins) ||
	    !read_u16le(&in, &zero) || zero != 0 ||
	    !read_u32le(&in, &header.left))
		return GUISE_E_PROTOCOL;
	header.kind = kind;
	header.begins = begins;
	if (kind == FRAME_DISCONNECT) {
		if (in.size != 0 || begins || header.left != 0)
			return GUISE_E_PROTOCOL;
	} else if (!frame_continues(&header, (uint32_t)in.size, type,
				    *expected)) {
		return GUISE_E_PROTOCOL;
	}
	*expected = header.left;
	*ret = header;
	return 0;
}
