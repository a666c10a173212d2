/* SPDX-License-Identifier: Apache-2.0 */
/* Long options: --name VALUE, --name=VALUE and bare --name. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <guise/sid.h>

/*
 * struct cli_option - one option a command knows
 * @name: without the hyphens
 * @value: where the value goes (borrowed from argv), or NULL: it takes none
 * @flag: set to true when the option is there; may be NULL
 */
struct cli_option {
	const char *name;
	const char **value;
	bool *flag;
};

/*
 * Takes the options out of @argv: what remains is argv[0] and the positional
 * arguments, in order; *argc is their number. "--" ends the options and is
 * taken out, too. An option given twice: the last one counts.
 * 0, or CLI_USAGE when it has said what is wrong.
 */
int cli_options(int *argc, char **argv, const struct cli_option *options,
		size_t n_options);

/* To what the SDDL parser says of an alias it may lack the domain for, adds @by
 * what the domain can be given. */
void cli_name_domain(struct guise_error_info *error, const char *by);

/* --domain-sid: @text NULL leaves @ret alone and sets *ret_domain to NULL,
 * otherwise it points at @ret. 0 or CLI_USAGE */
int cli_domain_sid(const char *text, struct guise_sid *ret,
		   const struct guise_sid **ret_domain);

#endif
