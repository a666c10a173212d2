/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVE_STATUS_H
#define SERVE_STATUS_H

/* The reason phrase of the statuses this server gives. */
const char *status_text(unsigned status);

#endif
