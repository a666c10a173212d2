/* SPDX-License-Identifier: Apache-2.0 */
/* Audit events as they come, for tests: cmocka-wrap.h comes before. */
#ifndef TESTS_AUDIT_RECORD_H
#define TESTS_AUDIT_RECORD_H

#include "token.h"

#include <guise/audit.h>

#define USER "S-1-5-21-11-22-33-1001"
#define STAFF "S-1-5-21-11-22-33-2001"
#define READ 0x120089u
#define WRITE 0x120116u
#define ALL 0x1f01ffu

#define MAX_EVENTS 8

struct record {
	struct guise_audit_event events[MAX_EVENTS];
	struct guise_sid sids[MAX_EVENTS]; /* what their @sid pointed to */
	size_t n;
};

static inline void keep(void *context, const struct guise_audit_event *event)
{
	struct record *record = context;

	assert_true(record->n < MAX_EVENTS);
	if (event->sid)
		record->sids[record->n] = *event->sid;
	record->events[record->n++] = *event;
}

static inline const struct guise_token *user_token(void)
{
	return test_token_make(&(struct test_token){
		.user = USER,
		.groups = {STAFF, "WD"},
	});
}

static inline const struct guise_token *process_token(uint64_t privileges)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;
	struct guise_sid sid = sid_of("SY");

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &sid, 0);
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY, GUISE_LEVEL_ANONYMOUS);
	guise_token_builder_privileges(b, privileges, privileges, 0);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	return token;
}

#define SE_AUDIT GUISE_PRIVILEGE_BIT(GUISE_SE_AUDIT)

#define GRANTED(bits)                                                          \
	{                                                                      \
		.allowed = true, .granted = (bits)                             \
	}
#define REFUSED(bits)                                                          \
	{                                                                      \
		.missing = (bits)                                              \
	}

#endif
