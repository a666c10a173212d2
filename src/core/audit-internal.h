/* SPDX-License-Identifier: Apache-2.0 */
/* A check that has been made, as the files of auditing hand it on. */
#ifndef CORE_AUDIT_INTERNAL_H
#define CORE_AUDIT_INTERNAL_H

#include "base.h"
#include <guise/audit.h>

/* @decisions: one, or one a node of @access's object types. */
struct audit_check {
	const struct guise_sd *sd;
	const struct guise_token *token;
	uint32_t desired;
	const struct guise_generic_mapping *mapping;
	const struct guise_access_options *access; /* or NULL */
	const struct guise_decision *decisions;
	size_t n_decisions;
	const struct guise_audit_options *audit;
};

bool audit_options_are_sound(const struct guise_audit_options *audit);

/* The event that @audit describes, with @what it is about. */
struct guise_audit_event audit_event(const struct guise_audit_options *audit,
				     enum guise_audit_what what,
				     const struct guise_token *client);
void audit_emit(const struct guise_audit_options *audit,
		const struct guise_audit_event *event);

/* audit-sacl.c: what the ACEs ask for. true: a success was audited */
bool audit_sacl(const struct audit_check *check);
/* Staged rules of the policy that the SACL names differ. */
void audit_staged(const struct audit_check *check);

#endif
