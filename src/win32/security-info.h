/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the functions that read and write descriptors of objects by name or by
 * handle have in common: where a caller gets the parts it asks for, what it
 * gives for those it sets, and how an object is found by its name.
 */
#ifndef WIN32_SECURITY_INFO_H
#define WIN32_SECURITY_INFO_H

#include <guise/propagate.h>

#include "facade.h"

#include <accctrl.h>

#include "file-object.h"
#include "object.h"

/**
 * struct sd_outputs - where parts of a descriptor go; any may be NULL
 * @sd: the memory they are in, for LocalFree; without it the caller means to
 *      keep it for good
 */
struct sd_outputs {
	PSID *owner;
	PSID *group;
	PACL *dacl;
	PACL *sacl;
	PSECURITY_DESCRIPTOR *sd;
};

/* INVALID_PARAMETER unless there is a place for each part in @information */
NTSTATUS outputs_check(SECURITY_INFORMATION information,
		       const struct sd_outputs *to);
/* The parts of @sd in @information. What @sd does not have, or was not asked
 * for, is NULL. NO_MEMORY: nothing was written. */
NTSTATUS outputs_give(const struct guise_sd *sd,
		      SECURITY_INFORMATION information,
		      const struct sd_outputs *to);

/**
 * struct sd_inputs - what parts are to become, in the caller's memory; only
 * those that are asked for are looked at
 */
struct sd_inputs {
	PSID owner;
	PSID group;
	PACL dacl;
	PACL sacl;
};

/* An absolute descriptor of those parts, for the functions that take one */
SECURITY_DESCRIPTOR inputs_absolute(SECURITY_INFORMATION information,
				    const struct sd_inputs *from);
/* The same as a value; *ret is a reference. INVALID_SECURITY_DESCR: an owner or
 * group is to be set and there is none; errors of sd_read() */
NTSTATUS inputs_read(SECURITY_INFORMATION information,
		     const struct sd_inputs *from, const struct guise_sd **ret);

/* INVALID_PARAMETER if an ACL is to be protected and not */
NTSTATUS information_check(SECURITY_INFORMATION information);

/* GetSecurityInfo and SetSecurityInfo */
NTSTATUS security_get(HANDLE handle, SE_OBJECT_TYPE type,
		      SECURITY_INFORMATION information,
		      const struct sd_outputs *to);
NTSTATUS security_set(HANDLE handle, SE_OBJECT_TYPE type,
		      SECURITY_INFORMATION information,
		      const struct sd_inputs *from);

/* A file or directory that is there, with exactly these rights, shared with
 * everybody. Errors of path_resolve_utf8() and file_open() */
NTSTATUS security_open_file(const char *name, ACCESS_MASK access,
			    struct file_object **ret);
/* The same as a handle, or the client's end of a pipe. @ret: the caller's */
NTSTATUS security_open_file_handle(const char *name, ACCESS_MASK access,
				   HANDLE *ret);
/* A named object of any kind that has a name. OBJECT_NAME_NOT_FOUND, ... */
NTSTATUS security_open_kernel(const char *name, ACCESS_MASK access,
			      HANDLE *ret);

/* Sets parts of a file's descriptor as SetNamedSecurityInfo does; the rights
 * have been checked. @options: its token is set here */
NTSTATUS security_set_file(const struct file_object *file,
			   SECURITY_INFORMATION information,
			   const struct guise_sd *modification,
			   struct guise_propagate_options *options);

#endif
