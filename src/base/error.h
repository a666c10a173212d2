/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base.h"

/* NTSTATUS of a code; 0xC0000001 (UNSUCCESSFUL) when there is none. */
uint32_t error_ntstatus(int code);

#endif
