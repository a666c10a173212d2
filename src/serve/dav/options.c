/* SPDX-License-Identifier: Apache-2.0 */
/* OPTIONS says what there is: class 1, no locks and no dead properties yet. */
#include "dav.h"

static enum exchange_next options_start(struct exchange *ex,
					const struct serve_thread *thread)
{
	(void)thread;
	(void)exchange_answer(ex, 200, DECIDED_OK);
	response_add(&ex->response, "Allow", METHODS_ALLOWED);
	response_add(&ex->response, "DAV", "1");
	response_add(&ex->response, "Accept-Ranges", "bytes");
	return EXCHANGE_RESPOND;
}

const struct dav_method dav_options = {.start = options_start};
