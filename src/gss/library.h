/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MIT's libgssapi_krb5 and libkrb5, loaded when first needed: servers without
 * Kerberos run without them, and pay nothing.
 */
#ifndef GSS_LIBRARY_H
#define GSS_LIBRARY_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <profile.h>

#include "base.h"

/* Each member has the type and the name of the function. More are added here
 * only. */
#define GSS_FUNCTIONS(X)                                                       \
	X(gss_accept_sec_context)                                              \
	X(gss_acquire_cred_from)                                               \
	X(gss_acquire_cred_impersonate_name)                                   \
	X(gss_canonicalize_name)                                               \
	X(gss_delete_sec_context)                                              \
	X(gss_display_name)                                                    \
	X(gss_display_status)                                                  \
	X(gss_get_name_attribute)                                              \
	X(gss_import_name)                                                     \
	X(gss_init_sec_context)                                                \
	X(gss_inquire_context)                                                 \
	X(gss_inquire_cred)                                                    \
	X(gss_inquire_cred_by_oid)                                             \
	X(gss_inquire_name)                                                    \
	X(gss_krb5_ccache_name)                                                \
	X(gss_release_buffer)                                                  \
	X(gss_release_buffer_set)                                              \
	X(gss_release_cred)                                                    \
	X(gss_release_name)                                                    \
	X(gss_set_neg_mechs)                                                   \
	X(gss_store_cred_into)

#define KRB5_FUNCTIONS(X)                                                      \
	X(krb5_cc_close)                                                       \
	X(krb5_cc_destroy)                                                     \
	X(krb5_cc_end_seq_get)                                                 \
	X(krb5_cc_get_config)                                                  \
	X(krb5_cc_get_principal)                                               \
	X(krb5_cc_next_cred)                                                   \
	X(krb5_cc_resolve)                                                     \
	X(krb5_cc_start_seq_get)                                               \
	X(krb5_free_context)                                                   \
	X(krb5_free_cred_contents)                                             \
	X(krb5_free_data_contents)                                             \
	X(krb5_free_keytab_entry_contents)                                     \
	X(krb5_free_principal)                                                 \
	X(krb5_get_profile)                                                    \
	X(krb5_init_context)                                                   \
	X(krb5_init_secure_context)                                            \
	X(krb5_kt_close)                                                       \
	X(krb5_kt_default_name)                                                \
	X(krb5_kt_end_seq_get)                                                 \
	X(krb5_kt_next_entry)                                                  \
	X(krb5_kt_resolve)                                                     \
	X(krb5_kt_start_seq_get)                                               \
	X(krb5_parse_name)                                                     \
	X(krb5_principal_compare)                                              \
	X(profile_get_integer)                                                 \
	X(profile_release)

#define MEMBER(name) __typeof__(&(name)) name;
struct gss_library {
	GSS_FUNCTIONS(MEMBER)
	KRB5_FUNCTIONS(MEMBER)
};
#undef MEMBER

/* Loads it. 0; -ENOSYS: it is not there, or lacks a function. Thread-safe; the
 * library stays for the life of the process. */
GUISE_MUST_USE int gss_library_load(const struct gss_library **ret);
/* The same, but only if somebody in this process has loaded it already: NULL
 * otherwise. Not async-signal-safe. */
const struct gss_library *gss_library_if_present(void);
/* The same as far as either of the two has found it yet. Async-signal-safe. */
const struct gss_library *gss_library_found(void);
#define GSS_LIBRARY_STEM "libgssapi_krb5"
#define GSS_LIBRARY_NAME GSS_LIBRARY_STEM ".so.2"

/* The library's own constants are variables of it, which nobody who does not
 * link it can name. */
enum gss_oid_name {
	GSS_OID_KRB5, /* mechanisms */
	GSS_OID_SPNEGO,
	GSS_OID_HOSTBASED_SERVICE, /* kinds of names: "HTTP@host.example" */
	GSS_OID_KRB5_PRINCIPAL,	   /* "HTTP/host.example@REALM" */
	GSS_OID_ENTERPRISE,	   /* "alice@ad.example" */
	GSS_OID_CRED_IMPERSONATOR, /* whose credential a constrained one is */
};
gss_OID gss_oid(enum gss_oid_name name);
bool gss_oid_is(gss_const_OID oid, enum gss_oid_name name);

/* By how many seconds clocks may differ (krb5.conf's clockskew), as it was when
 * this was first asked. Thread-safe. */
unsigned gss_clock_skew(const struct gss_library *gss);

/* What the library says of a failure, for the log: one line, printable. */
void gss_status_text(const struct gss_library *gss, OM_uint32 major,
		     OM_uint32 minor, char ret[GUISE_WHY_SIZE]);

#endif
