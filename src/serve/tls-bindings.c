/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/x509.h>

#include "tls-bindings.h"

#define PREFIX "tls-server-end-point:"
#define PEM_MAX (1u << 20)
#define HASH_MAX 64

static int read_all(int fd, struct guise_buf *ret)
{
	struct stat stat;
	uint8_t *at;
	ssize_t n;
	int r;

	if (fstat(fd, &stat) < 0)
		return -errno;
	if (stat.st_size <= 0 || stat.st_size > PEM_MAX)
		return -EBADMSG;
	r = buf_reserve(ret, (size_t)stat.st_size, &at);
	if (r < 0)
		return r;
	n = pread(fd, at, (size_t)stat.st_size, 0);
	if (n != stat.st_size)
		return n < 0 ? -errno : -EIO;
	ret->size += (size_t)n;
	return 0;
}

/* RFC 5929 4.1: the signature's own hash, but SHA-256 for the two old ones. A
 * signature of one piece (EdDSA) has none that others would agree on. */
static gnutls_digest_algorithm_t hash_of(gnutls_x509_crt_t certificate)
{
	int signature = gnutls_x509_crt_get_signature_algorithm(certificate);
	gnutls_digest_algorithm_t hash;

	if (signature < 0)
		return GNUTLS_DIG_UNKNOWN;
	if (signature == GNUTLS_SIGN_EDDSA_ED25519 ||
	    signature == GNUTLS_SIGN_EDDSA_ED448)
		return GNUTLS_DIG_UNKNOWN;
	hash = gnutls_sign_get_hash_algorithm(
		(gnutls_sign_algorithm_t)signature);
	return hash == GNUTLS_DIG_MD5 || hash == GNUTLS_DIG_SHA1
		       ? GNUTLS_DIG_SHA256
		       : hash;
}

static int append(struct guise_buf *out, gnutls_x509_crt_t certificate)
{
	const gnutls_digest_algorithm_t hash = hash_of(certificate);
	uint8_t digest[HASH_MAX];
	size_t size = sizeof(digest);
	int r;

	if (hash == GNUTLS_DIG_UNKNOWN || hash == GNUTLS_DIG_NULL)
		return -ENOTSUP;
	if (gnutls_x509_crt_get_fingerprint(certificate, hash, digest, &size) <
	    0)
		return -ENOTSUP;
	r = buf_append_text(out, PREFIX);
	return r < 0 ? r : buf_append(out, digest, size);
}

int tls_bindings(int fd, struct guise_buf *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf pem = {0};
	gnutls_x509_crt_t certificate;
	int r = read_all(fd, &pem);

	if (r < 0)
		return r;
	if (gnutls_x509_crt_init(&certificate) < 0)
		return -ENOMEM;
	/* the first one of several is the server's own */
	r = gnutls_x509_crt_import(
		    certificate,
		    &(gnutls_datum_t){pem.data, (unsigned)pem.size},
		    GNUTLS_X509_FMT_PEM) < 0
		    ? -EBADMSG
		    : append(ret, certificate);
	gnutls_x509_crt_deinit(certificate);
	return r;
}
