/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may a client do (authz.h)? Further descriptors limit what the first one
 * grants. Callback entries that are no conditions are the program's: it is
 * asked about each, and what applies counts as the plain entry would.
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
 * @manager: a reference
 * @token: as the client was
 * @sds: owned; callbacks have been asked
 */
struct AUTHZ_ACCESS_CHECK_RESULTS_HANDLE__ {
	AUTHZ_RESOURCE_MANAGER_HANDLE manager;
	const struct guise_token *token;
	const struct guise_sd **sds;
	size_t n;
};

static void results_free(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results)
{
	if (results->manager)
		manager_unref(results->manager);
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

/* A callback entry of the program's own, not a condition. */
static bool is_callback(const struct guise_ace *ace)
{
	if (ace->type < ACCESS_ALLOWED_CALLBACK_ACE_TYPE ||
	    ace->type > ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE)
		return false;
	return ace->data_size < 4 || memcmp(ace->data, "artx", 4) != 0;
}

/* What an entry is if it applies. */
static uint8_t plain_type(uint8_t callback)
{
	switch (callback) {
	case ACCESS_ALLOWED_CALLBACK_ACE_TYPE:
		return ACCESS_ALLOWED_ACE_TYPE;
	case ACCESS_DENIED_CALLBACK_ACE_TYPE:
		return ACCESS_DENIED_ACE_TYPE;
	case ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE:
		return ACCESS_ALLOWED_OBJECT_ACE_TYPE;
	default:
		return ACCESS_DENIED_OBJECT_ACE_TYPE;
	}
}

/* Asks the program about one entry. False: it failed and said why in the last
 * error, or there is no memory. */
static BOOL ask(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
		const struct guise_ace *ace, BOOL *ret_applies)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *one = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r = guise_acl_new(0, ace, 1, &one);

	if (r == 0)
		r = guise_acl_encode(one, &bytes);
	if (r < 0)
		return win32_result(status_of(r));
	*ret_applies = FALSE;
	return context->manager->check(
		context, (void *)(bytes.data + sizeof(ACL)), args, ret_applies);
}

/* The entries of @acl as the program says that they apply, in @ret. */
static BOOL ask_all(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
		    const struct guise_acl *acl, struct guise_ace *ret,
		    size_t *ret_n)
{
	BOOL applies;
	size_t n = 0;

	for (size_t i = 0; i < guise_acl_n_aces(acl); i++) {
		struct guise_ace ace = *guise_acl_ace(acl, i);

		if (is_callback(&ace)) {
			if (!ask(context, args, &ace, &applies))
				return FALSE;
			if (!applies)
				continue;
			ace.type = plain_type(ace.type);
			ace.data = NULL;
			ace.data_size = 0;
		}
		ret[n++] = ace;
	}
	*ret_n = n;
	return TRUE;
}

static int sd_with_dacl(const struct guise_sd *sd, const struct guise_acl *dacl,
			const struct guise_sd **ret)
{
	const struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.control = guise_sd_control(sd),
		.rm_control = guise_sd_rm_control(sd),
		.owner = guise_sd_owner(sd),
		.group = guise_sd_group(sd),
		.dacl = dacl,
		.sacl = guise_sd_sacl(sd),
	};

	return guise_sd_new(&fields, ret);
}

static bool has_callbacks(const struct guise_acl *acl)
{
	for (size_t i = 0; acl && i < guise_acl_n_aces(acl); i++) {
		if (is_callback(guise_acl_ace(acl, i)))
			return true;
	}
	return false;
}

/* Puts what the program says about the entries of *@sd into it. Without a
 * function they stay: then they grant nothing and deny all the same. */
static BOOL apply_callbacks(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
			    const struct guise_sd **sd)
{
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *made = NULL;
	const struct guise_acl *dacl = guise_sd_dacl(*sd);
	const struct guise_sd *with;
	size_t n;
	int r;

	if (!context->manager->check || !has_callbacks(dacl))
		return TRUE;
	aces = array_alloc(guise_acl_n_aces(dacl), sizeof(*aces));
	if (!aces)
		return win32_result(STATUS_NO_MEMORY);
	if (!ask_all(context, args, dacl, aces, &n))
		return FALSE;
	r = guise_acl_new(guise_acl_revision(dacl), aces, n, &made);
	if (r == 0)
		r = sd_with_dacl(*sd, made, &with);
	if (r < 0)
		return win32_result(status_of(r));
	guise_sd_unref(*sd);
	*sd = with;
	return TRUE;
}

static BOOL read_sds(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
		     PSECURITY_DESCRIPTOR first, PSECURITY_DESCRIPTOR *more,
		     DWORD n_more, AUTHZ_ACCESS_CHECK_RESULTS_HANDLE ret)
{
	ret->sds = array_alloc(n_more + 1, sizeof(*ret->sds));
	if (!ret->sds)
		return win32_result(STATUS_NO_MEMORY);
	for (DWORD i = 0; i <= n_more; i++) {
		NTSTATUS status =
			sd_read(i ? more[i - 1] : first, &ret->sds[i]);

		if (status)
			return win32_result(status);
		ret->n++;
		if (!apply_callbacks(context, args, &ret->sds[i]))
			return FALSE;
	}
	return TRUE;
}

/* A request with its types and SELF; the descriptors are elsewhere. */
static NTSTATUS read_request(const AUTHZ_ACCESS_REQUEST *request,
			     const AUTHZ_ACCESS_REPLY *reply,
			     struct access_args *ret)
{
	DWORD n = request->ObjectTypeListLength;

	if (!reply->GrantedAccessMask || !reply->Error ||
	    (request->DesiredAccess & GUISE_GENERIC_MASK) ||
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

static NTSTATUS decide_all(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
			   const struct access_args *args, bool list, size_t n,
			   struct guise_decision *ret)
{
	GUISE_AUTO(freep)
	struct guise_decision *one = array_alloc(n, sizeof(*one));
	int r = one ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < results->n; i++) {
		r = decide(results->sds[i], results->token, args, list,
			   i ? one : ret);
		if (r == 0 && i)
			intersect(ret, one, n);
	}
	return status_of(r);
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

/* What the first descriptor's SACL wants on record: told if there is an event,
 * and said in the reply. */
static NTSTATUS audit(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
		      const struct access_args *args,
		      AUTHZ_AUDIT_EVENT_HANDLE event,
		      const struct guise_decision *decisions, size_t n,
		      AUTHZ_ACCESS_REPLY *reply)
{
	const bool tells =
		event && !(results->manager->flags & AUTHZ_RM_FLAG_NO_AUDIT);
	struct filter filter = {.sink = tells ? audit_sink() : NULL,
				.flags = event ? event->flags : 0};
	const struct guise_audit_sink sink = {tell, &filter};
	const struct guise_audit_options options = {
		.size = sizeof(options),
		.sink = &sink,
		.server = results->manager->name,
		.type = event ? event->type : NULL,
		.name = event ? event->name : NULL,
	};
	int r = guise_audit_access(
		results->sds[0], results->token, args->desired, &args->mapping,
		&args->options, decisions, n, &options, NULL);

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

static NTSTATUS check(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
		      const AUTHZ_ACCESS_REQUEST *request,
		      AUTHZ_AUDIT_EVENT_HANDLE event, AUTHZ_ACCESS_REPLY *reply)
{
	GUISE_AUTO(access_args_clear) struct access_args args = {0};
	GUISE_AUTO(freep) struct guise_decision *decisions = NULL;
	NTSTATUS status = read_request(request, reply, &args);
	size_t n = reply->ResultListLength;
	NTSTATUS answer;

	if (status)
		return status;
	decisions = array_alloc(n, sizeof(*decisions));
	if (!decisions)
		return STATUS_NO_MEMORY;
	status = decide_all(results, &args, n > 1, n, decisions);
	if (!status && (event || reply->SaclEvaluationResults))
		status = audit(results, &args, event, decisions, n, reply);
	for (size_t i = 0; !status && i < n; i++) {
		access_answer(&decisions[i], args.desired, false,
			      &reply->GrantedAccessMask[i], &answer);
		reply->Error[i] = win32_error(answer);
	}
	return status;
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

	if (!context || !request || !sd || !reply ||
	    (flags & ~(DWORD)AUTHZ_ACCESS_CHECK_NO_DEEP_COPY_SD) ||
	    n_more >= SDS_MAX || (n_more && !more))
		return win32_result(STATUS_INVALID_PARAMETER);
	results = calloc(1, sizeof(*results));
	if (!results)
		return win32_result(STATUS_NO_MEMORY);
	results->manager = manager_ref(context->manager);
	results->token = context_token(context);
	if (!read_sds(context, request->OptionalArguments, sd, more, n_more,
		      results))
		return FALSE;
	status = check(results, request, event, reply);
	if (!status && ret)
		*ret = guise_take(results);
	return win32_result(status);
}

BOOL AuthzCachedAccessCheck(DWORD flags,
			    AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results,
			    PAUTHZ_ACCESS_REQUEST request,
			    AUTHZ_AUDIT_EVENT_HANDLE event,
			    PAUTHZ_ACCESS_REPLY reply)
{
	if (flags || !results || !request || !reply)
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(check(results, request, event, reply));
}

BOOL AuthzFreeHandle(AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results)
{
	if (!results)
		return win32_result(STATUS_INVALID_PARAMETER);
	results_free(results);
	return TRUE;
}
