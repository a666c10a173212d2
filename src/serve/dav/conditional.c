/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entity tags and dates against what is there. A malformed list of tags is an
 * error, not "no condition": a client that wanted to be careful must not be
 * taken for one that did not care.
 */
#include "conditional.h"
#include "date.h"

/* The finaliser of splitmix64: each input bit changes half of the output. */
static uint64_t mix(uint64_t h, uint64_t value)
{
	h += value + 0x9e3779b97f4a7c15;
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
	h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
	return h ^ (h >> 31);
}

static char *put_hex(char *at, uint64_t value)
{
	for (int shift = 60; shift >= 0; shift -= 4)
		*at++ = "0123456789abcdef"[value >> shift & 0xf];
	return at;
}

static uint64_t time_ns(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec;
}

void etag_of(const struct stat *stat, char ret[ETAG_SIZE])
{
	const uint64_t parts[] = {
		stat->st_dev, stat->st_ino, time_ns(&stat->st_ctim),
		time_ns(&stat->st_mtim), (uint64_t)stat->st_size};
	uint64_t a = 1, b = 2;
	char *at = ret;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		a = mix(a, parts[i]);
		b = mix(b, parts[i]);
	}
	*at++ = '"';
	at = put_hex(at, a);
	at = put_hex(at, b);
	*at++ = '"';
	*at = '\0';
}

void validators_of(const struct stat *stat, struct validators *ret)
{
	ret->exists = true;
	ret->modified = stat->st_mtim.tv_sec;
	etag_of(stat, ret->etag);
}

/* RFC 9110 8.8.3: [ W/ ] DQUOTE *etagc DQUOTE */
static bool take_etag(struct span *s, bool *ret_weak, struct span *ret_tag)
{
	struct span rest = *s;
	size_t n = 1;

	*ret_weak =
		rest.size >= 2 && rest.data[0] == 'W' && rest.data[1] == '/';
	if (*ret_weak)
		rest = span_from(rest, 2);
	if (rest.size < 2 || rest.data[0] != '"')
		return false;
	while (n < rest.size && rest.data[n] != '"') {
		uint8_t c = (uint8_t)rest.data[n++];

		if (c <= ' ' || c == 0x7f)
			return false;
	}
	if (n == rest.size)
		return false;
	*ret_tag = (struct span){rest.data, n + 1};
	*s = span_from(rest, n + 1);
	return true;
}

/* Whether @list names @now; -EINVAL if it is no list of tags. */
static int tags_match(struct span list, const struct validators *now,
		      bool weak_too)
{
	bool found = false;

	list = span_trim(list);
	if (span_equal(list, "*"))
		return now->exists;
	if (list.size == 0)
		return -EINVAL;
	for (;;) {
		struct span tag;
		bool weak;

		if (!take_etag(&list, &weak, &tag))
			return -EINVAL;
		if (now->exists && (weak_too || !weak) &&
		    span_equal(tag, now->etag))
			found = true;
		list = span_trim(list);
		if (list.size == 0)
			return found;
		if (list.data[0] != ',')
			return -EINVAL;
		list = span_trim(span_from(list, 1));
	}
}

/* Steps 1 and 2: is it still what the client thinks? */
static enum condition check_unchanged(const struct conditions *c,
				      const struct validators *now)
{
	int64_t date;
	int r;

	if (c->if_match.data) {
		r = tags_match(c->if_match, now, false);
		if (r < 0)
			return CONDITION_INVALID;
		return r ? CONDITION_TRUE : CONDITION_FAILED;
	}
	/* a date that is none is to be ignored (13.1.4) */
	if (c->if_unmodified_since.data &&
	    date_parse(c->if_unmodified_since, &date))
		return now->exists && now->modified <= date ? CONDITION_TRUE
							    : CONDITION_FAILED;
	return CONDITION_TRUE;
}

/* Steps 3 and 4: does the client have it already? */
static enum condition check_new(const struct conditions *c,
				const struct validators *now, bool reads)
{
	int64_t date;
	int r;

	if (c->if_none_match.data) {
		r = tags_match(c->if_none_match, now, true);
		if (r < 0)
			return CONDITION_INVALID;
		if (r == 0)
			return CONDITION_TRUE;
		return reads ? CONDITION_NOT_MODIFIED : CONDITION_FAILED;
	}
	if (reads && c->if_modified_since.data && now->exists &&
	    date_parse(c->if_modified_since, &date))
		return now->modified <= date ? CONDITION_NOT_MODIFIED
					     : CONDITION_TRUE;
	return CONDITION_TRUE;
}

enum condition conditions_check(const struct conditions *conditions,
				const struct validators *now, bool reads)
{
	enum condition answer = check_unchanged(conditions, now);

	if (answer != CONDITION_TRUE)
		return answer;
	return check_new(conditions, now, reads);
}

bool conditions_are_any(const struct conditions *c)
{
	return c->if_match.data || c->if_none_match.data ||
	       c->if_modified_since.data || c->if_unmodified_since.data;
}

bool conditions_allow_range(const struct conditions *conditions,
			    const struct validators *now)
{
	struct span value = conditions->if_range, tag;
	int64_t date;
	bool weak;

	if (!value.data)
		return true;
	value = span_trim(value);
	if (take_etag(&value, &weak, &tag))
		return value.size == 0 && !weak && span_equal(tag, now->etag);
	/* exactly this date, 13.1.5 */
	return date_parse(value, &date) && date == now->modified;
}
