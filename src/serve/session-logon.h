/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the authority who a client is, by whatever it has shown. */
#ifndef SERVE_SESSION_LOGON_H
#define SERVE_SESSION_LOGON_H

#include <guise/authority.h>

#include "site.h"

struct sessions;

/**
 * struct attempt - what the exchange of a logon is about
 * @binding: or NULL
 * @until_ns: when what has been shown ends, by session_now_ns(); set by its
 *            kind
 */
struct attempt {
	struct sessions *sessions;
	struct guise_authority *authority;
	unsigned thread;
	const struct credentials *who;
	struct binding *binding;
	struct logon *logon;
	uint64_t until_ns;
};

/* Errors of guise_authority_logon_negotiate(); -EAGAIN: again, by a thread that
 * may wait for the directory */
GUISE_MUST_USE int session_log_on(struct attempt *attempt,
				  const struct guise_token **ret);
uint64_t session_now_ns(void);

#endif
