/* SPDX-License-Identifier: Apache-2.0 */
/* Writing one ACE. Types without a name cannot be written, nor what a name
 * without text follows: data that is no condition or no claim. */
#include "ace-internal.h"
#include "buf.h"
#include "sddl-internal.h"
#include <guise/condition.h>

static int format_flags(const struct sddl_type *type, uint8_t set,
			struct guise_buf *out)
{
	const char *name;
	int r = 0;

	while (r == 0 && (name = sddl_next_flag(type, &set)))
		r = buf_append(out, name, 2);
	return r;
}

static int format_guids(const struct guise_ace *ace, struct guise_buf *out)
{
	int r = 0;

	if (ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT)
		r = sddl_format_guid(&ace->object_type, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0 &&
	    (ace->object_flags & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT))
		r = sddl_format_guid(&ace->inherited_object_type, out);
	return r;
}

/* Object types without GUIDs print as the plain type they mean. */
static const char *type_name(const struct sddl_type *type,
			     const struct guise_ace *ace)
{
	if (ace_shape(type->type) == ACE_SHAPE_OBJECT && !ace->object_flags)
		return sddl_find_type_number(type->plain)->name;
	return type->name;
}

static int format_condition(const struct guise_ace *ace,
			    const struct guise_sddl_options *options,
			    struct guise_buf *out)
{
	int r;

	if (ace->data_size == 0)
		return GUISE_E_INVALID_CONDITION;
	r = buf_append(out, ";", 1);
	if (r < 0)
		return r;
	return guise_condition_format(ace->data, ace->data_size, options, out);
}

static int format_claim(const struct guise_ace *ace,
			const struct guise_sddl_options *options,
			struct guise_buf *out)
{
	int r;

	if (ace->data_size == 0)
		return GUISE_E_INVALID_ACL;
	r = buf_append(out, ";", 1);
	if (r < 0)
		return r;
	return sddl_format_claim(ace->data, ace->data_size,
				 sddl_domain(options), out);
}

static int format_extra(const struct sddl_type *type,
			const struct guise_ace *ace,
			const struct guise_sddl_options *options,
			struct guise_buf *out)
{
	switch (type->extra) {
	case SDDL_EXTRA_NONE:
		break;
	case SDDL_EXTRA_CONDITION:
		return format_condition(ace, options, out);
	case SDDL_EXTRA_MAYBE_CONDITION:
		return ace->data_size ? format_condition(ace, options, out) : 0;
	case SDDL_EXTRA_CLAIM:
		return format_claim(ace, options, out);
	}
	return 0;
}

int sddl_format_ace(const struct guise_ace *ace,
		    const struct guise_sddl_options *options,
		    struct guise_buf *out)
{
	const struct sddl_type *type = sddl_find_type_number(ace->type);
	int r;

	if (!type)
		return GUISE_E_INVALID_ACL;
	r = buf_append(out, "(", 1);
	if (r == 0)
		r = buf_append_text(out, type_name(type, ace));
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = format_flags(type, ace->flags, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = sddl_format_rights(type->rights, ace->mask, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = format_guids(ace, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = sddl_format_sid(&ace->sid, sddl_domain(options), out);
	if (r == 0)
		r = format_extra(type, ace, options, out);
	if (r == 0)
		r = buf_append(out, ")", 1);
	return r;
}
