/* SPDX-License-Identifier: Apache-2.0 */
/* Part of winnt.h: memory protection, heaps, atomic operations. */
#include "winnt.h" /* which includes this file in its place */

#ifndef GUISE_WINNT_MEMORY_H
#define GUISE_WINNT_MEMORY_H

/* Pages */
#define PAGE_NOACCESS 0x01
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_WRITECOPY 0x08
#define PAGE_EXECUTE 0x10
#define PAGE_EXECUTE_READ 0x20
#define PAGE_EXECUTE_READWRITE 0x40
#define PAGE_EXECUTE_WRITECOPY 0x80
#define PAGE_GUARD 0x100
#define MEM_COMMIT 0x00001000
#define MEM_RESERVE 0x00002000
#define MEM_DECOMMIT 0x00004000
#define MEM_RELEASE 0x00008000
#define MEM_FREE 0x00010000
#define MEM_PRIVATE 0x00020000
#define MEM_MAPPED 0x00040000
#define MEM_RESET 0x00080000
#define MEM_TOP_DOWN 0x00100000
#define MEM_IMAGE 0x01000000
#define SEC_IMAGE 0x01000000
#define SEC_RESERVE 0x04000000
#define SEC_COMMIT 0x08000000
#define SEC_NOCACHE 0x10000000

typedef struct _MEMORY_BASIC_INFORMATION {
	PVOID BaseAddress;
	PVOID AllocationBase;
	DWORD AllocationProtect;
	WORD PartitionId;
	SIZE_T RegionSize;
	DWORD State;
	DWORD Protect;
	DWORD Type;
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;

/* Heaps */
#define HEAP_NO_SERIALIZE 0x00000001
#define HEAP_GROWABLE 0x00000002
#define HEAP_GENERATE_EXCEPTIONS 0x00000004
#define HEAP_ZERO_MEMORY 0x00000008
#define HEAP_REALLOC_IN_PLACE_ONLY 0x00000010

/* Atomic operations: those that return the new value */
__forceinline LONG InterlockedIncrement(LONG volatile *value)
{
	return __atomic_add_fetch(value, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedDecrement(LONG volatile *value)
{
	return __atomic_sub_fetch(value, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedIncrement64(LONGLONG volatile *value)
{
	return __atomic_add_fetch(value, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedDecrement64(LONGLONG volatile *value)
{
	return __atomic_sub_fetch(value, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedAdd(LONG volatile *value, LONG by)
{
	return __atomic_add_fetch(value, by, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedAdd64(LONGLONG volatile *value, LONGLONG by)
{
	return __atomic_add_fetch(value, by, __ATOMIC_SEQ_CST);
}

/* Atomic operations: those that return the old value */
__forceinline LONG InterlockedExchange(LONG volatile *value, LONG with)
{
	return __atomic_exchange_n(value, with, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedExchangeAdd(LONG volatile *value, LONG by)
{
	return __atomic_fetch_add(value, by, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedAnd(LONG volatile *value, LONG with)
{
	return __atomic_fetch_and(value, with, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedOr(LONG volatile *value, LONG with)
{
	return __atomic_fetch_or(value, with, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedCompareExchange(LONG volatile *value, LONG with,
					      LONG expected)
{
	__atomic_compare_exchange_n(value, &expected, with, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return expected;
}

__forceinline PVOID InterlockedExchangePointer(PVOID volatile *value,
					       PVOID with)
{
	return __atomic_exchange_n(value, with, __ATOMIC_SEQ_CST);
}

__forceinline PVOID InterlockedCompareExchangePointer(PVOID volatile *value,
						      PVOID with,
						      PVOID expected)
{
	__atomic_compare_exchange_n(value, &expected, with, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return expected;
}

__forceinline LONG InterlockedXor(LONG volatile *value, LONG with)
{
	return __atomic_fetch_xor(value, with, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedExchange64(LONGLONG volatile *value,
					     LONGLONG with)
{
	return __atomic_exchange_n(value, with, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedExchangeAdd64(LONGLONG volatile *value,
						LONGLONG by)
{
	return __atomic_fetch_add(value, by, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedAnd64(LONGLONG volatile *value, LONGLONG with)
{
	return __atomic_fetch_and(value, with, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedOr64(LONGLONG volatile *value, LONGLONG with)
{
	return __atomic_fetch_or(value, with, __ATOMIC_SEQ_CST);
}

__forceinline LONGLONG InterlockedCompareExchange64(LONGLONG volatile *value,
						    LONGLONG with,
						    LONGLONG expected)
{
	__atomic_compare_exchange_n(value, &expected, with, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return expected;
}

#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define YieldProcessor() __asm__ __volatile__("" : : : "memory")

#endif
