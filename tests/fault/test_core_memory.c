/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of the core failing in turn: the call says -ENOMEM, changes
 * none of its outputs and leaks nothing (the last under ASan). The linker puts
 * the __wrap_ functions before libc's.
 */
#include "cmocka-wrap.h"

#include <errno.h>

#include <guise/inherit.h>
#include <guise/sddl.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static long n_left = -1; /* that succeed; -1: all */
static bool has_failed;

static bool fails(void)
{
	if (n_left != 0) {
		n_left -= n_left > 0;
		return false;
	}
	has_failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, size);
}

/* Everything one run makes. */
struct made {
	const struct guise_sd *parsed, *decoded, *child;
	struct guise_buf bytes, text;
};

static int run(struct made *made)
{
	static const char sddl[] =
		"O:BAG:SYD:PAI(D;;FA;;;AN)(A;OICI;GA;;;CO)"
		"(OA;;CC;bf967aa8-0de6-11d0-a285-00aa003049e2;;WD)"
		"(XA;;FR;;;WD;(@User.a == \"b\" && Member_of {SID(BA)}))"
		"S:AR(AU;SA;FA;;;WD)"
		"(RA;;;;;WD;(\"a%0020\",TS,0x0,\"b\",\"c\"))"
		"(RA;;;;;WD;(\"d\",TD,0x0,BA))(RA;;;;;WD;(\"e\",TX,0x0,0102))";
	static const char hex[] = "010100000000000512000000";
	const uint32_t flags = GUISE_SEF_DACL_AUTO_INHERIT |
			       GUISE_SEF_AVOID_OWNER_CHECK |
			       GUISE_SEF_AVOID_PRIVILEGE_CHECK;
	struct guise_sid sid;
	int r;

	r = guise_sid_parse(hex, strlen(hex), NULL, &sid);
	if (r == 0)
		r = guise_sddl_parse(sddl, strlen(sddl), NULL, &made->parsed,
				     NULL);
	if (r == 0)
		r = guise_sd_encode(made->parsed, &made->bytes);
	if (r == 0)
		r = guise_sd_decode(made->bytes.data, made->bytes.size,
				    &made->decoded);
	if (r == 0)
		r = guise_sddl_format(made->decoded, NULL, &made->text);
	if (r == 0)
		r = guise_inherit(made->parsed, made->decoded, true, flags,
				  NULL, &guise_mapping_file, &made->child);
	return r;
}

/* What comes after the call that failed was never made. */
static void check_nothing_half_made(const struct made *made)
{
	if (!made->parsed)
		assert_int_equal(made->bytes.size, 0);
	if (!made->decoded)
		assert_int_equal(made->text.size, 0);
	assert_null(made->child);
}

static void clear(struct made *made)
{
	guise_sd_unref(made->parsed);
	guise_sd_unref(made->decoded);
	guise_sd_unref(made->child);
	guise_buf_clear(&made->bytes);
	guise_buf_clear(&made->text);
}

static void without_memory_calls_do_all_or_nothing(void **state)
{
	(void)state;
	for (long n = 0;; n++) {
		struct made made = {0};
		int r;

		n_left = n;
		has_failed = false;
		r = run(&made);
		n_left = -1;
		if (!has_failed) {
			assert_int_equal(r, 0);
			assert_true(n > 10);
			clear(&made);
			return;
		}
		assert_int_equal(r, -ENOMEM);
		check_nothing_half_made(&made);
		clear(&made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_calls_do_all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
