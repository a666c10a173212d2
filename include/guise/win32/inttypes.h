/* SPDX-License-Identifier: Apache-2.0 */
/* The C library's, for formats in which l means 32 bits. */
#ifndef GUISE_WIN32_INTTYPES_H
#define GUISE_WIN32_INTTYPES_H

#include_next <inttypes.h>

#ifndef GUISE_WIN32_LIBC_FORMATS
#undef __PRI64_PREFIX
#undef __PRIPTR_PREFIX
#define __PRI64_PREFIX "ll"
#define __PRIPTR_PREFIX "ll"
#endif

#endif
