/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NDR as PACs have it: type serialisation version 1, little endian (MS-RPCE
 * 2.2.6). What pointers lead to follows after the structure, in the order of
 * the pointers, so that reading is one pass from front to back; nothing says
 * where to jump. Numbers are aligned from the beginning of the object.
 *
 * All functions are false when the bytes are malformed or end; the reader is of
 * no use then.
 */
#ifndef GSS_NDR_H
#define GSS_NDR_H

#include "reader.h"

struct ndr {
	struct reader in; /* what remains of the object */
	size_t size;	  /* of the whole object */
};

/* The headers, and the pointer to the object, which is not NULL. */
GUISE_MUST_USE bool ndr_begin(const void *data, size_t size, struct ndr *ret);
/* Only padding remains. */
GUISE_MUST_USE bool ndr_is_at_end(const struct ndr *ndr);

/* Each aligned as its size */
GUISE_MUST_USE bool ndr_u16(struct ndr *ndr, uint16_t *ret);
GUISE_MUST_USE bool ndr_u32(struct ndr *ndr, uint32_t *ret);
GUISE_MUST_USE bool ndr_u64(struct ndr *ndr, uint64_t *ret);
/* It is not NULL */
GUISE_MUST_USE bool ndr_pointer(struct ndr *ndr, bool *ret);
/* Bytes without a meaning here; not aligned */
GUISE_MUST_USE bool ndr_skip(struct ndr *ndr, size_t size);

/* A count with a pointer to as many. */
struct ndr_list {
	uint32_t n;
	bool is_there; /* an array follows, perhaps of none; if not, @n is 0 */
};
GUISE_MUST_USE bool ndr_list(struct ndr *ndr, struct ndr_list *ret);
/* The head of an array that was said to have @n elements; each takes
 * @element_size bytes at least, and so many bytes are there. */
GUISE_MUST_USE bool ndr_array(struct ndr *ndr, uint32_t n, size_t element_size);
/* @n bytes as an array */
GUISE_MUST_USE bool ndr_blob(struct ndr *ndr, uint32_t n, struct reader *ret);

/* RPC_UNICODE_STRING: what is in the structure ... */
struct ndr_string {
	uint16_t size; /* bytes of text */
	bool is_there;
};
GUISE_MUST_USE bool ndr_string(struct ndr *ndr, struct ndr_string *ret);
/* ... and the text, UTF-16LE */
GUISE_MUST_USE bool ndr_string_text(struct ndr *ndr,
				    const struct ndr_string *string,
				    struct reader *ret);
/* A text with its NUL, which is not part of @ret */
GUISE_MUST_USE bool ndr_text(struct ndr *ndr, struct reader *ret);

#endif
