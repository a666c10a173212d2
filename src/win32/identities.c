/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "account.h"
#include "buf.h"
#include "fd.h"
#include "fixture.h"
#include "identities.h"

#define IDENTITIES "/etc/guise/identities.conf"
#define IDENTITIES_VARIABLE "GUISE_IDENTITIES"
#define PAM_SERVICE "guise"
#define CHUNK 4096

static const char *identities_path(void)
{
	const char *path = secure_getenv(IDENTITIES_VARIABLE);

	return path && *path && fixture_is_allowed() ? path : IDENTITIES;
}

static int read_all(int fd, struct guise_buf *ret)
{
	for (;;) {
		uint8_t *at;
		ssize_t n;
		int r = buf_reserve(ret, CHUNK, &at);

		if (r < 0)
			return r;
		n = read(fd, at, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		ret->size += (size_t)n;
		if (ret->size > GUISE_IDENTITIES_MAX_SIZE)
			return GUISE_E_LIMIT;
	}
}

int identities_read(const struct guise_identities **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	fd = open(identities_path(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 && errno != ENOENT)
		return -errno;
	r = fd < 0 ? 0 : read_all(fd, &text);
	if (r < 0)
		return r;
	return guise_identities_parse(text.data ? (const char *)text.data : "",
				      text.size, ret, NULL);
}

struct guise_lookup_options identities_accounts(void)
{
	struct guise_lookup_options options = *account_options();

	options.pam_service = PAM_SERVICE;
	return options;
}
