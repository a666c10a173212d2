/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New processes of somebody else: what they take of the caller, and then what
 * CreateProcess does. What the kernel must allow for it is the library's to
 * ask: a process that may not set ids gets 1314, whatever its token says.
 */
#include <guise/thread-token.h>

#include "account.h"
#include "logon.h"
#include "process-create.h"
#include "profile.h"
#include "status.h"
#include "text.h"
#include "token.h"

/* Microsoft's page asks for TOKEN_DUPLICATE, too; Windows does not. */
#define TOKEN_NEEDED (TOKEN_QUERY | TOKEN_ASSIGN_PRIMARY)
#define LOGON_FLAGS (LOGON_WITH_PROFILE | LOGON_NETCREDENTIALS_ONLY)

/* A privilege counts if it is there: the functions enable it themselves. */
static NTSTATUS check_privileges(uint64_t needed)
{
	const struct guise_token *caller;
	uint64_t held;
	int r = guise_effective_token(&caller);

	if (r < 0)
		return status_of(r);
	held = guise_token_privileges(caller);
	(void)guise_token_unref(caller);
	return (needed & ~held) == 0 ? STATUS_SUCCESS
				     : STATUS_PRIVILEGE_NOT_HELD;
}

/* Filtered from the process's token, or beside it: what any process may give
 * to a child. */
static bool is_own(const struct guise_token *process,
		   const struct guise_token *token)
{
	const guise_luid parent = guise_token_parent_id(token);

	if (parent && parent == guise_token_id(process))
		return true;
	return parent == guise_token_parent_id(process) &&
	       guise_token_authentication_id(token) ==
		       guise_token_authentication_id(process);
}

static NTSTATUS check_assignable(const struct guise_token *token)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *process = NULL;
	struct guise_token_object *own;
	NTSTATUS status = token_process(&own);

	if (status < 0)
		return status;
	process = guise_token_object_token(own);
	if (is_own(process, token))
		return STATUS_SUCCESS;
	return check_privileges(
		GUISE_PRIVILEGE_BIT(GUISE_SE_ASSIGN_PRIMARY_TOKEN) |
		GUISE_PRIVILEGE_BIT(GUISE_SE_INCREASE_QUOTA));
}

/* The primary token behind a handle. */
static NTSTATUS read_token(HANDLE handle, const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	NTSTATUS status = token_from_handle(handle, TOKEN_NEEDED, &token);
	const struct guise_token *now;

	if (status < 0)
		return status;
	now = guise_token_object_token(token.object);
	if (guise_token_type(now) != GUISE_TOKEN_PRIMARY) {
		(void)guise_token_unref(now);
		return STATUS_BAD_TOKEN_TYPE;
	}
	*ret = now;
	return STATUS_SUCCESS;
}

/* Without a token it is CreateProcess. */
static BOOL create_as_user(HANDLE handle, const struct create_arguments *a)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	NTSTATUS status = STATUS_SUCCESS;

	if (handle) {
		status = read_token(handle, &token);
		if (status >= 0)
			status = check_assignable(token);
	}
	if (status >= 0)
		status = process_create(token, a);
	return win32_result(status);
}

BOOL CreateProcessAsUserW(HANDLE token, LPCWSTR application,
			  LPWSTR command_line, LPSECURITY_ATTRIBUTES process,
			  LPSECURITY_ATTRIBUTES thread, BOOL inherit_handles,
			  DWORD flags, LPVOID environment, LPCWSTR directory,
			  LPSTARTUPINFOW startup,
			  LPPROCESS_INFORMATION information)
{
	const struct create_arguments arguments = {
		true,	   application,	    command_line, process,
		thread,	   inherit_handles, flags,	  environment,
		directory, startup,	    information,
	};

	return create_as_user(token, &arguments);
}

BOOL CreateProcessAsUserA(HANDLE token, LPCSTR application, LPSTR command_line,
			  LPSECURITY_ATTRIBUTES process,
			  LPSECURITY_ATTRIBUTES thread, BOOL inherit_handles,
			  DWORD flags, LPVOID environment, LPCSTR directory,
			  LPSTARTUPINFOA startup,
			  LPPROCESS_INFORMATION information)
{
	const struct create_arguments arguments = {
		false,	   application,	    command_line, process,
		thread,	   inherit_handles, flags,	  environment,
		directory, startup,	    information,
	};

	return create_as_user(token, &arguments);
}

BOOL CreateProcessWithTokenW(HANDLE handle, DWORD logon_flags,
			     LPCWSTR application, LPWSTR command_line,
			     DWORD flags, LPVOID environment, LPCWSTR directory,
			     LPSTARTUPINFOW startup,
			     LPPROCESS_INFORMATION information)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct create_arguments arguments = {
		true,  application, command_line, NULL,	   NULL,	false,
		flags, environment, directory,	  startup, information,
	};
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if ((logon_flags & ~(DWORD)LOGON_FLAGS) == 0)
		status = read_token(handle, &token);
	if (status >= 0)
		status = check_privileges(
			GUISE_PRIVILEGE_BIT(GUISE_SE_IMPERSONATE));
	if (status >= 0)
		status = process_create(token, &arguments);
	return win32_result(status);
}

/* Who logs on for the network only starts as who he is. */
static NTSTATUS log_on_for_process(LPCWSTR user, LPCWSTR domain,
				   LPCWSTR password, DWORD flags,
				   struct logged_on *ret)
{
	GUISE_AUTO(text_freep) char *name = NULL;
	GUISE_AUTO(text_freep) char *domain_name = NULL;
	GUISE_AUTO(secret_clear) struct secret secret = {0};
	struct logon logon = {
		.type = flags & LOGON_NETCREDENTIALS_ONLY
				? GUISE_LOGON_NEW_CREDENTIALS
				: GUISE_LOGON_INTERACTIVE,
	};
	NTSTATUS status = utf8_dup(user, &name);

	if (status >= 0)
		status = utf8_dup(domain, &domain_name);
	if (status >= 0)
		status = secret_of_utf16(password, text_length(password),
					 &secret);
	if (status < 0)
		return status;
	logon.user = name;
	logon.domain = domain_name;
	logon.password = secret.text;
	logon.password_size = secret.size;
	return log_on(&logon, ret);
}

static bool is_impersonating(void)
{
	return guise_thread_token() || guise_scope_depth() > 0;
}

/* Without an environment the process has its user's. Who stays who he is needs
 * nothing of the kernel. */
static NTSTATUS create_logged_on(const struct logged_on *logged_on, bool stays,
				 struct create_arguments *a)
{
	WCHAR *block = NULL;
	NTSTATUS status = STATUS_SUCCESS;

	if (stays && !is_impersonating()) {
		a->primary = logged_on->token;
		return process_create(NULL, a);
	}
	if (!a->environment) {
		status = profile_environment(logged_on->token, false, &block);
		a->environment = block;
		a->flags |= CREATE_UNICODE_ENVIRONMENT;
	}
	if (status >= 0)
		status = process_create(logged_on->token, a);
	profile_environment_free(block);
	return status;
}

BOOL CreateProcessWithLogonW(LPCWSTR user, LPCWSTR domain, LPCWSTR password,
			     DWORD logon_flags, LPCWSTR application,
			     LPWSTR command_line, DWORD flags,
			     LPVOID environment, LPCWSTR directory,
			     LPSTARTUPINFOW startup,
			     LPPROCESS_INFORMATION information)
{
	GUISE_AUTO(logged_on_clear) struct logged_on logged_on = {0};
	struct create_arguments arguments = {
		true,  application, command_line, NULL,	   NULL,	false,
		flags, environment, directory,	  startup, information,
	};
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (user && password && (logon_flags & ~(DWORD)LOGON_FLAGS) == 0)
		status = log_on_for_process(user, domain, password, logon_flags,
					    &logged_on);
	if (status >= 0)
		status = create_logged_on(
			&logged_on, logon_flags & LOGON_NETCREDENTIALS_ONLY,
			&arguments);
	return win32_result(status);
}
