/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file server whose clients prove who they are by Kerberos: each is served as
 * itself, whatever the pipe says about the process at its other end. What
 * carries the messages does not matter; it could be a socket.
 *
 *	negotiate-file-server \\.\pipe\files C:\srv\files [REQUESTS]
 *
 * The client speaks first. Messages of the Negotiate package go to and fro
 * until both sides are content; then comes the name of a file in the directory,
 * and the answer, encrypted: '+' and the content, or '-' and why not. With
 * REQUESTS the server ends after so many.
 */
#define SECURITY_WIN32
#include <windows.h>

#include <sddl.h>
#include <security.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX 65536
#define ANSWER_MAX 60000
#define NAME_LENGTH_MAX 200
#define WANTED (ASC_REQ_CONFIDENTIALITY | ASC_REQ_INTEGRITY)

static const char *pipe_name, *directory;
static CredHandle credentials;

static int answer_error(char *answer, const char *what, DWORD error)
{
	return sprintf(answer, "-%s: error %lu", what, (unsigned long)error);
}

/* Only a plain name: the directory is the server's choice. */
static BOOL is_plain(const char *name)
{
	return name[0] != '\0' && name[0] != '.' &&
	       strpbrk(name, "\\/:*?\"<>|") == NULL;
}

/* As the client, for the one call that needs it; a revert that fails ends the
 * process. */
static HANDLE open_as_client(PCtxtHandle context, const char *path,
			     DWORD *error)
{
	SECURITY_STATUS status = ImpersonateSecurityContext(context);
	HANDLE file;

	if (status != SEC_E_OK) {
		*error = (DWORD)status;
		return INVALID_HANDLE_VALUE;
	}
	file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL,
			   OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
	*error = file == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;
	if (RevertSecurityContext(context) != SEC_E_OK)
		ExitProcess(3);
	return file;
}

static int make_answer(PCtxtHandle context, const char *name, char *answer)
{
	char path[MAX_PATH];
	DWORD error, size = 0;
	HANDLE file;

	if (!is_plain(name))
		return answer_error(answer, "name", ERROR_INVALID_NAME);
	(void)sprintf(path, "%.50s\\%.200s", directory, name);
	file = open_as_client(context, path, &error);
	if (file == INVALID_HANDLE_VALUE)
		return answer_error(answer, "open", error);
	if (!ReadFile(file, answer + 1, ANSWER_MAX - 1, &size, NULL)) {
		error = GetLastError();
		(void)CloseHandle(file);
		return answer_error(answer, "read", error);
	}
	(void)CloseHandle(file);
	answer[0] = '+';
	return (int)size + 1;
}

/* One message of the client, and ours if there is one */
static SECURITY_STATUS accept_step(HANDLE pipe, PCtxtHandle context,
				   BOOL is_first, BYTE *buffer,
				   ULONG *attributes)
{
	SecBuffer in = {0, SECBUFFER_TOKEN, buffer};
	SecBuffer out = {0, SECBUFFER_TOKEN, NULL};
	SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	SECURITY_STATUS status;
	TimeStamp expiry;
	DWORD written;

	if (!ReadFile(pipe, buffer, MESSAGE_MAX, &in.cbBuffer, NULL))
		return SEC_E_INVALID_TOKEN;
	status = AcceptSecurityContext(&credentials, is_first ? NULL : context,
				       &input, WANTED | ASC_REQ_ALLOCATE_MEMORY,
				       SECURITY_NATIVE_DREP, context, &output,
				       attributes, &expiry);
	if (status >= 0 && out.cbBuffer > 0 &&
	    !WriteFile(pipe, out.pvBuffer, out.cbBuffer, &written, NULL))
		printf("a client has gone\n");
	if (status >= 0 && out.pvBuffer)
		(void)FreeContextBuffer(out.pvBuffer);
	return status;
}

/* Until both sides are content. Without encryption nothing is sent. */
static SECURITY_STATUS meet(HANDLE pipe, PCtxtHandle context, BYTE *buffer)
{
	SECURITY_STATUS status;
	ULONG attributes = 0;
	BOOL is_first = TRUE;

	SecInvalidateHandle(context);
	do {
		status = accept_step(pipe, context, is_first, buffer,
				     &attributes);
		is_first = FALSE;
	} while (status == SEC_I_CONTINUE_NEEDED);
	if (status == SEC_E_OK && (attributes & WANTED) != WANTED)
		return SEC_E_UNSUPPORTED_FUNCTION;
	return status;
}

/* The token that belongs to an encrypted message goes before it. */
static BOOL send_encrypted(HANDLE pipe, PCtxtHandle context, BYTE *buffer,
			   ULONG room, ULONG size)
{
	SecBuffer parts[2] = {{room, SECBUFFER_TOKEN, buffer},
			      {size, SECBUFFER_DATA, buffer + room}};
	SecBufferDesc message = {SECBUFFER_VERSION, 2, parts};
	DWORD written;

	if (EncryptMessage(context, 0, &message, 0) != SEC_E_OK)
		return FALSE;
	memmove(buffer + parts[0].cbBuffer, parts[1].pvBuffer,
		parts[1].cbBuffer);
	return WriteFile(pipe, buffer, parts[0].cbBuffer + parts[1].cbBuffer,
			 &written, NULL);
}

static void answer_client(HANDLE pipe, PCtxtHandle context, BYTE *buffer)
{
	SecPkgContext_NamesA names = {NULL};
	SecPkgContext_Sizes sizes;
	char name[NAME_LENGTH_MAX + 1];
	DWORD size;
	int length;

	if (QueryContextAttributesA(context, SECPKG_ATTR_SIZES, &sizes) ||
	    sizes.cbSecurityTrailer > MESSAGE_MAX - ANSWER_MAX ||
	    !ReadFile(pipe, name, NAME_LENGTH_MAX, &size, NULL))
		return;
	name[size] = '\0';
	if (QueryContextAttributesA(context, SECPKG_ATTR_NAMES, &names) ==
	    SEC_E_OK) {
		printf("%s asks for a file\n", names.sUserName);
		(void)FreeContextBuffer(names.sUserName);
	}
	length = make_answer(context, name,
			     (char *)buffer + sizes.cbSecurityTrailer);
	if (send_encrypted(pipe, context, buffer, sizes.cbSecurityTrailer,
			   (ULONG)length))
		(void)FlushFileBuffers(pipe);
}

static DWORD WINAPI serve(LPVOID argument)
{
	HANDLE pipe = argument;
	BYTE *buffer = malloc(MESSAGE_MAX);
	CtxtHandle context;
	SECURITY_STATUS status = SEC_E_INSUFFICIENT_MEMORY;

	if (buffer)
		status = meet(pipe, &context, buffer);
	if (status == SEC_E_OK)
		answer_client(pipe, &context, buffer);
	else
		printf("a client is not let in: %#lx\n",
		       (unsigned long)(DWORD)status);
	fflush(stdout);
	if (buffer && SecIsValidHandle(&context))
		(void)DeleteSecurityContext(&context);
	free(buffer);
	(void)DisconnectNamedPipe(pipe);
	(void)CloseHandle(pipe);
	return 0;
}

/* Everybody may connect: who may read what is for the files to say. Only the
 * server's own user may make instances of the pipe. */
static BOOL init_attributes(SECURITY_ATTRIBUTES *attributes)
{
	attributes->nLength = sizeof(*attributes);
	attributes->bInheritHandle = FALSE;
	return ConvertStringSecurityDescriptorToSecurityDescriptorA(
		"D:(A;;0x12019b;;;WD)(A;;FA;;;OW)", SDDL_REVISION_1,
		&attributes->lpSecurityDescriptor, NULL);
}

static HANDLE wait_for_client(SECURITY_ATTRIBUTES *attributes)
{
	HANDLE pipe = CreateNamedPipeA(
		pipe_name, PIPE_ACCESS_DUPLEX,
		PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT,
		PIPE_UNLIMITED_INSTANCES, MESSAGE_MAX, MESSAGE_MAX, 0,
		attributes);

	if (pipe == INVALID_HANDLE_VALUE)
		return pipe;
	if (!ConnectNamedPipe(pipe, NULL) &&
	    GetLastError() != ERROR_PIPE_CONNECTED) {
		(void)CloseHandle(pipe);
		return INVALID_HANDLE_VALUE;
	}
	return pipe;
}

/* Serves @wanted clients and waits until they have their answers; 0: forever */
static int run(DWORD wanted, SECURITY_ATTRIBUTES *attributes)
{
	HANDLE threads[MAXIMUM_WAIT_OBJECTS];
	DWORD n = 0;

	while (wanted == 0 || n < wanted) {
		HANDLE pipe = wait_for_client(attributes), thread;

		if (pipe == INVALID_HANDLE_VALUE) {
			fprintf(stderr,
				"negotiate-file-server: %s: error %lu\n",
				pipe_name, (unsigned long)GetLastError());
			return 3;
		}
		thread = CreateThread(NULL, 0, serve, pipe, 0, NULL);
		if (!thread) {
			(void)CloseHandle(pipe);
			continue;
		}
		if (wanted == 0)
			(void)CloseHandle(thread);
		else
			threads[n++] = thread;
	}
	(void)WaitForMultipleObjects(n, threads, TRUE, INFINITE);
	return 0;
}

int main(int argc, char **argv)
{
	static char package[] = "Negotiate";
	const int wanted = argc == 4 ? atoi(argv[3]) : 0;
	SECURITY_ATTRIBUTES attributes;
	SECURITY_STATUS status;
	TimeStamp expiry;
	int result;

	if (argc < 3 || argc > 4 || wanted < 0 ||
	    wanted > MAXIMUM_WAIT_OBJECTS) {
		fprintf(stderr, "usage: negotiate-file-server PIPE DIRECTORY "
				"[REQUESTS]\n");
		return 2;
	}
	pipe_name = argv[1];
	directory = argv[2];
	status = AcquireCredentialsHandleA(NULL, package, SECPKG_CRED_INBOUND,
					   NULL, NULL, NULL, NULL, &credentials,
					   &expiry);
	if (status != SEC_E_OK || !init_attributes(&attributes)) {
		fprintf(stderr, "negotiate-file-server: no keys: %#lx\n",
			(unsigned long)(DWORD)status);
		return 3;
	}
	result = run((DWORD)wanted, &attributes);
	(void)LocalFree(attributes.lpSecurityDescriptor);
	(void)FreeCredentialsHandle(&credentials);
	return result;
}
