/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_NAMED_MODE_H
#define WIN32_NAMED_MODE_H

#include <sys/types.h>

#include "sync.h"

/* Permissions of the files of an object of @kind with this descriptor. */
mode_t named_mode(uint32_t kind, const struct guise_sd *sd);

#endif
