/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Part of winternl.h: handles, objects and waiting, counted strings, memory and
 * results as ntdll spells them.
 */
#ifndef GUISE_WINTERNL_OBJECT_H
#define GUISE_WINTERNL_OBJECT_H

#include "ntdef.h"
#include "windows.h"

GUISE_WIN32_BEGIN

typedef const char *PCSZ;

/* Results */
ULONG RtlNtStatusToDosError(NTSTATUS status);
ULONG RtlNtStatusToDosErrorNoTeb(NTSTATUS status);
ULONG RtlGetLastWin32Error(VOID);
NTSTATUS RtlGetLastNtStatus(VOID);
VOID RtlSetLastWin32Error(LONG error);
VOID RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS status);

/* Handles */
#define NtCurrentProcess() ((HANDLE)(LONG_PTR)-1)
#define NtCurrentThread() ((HANDLE)(LONG_PTR)-2)
#define ZwCurrentProcess() NtCurrentProcess()
#define ZwCurrentThread() NtCurrentThread()
#ifndef DUPLICATE_SAME_ATTRIBUTES
#define DUPLICATE_SAME_ATTRIBUTES 0x00000004
#endif

typedef enum _OBJECT_INFORMATION_CLASS {
	ObjectBasicInformation = 0,
	ObjectNameInformation = 1,
	ObjectTypeInformation = 2,
	ObjectHandleFlagInformation = 4,
	ObjectDataInformation = ObjectHandleFlagInformation
} OBJECT_INFORMATION_CLASS,
	*POBJECT_INFORMATION_CLASS;

typedef struct _OBJECT_BASIC_INFORMATION {
	ULONG Attributes;
	ACCESS_MASK GrantedAccess;
	ULONG HandleCount;
	ULONG PointerCount;
	ULONG PagedPoolUsage;
	ULONG NonPagedPoolUsage;
	ULONG Reserved[3];
	ULONG NameInformationLength;
	ULONG TypeInformationLength;
	ULONG SecurityDescriptorLength;
	LARGE_INTEGER CreateTime;
} OBJECT_BASIC_INFORMATION, *POBJECT_BASIC_INFORMATION;

typedef struct _OBJECT_TYPE_INFORMATION {
	UNICODE_STRING TypeName;
	ULONG TotalNumberOfObjects;
	ULONG TotalNumberOfHandles;
	ULONG TotalPagedPoolUsage;
	ULONG TotalNonPagedPoolUsage;
	ULONG TotalNamePoolUsage;
	ULONG TotalHandleTableUsage;
	ULONG HighWaterNumberOfObjects;
	ULONG HighWaterNumberOfHandles;
	ULONG HighWaterPagedPoolUsage;
	ULONG HighWaterNonPagedPoolUsage;
	ULONG HighWaterNamePoolUsage;
	ULONG HighWaterHandleTableUsage;
	ULONG InvalidAttributes;
	GENERIC_MAPPING GenericMapping;
	ULONG ValidAccessMask;
	BOOLEAN SecurityRequired;
	BOOLEAN MaintainHandleCount;
	ULONG PoolType;
	ULONG DefaultPagedPoolCharge;
	ULONG DefaultNonPagedPoolCharge;
} OBJECT_TYPE_INFORMATION, *POBJECT_TYPE_INFORMATION;

typedef struct _OBJECT_DATA_INFORMATION {
	BOOLEAN InheritHandle;
	BOOLEAN ProtectFromClose;
} OBJECT_DATA_INFORMATION, *POBJECT_DATA_INFORMATION;
typedef OBJECT_DATA_INFORMATION OBJECT_HANDLE_FLAG_INFORMATION,
	*POBJECT_HANDLE_FLAG_INFORMATION;

/* What Microsoft documents of them */
typedef struct _PUBLIC_OBJECT_BASIC_INFORMATION {
	ULONG Attributes;
	ACCESS_MASK GrantedAccess;
	ULONG HandleCount;
	ULONG PointerCount;
	ULONG Reserved[10];
} PUBLIC_OBJECT_BASIC_INFORMATION, *PPUBLIC_OBJECT_BASIC_INFORMATION;

typedef struct __PUBLIC_OBJECT_TYPE_INFORMATION {
	UNICODE_STRING TypeName;
	ULONG Reserved[22];
} PUBLIC_OBJECT_TYPE_INFORMATION, *PPUBLIC_OBJECT_TYPE_INFORMATION;

typedef struct _OBJECT_NAME_INFORMATION {
	UNICODE_STRING Name;
} OBJECT_NAME_INFORMATION, *POBJECT_NAME_INFORMATION;

NTSTATUS NtClose(HANDLE handle);
NTSTATUS NtDuplicateObject(HANDLE source_process, HANDLE source,
			   HANDLE target_process, PHANDLE target,
			   ACCESS_MASK access, ULONG attributes, ULONG options);
NTSTATUS NtCompareObjects(HANDLE first, HANDLE second);
NTSTATUS NtQueryObject(HANDLE handle, OBJECT_INFORMATION_CLASS information,
		       PVOID buffer, ULONG size, PULONG ret_size);
NTSTATUS NtQuerySecurityObject(HANDLE handle, SECURITY_INFORMATION information,
			       PSECURITY_DESCRIPTOR ret, ULONG size,
			       PULONG ret_size);
NTSTATUS NtSetSecurityObject(HANDLE handle, SECURITY_INFORMATION information,
			     PSECURITY_DESCRIPTOR descriptor);

/* Processes and threads */
NTSTATUS NtOpenProcess(PHANDLE ret, ACCESS_MASK access,
		       const OBJECT_ATTRIBUTES *attributes,
		       const CLIENT_ID *id);
NTSTATUS NtOpenThread(PHANDLE ret, ACCESS_MASK access,
		      const OBJECT_ATTRIBUTES *attributes, const CLIENT_ID *id);

/* Events, mutexes, semaphores, and waiting for them */
typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _EVENT_INFORMATION_CLASS {
	EventBasicInformation
} EVENT_INFORMATION_CLASS;
typedef struct _EVENT_BASIC_INFORMATION {
	EVENT_TYPE EventType;
	LONG EventState;
} EVENT_BASIC_INFORMATION, *PEVENT_BASIC_INFORMATION;

NTSTATUS NtCreateEvent(PHANDLE ret, ACCESS_MASK access,
		       const OBJECT_ATTRIBUTES *attributes, EVENT_TYPE type,
		       BOOLEAN signalled);
NTSTATUS NtOpenEvent(PHANDLE ret, ACCESS_MASK access,
		     const OBJECT_ATTRIBUTES *attributes);
NTSTATUS NtSetEvent(HANDLE event, PLONG before);
NTSTATUS NtResetEvent(HANDLE event, PLONG before);
NTSTATUS NtClearEvent(HANDLE event);
NTSTATUS NtQueryEvent(HANDLE event, EVENT_INFORMATION_CLASS information,
		      PVOID buffer, ULONG size, PULONG ret_size);
NTSTATUS NtCreateMutant(PHANDLE ret, ACCESS_MASK access,
			const OBJECT_ATTRIBUTES *attributes, BOOLEAN owned);
NTSTATUS NtOpenMutant(PHANDLE ret, ACCESS_MASK access,
		      const OBJECT_ATTRIBUTES *attributes);
NTSTATUS NtReleaseMutant(HANDLE mutex, PLONG before);
NTSTATUS NtCreateSemaphore(PHANDLE ret, ACCESS_MASK access,
			   const OBJECT_ATTRIBUTES *attributes, LONG count,
			   LONG maximum);
NTSTATUS NtOpenSemaphore(PHANDLE ret, ACCESS_MASK access,
			 const OBJECT_ATTRIBUTES *attributes);
NTSTATUS NtReleaseSemaphore(HANDLE semaphore, ULONG count, PULONG before);
typedef struct _MUTANT_BASIC_INFORMATION {
	LONG CurrentCount; /* 1: free */
	BOOLEAN OwnedByCaller;
	BOOLEAN AbandonedState;
} MUTANT_BASIC_INFORMATION, *PMUTANT_BASIC_INFORMATION;
typedef enum _MUTANT_INFORMATION_CLASS {
	MutantBasicInformation
} MUTANT_INFORMATION_CLASS;
typedef struct _SEMAPHORE_BASIC_INFORMATION {
	ULONG CurrentCount;
	ULONG MaximumCount;
} SEMAPHORE_BASIC_INFORMATION, *PSEMAPHORE_BASIC_INFORMATION;
typedef enum _SEMAPHORE_INFORMATION_CLASS {
	SemaphoreBasicInformation
} SEMAPHORE_INFORMATION_CLASS;
typedef enum _WAIT_TYPE { WaitAll, WaitAny } WAIT_TYPE;

NTSTATUS NtQueryMutant(HANDLE mutex, MUTANT_INFORMATION_CLASS information,
		       PVOID buffer, ULONG size, PULONG ret_size);
NTSTATUS NtQuerySemaphore(HANDLE semaphore,
			  SEMAPHORE_INFORMATION_CLASS information, PVOID buffer,
			  ULONG size, PULONG ret_size);
NTSTATUS NtWaitForMultipleObjects(ULONG count, const HANDLE *handles,
				  WAIT_TYPE type, BOOLEAN alertable,
				  PLARGE_INTEGER timeout);
NTSTATUS NtDelayExecution(BOOLEAN alertable, PLARGE_INTEGER timeout);
NTSTATUS NtYieldExecution(VOID);
NTSTATUS NtWaitForSingleObject(HANDLE handle, BOOLEAN alertable,
			       PLARGE_INTEGER timeout);

/* Sections */
typedef enum _SECTION_INFORMATION_CLASS {
	SectionBasicInformation
} SECTION_INFORMATION_CLASS;
typedef struct _SECTION_BASIC_INFORMATION {
	PVOID BaseAddress;
	ULONG AllocationAttributes;
	LARGE_INTEGER MaximumSize;
} SECTION_BASIC_INFORMATION, *PSECTION_BASIC_INFORMATION;
typedef enum _SECTION_INHERIT { ViewShare = 1, ViewUnmap = 2 } SECTION_INHERIT;

NTSTATUS NtCreateSection(PHANDLE ret, ACCESS_MASK access,
			 const OBJECT_ATTRIBUTES *attributes,
			 const LARGE_INTEGER *size, ULONG protection,
			 ULONG flags, HANDLE file);
NTSTATUS NtOpenSection(PHANDLE ret, ACCESS_MASK access,
		       const OBJECT_ATTRIBUTES *attributes);
NTSTATUS NtQuerySection(HANDLE section, SECTION_INFORMATION_CLASS information,
			PVOID buffer, SIZE_T size, PSIZE_T ret_size);
NTSTATUS NtMapViewOfSection(HANDLE section, HANDLE process, PVOID *address,
			    ULONG_PTR zero_bits, SIZE_T commit,
			    PLARGE_INTEGER offset, PSIZE_T size,
			    SECTION_INHERIT inherit, ULONG type,
			    ULONG protection);
NTSTATUS NtUnmapViewOfSection(HANDLE process, PVOID address);

/* The system */
NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW information);
NTSTATUS NtQuerySystemTime(PLARGE_INTEGER time);
NTSTATUS NtQueryPerformanceCounter(PLARGE_INTEGER counter,
				   PLARGE_INTEGER frequency);

/* Counted strings */
VOID RtlInitUnicodeString(PUNICODE_STRING ret, PCWSTR text);
NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING ret, PCWSTR text);
VOID RtlInitAnsiString(PANSI_STRING ret, PCSZ text);
VOID RtlInitString(PSTRING ret, PCSZ text);
VOID RtlFreeUnicodeString(PUNICODE_STRING string);
VOID RtlFreeAnsiString(PANSI_STRING string);
BOOLEAN RtlCreateUnicodeString(PUNICODE_STRING ret, PCWSTR text);
BOOLEAN RtlCreateUnicodeStringFromAsciiz(PUNICODE_STRING ret, PCSZ text);
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING ret, PCANSI_STRING text,
				      BOOLEAN allocate);
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING ret, PCUNICODE_STRING text,
				      BOOLEAN allocate);
NTSTATUS RtlDuplicateUnicodeString(ULONG flags, PCUNICODE_STRING text,
				   PUNICODE_STRING ret);
VOID RtlCopyUnicodeString(PUNICODE_STRING ret, PCUNICODE_STRING text);
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING ret, PCWSTR text);
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING ret,
					PCUNICODE_STRING text);
LONG RtlCompareUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			     BOOLEAN ignore_case);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			      BOOLEAN ignore_case);

/* Memory */
PVOID RtlAllocateHeap(PVOID heap, ULONG flags, SIZE_T size);
PVOID RtlReAllocateHeap(PVOID heap, ULONG flags, PVOID memory, SIZE_T size);
BOOLEAN RtlFreeHeap(PVOID heap, ULONG flags, PVOID memory);
SIZE_T RtlSizeHeap(PVOID heap, ULONG flags, PVOID memory);

GUISE_WIN32_END

#endif
