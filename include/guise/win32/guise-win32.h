/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every header of the facade starts with: how a Windows program is
 * compiled here, and the words of the Windows compilers that gcc and clang do
 * not know on Linux. Windows has no header of this name.
 *
 * The rule about sizes, for all headers: a type has the size and the layout it
 * has on 64-bit Windows, whatever C type it takes here. "long" has 64 bits on
 * Linux, therefore LONG is int, DWORD and ULONG are unsigned int, and
 * constants carry no L suffix. Integers of a pointer's size are long.
 *
 * Names, numbers and signatures are Microsoft's; their documentation is the
 * documentation of each function. docs/win32.md says what differs on Linux.
 */
#ifndef GUISE_WIN32_H
#define GUISE_WIN32_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Characters. The C++ library has compiled its wide text classes for 32 bits;
 * with its assertions on, a program compiles its own. That must be said before
 * the library's first header, therefore also on the command line that
 * pkg-config gives.
 */
#ifdef __cplusplus
#ifndef _GLIBCXX_ASSERTIONS
#define _GLIBCXX_ASSERTIONS
#ifdef _GLIBCXX_RELEASE
#pragma message "std::wstring needs -D_GLIBCXX_ASSERTIONS (see pkg-config)"
#endif
#endif
static_assert(sizeof(wchar_t) == 2,
	      "Windows characters have 16 bits: compile with -fshort-wchar "
	      "(pkg-config --cflags guise-win32)");
#else
_Static_assert(sizeof(wchar_t) == 2,
	       "Windows characters have 16 bits: compile with -fshort-wchar "
	       "(pkg-config --cflags guise-win32)");
#endif

/* Around declarations: C names, exported */
#ifdef __cplusplus
#define GUISE_WIN32_BEGIN                                                      \
	extern "C" {                                                           \
	_Pragma("GCC visibility push(default)")
#define GUISE_WIN32_END                                                        \
	_Pragma("GCC visibility pop")                                          \
	}
#else
#define GUISE_WIN32_BEGIN _Pragma("GCC visibility push(default)")
#define GUISE_WIN32_END _Pragma("GCC visibility pop")
#endif

/* A name that stands for its A or its W form */
#ifdef UNICODE
#define GUISE_WIN32_AW(name) name##W
#define GUISE_WIN32_AW_(name) name##_W
#else
#define GUISE_WIN32_AW(name) name##A
#define GUISE_WIN32_AW_(name) name##_A
#endif

/* Calling conventions: Linux has one */
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifndef _cdecl
#define _cdecl
#endif
#ifndef _stdcall
#define _stdcall
#endif

/* Words of the compilers */
#ifndef __int8
#define __int8 char
#endif
#ifndef __int16
#define __int16 short
#endif
#ifndef __int32
#define __int32 int
#endif
#ifndef __int64
#define __int64 long long
#endif
#ifndef __declspec
#define __declspec(attribute)
#endif
#ifndef __forceinline
#define __forceinline static __inline__ __attribute__((__always_inline__))
#endif
#ifndef __unaligned
#define __unaligned
#endif
#ifndef __ptr64
#define __ptr64
#endif
#define FORCEINLINE __forceinline

#include "sal.h"

#endif
