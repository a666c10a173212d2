/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate's bindings are made of, RFC 5929 4.1, by the kind of its
 * signature. Certificates are made on the spot. */
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "cmocka-wrap.h"

#include "buf.h"
#include "fd.h"
#include "tls-bindings.h"

#define PREFIX "tls-server-end-point:"

struct made {
	gnutls_datum_t pem;
	gnutls_x509_crt_t certificate;
};

static gnutls_x509_privkey_t make_key(gnutls_pk_algorithm_t kind)
{
	unsigned bits =
		kind == GNUTLS_PK_RSA || kind == GNUTLS_PK_RSA_PSS
			? 2048
			: GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
	gnutls_x509_privkey_t key;

	if (kind == GNUTLS_PK_EDDSA_ED25519)
		bits = 0;
	assert_int_equal(gnutls_x509_privkey_init(&key), 0);
	assert_int_equal(gnutls_x509_privkey_generate(key, kind, bits, 0), 0);
	return key;
}

static struct made make(gnutls_pk_algorithm_t kind,
			gnutls_digest_algorithm_t hash)
{
	gnutls_x509_privkey_t key = make_key(kind);
	const time_t now = time(NULL);
	struct made made;
	gnutls_x509_crt_t c;

	assert_int_equal(gnutls_x509_crt_init(&c), 0);
	assert_int_equal(gnutls_x509_crt_set_version(c, 3), 0);
	assert_int_equal(gnutls_x509_crt_set_serial(c, "\1", 1), 0);
	assert_int_equal(gnutls_x509_crt_set_activation_time(c, now), 0);
	assert_int_equal(gnutls_x509_crt_set_expiration_time(c, now + 9999), 0);
	assert_int_equal(gnutls_x509_crt_set_dn(c, "CN=x", NULL), 0);
	assert_int_equal(gnutls_x509_crt_set_key(c, key), 0);
	assert_int_equal(gnutls_x509_crt_sign2(c, c, key, hash, 0), 0);
	assert_int_equal(
		gnutls_x509_crt_export2(c, GNUTLS_X509_FMT_PEM, &made.pem), 0);
	gnutls_x509_privkey_deinit(key);
	made.certificate = c;
	return made;
}

static void made_clear(struct made *made)
{
	gnutls_free(made->pem.data);
	gnutls_x509_crt_deinit(made->certificate);
}

static int bindings_of(const void *data, size_t size, struct guise_buf *out)
{
	GUISE_AUTO(fd_closep) int fd = memfd_create("pem", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	return tls_bindings(fd, out);
}

static void assert_hash(const struct guise_buf *bindings,
			const struct made *made, gnutls_digest_algorithm_t hash)
{
	uint8_t digest[64];
	size_t size = sizeof(digest);

	assert_int_equal(gnutls_x509_crt_get_fingerprint(made->certificate,
							 hash, digest, &size),
			 0);
	assert_int_equal(bindings->size, strlen(PREFIX) + size);
	assert_memory_equal(bindings->data, PREFIX, strlen(PREFIX));
	assert_memory_equal(bindings->data + strlen(PREFIX), digest, size);
}

static void the_hash_is_that_of_the_signature(void **state)
{
	static const struct {
		gnutls_pk_algorithm_t key;
		gnutls_digest_algorithm_t signature;
		gnutls_digest_algorithm_t wanted;
	} cases[] = {
		{GNUTLS_PK_RSA, GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA256},
		{GNUTLS_PK_RSA, GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA384},
		{GNUTLS_PK_RSA, GNUTLS_DIG_SHA512, GNUTLS_DIG_SHA512},
		{GNUTLS_PK_ECDSA, GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA256},
		{GNUTLS_PK_ECDSA, GNUTLS_DIG_SHA512, GNUTLS_DIG_SHA512},
		{GNUTLS_PK_RSA_PSS, GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA384},
		/* the two old ones */
		{GNUTLS_PK_RSA, GNUTLS_DIG_SHA1, GNUTLS_DIG_SHA256},
		{GNUTLS_PK_RSA, GNUTLS_DIG_MD5, GNUTLS_DIG_SHA256},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
		struct made made = make(cases[i].key, cases[i].signature);

		assert_int_equal(
			bindings_of(made.pem.data, made.pem.size, &out), 0);
		assert_hash(&out, &made, cases[i].wanted);
		made_clear(&made);
	}
}

static void a_signature_of_one_piece_has_none(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	struct made made = make(GNUTLS_PK_EDDSA_ED25519, GNUTLS_DIG_SHA512);

	(void)state;
	assert_int_equal(bindings_of(made.pem.data, made.pem.size, &out),
			 -ENOTSUP);
	assert_int_equal(out.size, 0);
	made_clear(&made);
}

static void of_a_chain_the_first_is_the_servers_own(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf pem = {0}, out = {0};
	struct made first = make(GNUTLS_PK_ECDSA, GNUTLS_DIG_SHA256);
	struct made second = make(GNUTLS_PK_ECDSA, GNUTLS_DIG_SHA256);

	(void)state;
	assert_int_equal(buf_append(&pem, first.pem.data, first.pem.size), 0);
	assert_int_equal(buf_append(&pem, second.pem.data, second.pem.size), 0);
	assert_int_equal(bindings_of(pem.data, pem.size, &out), 0);
	assert_hash(&out, &first, GNUTLS_DIG_SHA256);
	made_clear(&first);
	made_clear(&second);
}

static void what_is_no_certificate_has_none(void **state)
{
	static const char *const bad[] = {
		"", "x", "-----BEGIN CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

		assert_int_equal(bindings_of(bad[i], strlen(bad[i]), &out),
				 -EBADMSG);
		assert_int_equal(out.size, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_that_of_the_signature),
		cmocka_unit_test(a_signature_of_one_piece_has_none),
		cmocka_unit_test(of_a_chain_the_first_is_the_servers_own),
		cmocka_unit_test(what_is_no_certificate_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
