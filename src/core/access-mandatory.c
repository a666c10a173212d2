/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mandatory rules of an object's SACL: integrity label (MS-DTYP 2.5.3.3),
 * process trust labels and access filters. A check comes here only if there is
 * something to say; what they leave is a mask.
 */
#include "access-internal.h"
#include "sd-internal.h"

#define LABEL_NO_WRITE_UP 0x1u
#define LABEL_NO_READ_UP 0x2u
#define LABEL_NO_EXECUTE_UP 0x4u
#define TRUST_AUTHORITY 19

struct sacl_cursor sacl_cursor_of(const struct access_object *object)
{
	struct resource_attributes sacl;

	object->ops->sacl(object, &sacl);
	return (struct sacl_cursor){.acl = sacl.sacl, .raw = sacl.raw_sacl};
}

static bool next_parsed(struct sacl_cursor *c, struct sacl_ace *ret)
{
	while (c->number < c->acl->n_aces) {
		const struct guise_ace *ace = &c->acl->aces[c->number++];

		if (ace->flags & GUISE_ACE_INHERIT_ONLY)
			continue;
		*ret = (struct sacl_ace){
			.number = c->number,
			.mask = ace->mask,
			.type = ace->type,
			.sid = ace->sid,
			.data = ace->data,
			.data_size = ace->data_size,
		};
		return true;
	}
	return false;
}

/* The bytes were found valid before. */
static bool next_raw(struct sacl_cursor *c, struct sacl_ace *ret)
{
	struct ace_span ace;

	while (c->number < c->raw.n_aces) {
		c->number++;
		must(ace_read_span(&c->raw.aces, &ace) == 0);
		if (ace.flags & GUISE_ACE_INHERIT_ONLY)
			continue;
		*ret = (struct sacl_ace){
			.number = c->number,
			.mask = ace.mask,
			.type = ace.type,
			.data = ace.data.data,
			.data_size = ace.data.size,
		};
		if (ace.sid) {
			struct reader in =
				reader_of(ace.sid, 8u + 4u * ace.n_subs);

			must(sid_read(&in, &ret->sid) == 0);
		}
		return true;
	}
	return false;
}

bool sacl_next(struct sacl_cursor *cursor, struct sacl_ace *ret)
{
	return cursor->acl ? next_parsed(cursor, ret) : next_raw(cursor, ret);
}

/* Only SeRelabel beats a label, and only for WRITE_OWNER. */
uint32_t access_label_mask(const struct access_object *object,
			   const struct access_request *request,
			   bool *ret_relabelled)
{
	const struct guise_generic_mapping *mapping = request->mapping;
	uint32_t policy = object->sacl->label_policy;
	uint32_t mask = 0;

	if (!(policy & LABEL_NO_READ_UP))
		mask |= mapping->read;
	if (!(policy & LABEL_NO_EXECUTE_UP))
		mask |= mapping->execute;
	if (!(policy & LABEL_NO_WRITE_UP))
		mask |= mapping->write;
	if (!(mask & GUISE_WRITE_OWNER) &&
	    guise_token_has_privilege(request->token, GUISE_SE_RELABEL)) {
		mask |= GUISE_WRITE_OWNER;
		*ret_relabelled = true;
	}
	return mask;
}

/* S-1-19-type-level dominates what is no higher in either. What names no trust
 * at all is above everyone; who has none is the lowest. */
static bool trusted(const struct guise_token *token,
		    const struct guise_sid *label)
{
	const struct guise_sid *own = guise_token_trust_level(token);
	const uint32_t none[2] = {0, 0};
	const uint32_t *has = own ? own->sub : none;

	return label->authority == TRUST_AUTHORITY && label->n_subs == 2 &&
	       has[0] >= label->sub[0] && has[1] >= label->sub[1];
}

static bool filter_lets_pass(const struct access_object *object,
			     const struct access_request *request,
			     const struct sacl_ace *ace, enum guise_truth *ret)
{
	*ret = access_restriction(object, request, ace->data, ace->data_size);
	return *ret == GUISE_TRUE;
}

/*
 * What one ACE of the SACL leaves. Of trust labels and filters every one
 * counts. The mark TRUST_PROTECTED_FILTER says who may change a filter, not
 * whom it binds.
 */
static uint32_t mask_of(const struct access_object *object,
			const struct access_request *request,
			const struct sacl_ace *ace, struct trace_step *step)
{
	switch (ace->type) {
	case GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL:
		step->kind = GUISE_REASON_TRUST;
		if (trusted(request->token, &ace->sid))
			return UINT32_MAX;
		break;
	case GUISE_ACE_SYSTEM_ACCESS_FILTER:
		step->kind = GUISE_REASON_FILTER;
		if (filter_lets_pass(object, request, ace, &step->condition))
			return UINT32_MAX;
		break;
	default:
		return UINT32_MAX;
	}
	return guise_map_generic(ace->mask, request->mapping);
}

uint32_t access_filter_mask(const struct access_object *object,
			    const struct access_request *request)
{
	struct sacl_cursor cursor = sacl_cursor_of(object);
	uint32_t mask = UINT32_MAX;
	struct trace_step step;
	struct sacl_ace ace;

	while (sacl_next(&cursor, &ace))
		mask &= mask_of(object, request, &ace, &step);
	return mask;
}

static void trace_label(const struct access_object *object,
			const struct access_request *request, uint32_t bits)
{
	const struct guise_token *token = request->token;
	struct sacl_cursor cursor = sacl_cursor_of(object);
	const struct guise_sid label = {
		.authority = 16,
		.sub = {object->sacl->label_rid},
		.n_subs = 1,
	};
	struct trace_step step = {.kind = GUISE_REASON_INTEGRITY,
				  .sid = &label};
	struct sacl_ace ace;
	bool relabelled;

	if (!(token->mandatory_policy & GUISE_MANDATORY_NO_WRITE_UP) ||
	    token->integrity->sub[0] >= object->sacl->label_rid)
		return;
	while (!step.ace && sacl_next(&cursor, &ace)) {
		if (ace.type == GUISE_ACE_SYSTEM_MANDATORY_LABEL)
			step.ace = ace.number;
	}
	access_trace_add(
		request->trace,
		bits & ~access_label_mask(object, request, &relabelled), &step);
}

void access_trace_mandatory(const struct access_object *object,
			    const struct access_request *request, uint32_t bits)
{
	struct sacl_cursor cursor = sacl_cursor_of(object);
	struct sacl_ace ace;

	bits &= ~(uint32_t)GUISE_ACCESS_SYSTEM_SECURITY;
	trace_label(object, request, bits);
	while (sacl_next(&cursor, &ace)) {
		struct trace_step step = {.ace = ace.number, .sid = &ace.sid};
		uint32_t mask = mask_of(object, request, &ace, &step);

		access_trace_add(request->trace, bits & ~mask, &step);
	}
}
