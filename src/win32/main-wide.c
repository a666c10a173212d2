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

/* For as long as the program runs; NULL if it is no text */
static wchar_t *widen(const char *text)
{
	size_t room = strlen(text) + 1;
	wchar_t *wide = calloc(room, sizeof(*wide));

	if (!wide || mbstowcs(wide, text, room) == SIZE_MAX)
		return NULL;
	return wide;
}

/* NULL-terminated; @ret_n: how many are text */
static wchar_t **widen_all(char **texts, size_t *ret_n)
{
	wchar_t **all;
	size_t n = 0;

	while (texts[n])
		n++;
	all = calloc(n + 1, sizeof(wchar_t *));
	if (!all)
		return NULL;
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		all[*ret_n] = widen(texts[i]);
		*ret_n += all[*ret_n] != NULL;
	}
	return all;
}

int main(int argc, char **argv)
{
	wchar_t **arguments, **variables;
	size_t n_arguments = 0, n_variables;

	arguments = widen_all(argv, &n_arguments);
	variables = widen_all(environ, &n_variables);
	if (!arguments || !variables || n_arguments != (size_t)argc) {
		(void)fputs("an argument is no UTF-8\n", stderr);
		return EXIT_FAILURE;
	}
	return wmain(argc, arguments, variables);
}
