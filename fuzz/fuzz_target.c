/* SPDX-License-Identifier: Apache-2.0 */
/* Targets of requests: what is accepted is a path that cannot leave. */
#include "fuzz.h"

#include "escape.h"
#include "target.h"

static void check_component(const char *name, size_t size)
{
	must(size > 0 && size <= GUISE_NAME_MAX);
	must(!(size == 1 && name[0] == '.'));
	must(!(size == 2 && name[0] == '.' && name[1] == '.'));
}

static void check_path(const struct target *t)
{
	const char *at = t->path;

	must(strlen(t->path) == t->size);
	while (t->size) {
		const char *slash = strchr(at, '/');

		check_component(at, slash ? (size_t)(slash - at) : strlen(at));
		if (!slash)
			break;
		at = slash + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf url = {0};
	struct target t, again;

	if (target_parse((struct span){(const char *)data, size}, &t) < 0)
		return 0;
	check_path(&t);
	/* What we write of it we read as the same. */
	must(buf_append_u8(&url, '/') == 0);
	must(escape_url(&url, (struct span){t.path, t.size}) == 0);
	must(target_parse((struct span){(char *)url.data, url.size}, &again) ==
	     0);
	must(again.size == t.size && memcmp(again.path, t.path, t.size) == 0);
	return 0;
}
