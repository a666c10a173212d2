/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where audits go. On Windows it is the security log; here it is a function of
 * the program's own. Windows has no header of this name.
 */
#ifndef GUISE_WIN32_AUDIT_H
#define GUISE_WIN32_AUDIT_H

#include "guise-win32.h"

GUISE_WIN32_BEGIN

struct guise_audit_sink; /* <guise/audit.h> */

/**
 * guise_win32_audit_to() - the function that is told of each event
 * @sink: borrowed for the life of the process, or until another one is set; its
 *        function is called in the thread that caused the event, which may be
 *        impersonating. NULL, as at first: events are made for nobody
 *
 * Thread-safe.
 */
void guise_win32_audit_to(const struct guise_audit_sink *sink);

GUISE_WIN32_END

#endif
