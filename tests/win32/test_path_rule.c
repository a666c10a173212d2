/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule of paths, with texts that nobody would type: wherever they lead, it
 * is beneath a drive, by names alone, and there is one way back. Compiled with
 * the rule itself.
 */
#include <stdint.h>
#include <string.h>

#include "path.h"

#include "check.h"

#define TEXTS 200000
#define TEXT_MAX 40

static uint64_t state = 0x9e3779b97f4a7c15u;

static unsigned any(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % below;
}

/* Of what paths are made of, and what they are attacked with */
static size_t make_text(char *text)
{
	static const char *const parts[] = {
		"\\", "/",    "..",	  "C:",	   "Q:",	 "X:",
		".",  "a",    "b ",	  "\\\\?", "\\\\.",	 "\\??\\",
		"*",  ":",    " ",	  "...",   "\x01",	 "\xc3\xa9",
		"\\", "\xff", "NUL",	  "c:",	   "..\\..",	 "\\\\h\\s",
		"/",  "\\",   "\\??\\C:", "x.",	   "DosDevices",
	};
	size_t size = 0;

	for (unsigned n = 1 + any(8); n > 0; n--) {
		const char *part = parts[any(sizeof(parts) / sizeof(*parts))];
		size_t part_size = strlen(part);

		if (size + part_size >= TEXT_MAX)
			break;
		memcpy(text + size, part, part_size);
		size += part_size;
	}
	text[size] = '\0';
	return size;
}

/* "/x/y": no empty name, no "." and "..", or "/" alone */
static int is_plain(const char *path)
{
	if (path[0] != '/')
		return 0;
	if (!path[1])
		return 1;
	while (*path) {
		size_t size = strcspn(++path, "/");

		if (size == 0 || (size == 1 && path[0] == '.') ||
		    (size == 2 && path[0] == '.' && path[1] == '.'))
			return 0;
		path += size;
	}
	return 1;
}

static void check_path(const char *text, const struct path *path)
{
	struct path again = PATH_NONE;
	char verbatim[TEXT_MAX + 512];

	check_say(is_plain(path->unix_path), "%s: %s", text, path->unix_path);
	check_say(path->windows[0] >= 'A' && path->windows[0] <= 'Z' &&
			  path->windows[1] == ':' && path->windows[2] == '\\',
		  "%s: %s", text, path->windows);
	/* back again; a name may end as only the long form can say */
	snprintf(verbatim, sizeof(verbatim), "\\\\?\\%s", path->windows);
	check_say(path_resolve_utf8(verbatim, strlen(verbatim), &again) ==
				  STATUS_SUCCESS &&
			  strcmp(again.unix_path, path->unix_path) == 0,
		  "%s: %s", text, path->windows);
	path_clear(&again);
}

static void every_path_is_beneath_its_drive(void)
{
	unsigned resolved = 0;

	for (unsigned i = 0; i < TEXTS; i++) {
		struct path path = PATH_NONE;
		char text[TEXT_MAX];
		size_t size = make_text(text);

		if (path_resolve_utf8(text, size, &path) < 0)
			continue;
		resolved++;
		check_path(text, &path);
		if ((text[0] | 0x20) == 'x' && text[1] == ':')
			check_say(strncmp(path.unix_path, "/srv/x", 6) == 0 &&
					  (path.unix_path[6] == '/' ||
					   path.unix_path[6] == '\0'),
				  "%s: %s", text, path.unix_path);
		path_clear(&path);
	}
	check(resolved > TEXTS / 20);
}

static void native_names_stay_beneath_their_directory(void)
{
	unsigned resolved = 0;

	for (unsigned i = 0; i < TEXTS; i++) {
		struct path path = PATH_NONE;
		char text[TEXT_MAX], rooted[TEXT_MAX + 1] = "/";
		WCHAR wide[TEXT_MAX];
		size_t n = 0;

		make_text(text);
		for (; text[n]; n++)
			wide[n] = (unsigned char)text[n];
		if (path_resolve_native(wide, n, "C:\\root", &path) >= 0) {
			resolved++;
			if (strcmp(path.unix_path, ".") != 0) {
				snprintf(rooted, sizeof(rooted), "/%s",
					 path.unix_path);
				check_say(is_plain(rooted), "%s: %s", text,
					  path.unix_path);
			}
			check_say(strncmp(path.windows, "C:\\root", 7) == 0,
				  "%s: %s", text, path.windows);
			path_clear(&path);
		}
		if (path_resolve_native(wide, n, NULL, &path) >= 0) {
			check_path(text, &path);
			path_clear(&path);
		}
	}
	check(resolved > TEXTS / 20);
}

static void full_paths_of_anything_end(void)
{
	for (unsigned i = 0; i < TEXTS; i++) {
		char text[TEXT_MAX], *full = NULL;

		make_text(text);
		if (path_full(text, &full) < 0)
			continue;
		check_say(full[0] == '\\' || full[1] == ':', "%s: %s", text,
			  full);
		free(full);
	}
}

int main(void)
{
	setenv("GUISE_WIN32_DRIVES", "X=/srv/x/", 1);
	run(every_path_is_beneath_its_drive);
	run(native_names_stay_beneath_their_directory);
	run(full_paths_of_anything_end);
	return check_done();
}
