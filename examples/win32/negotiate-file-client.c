/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks negotiate-file-server for a file and prints it.
 *
 *	negotiate-file-client \\.\pipe\files SERVICE NAME [identification |
 *				impersonation | delegation]
 *
 * SERVICE is what the server is called, host/files.example.com: the server must
 * prove it. Who asks is whose tickets the process has. The level says what the
 * server may do with them: delegation gives them to it, if the domain trusts
 * it with them.
 */
#define SECURITY_WIN32
#include <windows.h>

#include <security.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_MAX 65536
/* How long the server may take to be there, and free */
#define PATIENCE_MS 10000
#define WANTED                                                                 \
	(ISC_REQ_MUTUAL_AUTH | ISC_REQ_CONFIDENTIALITY | ISC_REQ_INTEGRITY)

static BYTE buffer[MESSAGE_MAX];

static BOOL level_of(const char *name, ULONG *flags)
{
	if (strcmp(name, "identification") == 0)
		*flags = ISC_REQ_IDENTIFY;
	else if (strcmp(name, "impersonation") == 0)
		*flags = 0;
	else if (strcmp(name, "delegation") == 0)
		*flags = ISC_REQ_DELEGATE;
	else
		return FALSE;
	return TRUE;
}

/* To the pipe the client says nothing of itself: what it proves comes later. */
static HANDLE connect_to(const char *name)
{
	const DWORD desired =
		GENERIC_READ | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES;
	const ULONGLONG until = GetTickCount64() + PATIENCE_MS;

	do {
		HANDLE pipe = CreateFileA(
			name, desired, 0, NULL, OPEN_EXISTING,
			SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);

		if (pipe != INVALID_HANDLE_VALUE)
			return pipe;
		if (GetLastError() != ERROR_PIPE_BUSY &&
		    GetLastError() != ERROR_FILE_NOT_FOUND)
			break;
		(void)WaitNamedPipeA(name, 100);
		Sleep(20);
	} while (GetTickCount64() < until);
	return INVALID_HANDLE_VALUE;
}

/* To and fro until both sides are content */
static SECURITY_STATUS meet(HANDLE pipe, PCredHandle credentials, char *service,
			    ULONG flags, PCtxtHandle context)
{
	SecBuffer in = {0, SECBUFFER_TOKEN, buffer};
	SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
	SECURITY_STATUS status = SEC_I_CONTINUE_NEEDED;
	ULONG attributes = 0;
	BOOL is_first = TRUE;
	DWORD written;

	while (status == SEC_I_CONTINUE_NEEDED) {
		SecBuffer out = {0, SECBUFFER_TOKEN, NULL};
		SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
		TimeStamp expiry;
		BOOL sent = TRUE;

		status = InitializeSecurityContextA(
			credentials, is_first ? NULL : context, service,
			WANTED | flags | ISC_REQ_ALLOCATE_MEMORY, 0,
			SECURITY_NATIVE_DREP, is_first ? NULL : &input, 0,
			context, &output, &attributes, &expiry);
		is_first = FALSE;
		if (status >= 0 && out.cbBuffer > 0)
			sent = WriteFile(pipe, out.pvBuffer, out.cbBuffer,
					 &written, NULL);
		if (status >= 0 && out.pvBuffer)
			(void)FreeContextBuffer(out.pvBuffer);
		if (!sent ||
		    (status == SEC_I_CONTINUE_NEEDED &&
		     !ReadFile(pipe, buffer, MESSAGE_MAX, &in.cbBuffer, NULL)))
			return SEC_E_LOGON_DENIED;
	}
	if (status == SEC_E_OK && (attributes & WANTED) != WANTED)
		return SEC_E_UNSUPPORTED_FUNCTION;
	return status;
}

static int ask(HANDLE pipe, PCtxtHandle context, const char *name)
{
	SecBuffer parts[2] = {{0, SECBUFFER_STREAM, buffer},
			      {0, SECBUFFER_DATA, NULL}};
	SecBufferDesc message = {SECBUFFER_VERSION, 2, parts};
	ULONG quality = 0;
	DWORD size = 0;
	const char *answer;

	if (!WriteFile(pipe, name, (DWORD)strlen(name), &size, NULL) ||
	    !ReadFile(pipe, buffer, MESSAGE_MAX, &parts[0].cbBuffer, NULL)) {
		fprintf(stderr, "negotiate-file-client: error %lu\n",
			(unsigned long)GetLastError());
		return 3;
	}
	if (DecryptMessage(context, &message, 0, &quality) != SEC_E_OK ||
	    quality == SECQOP_WRAP_NO_ENCRYPT || parts[1].cbBuffer == 0) {
		fprintf(stderr, "negotiate-file-client: no good answer\n");
		return 3;
	}
	answer = parts[1].pvBuffer;
	if (answer[0] != '+') {
		fprintf(stderr, "%.*s\n", (int)parts[1].cbBuffer - 1,
			answer + 1);
		return 1;
	}
	(void)fwrite(answer + 1, 1, parts[1].cbBuffer - 1, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	static char package[] = "Negotiate";
	DWORD mode = PIPE_READMODE_MESSAGE;
	CredHandle credentials;
	CtxtHandle context;
	SECURITY_STATUS status;
	TimeStamp expiry;
	ULONG flags = 0;
	HANDLE pipe;
	int result;

	if (argc < 4 || argc > 5 || (argc == 5 && !level_of(argv[4], &flags))) {
		fprintf(stderr, "usage: negotiate-file-client PIPE SERVICE "
				"NAME [LEVEL]\n");
		return 2;
	}
	status = AcquireCredentialsHandleA(NULL, package, SECPKG_CRED_OUTBOUND,
					   NULL, NULL, NULL, NULL, &credentials,
					   &expiry);
	pipe = connect_to(argv[1]);
	if (pipe == INVALID_HANDLE_VALUE ||
	    !SetNamedPipeHandleState(pipe, &mode, NULL, NULL)) {
		fprintf(stderr, "negotiate-file-client: %s: error %lu\n",
			argv[1], (unsigned long)GetLastError());
		return 3;
	}
	if (status == SEC_E_OK)
		status = meet(pipe, &credentials, argv[2], flags, &context);
	if (status != SEC_E_OK) {
		fprintf(stderr, "negotiate-file-client: not let in: %#lx\n",
			(unsigned long)(DWORD)status);
		return 1;
	}
	result = ask(pipe, &context, argv[3]);
	(void)DeleteSecurityContext(&context);
	(void)FreeCredentialsHandle(&credentials);
	(void)CloseHandle(pipe);
	return result;
}
