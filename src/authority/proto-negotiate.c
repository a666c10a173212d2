/* SPDX-License-Identifier: Apache-2.0 */
/* The head of the answer to REQUEST_LOGON_NEGOTIATE. */
#include "proto.h"
#include "span.h"

/* An answer and a token inline fit in one message. */
static_assert(GUISE_GSS_TOKEN_MAX + GUISE_PRINCIPAL_MAX + GUISE_WHY_SIZE +
			      65536 + 1024 <
		      GUISE_SD_MAX_SIZE + 8192,
	      "the largest answer is not larger than the largest request");

static bool is_sound(const struct negotiate_answer *answer)
{
	const bool goes_on = answer->code == GUISE_E_CONTINUE_NEEDED ||
			     answer->code == -EAGAIN;

	return answer->code <= 0 && goes_on == (answer->pending != 0) &&
	       answer->reply_size <= GUISE_GSS_TOKEN_MAX;
}

int negotiate_answer_encode(const struct negotiate_answer *answer,
			    struct guise_buf *out)
{
	int r;

	if (!is_sound(answer) ||
	    strlen(answer->principal) > GUISE_PRINCIPAL_MAX ||
	    strlen(answer->why) >= GUISE_WHY_SIZE)
		return -EINVAL;
	r = buf_append_u32le(out, (uint32_t)answer->code);
	if (r == 0)
		r = buf_append_u64le(out, answer->pending);
	if (r == 0)
		r = buf_append_u64le(out, answer->expires);
	if (r == 0)
		r = span_append_text(out, answer->principal);
	if (r == 0)
		r = span_append_text(out, answer->why);
	return r < 0 ? r : span_append(out, answer->reply, answer->reply_size);
}

int negotiate_answer_decode(struct reader *r, struct negotiate_answer *ret)
{
	struct negotiate_answer answer = {0};
	struct reader in = *r;
	uint32_t code;

	if (!read_u32le(&in, &code) || !read_u64le(&in, &answer.pending) ||
	    !read_u64le(&in, &answer.expires) ||
	    !span_read_text(&in, GUISE_PRINCIPAL_MAX, &answer.principal) ||
	    !span_read_text(&in, GUISE_WHY_SIZE - 1, &answer.why) ||
	    !span_read(&in, GUISE_GSS_TOKEN_MAX, &answer.reply,
		       &answer.reply_size))
		return GUISE_E_PROTOCOL;
	memcpy(&answer.code, &code, sizeof(answer.code));
	if (!is_sound(&answer))
		return GUISE_E_PROTOCOL;
	*r = in;
	*ret = answer;
	return 0;
}
