/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of sections have in common; after windows.h. */
#ifndef TESTS_WIN32_SECTIONS_H
#define TESTS_WIN32_SECTIONS_H

#include <stdio.h>
#include <unistd.h>

#define SIZE 70000

/* A name nobody else has */
__attribute__((__unused__)) static const char *own_name(const char *what)
{
	static char name[64];

	(void)snprintf(name, sizeof(name), "test-sections-%s-%d", what,
		       (int)getpid());
	return name;
}

__attribute__((__unused__)) static HANDLE memory(DWORD protection,
						 const char *name)
{
	return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protection, 0,
				  SIZE, name);
}

#endif
