/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "remedy-text.h"

__attribute__((format(printf, 2, 3))) static void
say(char ret[REMEDY_TEXT_SIZE], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(ret, REMEDY_TEXT_SIZE, format, args);
	va_end(args);
}

void remedy_text(const struct guise_change *c, char ret[REMEDY_TEXT_SIZE])
{
	const char *privilege =
		c->privilege ? guise_privilege_name(c->privilege) : "";
	const char *name = guise_sid_name(&c->sid);
	char sid[GUISE_SID_TEXT_SIZE];

	(void)guise_sid_format(&c->sid, sid);
	if (!name)
		name = sid;
	switch (c->kind) {
	case GUISE_CHANGE_ENABLE_PRIVILEGE:
		say(ret, "enable %s in the token", privilege);
		return;
	case GUISE_CHANGE_ENABLE_GROUP:
		say(ret, "enable the group %s in the token", name);
		return;
	case GUISE_CHANGE_ADD_ACE:
		say(ret, "add entry %u to the DACL: allow %s 0x%x", c->ace,
		    name, c->mask);
		return;
	case GUISE_CHANGE_CUT_ACE:
		say(ret, "let entry %u no longer deny 0x%x", c->ace, c->mask);
		return;
	case GUISE_CHANGE_REMOVE_ACE:
		say(ret, "remove entry %u, which denies", c->ace);
		return;
	case GUISE_CHANGE_DROP_CONDITION:
		say(ret, "drop the condition of entry %u", c->ace);
		return;
	case GUISE_CHANGE_TAKE_OWNERSHIP:
		say(ret, "make %s the owner", name);
		return;
	case GUISE_CHANGE_GRANT_PRIVILEGE:
		say(ret, "give the token %s", privilege);
		return;
	case GUISE_CHANGE_RAISE_INTEGRITY:
		say(ret, "raise the token's integrity to %s", name);
		return;
	case GUISE_CHANGE_LOWER_LABEL:
		say(ret, "lower the object's label to %s", name);
		return;
	case GUISE_CHANGE_RAISE_TRUST:
		say(ret, "raise the token's trust level to %s", name);
		return;
	case GUISE_CHANGE_REMOVE_SACL_ACE:
		say(ret, "remove entry %u of the SACL", c->ace);
		return;
	}
	ret[0] = '\0';
}
