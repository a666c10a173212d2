/* SPDX-License-Identifier: Apache-2.0 */
/* Claims in a PAC (MS-ADTS 2.2.18), and the forms they are compressed in
 * (MS-XCA). */
#include "cmocka-wrap.h"

#include <inttypes.h>
#include <stdio.h>

#include "guard-page.h"

#include "decompress.h"
#include "kdb_pac.h"
#include "pac.h"

#define CLAIMS "dept=S:Eng|Sales level=I:-5 size=U:18446744073709551615 in=B:1"

static void append_value(struct bytes *out, uint16_t type,
			 const struct guise_claim_value *value)
{
	char number[32];

	if (type == GUISE_CLAIM_STRING) {
		put(out, value->data, value->size);
		return;
	}
	if (type == GUISE_CLAIM_UINT64)
		snprintf(number, sizeof(number), "%" PRIu64,
			 (uint64_t)value->integer);
	else
		snprintf(number, sizeof(number), "%" PRId64, value->integer);
	put(out, number, strlen(number));
}

/* "dept=S:Eng|Sales ...", as they are written above */
static void claims_are(const struct guise_claims *claims, const char *want)
{
	struct bytes out = {0};

	for (size_t i = 0; i < guise_claims_n(claims); i++) {
		const struct guise_claim *c = guise_claims_at(claims, i);

		put(&out, " ", i > 0);
		put(&out, c->name, c->name_size);
		put(&out, "=", 1);
		put(&out, &".IUS..B"[c->type], 1);
		put(&out, ":", 1);
		for (size_t v = 0; v < c->n_values; v++) {
			put(&out, "|", v > 0);
			append_value(&out, c->type, &c->values[v]);
		}
	}
	put(&out, "", 1);
	assert_string_equal((char *)out.data, want);
	free(out.data);
}

static struct bytes claims_set(const char *text)
{
	struct bytes bytes = {0};

	assert_true(make_claims_set(&bytes, text));
	return bytes;
}

/* CLAIMS_SET_METADATA around @set, which is released */
static int read_as(struct pac *pac, struct bytes set, unsigned format,
		   size_t size)
{
	struct bytes bytes = {0};
	int r;

	make_claims_metadata(&bytes, set.data, set.size, format,
			     (uint32_t)size);
	r = pac_user_claims(pac, bytes.data, bytes.size);
	free(set.data);
	free(bytes.data);
	return r;
}

static int read_plain(struct pac *pac, const char *text)
{
	struct bytes set = claims_set(text);

	return read_as(pac, set, 0, set.size);
}

static void claims_of_every_type_are_read(void **state)
{
	struct bytes bytes = {0};
	struct pac pac = {0};

	(void)state;
	assert_int_equal(read_plain(&pac, CLAIMS), 0);
	claims_are(pac.user_claims, CLAIMS);
	assert_null(pac.device_claims);

	assert_true(make_claims(&bytes, "managed=B:0"));
	assert_int_equal(pac_device_claims(&pac, bytes.data, bytes.size), 0);
	claims_are(pac.device_claims, "managed=B:0");
	claims_are(pac.user_claims, CLAIMS);
	free(bytes.data);
	pac_clear(&pac);
}

static void no_claims_are_none(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(pac_user_claims(&pac, "", 0), 0);
	assert_null(pac.user_claims);
	assert_int_equal(read_plain(&pac, ""), 0);
	assert_null(pac.user_claims);
}

static void claims_that_are_none_are_refused(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(read_plain(&pac, "a=I:1 A=I:2"), GUISE_E_PROTOCOL);
	assert_int_equal(read_plain(&pac, "a=S:x|X"), GUISE_E_PROTOCOL);
	assert_int_equal(read_plain(&pac, "a=B:2"), GUISE_E_PROTOCOL);
	assert_null(pac.user_claims);
	assert_int_equal(read_plain(&pac, "a=I:1"), 0);
	assert_int_equal(read_plain(&pac, "b=I:1"), GUISE_E_PROTOCOL);
	claims_are(pac.user_claims, "a=I:1");
	pac_clear(&pac);
}

static void claims_that_lie_do_no_harm(void **state)
{
	struct bytes bytes = {0};
	struct guard_page guard;
	struct pac pac = {0};

	(void)state;
	assert_true(make_claims(&bytes, CLAIMS));
	guard = guard_page_new(bytes.size);
	for (size_t size = 1; size < bytes.size; size++) {
		assert_int_equal(
			pac_user_claims(
				&pac,
				guard_page_place(&guard, bytes.data, size),
				size),
			GUISE_E_PROTOCOL);
	}
	for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		(void)!pac_user_claims(
			&pac, guard_page_place(&guard, bytes.data, bytes.size),
			bytes.size);
		pac_clear(&pac);
		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	guard_page_free(&guard);
	free(bytes.data);
}

/* Compressed forms without any compression: literals only. */
static struct bytes as_xpress(struct bytes in)
{
	struct bytes out = {0};

	for (size_t i = 0; i < in.size; i++) {
		if (i % 32 == 0)
			put_u32(&out, 0);
		put(&out, in.data + i, 1);
	}
	free(in.data);
	return out;
}

static struct bytes as_lznt1(struct bytes in, bool literals)
{
	struct bytes out = {0};

	for (size_t at = 0; at < in.size; at += 4096) {
		size_t n = in.size - at < 4096 ? in.size - at : 4096;

		if (!literals) {
			put_u16(&out, 0x3000 | (unsigned)(n - 1));
			put(&out, in.data + at, n);
			continue;
		}
		n = n > 2048 ? 2048 : n; /* one chunk, room for the flags */
		put_u16(&out, 0xb000 | (unsigned)(n + (n + 7) / 8 - 1));
		for (size_t i = 0; i < n; i++) {
			if (i % 8 == 0)
				put(&out, "", 1);
			put(&out, in.data + at + i, 1);
		}
	}
	free(in.data);
	return out;
}

/* All 256 literals have codes of eight bits, which are their values. */
static struct bytes as_huffman(struct bytes in)
{
	struct bytes out = {0};

	for (size_t at = 0; at < in.size; at += 65536) {
		const size_t n = in.size - at < 65536 ? in.size - at : 65536;

		for (unsigned i = 0; i < 256; i++)
			put(&out, i < 128 ? "\x88" : "", 1);
		for (size_t i = 0; i < n; i += 2) {
			const unsigned low =
				i + 1 < n ? in.data[at + i + 1] : 0;

			put_u16(&out, in.data[at + i] * 256u + low);
		}
		put_u16(&out, 0); /* what a reader is ahead */
	}
	free(in.data);
	return out;
}

static void claims_are_read_in_every_form(void **state)
{
	struct bytes set = claims_set(CLAIMS);
	const size_t size = set.size;
	struct pac pac = {0};

	(void)state;
	free(set.data);
	assert_int_equal(
		read_as(&pac, as_lznt1(claims_set(CLAIMS), false), 2, size), 0);
	claims_are(pac.user_claims, CLAIMS);
	pac_clear(&pac);
	assert_int_equal(
		read_as(&pac, as_lznt1(claims_set(CLAIMS), true), 2, size), 0);
	claims_are(pac.user_claims, CLAIMS);
	pac_clear(&pac);
	assert_int_equal(read_as(&pac, as_xpress(claims_set(CLAIMS)), 3, size),
			 0);
	claims_are(pac.user_claims, CLAIMS);
	pac_clear(&pac);
	assert_int_equal(read_as(&pac, as_huffman(claims_set(CLAIMS)), 4, size),
			 0);
	claims_are(pac.user_claims, CLAIMS);
	pac_clear(&pac);
	/* 1 is no form, and a form is not another */
	assert_int_equal(read_as(&pac, claims_set(CLAIMS), 1, size),
			 GUISE_E_PROTOCOL);
	assert_int_equal(read_as(&pac, as_xpress(claims_set(CLAIMS)), 4, size),
			 GUISE_E_PROTOCOL);
}

static void a_bomb_is_not_blown_up(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(
		read_as(&pac, as_xpress(claims_set(CLAIMS)), 3, UINT32_MAX),
		GUISE_E_LIMIT);
	assert_int_equal(read_as(&pac, as_huffman(claims_set(CLAIMS)), 4,
				 GUISE_PAC_CLAIMS_SIZE_MAX + 1),
			 GUISE_E_LIMIT);
	assert_int_equal(read_as(&pac, as_huffman(claims_set(CLAIMS)), 4,
				 GUISE_PAC_CLAIMS_SIZE_MAX),
			 GUISE_E_PROTOCOL);
}

typedef bool decompressor(struct reader in, uint8_t *ret, size_t size);

/* @hex expands to @want; no truncation does, no flipped bit does harm. */
static void expands(decompressor *decompress, const char *hex, const char *want,
		    size_t size, size_t needed)
{
	uint8_t *out = malloc(size + 1);
	struct bytes in = {0};
	struct guard_page guard;

	assert_non_null(out);
	put_hex(&in, hex);
	guard = guard_page_new(in.size);
	assert_true(decompress(reader_of(in.data, in.size), out, size));
	assert_memory_equal(out, want, size);
	for (size_t n = 0; n < needed; n++)
		assert_false(decompress(
			reader_of(guard_page_place(&guard, in.data, n), n), out,
			size));
	for (size_t bit = 0; bit < 8 * in.size; bit++) {
		in.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		(void)!decompress(
			reader_of(guard_page_place(&guard, in.data, in.size),
				  in.size),
			out, size);
		in.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	guard_page_free(&guard);
	free(in.data);
	free(out);
}

static char *abc_100_times(void)
{
	static char text[301];

	for (size_t i = 0; i < 300; i++)
		text[i] = "abc"[i % 3];
	return text;
}

#define ALPHABET "abcdefghijklmnopqrstuvwxyz"

/* MS-XCA 3.1 */
static void plain_lz77_expands(void **state)
{
	(void)state;
	expands(xpress_decompress,
		"3f000000"
		"6162636465666768696a6b6c6d6e6f707172737475767778797a",
		ALPHABET, 26, 30);
	expands(xpress_decompress, "ffffff1f61626317000fff2601",
		abc_100_times(), 300, 13);
}

/* The lengths of the codes, as hex: @at a byte, its value */
static void table(char ret[512], const unsigned (*entries)[2], size_t n)
{
	memset(ret, '0', 512);
	for (size_t i = 0; i < n; i++) {
		char byte[3];

		snprintf(byte, sizeof(byte), "%02x", entries[i][1]);
		memcpy(ret + 2 * entries[i][0], byte, 2);
	}
}

/* MS-XCA 3.2 */
static void lz77_with_huffman_expands(void **state)
{
	static const unsigned alphabet[][2] = {
		{48, 0x50}, {49, 0x55}, {50, 0x55}, {51, 0x55}, {52, 0x55},
		{53, 0x55}, {54, 0x55}, {55, 0x55}, {56, 0x55}, {57, 0x55},
		{58, 0x55}, {59, 0x45}, {60, 0x44}, {61, 0x04}, {128, 0x04}};
	static const unsigned abc[][2] = {
		{48, 0x30}, {49, 0x23}, {128, 0x02}, {143, 0x20}};
	char hex[600];

	(void)state;
	table(hex, alphabet, 15);
	memcpy(hex + 512, "d8523ed794115be9195ff9d67cdf8d0400000000", 41);
	expands(xpress_huffman_decompress, hex, ALPHABET, 26, 256 + 16);
	table(hex, abc, 4);
	memcpy(hex + 512, "a8dc0000ff2601", 15);
	expands(xpress_huffman_decompress, hex, abc_100_times(), 300, 256 + 7);
}

/* MS-XCA 3.3 */
static void lznt1_expands(void **state)
{
	(void)state;
	expands(lznt1_decompress,
		"38b08846232000204720410010a24701a045204400084501507900c04520"
		"05241388"
		"05b4024a44ef0358028c091601484500be009e000401189000",
		"F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E "
		"F# E D D E E F# D E F# G F# D E F# G F# E D E A F# F# G A A "
		"G F# E D D E F# E D D",
		142, 59);
}

static void blocks_and_chunks_follow_each_other(void **state)
{
	const size_t size = 150000;
	uint8_t *want = malloc(size), *got = malloc(size);
	struct bytes in = {0};

	(void)state;
	assert_true(want && got);
	for (size_t i = 0; i < size; i++)
		want[i] = (uint8_t)(i * 2654435761u >> 13);
	put(&in, want, size);
	in = as_huffman(in);
	assert_true(xpress_huffman_decompress(reader_of(in.data, in.size), got,
					      size));
	assert_memory_equal(got, want, size);
	assert_false(xpress_huffman_decompress(reader_of(in.data, in.size), got,
					       size + 65536));
	in.size = 0;
	put(&in, want, size);
	in = as_lznt1(in, false);
	assert_true(lznt1_decompress(reader_of(in.data, in.size), got, size));
	assert_memory_equal(got, want, size);
	/* more than was said: the last chunk does not fit */
	assert_false(
		lznt1_decompress(reader_of(in.data, in.size), got, size - 1));
	free(in.data);
	free(want);
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_of_every_type_are_read),
		cmocka_unit_test(no_claims_are_none),
		cmocka_unit_test(claims_that_are_none_are_refused),
		cmocka_unit_test(claims_that_lie_do_no_harm),
		cmocka_unit_test(claims_are_read_in_every_form),
		cmocka_unit_test(a_bomb_is_not_blown_up),
		cmocka_unit_test(plain_lz77_expands),
		cmocka_unit_test(lz77_with_huffman_expands),
		cmocka_unit_test(lznt1_expands),
		cmocka_unit_test(blocks_and_chunks_follow_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
