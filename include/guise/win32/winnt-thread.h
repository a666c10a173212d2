/* SPDX-License-Identifier: Apache-2.0 */
/* Part of winnt.h: locks of a word, storage of threads, and pools of them. */
#ifndef GUISE_WINNT_THREAD_H
#define GUISE_WINNT_THREAD_H

/* Locks */
typedef struct _RTL_SRWLOCK {
	PVOID Ptr;
} RTL_SRWLOCK, *PRTL_SRWLOCK;
#define RTL_SRWLOCK_INIT                                                       \
	{                                                                      \
		0                                                              \
	}

typedef struct _RTL_CONDITION_VARIABLE {
	PVOID Ptr;
} RTL_CONDITION_VARIABLE, *PRTL_CONDITION_VARIABLE;
#define RTL_CONDITION_VARIABLE_INIT                                            \
	{                                                                      \
		0                                                              \
	}
#define RTL_CONDITION_VARIABLE_LOCKMODE_SHARED 0x1

typedef struct _RTL_RUN_ONCE {
	PVOID Ptr;
} RTL_RUN_ONCE, *PRTL_RUN_ONCE;
typedef DWORD(WINAPI *PRTL_RUN_ONCE_INIT_FN)(PRTL_RUN_ONCE once,
					     PVOID parameter, PVOID *context);
#define RTL_RUN_ONCE_INIT                                                      \
	{                                                                      \
		0                                                              \
	}
#define RTL_RUN_ONCE_CHECK_ONLY 1U
#define RTL_RUN_ONCE_ASYNC 2U
#define RTL_RUN_ONCE_INIT_FAILED 4U
#define RTL_RUN_ONCE_CTX_RESERVED_BITS 2

/* Storage of each thread */
#define FLS_MAXIMUM_AVAILABLE 128
#define TLS_MINIMUM_AVAILABLE 64
typedef VOID(NTAPI *PFLS_CALLBACK_FUNCTION)(PVOID data);

/* Pools of threads; an environment is always NULL: there is one pool */
#define WT_EXECUTEDEFAULT 0x00000000
#define WT_EXECUTEINIOTHREAD 0x00000001
#define WT_EXECUTEONLYONCE 0x00000008
#define WT_EXECUTELONGFUNCTION 0x00000010
#define WT_EXECUTEINPERSISTENTTHREAD 0x00000080
#define WT_TRANSFER_IMPERSONATION 0x00000100

typedef VOID(NTAPI *WAITORTIMERCALLBACKFUNC)(PVOID context, BOOLEAN timed_out);
typedef struct _TP_CALLBACK_ENVIRON_V3 TP_CALLBACK_ENVIRON,
	*PTP_CALLBACK_ENVIRON;
typedef struct _TP_CALLBACK_INSTANCE TP_CALLBACK_INSTANCE,
	*PTP_CALLBACK_INSTANCE;
typedef struct _TP_WORK TP_WORK, *PTP_WORK;
typedef VOID(NTAPI *PTP_SIMPLE_CALLBACK)(PTP_CALLBACK_INSTANCE instance,
					 PVOID context);
typedef VOID(NTAPI *PTP_WORK_CALLBACK)(PTP_CALLBACK_INSTANCE instance,
				       PVOID context, PTP_WORK work);

#endif
