/* SPDX-License-Identifier: Apache-2.0 */
/* What answers call an error. */
#ifndef CLI_ERROR_NAME_H
#define CLI_ERROR_NAME_H

/* The name of @code: Windows' word where guise_error_name() has an errno's;
 * static storage */
const char *error_name(int code);

#endif
