/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that have no place here: unbounded, locale-bound, or changing the
 * identity of the whole process. Including this turns their use into an
 * error. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* macros of the fortified headers, under clang */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atoll
#pragma GCC poison strtol strtoul strtoll strtoull gmtime localtime
#pragma GCC poison getpwnam getpwuid getgrnam getgrgid
#pragma GCC poison setuid setgid seteuid setegid setreuid setregid setresuid
#pragma GCC poison setresgid setfsuid setfsgid setgroups initgroups

#endif
