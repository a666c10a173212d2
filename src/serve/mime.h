/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVE_MIME_H
#define SERVE_MIME_H

#include "span.h"

/* The media type for a name; "application/octet-stream" if unknown. */
const char *mime_of(struct span name);
/* Could a browser run script from it? Then it is served in a sandbox. */
bool mime_is_active(const char *type);

#endif
