/* SPDX-License-Identifier: Apache-2.0 */
/* Test builds only (-Dwin32_fixture=any): whoever is not raised by what was
 * executed, root included. */
#include <sys/auxv.h>

#include "fixture.h"

bool fixture_is_allowed(void)
{
	return !getauxval(AT_SECURE);
}
