/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the facade's tests are written with. They are Windows programs: they
 * are compiled with 16-bit characters, which no test library is, and this file
 * includes nothing wide. A test program is
 *
 *	#include "check.h"
 *	static void empty_lists_are_valid(void) { check(IsValidAcl(acl)); }
 *	int main(void) { run(empty_lists_are_valid); return check_done(); }
 */
#ifndef TESTS_WIN32_CHECK_H
#define TESTS_WIN32_CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned check_failures, check_count, check_skips;

__attribute__((__unused__, __format__(__printf__, 4, 5))) static int
check_that(int holds, const char *file, int line, const char *format, ...)
{
	va_list ap;

	__atomic_add_fetch(&check_count, 1, __ATOMIC_RELAXED);
	if (holds)
		return 1;

	__atomic_add_fetch(&check_failures, 1, __ATOMIC_RELAXED);
	flockfile(stdout);
	fprintf(stdout, "%s:%d: ", file, line);
	va_start(ap, format);
	vfprintf(stdout, format, ap);
	va_end(ap);
	fputc('\n', stdout);
	fflush(stdout);
	funlockfile(stdout);
	return 0;
}

/* A failed check is printed and counted; its value is whether it held. */
#define check(cond) check_that(!!(cond), __FILE__, __LINE__, "%s", #cond)

/* The same with a sentence that says more */
#define check_say(cond, ...)                                                   \
	check_that(!!(cond), __FILE__, __LINE__, __VA_ARGS__)

/* Two integers are equal; both are printed, and once evaluated */
#define check_equal(is, wanted)                                                \
	check_equal_that((long long)(is), (long long)(wanted), __FILE__,       \
			 __LINE__, #is, #wanted)

__attribute__((__unused__)) static int
check_equal_that(long long is, long long wanted, const char *file, int line,
		 const char *is_text, const char *wanted_text)
{
	return check_that(is == wanted, file, line,
			  "%s is %lld (0x%llx), not %s = %lld (0x%llx)",
			  is_text, is, (unsigned long long)is, wanted_text,
			  wanted, (unsigned long long)wanted);
}

/* The call failed and the last error is this one; needs windows.h before */
#define check_fails(call, error)                                               \
	do {                                                                   \
		SetLastError(0xdeadbeef);                                      \
		check_that(!(call), __FILE__, __LINE__, "%s succeeded",        \
			   #call);                                             \
		check_equal(GetLastError(), error);                            \
	} while (0)

/* One test: a function whose name is what it claims */
#define run(test)                                                              \
	do {                                                                   \
		const unsigned before_ = check_failures;                       \
                                                                               \
		test();                                                        \
		printf("%s %s\n", check_failures == before_ ? "ok  " : "FAIL", \
		       #test);                                                 \
		fflush(stdout);                                                \
	} while (0)

/* What cannot be tested here, and why; the program then exits with 77 */
#define check_skip(...)                                                        \
	do {                                                                   \
		check_skips++;                                                 \
		printf("skip: ");                                              \
		printf(__VA_ARGS__);                                           \
		printf("\n");                                                  \
	} while (0)

__attribute__((__unused__)) static int check_done(void)
{
	printf("%u checks, %u failed, %u skipped\n", check_count,
	       check_failures, check_skips);
	if (check_failures)
		return EXIT_FAILURE;
	return check_skips ? 77 : EXIT_SUCCESS;
}

#endif
