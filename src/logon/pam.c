/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords of system accounts, through PAM: authentication and account rules,
 * no session and no credentials of PAM's. The conversation has one thing to
 * say, the password, and says it once; whatever else a module asks ends it.
 *
 * [helper]: modules call libc's set*id, start processes, and block.
 */
#include <security/pam_appl.h>
#include <stdio.h>

#include "base.h"
#include "pam-account.h"

struct conversation {
	const char *password; /* NUL-terminated; borrowed; NULL: none */
	bool said;
};

struct secret {
	char text[GUISE_PASSWORD_MAX + 1];
};

struct session {
	pam_handle_t *handle;
	int status; /* what pam_end() tells the modules */
};

static void secret_clear(struct secret *secret)
{
	explicit_bzero(secret, sizeof(*secret));
}

static void session_end(struct session *session)
{
	if (session->handle)
		(void)pam_end(session->handle, session->status);
}

static int answer(struct conversation *c, const struct pam_message *message,
		  struct pam_response *response)
{
	switch (message->msg_style) {
	case PAM_PROMPT_ECHO_OFF:
		if (!c->password || c->said)
			return PAM_CONV_ERR;
		c->said = true;
		response->resp = strdup(c->password); /* PAM wipes, frees */
		return response->resp ? PAM_SUCCESS : PAM_BUF_ERR;
	case PAM_TEXT_INFO:
	case PAM_ERROR_MSG:
		return PAM_SUCCESS;
	default:
		return PAM_CONV_ERR;
	}
}

static void responses_free(struct pam_response *responses, int n)
{
	for (int i = 0; i < n; i++) {
		if (!responses[i].resp)
			continue;
		explicit_bzero(responses[i].resp, strlen(responses[i].resp));
		free(responses[i].resp);
	}
	free(responses);
}

static int converse(int n, const struct pam_message **messages,
		    struct pam_response **ret, void *context)
{
	struct pam_response *responses;
	int status = PAM_SUCCESS;

	if (n < 1 || n > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	responses = calloc((size_t)n, sizeof(*responses));
	if (!responses)
		return PAM_BUF_ERR;
	for (int i = 0; i < n && status == PAM_SUCCESS; i++)
		status = answer(context, messages[i], &responses[i]);
	if (status != PAM_SUCCESS) {
		responses_free(responses, n);
		return status;
	}
	*ret = responses;
	return PAM_SUCCESS;
}

/* Instead of PAM's sleep: how long a failure takes is the server's to say. */
static void no_delay(int status, unsigned delay_us, void *context)
{
	(void)status;
	(void)delay_us;
	(void)context;
}

static int code_of(int status)
{
	switch (status) {
	case PAM_BUF_ERR:
		return -ENOMEM;
	case PAM_OPEN_ERR:
	case PAM_SYMBOL_ERR:
	case PAM_SERVICE_ERR:
	case PAM_SYSTEM_ERR:
	case PAM_ABORT:
	case PAM_MODULE_UNKNOWN:
	case PAM_BAD_ITEM:
	case PAM_AUTHINFO_UNAVAIL:
		return -EIO;
	default:
		return GUISE_E_LOGON_FAILURE;
	}
}

/* A module may have put another user in the asked one's place. */
static bool user_is(struct session *session, const char *name)
{
	const void *item = NULL;

	return pam_get_item(session->handle, PAM_USER, &item) == PAM_SUCCESS &&
	       item && strcmp(item, name) == 0;
}

static int session_start(struct session *session, const char *service,
			 const char *confdir, const char *name,
			 const struct pam_conv *conv)
{
	union {
		void (*function)(int, unsigned, void *);
		const void *item;
	} delay = {.function = no_delay};

	session->status =
		confdir ? pam_start_confdir(service, name, conv, confdir,
					    &session->handle)
			: pam_start(service, name, conv, &session->handle);
	if (session->status != PAM_SUCCESS)
		return code_of(session->status);
	session->status =
		pam_set_item(session->handle, PAM_FAIL_DELAY, delay.item);
	return session->status == PAM_SUCCESS ? 0 : code_of(session->status);
}

/* Flags are 0: modules that take an empty password get none from us anyway. */
static int check(const char *service, const char *confdir, const char *name,
		 const char *password)
{
	GUISE_AUTO(session_end) struct session session = {0};
	struct conversation conversation = {.password = password};
	struct pam_conv conv = {.conv = converse, .appdata_ptr = &conversation};
	int r;

	r = session_start(&session, service, confdir, name, &conv);
	if (r < 0)
		return r;
	session.status = pam_authenticate(
		session.handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
	if (session.status != PAM_SUCCESS)
		return code_of(session.status);
	/* An expired password is not a good one. */
	session.status = pam_acct_mgmt(session.handle,
				       PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
	if (session.status != PAM_SUCCESS)
		return code_of(session.status);
	return user_is(&session, name) ? 0 : GUISE_E_LOGON_FAILURE;
}

/* It becomes a file name in the configuration directory. */
static bool service_is_valid(const char *service)
{
	size_t size = strnlen(service, GUISE_NAME_MAX + 1);

	return size > 0 && size <= GUISE_NAME_MAX && service[0] != '.' &&
	       !strchr(service, '/');
}

int pam_account_check(const char *service, const char *confdir,
		      const char *name)
{
	GUISE_AUTO(session_end) struct session session = {0};
	struct conversation conversation = {0};
	struct pam_conv conv = {.conv = converse, .appdata_ptr = &conversation};
	int r;

	if (!service_is_valid(service))
		return -EINVAL;
	r = session_start(&session, service, confdir, name, &conv);
	if (r < 0)
		return r;
	session.status = pam_acct_mgmt(session.handle, PAM_SILENT);
	if (session.status != PAM_SUCCESS)
		return code_of(session.status);
	return user_is(&session, name) ? 0 : GUISE_E_LOGON_FAILURE;
}

int guise_system_logon(const char *service, const char *confdir,
		       const char *name, const char *password,
		       size_t password_size, guise_luid authentication_id,
		       const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(secret_clear) struct secret secret = {0};
	int r;

	if (!service || !name || !password || !ret ||
	    !service_is_valid(service))
		return -EINVAL;
	if (password_size == 0 || password_size > GUISE_PASSWORD_MAX ||
	    memchr(password, '\0', password_size))
		return GUISE_E_LOGON_FAILURE;
	if (!*name ||
	    strnlen(name, GUISE_USER_NAME_MAX + 1) > GUISE_USER_NAME_MAX)
		return GUISE_E_LOGON_FAILURE;

	memcpy(secret.text, password, password_size);
	r = check(service, confdir, name, secret.text);
	if (r < 0)
		return r;
	/* Whom PAM let in but NSS does not know has no identity here. */
	r = guise_system_token(name, authentication_id, &token);
	if (r == GUISE_E_NO_SUCH_ACCOUNT)
		return GUISE_E_LOGON_FAILURE;
	if (r < 0)
		return r;
	*ret = guise_take(token);
	return 0;
}
