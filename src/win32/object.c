/* SPDX-License-Identifier: Apache-2.0 */
/* Objects: their references, their descriptors, and who may open them. */
#include <guise/sd-edit.h>
#include <guise/thread-token.h>
#include <guise/token-change.h>

#include "fd.h"
#include "object.h"

void object_init(struct object *object, const struct object_type *type,
		 const struct guise_sd *sd)
{
	object->type = type;
	atomic_init(&object->references, 1);
	must(pthread_mutex_init(&object->lock, NULL) == 0);
	object->sd = guise_sd_ref(sd);
}

void object_clear(struct object *object)
{
	object->sd = guise_sd_unref(object->sd);
	must(pthread_mutex_destroy(&object->lock) == 0);
}

struct object *object_ref(struct object *object)
{
	refcount_get(&object->references);
	return object;
}

struct object *object_unref(struct object *object)
{
	if (object && refcount_put(&object->references))
		object->type->free(object);
	return NULL;
}

void pass_clear(struct pass *pass)
{
	for (size_t i = 0; i < pass->n_fds; i++)
		pass->fds[i] = fd_close(pass->fds[i]);
	pass->n_fds = 0;
}

void object_unrefp(struct object **object)
{
	*object = object_unref(*object);
}

NTSTATUS object_sd(struct object *object, const struct guise_sd **ret)
{
	if (object->type->get_sd)
		return object->type->get_sd(object, ret);
	must(pthread_mutex_lock(&object->lock) == 0);
	*ret = guise_sd_ref(object->sd);
	must(pthread_mutex_unlock(&object->lock) == 0);
	return STATUS_SUCCESS;
}

/* The kernel's object manager wants impersonation level, whatever the object
 * grants to whom. */
static bool level_is_too_low(const struct guise_token *token)
{
	return guise_token_type(token) == GUISE_TOKEN_IMPERSONATION &&
	       guise_token_level(token) < GUISE_LEVEL_IMPERSONATION;
}

static NTSTATUS check(const struct object_type *type, const struct guise_sd *sd,
		      const struct guise_token *token, ACCESS_MASK desired,
		      ACCESS_MASK *ret_granted)
{
	struct guise_decision decision;
	int r;

	r = guise_access_check(sd, token, desired, &type->mapping, &decision);
	if (r < 0)
		return status_of(r);
	if (decision.missing_privilege)
		return STATUS_PRIVILEGE_NOT_HELD;
	if (!decision.allowed || decision.granted == 0)
		return STATUS_ACCESS_DENIED;
	*ret_granted = decision.granted;
	return STATUS_SUCCESS;
}

static bool may_debug(const struct object_type *type,
		      const struct guise_token *token)
{
	return type->debuggable &&
	       guise_token_has_privilege(token, GUISE_SE_DEBUG);
}

/* What one gets whom no descriptor keeps from anything */
static NTSTATUS all_that_is_asked(const struct object_type *type,
				  const struct guise_token *token,
				  ACCESS_MASK desired, ACCESS_MASK *ret_granted)
{
	ACCESS_MASK granted = desired & type->valid;

	if ((desired & ACCESS_SYSTEM_SECURITY) &&
	    !guise_token_has_privilege(token, GUISE_SE_SECURITY))
		return STATUS_PRIVILEGE_NOT_HELD;
	if (desired & MAXIMUM_ALLOWED)
		granted |= type->mapping.all;
	*ret_granted = granted | (desired & ACCESS_SYSTEM_SECURITY);
	return STATUS_SUCCESS;
}

NTSTATUS object_level_check(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_effective_token(&token);

	if (r < 0)
		return status_of(r);
	return level_is_too_low(token) ? STATUS_BAD_IMPERSONATION_LEVEL
				       : STATUS_SUCCESS;
}

NTSTATUS object_check(struct object *object, ACCESS_MASK desired,
		      ACCESS_MASK *ret_granted)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct object_type *type = object->type;
	NTSTATUS status;
	int r;

	r = guise_effective_token(&token);
	if (r < 0)
		return status_of(r);
	if (level_is_too_low(token))
		return STATUS_BAD_IMPERSONATION_LEVEL;
	desired = guise_map_generic(desired, &type->mapping);
	if (desired == 0)
		return STATUS_ACCESS_DENIED;
	status = object_sd(object, &sd);
	if (status < 0)
		return status;
	if (!sd || may_debug(type, token))
		return all_that_is_asked(type, token, desired, ret_granted);
	return check(type, sd, token, desired, ret_granted);
}

NTSTATUS object_creator_access(const struct object_type *type,
			       ACCESS_MASK desired, ACCESS_MASK *ret_granted)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	desired = guise_map_generic(desired, &type->mapping);
	if (!(desired & ACCESS_SYSTEM_SECURITY)) {
		*ret_granted = desired & type->valid;
		if (desired & MAXIMUM_ALLOWED)
			*ret_granted |= type->mapping.all;
		return STATUS_SUCCESS;
	}
	r = guise_effective_token(&token);
	if (r < 0)
		return status_of(r);
	return all_that_is_asked(type, token, desired, ret_granted);
}

NTSTATUS object_changer(const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_filter_options none = {
		.size = sizeof(none),
		.delete_privileges = UINT64_MAX,
	};
	int r = guise_effective_token(&token);

	if (r < 0)
		return status_of(r);
	if (level_is_too_low(token))
		return status_of(guise_token_filter(token, &none, ret));
	*ret = guise_take(token);
	return STATUS_SUCCESS;
}

NTSTATUS object_changed_sd(const struct object_type *type,
			   const struct guise_sd *current,
			   SECURITY_INFORMATION information,
			   const struct guise_sd *modification,
			   const struct guise_sd **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	NTSTATUS status = object_changer(&token);

	if (status < 0)
		return status;
	return status_of(guise_sd_set(current, information, modification, 0,
				      token, &type->mapping, ret));
}
