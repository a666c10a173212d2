/* SPDX-License-Identifier: Apache-2.0 */
/* The old name of the annotations; nothing differs from sal.h. */
#ifndef SPECSTRINGS_H
#define SPECSTRINGS_H

#include "sal.h"

#endif
