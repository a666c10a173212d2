/* SPDX-License-Identifier: Apache-2.0 */
/* Values of headers: the first byte says which. */
#include <time.h>

#include "fuzz.h"

#include "conditional.h"
#include "credentials.h"
#include "date.h"
#include "destination.h"
#include "range.h"
#include "request.h"

static void fuzz_range(struct span value)
{
	uint64_t offset, length, size = value.size * 7;

	if (range_parse(value, size, &offset, &length) != RANGE_PART)
		return;
	must(length > 0 && offset < size && length <= size - offset);
}

static void fuzz_conditions(struct span value)
{
	const struct stat stat = {.st_ino = 1, .st_mtim.tv_sec = 784111777};
	struct validators now = {0};
	struct conditions match = {.if_match = value};
	struct conditions none = {.if_none_match = value};
	struct conditions range = {.if_range = value};

	/* nothing there: only If-None-Match can hold */
	must(conditions_check(&match, &now, false) != CONDITION_TRUE);
	must(conditions_check(&none, &now, true) != CONDITION_NOT_MODIFIED);
	validators_of(&stat, &now);
	(void)conditions_check(&match, &now, false);
	(void)conditions_check(&none, &now, true);
	(void)conditions_allow_range(&range, &now);
}

static void fuzz_basic(struct span value)
{
	struct basic basic;

	if (basic_parse(value, &basic) < 0)
		return;
	must(strlen(basic.name) == basic.name_size && basic.name_size > 0);
	must(strlen(basic.password) == basic.password_size);
	must(!strchr(basic.name, ':'));
}

static void fuzz_credentials(struct span value)
{
	const struct schemes all = {.basic = true, .negotiate = true};
	struct credentials who = {0};

	if (credentials_parse(value, &all, &who) < 0) {
		must(who.kind == CREDENTIALS_NONE);
		return;
	}
	if (who.kind == CREDENTIALS_NEGOTIATE)
		must(who.negotiate.size > 0 &&
		     who.negotiate.size <= GUISE_GSS_TOKEN_MAX);
	credentials_clear(&who);
}

static void fuzz_cookie(struct span value)
{
	const struct request_header header = {span_of("Cookie"), value};
	const struct request request = {.headers = &header, .n_headers = 1};
	char text[SESSION_NAME_TEXT_SIZE];
	struct credentials who = {0};

	if (!credentials_of_cookie(&request, "guise-0", &who))
		return;
	session_name_format(&who.session, text);
	must(memmem(value.data, value.size, text, strlen(text)));
}

static void fuzz_origin(struct span value)
{
	const struct request_header headers[] = {
		{span_of("Origin"), value},
		{span_of("Host"), span_of("h")},
	};
	const struct request request = {.headers = headers, .n_headers = 2};

	if (!request_is_cross_site(&request))
		must(span_trim(value).size <= strlen("https://h"));
}

static void fuzz_date(struct span value)
{
	char text[DATE_HTTP_SIZE];
	int64_t seconds, again;

	if (!date_parse(value, &seconds))
		return;
	date_format_http(seconds, text);
	must(date_parse(span_of(text), &again));
	/* a leap second at the end of time is clamped */
	must(again == seconds || seconds > 253402300799);
}

static void fuzz_destination(struct span value)
{
	struct target target;
	enum depth depth;
	bool overwrite;

	if (destination_parse(value, span_of("host"), &target) == 0)
		must(strlen(target.path) == target.size);
	(void)!depth_parse(value, &depth);
	(void)!overwrite_parse(value, &overwrite);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const kinds[])(struct span value) = {
		fuzz_range,	  fuzz_conditions,  fuzz_basic,	 fuzz_date,
		fuzz_destination, fuzz_credentials, fuzz_cookie, fuzz_origin,
	};

	if (size == 0)
		return 0;
	kinds[data[0] % ARRAY_SIZE(kinds)](
		(struct span){(const char *)data + 1, size - 1});
	return 0;
}
