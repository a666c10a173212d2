/* SPDX-License-Identifier: Apache-2.0 */
/* guise sddl encode|decode: SDDL to bytes and back, a line at a time. */
#include <stdio.h>
#include <string.h>

#include <guise/sddl.h>

#include "batch.h"
#include "buf.h"
#include "cli.h"
#include "options.h"
#include "text.h"

const char cmd_sddl_help[] =
	"usage: guise sddl encode [--domain-sid SID]\n"
	"       guise sddl decode [--domain-sid SID]\n"
	"\n"
	"Both read standard input. encode takes SDDL, one descriptor a line, "
	"and\n"
	"prints each as a self-relative security descriptor in lower-case "
	"hex.\n"
	"decode takes hex and prints SDDL as Windows writes it. A bad line "
	"prints\n"
	"\"error NAME text\". Exit code 0: every line was answered, whatever "
	"the\n"
	"answers.\n"
	"\n"
	"  --domain-sid SID  what DA, DU, LA, ... are relative to\n"
	"\n"
	"example: echo 'O:BAG:BAD:(A;;FA;;;WD)' | guise sddl encode\n";

static int encode(void *context, const char *line, size_t size,
		  struct guise_buf *out, struct guise_error_info *reterr)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r;

	r = guise_sddl_parse(line, size, context, &sd, reterr);
	if (r < 0) {
		cli_name_domain(reterr, "--domain-sid");
		return r;
	}
	r = guise_sd_encode(sd, &bytes);
	if (r < 0)
		return r;
	return text_hex(bytes.data, bytes.size, out);
}

/* SDDL quotes strings, but escapes nothing in them: what holds a newline would
 * be two answers to one line. */
static int format_line(const struct guise_sd *sd,
		       const struct guise_sddl_options *options,
		       struct guise_buf *out, struct guise_error_info *reterr)
{
	const size_t start = out->size;
	int r = guise_sddl_format(sd, options, out);

	for (size_t i = start; r == 0 && i < out->size; i++) {
		if (out->data[i] >= ' ' && out->data[i] != 0x7f)
			continue;
		out->size = start;
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "a string in it has control characters");
		reterr->offset = BATCH_NO_PLACE;
		r = GUISE_E_INVALID_SD;
	}
	return r;
}

static int decode(void *context, const char *line, size_t size,
		  struct guise_buf *out, struct guise_error_info *reterr)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r;

	r = text_unhex(line, size, &bytes);
	if (r == -EINVAL)
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "not pairs of hex digits");
	if (r < 0)
		return r;
	r = guise_sd_decode(bytes.data ? bytes.data : (const void *)"",
			    bytes.size, &sd);
	if (r == GUISE_E_INVALID_SD) { /* here it may lack owner and group */
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "the security descriptor is too short or "
			       "malformed");
		reterr->offset = BATCH_NO_PLACE;
	}
	if (r < 0)
		return r;
	return format_line(sd, context, out, reterr);
}

static bool is_direction(const char *word)
{
	return strcmp(word, "encode") == 0 || strcmp(word, "decode") == 0;
}

static int refuse_arguments(int argc, char **argv)
{
	if (argc > 2 && is_direction(argv[1]))
		return cli_error(CLI_USAGE, "sddl",
				 "takes no lines as arguments",
				 "give them on standard input");
	return cli_error(CLI_USAGE, "sddl", "neither encode nor decode",
			 "say which one");
}

int cmd_sddl(int argc, char **argv)
{
	const char *domain_text = NULL;
	const struct cli_option known[] = {
		{.name = "domain-sid", .value = &domain_text},
	};
	struct guise_sddl_options options = {.size = sizeof(options)};
	struct batch batch = {.context = &options};
	struct guise_sid domain;
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r == 0)
		r = cli_domain_sid(domain_text, &domain, &options.domain);
	if (r != 0)
		return r;
	if (argc == 2 && strcmp(argv[1], "encode") == 0)
		batch.answer = encode;
	else if (argc == 2 && strcmp(argv[1], "decode") == 0)
		batch.answer = decode;
	else
		return refuse_arguments(argc, argv);
	return batch_run(&batch);
}
