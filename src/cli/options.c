/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a command, moved out of argv in one pass. */
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "cli.h"
#include "options.h"

static const struct cli_option *find(const struct cli_option *options,
				     size_t n_options, const char *name,
				     size_t size)
{
	for (size_t i = 0; i < n_options; i++) {
		if (strlen(options[i].name) == size &&
		    memcmp(options[i].name, name, size) == 0)
			return &options[i];
	}
	return NULL;
}

/* @argument: "--name" or "--name=value"; @next: what follows it or NULL.
 * *ret_used: how many arguments it took. */
static int take(const struct cli_option *options, size_t n_options,
		const char *argument, const char *next, int *ret_used)
{
	const char *name = argument + 2, *equals = strchr(name, '=');
	size_t size = equals ? (size_t)(equals - name) : strlen(name);
	const struct cli_option *option = find(options, n_options, name, size);

	if (!option)
		return cli_error(CLI_USAGE, argument, "no such option",
				 "see --help of the command");
	if (!option->value && equals)
		return cli_error(CLI_USAGE, argument, "takes no value",
				 "leave out what follows the '='");
	if (option->value && !equals && !next)
		return cli_error(CLI_USAGE, argument, "needs a value",
				 "see --help of the command");
	if (option->value)
		*option->value = equals ? equals + 1 : next;
	if (option->flag)
		*option->flag = true;
	*ret_used = option->value && !equals ? 2 : 1;
	return 0;
}

int cli_options(int *argc, char **argv, const struct cli_option *options,
		size_t n_options)
{
	int n = 1, i = 1, used, r;

	while (i < *argc && strcmp(argv[i], "--") != 0) {
		if (strncmp(argv[i], "--", 2) != 0) {
			argv[n++] = argv[i++];
			continue;
		}
		r = take(options, n_options, argv[i],
			 i + 1 < *argc ? argv[i + 1] : NULL, &used);
		if (r != 0)
			return r;
		i += used;
	}
	if (i < *argc)
		i++; /* the "--" itself */
	while (i < *argc)
		argv[n++] = argv[i++];
	argv[n] = NULL;
	*argc = n;
	return 0;
}

void cli_name_domain(struct guise_error_info *error, const char *by)
{
	static const char alias[] = "unknown alias, or one that needs a domain";

	if (strcmp(error->text, alias) == 0)
		(void)snprintf(error->text, sizeof(error->text), "%s: give %s",
			       alias, by);
}

int cli_domain_sid(const char *text, struct guise_sid *ret,
		   const struct guise_sid **ret_domain)
{
	*ret_domain = NULL;
	if (!text)
		return 0;
	if (guise_sid_parse(text, strlen(text), NULL, ret) < 0)
		return cli_error(CLI_USAGE, text, "not a SID",
				 "give it as S-1-5-21-A-B-C");
	if (ret->authority != 5 || ret->sub[0] != 21 || ret->n_subs != 4)
		return cli_error(CLI_USAGE, text,
				 "not the SID of a domain, which has three "
				 "numbers after S-1-5-21",
				 "give it as S-1-5-21-A-B-C");
	*ret_domain = ret;
	return 0;
}
