/* SPDX-License-Identifier: Apache-2.0 */
/* SDDL as Windows reads and writes it: tests/vectors/sddl.txt. */
#include "cmocka-wrap.h"

#include "vectors.h"

#include "base.h"
#include "text.h"
#include <guise/sddl.h>

static struct guise_sid domain;
static struct guise_sddl_options options = {.size = sizeof(options),
					    .domain = &domain};

/* "ERR:1705/1336": one of the numbers; "ERR:*": any */
static bool is_error(const char *expected, int code)
{
	char number[20];
	const char *at;

	if (strncmp(expected, "ERR:", 4) != 0)
		return false;
	if (expected[4] == '*')
		return code < 0;
	snprintf(number, sizeof(number), "%u", guise_error_win32(code));
	at = strstr(expected, number);
	return at && (at[-1] == ':' || at[-1] == '/');
}

static bool prints_as(const struct guise_sd *sd, const char *expected)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	if (guise_sddl_format(sd, &options, &out) < 0)
		return false;
	return out.size == strlen(expected) &&
	       (out.size == 0 || memcmp(out.data, expected, out.size) == 0);
}

static bool bytes_are(const struct guise_sd *sd, const struct guise_buf *bytes)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	if (guise_sd_encode(sd, &out) < 0)
		return false;
	return out.size == bytes->size &&
	       memcmp(out.data, bytes->data, out.size) == 0;
}

struct row {
	const char *text, *printed, *compare, *hex;
};

static bool check_text(const struct row *row, const struct guise_buf *bytes)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r = guise_sddl_parse(row->text, strlen(row->text), &options, &sd,
				 NULL);

	if (r < 0)
		return is_error(row->printed, r);
	if (!vectors_is(row->printed, "-") && !prints_as(sd, row->printed))
		return false;
	return !vectors_is(row->compare, "exact") || bytes_are(sd, bytes);
}

static bool check_bytes(const struct row *row, const struct guise_buf *bytes)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;

	if (guise_sd_decode(bytes->data, bytes->size, &sd) < 0 ||
	    !prints_as(sd, row->printed))
		return false;
	return !vectors_is(row->compare, "exact") || bytes_are(sd, bytes);
}

static bool check(const struct row *row)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};

	if (!vectors_is(row->hex, "-") &&
	    text_unhex(row->hex, strlen(row->hex), &bytes) < 0)
		return false;
	return check_text(row, &bytes) &&
	       (bytes.size == 0 || check_bytes(row, &bytes));
}

static void sddl_is_as_windows_has_it(void **state)
{
	struct vectors v = vectors_open("sddl.txt");
	unsigned n_bad = 0;

	(void)state;
	while (vectors_next(&v, 5)) {
		struct row row = {v.column[0], v.column[1], v.column[2],
				  v.column[3]};

		vectors_unescape(v.column[0]);
		vectors_unescape(v.column[1]);
		if (vectors_is(row.printed, "="))
			row.printed = row.text;
		if (check(&row))
			continue;
		print_error("sddl.txt:%u: %s\n", v.number, row.text);
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
	assert_true(v.n_rows > 500);
	vectors_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sddl_is_as_windows_has_it),
	};
	static const char text[] = "S-1-5-21-2457507606-2709100691-398136650";

	if (guise_sid_parse(text, strlen(text), NULL, &domain) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
