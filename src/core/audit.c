/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of the AccessCheckAndAuditAlarm family. Who may write into the
 * log is decided by the process's own token, never by the client's: a client
 * must not be able to forge or flood it.
 */
#include "audit-internal.h"

#define FLAGS_KNOWN GUISE_AUDIT_ALLOW_NO_PRIVILEGE

bool audit_options_are_sound(const struct guise_audit_options *audit)
{
	return audit && audit->size >= sizeof(*audit) && audit->sink &&
	       audit->sink->function &&
	       (audit->what == GUISE_AUDIT_ACCESS ||
		audit->what == GUISE_AUDIT_DIRECTORY_ACCESS) &&
	       !(audit->flags & ~FLAGS_KNOWN);
}

struct guise_audit_event audit_event(const struct guise_audit_options *audit,
				     enum guise_audit_what what,
				     const struct guise_token *client)
{
	return (struct guise_audit_event){
		.what = what,
		.creation = audit->creation,
		.server = audit->server,
		.type = audit->type,
		.name = audit->name,
		.handle = audit->handle,
		.client = client,
		.process = audit->process,
	};
}

void audit_emit(const struct guise_audit_options *audit,
		const struct guise_audit_event *event)
{
	audit->sink->function(audit->sink->context, event);
}

/* As many decisions as nodes, or one for all of them. */
static bool count_is_sound(const struct guise_access_options *access, size_t n)
{
	return n == 1 || (access && n == access->n_object_types && n > 0);
}

static bool access_is_sound(const struct guise_access_options *access)
{
	return !access || (access->size >= sizeof(*access) &&
			   (access->object_types || !access->n_object_types));
}

int guise_audit_access(const struct guise_sd *sd,
		       const struct guise_token *token, uint32_t desired,
		       const struct guise_generic_mapping *mapping,
		       const struct guise_access_options *access,
		       const struct guise_decision *decisions,
		       size_t n_decisions,
		       const struct guise_audit_options *audit,
		       bool *ret_success)
{
	const struct audit_check check = {
		.sd = sd,
		.token = token,
		.desired = desired,
		.mapping = mapping,
		.access = access,
		.decisions = decisions,
		.n_decisions = n_decisions,
		.audit = audit,
	};
	bool success;

	if (ret_success)
		*ret_success = false;
	if (!sd || !token || !mapping || !decisions ||
	    !audit_options_are_sound(audit) || !access_is_sound(access) ||
	    !count_is_sound(access, n_decisions))
		return -EINVAL;
	if (desired & GUISE_GENERIC_MASK)
		return GUISE_E_GENERIC_NOT_MAPPED;
	success = audit_sacl(&check);
	audit_staged(&check);
	if (ret_success)
		*ret_success = success;
	return 0;
}

static int check_client(const struct guise_token *client)
{
	if (!client)
		return -EINVAL;
	if (guise_token_type(client) != GUISE_TOKEN_IMPERSONATION)
		return GUISE_E_NO_IMPERSONATION_TOKEN;
	return guise_token_level(client) < GUISE_LEVEL_IDENTIFICATION
		       ? GUISE_E_BAD_LEVEL
		       : 0;
}

/* *@ret_audits false: it may go on, without auditing. */
static int check_process(const struct guise_audit_options *audit,
			 bool *ret_audits)
{
	const struct guise_token *process = audit->process;

	if (process && guise_token_type(process) != GUISE_TOKEN_PRIMARY)
		return GUISE_E_BAD_TOKEN_TYPE;
	*ret_audits =
		process && guise_token_has_privilege(process, GUISE_SE_AUDIT);
	return *ret_audits || (audit->flags & GUISE_AUDIT_ALLOW_NO_PRIVILEGE)
		       ? 0
		       : GUISE_E_PRIVILEGE_NOT_HELD;
}

static int check_caller(const struct guise_audit_options *audit,
			const struct guise_token *client, bool *ret_audits)
{
	int r;

	if (!audit_options_are_sound(audit))
		return -EINVAL;
	r = check_client(client);
	return r < 0 ? r : check_process(audit, ret_audits);
}

static void emit_privileges(const struct guise_audit_options *audit,
			    const struct guise_token *client, uint32_t desired,
			    uint64_t privileges, bool success)
{
	struct guise_audit_event event =
		audit_event(audit, GUISE_AUDIT_PRIVILEGED_OBJECT, client);

	event.success = success;
	event.desired = desired;
	event.privileges = privileges;
	audit_emit(audit, &event);
}

/* The root's decision stands for all: privileges are of the request. */
static void audit_privileges(const struct guise_audit_options *audit,
			     const struct guise_token *client, uint32_t desired,
			     const struct guise_decision *d)
{
	if (d->privileges_used)
		emit_privileges(audit, client, desired, d->privileges_used,
				true);
	if (d->missing_privilege)
		emit_privileges(audit, client, desired,
				GUISE_PRIVILEGE_BIT(d->missing_privilege),
				false);
}

static int audit_made(const struct guise_sd *sd,
		      const struct guise_token *client, uint32_t desired,
		      const struct guise_generic_mapping *mapping,
		      const struct guise_access_options *access,
		      const struct guise_decision *decisions, size_t n,
		      const struct guise_audit_options *audit,
		      bool *ret_generate_on_close)
{
	int r = guise_audit_access(sd, client, desired, mapping, access,
				   decisions, n, audit, ret_generate_on_close);

	if (r == 0)
		audit_privileges(audit, client, desired, &decisions[0]);
	return r;
}

int guise_access_check_and_audit(const struct guise_sd *sd,
				 const struct guise_token *client,
				 uint32_t desired,
				 const struct guise_generic_mapping *mapping,
				 const struct guise_access_options *access,
				 const struct guise_audit_options *audit,
				 struct guise_decision *ret,
				 bool *ret_generate_on_close)
{
	bool audits;
	int r;

	if (!ret)
		return -EINVAL;
	*ret = (struct guise_decision){0};
	if (ret_generate_on_close)
		*ret_generate_on_close = false;
	r = check_caller(audit, client, &audits);
	if (r == 0)
		r = guise_access_check_by_type(sd, client, desired, mapping,
					       access, ret);
	if (r < 0 || !audits)
		return r;
	return audit_made(sd, client, desired, mapping, access, ret, 1, audit,
			  ret_generate_on_close);
}

int guise_access_check_and_audit_result_list(
	const struct guise_sd *sd, const struct guise_token *client,
	uint32_t desired, const struct guise_generic_mapping *mapping,
	const struct guise_access_options *access,
	const struct guise_audit_options *audit, struct guise_decision *ret,
	bool *ret_generate_on_close)
{
	size_t n = access ? access->n_object_types : 0;
	bool audits;
	int r;

	if (!ret || n == 0 || n > GUISE_OBJECT_TYPES_MAX)
		return -EINVAL;
	memset(ret, 0, n * sizeof(*ret));
	if (ret_generate_on_close)
		*ret_generate_on_close = false;
	r = check_caller(audit, client, &audits);
	if (r == 0)
		r = guise_access_check_by_type_result_list(
			sd, client, desired, mapping, access, ret);
	if (r < 0 || !audits)
		return r;
	return audit_made(sd, client, desired, mapping, access, ret, n, audit,
			  ret_generate_on_close);
}

int guise_audit_open(const struct guise_sd *sd,
		     const struct guise_token *client, uint32_t desired,
		     const struct guise_generic_mapping *mapping,
		     const struct guise_access_options *access,
		     const struct guise_decision *decision,
		     const struct guise_audit_options *audit,
		     bool *ret_generate_on_close)
{
	bool audits;
	int r;

	if (ret_generate_on_close)
		*ret_generate_on_close = false;
	if (!decision)
		return -EINVAL;
	r = check_caller(audit, client, &audits);
	if (r < 0 || !audits)
		return r;
	return audit_made(sd, client, desired, mapping, access, decision, 1,
			  audit, ret_generate_on_close);
}

static int audit_handle(const struct guise_audit_options *audit,
			enum guise_audit_what what, bool generate_on_close)
{
	struct guise_audit_event event;
	bool audits;
	int r;

	if (!audit_options_are_sound(audit))
		return -EINVAL;
	r = check_process(audit, &audits);
	if (r < 0 || !audits || !generate_on_close)
		return r;
	event = audit_event(audit, what, NULL);
	event.success = true;
	audit_emit(audit, &event);
	return 0;
}

int guise_audit_close(const struct guise_audit_options *audit,
		      bool generate_on_close)
{
	return audit_handle(audit, GUISE_AUDIT_CLOSE, generate_on_close);
}

int guise_audit_delete(const struct guise_audit_options *audit,
		       bool generate_on_close)
{
	return audit_handle(audit, GUISE_AUDIT_DELETE, generate_on_close);
}

int guise_audit_privileged_object(const struct guise_audit_options *audit,
				  const struct guise_token *client,
				  uint32_t desired, uint64_t privileges,
				  bool granted)
{
	bool audits;
	int r = check_caller(audit, client, &audits);

	if (r == 0 && audits)
		emit_privileges(audit, client, desired, privileges, granted);
	return r;
}

int guise_audit_privileged_service(const struct guise_audit_options *audit,
				   const struct guise_token *client,
				   const char *service, uint64_t privileges,
				   bool granted)
{
	struct guise_audit_event event;
	bool audits;
	int r = check_caller(audit, client, &audits);

	if (r < 0 || !audits)
		return r;
	event = audit_event(audit, GUISE_AUDIT_PRIVILEGED_SERVICE, client);
	event.success = granted;
	event.privileges = privileges;
	event.service = service;
	audit_emit(audit, &event);
	return 0;
}
