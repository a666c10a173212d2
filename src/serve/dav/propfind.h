/* SPDX-License-Identifier: Apache-2.0 */
/* What a PROPFIND asks for (RFC 4918 9.1, 14.20). */
#ifndef DAV_PROPFIND_H
#define DAV_PROPFIND_H

#include "span.h"

/* Ours: no client asks for more. */
#define PROPFIND_BODY_MAX 65536
#define PROPFIND_NAMES_MAX 128

enum propfind_kind {
	PROPFIND_ALL = 0, /* allprop, or no body */
	PROPFIND_NAMES,	  /* propname */
	PROPFIND_SOME,	  /* prop */
};

/* Live properties, in the order they are written. */
enum live_property {
	PROPERTY_NONE = 0,
	PROPERTY_RESOURCETYPE,
	PROPERTY_DISPLAYNAME,
	PROPERTY_GETCONTENTLENGTH,
	PROPERTY_GETCONTENTTYPE,
	PROPERTY_GETLASTMODIFIED,
	PROPERTY_GETETAG,
	PROPERTY_CREATIONDATE,
	PROPERTY_SUPPORTEDLOCK,
	PROPERTY_LAST,
};

/* One wanted property: a live one, or a name nobody here knows. */
struct wanted_property {
	enum live_property live;
	char *name_space; /* owned; "" = none; NULL for a live one */
	char *name;	  /* owned; an XML NCName */
};

struct propfind {
	enum propfind_kind kind;
	struct wanted_property *wanted; /* owned */
	size_t n_wanted;
};

/*
 * @data: the body; size 0 means allprop. No document type, no entities, no
 * network. Return: 0; -EINVAL; GUISE_E_LIMIT (too many names); -ENOMEM.
 */
GUISE_MUST_USE int propfind_parse(const void *data, size_t size,
				  struct propfind *ret);
void propfind_clear(struct propfind *propfind);

const char *live_property_name(enum live_property property);

#endif
