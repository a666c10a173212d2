/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in for libFuzzer in ordinary builds: runs the target once on each
 * file of the directories and files given. Each file ends flush against an
 * unreadable page, so that a read too far is found without a sanitizer.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "guard-page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX (1u << 20)

static unsigned n_replayed;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void replay_file(const char *path)
{
	static uint8_t input[INPUT_MAX];
	struct guard_page guard;
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		die(path);
	size = fread(input, 1, sizeof(input), file);
	if (ferror(file))
		die(path);
	fclose(file);
	guard = guard_page_new(size);
	LLVMFuzzerTestOneInput(guard_page_place(&guard, input, size), size);
	guard_page_free(&guard);
	n_replayed++;
}

static void replay_directory(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char name[4096];

	if (!directory)
		die(path);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		replay_file(name);
	}
	closedir(directory);
}

int main(int argc, char **argv)
{
	struct stat st;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st) < 0)
			die(argv[i]);
		if (S_ISDIR(st.st_mode))
			replay_directory(argv[i]);
		else
			replay_file(argv[i]);
	}
	printf("replayed %u files\n", n_replayed);
	return n_replayed > 0 ? 0 : 1;
}
