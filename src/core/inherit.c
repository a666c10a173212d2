/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor of a new object (MS-DTYP 2.5.3.4): owner and group first,
 * since ACEs for CREATOR OWNER turn into ACEs for them, then the DACL and the
 * SACL.
 */
#include "inherit-internal.h"
#include "sd-internal.h"

#define FLAGS_KNOWN 0x3f7f

static int compute_dacl(const struct inherit_request *req, struct heir heir,
			struct acl_result *result)
{
	uint16_t control = req->creator ? req->creator->control : 0;
	const struct acl_case from = {
		.inheritable = req->parent ? req->parent->dacl : NULL,
		.explicit = req->creator ? req->creator->dacl : NULL,
		.is_explicit = control & GUISE_SD_DACL_PRESENT,
		.is_protected = control & GUISE_SD_DACL_PROTECTED,
		.is_default = (control & GUISE_SD_DACL_DEFAULTED) ||
			      (req->flags & GUISE_SEF_DEFAULT_DESCRIPTOR),
		.auto_inherit = req->flags & GUISE_SEF_DACL_AUTO_INHERIT,
		.fallback = req->token ? guise_token_default_dacl(req->token)
				       : NULL,
		/* An object without a DACL is everybody's: without a default
		 * it gets an empty one, which its owner can change. */
		.must_exist = true,
	};

	heir.mark_inherited = from.auto_inherit;
	return inherit_acl(&heir, &from, result);
}

/* Setting a label takes no privilege, so it must not be a way to drop what the
 * parent wants audited or filtered. */
static bool only_adds_label(const struct inherit_request *req)
{
	return req->creator && inherit_has_only_labels(req->creator->sacl) &&
	       !(req->flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK) &&
	       !(req->token &&
		 guise_token_has_privilege(req->token, GUISE_SE_SECURITY));
}

static int compute_sacl(const struct inherit_request *req, struct heir heir,
			struct acl_result *result)
{
	uint16_t control = req->creator ? req->creator->control : 0;
	const struct acl_case from = {
		.inheritable = req->parent ? req->parent->sacl : NULL,
		.explicit = req->creator ? req->creator->sacl : NULL,
		.is_explicit = control & GUISE_SD_SACL_PRESENT,
		.is_protected = control & GUISE_SD_SACL_PROTECTED,
		.is_default = (control & GUISE_SD_SACL_DEFAULTED) ||
			      (req->flags & GUISE_SEF_DEFAULT_DESCRIPTOR),
		.auto_inherit = req->flags & GUISE_SEF_SACL_AUTO_INHERIT,
		.only_adds = only_adds_label(req),
	};
	int r;

	heir.mark_inherited = from.auto_inherit;
	r = inherit_acl(&heir, &from, result);
	if (r < 0)
		return r;
	return inherit_label(req, result);
}

/* AUTO_INHERITED by flag or, as MS-DTYP 2.4.6 has it, because the creator said
 * it together with AUTO_INHERIT_REQ, which itself is never kept. */
static bool is_auto_inherited(bool flag, uint16_t control, uint16_t both)
{
	return flag || (control & both) == both;
}

static uint16_t result_control(const struct inherit_request *req,
			       const struct acl_result *dacl,
			       const struct acl_result *sacl)
{
	uint16_t asked = req->creator ? req->creator->control : 0;
	uint16_t control = 0;

	if (dacl->present)
		control |= GUISE_SD_DACL_PRESENT;
	if (dacl->is_protected)
		control |= GUISE_SD_DACL_PROTECTED;
	if (dacl->present &&
	    is_auto_inherited(req->flags & GUISE_SEF_DACL_AUTO_INHERIT, asked,
			      GUISE_SD_DACL_AUTO_INHERIT_REQ |
				      GUISE_SD_DACL_AUTO_INHERITED))
		control |= GUISE_SD_DACL_AUTO_INHERITED;
	if (sacl->present)
		control |= GUISE_SD_SACL_PRESENT;
	if (sacl->is_protected)
		control |= GUISE_SD_SACL_PROTECTED;
	if (sacl->present &&
	    is_auto_inherited(req->flags & GUISE_SEF_SACL_AUTO_INHERIT, asked,
			      GUISE_SD_SACL_AUTO_INHERIT_REQ |
				      GUISE_SD_SACL_AUTO_INHERITED))
		control |= GUISE_SD_SACL_AUTO_INHERITED;
	return control;
}

static int seal(const struct inherit_request *req, const struct heir *heir,
		const struct acl_result *dacl_result,
		const struct acl_result *sacl_result,
		const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	int r;

	r = inherit_make_acl(dacl_result, 0, &dacl);
	if (r < 0)
		return r;
	r = inherit_make_acl(sacl_result, 0, &sacl);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control =
				result_control(req, dacl_result, sacl_result),
			.owner = heir->owner,
			.group = heir->group,
			.dacl = dacl,
			.sacl = sacl,
		},
		ret);
}

static void result_clear(struct acl_result *result)
{
	guise_buf_clear(&result->aces);
}

static int build(const struct inherit_request *req, const struct heir *heir,
		 const struct guise_sd **ret)
{
	GUISE_AUTO(result_clear) struct acl_result dacl = {0};
	GUISE_AUTO(result_clear) struct acl_result sacl = {0};
	int r;

	r = compute_dacl(req, *heir, &dacl);
	if (r < 0)
		return r;
	r = compute_sacl(req, *heir, &sacl);
	if (r < 0)
		return r;
	return seal(req, heir, &dacl, &sacl, ret);
}

/* May the creator ask for what it asks for? */
static int check_creator(const struct inherit_request *req,
			 const struct heir *heir)
{
	int r = 0;

	if (req->creator && (req->creator->control & GUISE_SD_SACL_PRESENT))
		r = inherit_check_sacl(req->token, req->flags,
				       req->creator->sacl);
	if (r < 0)
		return r;
	return inherit_check_owner_rights(req, heir);
}

void inherit_use_options(struct heir *heir,
			 const struct guise_inherit_options *options)
{
	const struct guise_token *server = options ? options->server : NULL;

	heir->server_owner = server ? guise_token_owner(server) : heir->owner;
	heir->server_group =
		server ? guise_token_primary_group(server) : heir->group;
	if (!options)
		return;
	heir->object_types = options->object_types;
	heir->n_object_types = options->n_object_types;
}

bool inherit_options_valid(const struct guise_inherit_options *options)
{
	return !options ||
	       (options->size == sizeof(*options) &&
		options->n_object_types <= GUISE_OBJECT_TYPES_MAX &&
		(options->object_types || options->n_object_types == 0));
}

int guise_inherit_by_type(const struct guise_sd *parent,
			  const struct guise_sd *creator, bool is_container,
			  uint32_t flags, const struct guise_token *token,
			  const struct guise_generic_mapping *mapping,
			  const struct guise_inherit_options *options,
			  const struct guise_sd **ret)
{
	const struct inherit_request req = {parent, creator, token, flags};
	struct heir heir = {.mapping = mapping, .is_container = is_container};
	int r;

	if (!mapping || !ret || (flags & ~(uint32_t)FLAGS_KNOWN) ||
	    !inherit_options_valid(options))
		return -EINVAL;
	r = inherit_owner(&req, &heir);
	if (r < 0)
		return r;
	inherit_use_options(&heir, options);
	r = check_creator(&req, &heir);
	if (r < 0)
		return r;
	return build(&req, &heir, ret);
}

int guise_inherit(const struct guise_sd *parent, const struct guise_sd *creator,
		  bool is_container, uint32_t flags,
		  const struct guise_token *token,
		  const struct guise_generic_mapping *mapping,
		  const struct guise_sd **ret)
{
	return guise_inherit_by_type(parent, creator, is_container, flags,
				     token, mapping, NULL, ret);
}
