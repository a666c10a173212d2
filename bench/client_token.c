/* SPDX-License-Identifier: Apache-2.0 */
/* The client as tokens know it. */
#include <stdio.h>
#include <stdlib.h>

#include "client_switch.h"

static void exit_if(int r)
{
	if (r >= 0)
		return;
	fprintf(stderr, "client's token: %s\n", guise_strerror(r));
	exit(3);
}

const struct guise_token *client_token(size_t n_groups)
{
	const struct guise_sid user = guise_sid_of_uid(CLIENT);
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	exit_if(guise_token_builder_new(&b));
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_unix(b, CLIENT, CLIENT, client_groups(), n_groups);
	exit_if(guise_token_builder_seal(b, &token));
	(void)guise_token_builder_free(b);
	return token;
}

struct guise_token_object *client_object(size_t n_groups)
{
	const struct guise_token *token = client_token(n_groups);
	struct guise_token_object *object = NULL;

	exit_if(guise_token_object_new(token, NULL, NULL, &object));
	(void)guise_token_unref(token);
	return object;
}
