/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of PROPFIND: what is accepted is answered in XML that parses. */
#include <time.h>

#include <libxml/parser.h>

#include "fuzz.h"

#include "multistatus.h"
#include "propfind.h"

static bool parses(const struct guise_buf *text)
{
	xmlDoc *doc = xmlReadMemory(
		(const char *)text->data, (int)text->size, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	if (!doc)
		return false;
	xmlFreeDoc(doc);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(propfind_clear) struct propfind asked = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const struct stat stat = {.st_mode = S_IFREG};

	if (propfind_parse(data, size, &asked) < 0)
		return 0;
	must(asked.n_wanted <= PROPFIND_NAMES_MAX);
	must(multistatus_begin(&out) == 0);
	must(multistatus_properties(&out, &asked, span_of("/a"), span_of("a"),
				    &stat) == 0);
	must(multistatus_end(&out) == 0);
	must(parses(&out));
	return 0;
}
