/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A descriptor is checked and audited: no event without an ACE that asks for
 * it, the first that does is named, and an outcome has one at most. The input
 * is u32 desired, u8 flags (below), then the descriptor as it is.
 */
#include "base.h"
#include "fuzz.h"
#include "reader.h"
#include <guise/audit.h>

enum head_flags {
	HEAD_TYPES = 0x01,
	HEAD_RESULT_LIST = 0x02,
	HEAD_SELF = 0x04,
	HEAD_REGISTRY = 0x08,
};

#define GUID(last)                                                             \
	{                                                                      \
		{                                                              \
			[15] = (last)                                          \
		}                                                              \
	}

static const struct guise_object_type types[] = {
	{0, GUID(1)}, {1, GUID(2)}, {2, GUID(3)}, {1, GUID(4)}};
static const struct guise_sid user = {
	.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5};
static const struct guise_sid everyone = {.authority = 1, .n_subs = 1};
static const struct guise_sid users = {
	.authority = 5, .sub = {32, 545}, .n_subs = 2};
static const struct guise_sid self = {.authority = 5, .sub = {10}, .n_subs = 1};

struct seen {
	const struct guise_sd *sd;
	uint32_t success; /* number of the ACE; 0: none */
	uint32_t failure;
	unsigned n_staged;
};

/* Everyone, and Users for denials only. */
static const struct guise_token *make_token(void)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_group(b, &everyone, GUISE_GROUP_USUAL);
	guise_token_builder_group(b, &users, GUISE_GROUP_USE_FOR_DENY_ONLY);
	must(guise_token_builder_seal(b, &token) == 0);
	return token;
}

static void see(void *context, const struct guise_audit_event *event)
{
	struct seen *seen = context;
	const struct guise_acl *sacl = guise_sd_sacl(seen->sd);
	uint32_t *number = event->success ? &seen->success : &seen->failure;
	const struct guise_ace *ace;

	if (event->what == GUISE_AUDIT_STAGED) {
		seen->n_staged++;
		return;
	}
	must(event->what == GUISE_AUDIT_ACCESS && *number == 0);
	must(event->ace >= 1 && event->ace <= guise_acl_n_aces(sacl));
	*number = event->ace;
	ace = guise_acl_ace(sacl, event->ace - 1);
	must(guise_sid_equal(event->sid, &ace->sid));
	must(!(ace->flags & GUISE_ACE_INHERIT_ONLY));
	must(ace->flags & (event->success ? GUISE_ACE_SUCCESSFUL_ACCESS
					  : GUISE_ACE_FAILED_ACCESS));
}

/* The first plain audit ACE that asks for the outcome, naively. */
static uint32_t expected(const struct guise_acl *sacl,
			 const struct guise_decision *d, uint32_t requested,
			 const struct guise_generic_mapping *mapping,
			 bool has_self)
{
	const uint8_t flag = d->allowed ? GUISE_ACE_SUCCESSFUL_ACCESS
					: GUISE_ACE_FAILED_ACCESS;
	const uint32_t bits = d->allowed ? d->granted : requested;

	for (uint32_t i = 0; sacl && i < guise_acl_n_aces(sacl); i++) {
		const struct guise_ace *ace = guise_acl_ace(sacl, i);
		bool mine = guise_sid_equal(&ace->sid, &user) ||
			    guise_sid_equal(&ace->sid, &everyone) ||
			    guise_sid_equal(&ace->sid, &users) ||
			    (has_self && guise_sid_equal(&ace->sid, &self));

		if (ace->type == GUISE_ACE_SYSTEM_AUDIT && mine &&
		    !(ace->flags & GUISE_ACE_INHERIT_ONLY) &&
		    (ace->flags & flag) &&
		    (guise_map_generic(ace->mask, mapping) & bits))
			return i + 1;
	}
	return 0;
}

/* Others may come before the plain one, none after it instead. */
static void must_be_first(uint32_t got, uint32_t plain)
{
	must(plain == 0 || (got != 0 && got <= plain));
}

static void must_agree(const struct seen *seen, const struct guise_decision *d,
		       size_t n, uint32_t desired,
		       const struct guise_generic_mapping *mapping,
		       bool has_self)
{
	const struct guise_acl *sacl = guise_sd_sacl(seen->sd);
	uint32_t requested = desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;

	if (!requested && (desired & GUISE_MAXIMUM_ALLOWED))
		requested = mapping->all;
	must(seen->n_staged <= 1);
	if (!guise_sd_has_audit(seen->sd))
		must(!seen->success && !seen->failure && !seen->n_staged);
	if (n > 1)
		return;
	must_be_first(d->allowed ? seen->success : seen->failure,
		      expected(sacl, d, requested, mapping, has_self));
	must(!(d->allowed ? seen->failure : seen->success));
}

static void audit(const struct guise_sd *sd, uint32_t desired, uint8_t flags)
{
	const struct guise_generic_mapping *mapping =
		flags & HEAD_REGISTRY ? &guise_mapping_registry
				      : &guise_mapping_file;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = make_token();
	const bool is_list = (flags & HEAD_TYPES) && (flags & HEAD_RESULT_LIST);
	const struct guise_access_options access = {
		.size = sizeof(access),
		.principal_self = flags & HEAD_SELF ? &user : NULL,
		.object_types = flags & HEAD_TYPES ? types : NULL,
		.n_object_types = flags & HEAD_TYPES ? ARRAY_SIZE(types) : 0,
	};
	struct seen seen = {.sd = sd};
	const struct guise_audit_sink sink = {see, &seen};
	const struct guise_audit_options options = {.size = sizeof(options),
						    .sink = &sink};
	struct guise_decision d[ARRAY_SIZE(types)];
	const size_t n = is_list ? ARRAY_SIZE(types) : 1;
	bool success = false;
	int r;

	desired = guise_map_generic(desired, mapping);
	r = (is_list ? guise_access_check_by_type_result_list
		     : guise_access_check_by_type)(sd, token, desired, mapping,
						   &access, d);
	if (r < 0)
		return;
	must(guise_audit_access(sd, token, desired, mapping, &access, d, n,
				&options, &success) == 0);
	must(success == (seen.success != 0));
	must_agree(&seen, d, n, desired, mapping, flags & HEAD_SELF);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	static const uint8_t none;
	struct reader in = reader_of(data ? data : &none, size);
	uint32_t desired;
	uint8_t flags;

	if (!read_u32le(&in, &desired) || !read_u8(&in, &flags) ||
	    guise_sd_decode(in.data, in.size, &sd) < 0)
		return 0;
	audit(sd, desired, flags);
	return 0;
}
