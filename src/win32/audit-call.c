/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/audit.h>
#include <guise/thread-token.h>

#include "audit-call.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"
#include "token-of.h"
#include "user-memory.h"

#include <guise-audit.h>

/* Where events go; NULL: nowhere. Set seldom, read by each audit. */
static _Atomic(const struct guise_audit_sink *) process_sink;

void guise_win32_audit_to(const struct guise_audit_sink *sink)
{
	atomic_store(&process_sink, sink);
}

const struct guise_audit_sink *alarm_sink(void)
{
	return atomic_load(&process_sink);
}

static void drop(void *context, const struct guise_audit_event *event)
{
	(void)context;
	(void)event;
}

static const struct guise_audit_sink nowhere = {.function = drop};

/* What an audit says, read. */
struct audit {
	struct guise_audit_options options;
	const struct guise_token *process;
	const struct guise_token *client;
	char *server;
	char *type;
	char *name;
	char *service;
};

static void audit_clear(struct audit *audit)
{
	audit->process = guise_token_unref(audit->process);
	audit->client = guise_token_unref(audit->client);
	free(audit->server);
	free(audit->type);
	free(audit->name);
	free(audit->service);
}

/* A name in UTF-8; NULL stays NULL. */
static NTSTATUS read_text(const void *text, enum audit_text kind, char **ret)
{
	const char *narrow = text;

	if (!text)
		return STATUS_SUCCESS;
	if (kind == AUDIT_TEXT_COUNTED)
		return unicode_string_dup(text, ret);
	if (kind == AUDIT_TEXT_WIDE)
		return utf8_dup(text, ret);
	*ret = strdup(narrow);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS read_names(const struct audit_call *call, struct audit *ret)
{
	NTSTATUS status = read_text(call->subsystem, call->text, &ret->server);

	if (!status)
		status = read_text(call->type, call->text, &ret->type);
	if (!status)
		status = read_text(call->name, call->text, &ret->name);
	if (!status)
		status = read_text(call->service, call->text, &ret->service);
	return status;
}

/* SeAudit counts in the process's token only (Windows' rule for auditing). */
static NTSTATUS read_process(struct audit *ret)
{
	struct guise_token_object *process;
	int r = guise_process_token(&process);

	if (r == 0)
		ret->process = guise_token_object_token(process);
	return status_of(r);
}

static NTSTATUS read_client(const struct audit_call *call, struct audit *ret)
{
	struct guise_token_object *thread;

	if (!call->impersonated)
		return token_of_handle(call->token, TOKEN_QUERY, &ret->client);
	thread = guise_thread_token();
	if (!thread)
		return STATUS_NO_IMPERSONATION_TOKEN;
	ret->client = guise_token_object_token(thread);
	return STATUS_SUCCESS;
}

/* All but the client. */
static NTSTATUS audit_read(const struct audit_call *call, struct audit *ret)
{
	const struct guise_audit_sink *sink = alarm_sink();
	NTSTATUS status = read_names(call, ret);

	if (!status)
		status = read_process(ret);
	if (!status)
		ret->options = (struct guise_audit_options){
			.size = sizeof(ret->options),
			.sink = sink ? sink : &nowhere,
			.process = ret->process,
			.server = ret->server,
			.type = ret->type,
			.name = ret->name,
			.handle = (uintptr_t)call->id,
			.what = (enum guise_audit_what)call->event,
			.creation = call->creation,
			.flags = call->flags,
		};
	return status;
}

static int decide(const struct access_args *args, const struct audit *audit,
		  bool list, struct guise_decision *ret, bool *ret_on_close)
{
	if (list)
		return guise_access_check_and_audit_result_list(
			args->sd, audit->client, args->desired, &args->mapping,
			&args->options, &audit->options, ret, ret_on_close);
	return guise_access_check_and_audit(
		args->sd, audit->client, args->desired, &args->mapping,
		&args->options, &audit->options, ret, ret_on_close);
}

static NTSTATUS probe(const struct access_call *call, PACCESS_MASK ret_granted,
		      NTSTATUS *ret_status, BOOLEAN *ret_on_close)
{
	ULONG n = call->list ? call->n_types : 1;

	if (n > GUISE_OBJECT_TYPES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_writable(ret_on_close, sizeof(*ret_on_close)))
		return STATUS_ACCESS_VIOLATION;
	return access_answers_writable(ret_granted, ret_status, n);
}

NTSTATUS alarm_check(const struct audit_call *call, PACCESS_MASK ret_granted,
		     NTSTATUS *ret_status, BOOLEAN *ret_on_close)
{
	GUISE_AUTO(access_args_clear) struct access_args args = {0};
	GUISE_AUTO(freep) struct guise_decision *decisions = NULL;
	GUISE_AUTO(audit_clear) struct audit audit = {0};
	const struct access_call *access = &call->access;
	size_t n = access->list ? access->n_types : 1;
	NTSTATUS status = probe(access, ret_granted, ret_status, ret_on_close);
	bool on_close = false;

	if (!status && (access->desired & GUISE_GENERIC_MASK))
		status = STATUS_GENERIC_NOT_MAPPED;
	if (!status)
		status = audit_read(call, &audit);
	if (!status)
		status = read_client(call, &audit);
	if (!status)
		status = access_args_read(access, &args);
	if (status)
		return status;
	decisions = array_alloc(n, sizeof(*decisions));
	if (!decisions)
		return STATUS_NO_MEMORY;
	status = status_of(
		decide(&args, &audit, access->list, decisions, &on_close));
	if (status)
		return status;
	for (size_t i = 0; i < n; i++)
		access_answer(&decisions[i], args.desired, access->list,
			      &ret_granted[i], &ret_status[i]);
	*ret_on_close = on_close;
	return STATUS_SUCCESS;
}

/* What others decided, as a decision. */
static NTSTATUS read_outcome(const struct audit_outcome *outcome,
			     ACCESS_MASK desired, struct guise_decision *ret)
{
	NTSTATUS status = STATUS_SUCCESS;

	*ret = (struct guise_decision){
		.granted = outcome->allowed ? outcome->granted : 0,
		.missing = outcome->allowed ? 0 : desired & ~outcome->granted,
		.allowed = outcome->allowed,
	};
	if (outcome->privileges)
		status = privilege_set_read(outcome->privileges,
					    &ret->privileges_used);
	return status;
}

NTSTATUS alarm_open(const struct audit_call *call,
		    const struct audit_outcome *outcome, BOOLEAN *ret_on_close)
{
	const struct guise_generic_mapping none = {0};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(audit_clear) struct audit audit = {0};
	struct guise_decision decision;
	bool on_close = false;
	NTSTATUS status;

	if (!user_writable(ret_on_close, sizeof(*ret_on_close)))
		return STATUS_ACCESS_VIOLATION;
	status = audit_read(call, &audit);
	if (!status)
		status = read_client(call, &audit);
	if (!status)
		status = read_outcome(outcome, call->access.desired, &decision);
	if (!status)
		status = sd_read(call->access.sd, &sd);
	if (!status)
		status = status_of(guise_audit_open(
			sd, audit.client, call->access.desired, &none, NULL,
			&decision, &audit.options, &on_close));
	if (!status)
		*ret_on_close = on_close;
	return status;
}

NTSTATUS alarm_close(const struct audit_call *call, bool deleted, bool on_close)
{
	GUISE_AUTO(audit_clear) struct audit audit = {0};
	NTSTATUS status = audit_read(call, &audit);

	if (status)
		return status;
	return status_of(deleted ? guise_audit_delete(&audit.options, on_close)
				 : guise_audit_close(&audit.options, on_close));
}

NTSTATUS alarm_privileges(const struct audit_call *call, bool service,
			  const struct audit_outcome *outcome)
{
	GUISE_AUTO(audit_clear) struct audit audit = {0};
	uint64_t privileges = 0;
	NTSTATUS status = audit_read(call, &audit);

	if (!status)
		status = read_client(call, &audit);
	if (!status)
		status = privilege_set_read(outcome->privileges, &privileges);
	if (status)
		return status;
	if (service)
		return status_of(guise_audit_privileged_service(
			&audit.options, audit.client, audit.service, privileges,
			outcome->allowed));
	return status_of(guise_audit_privileged_object(
		&audit.options, audit.client, call->access.desired, privileges,
		outcome->allowed));
}
