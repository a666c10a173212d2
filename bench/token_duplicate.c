/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Question: what does it cost to make a token from a token, by its groups: a
 * duplicate, adjusted privileges, a filtered one; and the same through a handle
 * (a new object with its descriptor, its id, and the check of the rights that
 * are asked for)?
 *
 * Method: the groups are domain SIDs (five sub-authorities), all enabled; the
 * token has a default DACL of three ACEs, as Windows gives it. A run makes one
 * and releases it. All cases in turn in each of 31 rounds; processor time of
 * the thread; printed is the median in nanoseconds.
 *
 *	ninja -C BUILD bench/token_duplicate && BUILD/bench/token_duplicate
 */
#include <stdio.h>

#include "base.h"
#include "rounds.h"
#include <guise/token-object.h>

struct subject {
	const struct guise_token *token;
	struct guise_token_handle handle;
	struct guise_sid last; /* of its groups */
};

static const struct guise_duplicate_options as_client = {
	.size = sizeof(as_client),
	.type = GUISE_TOKEN_IMPERSONATION,
	.level = GUISE_LEVEL_IMPERSONATION,
};

static void duplicate(const void *context)
{
	const struct subject *s = context;
	const struct guise_token *copy;

	must(guise_token_duplicate(s->token, &as_client, &copy) == 0);
	(void)guise_token_unref(copy);
}

static void effective(const void *context)
{
	struct guise_duplicate_options options = as_client;
	const struct subject *s = context;
	const struct guise_token *copy;

	options.effective_only = true;
	must(guise_token_duplicate(s->token, &options, &copy) == 0);
	(void)guise_token_unref(copy);
}

static void adjust(const void *context)
{
	const struct guise_privilege_change change = {GUISE_SE_BACKUP,
						      GUISE_PRIVILEGE_ENABLED};
	const struct subject *s = context;
	const struct guise_token *copy;

	must(guise_token_adjust_privileges(s->token, &change, 1, 1, &copy,
					   NULL) == 0);
	(void)guise_token_unref(copy);
}

static void filter(const void *context)
{
	const struct subject *s = context;
	const struct guise_filter_options options = {
		.size = sizeof(options), .disable = &s->last, .n_disable = 1};
	const struct guise_token *copy;

	must(guise_token_filter(s->token, &options, &copy) == 0);
	(void)guise_token_unref(copy);
}

static void new_id(const void *context)
{
	(void)context;
	must(guise_luid_new() != 0);
}

static void open_object(const void *context)
{
	const struct subject *s = context;
	struct guise_token_handle handle;

	must(guise_token_open(s->handle.object, s->token, GUISE_TOKEN_QUERY,
			      &handle) == 0);
	guise_token_handle_close(&handle);
}

static void duplicate_object(const void *context)
{
	const struct subject *s = context;
	struct guise_token_handle handle;

	must(guise_token_handle_duplicate(&s->handle, s->token,
					  GUISE_MAXIMUM_ALLOWED, &as_client,
					  NULL, &handle) == 0);
	guise_token_handle_close(&handle);
}

static void adjust_object(const void *context)
{
	const struct guise_privilege_change change = {GUISE_SE_BACKUP,
						      GUISE_PRIVILEGE_ENABLED};
	const struct subject *s = context;

	must(guise_token_handle_adjust_privileges(&s->handle, &change, 1, NULL,
						  NULL, NULL) == 0);
}

static const struct {
	const char *name;
	void (*run)(const void *context);
} runs[] = {
	{"duplicate", duplicate},
	{"effective only", effective},
	{"adjust privileges", adjust},
	{"filter", filter},
	{"a new id", new_id},
	{"open", open_object},
	{"duplicate a handle", duplicate_object},
	{"adjust by handle", adjust_object},
};

static struct guise_sid domain_sid(uint32_t rid)
{
	return (struct guise_sid){
		.authority = 5,
		.sub = {21, 2457507606, 2709100691, 398136650, rid},
		.n_subs = 5,
	};
}

static const struct guise_acl *usual_dacl(const struct guise_sid *user)
{
	const struct guise_ace aces[] = {
		{.mask = GUISE_GENERIC_ALL, .sid = *user},
		{.mask = GUISE_GENERIC_ALL,
		 .sid = {.authority = 5, .sub = {18}, .n_subs = 1}},
		{.mask = GUISE_GENERIC_READ,
		 .sid = {.authority = 5, .sub = {5, 0, 77}, .n_subs = 3}},
	};
	const struct guise_acl *acl;

	must(guise_acl_new(0, aces, ARRAY_SIZE(aces), &acl) == 0);
	return acl;
}

static struct subject subject_new(uint32_t n_groups)
{
	const struct guise_sid user = domain_sid(500);
	const struct guise_acl *dacl = usual_dacl(&user);
	struct subject s = {.last = domain_sid(1000 + n_groups - 1)};
	struct guise_token_builder *b;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	for (uint32_t i = 0; i < n_groups; i++) {
		const struct guise_sid group = domain_sid(1000 + i);

		guise_token_builder_group(b, &group, GUISE_GROUP_USUAL);
	}
	guise_token_builder_privileges(b, GUISE_PRIVILEGE_ALL, 0, 0);
	guise_token_builder_default_dacl(b, dacl);
	(void)guise_acl_unref(dacl);
	must(guise_token_builder_seal(b, &s.token) == 0);
	must(guise_token_object_new(s.token, NULL, NULL, &s.handle.object) ==
	     0);
	s.handle.granted = GUISE_TOKEN_ALL_ACCESS;
	(void)guise_token_builder_free(b);
	return s;
}

int main(int argc, char **argv)
{
	static const uint32_t counts[] = {5, 100, 1000};
	struct bench_case cases[ARRAY_SIZE(counts)][ARRAY_SIZE(runs)];
	struct subject subjects[ARRAY_SIZE(counts)];
	unsigned rounds = rounds_of(argc, argv);

	if (!rounds)
		return 2;
	for (size_t k = 0; k < ARRAY_SIZE(counts); k++) {
		subjects[k] = subject_new(counts[k]);
		for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
			cases[k][i] = (struct bench_case){
				.run = runs[i].run, .context = &subjects[k]};
	}
	rounds_measure(&cases[0][0], ARRAY_SIZE(counts) * ARRAY_SIZE(runs),
		       rounds);
	printf("ns                   5 groups 100 groups 1000 groups\n");
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		printf("%-20s %8.0f %10.0f %11.0f\n", runs[i].name,
		       cases[0][i].ns, cases[1][i].ns, cases[2][i].ns);
	for (size_t k = 0; k < ARRAY_SIZE(counts); k++) {
		guise_token_handle_close(&subjects[k].handle);
		(void)guise_token_unref(subjects[k].token);
	}
	return 0;
}
