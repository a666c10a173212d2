/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos clients: a token from an accepted GSSAPI context, credentials that
 * a token carries to other machines, and logons without password (S4U).
 *
 * libguise loads libgssapi_krb5 (MIT krb5, 1.19 or later) when one of these is
 * called; without it they return -ENOSYS.
 *
 * Accept contexts before impersonating, never in a scope: the replay cache and
 * the keytab are the server's.
 *
 * Thread-safety: any thread, but a context or credential by one at a time.
 * Cost: guise_token_from_gss() asks the context four questions and is linear
 * in the groups of the PAC; for a client of another realm it reads the keytab;
 * where the rules name an account, or "winbind" or "sssd" is among the sources,
 * it forks a child for the lookup, as guise_lookup_logon() does.
 * guise_gss_logon_s4u() waits for the KDC as long as krb5.conf says.
 */
#ifndef GUISE_GSS_H
#define GUISE_GSS_H

#include <gssapi/gssapi.h>

#include <guise/identity.h>
#include <guise/lookup.h>
#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_gss_options - whom to make of a Kerberos client
 * @size: sizeof
 * @identities: borrowed; the rules
 * @accounts: borrowed; where accounts are looked up; NULL: the system's. With
 *            a @pam_service, PAM's account rules must let a system account in
 * @authentication_id: the logon session the token is for; 0: a new LUID
 * @constrained: a credential with which only the service may go on for the
 *               client (S4U2Proxy) makes delegation level, too
 * @keytab: borrowed; the keytab the service accepts with, as Kerberos names it
 *          ("FILE:/etc/http.keytab", "MEMORY:http"); NULL: the one that
 *          Kerberos is configured with (KRB5_KTNAME, default_keytab_name). Who
 *          accepts with another one, by a credential store or by
 *          krb5_gss_register_acceptor_identity(), has to name it
 * @s4u_impersonation: tokens of S4U2Self are at impersonation level; else at
 *               identification
 * @reterr: room for @reterr_size bytes, or NULL: why a client is refused, as
 *          one line for the log; "" if there is nothing to say
 */
struct guise_gss_options {
	size_t size;
	const struct guise_identities *identities;
	const struct guise_lookup_options *accounts;
	guise_luid authentication_id;
	bool constrained;
	const char *keytab;
	bool s4u_impersonation;
	char *reterr;
	size_t reterr_size;
};

/**
 * guise_token_from_gss() - the client of an established context
 * @context: borrowed; established, accepted here, mechanism krb5
 * @delegated: borrowed; what gss_accept_sec_context() gave, or
 *             GSS_C_NO_CREDENTIAL
 * @ret: returns a reference; an impersonation token at delegation level if the
 *       client has really delegated (or may be acted for: @constrained), else
 *       at impersonation level; at identification level when no Unix id is
 *       mapped
 *
 * Whoever has a key of the keytab can make a ticket with it for a client of any
 * realm. So a client of another realm than the key's is let in only where the
 * keytab has no key of the client's own realm: then it comes by whichever realm
 * that one trusts. The keytab is read for such clients only, and must have the
 * key.
 *
 * Return: 0; GUISE_E_LOGON_FAILURE (no rule lets this principal in; its ticket
 * was made with the key of another realm; @keytab has not the key); -EIO (the
 * keytab cannot be read);
 * GUISE_E_NO_TOKEN (context not established, anonymous, not Kerberos, not
 * accepted here); GUISE_E_PROTOCOL (a PAC that cannot be read); GUISE_E_LIMIT;
 * -EPERM in a scope; errors of guise_lookup_logon(); -ENOSYS; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_from_gss(gss_ctx_id_t context, gss_cred_id_t delegated,
		     const struct guise_gss_options *options,
		     const struct guise_token **ret);

/**
 * guise_gss_logon_s4u() - a token for a name, without a password (S4U2Self)
 * @service: borrowed; the service's own credential, usage GSS_C_BOTH, from its
 *           keytab
 * @client: borrowed; "alice@REALM" or, with @enterprise, "alice@ad.example"
 * @ret: returns a reference, at identification level unless the options say
 *       otherwise
 *
 * Return: as guise_token_from_gss(), GUISE_E_LOGON_FAILURE also for an account
 * that is disabled or expired, or that the KDC's policy keeps out;
 * GUISE_E_NO_SUCH_ACCOUNT (the KDC does not know the client); -EIO, -ETIMEDOUT
 * (no KDC answers).
 */
GUISE_API GUISE_MUST_USE int
guise_gss_logon_s4u(gss_cred_id_t service, const char *client, bool enterprise,
		    const struct guise_gss_options *options,
		    const struct guise_token **ret);

/**
 * guise_token_gss_credential() - the client's credential that a token carries
 * @ret: the caller's, to be released with gss_release_cred(); for use as
 *       initiator on behalf of the client
 *
 * In a scope of a token at delegation level the thread's default initiator
 * credential in MIT's GSSAPI is this one, and no other; in a scope of any other
 * token there is none. It works as long as @token, or one made from it, is
 * there. Restricted tokens and those of AppContainers have none to show.
 * Thread-safe, also inside a scope. Cost: krb5.conf is read.
 *
 * Return: 0; GUISE_E_BAD_LEVEL (below delegation, a primary token);
 * GUISE_E_NO_TOKEN (it carries none, or they have ended); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_gss_credential(const struct guise_token *token, gss_cred_id_t *ret);

#ifdef __cplusplus
}
#endif
#endif
