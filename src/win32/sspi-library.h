/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MIT's libgssapi_krb5, and libkrb5 that comes with it, as the security
 * packages use them, loaded when a program first asks for one.
 */
#ifndef WIN32_SSPI_LIBRARY_H
#define WIN32_SSPI_LIBRARY_H

#include <pthread.h> /* before names are banned */

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <krb5.h>

#include "facade.h"

#define SSPI_FUNCTIONS(X)                                                      \
	X(gss_accept_sec_context)                                              \
	X(gss_acquire_cred_from)                                               \
	X(gss_acquire_cred_with_password)                                      \
	X(gss_delete_sec_context)                                              \
	X(gss_display_name)                                                    \
	X(gss_export_sec_context)                                              \
	X(gss_get_mic_iov)                                                     \
	X(gss_get_mic_iov_length)                                              \
	X(gss_import_name)                                                     \
	X(gss_import_sec_context)                                              \
	X(gss_init_sec_context)                                                \
	X(gss_inquire_context)                                                 \
	X(gss_inquire_cred)                                                    \
	X(gss_inquire_sec_context_by_oid)                                      \
	X(gss_release_buffer)                                                  \
	X(gss_release_buffer_set)                                              \
	X(gss_release_cred)                                                    \
	X(gss_release_name)                                                    \
	X(gss_release_oid_set)                                                 \
	X(gss_set_cred_option)                                                 \
	X(gss_set_neg_mechs)                                                   \
	X(gss_unwrap_iov)                                                      \
	X(gss_verify_mic_iov)                                                  \
	X(gss_wrap_iov)                                                        \
	X(gss_wrap_iov_length)                                                 \
	X(krb5_free_context)                                                   \
	X(krb5_init_context)                                                   \
	X(krb5_kt_default_name)

/* Each member has the type and the name of the function. */
#define MEMBER(name) __typeof__(&(name)) name;
struct sspi_library {
	SSPI_FUNCTIONS(MEMBER)
};
#undef MEMBER

/* NULL: there is no such library. It stays for the life of the process.
 * Thread-safe; while a client is impersonated, too. */
const struct sspi_library *sspi_library(void);

/* The library's variables of these names cannot be had at compile time. */
extern const gss_OID_desc sspi_oid_krb5, sspi_oid_spnego;
extern const gss_OID_desc sspi_oid_host_based, sspi_oid_principal;
extern const gss_OID_desc sspi_oid_session_key, sspi_oid_flags_as_asked;

/* What the library wants as a pointer to what it does not change */
static inline gss_OID sspi_oid(const gss_OID_desc *oid)
{
	return (gss_OID)(uintptr_t)oid;
}

static inline bool sspi_oid_equal(const gss_OID_desc *a, const gss_OID_desc *b)
{
	return a && b && a->length == b->length &&
	       memcmp(a->elements, b->elements, a->length) == 0;
}

#endif
