/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the body of a 207 (RFC 4918 13). All return 0 or -ENOMEM. */
#ifndef DAV_MULTISTATUS_H
#define DAV_MULTISTATUS_H

#include <sys/stat.h>

#include "buf.h"
#include "propfind.h"

GUISE_MUST_USE int multistatus_begin(struct guise_buf *out);
GUISE_MUST_USE int multistatus_end(struct guise_buf *out);

/*
 * One resource with its properties. @href: a decoded absolute path, with a
 * slash at the end for a collection; @name: what people see.
 */
GUISE_MUST_USE int multistatus_properties(struct guise_buf *out,
					  const struct propfind *asked,
					  struct span href, struct span name,
					  const struct stat *stat);
/* One member that could not be done. */
GUISE_MUST_USE int multistatus_status(struct guise_buf *out, struct span href,
				      unsigned status);
/* <D:error><D:@condition/></D:error>, RFC 4918 16 */
GUISE_MUST_USE int multistatus_error(struct guise_buf *out,
				     const char *condition);

#endif
