/* SPDX-License-Identifier: Apache-2.0 */
/* New processes: what CreateProcess and CreateProcessAsUser have in common. */
#ifndef WIN32_PROCESS_CREATE_H
#define WIN32_PROCESS_CREATE_H

#include <guise/token.h>

#include "facade.h"

/**
 * struct create_arguments - as the functions take them
 * @wide: texts are WCHAR, and @startup a STARTUPINFOW
 * @primary: borrowed: who the child is to itself, where that is not who it is
 *           to the kernel; NULL: the same
 */
struct create_arguments {
	bool wide;
	const void *application;
	const void *command_line;
	LPSECURITY_ATTRIBUTES process;
	LPSECURITY_ATTRIBUTES thread;
	bool inherit_handles;
	DWORD flags;
	void *environment;
	const void *directory;
	const void *startup;
	LPPROCESS_INFORMATION information;
	const struct guise_token *primary;
};

/*
 * @token: the child's primary token; NULL: it is as this process is. Whoever
 * the calling thread impersonates does not matter. Rights and privileges are
 * the caller's to check.
 */
NTSTATUS process_create(const struct guise_token *token,
			const struct create_arguments *arguments);

#endif
