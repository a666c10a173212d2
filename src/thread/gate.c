/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: may a process run a thread under a token at a level. Pure. What is
 * not documented is decided here, for the stricter reading, and nowhere else.
 */
#include <guise/thread-token.h>

#include "base.h"

/* Windows' fixed logon session of ANONYMOUS LOGON. */
#define ANONYMOUS_SESSION 0x3e6

static uint32_t integrity_of(const struct guise_token *token)
{
	return guise_token_integrity(token)->sub[0];
}

static bool same_user(const struct guise_token *a, const struct guise_token *b)
{
	return guise_sid_equal(&guise_token_user(a)->sid,
			       &guise_token_user(b)->sid);
}

/* Both in one AppContainer, or both in none. */
static bool same_package(const struct guise_token *a,
			 const struct guise_token *b)
{
	const struct guise_sid *x = guise_token_package(a);
	const struct guise_sid *y = guise_token_package(b);

	return x && y ? guise_sid_equal(x, y) : x == y;
}

/* Every restricting SID of @inner is one of @outer, in the same order: what
 * filtering leaves. */
static bool restricts_no_less(const struct guise_token *inner,
			      const struct guise_token *outer)
{
	const struct guise_sid_and_attributes *in, *out;
	size_t n_in, n_out, i = 0;

	in = guise_token_restricted_sids(inner, &n_in);
	out = guise_token_restricted_sids(outer, &n_out);
	for (size_t o = 0; o < n_out && i < n_in; o++)
		i += guise_sid_equal(&in[i].sid, &out[o].sid);
	return i == n_in;
}

static bool is_sandboxed(const struct guise_token *token)
{
	return guise_token_package(token) || guise_token_is_restricted(token);
}

static bool same_sandbox(const struct guise_token *process,
			 const struct guise_token *token)
{
	if (guise_token_is_restricted(process) &&
	    (!guise_token_is_restricted(token) ||
	     !restricts_no_less(token, process)))
		return false;
	return same_package(process, token);
}

/* The rules in their order; the first that has an answer decides. */
static bool is_allowed(const struct guise_token *process,
		       const struct guise_token *token)
{
	guise_luid origin = guise_token_origin(token);

	if (guise_token_authentication_id(token) == ANONYMOUS_SESSION)
		return true;
	/* A sandbox is not left by way of a privilege, and so in none of the
	 * ways below. */
	if (is_sandboxed(process) && !same_sandbox(process, token))
		return false;
	if (guise_token_has_privilege(process, GUISE_SE_IMPERSONATE))
		return true;
	if (integrity_of(token) > integrity_of(process))
		return false;
	if (origin != 0 && origin == guise_token_authentication_id(process))
		return true;
	if (guise_token_is_elevated(token) && !guise_token_is_elevated(process))
		return false;
	if (!same_user(token, process))
		return false;
	return guise_token_is_restricted(token) ==
	       guise_token_is_restricted(process);
}

int guise_impersonation_gate(const struct guise_token *process,
			     const struct guise_token *token,
			     enum guise_level level,
			     enum guise_level *ret_level)
{
	if (!process || !token || !ret_level)
		return -EINVAL;
	if (level > GUISE_LEVEL_DELEGATION ||
	    (guise_token_type(token) == GUISE_TOKEN_IMPERSONATION &&
	     level > guise_token_level(token)))
		return GUISE_E_BAD_LEVEL;
	*ret_level =
		level < GUISE_LEVEL_IMPERSONATION || is_allowed(process, token)
			? level
			: GUISE_LEVEL_IDENTIFICATION;
	return 0;
}
