/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine is called: in capitals and short, as accounts name it, or as
 * the network knows it. */
#include <unistd.h>

#include "account.h"
#include "out-text.h"
#include "status.h"

static void host_name(char ret[GUISE_USER_NAME_MAX + 1])
{
	memset(ret, 0, GUISE_USER_NAME_MAX + 1);
	if (gethostname(ret, GUISE_USER_NAME_MAX) < 0 || !*ret)
		memcpy(ret, "localhost", sizeof("localhost"));
}

/* What of the host's name @format is; false: there is no such format. */
static bool name_of_format(COMPUTER_NAME_FORMAT format,
			   char ret[GUISE_USER_NAME_MAX + 1])
{
	char host[GUISE_USER_NAME_MAX + 1];
	size_t label;

	if ((unsigned)format >= ComputerNameMax)
		return false;
	host_name(host);
	label = strcspn(host, ".");
	switch (format) {
	case ComputerNameNetBIOS:
	case ComputerNamePhysicalNetBIOS:
		account_domain_name(ret);
		break;
	case ComputerNameDnsHostname:
	case ComputerNamePhysicalDnsHostname:
		host[label] = '\0';
		memcpy(ret, host, sizeof(host));
		break;
	case ComputerNameDnsDomain:
	case ComputerNamePhysicalDnsDomain:
		label += host[label] == '.';
		memcpy(ret, host + label, strlen(host + label) + 1);
		break;
	case ComputerNameDnsFullyQualified:
	case ComputerNamePhysicalDnsFullyQualified:
	case ComputerNameMax:
		memcpy(ret, host, sizeof(host));
		break;
	}
	return true;
}

static BOOL give(COMPUTER_NAME_FORMAT format, struct out_text *out,
		 LPDWORD size, DWORD too_small)
{
	char name[GUISE_USER_NAME_MAX + 1];
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	DWORD n;

	if (size && name_of_format(format, name))
		status = out_text_set(out, name);
	if (status >= 0) {
		n = out_text_length(out);
		if (n >= *size || !out->buffer) {
			*size = n + 1;
			status = status_of_win32(too_small);
		} else {
			out_text_write(out);
			*size = n;
		}
	}
	out_text_clear(out);
	return win32_result(status);
}

BOOL GetComputerNameW(LPWSTR buffer, LPDWORD size)
{
	struct out_text out = {.buffer = buffer, .wide = true};

	return give(ComputerNameNetBIOS, &out, size, ERROR_BUFFER_OVERFLOW);
}

BOOL GetComputerNameA(LPSTR buffer, LPDWORD size)
{
	struct out_text out = {.buffer = buffer};

	return give(ComputerNameNetBIOS, &out, size, ERROR_BUFFER_OVERFLOW);
}

BOOL GetComputerNameExW(COMPUTER_NAME_FORMAT format, LPWSTR buffer,
			LPDWORD size)
{
	struct out_text out = {.buffer = buffer, .wide = true};

	return give(format, &out, size, ERROR_MORE_DATA);
}

BOOL GetComputerNameExA(COMPUTER_NAME_FORMAT format, LPSTR buffer, LPDWORD size)
{
	struct out_text out = {.buffer = buffer};

	return give(format, &out, size, ERROR_MORE_DATA);
}
