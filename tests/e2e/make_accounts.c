/* SPDX-License-Identifier: Apache-2.0 */
/* make_accounts FILE NAME:UID...: users with the password "NAME-pw". */
#include <stdio.h>
#include <time.h>

#include <guise/logon.h>

#include "text.h"

static int add(struct guise_accounts *accounts, const char *argument)
{
	const char *colon = strchr(argument, ':');
	struct guise_account_options options = {.size = sizeof(options),
						.primary_gid = GUISE_UID_NONE};
	char name[64], password[80];
	uint64_t uid;
	int r;

	if (!colon ||
	    !text_to_u64(colon + 1, strlen(colon + 1), UINT32_MAX, &uid))
		return -EINVAL;
	options.unix_id = (uint32_t)uid;
	(void)snprintf(name, sizeof(name), "%.*s", (int)(colon - argument),
		       argument);
	(void)snprintf(password, sizeof(password), "%s-pw", name);
	r = guise_accounts_add_user(accounts, name, &options);
	return r < 0 ? r
		     : guise_accounts_set_password(accounts, name, password,
						   strlen(password));
}

int main(int argc, char **argv)
{
	struct guise_accounts *accounts;
	int r = -EINVAL;

	if (argc > 1)
		r = guise_accounts_open(argv[1], GUISE_ACCOUNTS_CREATE,
					&accounts);
	for (int i = 2; r == 0 && i < argc; i++)
		r = add(accounts, argv[i]);
	if (r < 0) {
		(void)fprintf(stderr, "make_accounts: %s\n", guise_strerror(r));
		return 1;
	}
	(void)guise_accounts_close(accounts);
	return 0;
}
