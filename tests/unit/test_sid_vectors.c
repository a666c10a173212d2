/* SPDX-License-Identifier: Apache-2.0 */
/* SIDs as Windows treats them: tests/vectors/sid.txt. */
#include "cmocka-wrap.h"

#include "vectors.h"

#include "base.h"
#include "text.h"
#include <guise/sid.h>

static struct guise_sid domain;

static uint64_t number(const char *text)
{
	uint64_t value;

	assert_true(text_to_u64(text, strlen(text), UINT32_MAX, &value));
	return value;
}

static int parse(const char *text, struct guise_sid *ret)
{
	return guise_sid_parse(text, strlen(text), &domain, ret);
}

static bool prints_as(const struct guise_sid *sid, const char *expected)
{
	char text[GUISE_SID_TEXT_SIZE];

	guise_sid_format(sid, text);
	return strcmp(text, expected) == 0;
}

/* "ERR:1337", "ERR:*" */
static bool is_error(const char *expected, int code)
{
	if (strncmp(expected, "ERR:", 4) != 0)
		return false;
	return code < 0 && (expected[4] == '*' ||
			    guise_error_win32(code) == number(expected + 4));
}

static bool check_parse(const char *input, const char *expected)
{
	struct guise_sid sid;
	int r = parse(input, &sid);

	return r < 0 ? is_error(expected, r) : prints_as(&sid, expected);
}

static bool check_alias(const char *input, const char *expected)
{
	struct guise_sid sid;
	const char *alias;

	if (parse(input, &sid) < 0 || !prints_as(&sid, expected))
		return false;
	alias = guise_sid_alias(&sid, &domain);
	return alias && strcmp(alias, input) == 0;
}

static bool check_bytes(const char *input, const char *expected)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf hex = {0};
	struct guise_sid sid, back;

	if (parse(input, &sid) < 0 || guise_sid_encode(&sid, &bytes) < 0 ||
	    text_hex(bytes.data, bytes.size, &hex) < 0)
		return false;
	return hex.size == strlen(expected) &&
	       memcmp(hex.data, expected, hex.size) == 0 &&
	       parse(expected, &back) == 0 && prints_as(&back, input) &&
	       !guise_sid_alias(&sid, NULL);
}

static bool check_well_known(char *input, const char *expected)
{
	char *rest = input;
	uint64_t type = number(strsep(&rest, " "));
	struct guise_sid relative_to, sid;
	bool given = strcmp(rest, "NULL") != 0;
	int r;

	if (given && parse(rest, &relative_to) < 0)
		return false;
	r = guise_sid_well_known((unsigned)type, given ? &relative_to : NULL,
				 &sid);
	if (r < 0)
		return is_error(expected, r);
	return prints_as(&sid, expected) &&
	       guise_sid_is_well_known(&sid, (unsigned)type) ==
		       (sid.sub[0] != 21 || sid.n_subs == 5);
}

static bool check_is_well_known(char *input, const char *expected)
{
	char *rest = input;
	uint64_t type = number(strsep(&rest, " "));
	struct guise_sid sid;

	return parse(rest, &sid) == 0 &&
	       guise_sid_is_well_known(&sid, (unsigned)type) ==
		       (expected[0] == '1');
}

static bool check_equal(char *input, const char *expected)
{
	char *rest = input, *first = strsep(&rest, " ");
	struct guise_sid a, b;

	return parse(first, &a) == 0 && parse(rest, &b) == 0 &&
	       guise_sid_equal(&a, &b) == (expected[0] == '1');
}

static bool check_account_domain(const char *input, const char *expected)
{
	struct guise_sid sid, of;
	int r;

	if (parse(input, &sid) < 0)
		return false;
	r = guise_sid_account_domain(&sid, &of);
	return r < 0 ? is_error(expected, r) : prints_as(&of, expected);
}

/* One of the functions that make a SID from a name. */
static bool check_derived(int (*derive)(const char *name, size_t size,
					struct guise_sid *ret),
			  const char *name, const char *expected)
{
	struct guise_sid sid;
	int r = derive(name, strlen(name), &sid);

	return r < 0 ? is_error(expected, r) : prints_as(&sid, expected);
}

static bool check_name(const char *input, const char *expected)
{
	const char *name, *family;
	struct guise_sid sid;
	char both[128];

	if (parse(input, &sid) < 0)
		return false;
	name = guise_sid_name(&sid);
	family = guise_sid_family(&sid);
	snprintf(both, sizeof(both), "%s %s", name ? name : "-",
		 family ? family : "-");
	return strcmp(both, expected) == 0;
}

/* S-1-5 can be compared, though not parsed. */
static bool check_equal_domain(char *input, const char *expected)
{
	char *rest = input, *first = strsep(&rest, " ");
	struct guise_sid a, b;
	bool equal;
	int r;

	if (parse(first, &a) < 0 || parse(rest, &b) < 0)
		return false;
	r = guise_sid_equal_domain(&a, &b, &equal);
	return r < 0 ? is_error(expected, r) : equal == (expected[0] == '1');
}

static bool check(char *operation, char *input, const char *expected)
{
	if (vectors_is(operation, "parse"))
		return check_parse(input, expected);
	if (vectors_is(operation, "alias"))
		return check_alias(input, expected);
	if (vectors_is(operation, "bytes"))
		return check_bytes(input, expected);
	if (vectors_is(operation, "well-known"))
		return check_well_known(input, expected);
	if (vectors_is(operation, "equal-domain"))
		return check_equal_domain(input, expected);
	if (vectors_is(operation, "equal"))
		return check_equal(input, expected);
	if (vectors_is(operation, "account-domain"))
		return check_account_domain(input, expected);
	if (vectors_is(operation, "is-well-known"))
		return check_is_well_known(input, expected);
	if (vectors_is(operation, "service"))
		return check_derived(guise_sid_of_service, input, expected);
	if (vectors_is(operation, "capability"))
		return check_derived(guise_sid_of_capability, input, expected);
	if (vectors_is(operation, "capability-group"))
		return check_derived(guise_sid_of_capability_group, input,
				     expected);
	if (vectors_is(operation, "package"))
		return check_derived(guise_sid_of_package, input, expected);
	if (vectors_is(operation, "name"))
		return check_name(input, expected);
	return false;
}

static void sids_are_as_windows_has_them(void **state)
{
	struct vectors v = vectors_open("sid.txt");
	unsigned n_bad = 0;
	char input[512];

	(void)state;
	while (vectors_next(&v, 4)) {
		snprintf(input, sizeof(input), "%s", v.column[1]);
		if (check(v.column[0], v.column[1], v.column[2]))
			continue;
		print_error("sid.txt:%u: %s %s is not %s\n", v.number,
			    v.column[0], input, v.column[2]);
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
	assert_true(v.n_rows > 100);
	vectors_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sids_are_as_windows_has_them),
	};
	static const char text[] = "S-1-5-21-2457507606-2709100691-398136650";

	if (guise_sid_parse(text, strlen(text), NULL, &domain) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
