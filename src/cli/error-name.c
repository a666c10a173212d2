/* SPDX-License-Identifier: Apache-2.0 */
#include "error-name.h"
#include "base.h"

const char *error_name(int code)
{
	if (code == -EINVAL)
		return "INVALID_PARAMETER";
	if (code == -EOPNOTSUPP)
		return "NOT_SUPPORTED";
	return guise_error_name(code);
}
