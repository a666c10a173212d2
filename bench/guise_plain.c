/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guise serve without impersonation, to measure what impersonation costs: the
 * same program, but the worker stays root, is not confined, and opens files
 * for reading as itself. Linked with ld's --wrap; exists only in bench/.
 */
#include <guise/authority.h>

#include "engine.h"

int __wrap_guise_authority_confine(struct guise_authority *authority);
int __wrap_guise_authority_confine_threads(struct guise_authority *authority);
int __wrap_file_ring_open(struct file_ring *ring,
			  const struct guise_token *token, int dir_fd,
			  const char *path, const struct open_how *how,
			  int *ret_fd);

int __wrap_guise_authority_confine(struct guise_authority *authority)
{
	(void)authority;
	return 0;
}

int __wrap_guise_authority_confine_threads(struct guise_authority *authority)
{
	(void)authority;
	return 0;
}

int __wrap_file_ring_open(struct file_ring *ring,
			  const struct guise_token *token, int dir_fd,
			  const char *path, const struct open_how *how,
			  int *ret_fd)
{
	(void)ring;
	(void)token;
	return file_open_here(dir_fd, path, how, ret_fd);
}
