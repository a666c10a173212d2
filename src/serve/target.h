/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The target of a request (or of a Destination header) as a path: decoded once,
 * in a form in which two different spellings cannot mean two things to two
 * parts of the server.
 */
#ifndef SERVE_TARGET_H
#define SERVE_TARGET_H

#include "span.h"

/* Every byte of a path may come as three. */
#define TARGET_RAW_MAX (3 * GUISE_PATH_MAX + 1024)

/**
 * struct target - a path without leading and trailing slash
 * @path: decoded, NUL-terminated, components separated by one '/', none of
 *        them empty, "." or ".."; "" is the root
 * @size: its length
 * @is_directory: a slash ended it
 */
struct target {
	char path[GUISE_PATH_MAX + 1];
	size_t size;
	bool is_directory;
};

/*
 * @ret: on failure only its path's bytes may have changed
 * @raw: origin-form or absolute-form (RFC 9112 3.2); a query is ignored.
 * Return: 0; -EINVAL; -ENAMETOOLONG.
 */
GUISE_MUST_USE int target_parse(struct span raw, struct target *ret);

/* Splits an absolute URI: what follows the scheme and "//" up to the path,
 * and the path itself ("/" if there is none). False if it is no such URI. */
bool target_split_uri(struct span uri, struct span *ret_host,
		      struct span *ret_path);

#endif
