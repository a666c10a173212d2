/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Auditing: which accesses a descriptor's SACL wants on record
 * (MS-DTYP 2.4.4.10 to 2.4.4.16), as events for a function of the caller's, and
 * the functions of the AccessCheckAndAuditAlarm family. Pure: nothing is
 * written anywhere, and nothing is allocated.
 *
 * At most one event for each outcome of a check: the first audit ACE that asks
 * for it is named. SYSTEM_ALARM ACEs are ignored, as Windows does.
 *
 * All functions are thread-safe: they only read what they are given. The sink's
 * function is called in the caller's thread before they return. Cost: linear in
 * the ACEs of the SACL, nothing without one.
 */
#ifndef GUISE_AUDIT_H
#define GUISE_AUDIT_H

#include <guise/access.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_audit_what {
	GUISE_AUDIT_ACCESS = 0,		  /* AuditEventObjectAccess */
	GUISE_AUDIT_DIRECTORY_ACCESS = 1, /* AuditEventDirectoryServiceAccess */
	GUISE_AUDIT_CLOSE,		/* a handle whose opening was audited */
	GUISE_AUDIT_DELETE,		/* the object behind such a handle */
	GUISE_AUDIT_PRIVILEGED_OBJECT,	/* a privilege used on an object */
	GUISE_AUDIT_PRIVILEGED_SERVICE, /* a privilege used for a service */
	GUISE_AUDIT_STAGED, /* staged rules of the object's central access
			       policy would have decided otherwise */
};

/**
 * struct guise_audit_event - one thing to be put on record
 * @what: what happened
 * @success: whether it was granted; for STAGED: whether it is granted now
 * @creation: the access made the object
 * @staged_allowed: STAGED: what the staged rules say
 * @ace: number of the ACE in the SACL that asks for this event, from 1; 0: none
 * @desired: what was asked, generic bits mapped
 * @granted: what was granted; 0 if nothing
 * @staged_granted: STAGED: what the staged rules would grant
 * @privileges: those that granted something, or whose use or lack this is about
 * @sid: the trustee of @ace; NULL without one
 * @node: the object type for which @ace asked; NULL: the object as a whole
 * @policy: STAGED: the policy's id; else NULL
 * @server, @type, @name, @handle: as in struct guise_audit_options
 * @service: PRIVILEGED_SERVICE: its name; else NULL
 * @client: who; NULL for CLOSE and DELETE
 * @process: the token of the process that acted for the client; may be NULL
 *
 * All pointers are borrowed and live as long as the call.
 */
struct guise_audit_event {
	enum guise_audit_what what;
	bool success;
	bool creation;
	bool staged_allowed;
	uint32_t ace;
	uint32_t desired;
	uint32_t granted;
	uint32_t staged_granted;
	uint64_t privileges;
	const struct guise_sid *sid;
	const struct guise_guid *node;
	const struct guise_sid *policy;
	const char *server;
	const char *type;
	const char *name;
	const char *service;
	uint64_t handle;
	const struct guise_token *client;
	const struct guise_token *process;
};

/**
 * struct guise_audit_sink - where events go
 * @function: called for each; must not keep @event or what it points to
 * @context: the caller's
 */
struct guise_audit_sink {
	void (*function)(void *context, const struct guise_audit_event *event);
	void *context;
};

/* No SeAudit: the check is made all the same, and nothing is audited. */
#define GUISE_AUDIT_ALLOW_NO_PRIVILEGE 1u

/**
 * struct guise_audit_options - on whose behalf, and what the events call it
 * @size: sizeof(struct guise_audit_options)
 * @sink: borrowed; not NULL
 * @process: borrowed: the calling process's primary token, in which SeAudit
 *           must be enabled (an impersonation token never counts); NULL: none.
 *           guise_audit_access() asks for no privilege
 * @server, @type, @name: borrowed, for people, may be NULL: what serves the
 *           object ("Security"), what it is ("File"), its name
 * @handle: what tells its handle, or the object, from others; 0: nothing does
 * @what: GUISE_AUDIT_ACCESS or GUISE_AUDIT_DIRECTORY_ACCESS
 * @creation: the object is being made
 * @flags: GUISE_AUDIT_ALLOW_NO_PRIVILEGE or 0
 */
struct guise_audit_options {
	size_t size;
	const struct guise_audit_sink *sink;
	const struct guise_token *process;
	const char *server;
	const char *type;
	const char *name;
	uint64_t handle;
	enum guise_audit_what what;
	bool creation;
	unsigned flags;
};

/**
 * guise_audit_access() - what the SACL of @sd wants on record of a check that
 * has been made
 * @sd, @token, @desired, @mapping, @access: borrowed; what the check was given.
 *          @access may be NULL
 * @decisions: borrowed; its answer: @n_decisions is 1, or for a result list
 *          as many as there are object types
 * @ret_success: may be NULL; whether a success was audited
 *
 * An audit ACE asks for an event if it is not inherit-only, its flags name the
 * outcome, its trustee is in the token (deny-only SIDs count; PRINCIPAL SELF as
 * in the check), its mask with generic bits mapped shares a bit with what was
 * granted (success) or asked (failure; MAXIMUM_ALLOWED alone asks for
 * everything), its object type, if any, is one of @access or above one, and its
 * condition, if any, is not FALSE. Where a decision says that staged
 * rules of a central access policy differ, that is an event, too.
 *
 * Return: 0; GUISE_E_GENERIC_NOT_MAPPED; -EINVAL (a NULL that is not allowed, a
 * wrong size, number or value).
 */
GUISE_API GUISE_MUST_USE int
guise_audit_access(const struct guise_sd *sd, const struct guise_token *token,
		   uint32_t desired,
		   const struct guise_generic_mapping *mapping,
		   const struct guise_access_options *access,
		   const struct guise_decision *decisions, size_t n_decisions,
		   const struct guise_audit_options *audit, bool *ret_success);

/**
 * guise_access_check_and_audit() - AccessCheckAndAuditAlarm, and with object
 * types in @access AccessCheckByTypeAndAuditAlarm
 * @client: borrowed; an impersonation token
 * @access: borrowed, may be NULL
 * @ret: the decision; set to "denied" before anything else happens
 * @ret_generate_on_close: may be NULL; a success was audited, so that closing
 *          the handle is to be told to guise_audit_close()
 *
 * The check, then guise_audit_access(), then an event for the privileges used
 * or lacking.
 *
 * Return: as guise_access_check_by_type(); besides
 *         GUISE_E_NO_IMPERSONATION_TOKEN  @client is a primary token;
 *         GUISE_E_BAD_LEVEL               it is anonymous-level;
 *         GUISE_E_BAD_TOKEN_TYPE          @process is no primary token;
 *         GUISE_E_PRIVILEGE_NOT_HELD      no SeAudit in @process;
 *         -EINVAL                         @audit is malformed.
 */
GUISE_API GUISE_MUST_USE int guise_access_check_and_audit(
	const struct guise_sd *sd, const struct guise_token *client,
	uint32_t desired, const struct guise_generic_mapping *mapping,
	const struct guise_access_options *access,
	const struct guise_audit_options *audit, struct guise_decision *ret,
	bool *ret_generate_on_close);

/**
 * guise_access_check_and_audit_result_list() -
 * AccessCheckByTypeResultListAndAuditAlarm
 * @access: borrowed; @n_object_types at least 1
 * @ret: that many decisions, node by node
 *
 * Return: as guise_access_check_and_audit().
 */
GUISE_API GUISE_MUST_USE int guise_access_check_and_audit_result_list(
	const struct guise_sd *sd, const struct guise_token *client,
	uint32_t desired, const struct guise_generic_mapping *mapping,
	const struct guise_access_options *access,
	const struct guise_audit_options *audit, struct guise_decision *ret,
	bool *ret_generate_on_close);

/**
 * guise_audit_open() - ObjectOpenAuditAlarm: an object was opened, or refused,
 * by a check of the caller's own
 * @decision: borrowed; its answer
 *
 * The other parameters, and what is returned, are those of
 * guise_access_check_and_audit().
 */
GUISE_API GUISE_MUST_USE int
guise_audit_open(const struct guise_sd *sd, const struct guise_token *client,
		 uint32_t desired, const struct guise_generic_mapping *mapping,
		 const struct guise_access_options *access,
		 const struct guise_decision *decision,
		 const struct guise_audit_options *audit,
		 bool *ret_generate_on_close);

/**
 * guise_audit_close() - ObjectCloseAuditAlarm
 * @generate_on_close: as the opening said; false: no event
 *
 * Return: 0; GUISE_E_BAD_TOKEN_TYPE; GUISE_E_PRIVILEGE_NOT_HELD; -EINVAL: as
 * guise_access_check_and_audit().
 */
GUISE_API GUISE_MUST_USE int
guise_audit_close(const struct guise_audit_options *audit,
		  bool generate_on_close);

/** guise_audit_delete() - ObjectDeleteAuditAlarm; as guise_audit_close() */
GUISE_API GUISE_MUST_USE int
guise_audit_delete(const struct guise_audit_options *audit,
		   bool generate_on_close);

/**
 * guise_audit_privileged_object() - ObjectPrivilegeAuditAlarm: privileges were
 * used, or lacking, to reach an object
 * @desired: what they were for
 * @privileges: bit mask
 * @granted: whether they were held
 *
 * Return: as guise_audit_close(), and as guise_access_check_and_audit() for
 * @client.
 */
GUISE_API GUISE_MUST_USE int
guise_audit_privileged_object(const struct guise_audit_options *audit,
			      const struct guise_token *client,
			      uint32_t desired, uint64_t privileges,
			      bool granted);

/**
 * guise_audit_privileged_service() - PrivilegedServiceAuditAlarm
 * @service: borrowed, may be NULL: what they were used for
 *
 * Return: as guise_audit_privileged_object().
 */
GUISE_API GUISE_MUST_USE int
guise_audit_privileged_service(const struct guise_audit_options *audit,
			       const struct guise_token *client,
			       const char *service, uint64_t privileges,
			       bool granted);

/**
 * guise_sd_has_audit() - whether a check of @sd could cause an event at all: it
 * has an audit ACE or names a central access policy. @sd may be NULL: false
 */
GUISE_API bool guise_sd_has_audit(const struct guise_sd *sd);

#ifdef __cplusplus
}
#endif
#endif
