/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be judged when the whole configuration is there. No two SIDs may
 * come out with one id: two people would be one.
 */
#include <stdio.h>

#include "identities-parse.h"

static int refuse(struct id_parser *p, unsigned line, const char *why)
{
	return id_complain(p, line, -EINVAL, why, NULL, 0);
}

static int refuse_sid(struct id_parser *p, unsigned line, int code,
		      const char *why, const struct guise_sid *sid)
{
	char text[GUISE_SID_TEXT_SIZE];
	const size_t size = guise_sid_format(sid, text);

	return id_complain(p, line, code, why, text, size);
}

static unsigned later(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static int check_static_sids(struct id_parser *p)
{
	const struct id_static *rows = p->ids->statics;

	for (size_t i = 1; i < p->ids->n_statics; i++) {
		if (guise_sid_equal(&rows[i - 1].sid, &rows[i].sid))
			return refuse_sid(
				p, later(rows[i - 1].line, rows[i].line),
				-EINVAL, "the SID is in [static] twice",
				&rows[i].sid);
	}
	return 0;
}

/* Ordered by id, then kind (uid, gid, both): of one id there are at most a uid
 * and a gid. */
static int check_static_ids(struct id_parser *p)
{
	const struct id_static *rows = p->ids->by_id;

	for (size_t i = 1; i < p->ids->n_statics; i++) {
		if (rows[i - 1].id == rows[i].id &&
		    rows[i - 1].kind & rows[i].kind)
			return refuse_sid(
				p, later(rows[i - 1].line, rows[i].line),
				-EINVAL, "another SID has the id, too",
				&rows[i].sid);
	}
	return 0;
}

static int finish_statics(struct id_parser *p)
{
	struct guise_identities *ids = p->ids;
	int r;

	if (ids->n_statics == 0)
		return 0;
	ids->by_id = array_alloc(ids->n_statics, sizeof(*ids->by_id));
	if (!ids->by_id)
		return -ENOMEM;
	memcpy(ids->by_id, ids->statics, ids->n_statics * sizeof(*ids->by_id));
	qsort(ids->statics, ids->n_statics, sizeof(*ids->statics),
	      id_static_compare_sid);
	qsort(ids->by_id, ids->n_statics, sizeof(*ids->by_id),
	      id_static_compare_id);
	r = check_static_sids(p);
	return r < 0 ? r : check_static_ids(p);
}

static int compare_principals(const void *a, const void *b)
{
	const struct id_principal *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int finish_principals(struct id_parser *p)
{
	struct id_principal *rows = p->ids->principals;

	if (p->ids->n_principals == 0)
		return 0;
	qsort(rows, p->ids->n_principals, sizeof(*rows), compare_principals);
	for (size_t i = 1; i < p->ids->n_principals; i++) {
		if (strcmp(rows[i - 1].name, rows[i].name) == 0)
			return id_complain(
				p, later(rows[i - 1].line, rows[i].line),
				-EINVAL, "the principal is there twice",
				rows[i].name, strlen(rows[i].name));
	}
	return 0;
}

static int check_realms(struct id_parser *p)
{
	for (size_t i = 0; i < p->ids->n_realms; i++) {
		const struct id_realm *realm = &p->ids->realms[i];

		if (realm->rule == GUISE_PRINCIPAL_REFUSED)
			return refuse(p, realm->line,
				      "the realm does not say who its clients "
				      "are: clients = pac or accounts");
		if (realm->rule == GUISE_PRINCIPAL_PAC && !realm->n_domains)
			return refuse(p, realm->line,
				      "the realm does not say whose SIDs are "
				      "believed: domains = S-1-5-21-A-B-C");
		if (realm->rule == GUISE_PRINCIPAL_ACCOUNT && realm->n_domains)
			return refuse(p, realm->line,
				      "domains are for clients = pac only");
		if (realm->rule == GUISE_PRINCIPAL_ACCOUNT && realm->has_claims)
			return refuse(p, realm->line,
				      "claims are for clients = pac only");
	}
	return 0;
}

static const struct id_domain *own_domain(const struct guise_identities *ids,
					  const struct guise_sid *sid)
{
	for (size_t i = 0; i < ids->n_domains; i++) {
		if (ids->domains[i].is_own &&
		    guise_sid_equal(&ids->domains[i].sid, sid))
			return &ids->domains[i];
	}
	return NULL;
}

/* Those of the algorithm get their slices; one with a range of its own, too,
 * is not of the algorithm. */
static int place_domains(struct id_parser *p)
{
	struct guise_identities *ids = p->ids;
	size_t n = 0;

	for (size_t i = 0; i < ids->n_domains; i++) {
		struct id_domain domain = ids->domains[i];

		if (domain.is_own && !domain.last)
			return refuse(p, domain.line,
				      "the domain does not say which ids it "
				      "has: range = FIRST-LAST");
		if (!domain.is_own && own_domain(ids, &domain.sid))
			continue;
		if (!domain.is_own) {
			if (!idmap_slice(&ids->range, &domain.sid,
					 &domain.first))
				return refuse(p, domain.line,
					      "range is smaller than "
					      "range-size");
			domain.last = domain.first + (ids->range.size - 1);
		}
		ids->domains[n++] = domain;
	}
	ids->n_domains = n;
	return 0;
}

static int check_two_domains(struct id_parser *p, const struct id_domain *a,
			     const struct id_domain *b)
{
	const unsigned line = later(a->line, b->line);

	if (a->last < b->first || b->last < a->first)
		return 0;
	if (a->is_own || b->is_own)
		return refuse_sid(p, line, -EINVAL,
				  "ids of another domain are among those of",
				  a->line == line ? &a->sid : &b->sid);
	return refuse_sid(p, line, -EEXIST,
			  "another domain has the same ids by the algorithm, "
			  "give one of them a range of its own",
			  &b->sid);
}

static int check_domains(struct id_parser *p)
{
	const struct id_domain *domains = p->ids->domains;

	for (size_t i = 0; i < p->ids->n_domains; i++) {
		for (size_t j = 0; j < i; j++) {
			int r = check_two_domains(p, &domains[j], &domains[i]);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* What is said and never asked for is a mistake. */
static int check_sources(struct id_parser *p)
{
	const struct guise_identities *ids = p->ids;

	if (ids->n_statics > 0 &&
	    !identities_has_source(ids, GUISE_ID_SOURCE_STATIC))
		return refuse(p, ids->statics[0].line,
			      "[static] is not among the sources");
	for (size_t i = 0; i < ids->n_domains; i++) {
		const struct id_domain *domain = &ids->domains[i];
		const enum guise_id_source source =
			domain->is_own ? GUISE_ID_SOURCE_DOMAIN
				       : GUISE_ID_SOURCE_ALGORITHM;

		if (!identities_has_source(ids, source))
			return id_complain(
				p, domain->line, -EINVAL,
				"this is not among the sources",
				guise_id_source_name(source),
				strlen(guise_id_source_name(source)));
	}
	return 0;
}

int id_finish(struct id_parser *p)
{
	int (*const steps[])(struct id_parser *) = {
		finish_statics, finish_principals, check_realms,
		place_domains,	check_domains,	   check_sources,
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		int r = steps[i](p);

		if (r < 0)
			return r;
	}
	return 0;
}
