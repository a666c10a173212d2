/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <strings.h>

#include "account.h"
#include "memory.h"
#include "out-text.h"
#include "sspi-package.h"
#include "text.h"

#define COMMON                                                                 \
	(SECPKG_FLAG_INTEGRITY | SECPKG_FLAG_PRIVACY |                         \
	 SECPKG_FLAG_TOKEN_ONLY | SECPKG_FLAG_CONNECTION |                     \
	 SECPKG_FLAG_MULTI_REQUIRED | SECPKG_FLAG_EXTENDED_ERROR |             \
	 SECPKG_FLAG_IMPERSONATION | SECPKG_FLAG_ACCEPT_WIN32_NAME |           \
	 SECPKG_FLAG_NEGOTIABLE | SECPKG_FLAG_GSS_COMPATIBLE |                 \
	 SECPKG_FLAG_LOGON | SECPKG_FLAG_MUTUAL_AUTH |                         \
	 SECPKG_FLAG_DELEGATION | SECPKG_FLAG_READONLY_WITH_CHECKSUM)

#define VERSION 1
#define TEXT_ROOM 48

/* Numbers as Windows' packages of these names have them */
static const struct sspi_package packages[] = {
	{
		.name = NEGOSSP_NAME_A,
		.comment = "Microsoft Package Negotiator",
		.capabilities = COMMON,
		.rpc_id = 9,
		.token_max = 48256,
		.mechanism = &sspi_oid_spnego,
		.takes_kerberos = true,
	},
	{
		.name = MICROSOFT_KERBEROS_NAME_A,
		.comment = "Microsoft Kerberos V1.0",
		.capabilities = COMMON,
		.rpc_id = 16,
		.token_max = 48000,
		.mechanism = &sspi_oid_krb5,
	},
};

const struct sspi_package *sspi_package_by_name(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(packages); i++) {
		if (strcasecmp(name, packages[i].name) == 0)
			return sspi_library() ? &packages[i] : NULL;
	}
	return NULL;
}

const struct sspi_package *sspi_package_kerberos(void)
{
	return &packages[1];
}

/* Both forms are laid out alike; texts are ASCII. */
static_assert(sizeof(SecPkgInfoA) == sizeof(SecPkgInfoW) &&
		      offsetof(SecPkgInfoA, Comment) ==
			      offsetof(SecPkgInfoW, Comment),
	      "one is written through the other");

/* An array of descriptions and behind it the texts, in one block */
struct description {
	WCHAR name[TEXT_ROOM];
	WCHAR comment[TEXT_ROOM];
};

static void *put_text(const char *text, bool wide, WCHAR ret[TEXT_ROOM])
{
	const size_t n = strlen(text) + 1;

	must(n <= TEXT_ROOM);
	if (!wide)
		return memcpy(ret, text, n);
	for (size_t i = 0; i < n; i++)
		ret[i] = (WCHAR)text[i];
	return ret;
}

static void describe(const struct sspi_package *package, bool wide,
		     struct description *texts, SecPkgInfoW *ret)
{
	*ret = (SecPkgInfoW){
		.fCapabilities = package->capabilities,
		.wVersion = VERSION,
		.wRPCID = package->rpc_id,
		.cbMaxToken = package->token_max,
		.Name = put_text(package->name, wide, texts->name),
		.Comment = put_text(package->comment, wide, texts->comment),
	};
}

static SecPkgInfoW *describe_all(const struct sspi_package *first, size_t n,
				 bool wide)
{
	SecPkgInfoW *list =
		memory_new(n * (sizeof(*list) + sizeof(struct description)));
	struct description *texts = (struct description *)(void *)(list + n);

	for (size_t i = 0; list && i < n; i++)
		describe(&first[i], wide, &texts[i], &list[i]);
	return list;
}

SECURITY_STATUS sspi_package_describe(const struct sspi_package *package,
				      bool wide, void **ret)
{
	*ret = describe_all(package, 1, wide);
	return *ret ? SEC_E_OK : SEC_E_INSUFFICIENT_MEMORY;
}

SECURITY_STATUS sspi_text(const char *utf8, bool wide, void **ret)
{
	GUISE_AUTO(out_text_clear) struct out_text text = {.wide = wide};
	NTSTATUS status = out_text_set(&text, utf8);

	if (status < 0)
		return sspi_status_of_nt(status);
	text.buffer = memory_new(text.bytes.size + sizeof(WCHAR));
	if (!text.buffer)
		return SEC_E_INSUFFICIENT_MEMORY;
	out_text_write(&text);
	*ret = text.buffer;
	return SEC_E_OK;
}

static SECURITY_STATUS enumerate(bool wide, ULONG *count, void **ret)
{
	const size_t n = sspi_library() ? ARRAY_SIZE(packages) : 0;

	*ret = n ? describe_all(packages, n, wide) : NULL;
	if (n && !*ret)
		return SEC_E_INSUFFICIENT_MEMORY;
	*count = (ULONG)n;
	return SEC_E_OK;
}

SECURITY_STATUS EnumerateSecurityPackagesA(ULONG *count, PSecPkgInfoA *ret)
{
	void *list = NULL;
	SECURITY_STATUS status = enumerate(false, count, &list);

	if (status == SEC_E_OK)
		*ret = list;
	return status;
}

SECURITY_STATUS EnumerateSecurityPackagesW(ULONG *count, PSecPkgInfoW *ret)
{
	void *list = NULL;
	SECURITY_STATUS status = enumerate(true, count, &list);

	if (status == SEC_E_OK)
		*ret = list;
	return status;
}

static SECURITY_STATUS query(const void *name, bool wide, void **ret)
{
	GUISE_AUTO(text_freep) char *text = NULL;
	const struct sspi_package *package;
	NTSTATUS status = text_of_caller(name, wide, &text);

	if (status < 0)
		return sspi_status_of_nt(status);
	package = sspi_package_by_name(text);
	return package ? sspi_package_describe(package, wide, ret)
		       : SEC_E_SECPKG_NOT_FOUND;
}

SECURITY_STATUS QuerySecurityPackageInfoA(SEC_CHAR *name, PSecPkgInfoA *ret)
{
	void *found = NULL;
	SECURITY_STATUS status = query(name, false, &found);

	if (status == SEC_E_OK)
		*ret = found;
	return status;
}

SECURITY_STATUS QuerySecurityPackageInfoW(SEC_WCHAR *name, PSecPkgInfoW *ret)
{
	void *found = NULL;
	SECURITY_STATUS status = query(name, true, &found);

	if (status == SEC_E_OK)
		*ret = found;
	return status;
}

SECURITY_STATUS FreeContextBuffer(PVOID buffer)
{
	memory_free(buffer);
	return SEC_E_OK;
}
