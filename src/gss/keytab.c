/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "keytab.h"

#define FILE_PREFIX "FILE:"

/* One reading of a keytab: @is_sought is asked of each key's principal until it
 * says yes. */
struct reading {
	const struct gss_library *gss;
	krb5_context context;
	krb5_keytab keytab;
	bool (*is_sought)(const struct reading *reading,
			  krb5_const_principal principal);
	void *argument;
};

static int from_krb5(krb5_error_code code)
{
	if (code == 0)
		return 0;
	return code == ENOMEM ? -ENOMEM : -EIO;
}

static int read_entries(const struct reading *reading, bool *ret)
{
	const struct gss_library *gss = reading->gss;
	krb5_keytab_entry entry;
	krb5_kt_cursor cursor;
	krb5_error_code code;
	bool found = false;

	code = gss->krb5_kt_start_seq_get(reading->context, reading->keytab,
					  &cursor);
	if (code)
		return from_krb5(code);
	while (!found) {
		code = gss->krb5_kt_next_entry(
			reading->context, reading->keytab, &entry, &cursor);
		if (code)
			break;
		found = reading->is_sought(reading, entry.principal);
		(void)gss->krb5_free_keytab_entry_contents(reading->context,
							   &entry);
	}
	(void)gss->krb5_kt_end_seq_get(reading->context, reading->keytab,
				       &cursor);
	if (code && code != KRB5_KT_END)
		return from_krb5(code);
	*ret = found;
	return 0;
}

static void reading_end(struct reading *reading)
{
	if (reading->keytab)
		(void)reading->gss->krb5_kt_close(reading->context,
						  reading->keytab);
	if (reading->context)
		reading->gss->krb5_free_context(reading->context);
}

/* Until reading_end(), also on failure. @name NULL: the one that Kerberos is
 * configured with. */
static int reading_begin(struct reading *reading, const char *name)
{
	const struct gss_library *gss = reading->gss;
	char usual[GSS_KEYTAB_NAME_MAX];
	int r = from_krb5(gss->krb5_init_context(&reading->context));

	if (r == 0 && !name) {
		r = from_krb5(gss->krb5_kt_default_name(reading->context, usual,
							sizeof(usual)));
		name = usual;
	}
	if (r < 0)
		return r;
	return from_krb5(
		gss->krb5_kt_resolve(reading->context, name, &reading->keytab));
}

static bool is_text(const krb5_data *data, const char *wanted)
{
	return data->length == strlen(wanted) &&
	       memcmp(data->data, wanted, data->length) == 0;
}

struct first {
	char realm[GUISE_PRINCIPAL_MAX + 1];
	bool is_known;
};

/* A realm that is longer than any may be is another one, too. */
static bool is_another(const struct reading *reading,
		       krb5_const_principal principal)
{
	const krb5_data *realm = &principal->realm;
	struct first *first = reading->argument;

	if (first->is_known)
		return !is_text(realm, first->realm);
	if (realm->length > GUISE_PRINCIPAL_MAX)
		return true;
	first->is_known = true;
	if (realm->length)
		memcpy(first->realm, realm->data, realm->length);
	first->realm[realm->length] = '\0';
	return false;
}

int gss_keytab_init(const struct gss_library *gss, const char *path,
		    struct gss_keytab *ret)
{
	krb5_context context;
	int n, r;

	*ret = (struct gss_keytab){0};
	if (path) {
		n = snprintf(ret->name, sizeof(ret->name), FILE_PREFIX "%s",
			     path);
		return n > 0 && (size_t)n < sizeof(ret->name) ? 0 : -EIO;
	}
	r = from_krb5(gss->krb5_init_context(&context));
	if (r < 0)
		return r;
	r = from_krb5(gss->krb5_kt_default_name(context, ret->name,
						sizeof(ret->name)));
	gss->krb5_free_context(context);
	return r;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* One that is no file is read each time. */
int gss_keytab_look(const struct gss_library *gss, struct gss_keytab *keytab)
{
	struct first first = {.is_known = false};
	struct reading reading = {
		.gss = gss, .is_sought = is_another, .argument = &first};
	const char *path = keytab->name + strlen(FILE_PREFIX);
	struct stat now = {0};
	bool is_file =
		strncmp(keytab->name, FILE_PREFIX, strlen(FILE_PREFIX)) == 0;
	int r;

	if (is_file && stat(path, &now) < 0)
		return -EIO;
	if (is_file && is_same(&now, &keytab->seen))
		return 0;
	r = reading_begin(&reading, keytab->name);
	if (r == 0)
		r = read_entries(&reading, &keytab->has_several);
	if (r == 0)
		keytab->seen = now;
	reading_end(&reading);
	return r;
}

struct sought {
	krb5_principal service;
	const char *realm;
	struct gss_keytab_keys found;
};

static bool has_both(const struct reading *reading,
		     krb5_const_principal principal)
{
	struct sought *sought = reading->argument;
	struct gss_keytab_keys *found = &sought->found;

	if (reading->gss->krb5_principal_compare(reading->context, principal,
						 sought->service))
		found->of_service = true;
	if (is_text(&principal->realm, sought->realm))
		found->of_realm = true;
	return found->of_service && found->of_realm;
}

int gss_keytab_find(const struct gss_library *gss, const char *name,
		    const char *service, const char *realm,
		    struct gss_keytab_keys *ret)
{
	struct sought sought = {.realm = realm};
	struct reading reading = {
		.gss = gss, .is_sought = has_both, .argument = &sought};
	bool found_both;
	int r = reading_begin(&reading, name);

	if (r == 0)
		r = from_krb5(gss->krb5_parse_name(reading.context, service,
						   &sought.service));
	if (r == 0) {
		r = read_entries(&reading, &found_both);
		gss->krb5_free_principal(reading.context, sought.service);
	}
	reading_end(&reading);
	if (r == 0)
		*ret = sought.found;
	return r;
}

/* SERVICE/host.name */
static bool is_of_service(const struct reading *reading,
			  krb5_const_principal principal)
{
	return principal->length == 2 &&
	       is_text(&principal->data[0], reading->argument);
}

int gss_keytab_has_service(const struct gss_library *gss,
			   const struct gss_keytab *keytab, const char *service,
			   bool *ret)
{
	struct reading reading = {.gss = gss,
				  .is_sought = is_of_service,
				  .argument = (void *)(uintptr_t)service};
	int r = reading_begin(&reading, keytab->name);

	if (r == 0)
		r = read_entries(&reading, ret);
	reading_end(&reading);
	return r;
}
