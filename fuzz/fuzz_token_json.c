/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON that guise check, guise inherit and the options with a token take,
 * as a line of untrusted text: the same line is a token, a question to check
 * and a question to inherit. A token is written as JSON that is the same token.
 */
#include <jansson.h>

#include "fuzz.h"

#include "batch.h"
#include "check-input.h"
#include "cli.h"
#include "sd-json.h"
#include "token-json.h"

#include "base.h"
#include "buf.h"

/* cmd_inherit() hands over its callbacks here instead of reading standard
 * input: this is how the question's reader is reached. */
static struct batch inherit;

int batch_run(const struct batch *batch)
{
	inherit = *batch;
	return CLI_YES;
}

int cli_error(int exit_code, const char *what, const char *why,
	      const char *todo)
{
	(void)what;
	(void)why;
	(void)todo;
	return exit_code;
}

static void must_read_back(const struct guise_token *token)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *again = NULL;
	struct guise_error_info error = {0};
	json_t *one = token_to_json(token), *two;

	must(one);
	must(token_from_json(one, NULL, &again, &error) == 0);
	two = token_to_json(again);
	must(two && json_equal(one, two));
	json_decref(one);
	json_decref(two);
}

static void must_be_text(const struct guise_error_info *error)
{
	must(memchr(error->text, '\0', sizeof(error->text)));
}

static void try_token(const char *text, size_t size)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_error_info error = {0};
	json_t *json = json_loadb(
		text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	int r;

	if (!json)
		return;
	r = token_from_json(json, NULL, &token, &error);
	json_decref(json);
	must_be_text(&error);
	must((r == 0) == (token != NULL));
	if (token)
		must_read_back(token);
}

static void try_check(const char *text, size_t size)
{
	GUISE_AUTO(check_input_clear) struct check_input input = {0};
	struct guise_error_info error = {0};
	const struct check_defaults none = {0};
	int r = check_input_parse(&input, &none, text, size, &error);

	must_be_text(&error);
	if (r < 0)
		return;
	must(input.token && input.sd);
	must(!input.domain || input.domain == &input.domain_sid);
	must(!input.result_list || input.options.n_object_types > 0);
}

static void try_inherit(const char *text, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	struct guise_error_info error = {0};
	char name[] = "inherit", *argv[] = {name, NULL};
	int r;

	if (!inherit.answer)
		must(cmd_inherit(1, argv) == CLI_YES);
	r = inherit.answer(inherit.context, text, size, &out, &error);
	must_be_text(&error);
	if (r < 0) {
		guise_buf_clear(&out);
		r = inherit.refuse(inherit.context, r, &error, &out);
		must(r == 0);
	}
	/* either way the answer is one line */
	must(out.size > 0 && !memchr(out.data, '\n', out.size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";

	try_token(text, size);
	try_check(text, size);
	try_inherit(text, size);
	return 0;
}
