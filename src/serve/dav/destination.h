/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of WebDAV's COPY and MOVE, RFC 4918 10.2, 10.3, 10.6. */
#ifndef DAV_DESTINATION_H
#define DAV_DESTINATION_H

#include "target.h"

enum depth {
	DEPTH_INFINITY = 0,
	DEPTH_0,
	DEPTH_1,
};

/* @host: of the Host header. 0; -EINVAL; -ENAMETOOLONG; -EXDEV (another
 * server) */
GUISE_MUST_USE int destination_parse(struct span value, struct span host,
				     struct target *ret);
GUISE_MUST_USE bool overwrite_parse(struct span value, bool *ret);
GUISE_MUST_USE bool depth_parse(struct span value, enum depth *ret);

#endif
