/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <time.h>

#include "account.h"
#include "sspi-name.h"

#define PER_SECOND INT64_C(10000000)
/* From 1601 to 1970, in seconds */
#define EPOCH INT64_C(11644473600)

static SECURITY_STATUS import(const char *text, size_t size,
			      const gss_OID_desc *type, gss_name_t *ret)
{
	gss_buffer_desc name = {size, (void *)(uintptr_t)text};
	OM_uint32 major, minor;

	if (size == 0 || size > GUISE_PRINCIPAL_MAX)
		return SEC_E_TARGET_UNKNOWN;
	major = sspi_library()->gss_import_name(&minor, &name, sspi_oid(type),
						ret);
	return GSS_ERROR(major) ? SEC_E_TARGET_UNKNOWN : SEC_E_OK;
}

SECURITY_STATUS sspi_name_client(const char *text, gss_name_t *ret)
{
	return import(text, strlen(text), &sspi_oid_principal, ret);
}

/* One slash, and no realm: then the library finds the realm by the host. */
static bool is_host_based(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash && slash != text && slash[1] && !strchr(slash + 1, '/') &&
	       !strchr(text, '@');
}

SECURITY_STATUS sspi_name_target(const char *text, gss_name_t *ret)
{
	GUISE_AUTO(text_freep) char *copy = NULL;

	if (strchr(text, '\\'))
		return SEC_E_TARGET_UNKNOWN;
	if (!is_host_based(text))
		return sspi_name_client(text, ret);
	copy = strdup(text);
	if (!copy)
		return SEC_E_INSUFFICIENT_MEMORY;
	*strchr(copy, '/') = '@';
	return import(copy, strlen(copy), &sspi_oid_host_based, ret);
}

void sspi_name_clear(gss_name_t *name)
{
	OM_uint32 minor;

	if (*name)
		(void)sspi_library()->gss_release_name(&minor, name);
}

char *sspi_name_text(gss_name_t name)
{
	const struct sspi_library *gss = sspi_library();
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	char *ret;

	if (GSS_ERROR(gss->gss_display_name(&minor, name, &text, NULL)))
		return NULL;
	ret = strndup(text.value, text.length);
	(void)gss->gss_release_buffer(&minor, &text);
	return ret;
}

SECURITY_STATUS sspi_name_display(gss_name_t name, bool wide, void **ret)
{
	GUISE_AUTO(text_freep) char *text = sspi_name_text(name);

	return text ? sspi_text(text, wide, ret) : SEC_E_INTERNAL_ERROR;
}

TimeStamp sspi_time(int64_t seconds)
{
	TimeStamp ret = {.QuadPart = INT64_MAX};
	time_t time = seconds;
	struct tm tm;
	int64_t ticks;

	if (seconds == INT64_MAX || !localtime_r(&time, &tm) ||
	    ckd_add(&ticks, seconds, EPOCH + tm.tm_gmtoff) ||
	    ckd_mul(&ticks, ticks, PER_SECOND))
		return ret;
	ret.QuadPart = ticks;
	return ret;
}

int64_t sspi_time_after(OM_uint32 seconds)
{
	struct timespec now;

	if (seconds == GSS_C_INDEFINITE)
		return INT64_MAX;
	must(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return (int64_t)now.tv_sec + seconds;
}
