/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <pthread.h>

#include "clean-run.h"
#include "sspi-library.h"

#define LIBRARY "libgssapi_krb5.so.2"

#define OID(name, bytes)                                                       \
	const gss_OID_desc name = {sizeof(bytes) - 1,                          \
				   (void *)(uintptr_t)(bytes)}

/* 1.2.840.113554.1.2.2, 1.3.6.1.5.5.2 (RFC 4121, 4178) */
OID(sspi_oid_krb5, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
OID(sspi_oid_spnego, "\x2b\x06\x01\x05\x05\x02");
/* 1.2.840.113554.1.2.1.4 (RFC 2743), 1.2.840.113554.1.2.2.1 (RFC 1964) */
OID(sspi_oid_host_based, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04");
OID(sspi_oid_principal, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01");
/* 1.2.840.113554.1.2.2.5.5: GSS_C_INQ_SSPI_SESSION_KEY */
OID(sspi_oid_session_key, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05");
/* 1.2.752.43.13.29: GSS_KRB5_CRED_NO_CI_FLAGS_X */
OID(sspi_oid_flags_as_asked, "\x2a\x85\x70\x2b\x0d\x1d");

static struct sspi_library library;
static bool loaded;

static bool find(void *handle, const char *name, void *ret)
{
	void *address = dlsym(handle, name);

	memcpy(ret, &address, sizeof(address));
	return address != NULL;
}

static NTSTATUS load(void *argument)
{
	void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	(void)argument;
	loaded = handle != NULL;
#define FIND(name) loaded = loaded && find(handle, #name, &library.name);
	SSPI_FUNCTIONS(FIND)
#undef FIND
	return STATUS_SUCCESS;
}

static void load_once(void)
{
	/* the client's rights have no say in what the process is made of */
	(void)clean_run(load, NULL);
}

const struct sspi_library *sspi_library(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must(pthread_once(&once, load_once) == 0);
	return loaded ? &library : NULL;
}
