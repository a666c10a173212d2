/* SPDX-License-Identifier: Apache-2.0 */
/* The KDC of the tests does what tests rely on. */
#include "cmocka-wrap.h"

#include <stdio.h>
#include <string.h>

#include "kdc.h"

static struct kdc kdc;
static const char *http, *backend, *alice;

/* Attribute @name of the client of @context; "" if there is none */
static gss_buffer_desc attribute_of(gss_ctx_id_t context, const char *name,
				    int *ret_authenticated)
{
	gss_buffer_desc key = {strlen(name), (void *)(uintptr_t)name};
	gss_buffer_desc value = {0}, shown = {0};
	OM_uint32 major, minor;
	int complete, more = -1;
	gss_name_t client;

	major = gss_inquire_context(&minor, context, &client, NULL, NULL, NULL,
				    NULL, NULL, NULL);
	assert_int_equal(major, 0);
	*ret_authenticated = 0;
	(void)gss_get_name_attribute(&minor, client, &key, ret_authenticated,
				     &complete, &value, &shown, &more);
	gss_release_name(&minor, &client);
	gss_release_buffer(&minor, &shown);
	return value;
}

static void client_is(gss_ctx_id_t context, const char *want)
{
	gss_buffer_desc text = {0};
	OM_uint32 major, minor;
	gss_name_t client;

	major = gss_inquire_context(&minor, context, &client, NULL, NULL, NULL,
				    NULL, NULL, NULL);
	assert_int_equal(major, 0);
	assert_int_equal(gss_display_name(&minor, client, &text, NULL), 0);
	assert_int_equal(text.length, strlen(want));
	assert_memory_equal(text.value, want, text.length);
	gss_release_buffer(&minor, &text);
	gss_release_name(&minor, &client);
}

static void has_buffers(gss_ctx_id_t context)
{
	static const char *const names[] = {
		"urn:mspac:logon-info", "urn:mspac:upn-dns-info",
		"urn:mspac:13", "urn:mspac:14", "urn:mspac:15"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		OM_uint32 minor;
		int authenticated;
		gss_buffer_desc value =
			attribute_of(context, names[i], &authenticated);

		if (!authenticated || value.length < 16)
			fail_msg("%s: %zu bytes", names[i], value.length);
		gss_release_buffer(&minor, &value);
	}
}

static void a_client_has_a_pac_that_is_authenticated(void **state)
{
	gss_ctx_id_t context;
	OM_uint32 minor;

	(void)state;
	context = kdc_context(alice, "HTTP@localhost", GSS_C_MUTUAL_FLAG, http,
			      NULL);
	client_is(context, "alice@GUISE.TEST");
	has_buffers(context);
	gss_delete_sec_context(&minor, &context, NULL);
}

static void a_client_of_another_realm_gets_in_over_the_trust(void **state)
{
	struct kdc other;
	gss_ctx_id_t context;
	const char *cache;
	OM_uint32 minor;

	(void)state;
	kdc_start(&other, "OTHER.TEST");
	kdc_principal(&other, "eve", "evepw", "sid=S-1-5-21-9-9-9-1000", NULL);
	kdc_trust(&kdc, &other);
	kdc_use(&other);
	cache = kdc_kinit(&other, "eve", "evepw", NULL);
	kdc_use(&kdc);
	context = kdc_context(cache, "HTTP@localhost", 0, http, NULL);
	client_is(context, "eve@OTHER.TEST");
	gss_delete_sec_context(&minor, &context, NULL);
	other.is_used = false;
	kdc_stop(&other);
}

static gss_ctx_id_t go_on(gss_cred_id_t cred, const char *target)
{
	gss_buffer_desc text = {strlen(target), (void *)(uintptr_t)target};
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc token = {0};
	OM_uint32 major, minor;
	gss_name_t name;

	assert_int_equal(gss_import_name(&minor, &text,
					 GSS_C_NT_HOSTBASED_SERVICE, &name),
			 0);
	major = gss_init_sec_context(&minor, cred, &context, name,
				     (gss_OID)(uintptr_t)gss_mech_krb5, 0, 0,
				     NULL, NULL, NULL, &token, NULL, NULL);
	gss_release_name(&minor, &name);
	gss_delete_sec_context(&minor, &context, NULL);
	if (!GSS_ERROR(major))
		context = kdc_accept(backend, GSS_C_ACCEPT, &token, NULL);
	gss_release_buffer(&minor, &token);
	return context;
}

static void constrained_delegation_goes_where_it_is_allowed(void **state)
{
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_buffer_desc token;
	gss_ctx_id_t context;
	OM_uint32 minor;

	(void)state;
	kdc_initiate(alice, "HTTP@localhost", 0, false, NULL, &token);
	context = kdc_accept(http, GSS_C_BOTH, &token, &delegated);
	gss_release_buffer(&minor, &token);
	gss_delete_sec_context(&minor, &context, NULL);
	assert_ptr_not_equal(delegated, GSS_C_NO_CREDENTIAL);

	assert_null(go_on(delegated, "host@localhost"));
	kdc_attribute(&kdc, "HTTP/localhost", "delegate_to", "host/localhost");
	context = go_on(delegated, "host@localhost");
	assert_non_null(context);
	client_is(context, "alice@GUISE.TEST");
	gss_delete_sec_context(&minor, &context, NULL);
	gss_release_cred(&minor, &delegated);
}

static void a_kdc_that_is_down_gives_no_tickets(void **state)
{
	gss_buffer_desc token;

	(void)state;
	kdc_pause(&kdc);
	assert_true(GSS_ERROR(kdc_try_initiate(alice, "smtp@localhost", 0,
					       false, NULL, &token)));
	kdc_continue(&kdc);
	assert_false(GSS_ERROR(kdc_try_initiate(alice, "smtp@localhost", 0,
						false, NULL, &token)));
	gss_release_buffer(&(OM_uint32){0}, &token);
}

static int set_up(void **state)
{
	(void)state;
	kdc_start(&kdc, NULL);
	kdc_principal(&kdc, "alice", "alicepw", "sid=S-1-5-21-1-2-3-1103",
		      "groups=513 1110 S-1-18-1 S-1-5-21-9-9-9-2001",
		      "resource_groups=S-1-5-21-1-2-3 1201", "upn=alice@x.test",
		      "claims=dept=S:Eng|Sales level=I:5",
		      "device=S-1-5-21-1-2-3-1500", "device_groups=515",
		      "device_claims=managed=B:1", NULL);
	kdc_principal(&kdc, "HTTP/localhost", NULL, NULL);
	kdc_principal(&kdc, "host/localhost", NULL, NULL);
	kdc_principal(&kdc, "smtp/localhost", NULL, NULL);
	http = kdc_keytab(&kdc, "http.keytab", "HTTP/localhost");
	backend = kdc_keytab(&kdc, "backend.keytab", "host/localhost");
	alice = kdc_kinit(&kdc, "alice", "alicepw", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kdc_stop(&kdc);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_has_a_pac_that_is_authenticated),
		cmocka_unit_test(
			a_client_of_another_realm_gets_in_over_the_trust),
		cmocka_unit_test(
			constrained_delegation_goes_where_it_is_allowed),
		cmocka_unit_test(a_kdc_that_is_down_gives_no_tickets),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
