/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of HTTP (RFC 9110 5.6.7) and of WebDAV (RFC 3339), without locale. */
#ifndef SERVE_DATE_H
#define SERVE_DATE_H

#include "span.h"

#define DATE_HTTP_SIZE 30
#define DATE_ISO_SIZE 21
#define DATE_PLAIN_SIZE 17

/* Any of the three forms a recipient must accept; seconds since 1970. */
bool date_parse(struct span text, int64_t *ret);
/* "Sun, 06 Nov 1994 08:49:37 GMT"; years outside 0-9999 are clamped */
void date_format_http(int64_t seconds, char ret[DATE_HTTP_SIZE]);
/* "1994-11-06T08:49:37Z" */
void date_format_iso(int64_t seconds, char ret[DATE_ISO_SIZE]);
/* "1994-11-06 08:49", for pages */
void date_format_plain(int64_t seconds, char ret[DATE_PLAIN_SIZE]);

#endif
