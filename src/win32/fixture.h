/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixtures: a process runs as if it had another token, the one in the JSON file
 * that GUISE_WIN32_TOKEN names (the form of `guise check`). For tests: to see
 * what a program does when an elevated administrator runs it, or a guest.
 *
 * To the kernel the process stays who it is. Nobody gains by that: only a
 * process without any capability, that nothing was added to by being executed,
 * listens to the variable.
 */
#ifndef WIN32_FIXTURE_H
#define WIN32_FIXTURE_H

#include <guise/token.h>

#include "facade.h"

/* The file that the fixture is in; NULL: none, or it is not listened to. */
const char *fixture_path(void);

/* May this process be given a fixture? (fixture-guard.c) */
bool fixture_is_allowed(void);

/**
 * fixture_read() - the token in a file, with the Unix identity of @kernel
 * @path: borrowed
 * @kernel: borrowed: guise_token_self()
 * @ret: returns a reference: a primary token
 * @reterr: what is wrong where
 *
 * Return: 0; what reading the file and token_from_json() say.
 */
int fixture_read(const char *path, const struct guise_token *kernel,
		 const struct guise_token **ret,
		 struct guise_error_info *reterr);

#endif
