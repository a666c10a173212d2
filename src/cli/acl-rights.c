/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <guise/sddl.h>

#include "base.h"

#include <guise/access.h>

#include "acl-rights.h"

struct right {
	uint32_t mask;
	const char *file;
	const char *directory;
};

/* Largest first: each takes its bits away from what is left to be said. */
/* clang-format off */
static const struct right rights[] = {
	{GUISE_FILE_ALL_ACCESS, "full control", "full control"},
	{ACL_MODIFY, "modify", "modify"},
	{GUISE_FILE_GENERIC_READ, "read", "list"},
	{GUISE_FILE_GENERIC_WRITE, "write", "write"},
	{GUISE_FILE_GENERIC_EXECUTE, "execute", "traverse"},
	{GUISE_FILE_READ_DATA, "read data", "list directory"},
	{GUISE_FILE_WRITE_DATA, "write data", "add file"},
	{GUISE_FILE_APPEND_DATA, "append data", "add subdirectory"},
	{GUISE_FILE_READ_EA, "read attributes (extended)", "read attributes (extended)"},
	{GUISE_FILE_WRITE_EA, "write attributes (extended)", "write attributes (extended)"},
	{GUISE_FILE_EXECUTE, "execute file", "traverse directory"},
	{GUISE_FILE_DELETE_CHILD, "delete child", "delete members"},
	{GUISE_FILE_READ_ATTRIBUTES, "read attributes", "read attributes"},
	{GUISE_FILE_WRITE_ATTRIBUTES, "write attributes", "write attributes"},
	{GUISE_DELETE, "delete", "delete"},
	{GUISE_READ_CONTROL, "read permissions", "read permissions"},
	{GUISE_WRITE_DAC, "change permissions", "change permissions"},
	{GUISE_WRITE_OWNER, "take ownership", "take ownership"},
	{GUISE_SYNCHRONIZE, "synchronize", "synchronize"},
	{GUISE_GENERIC_ALL, "generic all", "generic all"},
	{GUISE_GENERIC_READ, "generic read", "generic read"},
	{GUISE_GENERIC_WRITE, "generic write", "generic write"},
	{GUISE_GENERIC_EXECUTE, "generic execute", "generic execute"},
};
/* clang-format on */

/* Bits that say nothing once one of the large rights was said. */
#define SHARED_BITS                                                            \
	(GUISE_READ_CONTROL | GUISE_SYNCHRONIZE | GUISE_FILE_READ_ATTRIBUTES)

static bool letter_right(char letter, uint32_t *ret)
{
	switch (letter) {
	case 'r':
		*ret = GUISE_FILE_GENERIC_READ;
		return true;
	case 'w':
		*ret = GUISE_FILE_GENERIC_WRITE;
		return true;
	case 'x':
		*ret = GUISE_FILE_GENERIC_EXECUTE;
		return true;
	case 'm':
		*ret = ACL_MODIFY;
		return true;
	case 'f':
		*ret = GUISE_FILE_ALL_ACCESS;
		return true;
	default:
		return false;
	}
}

static bool parse_letters(const char *text, size_t size, uint32_t *ret)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < size; i++) {
		uint32_t right;

		if (!letter_right(text[i], &right))
			return false;
		mask |= right;
	}
	*ret = mask;
	return size > 0;
}

int acl_rights_parse(const char *text, size_t size, uint32_t *ret)
{
	uint32_t mask;

	if (!parse_letters(text, size, &mask) &&
	    guise_access_mask_parse(text, size, &mask) < 0)
		return -EINVAL;
	if (mask == 0)
		return -EINVAL;
	*ret = mask;
	return 0;
}

static size_t say(char *ret, size_t used, const char *words)
{
	int n = snprintf(ret + used, ACL_RIGHTS_SIZE - used, "%s%s",
			 used ? ", " : "", words);

	must(n > 0);
	return used + (size_t)n < ACL_RIGHTS_SIZE ? used + (size_t)n
						  : ACL_RIGHTS_SIZE - 1;
}

void acl_rights_format(uint32_t mask, bool is_directory,
		       char ret[ACL_RIGHTS_SIZE])
{
	uint32_t left = mask;
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(rights); i++) {
		const struct right *right = &rights[i];
		uint32_t fresh = left & right->mask;

		if ((mask & right->mask) != right->mask)
			continue;
		/* nothing new but what goes without saying */
		if (!(fresh & ~SHARED_BITS) && (used || !fresh))
			continue;
		used = say(ret, used,
			   is_directory ? right->directory : right->file);
		left &= ~right->mask;
	}
	left &= ~SHARED_BITS;
	if (left || !used) {
		char hex[16];

		(void)snprintf(hex, sizeof(hex), "0x%x", left);
		(void)say(ret, used, left ? hex : "nothing");
	}
}

static bool next_flag(const char **at, const char *end, uint8_t *ret)
{
	static const struct {
		char name[3];
		uint8_t flag;
	} flags[] = {
		{"OI", GUISE_ACE_OBJECT_INHERIT},
		{"CI", GUISE_ACE_CONTAINER_INHERIT},
		{"NP", GUISE_ACE_NO_PROPAGATE_INHERIT},
		{"IO", GUISE_ACE_INHERIT_ONLY},
	};

	if (end - *at < 2)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (strncasecmp(*at, flags[i].name, 2) == 0) {
			*ret |= flags[i].flag;
			*at += 2;
			return true;
		}
	}
	return false;
}

int acl_flags_parse(const char *text, size_t size, uint8_t *ret)
{
	const uint8_t heirs =
		GUISE_ACE_OBJECT_INHERIT | GUISE_ACE_CONTAINER_INHERIT;
	const char *end = text + size;
	uint8_t flags = 0;

	while (text < end) {
		if (*text == '(' || *text == ')')
			text++;
		else if (!next_flag(&text, end, &flags))
			return -EINVAL;
	}
	/* without heirs the others mean nothing */
	if (flags && !(flags & heirs))
		return -EINVAL;
	*ret = flags;
	return 0;
}

const char *acl_flags_words(uint8_t flags, bool is_directory)
{
	const bool files = flags & GUISE_ACE_OBJECT_INHERIT;
	const bool directories = flags & GUISE_ACE_CONTAINER_INHERIT;
	const bool only = flags & GUISE_ACE_INHERIT_ONLY;

	if (!is_directory)
		return "this file";
	if (files && directories)
		return only ? "all beneath" : "this and all beneath";
	if (files)
		return only ? "files beneath" : "this and files beneath";
	if (directories)
		return only ? "directories beneath"
			    : "this and directories beneath";
	return "this directory";
}
