/* SPDX-License-Identifier: Apache-2.0 */
/* A Unix socket that anybody may connect to, and the mask of all else. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include "listen.h"

static char path[64];
static unsigned seen; /* the mask of the main thread while it is bound */

const char *config_unix_path(const struct config *config)
{
	(void)config;
	return path;
}

int config_address(const struct config *config, struct sockaddr_storage *ret,
		   bool *ret_loopback)
{
	(void)config;
	(void)ret;
	(void)ret_loopback;
	return -EINVAL;
}

static unsigned mask_of_main(void)
{
	char name[64], line[128];
	unsigned mask = 07777;
	FILE *file;

	(void)snprintf(name, sizeof(name), "/proc/self/task/%d/status",
		       getpid());
	file = fopen(name, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Umask: %o", &mask) == 1)
			break;
	}
	(void)fclose(file);
	return mask;
}

/* Instead of libc's */
int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	seen = mask_of_main();
	return (int)syscall(SYS_bind, fd, address, size);
}

static void others_keep_their_mask_while_a_socket_is_made(void **state)
{
	const mode_t before = umask(027);
	struct stat st;
	int fd = -1;

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/guise-listen.%d", getpid());
	assert_int_equal(listen_open(NULL, &fd), 0);
	assert_int_equal(seen, 027);
	assert_int_equal(mask_of_main(), 027);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0666);
	(void)close(fd);
	/* what a server that crashed has left is no hindrance */
	assert_int_equal(listen_open(NULL, &fd), 0);
	(void)close(fd);
	listen_remove(NULL);
	assert_int_equal(stat(path, &st), -1);
	(void)umask(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_keep_their_mask_while_a_socket_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
