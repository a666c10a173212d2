/* SPDX-License-Identifier: Apache-2.0 */
/* Trustees: the four ways to name whom an entry is about become one, a SID with
 * the types of objects it is limited to. Who has which name, the caller knows.
 */
#include "text.h"

#include "acl-edit-internal.h"

#define OBJECTS_KNOWN                                                          \
	(GUISE_ACE_OBJECT_TYPE_PRESENT |                                       \
	 GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT)

static int resolve_name(const char *name,
			const struct guise_edit_options *options,
			struct guise_sid *ret)
{
	static const char current_user[] = "CURRENT_USER";
	int r;

	if (!name)
		return -EINVAL;
	if (!options)
		return GUISE_E_NONE_MAPPED;
	if (options->current_user &&
	    text_equal_nocase(name, strlen(name), current_user,
			      sizeof(current_user) - 1)) {
		*ret = *options->current_user;
		return 0;
	}
	if (!options->find_name)
		return GUISE_E_NONE_MAPPED;
	r = options->find_name(options->context, name, ret);
	return r > 0 ? -EINVAL : r;
}

/* @name NULL leaves @ret as it is. */
static int resolve_type(const char *name,
			const struct guise_edit_options *options,
			struct guise_guid *ret)
{
	int r;

	if (!name)
		return 0;
	if (!options || !options->find_type)
		return GUISE_E_NONE_MAPPED;
	r = options->find_type(options->context, name, ret);
	return r > 0 ? -EINVAL : r;
}

static int resolve_types(const struct guise_edit_options *options,
			 struct guise_trustee *trustee)
{
	int r = 0;

	if (trustee->objects & GUISE_ACE_OBJECT_TYPE_PRESENT)
		r = resolve_type(trustee->object_type_name, options,
				 &trustee->object_type);
	if (r == 0 &&
	    (trustee->objects & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT))
		r = resolve_type(trustee->inherited_object_type_name, options,
				 &trustee->inherited_object_type);
	return r;
}

static int resolve(const struct guise_edit_options *options,
		   struct guise_trustee *trustee)
{
	int r;

	switch (trustee->form) {
	case GUISE_TRUSTEE_NAME:
		trustee->form = GUISE_TRUSTEE_SID;
		return resolve_name(trustee->name, options, &trustee->sid);
	case GUISE_TRUSTEE_OBJECTS_AND_NAME:
		trustee->form = GUISE_TRUSTEE_OBJECTS_AND_SID;
		r = resolve_name(trustee->name, options, &trustee->sid);
		return r < 0 ? r : resolve_types(options, trustee);
	case GUISE_TRUSTEE_SID:
	case GUISE_TRUSTEE_OBJECTS_AND_SID:
		return 0;
	default:
		return -EINVAL;
	}
}

/* What is left says no more than its form has. */
static struct guise_trustee normal(const struct guise_trustee *trustee)
{
	struct guise_trustee ret = {
		.form = trustee->form,
		.sid = trustee->sid,
	};

	if (trustee->form == GUISE_TRUSTEE_OBJECTS_AND_SID)
		ret.objects = trustee->objects;
	if (ret.objects & GUISE_ACE_OBJECT_TYPE_PRESENT)
		ret.object_type = trustee->object_type;
	if (ret.objects & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT)
		ret.inherited_object_type = trustee->inherited_object_type;
	return ret;
}

int guise_trustee_resolve(const struct guise_trustee *trustee,
			  const struct guise_edit_options *options,
			  struct guise_trustee *ret)
{
	struct guise_trustee found;
	int r;

	if (!trustee || !ret || (trustee->objects & ~(uint32_t)OBJECTS_KNOWN) ||
	    (options && options->size != sizeof(*options)))
		return -EINVAL;
	found = *trustee;
	r = resolve(options, &found);
	if (r < 0)
		return r;
	if (!guise_sid_is_valid(&found.sid))
		return GUISE_E_INVALID_SID;
	*ret = normal(&found);
	return 0;
}
