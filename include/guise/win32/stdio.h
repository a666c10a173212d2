/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard input and output. Everything is the C library's but for formats,
 * which are those of Microsoft's runtime: %lu is a DWORD, %I64u has 64 bits,
 * %ls and %S are 16-bit text, %p is 16 digits. Narrow text is UTF-8. The
 * compiler knows only the C library's formats and does not check these.
 */
#ifndef GUISE_WIN32_STDIO_H
#define GUISE_WIN32_STDIO_H

#include "guise-crt.h"

/* The facade's own sources print as Linux programs do. */
#ifdef GUISE_WIN32_LIBC_FORMATS
#include_next <stdio.h>
#else
#define fprintf guise_libc_fprintf
#define fscanf guise_libc_fscanf
#define printf guise_libc_printf
#define scanf guise_libc_scanf
#define snprintf guise_libc_snprintf
#define sprintf guise_libc_sprintf
#define sscanf guise_libc_sscanf
#define vfprintf guise_libc_vfprintf
#define vfscanf guise_libc_vfscanf
#define vprintf guise_libc_vprintf
#define vscanf guise_libc_vscanf
#define vsnprintf guise_libc_vsnprintf
#define vsprintf guise_libc_vsprintf
#define vsscanf guise_libc_vsscanf
#include_next <stdio.h>
#undef fprintf
#undef fscanf
#undef printf
#undef scanf
#undef snprintf
#undef sprintf
#undef sscanf
#undef vfprintf
#undef vfscanf
#undef vprintf
#undef vscanf
#undef vsnprintf
#undef vsprintf
#undef vsscanf
#endif

GUISE_WIN32_BEGIN

int guise_crt_fprintf(FILE *f, const char *format, ...);
int guise_crt_fscanf(FILE *f, const char *format, ...);
int guise_crt_printf(const char *format, ...);
int guise_crt_scanf(const char *format, ...);
int guise_crt_snprintf(char *to, size_t n, const char *format, ...);
int guise_crt_sprintf(char *to, const char *format, ...);
int guise_crt_sscanf(const char *s, const char *format, ...);
int guise_crt_vfprintf(FILE *f, const char *format, va_list ap);
int guise_crt_vfscanf(FILE *f, const char *format, va_list ap);
int guise_crt_vprintf(const char *format, va_list ap);
int guise_crt_vscanf(const char *format, va_list ap);
int guise_crt_vsnprintf(char *to, size_t n, const char *format, va_list ap);
int guise_crt_vsprintf(char *to, const char *format, va_list ap);
int guise_crt_vsscanf(const char *s, const char *format, va_list ap);

/* With the room there is: too little empties the target and gives -1 */
int sprintf_s(char *to, size_t room, const char *format, ...);
int vsprintf_s(char *to, size_t room, const char *format, va_list ap);
/* Too little gives -1, and no NUL is written behind what fitted */
int _snprintf(char *to, size_t n, const char *format, ...);
int _vsnprintf(char *to, size_t n, const char *format, va_list ap);
/* At most n characters and a NUL; n of _TRUNCATE: as many as fit */
int _snprintf_s(char *to, size_t room, size_t n, const char *format, ...);
int _vsnprintf_s(char *to, size_t room, size_t n, const char *format,
		 va_list ap);
/* Only the length */
int _scprintf(const char *format, ...);
int _vscprintf(const char *format, va_list ap);
errno_t fopen_s(FILE **ret, const char *path, const char *mode);

GUISE_WIN32_END

#define printf_s printf
#define fprintf_s fprintf
#define vprintf_s vprintf
#define vfprintf_s vfprintf
#define _fileno fileno
#define _popen popen
#define _pclose pclose

#ifndef GUISE_WIN32_LIBC_FORMATS
#ifdef __cplusplus
/* Not C's own functions, whose formats the compiler believes it knows */
#pragma GCC visibility push(default)
namespace guise_crt
{
int fprintf(FILE *f, const char *format, ...) GUISE_CRT(fprintf);
int fscanf(FILE *f, const char *format, ...) GUISE_CRT(fscanf);
int printf(const char *format, ...) GUISE_CRT(printf);
int scanf(const char *format, ...) GUISE_CRT(scanf);
int snprintf(char *to, size_t n, const char *format, ...) GUISE_CRT(snprintf);
int sprintf(char *to, const char *format, ...) GUISE_CRT(sprintf);
int sscanf(const char *s, const char *format, ...) GUISE_CRT(sscanf);
int vfprintf(FILE *f, const char *format, va_list ap) GUISE_CRT(vfprintf);
int vfscanf(FILE *f, const char *format, va_list ap) GUISE_CRT(vfscanf);
int vprintf(const char *format, va_list ap) GUISE_CRT(vprintf);
int vscanf(const char *format, va_list ap) GUISE_CRT(vscanf);
int vsnprintf(char *to, size_t n, const char *format, va_list ap)
	GUISE_CRT(vsnprintf);
int vsprintf(char *to, const char *format, va_list ap) GUISE_CRT(vsprintf);
int vsscanf(const char *s, const char *format, va_list ap) GUISE_CRT(vsscanf);
} // namespace guise_crt
#pragma GCC visibility pop
using guise_crt::fprintf;
using guise_crt::fscanf;
using guise_crt::printf;
using guise_crt::scanf;
using guise_crt::snprintf;
using guise_crt::sprintf;
using guise_crt::sscanf;
using guise_crt::vfprintf;
using guise_crt::vfscanf;
using guise_crt::vprintf;
using guise_crt::vscanf;
using guise_crt::vsnprintf;
using guise_crt::vsprintf;
using guise_crt::vsscanf;
#else
GUISE_WIN32_BEGIN
/* For whoever takes an address */
int fprintf(FILE *f, const char *format, ...) GUISE_CRT(fprintf);
int fscanf(FILE *f, const char *format, ...) GUISE_CRT(fscanf);
int printf(const char *format, ...) GUISE_CRT(printf);
int scanf(const char *format, ...) GUISE_CRT(scanf);
int snprintf(char *to, size_t n, const char *format, ...) GUISE_CRT(snprintf);
int sprintf(char *to, const char *format, ...) GUISE_CRT(sprintf);
int sscanf(const char *s, const char *format, ...) GUISE_CRT(sscanf);
int vfprintf(FILE *f, const char *format, va_list ap) GUISE_CRT(vfprintf);
int vfscanf(FILE *f, const char *format, va_list ap) GUISE_CRT(vfscanf);
int vprintf(const char *format, va_list ap) GUISE_CRT(vprintf);
int vscanf(const char *format, va_list ap) GUISE_CRT(vscanf);
int vsnprintf(char *to, size_t n, const char *format, va_list ap)
	GUISE_CRT(vsnprintf);
int vsprintf(char *to, const char *format, va_list ap) GUISE_CRT(vsprintf);
int vsscanf(const char *s, const char *format, va_list ap) GUISE_CRT(vsscanf);
GUISE_WIN32_END
/* Called, they are functions that the compiler knows nothing about. */
#define fprintf(...) guise_crt_fprintf(__VA_ARGS__)
#define fscanf(...) guise_crt_fscanf(__VA_ARGS__)
#define printf(...) guise_crt_printf(__VA_ARGS__)
#define scanf(...) guise_crt_scanf(__VA_ARGS__)
#define snprintf(...) guise_crt_snprintf(__VA_ARGS__)
#define sprintf(...) guise_crt_sprintf(__VA_ARGS__)
#define sscanf(...) guise_crt_sscanf(__VA_ARGS__)
#define vfprintf(...) guise_crt_vfprintf(__VA_ARGS__)
#define vfscanf(...) guise_crt_vfscanf(__VA_ARGS__)
#define vprintf(...) guise_crt_vprintf(__VA_ARGS__)
#define vscanf(...) guise_crt_vscanf(__VA_ARGS__)
#define vsnprintf(...) guise_crt_vsnprintf(__VA_ARGS__)
#define vsprintf(...) guise_crt_vsprintf(__VA_ARGS__)
#define vsscanf(...) guise_crt_vsscanf(__VA_ARGS__)
#endif
#endif

#include <wchar.h>

#endif
