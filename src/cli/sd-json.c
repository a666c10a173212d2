/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the JSON that batch commands take, each strictly one thing. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <guise/sddl.h>

#include "base.h"
#include "buf.h"
#include "error-name.h"
#include "options.h"
#include "printable.h"
#include "sd-json.h"
#include "sddl-internal.h"
#include "text.h"

static int sd_from_hex(const char *text, size_t size,
		       const struct guise_sd **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r;

	r = text_unhex(text, size, &bytes);
	if (r < 0)
		return r;
	return guise_sd_decode(bytes.data, bytes.size, ret);
}

int sd_from_json(const json_t *json, const struct guise_sid *domain,
		 const struct guise_sd **ret, struct guise_error_info *reterr)
{
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = domain};
	const char *text = json_string_value(json);
	size_t size = json_string_length(json);
	int r;

	if (!text)
		return -EINVAL;
	/* SDDL that says anything has a colon; hex never has */
	if (size > 0 && !memchr(text, ':', size))
		return sd_from_hex(text, size, ret);
	r = guise_sddl_parse(text, size, &options, ret, reterr);
	if (r < 0)
		cli_name_domain(reterr, "domain_sid");
	return r;
}

int guid_from_json(const json_t *json, struct guise_guid *ret)
{
	const struct sddl_span text = {json_string_value(json),
				       json_string_length(json)};

	if (!text.at)
		return -EINVAL;
	return sddl_parse_guid(text, ret) ? 0 : GUISE_E_INVALID_GUID;
}

int json_answer(json_t *json, struct guise_buf *out)
{
	char *text = json ? json_dumps(json, 0) : NULL;
	int r = text ? buf_append_text(out, text) : -ENOMEM;

	free(text);
	json_decref(json);
	return r;
}

int json_refuse(void *context, int code, const struct guise_error_info *error,
		struct guise_buf *out)
{
	struct guise_error_info message = *error;

	(void)context;
	if (!message.text[0])
		(void)snprintf(message.text, sizeof(message.text), "%s",
			       guise_strerror(code));
	cli_printable(message.text); /* what it quotes may be cut off */
	return json_answer(json_pack("{s:s, s:I, s:s}", "error",
				     error_name(code), "code",
				     (json_int_t)guise_error_win32(code),
				     "message", message.text),
			   out);
}
