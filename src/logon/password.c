/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yescrypt, with libcrypt's default cost (about 20 ms and 16 MiB). What held
 * a password is wiped: our copy, and libcrypt's scratch memory.
 */
#include <crypt.h>

#include "password.h"

#define YESCRYPT_PREFIX "$y$"
#define YESCRYPT_DEFAULT_COST 0

static_assert(GUISE_PASSWORD_MAX < CRYPT_MAX_PASSPHRASE_SIZE,
	      "libcrypt takes every password we accept");

/* libcrypt's memory of one computation. */
struct scratch {
	void *data;
	int size;
};

static void scratch_clear(struct scratch *scratch)
{
	if (!scratch->data)
		return;
	explicit_bzero(scratch->data, (size_t)scratch->size);
	free(scratch->data);
}

struct secret {
	char text[GUISE_PASSWORD_MAX + 1];
};

static void secret_clear(struct secret *secret)
{
	explicit_bzero(secret, sizeof(*secret));
}

static bool password_is_valid(const char *password, size_t size)
{
	return size > 0 && size <= GUISE_PASSWORD_MAX &&
	       !memchr(password, '\0', size);
}

int password_setting(char **ret)
{
	char *setting = crypt_gensalt_ra(YESCRYPT_PREFIX, YESCRYPT_DEFAULT_COST,
					 NULL, 0);

	if (!setting)
		return errno == ENOMEM ? -ENOMEM : -EIO;
	*ret = setting;
	return 0;
}

int password_hash(const char *password, size_t password_size, char **ret)
{
	GUISE_AUTO(scratch_clear) struct scratch scratch = {0};
	GUISE_AUTO(secret_clear) struct secret secret = {0};
	GUISE_AUTO(freep) char *setting = NULL;
	char *hash;
	int r;

	if (!password_is_valid(password, password_size))
		return -EINVAL;
	r = password_setting(&setting);
	if (r < 0)
		return r;
	memcpy(secret.text, password, password_size);
	hash = crypt_ra(secret.text, setting, &scratch.data, &scratch.size);
	if (!hash || hash[0] == '*')
		return errno == ENOMEM ? -ENOMEM : -EIO;
	hash = strdup(hash);
	if (!hash)
		return -ENOMEM;
	*ret = hash;
	return 0;
}

/* Time depends on the lengths only, which are no secret. */
static bool equal_in_constant_time(const char *a, const char *b)
{
	size_t size = strlen(a);
	unsigned char difference = 0;

	if (size != strlen(b))
		return false;
	for (size_t i = 0; i < size; i++)
		difference |= (unsigned char)(a[i] ^ b[i]);
	return difference == 0;
}

int password_check(const char *password, size_t password_size, const char *hash,
		   const char *decoy, bool *ret_right)
{
	GUISE_AUTO(scratch_clear) struct scratch scratch = {0};
	GUISE_AUTO(secret_clear) struct secret secret = {0};
	bool valid = password_is_valid(password, password_size);
	/* Foreign hash kinds would cost another time. */
	bool ours = hash && strncmp(hash, YESCRYPT_PREFIX,
				    strlen(YESCRYPT_PREFIX)) == 0;
	const char *against = ours ? hash : decoy, *computed;

	if (valid)
		memcpy(secret.text, password, password_size);
	errno = 0;
	computed = crypt_ra(secret.text, against, &scratch.data, &scratch.size);
	if (!computed && errno == ENOMEM)
		return -ENOMEM;
	*ret_right = valid && ours && computed && computed[0] == '$' &&
		     equal_in_constant_time(computed, against);
	return 0;
}
