/* SPDX-License-Identifier: Apache-2.0 */
/* Channel bindings: which TLS connection a GSSAPI exchange belongs to. */
#ifndef GSS_BINDINGS_H
#define GSS_BINDINGS_H

#include <gssapi/gssapi.h>

#include "base.h"

/* GSS_C_NO_CHANNEL_BINDINGS without data; else *@room, which borrows @data.
 * RFC 5929: TLS puts all of it into the application data, and says nothing of
 * addresses. */
gss_channel_bindings_t
gss_bindings_of(const uint8_t *data, size_t size,
		struct gss_channel_bindings_struct *room);

#endif
