/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's half of a GSSAPI exchange, over standard input and output in
 * base64, a message a line, as a browser has it within its HTTP:
 *
 *	gss_client TARGET [--krb5] [--legs] [--bindings HEX]
 *
 * "established" when the server has proven itself, "failed REASON" else.
 * --krb5 without SPNEGO around it; --legs asks for the exchange of three
 * messages (DCE style); --bindings HEX: hash of the server's certificate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_krb5.h>
#include <nettle/base64.h>

#define PREFIX "tls-server-end-point:"
#define MESSAGE_MAX 65536

static char spnego_id[] = "\x2b\x06\x01\x05\x05\x02";
static gss_OID_desc spnego = {6, spnego_id};

static unsigned char bindings_data[200];
static struct gss_channel_bindings_struct bindings;

static void set_bindings(const char *hex)
{
	size_t n = strlen(PREFIX);

	memcpy(bindings_data, PREFIX, n);
	for (; hex[0] && hex[1] && n < sizeof(bindings_data); hex += 2) {
		const char digits[] = {hex[0], hex[1], '\0'};

		bindings_data[n++] = (unsigned char)strtoul(digits, NULL, 16);
	}
	bindings.application_data.length = n;
	bindings.application_data.value = bindings_data;
}

static gss_name_t name_of(const char *target)
{
	gss_buffer_desc text = {strlen(target), (void *)(size_t)target};
	OM_uint32 minor;
	gss_name_t name;

	if (gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &name))
		exit(2);
	return name;
}

static void say(const gss_buffer_desc *message)
{
	static char text[BASE64_ENCODE_RAW_LENGTH(MESSAGE_MAX) + 1];

	if (message->length > MESSAGE_MAX)
		exit(2);
	base64_encode_raw(text, message->length, message->value);
	text[BASE64_ENCODE_RAW_LENGTH(message->length)] = '\0';
	(void)puts(text);
	(void)fflush(stdout);
}

static int hear(gss_buffer_desc *ret)
{
	static char line[BASE64_ENCODE_RAW_LENGTH(MESSAGE_MAX) + 2];
	static unsigned char data[BASE64_DECODE_LENGTH(sizeof(line))];
	struct base64_decode_ctx decoder;
	size_t size = sizeof(data);

	if (!fgets(line, sizeof(line), stdin))
		return 0;
	line[strcspn(line, "\n")] = '\0';
	base64_decode_init(&decoder);
	if (!base64_decode_update(&decoder, &size, data, strlen(line), line) ||
	    !base64_decode_final(&decoder))
		return 0;
	*ret = (gss_buffer_desc){size, data};
	return size > 0;
}

static int failed(OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text;
	OM_uint32 ignored, more = 0;

	(void)gss_display_status(&ignored, minor ? minor : major,
				 minor ? GSS_C_MECH_CODE : GSS_C_GSS_CODE,
				 GSS_C_NO_OID, &more, &text);
	(void)printf("failed %.*s\n", (int)text.length, (char *)text.value);
	(void)gss_release_buffer(&ignored, &text);
	return 1;
}

static int run(int argc, char **argv, gss_name_t name, gss_ctx_id_t *context)
{
	OM_uint32 flags = GSS_C_MUTUAL_FLAG, major, minor, got;
	gss_buffer_desc in = {0}, out;
	gss_OID mechanism = &spnego;

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--krb5") == 0)
			mechanism = gss_mech_krb5;
		else if (strcmp(argv[i], "--legs") == 0)
			flags |= GSS_C_DCE_STYLE;
		else if (strcmp(argv[i], "--bindings") == 0 && i + 1 < argc)
			set_bindings(argv[++i]);
	}
	do {
		major = gss_init_sec_context(
			&minor, GSS_C_NO_CREDENTIAL, context, name, mechanism,
			flags, 0,
			bindings_data[0] ? &bindings
					 : GSS_C_NO_CHANNEL_BINDINGS,
			&in, NULL, &out, &got, NULL);
		if (GSS_ERROR(major))
			return failed(major, minor);
		if (out.length)
			say(&out);
		(void)gss_release_buffer(&minor, &out);
		if (major == GSS_S_COMPLETE)
			break;
	} while (hear(&in));
	if (major != GSS_S_COMPLETE || !(got & GSS_C_MUTUAL_FLAG))
		return failed(major, 0);
	(void)puts("established");
	return 0;
}

int main(int argc, char **argv)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	OM_uint32 minor;
	gss_name_t name;
	int r;

	if (argc < 2)
		return 2;
	name = name_of(argv[1]);
	r = run(argc, argv, name, &context);
	(void)gss_release_name(&minor, &name);
	(void)gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
	return r;
}
