/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Privileges by their Windows numbers (the low part of the LUID, 2 ... 36) and
 * sets of them as a 64-bit mask: bit n is privilege n. Numbers and names are
 * winnt.h's. All functions are thread-safe; parsing compares with each of the
 * 35 names, the others cost nothing.
 */
#ifndef GUISE_PRIVILEGE_H
#define GUISE_PRIVILEGE_H

#include <guise/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_privilege {
	GUISE_SE_CREATE_TOKEN = 2,
	GUISE_SE_ASSIGN_PRIMARY_TOKEN = 3,
	GUISE_SE_LOCK_MEMORY = 4,
	GUISE_SE_INCREASE_QUOTA = 5,
	GUISE_SE_MACHINE_ACCOUNT = 6,
	GUISE_SE_TCB = 7,
	GUISE_SE_SECURITY = 8,
	GUISE_SE_TAKE_OWNERSHIP = 9,
	GUISE_SE_LOAD_DRIVER = 10,
	GUISE_SE_SYSTEM_PROFILE = 11,
	GUISE_SE_SYSTEMTIME = 12,
	GUISE_SE_PROFILE_SINGLE_PROCESS = 13,
	GUISE_SE_INCREASE_BASE_PRIORITY = 14,
	GUISE_SE_CREATE_PAGEFILE = 15,
	GUISE_SE_CREATE_PERMANENT = 16,
	GUISE_SE_BACKUP = 17,
	GUISE_SE_RESTORE = 18,
	GUISE_SE_SHUTDOWN = 19,
	GUISE_SE_DEBUG = 20,
	GUISE_SE_AUDIT = 21,
	GUISE_SE_SYSTEM_ENVIRONMENT = 22,
	GUISE_SE_CHANGE_NOTIFY = 23,
	GUISE_SE_REMOTE_SHUTDOWN = 24,
	GUISE_SE_UNDOCK = 25,
	GUISE_SE_SYNC_AGENT = 26,
	GUISE_SE_ENABLE_DELEGATION = 27,
	GUISE_SE_MANAGE_VOLUME = 28,
	GUISE_SE_IMPERSONATE = 29,
	GUISE_SE_CREATE_GLOBAL = 30,
	GUISE_SE_TRUSTED_CREDMAN_ACCESS = 31,
	GUISE_SE_RELABEL = 32,
	GUISE_SE_INCREASE_WORKING_SET = 33,
	GUISE_SE_TIME_ZONE = 34,
	GUISE_SE_CREATE_SYMBOLIC_LINK = 35,
	GUISE_SE_DELEGATE_SESSION_USER_IMPERSONATE = 36,
	GUISE_PRIVILEGE_MIN = 2,
	GUISE_PRIVILEGE_MAX = 36,
};

#define GUISE_PRIVILEGE_BIT(p) (UINT64_C(1) << (p))
#define GUISE_PRIVILEGE_ALL                                                    \
	((UINT64_C(2) << GUISE_PRIVILEGE_MAX) -                                \
	 GUISE_PRIVILEGE_BIT(GUISE_PRIVILEGE_MIN))

/**
 * guise_privilege_parse() - "SeBackupPrivilege", any case, to its number
 * @text: borrowed, @size bytes, no NUL needed
 *
 * Return: 0; GUISE_E_NO_SUCH_PRIVILEGE; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_privilege_parse(const char *text, size_t size, enum guise_privilege *ret);
/** guise_privilege_name() - the exact Windows name, or NULL; static storage */
GUISE_API const char *guise_privilege_name(unsigned privilege);
/** guise_privilege_display_name() - a short English description, or NULL */
GUISE_API const char *guise_privilege_display_name(unsigned privilege);

#ifdef __cplusplus
}
#endif
#endif
