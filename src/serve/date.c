/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days are counted from 0000-03-01, so that a leap day is the last day of its
 * year: then both directions are plain arithmetic over eras of 400 years.
 */
#include "date.h"

struct civil {
	int64_t year;
	unsigned month; /* 1 ... 12 */
	unsigned day;
	unsigned hour;
	unsigned minute;
	unsigned second;
	unsigned weekday; /* 0 = Sunday */
};

static const char *const days[] = {"Sun", "Mon", "Tue", "Wed",
				   "Thu", "Fri", "Sat"};
static const char *const long_days[] = {"Sunday",    "Monday",	 "Tuesday",
					"Wednesday", "Thursday", "Friday",
					"Saturday"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* 0000-03-01 to 1970-01-01 in days */
#define EPOCH 719468
#define ERA 146097
/* 0000-01-01 and 9999-12-31T23:59:59 */
#define FIRST_SECOND (-62167219200)
#define LAST_SECOND 253402300799

static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 +
			  (int64_t)day - 1;

	return era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
	       EPOCH;
}

static struct civil civil_of(int64_t seconds)
{
	struct civil c = {0};
	int64_t day, rest, era, of_era, year, of_year, month;

	if (seconds < FIRST_SECOND)
		seconds = FIRST_SECOND;
	if (seconds > LAST_SECOND)
		seconds = LAST_SECOND;
	day = seconds / 86400 - (seconds % 86400 < 0);
	rest = seconds - day * 86400;
	c.weekday = (unsigned)(((day + 4) % 7 + 7) % 7);
	day += EPOCH;
	era = (day >= 0 ? day : day - ERA + 1) / ERA;
	of_era = day - era * ERA;
	year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
	       365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	month = (5 * of_year + 2) / 153;
	c.day = (unsigned)(of_year - (153 * month + 2) / 5 + 1);
	c.month = (unsigned)(month < 10 ? month + 3 : month - 9);
	c.year = year + era * 400 + (c.month <= 2);
	c.hour = (unsigned)(rest / 3600);
	c.minute = (unsigned)(rest / 60 % 60);
	c.second = (unsigned)(rest % 60);
	return c;
}

static unsigned days_in_month(int64_t year, unsigned month)
{
	static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30,
					  31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return lengths[month - 1] + (month == 2 && leap);
}

static bool civil_seconds(const struct civil *c, int64_t *ret)
{
	if (c->day < 1 || c->day > days_in_month(c->year, c->month))
		return false;
	/* 60: a leap second is a legal thing to say */
	if (c->hour > 23 || c->minute > 59 || c->second > 60)
		return false;
	*ret = days_of(c->year, c->month, c->day) * 86400 + c->hour * 3600 +
	       c->minute * 60 + c->second;
	return true;
}

static bool take(struct span *s, const char *text)
{
	size_t size = strlen(text);

	if (s->size < size || memcmp(s->data, text, size) != 0)
		return false;
	*s = span_from(*s, size);
	return true;
}

static bool take_name(struct span *s, const char *const *names, size_t n,
		      unsigned *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (take(s, names[i])) {
			*ret = (unsigned)i;
			return true;
		}
	}
	return false;
}

static bool take_month(struct span *s, unsigned *ret)
{
	if (!take_name(s, months, ARRAY_SIZE(months), ret))
		return false;
	(*ret)++;
	return true;
}

static bool take_digits(struct span *s, size_t n, unsigned *ret)
{
	uint64_t value;

	if (s->size < n || !text_to_u64(s->data, n, 9999, &value))
		return false;
	*s = span_from(*s, n);
	*ret = (unsigned)value;
	return true;
}

static bool take_time(struct span *s, struct civil *c)
{
	return take_digits(s, 2, &c->hour) && take(s, ":") &&
	       take_digits(s, 2, &c->minute) && take(s, ":") &&
	       take_digits(s, 2, &c->second);
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static bool parse_imf(struct span s, struct civil *c)
{
	unsigned year;

	if (!take_name(&s, days, ARRAY_SIZE(days), &c->weekday) ||
	    !take(&s, ", ") || !take_digits(&s, 2, &c->day) || !take(&s, " ") ||
	    !take_month(&s, &c->month) || !take(&s, " ") ||
	    !take_digits(&s, 4, &year) || !take(&s, " ") || !take_time(&s, c) ||
	    !take(&s, " GMT"))
		return false;
	c->year = year;
	return s.size == 0;
}

/* Sunday, 06-Nov-94 08:49:37 GMT. The pivot is fixed: a rule that depends on
 * today would make the answer to a request depend on the day. */
static bool parse_rfc850(struct span s, struct civil *c)
{
	unsigned year;

	if (!take_name(&s, long_days, ARRAY_SIZE(long_days), &c->weekday) ||
	    !take(&s, ", ") || !take_digits(&s, 2, &c->day) || !take(&s, "-") ||
	    !take_month(&s, &c->month) || !take(&s, "-") ||
	    !take_digits(&s, 2, &year) || !take(&s, " ") || !take_time(&s, c) ||
	    !take(&s, " GMT"))
		return false;
	c->year = year + (year < 70 ? 2000 : 1900);
	return s.size == 0;
}

/* Sun Nov  6 08:49:37 1994 */
static bool parse_asctime(struct span s, struct civil *c)
{
	unsigned year;

	if (!take_name(&s, days, ARRAY_SIZE(days), &c->weekday) ||
	    !take(&s, " ") || !take_month(&s, &c->month) || !take(&s, " "))
		return false;
	if (!(take(&s, " ") ? take_digits(&s, 1, &c->day)
			    : take_digits(&s, 2, &c->day)))
		return false;
	if (!take(&s, " ") || !take_time(&s, c) || !take(&s, " ") ||
	    !take_digits(&s, 4, &year))
		return false;
	c->year = year;
	return s.size == 0;
}

bool date_parse(struct span text, int64_t *ret)
{
	struct civil c = {0};

	if (!parse_imf(text, &c) && !parse_rfc850(text, &c) &&
	    !parse_asctime(text, &c))
		return false;
	return civil_seconds(&c, ret);
}

/* Two or four digits, without snprintf: this runs for every response. */
static char *put_digits(char *at, unsigned value, unsigned n)
{
	for (unsigned i = n; i > 0; i--) {
		at[i - 1] = (char)('0' + value % 10);
		value /= 10;
	}
	return at + n;
}

static char *put_text(char *at, const char *text)
{
	size_t size = strlen(text);

	memcpy(at, text, size);
	return at + size;
}

static char *put_time(char *at, const struct civil *c)
{
	at = put_digits(at, c->hour, 2);
	*at++ = ':';
	at = put_digits(at, c->minute, 2);
	*at++ = ':';
	return put_digits(at, c->second, 2);
}

void date_format_http(int64_t seconds, char ret[DATE_HTTP_SIZE])
{
	struct civil c = civil_of(seconds);
	char *at = put_text(ret, days[c.weekday]);

	at = put_text(at, ", ");
	at = put_digits(at, c.day, 2);
	*at++ = ' ';
	at = put_text(at, months[c.month - 1]);
	*at++ = ' ';
	at = put_digits(at, (unsigned)c.year, 4);
	*at++ = ' ';
	at = put_time(at, &c);
	at = put_text(at, " GMT");
	*at = '\0';
}

static char *put_day(char *at, const struct civil *c)
{
	at = put_digits(at, (unsigned)c->year, 4);
	*at++ = '-';
	at = put_digits(at, c->month, 2);
	*at++ = '-';
	return put_digits(at, c->day, 2);
}

void date_format_iso(int64_t seconds, char ret[DATE_ISO_SIZE])
{
	struct civil c = civil_of(seconds);
	char *at = put_day(ret, &c);

	*at++ = 'T';
	at = put_time(at, &c);
	*at++ = 'Z';
	*at = '\0';
}

void date_format_plain(int64_t seconds, char ret[DATE_PLAIN_SIZE])
{
	struct civil c = civil_of(seconds);
	char *at = put_day(ret, &c);

	*at++ = ' ';
	at = put_digits(at, c.hour, 2);
	*at++ = ':';
	at = put_digits(at, c.minute, 2);
	*at = '\0';
}
