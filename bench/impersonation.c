/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "client_switch.h"
#include "impersonation.h"
#include "rounds.h"

static void bare(const void *context)
{
	const struct impersonated *client = context;

	client_bare_switch(client->n_groups);
}

static void with_calls(const struct impersonation *how,
		       const struct impersonated *clients, size_t n,
		       unsigned rounds)
{
	static struct bench_case cases[2 * IMPERSONATED_MAX];

	for (size_t i = 0; i < n; i++) {
		cases[2 * i] = (struct bench_case){
			.run = how->pair, .context = clients[i].context};
		cases[2 * i + 1] = (struct bench_case){.run = bare,
						       .context = &clients[i]};
	}
	rounds_measure(cases, 2 * n, rounds);
	printf("%8s %16s %12s %8s\n", "groups", "pair, ns", "bare, ns",
	       "ratio");
	for (size_t i = 0; i < n; i++)
		printf("%8zu %16.0f %12.0f %8.3f\n", clients[i].n_groups,
		       cases[2 * i].ns, cases[2 * i + 1].ns,
		       cases[2 * i].ns / cases[2 * i + 1].ns);
}

static void without_calls(const struct impersonation *how, const void *client,
			  unsigned rounds)
{
	struct bench_case cases[] = {
		{.run = how->revert, .context = client},
		{.run = how->impersonate, .context = client},
	};

	rounds_measure(cases, 1, rounds);
	how->impersonate(client);
	rounds_measure(cases + 1, 1, rounds);
	how->revert(client);
	printf("\nrevert of nothing %.1f ns, the same client again %.1f ns\n",
	       cases[0].ns, cases[1].ns);
}

void impersonation_measure(const struct impersonation *how,
			   const struct impersonated *clients, size_t n,
			   unsigned rounds)
{
	with_calls(how, clients, n, rounds);
	without_calls(how, clients[0].context, rounds);
}
