/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sealed memory file: the size of the encoded token, the token, the
 * descriptor. A process believes what root or its own user made, nobody else:
 * who could write it could already act as the process.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "reader.h"
#include "token-pass.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define SIZE_MAX_ALL (4 + GUISE_TOKEN_ENCODED_MAX + GUISE_SD_MAX_SIZE)

static int encode(struct guise_token_object *cell, struct guise_buf *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r;

	token = guise_token_object_token(cell);
	sd = guise_token_object_sd(cell);
	r = guise_token_encode(token, &bytes);
	if (r == 0)
		r = buf_append_u32le(ret, (uint32_t)bytes.size);
	if (r >= 0)
		r = buf_append(ret, bytes.data, bytes.size);
	return r < 0 ? r : guise_sd_encode(sd, ret);
}

static int seal(const struct guise_buf *bytes, int *ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	fd = memfd_create("guise-token", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	if (pwrite(fd, bytes->data, bytes->size, 0) != (ssize_t)bytes->size ||
	    fcntl(fd, F_ADD_SEALS, SEALS) < 0)
		return -errno;
	*ret = fd_take(&fd);
	return 0;
}

NTSTATUS token_pass(struct object *object, struct pass *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int fd = -EBADF;
	int r;

	r = encode(token_cell(object), &bytes);
	if (r >= 0)
		r = seal(&bytes, &fd);
	if (r < 0)
		return status_of(r);
	ret->fds[ret->n_fds++] = fd;
	return STATUS_SUCCESS;
}

static int decode(const uint8_t *data, size_t size,
		  struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct reader in = reader_of(data, size);
	uint32_t token_size;
	int r;

	if (!read_u32le(&in, &token_size) || token_size > in.size)
		return GUISE_E_INVALID_TOKEN;
	r = guise_token_decode(in.data, token_size, &token);
	if (r == 0)
		r = guise_sd_decode(in.data + token_size, in.size - token_size,
				    &sd);
	return r < 0 ? r : guise_token_object_new(token, NULL, sd, ret);
}

static bool is_trusted(int fd, size_t *ret_size)
{
	struct stat is;

	if (fcntl(fd, F_GET_SEALS) != SEALS || fstat(fd, &is) < 0 ||
	    is.st_size <= 0 || is.st_size > (off_t)SIZE_MAX_ALL ||
	    (is.st_uid != 0 && is.st_uid != geteuid()))
		return false;
	*ret_size = (size_t)is.st_size;
	return true;
}

NTSTATUS token_receive(const struct pass *pass, struct object **ret)
{
	struct guise_token_object *cell = NULL;
	size_t size;
	void *data;
	int r;

	if (pass->n_fds != 1 || !is_trusted(pass->fds[0], &size))
		return STATUS_INVALID_PARAMETER;
	data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, pass->fds[0], 0);
	if (data == MAP_FAILED)
		return status_of(-errno);
	r = decode(data, size, &cell);
	must(munmap(data, size) == 0);
	if (r < 0)
		return status_of(r);
	*ret = token_new(cell);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}
