/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the JSON form of a token, for reading and writing it. */
#ifndef JSON_TOKEN_NAMES_H
#define JSON_TOKEN_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* A word and the bits or number it stands for. */
struct token_word {
	const char *word;
	uint32_t value;
};

struct token_words {
	const struct token_word *at;
	size_t n;
};

extern const struct token_words token_group_words;
extern const struct token_words token_policy_words;
extern const struct token_words token_privilege_words;
extern const struct token_words token_type_words;
extern const struct token_words token_level_words;
extern const struct token_words token_integrity_words;
extern const struct token_words token_elevation_words;
/* enum guise_token_flags but those that have members of their own */
extern const struct token_words token_flag_words;
/* Types of claims, enum guise_claim_type */
extern const struct token_words token_claim_type_words;
/* Linux capabilities: CAP_ number of "cap_chown", ... */
extern const struct token_words token_capability_words;

/* NULL: not among them */
const struct token_word *token_word_find(const struct token_words *words,
					 const char *word);
const struct token_word *token_word_of(const struct token_words *words,
				       uint32_t value);

/* "one, two, three" for messages, cut off where @ret, @size bytes, ends */
void token_words_list(const struct token_words *words, char *ret, size_t size);

#endif
