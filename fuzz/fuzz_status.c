/* SPDX-License-Identifier: Apache-2.0 */
/* The text of /proc/PID/status: what is accepted is within the limits and says
 * all that is asked for; a failure leaves nothing behind. */
#include "buf.h"
#include "status.h"

#include "fuzz.h"
#include <guise/token.h>

/* Every key that identifies must be in there, at the beginning of a line. */
static bool has_line(const uint8_t *data, size_t size, const char *key)
{
	const size_t n = strlen(key);

	for (size_t i = 0; i + n <= size; i++) {
		if ((i == 0 || data[i - 1] == '\n') &&
		    memcmp(data + i, key, n) == 0)
			return true;
	}
	return false;
}

static void must_be_sound(const struct status *s, const uint8_t *data,
			  size_t size)
{
	static const char *const keys[] = {
		"Name:", "Uid:", "Gid:", "Groups:", "CapPrm:", "CapEff:"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		must(has_line(data, size, keys[i]));
	must(memchr(s->comm, '\0', sizeof(s->comm)));
	must(s->n_groups <= GUISE_UNIX_GROUPS_MAX);
	/* a digit and something between each two */
	must(2 * s->n_groups <= size);
}

/* The second time the same line: taken for a forgery. */
static void must_not_say_it_twice(const uint8_t *data, size_t size)
{
	static const char again[] = "\nUid:\t0\t0\t0\t0\n";
	GUISE_AUTO(guise_buf_clear) struct guise_buf twice = {0};
	struct status s;

	must(buf_append(&twice, data, size) == 0);
	must(buf_append(&twice, again, strlen(again)) == 0);
	must(status_parse(twice.data, twice.size, &s) == -EBADMSG);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(status_clear) struct status s = {.n_groups = SIZE_MAX};
	int r = status_parse(data, size, &s);

	must(r == 0 || r == -EBADMSG);
	if (r < 0) {
		must(s.n_groups == SIZE_MAX && !s.groups);
		return 0;
	}
	must_be_sound(&s, data, size);
	must_not_say_it_twice(data, size);
	return 0;
}
