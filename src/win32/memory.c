/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of memory: LocalAlloc, GlobalAlloc, HeapAlloc and RtlAllocateHeap all
 * give the same kind, so that one may be freed by another's function, as
 * programs do. A handle of movable memory is the pointer: nothing moves.
 *
 * A heap of its own keeps a list of its blocks, to free them with it.
 */
#include <pthread.h>

#include "memory.h"
#include "status.h"

#define BLOCK_MAGIC 0x6b6c6267u
#define HEAP_MAGIC 0x70616568u

/**
 * struct heap - HeapCreate's
 * @lock: protects the list of @blocks; nothing else is locked under it
 */
struct heap {
	uint32_t magic;
	pthread_mutex_t lock;
	struct block *blocks;
};

/**
 * struct block - what stands before the memory that a caller sees
 * @heap: NULL: the process's, which keeps no list
 */
struct block {
	struct block *next;
	struct block *previous;
	struct heap *heap;
	size_t size;
	uint32_t magic;
	_Alignas(16) uint8_t memory[];
};

/* The process's heap is a name only. */
static struct heap process_heap = {
	.magic = HEAP_MAGIC,
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

static void list_add(struct block *block)
{
	struct heap *heap = block->heap;

	if (!heap)
		return;
	must(pthread_mutex_lock(&heap->lock) == 0);
	block->previous = NULL;
	block->next = heap->blocks;
	if (heap->blocks)
		heap->blocks->previous = block;
	heap->blocks = block;
	must(pthread_mutex_unlock(&heap->lock) == 0);
}

static void list_remove(struct block *block)
{
	struct heap *heap = block->heap;

	if (!heap)
		return;
	must(pthread_mutex_lock(&heap->lock) == 0);
	if (block->next)
		block->next->previous = block->previous;
	if (block->previous)
		block->previous->next = block->next;
	else
		heap->blocks = block->next;
	must(pthread_mutex_unlock(&heap->lock) == 0);
}

static void *block_new(struct heap *heap, size_t size, bool zeroed)
{
	struct block *block;
	size_t all;

	if (ckd_add(&all, size, sizeof(*block)))
		return NULL;
	block = zeroed ? calloc(1, all) : malloc(all);
	if (!block)
		return NULL;
	block->heap = heap;
	block->size = size;
	block->magic = BLOCK_MAGIC;
	list_add(block);
	return block->memory;
}

/* The block of @memory; NULL if it is none of ours */
static struct block *block_of(void *memory)
{
	uintptr_t at = (uintptr_t)memory;
	struct block *block;

	if (at < sizeof(*block) || at % 16)
		return NULL;
	block = (struct block *)(void *)((uint8_t *)memory - sizeof(*block));
	return block->magic == BLOCK_MAGIC ? block : NULL;
}

static bool block_free(void *memory)
{
	struct block *block = block_of(memory);

	if (!block)
		return false;
	list_remove(block);
	block->magic = 0;
	free(block);
	return true;
}

static void *block_resize(void *memory, size_t size, bool zeroed)
{
	struct block *block = block_of(memory), *resized;
	size_t before, all;

	if (!block || ckd_add(&all, size, sizeof(*block)))
		return NULL;
	before = block->size;
	list_remove(block);
	resized = realloc(block, all);
	if (!resized) {
		list_add(block);
		return NULL;
	}
	resized->size = size;
	list_add(resized);
	if (zeroed && size > before)
		memset(resized->memory + before, 0, size - before);
	return resized->memory;
}

void *memory_new(size_t size)
{
	return block_new(NULL, size, true);
}

void memory_free(void *memory)
{
	if (memory)
		must(block_free(memory));
}

static void *or_no_memory(void *memory)
{
	if (!memory)
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	return memory;
}

static HANDLE free_or_complain(HANDLE memory)
{
	if (!memory || block_free(memory))
		return NULL;
	(void)win32_fail(ERROR_INVALID_HANDLE);
	return memory;
}

static SIZE_T size_or_complain(const void *memory)
{
	const struct block *block = block_of((void *)(uintptr_t)memory);

	if (block)
		return block->size;
	(void)win32_fail(ERROR_INVALID_HANDLE);
	return 0;
}

static HANDLE resize_or_complain(HANDLE memory, SIZE_T size, bool zeroed)
{
	if (!block_of(memory)) {
		(void)win32_fail(ERROR_INVALID_HANDLE);
		return NULL;
	}
	return or_no_memory(block_resize(memory, size, zeroed));
}

HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T size)
{
	return or_no_memory(block_new(NULL, size, flags & LMEM_ZEROINIT));
}

HLOCAL WINAPI LocalFree(HLOCAL memory)
{
	return free_or_complain(memory);
}

HLOCAL WINAPI LocalReAlloc(HLOCAL memory, SIZE_T size, UINT flags)
{
	if (flags & GMEM_MODIFY) /* only says that it may move, or may not */
		return memory;
	return resize_or_complain(memory, size, flags & LMEM_ZEROINIT);
}

SIZE_T WINAPI LocalSize(HLOCAL memory)
{
	return size_or_complain(memory);
}

LPVOID WINAPI LocalLock(HLOCAL memory)
{
	return memory;
}

BOOL WINAPI LocalUnlock(HLOCAL memory)
{
	(void)memory;
	return win32_fail(ERROR_NOT_LOCKED); /* as of fixed memory */
}

HLOCAL WINAPI LocalHandle(LPCVOID memory)
{
	return (HLOCAL)(uintptr_t)memory;
}

HGLOBAL WINAPI GlobalAlloc(UINT flags, SIZE_T size)
{
	return LocalAlloc(flags, size);
}

HGLOBAL WINAPI GlobalFree(HGLOBAL memory)
{
	return LocalFree(memory);
}

HGLOBAL WINAPI GlobalReAlloc(HGLOBAL memory, SIZE_T size, UINT flags)
{
	return LocalReAlloc(memory, size, flags);
}

SIZE_T WINAPI GlobalSize(HGLOBAL memory)
{
	return size_or_complain(memory);
}

LPVOID WINAPI GlobalLock(HGLOBAL memory)
{
	return memory;
}

BOOL WINAPI GlobalUnlock(HGLOBAL memory)
{
	return LocalUnlock(memory);
}

HGLOBAL WINAPI GlobalHandle(LPCVOID memory)
{
	return (HGLOBAL)(uintptr_t)memory;
}

HANDLE WINAPI GetProcessHeap(void)
{
	return &process_heap;
}

HANDLE WINAPI HeapCreate(DWORD options, SIZE_T initial, SIZE_T maximum)
{
	struct heap *heap = or_no_memory(array_alloc(1, sizeof(*heap)));

	(void)options; /* blocks are always handed out under a lock */
	(void)initial;
	(void)maximum; /* memory that grows is not refused for its size */
	if (!heap)
		return NULL;
	heap->magic = HEAP_MAGIC;
	must(pthread_mutex_init(&heap->lock, NULL) == 0);
	return heap;
}

static struct heap *heap_of(HANDLE handle)
{
	struct heap *heap = handle;

	return heap && heap->magic == HEAP_MAGIC ? heap : NULL;
}

BOOL WINAPI HeapDestroy(HANDLE handle)
{
	struct heap *heap = heap_of(handle);

	if (!heap || heap == &process_heap)
		return win32_fail(ERROR_INVALID_HANDLE);
	while (heap->blocks)
		(void)block_free(heap->blocks->memory);
	must(pthread_mutex_destroy(&heap->lock) == 0);
	heap->magic = 0;
	free(heap);
	return TRUE;
}

/* Without a last error, as HeapAlloc and its like. */
LPVOID WINAPI HeapAlloc(HANDLE handle, DWORD flags, SIZE_T size)
{
	struct heap *heap = heap_of(handle);

	if (!heap)
		return NULL;
	return block_new(heap == &process_heap ? NULL : heap, size,
			 flags & HEAP_ZERO_MEMORY);
}

LPVOID WINAPI HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T size)
{
	if (!heap_of(heap))
		return NULL;
	return block_resize(memory, size, flags & HEAP_ZERO_MEMORY);
}

BOOL WINAPI HeapFree(HANDLE heap, DWORD flags, LPVOID memory)
{
	(void)flags;
	if (!heap_of(heap) || (memory && !block_free(memory)))
		return win32_fail(ERROR_INVALID_PARAMETER);
	return TRUE;
}

SIZE_T WINAPI HeapSize(HANDLE heap, DWORD flags, LPCVOID memory)
{
	const struct block *block = block_of((void *)(uintptr_t)memory);

	(void)flags;
	return heap_of(heap) && block ? block->size : (SIZE_T)-1;
}

PVOID NTAPI RtlAllocateHeap(PVOID heap, ULONG flags, SIZE_T size)
{
	return HeapAlloc(heap, flags, size);
}

PVOID NTAPI RtlReAllocateHeap(PVOID heap, ULONG flags, PVOID memory,
			      SIZE_T size)
{
	return HeapReAlloc(heap, flags, memory, size);
}

BOOLEAN NTAPI RtlFreeHeap(PVOID heap, ULONG flags, PVOID memory)
{
	return (BOOLEAN)HeapFree(heap, flags, memory);
}

SIZE_T NTAPI RtlSizeHeap(PVOID heap, ULONG flags, PVOID memory)
{
	return HeapSize(heap, flags, memory);
}
