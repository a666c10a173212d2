/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a caller frees with LocalFree, GlobalFree or HeapFree. */
#ifndef WIN32_MEMORY_H
#define WIN32_MEMORY_H

#include "facade.h"

/* Zeroed; NULL if there is none. */
void *memory_new(size_t size);
/* NULL is fine. */
void memory_free(void *memory);

#endif
