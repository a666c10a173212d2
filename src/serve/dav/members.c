/* SPDX-License-Identifier: Apache-2.0 */
#include "members.h"
#include "multistatus.h"

void members_begin(struct members *members, const struct site_share *share)
{
	*members = (struct members){.share = share};
	members->error = multistatus_begin(&members->body);
}

void members_clear(struct members *members)
{
	guise_buf_clear(&members->body);
}

void member_failed(void *context, const char *path, int error)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf href = {0};
	struct members *m = context;
	int r;

	m->n++;
	if (m->error < 0 || m->n > MEMBERS_MAX)
		return;
	r = dav_href(&href, m->share, path, false);
	if (r == 0)
		r = multistatus_status(
			&m->body, (struct span){(char *)href.data, href.size},
			dav_member_status(error));
	m->error = r;
}

enum exchange_next members_answer(struct exchange *ex, struct members *members)
{
	int r = members->error;

	if (r == 0)
		r = multistatus_end(&members->body);
	if (r < 0)
		return exchange_fail(ex, r, false);
	(void)exchange_answer_memory(ex, 207, &members->body,
				     "application/xml; charset=utf-8");
	ex->decided = DECIDED_VERDICT;
	return EXCHANGE_RESPOND;
}
