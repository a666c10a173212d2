/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SDDL to descriptor (MS-DTYP 2.5.1): sections O: G: D: S:, each at most once
 * and in any order. An owner or group ends one letter before the next colon,
 * since "S-1-2-0x200D:" is followed by a DACL. ACEs are collected in a buffer
 * and become an ACL at the end of their section.
 */
#include "acl-internal.h"
#include "buf.h"
#include "sddl-internal.h"
#include "text.h"

/* No ACE is smaller than this, so no ACL has more entries. */
#define ACES_MAX (GUISE_ACL_MAX_SIZE / 16)

int sddl_fail(const struct sddl_context *context, const char *at, int code,
	      const char *why)
{
	struct guise_error_info *info = context->reterr;
	size_t n = strlen(why);

	if (!info)
		return code;
	must(n < sizeof(info->text));
	info->offset = (size_t)(at - context->start);
	memcpy(info->text, why, n + 1);
	return code;
}

void sddl_skip_blanks(struct sddl_span *span)
{
	while (span->size > 0 && *span->at == ' ') {
		span->at++;
		span->size--;
	}
}

struct sddl_span sddl_trim(struct sddl_span span)
{
	sddl_skip_blanks(&span);
	while (span.size > 0 && span.at[span.size - 1] == ' ')
		span.size--;
	return span;
}

bool sddl_skip(struct sddl_span *in, char c)
{
	if (in->size == 0 || *in->at != c)
		return false;
	in->at++;
	in->size--;
	return true;
}

int sddl_parse_sid(const struct sddl_context *context, struct sddl_span span,
		   int code, struct guise_sid *ret)
{
	const struct guise_sid *domain = sddl_domain(context->options);
	int r = sid_of_text(span.at, span.size, domain, ret);

	if (r == 0)
		return 0;
	return sddl_fail(context, span.at, code,
			 span.size == 2 && !domain
				 ? "unknown alias, or one that needs a domain"
				 : "not a SID");
}

/* The descriptor as far as it has been read. */
struct draft {
	uint16_t control;
	bool has_owner, has_group, has_dacl, has_sacl;
	struct guise_sid owner, group;
	const struct guise_acl *dacl, *sacl;
};

static void draft_clear(struct draft *draft)
{
	draft->dacl = guise_acl_unref(draft->dacl);
	draft->sacl = guise_acl_unref(draft->sacl);
}

static bool at_section(struct sddl_span in)
{
	return in.size >= 2 && in.at[1] == ':' &&
	       (in.at[0] == 'O' || in.at[0] == 'G' || in.at[0] == 'D' ||
		in.at[0] == 'S');
}

static int parse_sid_section(const struct sddl_context *context,
			     struct sddl_span *in, bool *has,
			     struct guise_sid *ret)
{
	struct sddl_span value = *in;
	const char *colon = memchr(in->at, ':', in->size);
	int r;

	if (colon)
		value.size = colon > in->at ? (size_t)(colon - in->at) - 1 : 0;
	r = sddl_parse_sid(context, sddl_trim(value), GUISE_E_INVALID_SID, ret);
	if (r < 0)
		return r;
	*has = true;
	in->at += value.size;
	in->size -= value.size;
	return 0;
}

struct acl_flags {
	bool protected, auto_inherit_req, auto_inherited, null;
};

static bool skip_word(struct sddl_span *in, const char *word)
{
	size_t n = strlen(word);

	if (in->size < n || !text_equal_nocase(in->at, n, word, n))
		return false;
	in->at += n;
	in->size -= n;
	return true;
}

static struct acl_flags parse_acl_flags(struct sddl_span *in)
{
	struct acl_flags flags = {0};

	for (;;) {
		sddl_skip_blanks(in);
		if (at_section(*in))
			return flags;
		if (skip_word(in, "NO_ACCESS_CONTROL"))
			flags.null = true;
		else if (skip_word(in, "AR"))
			flags.auto_inherit_req = true;
		else if (skip_word(in, "AI"))
			flags.auto_inherited = true;
		else if (skip_word(in, "P"))
			flags.protected = true;
		else
			return flags;
	}
}

/* The ACEs of one ACL: struct guise_ace after struct guise_ace, without their
 * data, which is in @data, one after the other. */
struct draft_acl {
	struct guise_buf aces;
	struct guise_buf data;
};

static void draft_acl_clear(struct draft_acl *draft)
{
	guise_buf_clear(&draft->aces);
	guise_buf_clear(&draft->data);
}

static int parse_one_ace(const struct sddl_context *context,
			 struct sddl_span *in, bool in_sacl,
			 struct draft_acl *draft)
{
	const char *at = in->at;
	struct guise_ace ace;
	int r;

	r = sddl_parse_ace(context, in, in_sacl, &ace, &draft->data);
	if (r < 0)
		return r;
	if (draft->aces.size >= ACES_MAX * sizeof(ace) ||
	    draft->data.size > GUISE_ACL_MAX_SIZE)
		return sddl_fail(context, at, GUISE_E_INVALID_ACL,
				 "too many ACEs for one ACL");
	return buf_append(&draft->aces, &ace, sizeof(ace));
}

static int parse_aces(const struct sddl_context *context, struct sddl_span *in,
		      bool in_sacl, struct draft_acl *draft)
{
	int r;

	sddl_skip_blanks(in);
	while (in->size > 0 && in->at[0] == '(') {
		r = parse_one_ace(context, in, in_sacl, draft);
		if (r < 0)
			return r;
		sddl_skip_blanks(in);
	}
	return 0;
}

static int make_acl(const struct sddl_context *context, const char *at,
		    struct draft_acl *draft, const struct guise_acl **ret)
{
	const size_t n = draft->aces.size / sizeof(struct guise_ace);
	struct guise_ace *aces = (void *)draft->aces.data;
	const uint8_t *data = draft->data.data;
	int r;

	for (size_t i = 0; i < n; i++) {
		if (aces[i].data_size == 0)
			continue;
		aces[i].data = data;
		data += aces[i].data_size;
	}
	r = guise_acl_new(0, aces, n, ret);
	return r == GUISE_E_INVALID_ACL
		       ? sddl_fail(context, at, r, "the ACL exceeds 64 KiB")
		       : r;
}

static int parse_acl_section(const struct sddl_context *context,
			     struct sddl_span *in, bool in_sacl,
			     struct acl_flags *ret_flags,
			     const struct guise_acl **ret)
{
	GUISE_AUTO(draft_acl_clear) struct draft_acl draft = {0};
	const char *start = in->at;
	int r;

	*ret_flags = parse_acl_flags(in);
	r = parse_aces(context, in, in_sacl, &draft);
	if (r < 0)
		return r;
	if (!ret_flags->null)
		return make_acl(context, start, &draft, ret);
	if (draft.aces.size > 0)
		return sddl_fail(context, start, GUISE_E_INVALID_ACL,
				 "NO_ACCESS_CONTROL has no ACEs");
	return 0;
}

static int parse_dacl(const struct sddl_context *context, struct sddl_span *in,
		      struct draft *draft)
{
	struct acl_flags flags;
	int r;

	r = parse_acl_section(context, in, false, &flags, &draft->dacl);
	if (r < 0)
		return r;
	draft->has_dacl = true;
	draft->control |= GUISE_SD_DACL_PRESENT;
	if (flags.protected)
		draft->control |= GUISE_SD_DACL_PROTECTED;
	if (flags.auto_inherit_req)
		draft->control |= GUISE_SD_DACL_AUTO_INHERIT_REQ;
	if (flags.auto_inherited)
		draft->control |= GUISE_SD_DACL_AUTO_INHERITED;
	return 0;
}

static int parse_sacl(const struct sddl_context *context, struct sddl_span *in,
		      struct draft *draft)
{
	struct acl_flags flags;
	int r;

	r = parse_acl_section(context, in, true, &flags, &draft->sacl);
	if (r < 0)
		return r;
	draft->has_sacl = true;
	draft->control |= GUISE_SD_SACL_PRESENT;
	if (flags.protected)
		draft->control |= GUISE_SD_SACL_PROTECTED;
	if (flags.auto_inherit_req)
		draft->control |= GUISE_SD_SACL_AUTO_INHERIT_REQ;
	if (flags.auto_inherited)
		draft->control |= GUISE_SD_SACL_AUTO_INHERITED;
	return 0;
}

static int parse_section(const struct sddl_context *context,
			 struct sddl_span *in, struct draft *draft)
{
	const char *at = in->at;
	char tag = at[0];

	in->at += 2;
	in->size -= 2;
	if (tag == 'O' && !draft->has_owner)
		return parse_sid_section(context, in, &draft->has_owner,
					 &draft->owner);
	if (tag == 'G' && !draft->has_group)
		return parse_sid_section(context, in, &draft->has_group,
					 &draft->group);
	if (tag == 'D' && !draft->has_dacl)
		return parse_dacl(context, in, draft);
	if (tag == 'S' && !draft->has_sacl)
		return parse_sacl(context, in, draft);
	return sddl_fail(context, at, -EINVAL, "this section is there twice");
}

static int parse_sections(const struct sddl_context *context,
			  struct sddl_span in, struct draft *draft)
{
	int r;

	for (;;) {
		sddl_skip_blanks(&in);
		if (in.size == 0)
			return 0;
		if (!at_section(in))
			return sddl_fail(context, in.at, -EINVAL,
					 "expected O:, G:, D:, S: or the end");
		r = parse_section(context, &in, draft);
		if (r < 0)
			return r;
	}
}

int guise_sddl_parse(const char *text, size_t size,
		     const struct guise_sddl_options *options,
		     const struct guise_sd **ret,
		     struct guise_error_info *reterr)
{
	GUISE_AUTO(draft_clear) struct draft draft = {0};
	const struct sddl_context context = {
		.start = text,
		.options = options,
		.reterr = reterr,
	};
	int r;

	if (!text || !ret || (options && options->size != sizeof(*options)))
		return -EINVAL;
	if (size > GUISE_SDDL_MAX_SIZE)
		return sddl_fail(&context, text, GUISE_E_LIMIT,
				 "the text is too long");
	r = parse_sections(&context, (struct sddl_span){text, size}, &draft);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = draft.control,
			.owner = draft.has_owner ? &draft.owner : NULL,
			.group = draft.has_group ? &draft.group : NULL,
			.dacl = draft.dacl,
			.sacl = draft.sacl,
		},
		ret);
}
