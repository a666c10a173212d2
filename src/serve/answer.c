/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an error to an answer that tells no more than the client may know:
 *
 *  - refused, and the client may list the directory: 403
 *  - refused otherwise: the very answer that a missing name gets
 *  - the anonymous client: the challenge, unless a name is missing from a
 *    directory that it may list
 *
 * A missing name is 404, or 409 where the request would have created it
 * (RFC 4918 9.7.1: the parent is missing).
 */
#include "dav.h"
#include "logon.h"
#include "multistatus.h"
#include "page.h"

static void add_common(struct exchange *ex)
{
	struct response *response = &ex->response;

	response_add(response, "Server", "guise");
	response_add(response, "X-Content-Type-Options", "nosniff");
	response_add(response, "Cache-Control", "private, no-cache");
	response_add(response, "Vary",
		     ex->site->cookie ? "Authorization, Cookie"
				      : "Authorization");
}

enum exchange_next exchange_answer(struct exchange *ex, unsigned status,
				   enum decided decided)
{
	struct guise_buf page = {0};

	response_clear(&ex->response);
	ex->response.status = status;
	ex->decided = decided;
	add_common(ex);
	logon_add_headers(ex);
	if (status == 405)
		response_add(&ex->response, "Allow", METHODS_ALLOWED);
	if (status == 503)
		response_add(&ex->response, "Retry-After", "1");
	if (status >= 400 && page_error(&page, status) == 0) {
		response_add(&ex->response, "Content-Security-Policy",
			     PAGE_POLICY);
		response_set_memory(&ex->response, &page, PAGE_TYPE);
	}
	guise_buf_clear(&page);
	return EXCHANGE_RESPOND;
}

enum exchange_next exchange_answer_memory(struct exchange *ex, unsigned status,
					  struct guise_buf *memory,
					  const char *content_type)
{
	(void)exchange_answer(ex, 200, DECIDED_OK);
	ex->response.status = status;
	response_set_memory(&ex->response, memory, content_type);
	return EXCHANGE_RESPOND;
}

enum exchange_next exchange_challenge(struct exchange *ex, enum decided decided)
{
	return exchange_answer(ex, 401, decided);
}

static bool is_refusal(int error)
{
	switch (error) {
	case GUISE_E_ACCESS_DENIED:
	case GUISE_E_BAD_LEVEL:
	case GUISE_E_CEILING:
	case -EACCES:
	case -EPERM:
	case -EROFS:
	case -EBADMSG: /* a malformed stored descriptor */
	case -ENXIO:   /* a device, FIFO or socket */
		return true;
	default:
		return false;
	}
}

static bool is_absence(int error)
{
	switch (error) {
	case -ENOENT:
	case -ENOTDIR:
	case -ELOOP:
	case -EXDEV: /* a link that leaves the share */
	case -ENAMETOOLONG:
		return true;
	default:
		return false;
	}
}

static unsigned other_status(int error)
{
	switch (error) {
	case -ENOSPC:
	case -EDQUOT:
		return 507;
	case -EFBIG:
		return 413;
	case -EINVAL:
		return 400;
	case -ETXTBSY:
	case -EBUSY:
	case -ENOTEMPTY:
	case -ESTALE: /* another request was faster */
		return 409;
	case GUISE_E_LIMIT:
	case GUISE_E_NO_SUCH_LOGON_SESSION:
	case -ETIMEDOUT:
	case -ECONNRESET:
	case -EAGAIN:
	case -EMFILE:
	case -ENFILE:
		return 503;
	default:
		return 500;
	}
}

unsigned dav_member_status(int error)
{
	if (is_refusal(error))
		return 403;
	return is_absence(error) ? 404 : other_status(error);
}

/* May the client know that the name is there? A refusal by descriptor or kernel
 * comes with the answer; else it is asked now. The root of a share is a name in
 * the index, which shows only what can be listed. */
static bool name_is_known(struct exchange *ex)
{
	const char *path = ex->path;

	if (!ex->share || !path || path[0] == '\0' || !ex->client)
		return false;
	if (ex->verdict.layer == GUISE_LAYER_DESCRIPTOR ||
	    ex->verdict.layer == GUISE_LAYER_KERNEL)
		return ex->verdict.parent_listable;
	return exchange_can_list(ex, ex->share, path);
}

enum exchange_next exchange_fail(struct exchange *ex, int error, bool creates)
{
	unsigned missing = creates ? 409 : 404;
	bool anonymous = exchange_is_anonymous(ex);

	ex->error = error;
	if (is_refusal(error)) {
		if (anonymous)
			return exchange_challenge(ex, DECIDED_VERDICT);
		return exchange_answer(ex, name_is_known(ex) ? 403 : missing,
				       DECIDED_VERDICT);
	}
	if (is_absence(error)) {
		if (anonymous && !name_is_known(ex))
			return exchange_challenge(ex, DECIDED_NOT_FOUND);
		return exchange_answer(ex, missing, DECIDED_NOT_FOUND);
	}
	if (error == -EEXIST || error == -EISDIR) {
		/* only who may list it is told that the name is taken */
		if (name_is_known(ex))
			return exchange_answer(ex, 405, DECIDED_REQUEST);
		return anonymous ? exchange_challenge(ex, DECIDED_NOT_FOUND)
				 : exchange_answer(ex, missing,
						   DECIDED_NOT_FOUND);
	}
	return exchange_answer(ex, other_status(error),
			       error == GUISE_E_LIMIT ? DECIDED_LIMIT
						      : DECIDED_FAILURE);
}

enum exchange_next exchange_condition(struct exchange *ex,
				      enum condition condition)
{
	switch (condition) {
	case CONDITION_NOT_MODIFIED:
		return exchange_answer(ex, 304, DECIDED_CONDITION);
	case CONDITION_FAILED:
		return exchange_answer(ex, 412, DECIDED_CONDITION);
	case CONDITION_INVALID:
	case CONDITION_TRUE:
		break;
	}
	return exchange_answer(ex, 400, DECIDED_REQUEST);
}

bool exchange_conditions_hold(struct exchange *ex, const struct stat *stat,
			      bool reads)
{
	struct validators now = {0};
	enum condition condition;

	if (stat)
		validators_of(stat, &now);
	condition = conditions_check(&ex->conditions, &now, reads);
	if (condition == CONDITION_TRUE)
		return true;
	(void)exchange_condition(ex, condition);
	if (condition == CONDITION_NOT_MODIFIED) {
		response_set_validators(&ex->response, stat);
		/* what a 200 would have had, RFC 9110 8.6 */
		ex->response.length = (uint64_t)stat->st_size;
	}
	return false;
}
