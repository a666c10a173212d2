/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What guise makes of Kerberos clients in a server that embeds it.
 *
 *	show_token IDENTITIES KEYTAB accept SERVICE CACHE [delegate]
 *	show_token IDENTITIES KEYTAB s4u PRINCIPAL CLIENT [enterprise]
 *
 * accept: a client with the credentials of CACHE comes to SERVICE ("HTTP@host")
 * whose keys are in KEYTAB. s4u: the service PRINCIPAL asks the KDC for a token
 * of CLIENT, without a password. Prints "error NAME" or
 *
 *	user SID, uid N, gid N, level N; then group SID and unix-group N lines
 */
#include <stdio.h>

#include <guise/gss.h>

#include "kdc.h"
#include "text.h"

static const struct guise_identities *identities_of(const char *path)
{
	const struct guise_identities *identities = NULL;
	struct guise_identities_error error = {.size = sizeof(error)};
	static char text[GUISE_IDENTITIES_MAX_SIZE];
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file) {
		perror(path);
		exit(3);
	}
	size = fread(text, 1, sizeof(text), file);
	(void)fclose(file);
	if (guise_identities_parse(text, size, &identities, &error) < 0) {
		fprintf(stderr, "%s:%u: %s\n", path, error.line, error.why);
		exit(3);
	}
	return identities;
}

static void print(const struct guise_token *token)
{
	const struct guise_unix_identity *ids = guise_token_unix(token);
	const struct guise_sid_and_attributes *groups;
	char text[GUISE_SID_TEXT_SIZE];
	size_t n;

	(void)guise_sid_format(&guise_token_user(token)->sid, text);
	printf("user %s\nuid %u\ngid %u\nlevel %d\n", text, ids->uid, ids->gid,
	       (int)guise_token_level(token));
	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		(void)guise_sid_format(&groups[i].sid, text);
		printf("group %s\n", text);
	}
	for (size_t i = 0; i < ids->n_groups; i++)
		printf("unix-group %u\n", ids->groups[i]);
}

static int of_client(char **argv, int argc, const char *keytab,
		     const struct guise_gss_options *options,
		     const struct guise_token **ret)
{
	bool delegate = argc > 6 && strcmp(argv[6], "delegate") == 0;
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_ctx_id_t context = kdc_context(
		argv[5], argv[4],
		GSS_C_MUTUAL_FLAG | (delegate ? GSS_C_DELEG_FLAG : 0), keytab,
		&delegated);
	OM_uint32 minor;
	int r = guise_token_from_gss(context, delegated, options, ret);

	(void)gss_release_cred(&minor, &delegated);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	return r;
}

static int of_service(char **argv, int argc, const char *keytab,
		      const struct guise_gss_options *options,
		      const struct guise_token **ret)
{
	bool enterprise = argc > 6 && strcmp(argv[6], "enterprise") == 0;
	gss_cred_id_t service = kdc_service(keytab, argv[4]);
	OM_uint32 minor;
	int r = guise_gss_logon_s4u(service, argv[5], enterprise, options, ret);

	(void)gss_release_cred(&minor, &service);
	return r;
}

int main(int argc, char **argv)
{
	struct guise_gss_options options = {.size = sizeof(options)};
	const struct guise_token *token = NULL;
	const char *keytab = argc > 2 ? argv[2] : NULL;
	int r;

	if (argc < 6)
		return 2;
	options.identities = identities_of(argv[1]);
	options.keytab = keytab;
	r = strcmp(argv[3], "s4u") == 0
		    ? of_service(argv, argc, keytab, &options, &token)
		    : of_client(argv, argc, keytab, &options, &token);
	if (r < 0)
		printf("error %s\n", guise_error_name(r));
	else
		print(token);
	(void)guise_token_unref(token);
	(void)guise_identities_unref(options.identities);
	return r < 0;
}
