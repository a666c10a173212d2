/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second evaluator of the access check, for tests only: slow, naive and made
 * in another way than the real one. It knows nothing of passes over a list
 * that gather bits; it asks of one bit at a time which entry speaks of it
 * first. It takes plain arrays and shares no code with the library.
 */
#ifndef MODEL_H
#define MODEL_H

#include <guise/access.h>

struct model_token {
	struct guise_sid_and_attributes user;
	const struct guise_sid_and_attributes *groups;
	size_t n_groups;
	const struct guise_sid *restricted;
	size_t n_restricted;
	bool write_restricted;
	bool impersonation;
	enum guise_level level;
	uint64_t privileges_enabled;
	bool no_write_up;   /* the mandatory policy */
	uint32_t integrity; /* S-1-16-x: x */
};

struct model_object {
	const struct guise_sid *owner; /* NULL: absent */
	const struct guise_sid *group;
	bool has_dacl; /* false: absent or NULL */
	const struct guise_ace *dacl;
	size_t n_dacl;
	const struct guise_ace *sacl;
	size_t n_sacl;
};

/* As guise_access_check(): the code, and @ret as it must come out. */
int model_check(const struct model_token *token,
		const struct model_object *object, uint32_t desired,
		const struct guise_generic_mapping *mapping,
		struct guise_decision *ret);

bool model_sid_equal(const struct guise_sid *a, const struct guise_sid *b);

#endif
