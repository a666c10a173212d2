/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The types and numbers that the kernel's interface has in common with
 * Windows programs; those about security are in the winnt-*.h beside this
 * file, which it includes. Processor contexts, images and exceptions' frames
 * have no counterpart here and are not declared.
 */
#include "minwindef.h" /* which includes this file where it needs it */

#ifndef _WINNT_
#define _WINNT_

#include "basetsd.h"

#include <ctype.h>

/* Calling conventions and attributes */
#define NTAPI
#define NTSYSAPI
#define NTSYSCALLAPI
#define WINADVAPI
#define WINBASEAPI
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif
#define STDAPICALLTYPE
#define STDMETHODCALLTYPE
#define STDAPI EXTERN_C HRESULT STDAPICALLTYPE
#define DECLSPEC_IMPORT
#define DECLSPEC_EXPORT __attribute__((__visibility__("default")))
#define DECLSPEC_NORETURN __attribute__((__noreturn__))
#define DECLSPEC_ALIGN(n) __attribute__((__aligned__(n)))
#define DECLSPEC_NOINLINE __attribute__((__noinline__))
#define DECLSPEC_DEPRECATED __attribute__((__deprecated__))
#define DECLSPEC_SELECTANY __attribute__((__weak__))
#define DUMMYUNIONNAME
#define DUMMYUNIONNAME2
#define DUMMYUNIONNAME3
#define DUMMYSTRUCTNAME
#define UNALIGNED
#define UNREFERENCED_PARAMETER(p) ((void)(p))
#define DBG_UNREFERENCED_PARAMETER(p) ((void)(p))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(v) ((void)(v))
#define C_ASSERT(e) typedef char __C_ASSERT__[(e) ? 1 : -1]
#define DEFINE_ENUM_FLAG_OPERATORS(type)

/* Plain types */
#define VOID void
typedef char CHAR;
typedef short SHORT;
typedef int LONG;
typedef void *PVOID;
typedef SHORT *PSHORT;
typedef LONG *PLONG;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG;
typedef unsigned long long DWORDLONG, *PDWORDLONG;
typedef LONGLONG USN;
typedef BYTE BOOLEAN, *PBOOLEAN;
typedef BYTE FCHAR;
typedef LONG HRESULT;
typedef char CCHAR;
typedef DWORD LCID, *PLCID;
typedef WORD LANGID;

/* Characters and strings */
typedef wchar_t WCHAR, *PWCHAR, *LPWCH, *PWCH;
typedef const WCHAR *LPCWCH, *PCWCH;
typedef WCHAR *NWPSTR, *LPWSTR, *PWSTR;
typedef PWSTR *PZPWSTR;
typedef const PWSTR *PCZPWSTR;
typedef const WCHAR *LPCWSTR, *PCWSTR, *PCNZWCH;
typedef PCWSTR *PZPCWSTR;
typedef CHAR *PCHAR, *LPCH, *PCH;
typedef const CHAR *LPCCH, *PCCH, *PCNZCH;
typedef CHAR *NPSTR, *LPSTR, *PSTR;
typedef PSTR *PZPSTR;
typedef const CHAR *LPCSTR, *PCSTR;
typedef PCSTR *PZPCSTR;
#ifdef UNICODE
#ifndef _TCHAR_DEFINED
typedef WCHAR TCHAR, *PTCHAR;
typedef WCHAR TBYTE, *PTBYTE;
#define _TCHAR_DEFINED
#endif
typedef LPWSTR PTSTR, LPTSTR;
typedef LPCWSTR PCTSTR, LPCTSTR;
#define __TEXT(quote) L##quote
#else
#ifndef _TCHAR_DEFINED
typedef char TCHAR, *PTCHAR;
typedef unsigned char TBYTE, *PTBYTE;
#define _TCHAR_DEFINED
#endif
typedef LPSTR PTSTR, LPTSTR;
typedef LPCSTR PCTSTR, LPCTSTR;
#define __TEXT(quote) quote
#endif
#define TEXT(quote) __TEXT(quote)
#define ANSI_NULL ((CHAR)0)
#define UNICODE_NULL ((WCHAR)0)
#define UNICODE_STRING_MAX_BYTES ((WORD)65534)
#define UNICODE_STRING_MAX_CHARS (32767)

/* Handles */
typedef void *HANDLE;
#define DECLARE_HANDLE(name)                                                   \
	struct name##__ {                                                      \
		int unused;                                                    \
	};                                                                     \
	typedef struct name##__ *name
typedef HANDLE *PHANDLE;

/* Integers in two halves, and lists */
typedef union _LARGE_INTEGER {
	__extension__ struct {
		DWORD LowPart;
		LONG HighPart;
	};
	struct {
		DWORD LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
	__extension__ struct {
		DWORD LowPart;
		DWORD HighPart;
	};
	struct {
		DWORD LowPart;
		DWORD HighPart;
	} u;
	ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LUID {
	DWORD LowPart;
	LONG HighPart;
} LUID, *PLUID;

typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY, *PRLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
	struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

#include "guiddef.h"

typedef struct _OBJECTID {
	GUID Lineage;
	DWORD Uniquifier;
} OBJECTID;

/* Places in structures */
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define UFIELD_OFFSET(type, field) ((DWORD)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field)                                  \
	(FIELD_OFFSET(type, field) + RTL_FIELD_SIZE(type, field))
#define CONTAINING_RECORD(address, type, field)                                \
	((type *)((char *)(address) - (ULONG_PTR)offsetof(type, field)))
#define ARRAYSIZE(a) (sizeof(a) / sizeof((a)[0]))
#define RTL_NUMBER_OF(a) (sizeof(a) / sizeof((a)[0]))
#define _ARRAYSIZE(a) ARRAYSIZE(a)

/* Memory */
#define RtlEqualMemory(a, b, size) (!memcmp((a), (b), (size)))
#define RtlMoveMemory(to, from, size) memmove((to), (from), (size))
#define RtlCopyMemory(to, from, size) memcpy((to), (from), (size))
#define RtlFillMemory(to, size, byte) memset((to), (byte), (size))
#define RtlZeroMemory(to, size) memset((to), 0, (size))
__forceinline PVOID RtlSecureZeroMemory(PVOID to, SIZE_T size)
{
	memset(to, 0, size);
	__asm__ __volatile__("" : : "r"(to) : "memory");
	return to;
}

/* Languages: messages are in English, whatever is asked */
#define MAKELANGID(primary, sub) ((((WORD)(sub)) << 10) | (WORD)(primary))
#define PRIMARYLANGID(id) ((WORD)(id)&0x3ff)
#define SUBLANGID(id) ((WORD)(id) >> 10)
#define MAKELCID(language, sort)                                               \
	((DWORD)((((DWORD)((WORD)(sort))) << 16) | ((DWORD)((WORD)(language)))))
#define LANG_NEUTRAL 0x00
#define LANG_ENGLISH 0x09
#define SUBLANG_NEUTRAL 0x00
#define SUBLANG_DEFAULT 0x01
#define SUBLANG_SYS_DEFAULT 0x02
#define SUBLANG_ENGLISH_US 0x01
#define SORT_DEFAULT 0x0
#define LANG_SYSTEM_DEFAULT (MAKELANGID(LANG_NEUTRAL, SUBLANG_SYS_DEFAULT))
#define LANG_USER_DEFAULT (MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT))
#define LOCALE_SYSTEM_DEFAULT (MAKELCID(LANG_SYSTEM_DEFAULT, SORT_DEFAULT))
#define LOCALE_USER_DEFAULT (MAKELCID(LANG_USER_DEFAULT, SORT_DEFAULT))
#define LOCALE_NEUTRAL                                                         \
	(MAKELCID(MAKELANGID(LANG_NEUTRAL, SUBLANG_NEUTRAL), SORT_DEFAULT))
#define LOCALE_INVARIANT                                                       \
	(MAKELCID(MAKELANGID(0x7f, SUBLANG_NEUTRAL), SORT_DEFAULT))

/* Statuses that programs know without ntstatus.h, as unsigned numbers */
#ifndef WIN32_NO_STATUS
#define STATUS_WAIT_0 ((DWORD)0x00000000)
#define STATUS_ABANDONED_WAIT_0 ((DWORD)0x00000080)
#define STATUS_USER_APC ((DWORD)0x000000C0)
#define STATUS_TIMEOUT ((DWORD)0x00000102)
#define STATUS_PENDING ((DWORD)0x00000103)
#define STATUS_ACCESS_VIOLATION ((DWORD)0xC0000005)
#define STATUS_INVALID_HANDLE ((DWORD)0xC0000008)
#define STATUS_INVALID_PARAMETER ((DWORD)0xC000000D)
#define STATUS_NO_MEMORY ((DWORD)0xC0000017)
#define STATUS_INTEGER_OVERFLOW ((DWORD)0xC0000095)
#define STATUS_STACK_OVERFLOW ((DWORD)0xC00000FD)
#define STATUS_CONTROL_C_EXIT ((DWORD)0xC000013A)
#endif
#define MAXIMUM_WAIT_OBJECTS 64
#define ANYSIZE_ARRAY 1

/* Each part needs those before it. */
#include "winnt-access.h"

#include "winnt-sid.h"

#include "winnt-acl.h"
#include "winnt-claim.h"
#include "winnt-memory.h"
#include "winnt-sd.h"
#include "winnt-thread.h"
#include "winnt-token.h"
#include "winnt-version.h"

#endif
