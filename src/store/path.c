/* SPDX-License-Identifier: Apache-2.0 */
/* Paths within a share, as text: checked before anything is opened. */
#include <guise/share.h>

#include "share-internal.h"

static int component_check(const char *name, size_t size)
{
	if (size == 0 || (size == 1 && name[0] == '.') ||
	    (size == 2 && name[0] == '.' && name[1] == '.'))
		return -EINVAL;
	if (size > GUISE_NAME_MAX)
		return -ENAMETOOLONG;
	if (guise_file_is_temp_name(name, size))
		return -ENOENT;
	return 0;
}

int path_check(const char *path)
{
	size_t size = strnlen(path, GUISE_PATH_MAX + 1);

	if (size > GUISE_PATH_MAX)
		return -ENAMETOOLONG;
	if (size == 0)
		return 0;
	for (;;) {
		const char *end = strchrnul(path, '/');
		int r = component_check(path, (size_t)(end - path));

		if (r < 0)
			return r;
		if (*end == '\0')
			return 0;
		path = end + 1;
	}
}

const char *path_split(const char *path, char ret_parent[GUISE_PATH_MAX + 1])
{
	const char *slash = strrchr(path, '/');
	size_t size = slash ? (size_t)(slash - path) : 0;

	must(size <= GUISE_PATH_MAX);
	memcpy(ret_parent, path, size);
	ret_parent[size] = '\0';
	return slash ? slash + 1 : path;
}

int path_join(const char *directory, const char *name,
	      char ret[GUISE_PATH_MAX + 1])
{
	size_t n = strlen(directory);
	size_t name_size = strlen(name);
	size_t slash = n && name_size ? 1 : 0;

	if (n > GUISE_PATH_MAX || name_size > GUISE_PATH_MAX ||
	    n + slash + name_size > GUISE_PATH_MAX)
		return -ENAMETOOLONG;
	memmove(ret, directory, n);
	if (slash)
		ret[n] = '/';
	memcpy(ret + n + slash, name, name_size + 1);
	return 0;
}

bool path_is_within(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	if (n == 0)
		return true;
	return strncmp(path, directory, n) == 0 &&
	       (path[n] == '\0' || path[n] == '/');
}
