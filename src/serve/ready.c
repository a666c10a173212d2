/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "ready.h"

static int format_users(struct guise_buf *out, const struct config *config)
{
	const bool passwords = config_takes_passwords(config);
	const char *comma = "";
	int r = buf_append_text(out, "; users: ");

	if (r == 0 && passwords && config->accounts) {
		r = buf_printf(out, "accounts %s", config->accounts);
		comma = ", ";
	}
	if (r == 0 && passwords && config->system_accounts) {
		r = buf_printf(out, "%ssystem accounts (PAM %s)", comma,
			       config->pam_service ? config->pam_service
						   : "guise");
		comma = ", ";
	}
	if (r == 0 && config->negotiate) {
		r = buf_printf(out, "%sKerberos (%s)", comma,
			       config->kerberos_service
				       ? config->kerberos_service
				       : "any key");
		comma = ", ";
	}
	if (r == 0 && config_has_peers(config)) {
		r = buf_printf(out, "%speers", comma);
		comma = ", ";
	}
	if (r == 0 && comma[0] == '\0')
		r = buf_append_text(out, "none but anonymous");
	return r;
}

static int format_share(struct guise_buf *out, const struct config_share *share)
{
	return buf_printf(out, " /%s %s (%s%s%s%s%s)", share->name, share->path,
			  share->policy == GUISE_POLICY_POSIX ? "posix"
							      : "both",
			  share->anonymous ? ", anonymous" : "",
			  share->read_only ? ", read-only" : "",
			  share->hide_unreadable ? ", hide-unreadable" : "",
			  share->no_symlinks ? ", no-symlinks" : "");
}

int ready_format(struct guise_buf *out, const struct config *config,
		 const char *engine)
{
	int r;

	r = buf_printf(out, "%s%s, engine %s, workers %" PRIu64,
		       config_unix_path(config)	 ? ""
		       : config->tls_certificate ? "https://"
						 : "http://",
		       config->listen, engine, config->workers);
	if (r == 0)
		r = format_users(out, config);
	if (r == 0)
		r = buf_append_text(out, "; shares:");
	for (size_t i = 0; r == 0 && i < config->n_shares; i++) {
		r = format_share(out, &config->shares[i]);
		if (r == 0 && i + 1 < config->n_shares)
			r = buf_append_u8(out, ',');
	}
	return r;
}
