/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the calling thread's user in the forms that directories have. */
#ifndef __SECEXT_H__
#define __SECEXT_H__

#include "sspi.h"

GUISE_WIN32_BEGIN

typedef enum {
	NameUnknown = 0,
	NameFullyQualifiedDN = 1,
	NameSamCompatible = 2,
	NameDisplay = 3,
	NameUniqueId = 6,
	NameCanonical = 7,
	NameUserPrincipal = 8,
	NameCanonicalEx = 9,
	NameServicePrincipal = 10,
	NameDnsDomain = 12,
	NameGivenName = 13,
	NameSurname = 14
} EXTENDED_NAME_FORMAT,
	*PEXTENDED_NAME_FORMAT;

BOOLEAN GetUserNameExA(EXTENDED_NAME_FORMAT format, LPSTR buffer, PULONG size);
BOOLEAN GetUserNameExW(EXTENDED_NAME_FORMAT format, LPWSTR buffer, PULONG size);
#define GetUserNameEx GUISE_WIN32_AW(GetUserNameEx)

GUISE_WIN32_END

#endif
