/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "share-internal.h"

/* Names of one directory kept in memory at once. Ours: 300 MiB at worst. */
#define NAMES_MAX (1u << 20)

void name_list_clear(struct name_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->names[i]);
	free(list->names);
	*list = (struct name_list){0};
}

static int grow(struct name_list *list)
{
	size_t capacity = list->capacity ? 2 * list->capacity : 32;
	char **names;

	if (list->n < list->capacity)
		return 0;
	if (list->n >= NAMES_MAX)
		return GUISE_E_LIMIT;
	names = reallocarray(list->names, capacity, sizeof(*names));
	if (!names)
		return -ENOMEM;
	list->names = names;
	list->capacity = capacity;
	return 0;
}

static int found(void *context, const char *name, unsigned type)
{
	struct name_list *list = context;
	char *copy;
	int r;

	(void)type;
	r = grow(list);
	if (r < 0)
		return r;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	list->names[list->n++] = copy;
	return 0;
}

int name_list_read(int dir_fd, struct name_list *ret)
{
	GUISE_AUTO(name_list_clear) struct name_list list = {0};
	int r;

	r = guise_file_list(dir_fd, found, &list);
	if (r < 0)
		return r;
	*ret = list;
	list = (struct name_list){0};
	return 0;
}

int names_has_temporary(int dir_fd)
{
	int fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 3);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int r;

	if (!dir) {
		r = -errno;
		(void)fd_close(fd);
		return r;
	}
	/* the copy has the position of @dir_fd, wherever that is */
	rewinddir(dir);
	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry && !guise_file_is_temp_name(entry->d_name,
						   strlen(entry->d_name)));
	r = entry ? 1 : -errno;
	(void)closedir(dir);
	return r;
}
