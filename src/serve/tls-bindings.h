/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVE_TLS_BINDINGS_H
#define SERVE_TLS_BINDINGS_H

#include "buf.h"

/* What a client's exchange is bound to by this server's TLS: RFC 5929 4, with
 * the prefix, of the first certificate in the PEM file @fd. 0; -ENOTSUP: the
 * certificate's signature has no hash that this would be made with; -EBADMSG:
 * no certificate; -errno; -ENOMEM */
GUISE_MUST_USE int tls_bindings(int fd, struct guise_buf *ret);

#endif
