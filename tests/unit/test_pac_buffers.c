/* SPDX-License-Identifier: Apache-2.0 */
/* The list of buffers that a PAC begins with (MS-PAC 2.3, 2.4). */
#include "cmocka-wrap.h"

#include "guard-page.h"
#include "pac-buffers.h"

/* UPN_DNS_INFO: "a@B" and "B", no flags */
static const uint8_t upn[] = {6, 0, 16, 0, 2,	0, 22,	0, 0,	0, 0,	0,
			      0, 0, 0,	0, 'a', 0, '@', 0, 'B', 0, 'B', 0};

struct pac_bytes {
	uint8_t bytes[256];
	size_t size;
};

static void put(struct pac_bytes *p, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		p->bytes[p->size++] = (uint8_t)(value >> 8 * i & 0xff);
}

/* @n buffers of type @type, all of them @upn */
static struct pac_bytes pac_of(uint32_t n, const uint32_t *types)
{
	struct pac_bytes p = {0};
	uint64_t at = 8 + 16 * (uint64_t)n;

	put(&p, n, 4);
	put(&p, 0, 4);
	for (uint32_t i = 0; i < n; i++) {
		put(&p, types[i], 4);
		put(&p, sizeof(upn), 4);
		put(&p, at, 8);
	}
	memcpy(p.bytes + p.size, upn, sizeof(upn));
	p.size += sizeof(upn);
	return p;
}

static int decode(const struct pac_bytes *p, struct pac *pac)
{
	return pac_decode(pac, p->bytes, p->size);
}

static void a_buffer_is_found_and_read(void **state)
{
	const uint32_t types[] = {6, 12, 7, 6};
	struct pac_bytes p = pac_of(4, types);
	struct pac pac = {0};

	(void)state;
	assert_int_equal(decode(&p, &pac), 0);
	assert_string_equal(pac.upn, "a@B");
	assert_string_equal(pac.dns_domain, "B");
	assert_false(pac.has_logon_info);
	pac_clear(&pac);
}

static void a_pac_without_buffers_says_nothing(void **state)
{
	struct pac_bytes p = pac_of(0, NULL);
	struct pac pac = {0};

	(void)state;
	assert_int_equal(decode(&p, &pac), 0);
	assert_string_equal(pac.upn, "");
}

static void refuse(const struct pac_bytes *p, int code)
{
	static const struct pac none;
	struct pac pac = {0};

	assert_int_equal(decode(p, &pac), code);
	assert_memory_equal(&pac, &none, sizeof(pac));
}

static void what_is_read_comes_once(void **state)
{
	const uint32_t types[] = {12, 12};
	struct pac_bytes p = pac_of(2, types);

	(void)state;
	refuse(&p, GUISE_E_PROTOCOL);
}

static void lists_that_say_nonsense_are_refused(void **state)
{
	const uint32_t type = 12;
	struct pac_bytes p;

	(void)state;
	p = pac_of(1, &type);
	p.bytes[4] = 1; /* version */
	refuse(&p, GUISE_E_PROTOCOL);
	p = pac_of(1, &type);
	p.bytes[0] = 2; /* one more than there is: its fields are the data */
	refuse(&p, GUISE_E_PROTOCOL);
	p = pac_of(1, &type);
	p.bytes[0] = GUISE_PAC_BUFFERS_MAX + 1;
	refuse(&p, GUISE_E_LIMIT);
	p = pac_of(1, &type);
	p.bytes[16]++; /* one byte beyond the end */
	refuse(&p, GUISE_E_PROTOCOL);
	p = pac_of(1, &type);
	p.bytes[23] = 0x80; /* far beyond, also where size_t is small */
	refuse(&p, GUISE_E_PROTOCOL);
	p = pac_of(1, &type);
	memset(p.bytes + 12, 0xff, 4); /* size */
	refuse(&p, GUISE_E_PROTOCOL);
}

static void every_truncation_is_refused(void **state)
{
	const uint32_t types[] = {6, 12};
	struct guard_page guard = guard_page_new(256);
	struct pac_bytes p = pac_of(2, types);

	(void)state;
	for (size_t size = 0; size < p.size; size++) {
		struct pac pac = {0};

		assert_int_equal(
			pac_decode(&pac,
				   guard_page_place(&guard, p.bytes, size),
				   size),
			GUISE_E_PROTOCOL);
	}
	guard_page_free(&guard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_is_found_and_read),
		cmocka_unit_test(a_pac_without_buffers_says_nothing),
		cmocka_unit_test(what_is_read_comes_once),
		cmocka_unit_test(lists_that_say_nonsense_are_refused),
		cmocka_unit_test(every_truncation_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
