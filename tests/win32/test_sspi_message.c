/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a security context is used for: messages, what is known of it, channel
 * bindings, another process; with the realm of with-realm.sh.
 */
#include "sspi.h"

static const char *const packages[] = {"Kerberos", "Negotiate"};
#define N_PACKAGES 2

#define PROTECTED                                                              \
	(ISC_REQ_INTEGRITY | ISC_REQ_CONFIDENTIALITY | ISC_REQ_MUTUAL_AUTH |   \
	 ISC_REQ_REPLAY_DETECT | ISC_REQ_SEQUENCE_DETECT)

/* A message in two buffers: the text, and what comes with it */
struct mail {
	BYTE token[256];
	char text[64];
	SecBuffer buffers[3];
	SecBufferDesc list;
};

static void write_mail(struct mail *mail, const char *text)
{
	memset(mail, 0, sizeof(*mail));
	strcpy(mail->text, text);
	mail->buffers[0] =
		(SecBuffer){sizeof(mail->token), SECBUFFER_TOKEN, mail->token};
	mail->buffers[1] =
		(SecBuffer){(ULONG)strlen(text), SECBUFFER_DATA, mail->text};
	mail->list = (SecBufferDesc){SECBUFFER_VERSION, 2, mail->buffers};
}

static void a_signature_is_for_its_text(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;
		struct mail mail;
		ULONG quality = 7;

		sspi_connect(&pair, packages[i], "alice", PROTECTED, 0);
		write_mail(&mail, "ten coins for Bob");
		check_equal(
			MakeSignature(&pair.client.context, 0, &mail.list, 0),
			SEC_E_OK);
		check_equal(mail.buffers[0].cbBuffer, 28);
		check(strcmp(mail.text, "ten coins for Bob") == 0);
		mail.text[0] = 'T';
		check_equal(VerifySignature(&pair.server.context, &mail.list, 0,
					    &quality),
			    SEC_E_MESSAGE_ALTERED);
		mail.text[0] = 't';
		check_equal(VerifySignature(&pair.server.context, &mail.list, 0,
					    &quality),
			    SEC_E_OK);
		check_equal(quality, 0);
		/* and once */
		check_equal(VerifySignature(&pair.server.context, &mail.list, 0,
					    &quality),
			    SEC_E_OUT_OF_SEQUENCE);
		/* nobody can answer himself */
		check(VerifySignature(&pair.client.context, &mail.list, 0,
				      &quality) < 0);
		sspi_end(&pair);
	}
}

static void an_encrypted_message_is_read_by_the_other_side(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;
		struct mail mail;
		ULONG quality = 7;

		sspi_connect(&pair, packages[i], "alice", PROTECTED, 0);
		write_mail(&mail, "the key is under the mat");
		check_equal(
			EncryptMessage(&pair.server.context, 0, &mail.list, 0),
			SEC_E_OK);
		check_equal(mail.buffers[0].cbBuffer, 60);
		check(memcmp(mail.text, "the key", 7) != 0);
		check_equal(DecryptMessage(&pair.client.context, &mail.list, 0,
					   &quality),
			    SEC_E_OK);
		check_equal(quality, 0);
		check(strcmp(mail.text, "the key is under the mat") == 0);

		write_mail(&mail, "in the clear");
		check_equal(EncryptMessage(&pair.server.context,
					   SECQOP_WRAP_NO_ENCRYPT, &mail.list,
					   0),
			    SEC_E_OK);
		check(strcmp(mail.text, "in the clear") == 0);
		check_equal(DecryptMessage(&pair.client.context, &mail.list, 0,
					   &quality),
			    SEC_E_OK);
		check_equal(quality, SECQOP_WRAP_NO_ENCRYPT);
		sspi_end(&pair);
	}
}

/* Each byte of it turned round */
static void a_message_that_was_changed_is_not_decrypted(void)
{
	struct sspi_pair pair;

	sspi_connect(&pair, "Kerberos", "alice", PROTECTED, 0);
	for (ULONG at = 0; at < 60 + 8; at++) {
		struct mail mail;
		BYTE *byte;

		write_mail(&mail, "eightby8");
		check_equal(
			EncryptMessage(&pair.client.context, 0, &mail.list, 0),
			SEC_E_OK);
		byte = at < 60 ? &mail.token[at] : (BYTE *)&mail.text[at - 60];
		*byte ^= 0x81;
		check_say(DecryptMessage(&pair.server.context, &mail.list, 0,
					 NULL) < 0,
			  "byte %u was changed", (unsigned)at);
	}
	sspi_end(&pair);
}

static void a_stream_is_decrypted_in_its_place(void)
{
	struct sspi_pair pair;
	struct mail mail;
	BYTE stream[400];
	SecBuffer in[2] = {{0, SECBUFFER_STREAM, stream},
			   {0, SECBUFFER_DATA, NULL}};
	SecBufferDesc list = {SECBUFFER_VERSION, 2, in};

	sspi_connect(&pair, "Negotiate", "alice", PROTECTED, 0);
	write_mail(&mail, "one after the other");
	check_equal(EncryptMessage(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_OK);
	memcpy(stream, mail.token, 60);
	memcpy(stream + 60, mail.text, 19);
	in[0].cbBuffer = 8;
	check_equal(DecryptMessage(&pair.server.context, &list, 0, NULL),
		    SEC_E_INCOMPLETE_MESSAGE);
	in[0].cbBuffer = 60 + 19;
	check_equal(DecryptMessage(&pair.server.context, &list, 0, NULL),
		    SEC_E_OK);
	check_equal(in[1].cbBuffer, 19);
	check((BYTE *)in[1].pvBuffer > stream &&
	      (BYTE *)in[1].pvBuffer < stream + sizeof(stream));
	check(memcmp(in[1].pvBuffer, "one after the other", 19) == 0);
	sspi_end(&pair);
}

static void messages_are_protected_as_agreed(void)
{
	struct sspi_pair pair;
	struct mail mail;

	sspi_connect(&pair, "Kerberos", "alice", ISC_REQ_INTEGRITY, 0);
	write_mail(&mail, "a secret");
	check_equal(EncryptMessage(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_UNSUPPORTED_FUNCTION);
	check_equal(EncryptMessage(&pair.client.context, 5, &mail.list, 0),
		    SEC_E_QOP_NOT_SUPPORTED);
	check_equal(MakeSignature(&pair.client.context, 5, &mail.list, 0),
		    SEC_E_QOP_NOT_SUPPORTED);
	check_equal(MakeSignature(&pair.client.context, 0, NULL, 0),
		    SEC_E_INVALID_TOKEN);
	mail.list.cBuffers = 1000;
	check_equal(MakeSignature(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_INVALID_TOKEN);
	mail.list.cBuffers = 2;
	mail.buffers[0].cbBuffer = 4;
	check_equal(MakeSignature(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_BUFFER_TOO_SMALL);
	mail.buffers[0].BufferType = SECBUFFER_DATA;
	check_equal(MakeSignature(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_INVALID_TOKEN);
	check_equal(EncryptMessage(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_INVALID_TOKEN);
	check_equal(MakeSignature(&pair.client.credentials, 0, &mail.list, 0),
		    SEC_E_INVALID_TOKEN);
	write_mail(&mail, "");
	check_equal(MakeSignature(&pair.client.credentials, 0, &mail.list, 0),
		    SEC_E_INVALID_HANDLE);
	sspi_end(&pair);
}

/* hasty's tickets are for four seconds, and clocks may differ by three. */
static void what_has_expired_protects_nothing(void)
{
	struct sspi_pair pair, late;
	struct mail mail;

	sspi_connect(&pair, "Kerberos", "hasty", PROTECTED, 0);
	sspi_begin(&late, "Kerberos", "hasty");
	sspi_step(&late.client, NULL, SSPI_SERVICE, 0);
	check_equal(late.client.status, SEC_E_OK);
	write_mail(&mail, "now");
	check_equal(MakeSignature(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_OK);
	Sleep(8500);
	write_mail(&mail, "too late");
	check_equal(MakeSignature(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_CONTEXT_EXPIRED);
	sspi_step(&late.server, &late.client, NULL, 0);
	check_equal(late.server.status, SEC_E_CONTEXT_EXPIRED);
	sspi_end(&late);
	sspi_end(&pair);
}

static BOOL is_text(PSTR text, const char *wanted)
{
	const BOOL is = text && strcmp(text, wanted) == 0;

	if (!is)
		printf("%s is not %s\n", text ? text : "(null)", wanted);
	FreeContextBuffer(text);
	return is;
}

static void check_query(PCtxtHandle context, ULONG attribute, void *buffer)
{
	check_say(QueryContextAttributesA(context, attribute, buffer) ==
			  SEC_E_OK,
		  "attribute %u", (unsigned)attribute);
}

static void a_context_can_be_asked_who_is_at_its_ends(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;
		SecPkgContext_NativeNamesA native = {0};
		SecPkgContext_NamesA names = {0};
		SecPkgContext_NamesW wide = {0};
		SecPkgContext_AuthorityA authority = {0};
		SecPkgContext_ClientSpecifiedTarget target = {0};

		sspi_connect(&pair, packages[i], "alice", PROTECTED, 0);
		check_query(&pair.server.context, SECPKG_ATTR_NATIVE_NAMES,
			    &native);
		check(is_text(native.sClientName, "alice@GUISE.TEST"));
		check(is_text(native.sServerName, "host/localhost@GUISE.TEST"));
		check_query(&pair.server.context, SECPKG_ATTR_NAMES, &names);
		check(is_text(names.sUserName, "GUISE.TEST\\alice"));
		check_query(&pair.client.context, SECPKG_ATTR_NAMES, &names);
		check(is_text(names.sUserName, "alice@GUISE.TEST"));
		check_equal(QueryContextAttributesW(&pair.server.context,
						    SECPKG_ATTR_NAMES, &wide),
			    SEC_E_OK);
		check(wide.sUserName && wide.sUserName[10] == L'\\');
		check_equal(FreeContextBuffer(wide.sUserName), SEC_E_OK);
		check_query(&pair.server.context, SECPKG_ATTR_AUTHORITY,
			    &authority);
		check(is_text(authority.sAuthorityName, "GUISE.TEST"));
		check_query(&pair.server.context,
			    SECPKG_ATTR_CLIENT_SPECIFIED_TARGET, &target);
		check(target.sTargetName && target.sTargetName[4] == L'/');
		check_equal(FreeContextBuffer(target.sTargetName), SEC_E_OK);
		sspi_end(&pair);
	}
}

static void a_context_can_be_asked_what_it_is(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		struct sspi_pair pair;
		SecPkgContext_Sizes sizes;
		SecPkgContext_Lifespan span;
		SecPkgContext_KeyInfoA key;
		SecPkgContext_SessionKey session;
		SecPkgContext_PackageInfoA package;
		SecPkgContext_NegotiationInfoA negotiation;
		SecPkgContext_Flags flags;

		sspi_connect(&pair, packages[i], "alice", PROTECTED, 0);
		check_query(&pair.server.context, SECPKG_ATTR_SIZES, &sizes);
		check_equal(sizes.cbMaxToken, i == 0 ? 48000 : 48256);
		check_equal(sizes.cbMaxSignature, 28);
		check_equal(sizes.cbSecurityTrailer, 60);
		check_equal(sizes.cbBlockSize, 1);
		check_query(&pair.server.context, SECPKG_ATTR_LIFESPAN, &span);
		check_equal(span.tsExpiry.QuadPart,
			    pair.server.expiry.QuadPart);
		check_query(&pair.server.context, SECPKG_ATTR_KEY_INFO, &key);
		check_equal(key.KeySize, 256);
		check_equal(key.EncryptAlgorithm, 18);
		check(is_text(key.sEncryptAlgorithmName,
			      "AES256-CTS-HMAC-SHA1-96"));
		check(is_text(key.sSignatureAlgorithmName, "HMAC-SHA1-96"));
		check_query(&pair.server.context, SECPKG_ATTR_SESSION_KEY,
			    &session);
		check_equal(session.SessionKeyLength, 32);
		check_equal(FreeContextBuffer(session.SessionKey), SEC_E_OK);
		check_query(&pair.server.context, SECPKG_ATTR_PACKAGE_INFO,
			    &package);
		check(strcmp(package.PackageInfo->Name, packages[i]) == 0);
		check_equal(FreeContextBuffer(package.PackageInfo), SEC_E_OK);
		check_query(&pair.server.context, SECPKG_ATTR_NEGOTIATION_INFO,
			    &negotiation);
		check(strcmp(negotiation.PackageInfo->Name, "Kerberos") == 0);
		check_equal(negotiation.NegotiationState,
			    SECPKG_NEGOTIATION_COMPLETE);
		check_equal(FreeContextBuffer(negotiation.PackageInfo),
			    SEC_E_OK);
		check_query(&pair.server.context, SECPKG_ATTR_FLAGS, &flags);
		check_equal(flags.Flags, pair.server.attributes);
		sspi_end(&pair);
	}
}

static void what_is_not_known_is_refused(void)
{
	SecPkgContext_Flags flags;
	SecPkgContext_Sizes sizes;
	struct sspi_pair pair;

	sspi_begin(&pair, "Negotiate", NULL);
	sspi_step(&pair.client, NULL, SSPI_SERVICE, PROTECTED);
	check_query(&pair.client.context, SECPKG_ATTR_FLAGS, &flags);
	check_equal(QueryContextAttributesA(&pair.client.context,
					    SECPKG_ATTR_SIZES, &sizes),
		    SEC_E_INVALID_HANDLE);
	check_equal(QueryContextAttributesA(&pair.client.context,
					    SECPKG_ATTR_DCE_INFO, &sizes),
		    SEC_E_UNSUPPORTED_FUNCTION);
	check_equal(QueryContextAttributesA(&pair.client.context, 9999, &sizes),
		    SEC_E_UNSUPPORTED_FUNCTION);
	sspi_end(&pair);
}

struct bindings {
	SEC_CHANNEL_BINDINGS head;
	char data[32];
};

static void set_bindings(struct bindings *bindings, const char *data)
{
	memset(bindings, 0, sizeof(*bindings));
	bindings->head.cbApplicationDataLength = (ULONG)strlen(data);
	bindings->head.dwApplicationDataOffset = sizeof(bindings->head);
	strcpy(bindings->data, data);
}

/* NULL: none. What the server says */
static SECURITY_STATUS bind(const char *client, const char *server, ULONG asc)
{
	struct bindings ours, theirs;
	struct sspi_pair pair;
	SecBuffer in[2] = {{0, SECBUFFER_TOKEN, NULL},
			   {sizeof(ours), SECBUFFER_CHANNEL_BINDINGS, &ours}};
	SecBuffer out = {SSPI_TOKEN_MAX, SECBUFFER_TOKEN, NULL};
	SecBufferDesc input = {SECBUFFER_VERSION, 2, in};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	SECURITY_STATUS status;

	sspi_begin(&pair, "Kerberos", NULL);
	set_bindings(&ours, client ? client : "");
	set_bindings(&theirs, server ? server : "");
	out.pvBuffer = pair.client.token;
	check_equal(InitializeSecurityContextA(&pair.client.credentials, NULL,
					       (PSTR)(ULONG_PTR)SSPI_SERVICE, 0,
					       0, 0, client ? &input : NULL, 0,
					       &pair.client.context, &output,
					       &pair.client.attributes, NULL),
		    SEC_E_OK);
	pair.client.has_context = TRUE;
	in[0] = (SecBuffer){out.cbBuffer, SECBUFFER_TOKEN, pair.client.token};
	in[1].pvBuffer = &theirs;
	input.cBuffers = server ? 2 : 1;
	out = (SecBuffer){SSPI_TOKEN_MAX, SECBUFFER_TOKEN, pair.server.token};
	status = AcceptSecurityContext(&pair.server.credentials, NULL, &input,
				       asc, 0, &pair.server.context, &output,
				       &pair.server.attributes, NULL);
	pair.server.has_context = status >= 0;
	sspi_end(&pair);
	return status;
}

static void a_context_is_bound_to_its_channel(void)
{
	check_equal(bind("tls-endpoint:1", "tls-endpoint:1", 0), SEC_E_OK);
	check_equal(bind("tls-endpoint:1", "tls-endpoint:2", 0),
		    SEC_E_BAD_BINDINGS);
	check_equal(bind("tls-endpoint:1", "tls-endpoint:2",
			 ASC_REQ_ALLOW_MISSING_BINDINGS),
		    SEC_E_BAD_BINDINGS);
	check_equal(bind(NULL, "tls-endpoint:1", 0), SEC_E_BAD_BINDINGS);
	check_equal(
		bind(NULL, "tls-endpoint:1", ASC_REQ_ALLOW_MISSING_BINDINGS),
		SEC_E_OK);
	check_equal(bind("tls-endpoint:1", NULL, 0), SEC_E_OK);
}

static void bindings_lie_within_their_buffer(void)
{
	struct bindings bindings;
	struct sspi_pair pair;
	SecBuffer in = {sizeof(bindings), SECBUFFER_CHANNEL_BINDINGS,
			&bindings};
	SecBuffer out = {SSPI_TOKEN_MAX, SECBUFFER_TOKEN, NULL};
	SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	static const struct {
		ULONG size, length, offset;
	} rows[] = {
		{sizeof(bindings), sizeof(bindings), sizeof(bindings.head)},
		{sizeof(bindings), 1, sizeof(bindings)},
		{sizeof(bindings), 0xffffffff, 1},
		{sizeof(bindings), 1, 0xffffffff},
		{sizeof(bindings.head) - 1, 0, 0},
	};

	sspi_begin(&pair, "Kerberos", NULL);
	out.pvBuffer = pair.client.token;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_bindings(&bindings, "");
		bindings.head.cbApplicationDataLength = rows[i].length;
		bindings.head.dwApplicationDataOffset = rows[i].offset;
		in.cbBuffer = rows[i].size;
		check_equal(InitializeSecurityContextA(
				    &pair.client.credentials, NULL,
				    (PSTR)(ULONG_PTR)SSPI_SERVICE, 0, 0, 0,
				    &input, 0, &pair.client.context, &output,
				    NULL, NULL),
			    SEC_E_INVALID_TOKEN);
	}
	sspi_end(&pair);
}

static void a_context_goes_to_another_process(void)
{
	for (unsigned i = 0; i < N_PACKAGES; i++) {
		PSTR name = (PSTR)(ULONG_PTR)packages[i];
		struct sspi_pair pair;
		struct mail mail;
		SecBuffer packed = {0};
		CtxtHandle imported;
		void *token = NULL;

		sspi_connect(&pair, packages[i], "alice", PROTECTED, 0);
		check_equal(
			ExportSecurityContext(&pair.server.context,
					      SECPKG_CONTEXT_EXPORT_DELETE_OLD,
					      &packed, &token),
			SEC_E_OK);
		check(packed.cbBuffer > 0 && token != NULL);
		write_mail(&mail, "hello");
		check_equal(
			MakeSignature(&pair.client.context, 0, &mail.list, 0),
			SEC_E_OK);
		check_equal(VerifySignature(&pair.server.context, &mail.list, 0,
					    NULL),
			    SEC_E_INVALID_HANDLE);
		check_equal(
			ImportSecurityContextA(name, &packed, token, &imported),
			SEC_E_OK);
		check_equal(VerifySignature(&imported, &mail.list, 0, NULL),
			    SEC_E_OK);
		check_equal(ImpersonateSecurityContext(&imported), SEC_E_OK);
		check_equal(RevertSecurityContext(&imported), SEC_E_OK);
		check_equal(DeleteSecurityContext(&imported), SEC_E_OK);

		/* without a token nobody is impersonated */
		check_equal(
			ImportSecurityContextA(name, &packed, NULL, &imported),
			SEC_E_OK);
		check_equal(ImpersonateSecurityContext(&imported),
			    SEC_E_INVALID_HANDLE);
		check_equal(DeleteSecurityContext(&imported), SEC_E_OK);
		for (ULONG size = 0; size < packed.cbBuffer; size += 7) {
			SecBuffer cut = {size, 0, packed.pvBuffer};

			check(ImportSecurityContextA(name, &cut, NULL,
						     &imported) < 0);
		}
		check_equal(
			ImportSecurityContextA((PSTR)(ULONG_PTR)packages[1 - i],
					       &packed, NULL, &imported),
			SEC_E_INVALID_TOKEN);
		check_equal(FreeContextBuffer(packed.pvBuffer), SEC_E_OK);
		check(CloseHandle(token));
		sspi_end(&pair);
	}
}

static void a_context_that_is_exported_may_stay(void)
{
	struct sspi_pair pair;
	struct mail mail;
	SecBuffer packed = {0};

	sspi_connect(&pair, "Kerberos", "alice", PROTECTED, 0);
	check_equal(
		ExportSecurityContext(&pair.server.context, 0, &packed, NULL),
		SEC_E_OK);
	check_equal(FreeContextBuffer(packed.pvBuffer), SEC_E_OK);
	write_mail(&mail, "hello");
	check_equal(MakeSignature(&pair.client.context, 0, &mail.list, 0),
		    SEC_E_OK);
	check_equal(VerifySignature(&pair.server.context, &mail.list, 0, NULL),
		    SEC_E_OK);
	check_equal(ExportSecurityContext(&pair.server.context,
					  SECPKG_CONTEXT_EXPORT_RESET_NEW,
					  &packed, NULL),
		    SEC_E_UNSUPPORTED_FUNCTION);
	sspi_end(&pair);
}

int main(void)
{
	run(a_signature_is_for_its_text);
	run(an_encrypted_message_is_read_by_the_other_side);
	run(a_message_that_was_changed_is_not_decrypted);
	run(a_stream_is_decrypted_in_its_place);
	run(messages_are_protected_as_agreed);
	run(what_has_expired_protects_nothing);
	run(a_context_can_be_asked_who_is_at_its_ends);
	run(a_context_can_be_asked_what_it_is);
	run(what_is_not_known_is_refused);
	run(a_context_is_bound_to_its_channel);
	run(bindings_lie_within_their_buffer);
	run(a_context_goes_to_another_process);
	run(a_context_that_is_exported_may_stay);
	return check_done();
}
