/* SPDX-License-Identifier: Apache-2.0 */
/* Writing down the steps of a decision. */
#include "access-internal.h"

/* A step that settled nothing is no reason. */
void access_trace_add(struct access_trace *trace, uint32_t mask,
		      const struct trace_step *step)
{
	struct guise_reason *reason;

	if (!mask)
		return;
	if (trace->n++ >= trace->max)
		return;
	reason = &trace->at[trace->n - 1];
	*reason = (struct guise_reason){
		.kind = step->kind,
		.pass = step->pass,
		.allow = step->allow,
		.privilege = (uint8_t)step->privilege,
		.condition = (uint8_t)step->condition,
		.node = (uint16_t)step->node,
		.mask = mask,
		.ace = step->ace,
	};
	if (step->sid)
		reason->sid = *step->sid;
	if (step->rule) {
		reason->rule = step->rule->number;
		reason->staged = step->rule->staged;
		reason->rule_name = step->rule->name;
	}
}
