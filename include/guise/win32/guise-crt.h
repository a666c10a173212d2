/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the C runtime's headers of the facade stand before the C library's.
 * Functions whose Linux form does something else (wide characters of 32 bits,
 * formats in which l means 64) keep their names in the source and get another
 * one in the object file: GUISE_CRT(name). While the C library's header is
 * read, its own declarations of these names are put aside. Windows has no
 * header of this name.
 */
#ifndef GUISE_CRT_H
#define GUISE_CRT_H

#include "guise-win32.h"

#include <stdint.h>

#define GUISE_CRT(name) __asm__("guise_crt_" #name)

typedef int errno_t;
typedef size_t rsize_t;

/* Cut what is too long instead of failing */
#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif
/* What is then returned */
#ifndef STRUNCATE
#define STRUNCATE 80
#endif

#endif
