/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PAM module for tests that behaves as its arguments say:
 *
 *	password=TEXT   authentication wants it, asked for by the conversation
 *	user=NAME       puts another user in the asked one's place
 *	twice           asks for the password a second time
 *	echo            asks with echo, as for a user name
 *	chatty          says two lines first
 *	delay           wants 30 seconds of sleep when it fails
 *	hang            never returns
 *	hang=NAME       never returns for this user
 *	account-hang=NAME  the account rules never return for this user
 *	slow            takes a fifth of a second
 *	die             ends the process
 *	setuid          changes the ids of the process, as real modules do
 *	expired         the account rules want a new password
 *	log=PATH        appends "user rhost-or-dash" for every authentication
 *	mark=PATH       makes a file when credentials or a session are asked for
 */
#include <fcntl.h>
#include <security/pam_appl.h>
#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static const char *argument(int argc, const char **argv, const char *name)
{
	size_t size = strlen(name);

	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], name, size) == 0)
			return argv[i] + size;
	}
	return NULL;
}

static int converse(pam_handle_t *pam, int style, const char *text,
		    char **ret_answer)
{
	const struct pam_message message = {.msg_style = style, .msg = text};
	const struct pam_message *messages[] = {&message};
	const struct pam_conv *conv;
	struct pam_response *response = NULL;
	const void *item;
	int status;

	status = pam_get_item(pam, PAM_CONV, &item);
	if (status != PAM_SUCCESS)
		return status;
	conv = item;
	status = conv->conv(1, messages, &response, conv->appdata_ptr);
	if (status != PAM_SUCCESS)
		return status;
	*ret_answer = response ? response->resp : NULL;
	free(response);
	return PAM_SUCCESS;
}

static int check_password(pam_handle_t *pam, int style, const char *expected)
{
	char *answer = NULL;
	int status = converse(pam, style, "Password: ", &answer);

	if (status == PAM_SUCCESS && (!answer || strcmp(answer, expected) != 0))
		status = PAM_AUTH_ERR;
	if (answer)
		explicit_bzero(answer, strlen(answer));
	free(answer);
	return status;
}

static void write_line(const char *path, const char *user, const char *rhost)
{
	FILE *file = fopen(path, "ae");

	if (!file)
		return;
	fprintf(file, "%s %s\n", user, rhost ? rhost : "-");
	(void)fclose(file);
}

static bool is_to_hang(int argc, const char **argv, const char *user)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "hang") == 0 ||
		    (strncmp(argv[i], "hang=", 5) == 0 &&
		     strcmp(argv[i] + 5, user) == 0))
			return true;
	}
	return false;
}

static void misbehave(int argc, const char **argv, const char *user)
{
	while (is_to_hang(argc, argv, user))
		(void)pause();
	if (argument(argc, argv, "slow"))
		(void)usleep(200000);
	if (argument(argc, argv, "die"))
		_exit(7);
	if (argument(argc, argv, "setuid"))
		(void)!setresuid(12345, 12345, 0);
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pam, int flags, int argc,
				 const char **argv)
{
	const char *password = argument(argc, argv, "password=");
	const char *user = argument(argc, argv, "user=");
	const char *log = argument(argc, argv, "log=");
	const char *asked = "?";
	const void *rhost = NULL;
	char *ignored = NULL;
	int status;

	(void)flags;
	(void)pam_get_user(pam, &asked, NULL);
	(void)pam_get_item(pam, PAM_RHOST, &rhost);
	if (log)
		write_line(log, asked, rhost);
	misbehave(argc, argv, asked);
	if (argument(argc, argv, "chatty")) {
		(void)converse(pam, PAM_TEXT_INFO, "hello", &ignored);
		(void)converse(pam, PAM_ERROR_MSG, "oh", &ignored);
	}
	if (argument(argc, argv, "delay"))
		(void)pam_fail_delay(pam, 30000000);
	if (!password)
		return PAM_AUTH_ERR;
	status = check_password(pam,
				argument(argc, argv, "echo")
					? PAM_PROMPT_ECHO_ON
					: PAM_PROMPT_ECHO_OFF,
				password);
	if (status == PAM_SUCCESS && argument(argc, argv, "twice"))
		status = check_password(pam, PAM_PROMPT_ECHO_OFF, password);
	if (status == PAM_SUCCESS && user)
		status = pam_set_item(pam, PAM_USER, user);
	return status;
}

EXPORTED int pam_sm_acct_mgmt(pam_handle_t *pam, int flags, int argc,
			      const char **argv)
{
	const char *hang = argument(argc, argv, "account-hang=");
	const char *user = "";

	(void)flags;
	(void)pam_get_user(pam, &user, NULL);
	while (hang && strcmp(hang, user) == 0)
		(void)pause();
	return argument(argc, argv, "expired") ? PAM_NEW_AUTHTOK_REQD
					       : PAM_SUCCESS;
}

static int mark(int argc, const char **argv)
{
	const char *path = argument(argc, argv, "mark=");

	if (path)
		write_line(path, "session", NULL);
	return PAM_SUCCESS;
}

EXPORTED int pam_sm_setcred(pam_handle_t *pam, int flags, int argc,
			    const char **argv)
{
	(void)pam;
	(void)flags;
	return mark(argc, argv);
}

EXPORTED int pam_sm_open_session(pam_handle_t *pam, int flags, int argc,
				 const char **argv)
{
	(void)pam;
	(void)flags;
	return mark(argc, argv);
}

EXPORTED int pam_sm_close_session(pam_handle_t *pam, int flags, int argc,
				  const char **argv)
{
	(void)pam;
	(void)flags;
	return mark(argc, argv);
}
