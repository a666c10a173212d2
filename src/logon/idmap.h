/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of guise/identity.h: the configuration as it was understood, and the
 * sources that are asked for ids. Everything here is filled by the parser and
 * never changes.
 */
#ifndef LOGON_IDMAP_H
#define LOGON_IDMAP_H

#include <stdatomic.h>

#include <guise/identity.h>

#include "base.h"

#define ID_SOURCES_MAX (GUISE_ID_SOURCE_ALGORITHM)

/* Ids below are the system's own users and groups: no domain's. */
#define ID_FIRST_MIN 1000

/* One line of [static]. */
struct id_static {
	struct guise_sid sid;
	enum guise_unix_id_kind kind;
	uint32_t id;
	unsigned line;
};

/* A domain whose ids are computed: first + RID, up to and with last. */
struct id_domain {
	struct guise_sid sid;
	uint32_t first, last; /* last 0: not known yet */
	bool is_own;	      /* [domain SID]; else of the algorithm */
	unsigned line;
};

/* Whose claims are taken of clients of a realm */
enum id_claims {
	ID_CLAIMS_OWN = 0, /* those that came by a key of the realm itself */
	ID_CLAIMS_YES,
	ID_CLAIMS_NO,
};

struct id_realm {
	char *name;
	enum guise_principal_rule rule;
	enum id_claims claims;
	bool has_claims; /* said already */
	struct guise_sid *domains;
	size_t n_domains;
	unsigned line;
};

/* One line of [principals]; @account "": nobody. */
struct id_principal {
	char *name;
	char *account;
	unsigned line;
};

struct id_range {
	uint32_t low, high; /* as SSSD has it: high is the first beyond */
	uint32_t size;	    /* of one domain's slice */
};

struct guise_identities {
	atomic_uint refs;
	enum guise_id_source sources[ID_SOURCES_MAX];
	size_t n_sources;
	struct id_range range;
	struct id_static *statics; /* by SID */
	struct id_static *by_id;   /* the same by id */
	size_t n_statics;
	struct id_domain *domains;
	size_t n_domains;
	struct id_realm *realms;
	size_t n_realms;
	struct id_principal *principals; /* by name */
	size_t n_principals;
};

/* identities.c */
void identities_free(struct guise_identities *ids);
bool identities_has_source(const struct guise_identities *ids,
			   enum guise_id_source source);
/* The realm of that name, exactly; NULL: the configuration does not have it. */
const struct id_realm *identities_realm(const struct guise_identities *ids,
					const char *name);
/* Are claims taken from PACs of clients of this realm? @by_own_key: the ticket
 * was made with a key of the realm itself. */
bool identities_take_claims(const struct guise_identities *ids,
			    const char *realm, bool by_own_key);
/* idmap-table.c: orders for qsort and bsearch */
int id_static_compare_sid(const void *a, const void *b);
int id_static_compare_id(const void *a, const void *b);
/* The [static] line of a SID, or NULL. */
const struct id_static *id_static_of_sid(const struct guise_identities *ids,
					 const struct guise_sid *sid);
/* The [static] line that says this id is a @kind, or NULL. */
const struct id_static *id_static_of_id(const struct guise_identities *ids,
					enum guise_unix_id_kind kind,
					uint32_t id);

/* idmap.c: does a source wait for a daemon? */
bool identities_wait(const struct guise_identities *ids);
/* guise_identities_sid_to_id() and guise_identities_id_to_sid(); unless
 * @may_wait -EAGAIN where a daemon has to be asked, which takes its time. */
GUISE_MUST_USE int
identities_sid_to_id(const struct guise_identities *identities,
		     const struct guise_sid *sid,
		     enum guise_unix_id_kind wanted, bool may_wait,
		     struct guise_unix_id *ret);
GUISE_MUST_USE int
identities_id_to_sid(const struct guise_identities *identities,
		     enum guise_unix_id_kind kind, uint32_t id, bool may_wait,
		     struct guise_sid *ret, enum guise_id_source *ret_source);
/* For people: whose fault @code of a lookup is, and where to look. Returns
 * @code. */
int identities_unanswered(const struct guise_identities *ids, int code,
			  char reterr[GUISE_WHY_SIZE]);
/* May this be what guise_identities_sid_to_id() said? For answers of another
 * process. */
bool identities_may_say_id(const struct guise_identities *ids,
			   const struct guise_sid *sid,
			   enum guise_unix_id_kind wanted,
			   const struct guise_unix_id *id);
bool identities_may_say_sid(const struct guise_identities *ids,
			    enum guise_unix_id_kind kind, uint32_t id,
			    const struct guise_sid *sid,
			    enum guise_id_source source);

/*
 * What a source says. 0: it knows it and has decided, also when *ret is of no
 * kind (it has no id) or not to be used; GUISE_E_NONE_MAPPED: it does not know
 * it; other codes: it failed, and nobody else must be asked.
 */
/* Load the library, where files can still be opened. */
void idmap_winbind_prepare(void);
void idmap_sssd_prepare(void);
GUISE_MUST_USE int idmap_winbind_to_id(const struct guise_sid *sid,
				       struct guise_unix_id *ret);
GUISE_MUST_USE int idmap_winbind_to_sid(enum guise_unix_id_kind kind,
					uint32_t id, struct guise_sid *ret);
GUISE_MUST_USE int idmap_sssd_to_id(const struct guise_sid *sid,
				    struct guise_unix_id *ret);
GUISE_MUST_USE int idmap_sssd_to_sid(enum guise_unix_id_kind kind, uint32_t id,
				     struct guise_sid *ret);

/* The first of the ids that SSSD gives a domain; false: the range is too
 * small. idmap-table.c */
bool idmap_slice(const struct id_range *range, const struct guise_sid *domain,
		 uint32_t *ret_first);
/* Austin Appleby's MurmurHash3, 32 bits. murmur3.c */
uint32_t murmur3(const void *data, size_t size, uint32_t seed);

#endif
