/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_FLS_H
#define WIN32_FLS_H

/* Cleans up what FlsSetValue left on the calling thread, which ends; before
 * anybody hears of its end. */
void fls_end_thread(void);

#endif
