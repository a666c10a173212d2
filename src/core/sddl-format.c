/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptor to SDDL, exactly as Windows writes it: sections in the order O, G,
 * D, S, flags P, AR, AI, aliases wherever there is one. An ACL that is present
 * but NULL is written NO_ACCESS_CONTROL; one that is not present, not at all.
 */
#include "buf.h"
#include "sd-internal.h"
#include "sddl-internal.h"

int sddl_format_sid(const struct guise_sid *sid, const struct guise_sid *domain,
		    struct guise_buf *out)
{
	const char *alias = guise_sid_alias(sid, domain);
	char text[GUISE_SID_TEXT_SIZE];

	if (alias)
		return buf_append_text(out, alias);
	return buf_append(out, text, guise_sid_format(sid, text));
}

/* The control bits of one of the two ACLs. */
struct acl_bits {
	const char *tag;
	uint16_t present, protected, auto_inherit_req, auto_inherited;
};

static const struct acl_bits dacl_bits = {
	"D:", GUISE_SD_DACL_PRESENT, GUISE_SD_DACL_PROTECTED,
	GUISE_SD_DACL_AUTO_INHERIT_REQ, GUISE_SD_DACL_AUTO_INHERITED};
static const struct acl_bits sacl_bits = {
	"S:", GUISE_SD_SACL_PRESENT, GUISE_SD_SACL_PROTECTED,
	GUISE_SD_SACL_AUTO_INHERIT_REQ, GUISE_SD_SACL_AUTO_INHERITED};

static int format_sid_section(const char *tag, const struct guise_sid *sid,
			      const struct guise_sid *domain,
			      struct guise_buf *out)
{
	int r;

	if (!sid)
		return 0;
	r = buf_append_text(out, tag);
	if (r < 0)
		return r;
	return sddl_format_sid(sid, domain, out);
}

static int format_head(const struct acl_bits *bits, uint16_t control,
		       bool is_null, struct guise_buf *out)
{
	int r;

	r = buf_append_text(out, bits->tag);
	if (r == 0 && (control & bits->protected))
		r = buf_append_text(out, "P");
	if (r == 0 && (control & bits->auto_inherit_req))
		r = buf_append_text(out, "AR");
	if (r == 0 && (control & bits->auto_inherited))
		r = buf_append_text(out, "AI");
	if (r == 0 && is_null)
		r = buf_append_text(out, "NO_ACCESS_CONTROL");
	return r;
}

static int format_acl(const struct acl_bits *bits, uint16_t control,
		      const struct guise_acl *acl,
		      const struct guise_sddl_options *options,
		      struct guise_buf *out)
{
	int r;

	if (!(control & bits->present))
		return 0;
	r = format_head(bits, control, !acl, out);
	for (size_t i = 0; r == 0 && acl && i < acl->n_aces; i++)
		r = sddl_format_ace(&acl->aces[i], options, out);
	return r;
}

static int format_sd(const struct guise_sd *sd,
		     const struct guise_sddl_options *options,
		     struct guise_buf *out)
{
	const struct guise_sid *domain = sddl_domain(options);
	int r;

	r = format_sid_section("O:", guise_sd_owner(sd), domain, out);
	if (r == 0)
		r = format_sid_section("G:", guise_sd_group(sd), domain, out);
	if (r == 0)
		r = format_acl(&dacl_bits, sd->control, sd->dacl, options, out);
	if (r == 0)
		r = format_acl(&sacl_bits, sd->control, sd->sacl, options, out);
	return r;
}

int guise_sddl_format(const struct guise_sd *sd,
		      const struct guise_sddl_options *options,
		      struct guise_buf *out)
{
	size_t before;
	int r;

	if (!sd || !out || (options && options->size != sizeof(*options)))
		return -EINVAL;
	before = out->size;
	r = format_sd(sd, options, out);
	if (r < 0)
		buf_truncate(out, before);
	return r;
}
