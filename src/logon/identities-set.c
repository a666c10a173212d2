/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a configuration of identities, one at a time. */
#include <guise/token.h>

#include "identities-parse.h"
#include "text.h"

/* Complains of this line. */
static int refuse(struct id_parser *p, const char *why, const char *text)
{
	return id_complain(p, p->line, -EINVAL, why, text,
			   text ? strlen(text) : 0);
}

static int refuse_limit(struct id_parser *p)
{
	return id_complain(p, p->line, GUISE_E_LIMIT,
			   "there are too many of them", NULL, 0);
}

/* Room for one more, zeroed. *@array has *@n of @size bytes each; it grows when
 * their number is a power of two. 0; -ENOMEM; GUISE_E_LIMIT. */
static int add_one(struct id_parser *p, void *array, size_t *n, size_t size,
		   size_t max)
{
	void *grown, *old;

	if (*n >= max)
		return refuse_limit(p);
	memcpy(&old, array, sizeof(old));
	if ((*n & (*n - 1)) == 0) {
		grown = reallocarray(old, *n ? 2 * *n : 1, size);
		if (!grown)
			return -ENOMEM;
		old = grown;
		memcpy(array, &grown, sizeof(grown));
	}
	memset((char *)old + *n * size, 0, size);
	(*n)++;
	return 0;
}

/* As guise_sid_format() writes it and in no other way: a number that is too
 * large would else be read as the largest. */
static bool read_sid(const char *text, size_t size, struct guise_sid *ret)
{
	char again[GUISE_SID_TEXT_SIZE];
	struct guise_sid sid;

	if (size < 4 || memcmp(text, "S-1-", 4) != 0 ||
	    guise_sid_parse(text, size, NULL, &sid) < 0)
		return false;
	if (guise_sid_format(&sid, again) != size ||
	    memcmp(again, text, size) != 0)
		return false;
	*ret = sid;
	return true;
}

/* S-1-5-21-a-b-c itself. */
static bool read_domain(const char *text, size_t size, struct guise_sid *ret)
{
	struct guise_sid sid, domain;

	if (!read_sid(text, size, &sid) ||
	    guise_sid_account_domain(&sid, &domain) < 0 ||
	    !guise_sid_equal(&sid, &domain))
		return false;
	*ret = sid;
	return true;
}

static bool read_u32(const char *text, size_t size, uint32_t max, uint32_t *ret)
{
	uint64_t value;

	if (!text_to_u64(text, size, max, &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

/* "LOW-HIGH" */
static bool read_range(const char *text, uint32_t *ret_low, uint32_t *ret_high)
{
	const char *dash = strchr(text, '-');

	return dash &&
	       read_u32(text, (size_t)(dash - text), GUISE_UID_NONE - 1,
			ret_low) &&
	       read_u32(dash + 1, strlen(dash + 1), GUISE_UID_NONE - 1,
			ret_high) &&
	       *ret_low < *ret_high;
}

/* The next word of a list, NULL at the end. Words are parted by blanks and
 * commas. */
static const char *next_word(const char **list, size_t *ret_size)
{
	const char *word = *list + strspn(*list, " \t,");

	*ret_size = strcspn(word, " \t,");
	*list = word + *ret_size;
	return *ret_size ? word : NULL;
}

/* One more domain, of [domain] or of the algorithm; refused when it is there,
 * or when there are as many as there may be. */
static int add_domain(struct id_parser *p, const struct guise_sid *sid,
		      bool is_own)
{
	struct guise_identities *ids = p->ids;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < ids->n_domains; i++) {
		if (ids->domains[i].is_own != is_own)
			continue;
		if (guise_sid_equal(&ids->domains[i].sid, sid))
			return refuse(p, "the domain is there already", NULL);
		n++;
	}
	if (n >= GUISE_IDENTITIES_DOMAINS_MAX)
		return refuse_limit(p);
	r = add_one(p, &ids->domains, &ids->n_domains, sizeof(*ids->domains),
		    SIZE_MAX);
	if (r < 0)
		return r;
	ids->domains[ids->n_domains - 1] = (struct id_domain){
		.sid = *sid, .is_own = is_own, .line = p->line};
	return 0;
}

static int begin_domain(struct id_parser *p, const char *name, size_t size)
{
	struct guise_sid sid;
	int r;

	if (!read_domain(name, size, &sid))
		return id_complain(p, p->line, -EINVAL,
				   "a domain is S-1-5-21-A-B-C, not", name,
				   size);
	r = add_domain(p, &sid, true);
	if (r == 0)
		p->section = ID_SECTION_DOMAIN;
	return r;
}

static bool is_realm_name(const char *name, size_t size)
{
	if (size == 0 || size > GUISE_PRINCIPAL_MAX)
		return false;
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f ||
		    strchr("@/\\:", name[i]))
			return false;
	}
	return true;
}

static int begin_realm(struct id_parser *p, const char *name, size_t size)
{
	struct guise_identities *ids = p->ids;
	struct id_realm *realm;
	int r;

	if (!is_realm_name(name, size))
		return id_complain(p, p->line, -EINVAL,
				   "this is no realm's name", name, size);
	for (size_t i = 0; i < ids->n_realms; i++) {
		if (strlen(ids->realms[i].name) == size &&
		    memcmp(ids->realms[i].name, name, size) == 0)
			return id_complain(p, p->line, -EINVAL,
					   "the realm is there already", name,
					   size);
	}
	r = add_one(p, &ids->realms, &ids->n_realms, sizeof(*ids->realms),
		    GUISE_IDENTITIES_REALMS_MAX);
	if (r < 0)
		return r;
	realm = &ids->realms[ids->n_realms - 1];
	realm->line = p->line;
	realm->name = strndup(name, size);
	if (!realm->name)
		return -ENOMEM;
	p->section = ID_SECTION_REALM;
	return 0;
}

/* "WORD REST": the rest, or NULL when it begins otherwise. */
static const char *after_word(const char *word, const char *text, size_t size,
			      size_t *ret_size)
{
	const size_t n = strlen(word);

	if (size <= n || memcmp(text, word, n) != 0 ||
	    (text[n] != ' ' && text[n] != '\t'))
		return NULL;
	while (n < size && (text[size - 1] == ' ' || text[size - 1] == '\t'))
		size--;
	for (text += n, size -= n; size > 0 && (*text == ' ' || *text == '\t');
	     text++)
		size--;
	*ret_size = size;
	return text;
}

int id_begin_section(struct id_parser *p, const char *name, size_t size)
{
	static const struct {
		const char *name;
		enum id_section section;
	} plain[] = {
		{"idmap", ID_SECTION_IDMAP},
		{"static", ID_SECTION_STATIC},
		{"principals", ID_SECTION_PRINCIPALS},
	};
	const char *rest;
	size_t rest_size;

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		if (strlen(plain[i].name) != size ||
		    memcmp(plain[i].name, name, size) != 0)
			continue;
		p->section = plain[i].section;
		return 0;
	}
	rest = after_word("domain", name, size, &rest_size);
	if (rest)
		return begin_domain(p, rest, rest_size);
	rest = after_word("realm", name, size, &rest_size);
	if (rest)
		return begin_realm(p, rest, rest_size);
	return id_complain(p, p->line, -EINVAL,
			   "the sections are idmap, static, domain SID, realm "
			   "NAME and principals, not",
			   name, size);
}

static enum guise_id_source source_of(const char *word, size_t size)
{
	for (unsigned i = GUISE_ID_SOURCE_STATIC; i <= ID_SOURCES_MAX; i++) {
		const char *name =
			guise_id_source_name((enum guise_id_source)i);

		if (strlen(name) == size && memcmp(name, word, size) == 0)
			return (enum guise_id_source)i;
	}
	return GUISE_ID_SOURCE_NONE;
}

static bool waits(enum guise_id_source source)
{
	return source == GUISE_ID_SOURCE_WINBIND ||
	       source == GUISE_ID_SOURCE_SSSD;
}

static int set_sources(struct id_parser *p, const char *value)
{
	struct guise_identities *ids = p->ids;
	const char *word;
	size_t size;

	if (p->has_sources)
		return refuse(p, "the key is given twice", "sources");
	p->has_sources = true;
	ids->n_sources = 0;
	while ((word = next_word(&value, &size))) {
		enum guise_id_source source = source_of(word, size);

		if (source == GUISE_ID_SOURCE_NONE)
			return id_complain(p, p->line, -EINVAL,
					   "there is no such source", word,
					   size);
		if (identities_has_source(ids, source))
			return id_complain(p, p->line, -EINVAL,
					   "the source is given twice", word,
					   size);
		/* A directory that is offline says that it knows nobody. */
		if (identities_wait(ids) && !waits(source))
			return id_complain(p, p->line, -EINVAL,
					   "winbind and sssd come last, after",
					   word, size);
		ids->sources[ids->n_sources++] = source;
	}
	return 0;
}

static int add_algorithm_domain(struct id_parser *p,
				const struct guise_sid *sid)
{
	return add_domain(p, sid, false);
}

static int add_realm_domain(struct id_parser *p, const struct guise_sid *sid)
{
	struct id_realm *realm = &p->ids->realms[p->ids->n_realms - 1];
	int r;

	for (size_t i = 0; i < realm->n_domains; i++) {
		if (guise_sid_equal(&realm->domains[i], sid))
			return refuse(p, "the domain is there already", NULL);
	}
	r = add_one(p, &realm->domains, &realm->n_domains,
		    sizeof(*realm->domains), GUISE_IDENTITIES_DOMAINS_MAX);
	if (r < 0)
		return r;
	realm->domains[realm->n_domains - 1] = *sid;
	return 0;
}

static int set_domains(struct id_parser *p, const char *value,
		       int (*add)(struct id_parser *, const struct guise_sid *))
{
	const char *word;
	size_t size;

	while ((word = next_word(&value, &size))) {
		struct guise_sid sid;
		int r;

		if (!read_domain(word, size, &sid))
			return id_complain(p, p->line, -EINVAL,
					   "a domain is S-1-5-21-A-B-C, not",
					   word, size);
		r = add(p, &sid);
		if (r < 0)
			return r;
	}
	return 0;
}

static int set_range(struct id_parser *p, const char *value)
{
	struct id_range *range = &p->ids->range;

	if (p->has_range)
		return refuse(p, "the key is given twice", "range");
	p->has_range = true;
	if (!read_range(value, &range->low, &range->high) ||
	    range->low < ID_FIRST_MIN)
		return refuse(p, "a range is LOW-HIGH, from 1000 on, not",
			      value);
	return 0;
}

static int set_range_size(struct id_parser *p, const char *value)
{
	struct id_range *range = &p->ids->range;

	if (p->has_size)
		return refuse(p, "the key is given twice", "range-size");
	p->has_size = true;
	if (!read_u32(value, strlen(value), GUISE_UID_NONE - 1, &range->size) ||
	    range->size == 0)
		return refuse(p, "a size is a number above 0, not", value);
	return 0;
}

static int set_idmap(struct id_parser *p, const char *key, const char *value)
{
	if (strcmp(key, "sources") == 0)
		return set_sources(p, value);
	if (strcmp(key, "domains") == 0)
		return set_domains(p, value, add_algorithm_domain);
	if (strcmp(key, "range") == 0)
		return set_range(p, value);
	if (strcmp(key, "range-size") == 0)
		return set_range_size(p, value);
	return refuse(p, "[idmap] has no such key", key);
}

static int set_domain(struct id_parser *p, const char *key, const char *value)
{
	struct id_domain *domain = &p->ids->domains[p->ids->n_domains - 1];

	if (strcmp(key, "range") != 0)
		return refuse(p, "[domain] has no such key", key);
	if (domain->last)
		return refuse(p, "the key is given twice", key);
	if (!read_range(value, &domain->first, &domain->last) ||
	    domain->first < ID_FIRST_MIN)
		return refuse(p, "a range is FIRST-LAST, from 1000 on, not",
			      value);
	return 0;
}

static int set_claims(struct id_parser *p, struct id_realm *realm,
		      const char *value)
{
	if (realm->has_claims)
		return refuse(p, "the key is given twice", "claims");
	realm->has_claims = true;
	if (strcmp(value, "yes") == 0)
		realm->claims = ID_CLAIMS_YES;
	else if (strcmp(value, "no") == 0)
		realm->claims = ID_CLAIMS_NO;
	else
		return refuse(p, "claims are \"yes\" or \"no\", not", value);
	return 0;
}

static int set_realm(struct id_parser *p, const char *key, const char *value)
{
	struct id_realm *realm = &p->ids->realms[p->ids->n_realms - 1];

	if (strcmp(key, "claims") == 0)
		return set_claims(p, realm, value);
	if (strcmp(key, "domains") == 0)
		return set_domains(p, value, add_realm_domain);
	if (strcmp(key, "clients") != 0)
		return refuse(p, "[realm] has no such key", key);
	if (realm->rule != GUISE_PRINCIPAL_REFUSED)
		return refuse(p, "the key is given twice", key);
	if (strcmp(value, "pac") == 0)
		realm->rule = GUISE_PRINCIPAL_PAC;
	else if (strcmp(value, "accounts") == 0)
		realm->rule = GUISE_PRINCIPAL_ACCOUNT;
	else
		return refuse(p, "clients are \"pac\" or \"accounts\", not",
			      value);
	return 0;
}

/* "uid N", "gid N", "both N" */
static bool read_id(const char *text, enum guise_unix_id_kind *ret_kind,
		    uint32_t *ret_id)
{
	static const struct {
		const char *word;
		enum guise_unix_id_kind kind;
	} kinds[] = {
		{"uid", GUISE_UNIX_ID_UID},
		{"gid", GUISE_UNIX_ID_GID},
		{"both", GUISE_UNIX_ID_BOTH},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t size;
		const char *number =
			after_word(kinds[i].word, text, strlen(text), &size);

		if (!number)
			continue;
		*ret_kind = kinds[i].kind;
		return read_u32(number, size, GUISE_UID_NONE - 1, ret_id);
	}
	return false;
}

static int set_static(struct id_parser *p, const char *key, const char *value)
{
	struct guise_identities *ids = p->ids;
	struct id_static row = {.line = p->line};
	uint32_t id;
	int r;

	if (!read_sid(key, strlen(key), &row.sid))
		return refuse(p, "this is no SID", key);
	if (guise_sid_to_uid(&row.sid, &id) || guise_sid_to_gid(&row.sid, &id))
		return refuse(p, "S-1-22 says its id by itself", key);
	if (!read_id(value, &row.kind, &row.id))
		return refuse(
			p, "an id is \"uid N\", \"gid N\" or \"both N\", not",
			value);
	r = add_one(p, &ids->statics, &ids->n_statics, sizeof(row),
		    GUISE_IDENTITIES_ENTRIES_MAX);
	if (r < 0)
		return r;
	ids->statics[ids->n_statics - 1] = row;
	return 0;
}

static bool is_account_name(const char *name)
{
	const size_t size = strnlen(name, GUISE_USER_NAME_MAX + 1);

	if (size == 0 || size > GUISE_USER_NAME_MAX || name[0] == '-' ||
	    name[0] == '+')
		return false;
	for (; *name; name++) {
		if ((unsigned char)*name <= ' ' || *name == 0x7f ||
		    strchr(":/@\\", *name))
			return false;
	}
	return true;
}

/* Something before a realm. */
static bool is_principal_name(const char *name)
{
	const char *at = strrchr(name, '@');

	return at && at != name && at[1] != '\0' &&
	       strlen(name) <= GUISE_PRINCIPAL_MAX;
}

static int set_principal(struct id_parser *p, const char *key,
			 const char *value)
{
	struct guise_identities *ids = p->ids;
	struct id_principal *row;
	int r;

	if (!is_principal_name(key))
		return refuse(p, "a principal is NAME@REALM, not", key);
	if (strcmp(value, "-") == 0)
		value = "";
	else if (!is_account_name(value))
		return refuse(p, "this is no account's name", value);
	r = add_one(p, &ids->principals, &ids->n_principals, sizeof(*row),
		    GUISE_IDENTITIES_ENTRIES_MAX);
	if (r < 0)
		return r;
	row = &ids->principals[ids->n_principals - 1];
	row->line = p->line;
	row->name = strdup(key);
	row->account = strdup(value);
	return row->name && row->account ? 0 : -ENOMEM;
}

int id_set(struct id_parser *p, const char *key, const char *value)
{
	switch (p->section) {
	case ID_SECTION_IDMAP:
		return set_idmap(p, key, value);
	case ID_SECTION_STATIC:
		return set_static(p, key, value);
	case ID_SECTION_DOMAIN:
		return set_domain(p, key, value);
	case ID_SECTION_REALM:
		return set_realm(p, key, value);
	case ID_SECTION_PRINCIPALS:
		return set_principal(p, key, value);
	case ID_SECTION_NONE:
		break;
	}
	return refuse(p, "this stands before the first section", key);
}
