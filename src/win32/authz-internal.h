/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the handles of authz.h point to. A manager lives as long as its handle
 * and all clients made with it; a client holds a token, which is replaced when
 * the client is changed.
 */
#ifndef WIN32_AUTHZ_INTERNAL_H
#define WIN32_AUTHZ_INTERNAL_H

#include <pthread.h>

#include <guise/audit.h>
#include <guise/sd.h>
#include <guise/token.h>

#include "facade.h"

#include <authz.h>

/**
 * struct AUTHZ_RESOURCE_MANAGER_HANDLE__ - a manager
 * @refs: its handle and its clients
 * @flags: AUTHZ_RM_FLAG_*
 * @check: asked about callback entries that are no conditions; may be NULL
 * @compute_groups, @free_groups: more groups of a new client; may be NULL
 * @name: UTF-8, for events; NULL: none
 */
struct AUTHZ_RESOURCE_MANAGER_HANDLE__ {
	atomic_uint refs;
	DWORD flags;
	PFN_AUTHZ_DYNAMIC_ACCESS_CHECK check;
	PFN_AUTHZ_COMPUTE_DYNAMIC_GROUPS compute_groups;
	PFN_AUTHZ_FREE_DYNAMIC_GROUPS free_groups;
	char *name;
};

AUTHZ_RESOURCE_MANAGER_HANDLE manager_ref(AUTHZ_RESOURCE_MANAGER_HANDLE rm);
void manager_unref(AUTHZ_RESOURCE_MANAGER_HANDLE rm);

/**
 * struct AUTHZ_CLIENT_CONTEXT_HANDLE__ - a client
 * @refs: its handle and the checks that can be made again
 * @manager: a reference
 * @lock: protects @token; nothing is called with it held
 * @token: an impersonation token; owned
 * @expiration, @id: as the caller said
 */
struct AUTHZ_CLIENT_CONTEXT_HANDLE__ {
	atomic_uint refs;
	AUTHZ_RESOURCE_MANAGER_HANDLE manager;
	pthread_mutex_t lock;
	const struct guise_token *token;
	LARGE_INTEGER expiration;
	LUID id;
};

/* A client of @token, which is referenced. 0; NO_MEMORY */
NTSTATUS authz_context_new(AUTHZ_RESOURCE_MANAGER_HANDLE rm,
			   const struct guise_token *token,
			   const LARGE_INTEGER *expiration, LUID id,
			   AUTHZ_CLIENT_CONTEXT_HANDLE *ret);
AUTHZ_CLIENT_CONTEXT_HANDLE
authz_context_ref(AUTHZ_CLIENT_CONTEXT_HANDLE context);
void authz_context_unref(AUTHZ_CLIENT_CONTEXT_HANDLE context);
/* The client's token as it is now; a reference. */
const struct guise_token *
authz_context_token(AUTHZ_CLIENT_CONTEXT_HANDLE context);
/* What a client's token is to become: a reference in @ret. */
typedef NTSTATUS context_edit(const struct guise_token *before,
			      const void *change,
			      const struct guise_token **ret);
/* Changes the client; changes at the same time happen one after the other. */
NTSTATUS authz_context_change(AUTHZ_CLIENT_CONTEXT_HANDLE context,
			      context_edit *edit, const void *change);

/*
 * Puts what the program says about the callback entries of *@sd into it: what
 * applies counts as the plain entry would, the rest is left out. Without a
 * function they stay: then they grant nothing and deny all the same.
 * FALSE: it failed, and why is in the last error.
 */
BOOL callbacks_apply(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
		     const struct guise_sd **sd);

/* A SID and its attributes out of the caller's memory. */
NTSTATUS read_group(const SID_AND_ATTRIBUTES *from,
		    struct guise_sid_and_attributes *ret);

/**
 * struct AUTHZ_AUDIT_EVENT_HANDLE__ - what is told of a check
 * @flags: AUTHZ_NO_*
 * @type, @name: UTF-8
 */
struct AUTHZ_AUDIT_EVENT_HANDLE__ {
	DWORD flags;
	char *type;
	char *name;
};

#endif
