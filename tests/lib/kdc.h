/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A throw-away KDC for tests in C (kdc.sh does the work, and says what the
 * words of a principal mean), and both ends of a GSSAPI exchange in the
 * process, by MIT's library itself. Whatever fails prints why and aborts.
 */
#ifndef TESTS_KDC_H
#define TESTS_KDC_H

#include <stdbool.h>
#include <sys/types.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

struct kdc {
	char directory[64]; /* below /tmp; kdc.log, krb5.conf, ... */
	char realm[64];
	pid_t pid;
	bool is_used; /* KRB5_CONFIG is this one's */
};

/* Starts one, with KRB5_CONFIG and the like of this process set for it. It
 * ends with the thread that calls this, at the latest. Exits 77 with a reason
 * where there is no KDC: call it first. @realm NULL: GUISE.TEST */
void kdc_start(struct kdc *kdc, const char *realm);
/* Only the daemon, to see what happens without it; and again. */
void kdc_pause(struct kdc *kdc);
void kdc_continue(struct kdc *kdc);
/* Ends it and removes the directory. */
void kdc_stop(struct kdc *kdc);
/* Environment: this process speaks to that KDC. */
void kdc_use(struct kdc *kdc);
/* Clients of each realm can go to the other. */
void kdc_trust(struct kdc *a, struct kdc *b);

/* @password NULL: a random key. Then words up to NULL: "sid=S-1-5-21-...",
 * "+ok_as_delegate", ... */
void kdc_principal(struct kdc *kdc, const char *name, const char *password, ...)
	__attribute__((sentinel));
void kdc_attribute(struct kdc *kdc, const char *name, const char *attribute,
		   const char *value);
/* One command of kadmin.local, words up to NULL */
void kdc_admin(struct kdc *kdc, ...) __attribute__((sentinel));

/* Appends the keys of a principal to the file NAME in the directory. Its path
 * is static, up to the eighth call from now. */
const char *kdc_keytab(struct kdc *kdc, const char *file, const char *name);
/* A ticket-granting ticket in a cache of its own, whose name is returned, as
 * KRB5CCNAME wants it; static, as above. Options of kinit up to NULL. */
const char *kdc_kinit(struct kdc *kdc, const char *name, const char *password,
		      ...) __attribute__((sentinel));

/* The initiator's side: @cache as kdc_kinit() gave it, @target
 * "HTTP@localhost", @flags GSS_C_..., SPNEGO or plain Kerberos. The first (and
 * with Kerberos, without mutual authentication, only) message; the caller's,
 * for gss_release_buffer(). @ret_context may be NULL. */
void kdc_initiate(const char *cache, const char *target, OM_uint32 flags,
		  bool spnego, gss_ctx_id_t *ret_context,
		  gss_buffer_desc *ret_token);
/* The same, but gives the status: nothing is fatal. */
OM_uint32 kdc_try_initiate(const char *cache, const char *target,
			   OM_uint32 flags, bool spnego,
			   gss_ctx_id_t *ret_context,
			   gss_buffer_desc *ret_token);

/* The acceptor's side: a context that is established, and what was delegated
 * with it unless NULL. @usage: GSS_C_ACCEPT, or GSS_C_BOTH for constrained
 * delegation. */
gss_ctx_id_t kdc_accept(const char *keytab, gss_cred_usage_t usage,
			const gss_buffer_desc *token,
			gss_cred_id_t *ret_delegated);
/* Both sides: CACHE's client towards the service of the keytab. */
gss_ctx_id_t kdc_context(const char *cache, const char *target, OM_uint32 flags,
			 const char *keytab, gss_cred_id_t *ret_delegated);
/* A service's own credential, usage GSS_C_BOTH, from its keytab */
gss_cred_id_t kdc_service(const char *keytab, const char *principal);

#endif
