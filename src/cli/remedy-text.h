/* SPDX-License-Identifier: Apache-2.0 */
/* A change that would allow a refused request, in words. */
#ifndef CLI_REMEDY_TEXT_H
#define CLI_REMEDY_TEXT_H

#include <guise/remedy.h>

/* Room for a sentence with a SID and a name in it. */
#define REMEDY_TEXT_SIZE (GUISE_SID_TEXT_SIZE + 160)

void remedy_text(const struct guise_change *change, char ret[REMEDY_TEXT_SIZE]);

#endif
