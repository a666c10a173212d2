/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the functions of the AuditAlarm family have in common, whatever they
 * call a string. Events go to the sink of the process (guise-audit.h).
 */
#ifndef WIN32_AUDIT_CALL_H
#define WIN32_AUDIT_CALL_H

#include "access-args.h"

/* What the strings of a call are. */
enum audit_text {
	AUDIT_TEXT_NARROW, /* UTF-8 */
	AUDIT_TEXT_WIDE,   /* UTF-16 */
	AUDIT_TEXT_COUNTED /* UNICODE_STRING */
};

/**
 * struct audit_call - what the caller passed
 * @text: what the four names are
 * @subsystem, @type, @name, @service: may be NULL
 * @id: what tells the object's handle from others
 * @access: what a check is asked
 * @token: the client's; NULL with @impersonated: the thread's token
 */
struct audit_call {
	enum audit_text text;
	const void *subsystem;
	const void *type;
	const void *name;
	const void *service;
	PVOID id;
	struct access_call access;
	HANDLE token;
	bool impersonated;
	AUDIT_EVENT_TYPE event;
	ULONG flags;
	bool creation;
};

/* What was decided by others, to be put on record. */
struct audit_outcome {
	ACCESS_MASK granted;
	const PRIVILEGE_SET *privileges;
	bool allowed;
};

/** alarm_sink() - where the process's events go; NULL: nowhere */
const struct guise_audit_sink *alarm_sink(void);

/**
 * alarm_check() - check and audit
 * @ret_granted, @ret_status: one, or as many as there are types in a list
 *
 * Return: as access_args_read(); NO_IMPERSONATION_TOKEN;
 * BAD_IMPERSONATION_LEVEL; PRIVILEGE_NOT_HELD; GENERIC_NOT_MAPPED;
 * INVALID_HANDLE; ACCESS_DENIED.
 */
NTSTATUS alarm_check(const struct audit_call *call, PACCESS_MASK ret_granted,
		     NTSTATUS *ret_status, BOOLEAN *ret_on_close);

/** alarm_open() - an object was opened, or refused, by the caller's check */
NTSTATUS alarm_open(const struct audit_call *call,
		    const struct audit_outcome *outcome, BOOLEAN *ret_on_close);

/** alarm_close() - a handle is closed, or its object is deleted */
NTSTATUS alarm_close(const struct audit_call *call, bool deleted,
		     bool on_close);

/** alarm_privileges() - privileges were used, or lacking, for an object or,
 * with @service, for one of the system's services */
NTSTATUS alarm_privileges(const struct audit_call *call, bool service,
			  const struct audit_outcome *outcome);

#endif
