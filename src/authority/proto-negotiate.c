/* SPDX-License-Identifier: Apache-2.0 */
/* The head of the answer to REQUEST_LOGON_NEGOTIATE. */
#include "buf.h"
#include "proto.h"

/* An answer and a token inline fit in one message. */
static_assert(GUISE_GSS_TOKEN_MAX + GUISE_PRINCIPAL_MAX + GUISE_WHY_SIZE +
			      65536 + 1024 <
		      GUISE_SD_MAX_SIZE + 8192,
	      "the largest answer is not larger than the largest request");

static int append_text(struct guise_buf *out, const char *text)
{
	const size_t size = strlen(text) + 1;
	int r;

	r = buf_append_u32le(out, (uint32_t)size);
	return r < 0 ? r : buf_append(out, text, size);
}

static int append_blob(struct guise_buf *out, const uint8_t *data, size_t size)
{
	int r;

	r = buf_append_u32le(out, (uint32_t)size);
	return r < 0 || size == 0 ? r : buf_append(out, data, size);
}

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
		r = append_text(out, answer->principal);
	if (r == 0)
		r = append_text(out, answer->why);
	return r < 0 ? r : append_blob(out, answer->reply, answer->reply_size);
}

/* Exactly one NUL, at the end. */
static bool read_text(struct reader *r, size_t max, const char **ret)
{
	const uint8_t *bytes;
	uint32_t size;

	if (!read_u32le(r, &size) || size == 0 || size > max + 1 ||
	    !read_bytes(r, size, &bytes))
		return false;
	*ret = (const char *)bytes;
	return memchr(bytes, '\0', size) == bytes + size - 1;
}

int negotiate_answer_decode(struct reader *r, struct negotiate_answer *ret)
{
	struct negotiate_answer answer = {0};
	struct reader in = *r;
	uint32_t code, size;

	if (!read_u32le(&in, &code) || !read_u64le(&in, &answer.pending) ||
	    !read_u64le(&in, &answer.expires) ||
	    !read_text(&in, GUISE_PRINCIPAL_MAX, &answer.principal) ||
	    !read_text(&in, GUISE_WHY_SIZE - 1, &answer.why) ||
	    !read_u32le(&in, &size) || !read_bytes(&in, size, &answer.reply))
		return GUISE_E_PROTOCOL;
	memcpy(&answer.code, &code, sizeof(answer.code));
	answer.reply_size = size;
	if (!is_sound(&answer))
		return GUISE_E_PROTOCOL;
	*r = in;
	*ret = answer;
	return 0;
}
