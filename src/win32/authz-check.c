/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may a client do (authz.h)? Further descriptors limit what the first one
 * grants. A check that is made again is made with the client as it was; about
 * callback entries the program is asked each time.
 */
#include <pthread.h>

#include <guise/thread-token.h>

#include "access-args.h"
#include "audit-call.h"
#include "authz-internal.h"
#include "sd-read.h"
#include "status.h"

/* Descriptors at once. Ours: each is read for each check. */
#define SDS_MAX 64

/**
 * struct AUTHZ_ACCESS_CHECK_RESULTS_HANDLE__ - a check to be made again
 * @context: a reference: callbacks are told whom it is about
 * @token: as the client was
 * @sds: owned
 */
struct AUTHZ_ACCESS_CHECK_RESULTS_HANDLE__ {
	AUTHZ_CLIENT_CONTEXT_HANDLE context;
	const struct guise_token *token;
	const struct guise_sd **sds;
	size_t n;
};

static void results_free(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results)
{
	authz_context_unref(results->context);
	guise_token_unref(results->token);
	for (size_t i = 0; i < results->n; i++)
		guise_sd_unref(results->sds[i]);
	free(results->sds);
	free(results);
}

static void results_freep(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE *results)
{
	if (*results)
		results_free(*results);
}

static NTSTATUS read_sds(PSECURITY_DESCRIPTOR first, PSECURITY_DESCRIPTOR *more,
			 DWORD n_more, AUTHZ_ACCESS_CHECK_RESULTS_HANDLE ret)
{
	NTSTATUS status = STATUS_SUCCESS;

	ret->sds = array_alloc(n_more + 1, sizeof(*ret->sds));
	if (!ret->sds)
		return STATUS_NO_MEMORY;
	for (DWORD i = 0; !status && i <= n_more; i++) {
		status = sd_read(i ? more[i - 1] : first, &ret->sds[i]);
		if (!status)
			ret->n++;
	}
	return status;
}

/* What a check is made with. */
static NTSTATUS results_new(AUTHZ_CLIENT_CONTEXT_HANDLE context,
			    PSECURITY_DESCRIPTOR first,
			    PSECURITY_DESCRIPTOR *more, DWORD n_more,
			    AUTHZ_ACCESS_CHECK_RESULTS_HANDLE *ret)
{
	AUTHZ_ACCESS_CHECK_RESULTS_HANDLE made;
	NTSTATUS status;

	if (!first || n_more >= SDS_MAX || (n_more && !more))
		return STATUS_INVALID_PARAMETER;
	made = calloc(1, sizeof(*made));
	if (!made)
		return STATUS_NO_MEMORY;
	made->context = authz_context_ref(context);
	made->token = authz_context_token(context);
	status = read_sds(first, more, n_more, made);
	if (status) {
		results_free(made);
		return status;
	}
	*ret = made;
	return STATUS_SUCCESS;
}

/* A request with its types and SELF; the descriptors are elsewhere. */
static NTSTATUS read_request(const AUTHZ_ACCESS_REQUEST *request,
			     const AUTHZ_ACCESS_REPLY *reply,
			     struct access_args *ret)
{
	DWORD n = request->ObjectTypeListLength;

	if (!reply->GrantedAccessMask || !reply->Error ||
	    (request->DesiredAccess & GUISE_GENERIC_MASK) ||
	    reply->ResultListLength == 0 ||
	    (reply->ResultListLength != 1 && reply->ResultListLength != n))
		return STATUS_INVALID_PARAMETER;
	return access_request_read(request->PrincipalSelfSid,
				   request->ObjectTypeList, n,
				   request->DesiredAccess, ret);
}

static int decide(const struct guise_sd *sd, const struct guise_token *token,
		  const struct access_args *args, bool list,
		  struct guise_decision *ret)
{
	if (list)
		return guise_access_check_by_type_result_list(
			sd, token, args->desired, &args->mapping,
			&args->options, ret);
	return guise_access_check_by_type(sd, token, args->desired,
					  &args->mapping, &args->options, ret);
}

/* What both grant. */
static void intersect(struct guise_decision *all,
		      const struct guise_decision *one, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (all[i].allowed && !one[i].allowed)
			all[i] = one[i];
		all[i].granted &= one[i].granted;
		if (all[i].granted == 0)
			all[i].allowed = false;
	}
}

static BOOL decide_all(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results, PVOID call,
		       const struct access_args *args, size_t n,
		       struct guise_decision *ret)
{
	GUISE_AUTO(freep)
	struct guise_decision *one = array_alloc(n, sizeof(*one));
	int r = one ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < results->n; i++) {
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = guise_sd_ref(results->sds[i]);

		if (!callbacks_apply(results->context, call, &sd))
			return FALSE;
		r = decide(sd, results->token, args, n > 1, i ? one : ret);
		if (r == 0 && i)
			intersect(ret, one, n);
	}
	return win32_result(status_of(r));
}

/* Whom audits are told to, but for outcomes that the event leaves out. */
struct filter {
	const struct guise_audit_sink *sink;
	DWORD flags;
	bool success;
	bool failure;
};

static void tell(void *context, const struct guise_audit_event *event)
{
	struct filter *filter = context;

	if (event->what == GUISE_AUDIT_ACCESS)
		*(event->success ? &filter->success : &filter->failure) = true;
	if (filter->sink &&
	    !(filter->flags & (event->success ? AUTHZ_NO_SUCCESS_AUDIT
					      : AUTHZ_NO_FAILURE_AUDIT)))
		filter->sink->function(filter->sink->context, event);
}

/* What the SACLs want on record: told if there is an event, and said in the
 * reply. */
static NTSTATUS audit(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
		      const struct access_args *args,
		      AUTHZ_AUDIT_EVENT_HANDLE event,
		      const struct guise_decision *decisions, size_t n,
		      AUTHZ_ACCESS_REPLY *reply)
{
	const AUTHZ_RESOURCE_MANAGER_HANDLE rm = results->context->manager;
	const bool tells = event && !(rm->flags & AUTHZ_RM_FLAG_NO_AUDIT);
	struct filter filter = {.sink = tells ? alarm_sink() : NULL,
				.flags = event ? event->flags : 0};
	const struct guise_audit_sink sink = {tell, &filter};
	const struct guise_audit_options options = {
		.size = sizeof(options),
		.sink = &sink,
		.server = rm->name,
		.type = event ? event->type : NULL,
		.name = event ? event->name : NULL,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < results->n; i++)
		r = guise_audit_access(results->sds[i], results->token,
				       args->desired, &args->mapping,
				       &args->options, decisions, n, &options,
				       NULL);
	for (size_t i = 0; reply->SaclEvaluationResults && r == 0 && i < n;
	     i++) {
		bool told =
			decisions[i].allowed ? filter.success : filter.failure;

		reply->SaclEvaluationResults[i] =
			!told		       ? 0
			: decisions[i].allowed ? AUTHZ_GENERATE_SUCCESS_AUDIT
					       : AUTHZ_GENERATE_FAILURE_AUDIT;
	}
	return status_of(r);
}

static BOOL check(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
		  const AUTHZ_ACCESS_REQUEST *request,
		  AUTHZ_AUDIT_EVENT_HANDLE event, AUTHZ_ACCESS_REPLY *reply)
{
	GUISE_AUTO(access_args_clear) struct access_args args = {0};
	GUISE_AUTO(freep) struct guise_decision *decisions = NULL;
	NTSTATUS status = read_request(request, reply, &args);
	size_t n = reply->ResultListLength;
	NTSTATUS answer;

	if (status)
		return win32_result(status);
	decisions = array_alloc(n, sizeof(*decisions));
	if (!decisions)
		return win32_result(STATUS_NO_MEMORY);
	if (!decide_all(results, request->OptionalArguments, &args, n,
			decisions))
		return FALSE;
	if (event || reply->SaclEvaluationResults)
		status = audit(results, &args, event, decisions, n, reply);
	for (size_t i = 0; !status && i < n; i++) {
		access_answer(&decisions[i], args.desired, false,
			      &reply->GrantedAccessMask[i], &answer);
		reply->Error[i] = win32_error(answer);
	}
	return win32_result(status);
}

BOOL AuthzAccessCheck(DWORD flags, AUTHZ_CLIENT_CONTEXT_HANDLE context,
		      PAUTHZ_ACCESS_REQUEST request,
		      AUTHZ_AUDIT_EVENT_HANDLE event, PSECURITY_DESCRIPTOR sd,
		      PSECURITY_DESCRIPTOR *more, DWORD n_more,
		      PAUTHZ_ACCESS_REPLY reply,
		      PAUTHZ_ACCESS_CHECK_RESULTS_HANDLE ret)
{
	GUISE_AUTO(results_freep)
	AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results = NULL;
	NTSTATUS status;

	if (!context || !request || !reply ||
	    (flags & ~(DWORD)AUTHZ_ACCESS_CHECK_NO_DEEP_COPY_SD))
		return win32_result(STATUS_INVALID_PARAMETER);
	status = results_new(context, sd, more, n_more, &results);
	if (status)
		return win32_result(status);
	if (!check(results, request, event, reply))
		return FALSE;
	if (ret)
		*ret = guise_take(results);
	return TRUE;
}

BOOL AuthzCachedAccessCheck(DWORD flags,
			    AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
			    PAUTHZ_ACCESS_REQUEST request,
			    AUTHZ_AUDIT_EVENT_HANDLE event,
			    PAUTHZ_ACCESS_REPLY reply)
{
	if (flags || !results || !request || !reply)
		return win32_result(STATUS_INVALID_PARAMETER);
	return check(results, request, event, reply);
}

/* The answers of an earlier check. */
static void read_answers(const AUTHZ_ACCESS_REPLY *reply,
			 const struct access_args *args,
			 struct guise_decision *ret)
{
	for (DWORD i = 0; i < reply->ResultListLength; i++) {
		ret[i].allowed = reply->Error[i] == ERROR_SUCCESS;
		if (ret[i].allowed)
			ret[i].granted = reply->GrantedAccessMask[i];
		else
			ret[i].missing = args->desired;
	}
}

static NTSTATUS audit_answers(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
			      const AUTHZ_ACCESS_REQUEST *request,
			      AUTHZ_AUDIT_EVENT_HANDLE event,
			      AUTHZ_ACCESS_REPLY *reply)
{
	GUISE_AUTO(access_args_clear) struct access_args args = {0};
	GUISE_AUTO(freep) struct guise_decision *decisions = NULL;
	NTSTATUS status = read_request(request, reply, &args);

	if (status)
		return status;
	decisions = array_alloc(reply->ResultListLength, sizeof(*decisions));
	if (!decisions)
		return STATUS_NO_MEMORY;
	read_answers(reply, &args, decisions);
	return audit(results, &args, event, decisions, reply->ResultListLength,
		     reply);
}

BOOL AuthzOpenObjectAudit(DWORD flags, AUTHZ_CLIENT_CONTEXT_HANDLE context,
			  PAUTHZ_ACCESS_REQUEST request,
			  AUTHZ_AUDIT_EVENT_HANDLE event,
			  PSECURITY_DESCRIPTOR sd, PSECURITY_DESCRIPTOR *more,
			  DWORD n_more, PAUTHZ_ACCESS_REPLY reply)
{
	GUISE_AUTO(results_freep)
	AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results = NULL;
	NTSTATUS status;

	if (flags || !context || !request || !event || !reply)
		return win32_result(STATUS_INVALID_PARAMETER);
	status = results_new(context, sd, more, n_more, &results);
	if (!status)
		status = audit_answers(results, request, event, reply);
	return win32_result(status);
}

BOOL AuthzFreeHandle(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results)
{
	if (!results)
		return win32_result(STATUS_INVALID_PARAMETER);
	results_free(results);
	return TRUE;
}
