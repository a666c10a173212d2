/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is left of the base functions, and the headers it has been divided
 * into. Memory of LocalAlloc and GlobalAlloc is fixed: a handle is a pointer.
 */
#ifndef _WINBASE_
#define _WINBASE_

#include "minwinbase.h"

#include "debugapi.h"
#include "errhandlingapi.h"
#include "fibersapi.h"
#include "fileapi.h"
#include "handleapi.h"
#include "heapapi.h"
#include "ioapiset.h"
#include "libloaderapi.h"
#include "memoryapi.h"
#include "namedpipeapi.h"
#include "processenv.h"
#include "processthreadsapi.h"
#include "profileapi.h"
#include "securitybaseapi.h"
#include "synchapi.h"
#include "sysinfoapi.h"
#include "threadpoolapiset.h"
#include "threadpoollegacyapiset.h"
#include "timezoneapi.h"

GUISE_WIN32_BEGIN

/* Local and global memory */
#define LMEM_FIXED 0x0
#define LMEM_MOVEABLE 0x2
#define LMEM_ZEROINIT 0x40
#define LMEM_MODIFY 0x80
#define LHND (LMEM_MOVEABLE | LMEM_ZEROINIT)
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)
#define GMEM_FIXED 0x0
#define GMEM_MOVEABLE 0x2
#define GMEM_ZEROINIT 0x40
#define GMEM_MODIFY 0x80
#define GHND (GMEM_MOVEABLE | GMEM_ZEROINIT)
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)

HLOCAL LocalAlloc(UINT flags, SIZE_T size);
HLOCAL LocalReAlloc(HLOCAL memory, SIZE_T size, UINT flags);
HLOCAL LocalFree(HLOCAL memory);
SIZE_T LocalSize(HLOCAL memory);
LPVOID LocalLock(HLOCAL memory);
BOOL LocalUnlock(HLOCAL memory);
HLOCAL LocalHandle(LPCVOID memory);
HGLOBAL GlobalAlloc(UINT flags, SIZE_T size);
HGLOBAL GlobalFree(HGLOBAL memory);
HGLOBAL GlobalReAlloc(HGLOBAL memory, SIZE_T size, UINT flags);
SIZE_T GlobalSize(HGLOBAL memory);
LPVOID GlobalLock(HGLOBAL memory);
BOOL GlobalUnlock(HGLOBAL memory);
HGLOBAL GlobalHandle(LPCVOID memory);

/* New processes */
#define DEBUG_PROCESS 0x00000001
#define CREATE_SUSPENDED 0x00000004
#define DETACHED_PROCESS 0x00000008
#define CREATE_NEW_CONSOLE 0x00000010
#define NORMAL_PRIORITY_CLASS 0x00000020
#define CREATE_NEW_PROCESS_GROUP 0x00000200
#define CREATE_UNICODE_ENVIRONMENT 0x00000400
#define EXTENDED_STARTUPINFO_PRESENT 0x00080000
#define CREATE_BREAKAWAY_FROM_JOB 0x01000000
#define CREATE_DEFAULT_ERROR_MODE 0x04000000
#define CREATE_NO_WINDOW 0x08000000
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0x00010000
#define STARTF_USESHOWWINDOW 0x00000001
#define STARTF_USESIZE 0x00000002
#define STARTF_USEPOSITION 0x00000004
#define STARTF_USECOUNTCHARS 0x00000008
#define STARTF_USEFILLATTRIBUTE 0x00000010
#define STARTF_FORCEONFEEDBACK 0x00000040
#define STARTF_FORCEOFFFEEDBACK 0x00000080
#define STARTF_USESTDHANDLES 0x00000100
#define LOGON_WITH_PROFILE 0x00000001
#define LOGON_NETCREDENTIALS_ONLY 0x00000002

/* cb is the size of the whole structure */
typedef struct _STARTUPINFOEXA {
	STARTUPINFOA StartupInfo;
	LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList;
} STARTUPINFOEXA, *LPSTARTUPINFOEXA;
typedef struct _STARTUPINFOEXW {
	STARTUPINFOW StartupInfo;
	LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList;
} STARTUPINFOEXW, *LPSTARTUPINFOEXW;
#define STARTUPINFOEX GUISE_WIN32_AW(STARTUPINFOEX)
#define LPSTARTUPINFOEX GUISE_WIN32_AW(LPSTARTUPINFOEX)

#define PROC_THREAD_ATTRIBUTE_PARENT_PROCESS 0x00020000
#define PROC_THREAD_ATTRIBUTE_HANDLE_LIST 0x00020002
#define PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY 0x00020007
#define PROC_THREAD_ATTRIBUTE_SECURITY_CAPABILITIES 0x00020009

BOOL CreateProcessWithTokenW(HANDLE token, DWORD logon_flags,
			     LPCWSTR application, LPWSTR command_line,
			     DWORD flags, LPVOID environment, LPCWSTR directory,
			     LPSTARTUPINFOW startup,
			     LPPROCESS_INFORMATION information);
BOOL CreateProcessWithLogonW(LPCWSTR user, LPCWSTR domain, LPCWSTR password,
			     DWORD logon_flags, LPCWSTR application,
			     LPWSTR command_line, DWORD flags,
			     LPVOID environment, LPCWSTR directory,
			     LPSTARTUPINFOW startup,
			     LPPROCESS_INFORMATION information);

/* The program of a process */
#define PROCESS_NAME_NATIVE 0x00000001
BOOL QueryFullProcessImageNameA(HANDLE process, DWORD flags, LPSTR buffer,
				PDWORD size);
BOOL QueryFullProcessImageNameW(HANDLE process, DWORD flags, LPWSTR buffer,
				PDWORD size);
#define QueryFullProcessImageName GUISE_WIN32_AW(QueryFullProcessImageName)

/* Logon */
#define LOGON32_LOGON_INTERACTIVE 2
#define LOGON32_LOGON_NETWORK 3
#define LOGON32_LOGON_BATCH 4
#define LOGON32_LOGON_SERVICE 5
#define LOGON32_LOGON_UNLOCK 7
#define LOGON32_LOGON_NETWORK_CLEARTEXT 8
#define LOGON32_LOGON_NEW_CREDENTIALS 9
#define LOGON32_PROVIDER_DEFAULT 0
#define LOGON32_PROVIDER_WINNT35 1
#define LOGON32_PROVIDER_WINNT40 2
#define LOGON32_PROVIDER_WINNT50 3
#define LOGON32_PROVIDER_VIRTUAL 4

typedef struct _QUOTA_LIMITS {
	SIZE_T PagedPoolLimit;
	SIZE_T NonPagedPoolLimit;
	SIZE_T MinimumWorkingSetSize;
	SIZE_T MaximumWorkingSetSize;
	SIZE_T PagefileLimit;
	LARGE_INTEGER TimeLimit;
} QUOTA_LIMITS, *PQUOTA_LIMITS;

BOOL LogonUserA(LPCSTR user, LPCSTR domain, LPCSTR password, DWORD type,
		DWORD provider, PHANDLE token);
BOOL LogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
		DWORD provider, PHANDLE token);
#define LogonUser GUISE_WIN32_AW(LogonUser)
BOOL LogonUserExA(LPCSTR user, LPCSTR domain, LPCSTR password, DWORD type,
		  DWORD provider, PHANDLE token, PSID *sid, PVOID *profile,
		  LPDWORD profile_size, PQUOTA_LIMITS quotas);
BOOL LogonUserExW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
		  DWORD provider, PHANDLE token, PSID *sid, PVOID *profile,
		  LPDWORD profile_size, PQUOTA_LIMITS quotas);
#define LogonUserEx GUISE_WIN32_AW(LogonUserEx)
/* In no header of Windows, but documented; groups need SeTcb */
BOOL LogonUserExExW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
		    DWORD provider, PTOKEN_GROUPS groups, PHANDLE token,
		    PSID *sid, PVOID *profile, LPDWORD profile_size,
		    PQUOTA_LIMITS quotas);

/* Names of accounts */
BOOL LookupAccountSidA(LPCSTR system, PSID sid, LPSTR name, LPDWORD name_size,
		       LPSTR domain, LPDWORD domain_size, PSID_NAME_USE use);
BOOL LookupAccountSidW(LPCWSTR system, PSID sid, LPWSTR name, LPDWORD name_size,
		       LPWSTR domain, LPDWORD domain_size, PSID_NAME_USE use);
#define LookupAccountSid GUISE_WIN32_AW(LookupAccountSid)
BOOL LookupAccountNameA(LPCSTR system, LPCSTR name, PSID sid, LPDWORD sid_size,
			LPSTR domain, LPDWORD domain_size, PSID_NAME_USE use);
BOOL LookupAccountNameW(LPCWSTR system, LPCWSTR name, PSID sid,
			LPDWORD sid_size, LPWSTR domain, LPDWORD domain_size,
			PSID_NAME_USE use);
#define LookupAccountName GUISE_WIN32_AW(LookupAccountName)
BOOL GetUserNameA(LPSTR buffer, LPDWORD size);
BOOL GetUserNameW(LPWSTR buffer, LPDWORD size);
#define GetUserName GUISE_WIN32_AW(GetUserName)
BOOL GetComputerNameA(LPSTR buffer, LPDWORD size);
BOOL GetComputerNameW(LPWSTR buffer, LPDWORD size);
#define GetComputerName GUISE_WIN32_AW(GetComputerName)
#define MAX_COMPUTERNAME_LENGTH 15

/* Names of privileges */
BOOL LookupPrivilegeValueA(LPCSTR system, LPCSTR name, PLUID luid);
BOOL LookupPrivilegeValueW(LPCWSTR system, LPCWSTR name, PLUID luid);
#define LookupPrivilegeValue GUISE_WIN32_AW(LookupPrivilegeValue)
BOOL LookupPrivilegeNameA(LPCSTR system, PLUID luid, LPSTR name, LPDWORD size);
BOOL LookupPrivilegeNameW(LPCWSTR system, PLUID luid, LPWSTR name,
			  LPDWORD size);
#define LookupPrivilegeName GUISE_WIN32_AW(LookupPrivilegeName)
BOOL LookupPrivilegeDisplayNameA(LPCSTR system, LPCSTR name, LPSTR display,
				 LPDWORD size, LPDWORD language);
BOOL LookupPrivilegeDisplayNameW(LPCWSTR system, LPCWSTR name, LPWSTR display,
				 LPDWORD size, LPDWORD language);
#define LookupPrivilegeDisplayName GUISE_WIN32_AW(LookupPrivilegeDisplayName)

/* Narrow forms of securitybaseapi.h, and its later additions */
BOOL GetFileSecurityA(LPCSTR name, SECURITY_INFORMATION information,
		      PSECURITY_DESCRIPTOR sd, DWORD size, LPDWORD needed);
BOOL SetFileSecurityA(LPCSTR name, SECURITY_INFORMATION information,
		      PSECURITY_DESCRIPTOR sd);
#define GetFileSecurity GUISE_WIN32_AW(GetFileSecurity)
#define SetFileSecurity GUISE_WIN32_AW(SetFileSecurity)
BOOL AddConditionalAce(PACL acl, DWORD revision, DWORD flags, UCHAR type,
		       DWORD mask, PSID sid, PWCHAR condition, DWORD *size);
BOOL AccessCheckAndAuditAlarmA(LPCSTR subsystem, LPVOID id, LPSTR type_name,
			       LPSTR name, PSECURITY_DESCRIPTOR sd,
			       DWORD desired, PGENERIC_MAPPING mapping,
			       BOOL creation, LPDWORD granted, LPBOOL status,
			       LPBOOL on_close);
BOOL AccessCheckByTypeAndAuditAlarmA(LPCSTR subsystem, LPVOID id,
				     LPCSTR type_name, LPCSTR name,
				     PSECURITY_DESCRIPTOR sd, PSID self,
				     DWORD desired, AUDIT_EVENT_TYPE event,
				     DWORD flags, POBJECT_TYPE_LIST types,
				     DWORD type_count, PGENERIC_MAPPING mapping,
				     BOOL creation, LPDWORD granted,
				     LPBOOL status, LPBOOL on_close);
BOOL AccessCheckByTypeResultListAndAuditAlarmA(
	LPCSTR subsystem, LPVOID id, LPCSTR type_name, LPCSTR name,
	PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD type_count, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD granted, LPDWORD status, LPBOOL on_close);
BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleA(
	LPCSTR subsystem, LPVOID id, HANDLE token, LPCSTR type_name,
	LPCSTR name, PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD type_count, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD granted, LPDWORD status, LPBOOL on_close);
BOOL ObjectOpenAuditAlarmA(LPCSTR subsystem, LPVOID id, LPSTR type_name,
			   LPSTR name, PSECURITY_DESCRIPTOR sd, HANDLE token,
			   DWORD desired, DWORD granted,
			   PPRIVILEGE_SET privileges, BOOL creation,
			   BOOL allowed, LPBOOL on_close);
BOOL ObjectCloseAuditAlarmA(LPCSTR subsystem, LPVOID id, BOOL on_close);
BOOL ObjectDeleteAuditAlarmA(LPCSTR subsystem, LPVOID id, BOOL on_close);
BOOL ObjectPrivilegeAuditAlarmA(LPCSTR subsystem, LPVOID id, HANDLE token,
				DWORD desired, PPRIVILEGE_SET privileges,
				BOOL allowed);
BOOL PrivilegedServiceAuditAlarmA(LPCSTR subsystem, LPCSTR service,
				  HANDLE token, PPRIVILEGE_SET privileges,
				  BOOL allowed);
#define AccessCheckAndAuditAlarm GUISE_WIN32_AW(AccessCheckAndAuditAlarm)
#define AccessCheckByTypeAndAuditAlarm                                         \
	GUISE_WIN32_AW(AccessCheckByTypeAndAuditAlarm)
#define AccessCheckByTypeResultListAndAuditAlarm                               \
	GUISE_WIN32_AW(AccessCheckByTypeResultListAndAuditAlarm)
#define AccessCheckByTypeResultListAndAuditAlarmByHandle                       \
	GUISE_WIN32_AW(AccessCheckByTypeResultListAndAuditAlarmByHandle)
#define ObjectOpenAuditAlarm GUISE_WIN32_AW(ObjectOpenAuditAlarm)
#define ObjectCloseAuditAlarm GUISE_WIN32_AW(ObjectCloseAuditAlarm)
#define ObjectDeleteAuditAlarm GUISE_WIN32_AW(ObjectDeleteAuditAlarm)
#define ObjectPrivilegeAuditAlarm GUISE_WIN32_AW(ObjectPrivilegeAuditAlarm)
#define PrivilegedServiceAuditAlarm GUISE_WIN32_AW(PrivilegedServiceAuditAlarm)

/* Opening files and pipes */
#define FILE_FLAG_WRITE_THROUGH 0x80000000
#define FILE_FLAG_OVERLAPPED 0x40000000
#define FILE_FLAG_NO_BUFFERING 0x20000000
#define FILE_FLAG_RANDOM_ACCESS 0x10000000
#define FILE_FLAG_SEQUENTIAL_SCAN 0x08000000
#define FILE_FLAG_DELETE_ON_CLOSE 0x04000000
#define FILE_FLAG_BACKUP_SEMANTICS 0x02000000
#define FILE_FLAG_POSIX_SEMANTICS 0x01000000
#define FILE_FLAG_OPEN_REPARSE_POINT 0x00200000
#define FILE_FLAG_FIRST_PIPE_INSTANCE 0x00080000
#define SECURITY_ANONYMOUS (SecurityAnonymous << 16)
#define SECURITY_IDENTIFICATION (SecurityIdentification << 16)
#define SECURITY_IMPERSONATION (SecurityImpersonation << 16)
#define SECURITY_DELEGATION (SecurityDelegation << 16)
#define SECURITY_CONTEXT_TRACKING 0x00040000
#define SECURITY_EFFECTIVE_ONLY 0x00080000
#define SECURITY_SQOS_PRESENT 0x00100000
#define SECURITY_VALID_SQOS_FLAGS 0x001F0000

/* Files */
#define FILE_BEGIN 0
#define FILE_CURRENT 1
#define FILE_END 2
#define FILE_TYPE_UNKNOWN 0x0000
#define FILE_TYPE_DISK 0x0001
#define FILE_TYPE_CHAR 0x0002
#define FILE_TYPE_PIPE 0x0003
#define FILE_TYPE_REMOTE 0x8000
#define DRIVE_UNKNOWN 0
#define DRIVE_NO_ROOT_DIR 1
#define DRIVE_REMOVABLE 2
#define DRIVE_FIXED 3
#define DRIVE_REMOTE 4
#define DRIVE_CDROM 5
#define DRIVE_RAMDISK 6
#define MOVEFILE_REPLACE_EXISTING 0x00000001
#define MOVEFILE_COPY_ALLOWED 0x00000002
#define MOVEFILE_WRITE_THROUGH 0x00000008

BOOL CopyFileA(LPCSTR from, LPCSTR to, BOOL fail_if_exists);
BOOL CopyFileW(LPCWSTR from, LPCWSTR to, BOOL fail_if_exists);
#define CopyFile GUISE_WIN32_AW(CopyFile)
BOOL MoveFileA(LPCSTR from, LPCSTR to);
BOOL MoveFileW(LPCWSTR from, LPCWSTR to);
#define MoveFile GUISE_WIN32_AW(MoveFile)
BOOL MoveFileExA(LPCSTR from, LPCSTR to, DWORD flags);
BOOL MoveFileExW(LPCWSTR from, LPCWSTR to, DWORD flags);
#define MoveFileEx GUISE_WIN32_AW(MoveFileEx)
#define REPLACEFILE_WRITE_THROUGH 0x00000001
#define REPLACEFILE_IGNORE_MERGE_ERRORS 0x00000002
#define REPLACEFILE_IGNORE_ACL_ERRORS 0x00000004
BOOL ReplaceFileA(LPCSTR replaced, LPCSTR replacement, LPCSTR backup,
		  DWORD flags, LPVOID exclude, LPVOID reserved);
BOOL ReplaceFileW(LPCWSTR replaced, LPCWSTR replacement, LPCWSTR backup,
		  DWORD flags, LPVOID exclude, LPVOID reserved);
#define ReplaceFile GUISE_WIN32_AW(ReplaceFile)
BOOL CreateHardLinkA(LPCSTR name, LPCSTR existing,
		     LPSECURITY_ATTRIBUTES attributes);
BOOL CreateHardLinkW(LPCWSTR name, LPCWSTR existing,
		     LPSECURITY_ATTRIBUTES attributes);
#define CreateHardLink GUISE_WIN32_AW(CreateHardLink)

#define SYMBOLIC_LINK_FLAG_DIRECTORY 0x1
#define SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE 0x2
BOOLEAN CreateSymbolicLinkA(LPCSTR name, LPCSTR target, DWORD flags);
BOOLEAN CreateSymbolicLinkW(LPCWSTR name, LPCWSTR target, DWORD flags);
#define CreateSymbolicLink GUISE_WIN32_AW(CreateSymbolicLink)

typedef struct _FILE_BASIC_INFO {
	LARGE_INTEGER CreationTime;
	LARGE_INTEGER LastAccessTime;
	LARGE_INTEGER LastWriteTime;
	LARGE_INTEGER ChangeTime;
	DWORD FileAttributes;
} FILE_BASIC_INFO, *PFILE_BASIC_INFO;

typedef struct _FILE_STANDARD_INFO {
	LARGE_INTEGER AllocationSize;
	LARGE_INTEGER EndOfFile;
	DWORD NumberOfLinks;
	BOOLEAN DeletePending;
	BOOLEAN Directory;
} FILE_STANDARD_INFO, *PFILE_STANDARD_INFO;

typedef struct _FILE_NAME_INFO {
	DWORD FileNameLength;
	WCHAR FileName[1];
} FILE_NAME_INFO, *PFILE_NAME_INFO;

#define FILE_RENAME_FLAG_REPLACE_IF_EXISTS 0x00000001
#define FILE_RENAME_FLAG_POSIX_SEMANTICS 0x00000002
typedef struct _FILE_RENAME_INFO {
	__extension__ union {
		BOOLEAN ReplaceIfExists;
		DWORD Flags;
	};
	HANDLE RootDirectory;
	DWORD FileNameLength;
	WCHAR FileName[1];
} FILE_RENAME_INFO, *PFILE_RENAME_INFO;

typedef struct _FILE_DISPOSITION_INFO {
	BOOLEAN DeleteFile;
} FILE_DISPOSITION_INFO, *PFILE_DISPOSITION_INFO;

#define FILE_DISPOSITION_FLAG_DO_NOT_DELETE 0x00000000
#define FILE_DISPOSITION_FLAG_DELETE 0x00000001
#define FILE_DISPOSITION_FLAG_POSIX_SEMANTICS 0x00000002
#define FILE_DISPOSITION_FLAG_IGNORE_READONLY_ATTRIBUTE 0x00000010
typedef struct _FILE_DISPOSITION_INFO_EX {
	DWORD Flags;
} FILE_DISPOSITION_INFO_EX, *PFILE_DISPOSITION_INFO_EX;

typedef struct _FILE_ALLOCATION_INFO {
	LARGE_INTEGER AllocationSize;
} FILE_ALLOCATION_INFO, *PFILE_ALLOCATION_INFO;

typedef struct _FILE_END_OF_FILE_INFO {
	LARGE_INTEGER EndOfFile;
} FILE_END_OF_FILE_INFO, *PFILE_END_OF_FILE_INFO;

typedef struct _FILE_ATTRIBUTE_TAG_INFO {
	DWORD FileAttributes;
	DWORD ReparseTag;
} FILE_ATTRIBUTE_TAG_INFO, *PFILE_ATTRIBUTE_TAG_INFO;

BOOL GetFileInformationByHandleEx(HANDLE file, FILE_INFO_BY_HANDLE_CLASS which,
				  LPVOID information, DWORD size);

/* Pipes */
#define PIPE_ACCESS_INBOUND 0x00000001
#define PIPE_ACCESS_OUTBOUND 0x00000002
#define PIPE_ACCESS_DUPLEX 0x00000003
#define PIPE_CLIENT_END 0x00000000
#define PIPE_SERVER_END 0x00000001
#define PIPE_WAIT 0x00000000
#define PIPE_NOWAIT 0x00000001
#define PIPE_READMODE_BYTE 0x00000000
#define PIPE_READMODE_MESSAGE 0x00000002
#define PIPE_TYPE_BYTE 0x00000000
#define PIPE_TYPE_MESSAGE 0x00000004
#define PIPE_ACCEPT_REMOTE_CLIENTS 0x00000000
#define PIPE_REJECT_REMOTE_CLIENTS 0x00000008
#define PIPE_UNLIMITED_INSTANCES 255
#define NMPWAIT_WAIT_FOREVER 0xffffffff
#define NMPWAIT_NOWAIT 0x00000001
#define NMPWAIT_USE_DEFAULT_WAIT 0x00000000

HANDLE CreateNamedPipeA(LPCSTR name, DWORD open_mode, DWORD pipe_mode,
			DWORD instances, DWORD out_size, DWORD in_size,
			DWORD timeout, LPSECURITY_ATTRIBUTES attributes);
BOOL WaitNamedPipeA(LPCSTR name, DWORD timeout);
BOOL GetNamedPipeHandleStateA(HANDLE pipe, LPDWORD state, LPDWORD instances,
			      LPDWORD collect_count, LPDWORD collect_timeout,
			      LPSTR user, DWORD user_size);
#define CreateNamedPipe GUISE_WIN32_AW(CreateNamedPipe)
#define WaitNamedPipe GUISE_WIN32_AW(WaitNamedPipe)
#define GetNamedPipeHandleState GUISE_WIN32_AW(GetNamedPipeHandleState)
BOOL CallNamedPipeA(LPCSTR name, LPVOID in, DWORD in_size, LPVOID out,
		    DWORD out_size, LPDWORD read, DWORD timeout);
BOOL CallNamedPipeW(LPCWSTR name, LPVOID in, DWORD in_size, LPVOID out,
		    DWORD out_size, LPDWORD read, DWORD timeout);
#define CallNamedPipe GUISE_WIN32_AW(CallNamedPipe)
BOOL GetNamedPipeClientComputerNameA(HANDLE pipe, LPSTR name, ULONG size);
BOOL GetNamedPipeClientComputerNameW(HANDLE pipe, LPWSTR name, ULONG size);
#define GetNamedPipeClientComputerName                                         \
	GUISE_WIN32_AW(GetNamedPipeClientComputerName)
BOOL GetNamedPipeClientProcessId(HANDLE pipe, PULONG pid);
BOOL GetNamedPipeClientSessionId(HANDLE pipe, PULONG session);
BOOL GetNamedPipeServerProcessId(HANDLE pipe, PULONG pid);
BOOL GetNamedPipeServerSessionId(HANDLE pipe, PULONG session);

/* Semaphores, sections and names that other headers have in wide form only */
HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES attributes, LONG initial,
			LONG maximum, LPCSTR name);
HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES attributes, LONG initial,
			LONG maximum, LPCWSTR name);
#define CreateSemaphore GUISE_WIN32_AW(CreateSemaphore)
HANDLE OpenMutexA(DWORD access, BOOL inherit, LPCSTR name);
HANDLE OpenSemaphoreA(DWORD access, BOOL inherit, LPCSTR name);
HANDLE CreateFileMappingA(HANDLE file, LPSECURITY_ATTRIBUTES attributes,
			  DWORD protection, DWORD size_high, DWORD size_low,
			  LPCSTR name);
HANDLE OpenFileMappingA(DWORD access, BOOL inherit, LPCSTR name);
VOID GetStartupInfoA(LPSTARTUPINFOA startup);
#define OpenMutex GUISE_WIN32_AW(OpenMutex)
#define OpenSemaphore GUISE_WIN32_AW(OpenSemaphore)
#ifndef UNICODE
#define CreateFileMapping CreateFileMappingA
#define OpenFileMapping OpenFileMappingA
#endif
#define GetStartupInfo GUISE_WIN32_AW(GetStartupInfo)

/* Waits of the pool */
BOOL RegisterWaitForSingleObject(PHANDLE wait, HANDLE handle,
				 WAITORTIMERCALLBACK callback, PVOID context,
				 ULONG milliseconds, ULONG flags);
BOOL UnregisterWait(HANDLE wait);

/* Standard handles */
#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)

/* Messages of errors: English, one sentence each */
#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200
#define FORMAT_MESSAGE_FROM_STRING 0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FF

DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD id, DWORD language,
		     LPSTR buffer, DWORD size, va_list *arguments);
DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD id, DWORD language,
		     LPWSTR buffer, DWORD size, va_list *arguments);
#define FormatMessage GUISE_WIN32_AW(FormatMessage)

/* Whether memory cannot be read or written now */
BOOL IsBadReadPtr(const VOID *memory, UINT_PTR size);
BOOL IsBadWritePtr(LPVOID memory, UINT_PTR size);
BOOL IsBadCodePtr(FARPROC function);
BOOL IsBadStringPtrA(LPCSTR text, UINT_PTR max);
BOOL IsBadStringPtrW(LPCWSTR text, UINT_PTR max);
#define IsBadStringPtr GUISE_WIN32_AW(IsBadStringPtr)

/* Text */
int lstrlenA(LPCSTR s);
int lstrlenW(LPCWSTR s);
#define lstrlen GUISE_WIN32_AW(lstrlen)
LPSTR lstrcpyA(LPSTR to, LPCSTR from);
LPWSTR lstrcpyW(LPWSTR to, LPCWSTR from);
#define lstrcpy GUISE_WIN32_AW(lstrcpy)
LPSTR lstrcpynA(LPSTR to, LPCSTR from, int size);
LPWSTR lstrcpynW(LPWSTR to, LPCWSTR from, int size);
#define lstrcpyn GUISE_WIN32_AW(lstrcpyn)
LPSTR lstrcatA(LPSTR to, LPCSTR from);
LPWSTR lstrcatW(LPWSTR to, LPCWSTR from);
#define lstrcat GUISE_WIN32_AW(lstrcat)
int lstrcmpA(LPCSTR a, LPCSTR b);
int lstrcmpW(LPCWSTR a, LPCWSTR b);
#define lstrcmp GUISE_WIN32_AW(lstrcmp)
int lstrcmpiA(LPCSTR a, LPCSTR b);
int lstrcmpiW(LPCWSTR a, LPCWSTR b);
#define lstrcmpi GUISE_WIN32_AW(lstrcmpi)

GUISE_WIN32_END

#endif
