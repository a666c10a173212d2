/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client of the benchmarks of impersonation, and the bare system calls of
 * becoming it, which all else is compared with.
 */
#ifndef BENCH_CLIENT_SWITCH_H
#define BENCH_CLIENT_SWITCH_H

#include <stddef.h>
#include <stdint.h>

#include <guise/token-object.h>

#define CLIENT 310000u
#define CLIENT_GROUPS_MAX 1000

/** client_groups() - CLIENT_GROUPS_MAX of them; as many as wanted are used */
const uint32_t *client_groups(void);

/** client_bare_switch() - root becomes the client with @n_groups and root
 * without groups again; exits if it may not */
void client_bare_switch(size_t n_groups);

/** client_token() - returns a reference; exits without memory */
const struct guise_token *client_token(size_t n_groups);

/** client_object() - the same as a token object */
struct guise_token_object *client_object(size_t n_groups);

#endif
