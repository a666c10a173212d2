/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs, lists and descriptors as texts; after windows.h. What a test is written
 * with is there or the program ends.
 */
#ifndef TESTS_WIN32_DESCRIPTOR_H
#define TESTS_WIN32_DESCRIPTOR_H

#include <sddl.h>
#include <string.h>

#include "check.h"

/* For LocalFree(); NULL is NULL */
__attribute__((__unused__)) static PSID sid_of(const char *text)
{
	PSID sid = NULL;

	if (text && !ConvertStringSidToSidA(text, &sid)) {
		printf("no SID: %s\n", text);
		exit(1);
	}
	return sid;
}

/* Self-relative, for LocalFree(); NULL is NULL */
__attribute__((__unused__)) static PSECURITY_DESCRIPTOR sd_of(const char *text)
{
	PSECURITY_DESCRIPTOR sd = NULL;

	if (text && !ConvertStringSecurityDescriptorToSecurityDescriptorA(
			    text, SDDL_REVISION_1, &sd, NULL)) {
		printf("no descriptor: %s\n", text);
		exit(1);
	}
	return sd;
}

__attribute__((__unused__)) static int sd_parts_are(PSECURITY_DESCRIPTOR sd,
						    SECURITY_INFORMATION parts,
						    const char *wanted)
{
	char *text = NULL;
	int same;

	if (!ConvertSecurityDescriptorToStringSecurityDescriptorA(
		    sd, SDDL_REVISION_1, parts, &text, NULL)) {
		printf("\tnot to be printed: %u\n", GetLastError());
		return 0;
	}
	same = strcmp(text, wanted) == 0;
	if (!same)
		printf("\t%s is not %s\n", text, wanted);
	LocalFree(text);
	return same;
}

__attribute__((__unused__)) static int sd_is(PSECURITY_DESCRIPTOR sd,
					     const char *wanted)
{
	return sd_parts_are(
		sd,
		OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
			DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION,
		wanted);
}

/* A list as SDDL says it, "D:..." or "S:..." */
__attribute__((__unused__)) static int acl_is(PACL acl, const char *wanted)
{
	SECURITY_DESCRIPTOR sd;

	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	if (wanted[0] == 'D') {
		SetSecurityDescriptorDacl(&sd, TRUE, acl, FALSE);
		return sd_parts_are(&sd, DACL_SECURITY_INFORMATION, wanted);
	}
	SetSecurityDescriptorSacl(&sd, TRUE, acl, FALSE);
	return sd_parts_are(&sd,
			    SACL_SECURITY_INFORMATION |
				    LABEL_SECURITY_INFORMATION |
				    ATTRIBUTE_SECURITY_INFORMATION |
				    SCOPE_SECURITY_INFORMATION,
			    wanted);
}

#endif
