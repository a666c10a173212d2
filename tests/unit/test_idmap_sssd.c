/* SPDX-License-Identifier: Apache-2.0 */
/* The algorithm beside SSSD's own library: the same ids for any domain. */
#include <sss_idmap.h>
#include <stdio.h>

#include "cmocka-wrap.h"

#include <guise/identity.h>

#include "base.h"

#define N_DOMAINS 2000

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed ^ *seed >> 15;
}

static void random_domain(uint32_t *seed, char ret[64])
{
	const uint32_t a = next(seed), b = next(seed), c = next(seed);

	(void)snprintf(ret, 64, "S-1-5-21-%u-%u-%u", a, b, c);
}

static uint32_t theirs(struct sss_idmap_ctx *ctx, const char *domain,
		       const char *sid)
{
	struct sss_idmap_range range;
	id_t slice = -1u;
	uint32_t id = 0;
	char name[80];

	(void)snprintf(name, sizeof(name), "dom-%s", domain);
	assert_int_equal(sss_idmap_calculate_range(ctx, domain, &slice, &range),
			 IDMAP_SUCCESS);
	assert_int_equal(sss_idmap_add_domain(ctx, name, domain, &range),
			 IDMAP_SUCCESS);
	assert_int_equal(sss_idmap_sid_to_unix(ctx, sid, &id), IDMAP_SUCCESS);
	return id;
}

static uint32_t ours(const char *settings, const char *domain, const char *text)
{
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *ids = NULL;
	struct guise_unix_id id = {0};
	struct guise_sid sid = {0};
	char config[400];
	int n = snprintf(config, sizeof(config), "[idmap]\n%sdomains = %s\n",
			 settings, domain);

	assert_int_equal(guise_identities_parse(config, (size_t)n, &ids, NULL),
			 0);
	assert_int_equal(guise_sid_parse(text, strlen(text), NULL, &sid), 0);
	assert_int_equal(
		guise_identities_sid_to_id(ids, &sid, GUISE_UNIX_ID_UID, &id),
		0);
	return id.id;
}

static void compare(const char *settings, uint32_t low, uint32_t high,
		    uint32_t size)
{
	uint32_t seed = low + size;

	for (unsigned i = 0; i < N_DOMAINS; i++) {
		struct sss_idmap_ctx *ctx = NULL;
		char domain[64], sid[80];

		random_domain(&seed, domain);
		(void)snprintf(sid, sizeof(sid), "%s-%u", domain,
			       next(&seed) % size);
		assert_int_equal(sss_idmap_init(NULL, NULL, NULL, &ctx),
				 IDMAP_SUCCESS);
		assert_int_equal(sss_idmap_ctx_set_lower(ctx, low),
				 IDMAP_SUCCESS);
		assert_int_equal(sss_idmap_ctx_set_upper(ctx, high),
				 IDMAP_SUCCESS);
		assert_int_equal(sss_idmap_ctx_set_rangesize(ctx, size),
				 IDMAP_SUCCESS);
		assert_int_equal(ours(settings, domain, sid),
				 theirs(ctx, domain, sid));
		assert_int_equal(sss_idmap_free(ctx), IDMAP_SUCCESS);
	}
}

static void the_defaults_are_sssds(void **state)
{
	(void)state;
	compare("", 200000, 2000200000, 200000);
}

static void other_ranges_are_cut_alike(void **state)
{
	(void)state;
	compare("range = 100000-4000000000\nrange-size = 1000000\n", 100000,
		4000000000, 1000000);
	compare("range = 5000-99999\nrange-size = 777\n", 5000, 99999, 777);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_sssds),
		cmocka_unit_test(other_ranges_are_cut_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
