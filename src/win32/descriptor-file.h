/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of processes and threads, where other processes see them: a file
 * of the namespace (namespace.h) for each that was ever given one. The file is
 * believed if it is its user's own, or root's.
 */
#ifndef WIN32_DESCRIPTOR_FILE_H
#define WIN32_DESCRIPTOR_FILE_H

#include <sys/types.h>

#include <guise/sd.h>

#include "facade.h"

/*
 * @kind: 'P' or 'T'; @id, @start: which one; @uid: real one of its process
 * STATUS_OBJECT_NAME_NOT_FOUND: none was ever given, or it is not to be
 * believed. *ret is a reference.
 */
NTSTATUS descriptor_file_read(char kind, pid_t id, uint64_t start, uint32_t uid,
			      const struct guise_sd **ret);
/* The same of the file @name in @directory, which is @uid's or root's */
NTSTATUS descriptor_read_in(int directory, const char *name, uint32_t uid,
			    const struct guise_sd **ret);
/* STATUS_ACCESS_DENIED for another user's */
NTSTATUS descriptor_file_write(char kind, pid_t id, uint64_t start,
			       uint32_t uid, const struct guise_sd *sd);
/* Owner and all access: @user, or the SID of @uid where that is NULL; SYSTEM
 * has all access, too. *ret is a reference. */
NTSTATUS descriptor_for_user(const struct guise_sid *user, uint32_t uid,
			     ACCESS_MASK all, const struct guise_sd **ret);

#endif
