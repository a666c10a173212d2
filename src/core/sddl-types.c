/* SPDX-License-Identifier: Apache-2.0 */
/* The names of ACE types and flags, and what belongs to each type: where it
 * may stand, what its rights are called, what follows its trustee. */
#include "sddl-internal.h"
#include "text.h"

/* clang-format off */
static const struct sddl_type types[] = {
	{ "A", GUISE_ACE_ACCESS_ALLOWED, false },
	{ "D", GUISE_ACE_ACCESS_DENIED, false },
	{ "AU", GUISE_ACE_SYSTEM_AUDIT, true },
	{ "AL", GUISE_ACE_SYSTEM_ALARM, true },
	{ "OA", GUISE_ACE_ACCESS_ALLOWED_OBJECT, false,
	  .plain = GUISE_ACE_ACCESS_ALLOWED },
	{ "OD", GUISE_ACE_ACCESS_DENIED_OBJECT, false,
	  .plain = GUISE_ACE_ACCESS_DENIED },
	{ "OU", GUISE_ACE_SYSTEM_AUDIT_OBJECT, true,
	  .plain = GUISE_ACE_SYSTEM_AUDIT },
	{ "OL", GUISE_ACE_SYSTEM_ALARM_OBJECT, true,
	  .plain = GUISE_ACE_SYSTEM_ALARM },
	{ "XA", GUISE_ACE_ACCESS_ALLOWED_CALLBACK, false,
	  .extra = SDDL_EXTRA_CONDITION },
	{ "XD", GUISE_ACE_ACCESS_DENIED_CALLBACK, false,
	  .extra = SDDL_EXTRA_CONDITION },
	{ "XU", GUISE_ACE_SYSTEM_AUDIT_CALLBACK, true,
	  .extra = SDDL_EXTRA_CONDITION },
	{ "ZA", GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT, false,
	  .plain = GUISE_ACE_ACCESS_ALLOWED_CALLBACK,
	  .extra = SDDL_EXTRA_CONDITION },
	{ "ML", GUISE_ACE_SYSTEM_MANDATORY_LABEL, true,
	  .rights = SDDL_RIGHTS_LABEL },
	{ "RA", GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE, true,
	  .extra = SDDL_EXTRA_CLAIM },
	{ "SP", GUISE_ACE_SYSTEM_SCOPED_POLICY_ID, true },
	{ "TL", GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL, true },
	{ "FL", GUISE_ACE_SYSTEM_ACCESS_FILTER, true,
	  .extra = SDDL_EXTRA_MAYBE_CONDITION },
};
/* clang-format on */

const struct sddl_type *sddl_find_type(struct sddl_span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (text_equal_nocase(types[i].name, strlen(types[i].name),
				      name.at, name.size))
			return &types[i];
	}
	return NULL;
}

const struct sddl_type *sddl_find_type_number(uint8_t number)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].type == number)
			return &types[i];
	}
	return NULL;
}

struct flag {
	char name[3];
	uint8_t flag;
	bool of_filter; /* an access filter's name for the bit, no other's */
};

/* In the order of printing, of one bit the first that the type may have; every
 * bit has a name. */
static const struct flag flags[] = {
	{"OI", GUISE_ACE_OBJECT_INHERIT},
	{"CI", GUISE_ACE_CONTAINER_INHERIT},
	{"NP", GUISE_ACE_NO_PROPAGATE_INHERIT},
	{"IO", GUISE_ACE_INHERIT_ONLY},
	{"ID", GUISE_ACE_INHERITED},
	{"CR", GUISE_ACE_CRITICAL},
	{"TP", GUISE_ACE_TRUST_PROTECTED_FILTER, .of_filter = true},
	{"SA", GUISE_ACE_SUCCESSFUL_ACCESS},
	{"FA", GUISE_ACE_FAILED_ACCESS},
};

static bool has_flag(const struct sddl_type *type, const struct flag *flag)
{
	return !flag->of_filter || type->type == GUISE_ACE_SYSTEM_ACCESS_FILTER;
}

uint8_t sddl_find_flag(const struct sddl_type *type, const char two[2])
{
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (has_flag(type, &flags[i]) &&
		    text_equal_nocase(flags[i].name, 2, two, 2))
			return flags[i].flag;
	}
	return 0;
}

const char *sddl_next_flag(const struct sddl_type *type, uint8_t *set)
{
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if ((*set & flags[i].flag) && has_flag(type, &flags[i])) {
			*set &= (uint8_t)~flags[i].flag;
			return flags[i].name;
		}
	}
	return NULL;
}
