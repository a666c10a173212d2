/* SPDX-License-Identifier: Apache-2.0 */
/* A whole PAC: which buffers it has, and where. */
#ifndef GSS_PAC_BUFFERS_H
#define GSS_PAC_BUFFERS_H

#include "pac.h"

/**
 * pac_decode() - PACTYPE (MS-PAC 2.3), and those of its buffers that say who
 *                the client is
 * @pac: all zero; all zero again on failure
 *
 * Buffers of other types, signatures among them, are passed over. 0;
 * GUISE_E_PROTOCOL (malformed; a buffer of a type that is read comes twice);
 * GUISE_E_LIMIT; -ENOMEM.
 */
GUISE_MUST_USE int pac_decode(struct pac *pac, const void *data, size_t size);

#endif
