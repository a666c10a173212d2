/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database module for MIT's KDC, for tests: the stock db2 module, and in
 * addition a PAC as Active Directory makes it and rules for delegation, from
 * string attributes of the principals (kadmin's setstr):
 *
 *   guise:sid              user SID; without it the PAC has no LOGON_INFO
 *   guise:groups           a RID for GroupIds, a SID for ExtraSids, ...
 *   guise:resource_groups  domain SID, then RIDs
 *   guise:account          name in LOGON_INFO; else the principal's first part
 *   guise:domain           NetBIOS name; else "GUISE"
 *   guise:upn              with it there is UPN_DNS_INFO: UPN, DNS domain
 *   guise:claims           NAME=T:VALUE|VALUE ..., T: I U S B
 *   guise:device           device SID; then guise:device_groups (as groups)
 *   guise:device_claims    as guise:claims
 *   guise:buffer:N         hex: what buffer N holds in place of ours
 *   guise:delegate_to      services that this one may go on to (S4U2Proxy)
 *   guise:delegate_from    services that may go on to this one (RBCD)
 *
 * Protocol transition that may go on needs kadmin's +ok_to_auth_as_delegate.
 */
#include <ctype.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kdb.h>

#include "kdb_pac.h"

__attribute__((visibility("default"))) kdb_vftabl kdb_function_table;

/* The value of an attribute as a string of ours, or NULL. */
static char *attribute(krb5_context context, krb5_db_entry *entry,
		       const char *name)
{
	char key[64], *value = NULL, *ours;

	snprintf(key, sizeof(key), "guise:%s", name);
	if (!entry || krb5_dbe_get_string(context, entry, key, &value) ||
	    !value)
		return NULL;
	ours = strdup(value);
	krb5_dbe_free_string(context, value);
	return ours;
}

static krb5_error_code add(krb5_context context, krb5_pac pac, unsigned type,
			   const struct bytes *bytes)
{
	krb5_data data = {.magic = KV5M_DATA,
			  .data = (char *)(uintptr_t)bytes->data,
			  .length = (unsigned)bytes->size};

	return krb5_pac_add_buffer(context, pac, type, &data);
}

/* guise:buffer:N: true if there is one. */
static bool add_raw(krb5_context context, krb5_db_entry *client, krb5_pac pac,
		    unsigned type)
{
	struct bytes bytes = {0};
	char name[32], *hex;

	snprintf(name, sizeof(name), "buffer:%u", type);
	hex = attribute(context, client, name);
	if (!hex)
		return false;
	put_hex(&bytes, hex);
	free(hex);
	if (bytes.size)
		(void)add(context, pac, type, &bytes);
	free(bytes.data);
	return true;
}

/* S4U2Self: the service says who it is, not the authentication authority. */
static void service_asserts(char *groups)
{
	char *at = groups ? strstr(groups, "S-1-18-1") : NULL;

	if (at)
		at[strlen("S-1-18-1") - 1] = '2';
}

static void add_logon_info(krb5_context context, krb5_db_entry *client,
			   krb5_pac pac, bool transition)
{
	char *sid = attribute(context, client, "sid");
	char *groups = attribute(context, client, "groups");
	char *resource = attribute(context, client, "resource_groups");
	char *account = attribute(context, client, "account");
	char *domain = attribute(context, client, "domain");
	char *first = strndup(client->princ->data[0].data,
			      client->princ->data[0].length);
	struct bytes bytes = {0};

	if (transition)
		service_asserts(groups);
	if (sid && make_logon_info(&bytes, sid, groups, resource,
				   account ? account : first,
				   domain ? domain : "GUISE"))
		(void)add(context, pac, KRB5_PAC_LOGON_INFO, &bytes);
	free(bytes.data);
	free(first);
	free(domain);
	free(account);
	free(resource);
	free(groups);
	free(sid);
}

static void add_upn(krb5_context context, krb5_db_entry *client, krb5_pac pac)
{
	char *upn = attribute(context, client, "upn");
	struct bytes bytes = {0};
	char domain[256];

	if (upn) {
		snprintf(domain, sizeof(domain), "%.*s",
			 (int)client->princ->realm.length,
			 client->princ->realm.data);
		make_upn_info(&bytes, upn, domain);
		(void)add(context, pac, KRB5_PAC_UPN_DNS_INFO, &bytes);
	}
	free(bytes.data);
	free(upn);
}

static void add_claims(krb5_context context, krb5_db_entry *client,
		       krb5_pac pac, const char *name, unsigned type)
{
	char *text = attribute(context, client, name);
	struct bytes bytes = {0};

	if (text && make_claims(&bytes, text))
		(void)add(context, pac, type, &bytes);
	free(bytes.data);
	free(text);
}

static void add_device(krb5_context context, krb5_db_entry *client,
		       krb5_pac pac)
{
	char *sid = attribute(context, client, "device");
	char *groups = attribute(context, client, "device_groups");
	struct bytes bytes = {0};

	if (sid && make_device_info(&bytes, sid, groups))
		(void)add(context, pac, KRB5_PAC_DEVICE_INFO, &bytes);
	free(bytes.data);
	free(groups);
	free(sid);
}

/* What Active Directory would say of the client. */
static void fill(krb5_context context, krb5_db_entry *client, krb5_pac pac,
		 bool transition)
{
	if (!add_raw(context, client, pac, KRB5_PAC_LOGON_INFO))
		add_logon_info(context, client, pac, transition);
	if (!add_raw(context, client, pac, KRB5_PAC_UPN_DNS_INFO))
		add_upn(context, client, pac);
	if (!add_raw(context, client, pac, KRB5_PAC_CLIENT_CLAIMS))
		add_claims(context, client, pac, "claims",
			   KRB5_PAC_CLIENT_CLAIMS);
	if (!add_raw(context, client, pac, KRB5_PAC_DEVICE_INFO))
		add_device(context, client, pac);
	if (!add_raw(context, client, pac, KRB5_PAC_DEVICE_CLAIMS))
		add_claims(context, client, pac, "device_claims",
			   KRB5_PAC_DEVICE_CLAIMS);
}

/* Those the KDC makes itself (kdb.h). */
static bool is_the_kdcs(krb5_ui_4 type)
{
	return type == KRB5_PAC_SERVER_CHECKSUM ||
	       type == KRB5_PAC_PRIVSVR_CHECKSUM ||
	       type == KRB5_PAC_TICKET_CHECKSUM ||
	       type == KRB5_PAC_CLIENT_INFO ||
	       type == KRB5_PAC_DELEGATION_INFO || type == 19;
}

static krb5_error_code copy(krb5_context context, krb5_pac from, krb5_pac to)
{
	krb5_ui_4 *types = NULL;
	krb5_error_code r;
	size_t n = 0;

	r = krb5_pac_get_types(context, from, &n, &types);
	for (size_t i = 0; !r && i < n; i++) {
		krb5_data data = {0};

		if (is_the_kdcs(types[i]))
			continue;
		r = krb5_pac_get_buffer(context, from, types[i], &data);
		if (!r)
			r = krb5_pac_add_buffer(context, to, types[i], &data);
		krb5_free_data_contents(context, &data);
	}
	free(types);
	return r;
}

static krb5_error_code issue_pac(krb5_context context, unsigned flags,
				 krb5_db_entry *client,
				 krb5_keyblock *replaced_reply_key,
				 krb5_db_entry *server, krb5_db_entry *krbtgt,
				 krb5_timestamp authtime, krb5_pac old_pac,
				 krb5_pac new_pac, krb5_data ***auth_indicators)
{
	const bool transition =
		client && flags & KRB5_KDB_FLAG_PROTOCOL_TRANSITION;

	(void)replaced_reply_key;
	(void)server;
	(void)krbtgt;
	(void)authtime;
	(void)auth_indicators;
	if (old_pac && !transition)
		return copy(context, old_pac, new_pac);
	if (client)
		fill(context, client, new_pac, transition);
	return 0;
}

/* The attribute lists the principal, with or without its realm; no principal:
 * it lists any. */
static krb5_error_code listed(krb5_context context, krb5_db_entry *entry,
			      const char *name, krb5_const_principal principal)
{
	char *list = attribute(context, entry, name), *save = NULL;
	char *whole = NULL, *bare = NULL;
	bool found = list && !principal;

	if (list && principal &&
	    !krb5_unparse_name(context, principal, &whole) &&
	    !krb5_unparse_name_flags(context, principal,
				     KRB5_PRINCIPAL_UNPARSE_NO_REALM, &bare)) {
		for (char *s = strtok_r(list, " ", &save); s;
		     s = strtok_r(NULL, " ", &save))
			found = found || !strcmp(s, whole) || !strcmp(s, bare);
	}
	krb5_free_unparsed_name(context, whole);
	krb5_free_unparsed_name(context, bare);
	free(list);
	return found ? 0 : KRB5KDC_ERR_BADOPTION;
}

static krb5_error_code check_allowed_to_delegate(krb5_context context,
						 krb5_const_principal client,
						 const krb5_db_entry *server,
						 krb5_const_principal proxy)
{
	(void)client;
	return listed(context, (krb5_db_entry *)(uintptr_t)server,
		      "delegate_to", proxy);
}

static krb5_error_code allowed_to_delegate_from(krb5_context context,
						krb5_const_principal client,
						krb5_const_principal server,
						krb5_pac server_pac,
						const krb5_db_entry *proxy)
{
	(void)client;
	(void)server_pac;
	return listed(context, (krb5_db_entry *)(uintptr_t)proxy,
		      "delegate_from", server);
}

/* The stock module is beside the library that loads it. */
__attribute__((constructor)) static void wrap_db2(void)
{
	char path[PATH_MAX + 32], *slash;
	const kdb_vftabl *stock;
	Dl_info info;
	void *db2;

	if (!dladdr((void *)(uintptr_t)krb5_dbe_get_string, &info))
		return;
	snprintf(path, PATH_MAX, "%s", info.dli_fname);
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, "krb5/plugins/kdb/db2.so");
	db2 = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	stock = db2 ? dlsym(db2, "kdb_function_table") : NULL;
	if (!stock || stock->maj_ver != KRB5_KDB_DAL_MAJOR_VERSION) {
		fprintf(stderr, "kdb_guise: no usable db2 module at %s\n",
			path);
		return;
	}
	kdb_function_table = *stock;
	kdb_function_table.issue_pac = issue_pac;
	kdb_function_table.check_allowed_to_delegate =
		check_allowed_to_delegate;
	kdb_function_table.allowed_to_delegate_from = allowed_to_delegate_from;
}
