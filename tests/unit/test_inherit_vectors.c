/* SPDX-License-Identifier: Apache-2.0 */
/* New objects' descriptors as Windows makes them: tests/vectors/inherit.txt. */
#include "cmocka-wrap.h"

#include "token.h"
#include "vectors.h"

#include "base.h"
#include <guise/inherit.h>

enum column {
	PARENT,
	CREATOR,
	CONTAINER,
	FLAGS,
	OWNER,
	GROUP,
	DEFAULT_DACL,
	MAPPING,
	EXPECTED,
	SOURCE,
	N_COLUMNS
};

static const struct guise_generic_mapping test_mapping = {
	.read = 0x21001,
	.write = 0x22002,
	.execute = 0x24004,
	.all = 0x1f800f,
};

static const struct guise_sd *with_control(const struct guise_sd *sd,
					   uint16_t extra)
{
	const struct guise_sd *ret = NULL;

	assert_int_equal(
		guise_sd_new(
			&(struct guise_sd_fields){
				.size = sizeof(struct guise_sd_fields),
				.control = (uint16_t)(guise_sd_control(sd) |
						      extra),
				.owner = guise_sd_owner(sd),
				.group = guise_sd_group(sd),
				.dacl = guise_sd_dacl(sd),
				.sacl = guise_sd_sacl(sd),
			},
			&ret),
		0);
	guise_sd_unref(sd);
	return ret;
}

static const struct guise_sd *sd_column(const char *text, bool defaulted)
{
	const struct guise_sd *sd;

	if (vectors_is(text, "-"))
		return NULL;
	sd = sd_of(vectors_is(text, "(empty)") ? "" : text);
	return defaulted ? with_control(sd, GUISE_SD_DACL_DEFAULTED) : sd;
}

static const char *or_null(const char *column)
{
	return vectors_is(column, "-") ? NULL : column;
}

static const struct guise_token *token_of(char *const *column)
{
	struct test_token want = {
		.user = column[OWNER],
		.primary_group = or_null(column[GROUP]),
		.default_dacl = or_null(column[DEFAULT_DACL]),
	};

	want.groups[0] = want.primary_group;
	return test_token_make(&want);
}

/* The parts that @expected names, of @sd, as text. */
static char *same_parts(const struct guise_sd *sd, const char *expected)
{
	struct guise_sd_fields fields = {.size = sizeof(fields),
					 .control = guise_sd_control(sd)};
	const struct guise_sd *part = NULL;
	char *text;

	if (strncmp(expected, "O:", 2) == 0)
		fields.owner = guise_sd_owner(sd);
	if (strstr(expected, "G:"))
		fields.group = guise_sd_group(sd);
	fields.dacl = guise_sd_dacl(sd);
	fields.sacl = guise_sd_sacl(sd);
	assert_int_equal(guise_sd_new(&fields, &part), 0);
	text = sddl_of(part, NULL);
	guise_sd_unref(part);
	return text;
}

/* Both sides in our own spelling of masks. */
static char *respell(const char *sddl)
{
	const struct guise_sd *sd = sd_of(sddl);
	char *text = sddl_of(sd, NULL);

	guise_sd_unref(sd);
	return text;
}

static bool check(char *const *column)
{
	const char *flags = column[FLAGS];
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *parent =
		sd_column(column[PARENT], strstr(flags, "parent-dacl"));
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *creator =
		sd_column(column[CREATOR], strstr(flags, "creator-dacl"));
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = token_of(column);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	uint32_t sef = GUISE_SEF_AVOID_PRIVILEGE_CHECK;
	char *got, *expected;
	bool same;
	int r;

	if (strstr(flags, "auto"))
		sef |= GUISE_SEF_DACL_AUTO_INHERIT |
		       GUISE_SEF_SACL_AUTO_INHERIT;
	r = guise_inherit(
		parent, creator, column[CONTAINER][0] == '1', sef, token,
		vectors_is(column[MAPPING], "test") ? &test_mapping
						    : &guise_mapping_file,
		&sd);
	if (r < 0) {
		print_error("%s\n", guise_error_name(r));
		return false;
	}
	got = same_parts(sd, column[EXPECTED]);
	expected = respell(column[EXPECTED]);
	same = strcmp(got, expected) == 0;
	if (!same)
		print_error("got %s\n", got);
	free(got);
	free(expected);
	return same;
}

static void new_objects_get_what_windows_gives_them(void **state)
{
	struct vectors v = vectors_open("inherit.txt");
	unsigned n_bad = 0;

	(void)state;
	while (vectors_next(&v, N_COLUMNS)) {
		if (check(v.column))
			continue;
		print_error("inherit.txt:%u: parent %s creator %s %s: not %s\n",
			    v.number, v.column[PARENT], v.column[CREATOR],
			    v.column[FLAGS], v.column[EXPECTED]);
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
	assert_true(v.n_rows > 200);
	vectors_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_objects_get_what_windows_gives_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
