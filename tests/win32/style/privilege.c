/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way tools switch a privilege on and look a group up in their token:
 * generic text, heap memory, one way out, messages from the system.
 */
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <sddl.h>
#include <stdio.h>
#include <tchar.h>

#include <strsafe.h>

static int g_nFailures = 0;

static void Complain(LPCTSTR lpszWhat)
{
	DWORD dwError = GetLastError();
	LPTSTR lpMessage = NULL;

	if (FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER |
				  FORMAT_MESSAGE_FROM_SYSTEM |
				  FORMAT_MESSAGE_IGNORE_INSERTS,
			  NULL, dwError,
			  MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT),
			  (LPTSTR)&lpMessage, 0, NULL) == 0)
		lpMessage = NULL;
	_tprintf(TEXT("%s failed: %lu (%s)\n"), lpszWhat, dwError,
		 lpMessage ? lpMessage : TEXT("no message"));
	if (lpMessage)
		LocalFree(lpMessage);
	g_nFailures++;
}

static BOOL SetPrivilege(HANDLE hToken, LPCTSTR lpszPrivilege, BOOL bEnable)
{
	TOKEN_PRIVILEGES tp;
	LUID luid;

	if (!LookupPrivilegeValue(NULL, lpszPrivilege, &luid)) {
		Complain(TEXT("LookupPrivilegeValue"));
		return FALSE;
	}
	tp.PrivilegeCount = 1;
	tp.Privileges[0].Luid = luid;
	tp.Privileges[0].Attributes = bEnable ? SE_PRIVILEGE_ENABLED : 0;
	if (!AdjustTokenPrivileges(hToken, FALSE, &tp, sizeof(TOKEN_PRIVILEGES),
				   (PTOKEN_PRIVILEGES)NULL, (PDWORD)NULL)) {
		Complain(TEXT("AdjustTokenPrivileges"));
		return FALSE;
	}
	return GetLastError() != ERROR_NOT_ALL_ASSIGNED;
}

static BOOL IsPrivilegeEnabled(HANDLE hToken, LPCTSTR lpszPrivilege)
{
	PRIVILEGE_SET ps;
	BOOL bResult = FALSE;

	ZeroMemory(&ps, sizeof(ps));
	ps.PrivilegeCount = 1;
	ps.Control = PRIVILEGE_SET_ALL_NECESSARY;
	if (!LookupPrivilegeValue(NULL, lpszPrivilege, &ps.Privilege[0].Luid) ||
	    !PrivilegeCheck(hToken, &ps, &bResult))
		Complain(TEXT("PrivilegeCheck"));
	return bResult;
}

/* The logon SID, copied onto the heap */
static BOOL GetLogonSID(HANDLE hToken, PSID *ppsid)
{
	BOOL bSuccess = FALSE;
	DWORD dwIndex, dwLength = 0;
	PTOKEN_GROUPS ptg = NULL;

	if (NULL == ppsid)
		goto Cleanup;
	if (!GetTokenInformation(hToken, TokenGroups, (LPVOID)ptg, 0,
				 &dwLength)) {
		if (GetLastError() != ERROR_INSUFFICIENT_BUFFER)
			goto Cleanup;
		ptg = (PTOKEN_GROUPS)HeapAlloc(GetProcessHeap(),
					       HEAP_ZERO_MEMORY, dwLength);
		if (ptg == NULL)
			goto Cleanup;
	}
	if (!GetTokenInformation(hToken, TokenGroups, (LPVOID)ptg, dwLength,
				 &dwLength))
		goto Cleanup;
	for (dwIndex = 0; dwIndex < ptg->GroupCount; dwIndex++) {
		if ((ptg->Groups[dwIndex].Attributes & SE_GROUP_LOGON_ID) !=
		    SE_GROUP_LOGON_ID)
			continue;
		dwLength = GetLengthSid(ptg->Groups[dwIndex].Sid);
		*ppsid = (PSID)HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY,
					 dwLength);
		if (*ppsid == NULL)
			goto Cleanup;
		if (!CopySid(dwLength, *ppsid, ptg->Groups[dwIndex].Sid)) {
			HeapFree(GetProcessHeap(), 0, (LPVOID)*ppsid);
			goto Cleanup;
		}
		bSuccess = TRUE;
		break;
	}

Cleanup:
	if (ptg != NULL)
		HeapFree(GetProcessHeap(), 0, (LPVOID)ptg);
	return bSuccess;
}

static void ShowSid(PSID pSid)
{
	LPTSTR lpText = NULL;
	TCHAR szLine[128];

	if (!IsValidSid(pSid) || !ConvertSidToStringSid(pSid, &lpText)) {
		Complain(TEXT("ConvertSidToStringSid"));
		return;
	}
	if (FAILED(StringCchPrintf(szLine, _countof(szLine), _T("logon: %s\n"),
				   lpText)) ||
	    _tcsncmp(szLine, _T("logon: S-1-5-5-"), 15) != 0)
		Complain(_T("StringCchPrintf"));
	_tprintf(_T("%s"), szLine);
	LocalFree(lpText);
}

static BOOL IsInEveryone(void)
{
	SID_IDENTIFIER_AUTHORITY SIDAuthWorld = SECURITY_WORLD_SID_AUTHORITY;
	PSID pEveryoneSID = NULL;
	BOOL bIsMember = FALSE;

	if (!AllocateAndInitializeSid(&SIDAuthWorld, 1, SECURITY_WORLD_RID, 0,
				      0, 0, 0, 0, 0, 0, &pEveryoneSID) ||
	    !CheckTokenMembership(NULL, pEveryoneSID, &bIsMember))
		Complain(TEXT("CheckTokenMembership"));
	if (pEveryoneSID)
		FreeSid(pEveryoneSID);
	return bIsMember;
}

int main(void)
{
	HANDLE hToken = NULL;
	PSID pLogonSid = NULL;

	if (!OpenProcessToken(GetCurrentProcess(),
			      TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &hToken)) {
		Complain(TEXT("OpenProcessToken"));
		return 1;
	}
	if (!SetPrivilege(hToken, SE_CHANGE_NOTIFY_NAME, FALSE) ||
	    IsPrivilegeEnabled(hToken, SE_CHANGE_NOTIFY_NAME))
		Complain(TEXT("disabling"));
	if (!SetPrivilege(hToken, SE_CHANGE_NOTIFY_NAME, TRUE) ||
	    !IsPrivilegeEnabled(hToken, SE_CHANGE_NOTIFY_NAME))
		Complain(TEXT("enabling"));
	if (GetLogonSID(hToken, &pLogonSid)) {
		ShowSid(pLogonSid);
		HeapFree(GetProcessHeap(), 0, pLogonSid);
	} else {
		Complain(TEXT("GetLogonSID"));
	}
	if (!IsInEveryone())
		Complain(TEXT("IsInEveryone"));
	CloseHandle(hToken);
	return g_nFailures ? 1 : 0;
}
