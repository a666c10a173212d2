/* SPDX-License-Identifier: Apache-2.0 */
/* Writing down the steps of a decision. */
#include "access-internal.h"

/* A step that settled nothing is no reason. */
void access_trace_add(struct access_trace *trace, uint32_t mask,
		      const struct trace_step *step)
{
	if (!mask)
		return;
	if (trace->n < trace->max) {
		struct guise_reason *reason = &trace->at[trace->n];

		*reason = (struct guise_reason){
			.kind = step->kind,
			.allow = step->allow,
			.restricted_pass = step->restricted,
			.privilege = (uint8_t)step->privilege,
			.mask = mask,
			.ace = step->ace,
		};
		if (step->sid)
			reason->sid = *step->sid;
	}
	trace->n++;
}
