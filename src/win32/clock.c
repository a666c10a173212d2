/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, and times by calendar. A FILETIME counts 100 ns since 1601. */
#include <time.h>

#include "status.h"
#include "user-memory.h"

#define PER_SECOND INT64_C(10000000)
#define PER_MILLISECOND INT64_C(10000)
/* From 1601 to 1970 */
#define EPOCH INT64_C(116444736000000000)
#define NS_PER_S INT64_C(1000000000)

static struct timespec now(clockid_t clock)
{
	struct timespec time;

	must(clock_gettime(clock, &time) == 0);
	return time;
}

ULONGLONG WINAPI GetTickCount64(VOID)
{
	struct timespec time = now(CLOCK_BOOTTIME);

	return (ULONGLONG)time.tv_sec * 1000 +
	       (ULONGLONG)time.tv_nsec / 1000000;
}

DWORD WINAPI GetTickCount(VOID)
{
	return (DWORD)GetTickCount64();
}

BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *ret)
{
	struct timespec time = now(CLOCK_MONOTONIC);

	if (!ret)
		return win32_fail(ERROR_NOACCESS);
	ret->QuadPart = (LONGLONG)time.tv_sec * NS_PER_S + time.tv_nsec;
	return TRUE;
}

BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *ret)
{
	if (!ret)
		return win32_fail(ERROR_NOACCESS);
	ret->QuadPart = NS_PER_S;
	return TRUE;
}

static void put_filetime(int64_t value, LPFILETIME ret)
{
	ret->dwLowDateTime = (DWORD)value;
	ret->dwHighDateTime = (DWORD)((uint64_t)value >> 32);
}

VOID WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME ret)
{
	struct timespec time = now(CLOCK_REALTIME);

	put_filetime((int64_t)time.tv_sec * PER_SECOND + time.tv_nsec / 100 +
			     EPOCH,
		     ret);
}

VOID WINAPI GetSystemTimeAsFileTime(LPFILETIME ret)
{
	GetSystemTimePreciseAsFileTime(ret);
}

static void put_calendar(const struct tm *tm, unsigned milliseconds,
			 LPSYSTEMTIME ret)
{
	*ret = (SYSTEMTIME){
		.wYear = (WORD)(tm->tm_year + 1900),
		.wMonth = (WORD)(tm->tm_mon + 1),
		.wDayOfWeek = (WORD)tm->tm_wday,
		.wDay = (WORD)tm->tm_mday,
		.wHour = (WORD)tm->tm_hour,
		.wMinute = (WORD)tm->tm_min,
		.wSecond = (WORD)tm->tm_sec,
		.wMilliseconds = (WORD)milliseconds,
	};
}

VOID WINAPI GetSystemTime(LPSYSTEMTIME ret)
{
	struct timespec time = now(CLOCK_REALTIME);
	struct tm tm;

	must(gmtime_r(&time.tv_sec, &tm) != NULL);
	put_calendar(&tm, (unsigned)(time.tv_nsec / 1000000), ret);
}

VOID WINAPI GetLocalTime(LPSYSTEMTIME ret)
{
	struct timespec time = now(CLOCK_REALTIME);
	struct tm tm;

	must(localtime_r(&time.tv_sec, &tm) != NULL);
	put_calendar(&tm, (unsigned)(time.tv_nsec / 1000000), ret);
}

BOOL WINAPI FileTimeToSystemTime(const FILETIME *from, LPSYSTEMTIME ret)
{
	int64_t value = (int64_t)((uint64_t)from->dwHighDateTime << 32 |
				  from->dwLowDateTime);
	int64_t ticks, seconds;
	time_t time;
	struct tm tm;

	if (value < 0)
		return win32_fail(ERROR_INVALID_PARAMETER);
	seconds = value / PER_SECOND;
	ticks = value % PER_SECOND;
	time = seconds - EPOCH / PER_SECOND;
	if (!gmtime_r(&time, &tm))
		return win32_fail(ERROR_INVALID_PARAMETER);
	put_calendar(&tm, (unsigned)(ticks / PER_MILLISECOND), ret);
	return TRUE;
}

BOOL WINAPI SystemTimeToFileTime(const SYSTEMTIME *from, LPFILETIME ret)
{
	struct tm tm = {
		.tm_year = from->wYear - 1900,
		.tm_mon = from->wMonth - 1,
		.tm_mday = from->wDay,
		.tm_hour = from->wHour,
		.tm_min = from->wMinute,
		.tm_sec = from->wSecond,
	};
	struct tm asked = tm;
	int64_t seconds;

	if (from->wYear < 1601 || from->wYear > 30827 ||
	    from->wMilliseconds > 999)
		return win32_fail(ERROR_INVALID_PARAMETER);
	seconds = (int64_t)timegm(&tm);
	/* the C library takes the 31st of June for the 1st of July */
	if (tm.tm_mon != asked.tm_mon || tm.tm_mday != asked.tm_mday ||
	    tm.tm_hour != asked.tm_hour || tm.tm_min != asked.tm_min ||
	    tm.tm_sec != asked.tm_sec)
		return win32_fail(ERROR_INVALID_PARAMETER);
	put_filetime(seconds * PER_SECOND + EPOCH +
			     from->wMilliseconds * PER_MILLISECOND,
		     ret);
	return TRUE;
}

static uint64_t ticks(const FILETIME *time)
{
	return (uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime;
}

LONG WINAPI CompareFileTime(const FILETIME *a, const FILETIME *b)
{
	if (ticks(a) == ticks(b))
		return 0;
	return ticks(a) < ticks(b) ? -1 : 1;
}

/* Windows applies the difference that is in force now to every time. */
static BOOL shift(const FILETIME *from, int sign, LPFILETIME ret)
{
	time_t seconds = now(CLOCK_REALTIME).tv_sec;
	int64_t value;
	struct tm tm;

	must(localtime_r(&seconds, &tm) != NULL);
	if (ckd_add(&value, (int64_t)ticks(from),
		    sign * tm.tm_gmtoff * PER_SECOND) ||
	    value < 0)
		return win32_fail(ERROR_INVALID_PARAMETER);
	put_filetime(value, ret);
	return TRUE;
}

BOOL WINAPI FileTimeToLocalFileTime(const FILETIME *from, LPFILETIME ret)
{
	return shift(from, 1, ret);
}

BOOL WINAPI LocalFileTimeToFileTime(const FILETIME *from, LPFILETIME ret)
{
	return shift(from, -1, ret);
}

NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER ret)
{
	FILETIME time;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	GetSystemTimePreciseAsFileTime(&time);
	ret->QuadPart = (LONGLONG)ticks(&time);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtQueryPerformanceCounter(PLARGE_INTEGER ret,
					 PLARGE_INTEGER ret_frequency)
{
	LARGE_INTEGER counter = {.QuadPart = 0};

	if (!user_writable(ret, sizeof(*ret)) ||
	    (ret_frequency &&
	     !user_writable(ret_frequency, sizeof(*ret_frequency))))
		return STATUS_ACCESS_VIOLATION;
	(void)QueryPerformanceCounter(&counter);
	*ret = counter;
	if (ret_frequency)
		ret_frequency->QuadPart = NS_PER_S;
	return STATUS_SUCCESS;
}
