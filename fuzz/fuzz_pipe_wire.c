/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of the other side of a pipe: as a hello, as a reply, and as a stream of
 * frames, each as long as a byte before it says.
 */
#include "fuzz.h"
#include "reader.h"
#include "wire.h"

static void check_hello(const uint8_t *data, size_t size)
{
	uint8_t again[HELLO_SIZE];
	struct hello hello;

	if (hello_decode(data, size, &hello) < 0)
		return;
	must(hello.qos.level <= GUISE_LEVEL_DELEGATION);
	hello_encode(&hello, again);
	must(size == sizeof(again) && memcmp(again, data, size) == 0);
}

static void check_reply(const uint8_t *data, size_t size)
{
	uint8_t again[REPLY_SIZE];
	struct reply reply;

	if (reply_decode(data, size, &reply) < 0)
		return;
	must(reply.status <= 0 && (reply.status == 0 || reply.granted == 0));
	reply_encode(&reply, again);
	must(size == sizeof(again) && memcmp(again, data, size) == 0);
}

/* What a message still owes is always what its first frame promised. */
static void check_frames(const uint8_t *data, size_t size,
			 enum guise_pipe_mode type)
{
	struct reader in = reader_of(data, size);
	uint32_t expected = 0, before;
	uint8_t n;
	struct reader frame;

	while (read_u8(&in, &n) && read_sub(&in, n, &frame)) {
		struct frame_header header;

		before = expected;
		if (frame_decode(frame.data, frame.size, type, &expected,
				 &header) < 0) {
			must(expected == before);
			return;
		}
		must(expected <= GUISE_PIPE_MESSAGE_MAX);
		must(type == GUISE_PIPE_MESSAGES || expected == 0);
		if (header.kind == FRAME_DISCONNECT)
			return;
		must(header.begins || before == expected + n - FRAME_HEADER);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_hello(data, size);
	check_reply(data, size);
	check_frames(data, size, GUISE_PIPE_BYTES);
	check_frames(data, size, GUISE_PIPE_MESSAGES);
	return 0;
}
