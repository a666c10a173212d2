/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles to token objects: what was granted when one was opened decides what
 * can be done with it, and for some fields a privilege of the caller. A change
 * is made from the token that is there and put in if it still is; else the
 * change is made again from the one that came between.
 */
#include "access-granted.h"
#include "token-object.h"

void guise_token_handle_close(struct guise_token_handle *handle)
{
	if (!handle)
		return;
	(void)guise_token_object_unref(handle->object);
	*handle = (struct guise_token_handle){0};
}

/* The handle is open and has all of @needed. */
static int handle_check(const struct guise_token_handle *handle,
			uint32_t needed)
{
	if (!handle)
		return -EINVAL;
	if (!handle->object)
		return -EBADF;
	return (handle->granted & needed) == needed ? 0 : GUISE_E_ACCESS_DENIED;
}

/* A client that may only be identified does nothing, opening included. */
static bool may_act(const struct guise_token *caller)
{
	return guise_token_type(caller) == GUISE_TOKEN_PRIMARY ||
	       guise_token_level(caller) >= GUISE_LEVEL_IMPERSONATION;
}

static bool holds(const struct guise_token *caller,
		  enum guise_privilege privilege)
{
	return may_act(caller) && guise_token_has_privilege(caller, privilege);
}

static int ask(struct guise_token_object *object,
	       const struct guise_token *caller, uint32_t desired,
	       uint32_t *ret_granted)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd = guise_token_object_sd(object);

	return access_granted(sd, caller, desired, &guise_mapping_token,
			      ret_granted);
}

int guise_token_open(struct guise_token_object *object,
		     const struct guise_token *caller, uint32_t desired,
		     struct guise_token_handle *ret)
{
	uint32_t granted;
	int r;

	if (!object || !caller || !ret)
		return -EINVAL;
	if (!may_act(caller))
		return GUISE_E_BAD_LEVEL;
	r = ask(object, caller, desired, &granted);
	if (r < 0)
		return r;
	*ret = (struct guise_token_handle){guise_token_object_ref(object),
					   granted};
	return 0;
}

int guise_token_handle_query(const struct guise_token_handle *handle,
			     uint32_t needed, const struct guise_token **ret)
{
	int r;

	if (!ret)
		return -EINVAL;
	r = handle_check(handle, needed);
	if (r < 0)
		return r;
	*ret = guise_token_object_token(handle->object);
	return 0;
}

/*
 * A handle to a new object around @token. @desired 0: @granted. Whoever makes
 * an object may open it at any level that can be asked: Windows has the check
 * of levels where existing objects are opened.
 */
static int open_new(const struct guise_token *token,
		    const struct guise_token *caller, const struct guise_sd *sd,
		    uint32_t desired, uint32_t granted,
		    struct guise_token_handle *ret)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *object = NULL;
	int r;

	r = guise_token_object_new(token, caller, sd, &object);
	if (r == 0 && desired)
		r = ask(object, caller, desired, &granted);
	/* nobody can take from a maker what he makes: all that is allowed is
	 * all, as with any new object */
	if (object && (desired & GUISE_MAXIMUM_ALLOWED) &&
	    !(desired & GUISE_ACCESS_SYSTEM_SECURITY) &&
	    (r == 0 || r == GUISE_E_ACCESS_DENIED)) {
		granted = GUISE_TOKEN_ALL_ACCESS;
		r = 0;
	}
	if (r < 0)
		return r;
	*ret = (struct guise_token_handle){guise_take(object), granted};
	return 0;
}

int guise_token_handle_duplicate(const struct guise_token_handle *handle,
				 const struct guise_token *caller,
				 uint32_t desired,
				 const struct guise_duplicate_options *options,
				 const struct guise_sd *sd,
				 struct guise_token_handle *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_duplicate_options o;
	int r;

	if (!caller || !options || !ret || options->size != sizeof(*options))
		return -EINVAL;
	r = guise_token_handle_query(handle, GUISE_TOKEN_DUPLICATE, &now);
	if (r < 0)
		return r;
	o = *options;
	o.token_id = guise_luid_new();
	r = guise_token_duplicate(now, &o, &token);
	if (r < 0)
		return r;
	return open_new(token, caller, sd, desired, handle->granted, ret);
}

int guise_token_handle_filter(const struct guise_token_handle *handle,
			      const struct guise_token *caller,
			      const struct guise_filter_options *options,
			      struct guise_token_handle *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_filter_options o;
	int r;

	if (!caller || !options || !ret || options->size != sizeof(*options))
		return -EINVAL;
	r = guise_token_handle_query(handle, GUISE_TOKEN_DUPLICATE, &now);
	if (r < 0)
		return r;
	o = *options;
	o.token_id = guise_luid_new();
	r = guise_token_filter(now, &o, &token);
	if (r < 0)
		return r;
	return open_new(token, caller, NULL, 0, handle->granted, ret);
}

int guise_token_handle_lowbox(const struct guise_token_handle *handle,
			      const struct guise_token *caller,
			      uint32_t desired,
			      const struct guise_lowbox_options *options,
			      const struct guise_sd *sd,
			      struct guise_token_handle *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_lowbox_options o;
	int r;

	if (!caller || !options || !ret || options->size != sizeof(*options))
		return -EINVAL;
	r = guise_token_handle_query(handle, GUISE_TOKEN_DUPLICATE, &now);
	if (r < 0)
		return r;
	o = *options;
	o.token_id = guise_luid_new();
	r = guise_token_lowbox(now, &o, &token);
	if (r < 0)
		return r;
	return open_new(token, caller, sd, desired, handle->granted, ret);
}

int guise_token_handle_linked(const struct guise_token_handle *handle,
			      const struct guise_token *caller,
			      const struct guise_token *linked,
			      struct guise_token_handle *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_duplicate_options o = {
		.size = sizeof(o),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = GUISE_LEVEL_IDENTIFICATION,
	};
	int r;

	if (!caller || !ret)
		return -EINVAL;
	r = handle_check(handle, GUISE_TOKEN_QUERY);
	if (r < 0)
		return r;
	if (!linked)
		return GUISE_E_NO_SUCH_LOGON_SESSION;
	if (holds(caller, GUISE_SE_TCB))
		o.type = GUISE_TOKEN_PRIMARY;
	o.token_id = guise_luid_new();
	r = guise_token_duplicate(linked, &o, &token);
	if (r < 0)
		return r;
	return open_new(token, caller, NULL, 0, GUISE_TOKEN_ALL_ACCESS, ret);
}

void guise_adjusted_clear(struct guise_adjusted *adjusted)
{
	if (!adjusted)
		return;
	(void)guise_token_unref(adjusted->before);
	(void)guise_token_unref(adjusted->after);
	*adjusted = (struct guise_adjusted){0};
}

/* What is to be adjusted; one of the two lists, which may be NULL. */
struct adjustment {
	const struct guise_privilege_change *privileges;
	const struct guise_sid_and_attributes *groups;
	size_t n;
	bool of_groups;
};

static int adjust_groups(const struct adjustment *what,
			 struct guise_adjusted *a)
{
	a->all_assigned = true;
	if (!what->groups)
		return guise_token_reset_groups(a->before, guise_luid_new(),
						&a->after);
	return guise_token_adjust_groups(a->before, what->groups, what->n,
					 guise_luid_new(), &a->after,
					 &a->all_assigned);
}

static int adjust_privileges(const struct adjustment *what,
			     struct guise_adjusted *a)
{
	struct guise_privileges_adjusted done;
	int r;

	if (what->privileges)
		r = guise_token_adjust_privileges(a->before, what->privileges,
						  what->n, guise_luid_new(),
						  &a->after, &done);
	else
		r = guise_token_disable_privileges(a->before, guise_luid_new(),
						   &a->after, &done);
	if (r < 0)
		return r;
	a->changed = done.changed;
	a->all_assigned = done.all_assigned;
	return 0;
}

/* One attempt. */
static int adjust_once(struct guise_token_object *object,
		       const struct adjustment *what, guise_adjusted_fits *fits,
		       void *context, struct guise_adjusted *ret)
{
	GUISE_AUTO(guise_adjusted_clear)
	struct guise_adjusted a = {.before = guise_token_object_token(object)};
	int r;

	r = what->of_groups ? adjust_groups(what, &a)
			    : adjust_privileges(what, &a);
	if (r == 0 && fits && !fits(context, &a))
		r = -ERANGE;
	if (r == 0)
		r = guise_token_object_replace(object, a.before, a.after);
	if (r < 0 || !ret)
		return r;
	*ret = a;
	a = (struct guise_adjusted){0};
	return 0;
}

static int adjust(const struct guise_token_handle *handle, uint32_t needed,
		  const struct adjustment *what, guise_adjusted_fits *fits,
		  void *context, struct guise_adjusted *ret)
{
	int r;

	r = handle_check(handle, needed | (fits ? GUISE_TOKEN_QUERY : 0u));
	if (r < 0)
		return r;
	do {
		r = adjust_once(handle->object, what, fits, context, ret);
	} while (r == -EAGAIN);
	return r;
}

int guise_token_handle_adjust_privileges(
	const struct guise_token_handle *handle,
	const struct guise_privilege_change *changes, size_t n_changes,
	guise_adjusted_fits *fits, void *context, struct guise_adjusted *ret)
{
	const struct adjustment what = {.privileges = changes, .n = n_changes};

	if (!changes && n_changes)
		return -EINVAL;
	return adjust(handle, GUISE_TOKEN_ADJUST_PRIVILEGES, &what, fits,
		      context, ret);
}

int guise_token_handle_adjust_groups(
	const struct guise_token_handle *handle,
	const struct guise_sid_and_attributes *changes, size_t n_changes,
	guise_adjusted_fits *fits, void *context, struct guise_adjusted *ret)
{
	const struct adjustment what = {
		.groups = changes, .n = n_changes, .of_groups = true};

	if (!changes && n_changes)
		return -EINVAL;
	return adjust(handle, GUISE_TOKEN_ADJUST_GROUPS, &what, fits, context,
		      ret);
}

/* What setting a field takes; all take ADJUST_DEFAULT. A label takes SeTcb if
 * it is above the token's own. */
static const struct {
	enum guise_token_field field;
	uint32_t right;
	enum guise_privilege privilege;
} demands[] = {
	{GUISE_TOKEN_FIELD_OWNER, 0, 0},
	{GUISE_TOKEN_FIELD_PRIMARY_GROUP, 0, 0},
	{GUISE_TOKEN_FIELD_DEFAULT_DACL, 0, 0},
	{GUISE_TOKEN_FIELD_SESSION_ID, GUISE_TOKEN_ADJUST_SESSIONID,
	 GUISE_SE_TCB},
	{GUISE_TOKEN_FIELD_AUDIT_POLICY, 0, GUISE_SE_TCB},
	{GUISE_TOKEN_FIELD_ORIGIN, 0, GUISE_SE_TCB},
	{GUISE_TOKEN_FIELD_VIRTUALIZATION_ALLOWED, 0, GUISE_SE_CREATE_TOKEN},
	{GUISE_TOKEN_FIELD_VIRTUALIZATION_ENABLED, 0, 0},
	{GUISE_TOKEN_FIELD_INTEGRITY, 0, 0},
	{GUISE_TOKEN_FIELD_UI_ACCESS, 0, GUISE_SE_TCB},
	{GUISE_TOKEN_FIELD_MANDATORY_POLICY, 0, GUISE_SE_TCB},
	{GUISE_TOKEN_FIELD_SECURITY_ATTRIBUTES, 0, GUISE_SE_TCB},
};

static bool raises_integrity(const struct guise_token *token,
			     const struct guise_token_value *value)
{
	return value->field == GUISE_TOKEN_FIELD_INTEGRITY && value->sid &&
	       value->sid->sub[0] > guise_token_integrity(token)->sub[0];
}

static int set_once(const struct guise_token_handle *handle,
		    const struct guise_token *caller,
		    const struct guise_token_value *value)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *now =
		guise_token_object_token(handle->object);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = guise_token_set(now, value, guise_luid_new(), &token);
	if (r < 0)
		return r;
	if (raises_integrity(now, value) && !holds(caller, GUISE_SE_TCB))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	return guise_token_object_replace(handle->object, now, token);
}

int guise_token_handle_set(const struct guise_token_handle *handle,
			   const struct guise_token *caller,
			   const struct guise_token_value *value)
{
	size_t i = 0;
	int r;

	if (!caller || !value || value->size != sizeof(*value))
		return -EINVAL;
	while (i < ARRAY_SIZE(demands) && demands[i].field != value->field)
		i++;
	if (i == ARRAY_SIZE(demands))
		return -EINVAL;
	r = handle_check(handle, GUISE_TOKEN_ADJUST_DEFAULT | demands[i].right);
	if (r < 0)
		return r;
	if (demands[i].privilege && !holds(caller, demands[i].privilege))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	do {
		r = set_once(handle, caller, value);
	} while (r == -EAGAIN);
	return r;
}

int guise_token_handle_sd(const struct guise_token_handle *handle,
			  uint32_t information, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	r = handle_check(handle, guise_sd_query_access(information));
	if (r < 0)
		return r;
	sd = guise_token_object_sd(handle->object);
	return guise_sd_select(sd, information, ret);
}

static int set_sd_once(const struct guise_token_handle *handle,
		       const struct guise_token *caller, uint32_t information,
		       const struct guise_sd *sd)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *now = guise_token_object_sd(handle->object);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *next = NULL;
	int r;

	r = guise_sd_set(now, information, sd, 0, caller, &guise_mapping_token,
			 &next);
	if (r < 0)
		return r;
	return token_object_replace_sd(handle->object, now, next);
}

int guise_token_handle_set_sd(const struct guise_token_handle *handle,
			      const struct guise_token *caller,
			      uint32_t information, const struct guise_sd *sd)
{
	int r;

	if (!caller || !sd)
		return -EINVAL;
	r = handle_check(handle, guise_sd_set_access(information));
	if (r < 0)
		return r;
	do {
		r = set_sd_once(handle, caller, information, sd);
	} while (r == -EAGAIN);
	return r;
}
