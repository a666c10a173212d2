/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show_pac SERVICE KEYTAB: asks the KDC for a ticket to SERVICE ("HTTP@host")
 * with the credentials of the default cache, accepts it with KEYTAB, and
 * prints who that is and each authenticated buffer of the PAC, in hex:
 *
 *	client	alice@AD.TEST
 *	logon-info	01100800cccccccc...
 *
 * Nothing of guise is in it: what the DC says, as MIT's library hands it over.
 */
#include <stdio.h>
#include <string.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#define PREFIX "urn:mspac:"

static int failed(const char *what, OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;

	if (!GSS_ERROR(major))
		return 0;
	(void)gss_display_status(&ignored, minor ? minor : major,
				 minor ? GSS_C_MECH_CODE : GSS_C_GSS_CODE,
				 GSS_C_NO_OID, &more, &text);
	fprintf(stderr, "show_pac: %s: %.*s\n", what, (int)text.length,
		(const char *)text.value);
	(void)gss_release_buffer(&ignored, &text);
	return 1;
}

static int ticket_for(const char *service, gss_buffer_desc *ret)
{
	gss_buffer_desc text = {strlen(service), (void *)(size_t)service};
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major, minor, ignored;

	major = gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE,
				&name);
	if (failed(service, major, minor))
		return 1;
	major = gss_init_sec_context(
		&minor, GSS_C_NO_CREDENTIAL, &context, name, GSS_C_NO_OID, 0, 0,
		GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, ret, NULL, NULL);
	(void)gss_release_name(&ignored, &name);
	(void)gss_delete_sec_context(&ignored, &context, NULL);
	return failed("no ticket", major, minor);
}

static int accept_with(const char *keytab, gss_buffer_desc *ticket,
		       gss_name_t *ret)
{
	gss_key_value_element_desc element = {"keytab", keytab};
	gss_key_value_set_desc store = {1, &element};
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_cred_id_t acceptor = GSS_C_NO_CREDENTIAL;
	gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, ignored;

	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, 0,
				      GSS_C_NO_OID_SET, GSS_C_ACCEPT, &store,
				      &acceptor, NULL, NULL);
	if (failed(keytab, major, minor))
		return 1;
	major = gss_accept_sec_context(&minor, &context, acceptor, ticket,
				       GSS_C_NO_CHANNEL_BINDINGS, ret, NULL,
				       &reply, NULL, NULL, NULL);
	(void)gss_release_buffer(&ignored, &reply);
	(void)gss_delete_sec_context(&ignored, &context, NULL);
	(void)gss_release_cred(&ignored, &acceptor);
	return failed("not accepted", major, minor);
}

static void show_attribute(gss_name_t name, gss_buffer_t attribute)
{
	gss_buffer_desc value = GSS_C_EMPTY_BUFFER, text = GSS_C_EMPTY_BUFFER;
	size_t prefix = strlen(PREFIX);
	int authenticated = 0, complete, more = -1;
	OM_uint32 minor;

	if (attribute->length <= prefix ||
	    memcmp(attribute->value, PREFIX, prefix) != 0)
		return;
	(void)gss_get_name_attribute(&minor, name, attribute, &authenticated,
				     &complete, &value, &text, &more);
	if (authenticated) {
		printf("%.*s\t", (int)(attribute->length - prefix),
		       (const char *)attribute->value + prefix);
		for (size_t i = 0; i < value.length; i++)
			printf("%02x", ((const unsigned char *)value.value)[i]);
		printf("\n");
	}
	(void)gss_release_buffer(&minor, &value);
	(void)gss_release_buffer(&minor, &text);
}

static int show(gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	gss_buffer_set_t attributes = GSS_C_NO_BUFFER_SET;
	OM_uint32 major, minor;

	major = gss_display_name(&minor, name, &text, NULL);
	if (failed("who is it", major, minor))
		return 1;
	printf("client\t%.*s\n", (int)text.length, (const char *)text.value);
	(void)gss_release_buffer(&minor, &text);
	major = gss_inquire_name(&minor, name, NULL, NULL, &attributes);
	if (failed("attributes", major, minor))
		return 1;
	for (size_t i = 0; attributes && i < attributes->count; i++)
		show_attribute(name, &attributes->elements[i]);
	(void)gss_release_buffer_set(&minor, &attributes);
	return 0;
}

int main(int argc, char **argv)
{
	gss_buffer_desc ticket = GSS_C_EMPTY_BUFFER;
	gss_name_t client = GSS_C_NO_NAME;
	OM_uint32 minor;
	int r = 1;

	if (argc != 3) {
		fprintf(stderr, "usage: show_pac SERVICE KEYTAB\n");
		return 2;
	}
	if (ticket_for(argv[1], &ticket) == 0 &&
	    accept_with(argv[2], &ticket, &client) == 0)
		r = show(client);
	(void)gss_release_buffer(&minor, &ticket);
	(void)gss_release_name(&minor, &client);
	return r;
}
