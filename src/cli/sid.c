/* SPDX-License-Identifier: Apache-2.0 */
/* guise sid: a SID in any form in, all its forms out. */
#include <stdio.h>

#include <guise/sid.h>

#include "batch.h"
#include "buf.h"
#include "cli.h"
#include "options.h"
#include "text.h"

const char cmd_sid_help[] =
	"usage: guise sid [--domain-sid SID]\n"
	"\n"
	"Reads a SID a line, as S-1-..., as a two-letter SDDL alias or as hex\n"
	"bytes, and prints its text, its bytes in hex and its well-known name\n"
	"(or what kind it is, such as Logon Session, or -), separated by "
	"tabs.\n"
	"A bad line prints \"error NAME text\". Exit code 0: every line was\n"
	"answered, whatever the answers.\n"
	"\n"
	"  --domain-sid SID  what DA, DU, LA, ... are relative to\n"
	"\n"
	"example: echo BA | guise sid\n";

static int show(void *context, const char *line, size_t size,
		struct guise_buf *out, struct guise_error_info *reterr)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	char text[GUISE_SID_TEXT_SIZE];
	struct guise_sid sid;
	const char *name;
	int r;

	/* a SID is short enough without a place */
	r = guise_sid_parse(line, size, context, &sid);
	if (r < 0 && size == 2 && !context) {
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "unknown alias, or one that needs "
			       "--domain-sid");
		reterr->offset = BATCH_NO_PLACE;
	}
	if (r < 0)
		return r;
	r = guise_sid_encode(&sid, &bytes);
	if (r < 0)
		return r;
	r = buf_append(out, text, guise_sid_format(&sid, text));
	if (r == 0)
		r = buf_append(out, "\t", 1);
	if (r == 0)
		r = text_hex(bytes.data, bytes.size, out);
	if (r < 0)
		return r;
	name = guise_sid_name(&sid);
	if (!name)
		name = guise_sid_family(&sid);
	return buf_printf(out, "\t%s", name ? name : "-");
}

int cmd_sid(int argc, char **argv)
{
	const char *domain_text = NULL;
	const struct cli_option known[] = {
		{.name = "domain-sid", .value = &domain_text},
	};
	const struct guise_sid *given;
	struct guise_sid domain;
	struct batch batch = {.answer = show};
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r == 0)
		r = cli_domain_sid(domain_text, &domain, &given);
	if (r != 0)
		return r;
	if (argc != 1)
		return cli_error(CLI_USAGE, "sid", "takes no arguments",
				 "give the SIDs on standard input");
	if (given)
		batch.context = &domain;
	return batch_run(&batch);
}
