// SPDX-License-Identifier: Apache-2.0
// The way servers are written in C++: a thread for each client, a critical
// section around what they share, impersonation that ends in a destructor.
#include <process.h>
#include <tchar.h>
#include <windows.h>

#include <string>
#include <vector>

#include <stdio.h>

namespace
{

TCHAR g_pipe_name[MAX_PATH];
const int kClients = 4;

class CriticalSection
{
      public:
	CriticalSection()
	{
		InitializeCriticalSection(&cs_);
	}
	~CriticalSection()
	{
		DeleteCriticalSection(&cs_);
	}
	void Enter()
	{
		EnterCriticalSection(&cs_);
	}
	void Leave()
	{
		LeaveCriticalSection(&cs_);
	}

      private:
	CRITICAL_SECTION cs_;
};

class Impersonation
{
      public:
	explicit Impersonation(HANDLE pipe)
	    : active_(ImpersonateNamedPipeClient(pipe) != FALSE)
	{
	}
	~Impersonation()
	{
		if (active_ && !RevertToSelf())
			ExitProcess(3);
	}
	bool active() const
	{
		return active_;
	}

      private:
	bool active_;
};

CriticalSection g_lock;
std::vector<std::string> g_seen;
volatile LONG g_failures;

void Failed(const char *what)
{
	fprintf(stderr, "%s: error %lu\n", what, GetLastError());
	InterlockedIncrement(&g_failures);
}

void Check(HANDLE pipe, bool wanted)
{
	Impersonation client(pipe);
	SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
	DWORD size = 0;
	HANDLE token = nullptr;

	if (client.active() != wanted) {
		Failed("ImpersonateNamedPipeClient");
		return;
	}
	if (!wanted)
		return;
	if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)) {
		Failed("OpenThreadToken");
		return;
	}
	if (!GetTokenInformation(token, TokenImpersonationLevel, &level,
				 sizeof(level), &size) ||
	    level != SecurityIdentification)
		Failed("level");
	CloseHandle(token);
}

unsigned __stdcall Serve(void *argument)
{
	HANDLE pipe = static_cast<HANDLE>(argument);
	char buffer[64];
	DWORD size = 0;

	Check(pipe, false); // nothing read yet
	if (GetLastError() != ERROR_CANNOT_IMPERSONATE)
		Failed("before a read");
	if (!ReadFile(pipe, buffer, sizeof(buffer), &size, nullptr))
		Failed("ReadFile");
	Check(pipe, true);
	g_lock.Enter();
	g_seen.push_back(std::string(buffer, size));
	g_lock.Leave();
	if (!WriteFile(pipe, "done", 4, &size, nullptr))
		Failed("WriteFile");
	FlushFileBuffers(pipe);
	DisconnectNamedPipe(pipe);
	CloseHandle(pipe);
	return 0;
}

unsigned __stdcall Ask(void *)
{
	DWORD size = 0;
	char answer[16];
	HANDLE pipe;

	while ((pipe = CreateFile(g_pipe_name, GENERIC_READ | GENERIC_WRITE, 0,
				  nullptr, OPEN_EXISTING,
				  SECURITY_SQOS_PRESENT |
					  SECURITY_IDENTIFICATION,
				  nullptr)) == INVALID_HANDLE_VALUE) {
		if (GetLastError() != ERROR_PIPE_BUSY &&
		    GetLastError() != ERROR_FILE_NOT_FOUND) {
			Failed("CreateFile");
			return 1;
		}
		WaitNamedPipe(g_pipe_name, 1000);
	}
	if (!WriteFile(pipe, "hello", 5, &size, nullptr) ||
	    !ReadFile(pipe, answer, sizeof(answer), &size, nullptr) ||
	    size != 4)
		Failed("asking");
	CloseHandle(pipe);
	return 0;
}

HANDLE Start(unsigned(__stdcall *start)(void *), void *argument)
{
	return reinterpret_cast<HANDLE>(
		_beginthreadex(nullptr, 0, start, argument, 0, nullptr));
}

void ServeAll(std::vector<HANDLE> &threads)
{
	for (int i = 0; i < kClients; i++) {
		HANDLE pipe = CreateNamedPipe(
			g_pipe_name, PIPE_ACCESS_DUPLEX,
			PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT,
			PIPE_UNLIMITED_INSTANCES, 512, 512, 0, nullptr);

		if (pipe == INVALID_HANDLE_VALUE ||
		    (!ConnectNamedPipe(pipe, nullptr) &&
		     GetLastError() != ERROR_PIPE_CONNECTED)) {
			Failed("ConnectNamedPipe");
			return;
		}
		threads.push_back(Start(Serve, pipe));
	}
}

} // namespace

int main()
{
	std::vector<HANDLE> threads;

	_stprintf_s(g_pipe_name, _countof(g_pipe_name),
		    _T("\\\\.\\pipe\\guise-style-%lu"), GetCurrentProcessId());
	for (int i = 0; i < kClients; i++)
		threads.push_back(Start(Ask, nullptr));
	ServeAll(threads);
	if (WaitForMultipleObjects(static_cast<DWORD>(threads.size()),
				   threads.data(), TRUE,
				   20000) != WAIT_OBJECT_0)
		Failed("WaitForMultipleObjects");
	for (HANDLE thread : threads)
		CloseHandle(thread);
	if (g_seen.size() != kClients || g_seen[0] != "hello")
		Failed("what was seen");
	return g_failures ? 1 : 0;
}
