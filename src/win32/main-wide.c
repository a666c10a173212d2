/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start of programs that have wmain() instead of main(): a library of its
 * own (guise-wmain) that is linked in when nothing else defines main().
 * Arguments that are no UTF-8 end the program before it starts: a name must not
 * become another one. Such variables of the environment are left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <windows.h>

extern int wmain(int argc, wchar_t **argv, wchar_t **environment);
int main(int argc, char **argv);

/*
 * NULL-terminated, in one block for free(): programs may change the list.
 * @ret_n: how many are text; the others are left out
 */
static wchar_t **widen_all(char **texts, size_t *ret_n)
{
	size_t n = 0, room = 0;
	wchar_t **all, *at;

	for (; texts[n]; n++)
		room += strlen(texts[n]) + 1;
	all = calloc(1, (n + 1) * sizeof(*all) + room * sizeof(*at));
	if (!all)
		return NULL;
	at = (wchar_t *)(all + n + 1);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		size_t length = mbstowcs(at, texts[i], strlen(texts[i]) + 1);

		if (length == SIZE_MAX)
			continue;
		all[(*ret_n)++] = at;
		at += length + 1;
	}
	return all;
}

int main(int argc, char **argv)
{
	wchar_t **arguments, **variables;
	int code = EXIT_FAILURE;
	size_t n_arguments = 0, n_variables;

	arguments = widen_all(argv, &n_arguments);
	variables = widen_all(environ, &n_variables);
	if (arguments && variables && n_arguments == (size_t)argc)
		code = wmain(argc, arguments, variables);
	else
		(void)fputs("an argument is no UTF-8\n", stderr);
	free(arguments);
	free(variables);
	return code;
}
