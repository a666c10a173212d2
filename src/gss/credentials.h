/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's network credentials, held by tokens: a credential cache in memory
 * with a name that nobody can guess, destroyed with the last reference. A token
 * refers to it; below delegation level it is not used.
 */
#ifndef GSS_CREDENTIALS_H
#define GSS_CREDENTIALS_H

#include "library.h"

struct guise_credentials;

/* Takes a copy of @cred. 0; -EIO (cannot be stored); -ENOSYS; -ENOMEM */
GUISE_MUST_USE int gss_credentials_new(const struct gss_library *gss,
				       gss_cred_id_t cred,
				       struct guise_credentials **ret);
struct guise_credentials *
gss_credentials_ref(struct guise_credentials *credentials);
struct guise_credentials *
gss_credentials_unref(struct guise_credentials *credentials);
/* "MEMORY:...", for the thread's pin (pin.h) */
const char *gss_credentials_cache(const struct guise_credentials *credentials);

#endif
