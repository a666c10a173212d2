/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose keys a keytab has. Whoever knows one can make a ticket with it for a
 * client of any realm: with keys of several realms it matters which one it was.
 */
#ifndef GSS_KEYTAB_H
#define GSS_KEYTAB_H

#include <sys/stat.h>

#include "library.h"

#define GSS_KEYTAB_NAME_MAX 1024

/**
 * struct gss_keytab - what was found in one when it was last looked at
 * @name: as Kerberos has it, "FILE:/etc/krb5.keytab"
 * @seen: the file then; all zero before the first look
 * @has_several: it has keys of more than one realm
 */
struct gss_keytab {
	char name[GSS_KEYTAB_NAME_MAX];
	struct stat seen;
	bool has_several;
};

/* @path NULL: the one that Kerberos is configured with. 0; -EIO */
GUISE_MUST_USE int gss_keytab_init(const struct gss_library *gss,
				   const char *path, struct gss_keytab *ret);
/* Brings @has_several up to date; cheap where the file is as before. 0; -EIO
 * (it cannot be read); -ENOMEM. */
GUISE_MUST_USE int gss_keytab_look(const struct gss_library *gss,
				   struct gss_keytab *keytab);
/* Whose keys a keytab has: of this very principal, of whomever in a realm */
struct gss_keytab_keys {
	bool of_service, of_realm;
};

/* @name: as Kerberos has it; NULL: the one that it is configured with. 0; -EIO;
 * -ENOMEM. */
GUISE_MUST_USE int gss_keytab_find(const struct gss_library *gss,
				   const char *name, const char *service,
				   const char *realm,
				   struct gss_keytab_keys *ret);
/* Has it a key of "@service/host.name"? 0; -EIO; -ENOMEM. */
GUISE_MUST_USE int gss_keytab_has_service(const struct gss_library *gss,
					  const struct gss_keytab *keytab,
					  const char *service, bool *ret);

#endif
