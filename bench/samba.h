/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access check of Samba, as a peer to measure beside ours: the library of
 * Debian's samba-libs is loaded at run time, so that nothing links against it.
 * It decodes the descriptor itself, from the bytes we encode; declared here is
 * only what the token looks like (gen_ndr/security.h of samba-dev 4.17).
 */
#ifndef BENCH_SAMBA_H
#define BENCH_SAMBA_H

#include <guise/token.h>

struct samba_subject;

/**
 * samba_load() - find and load the library
 *
 * Return: NULL, or why there is none; static storage.
 */
const char *samba_load(void);

/** samba_path() - of the library that was loaded */
const char *samba_path(void);

/** samba_subject_new() - the same descriptor and token, in Samba's own form */
struct samba_subject *samba_subject_new(const struct guise_buf *sd,
					const struct guise_token *token);

/** samba_subject_free() - NULL is fine */
void samba_subject_free(struct samba_subject *s);

/** samba_check() - its decision on the decoded form: is @desired granted? */
bool samba_check(const struct samba_subject *s, uint32_t desired);

/** samba_check_bytes() - decode the bytes, decide, free */
bool samba_check_bytes(const struct samba_subject *s, uint32_t desired);

#endif
