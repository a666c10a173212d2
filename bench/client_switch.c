/* SPDX-License-Identifier: Apache-2.0 */
/* The client as the kernel knows it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "client_switch.h"

const uint32_t *client_groups(void)
{
	static uint32_t groups[CLIENT_GROUPS_MAX];

	if (!groups[0]) {
		for (uint32_t i = 0; i < CLIENT_GROUPS_MAX; i++)
			groups[i] = CLIENT + 1000 + i;
	}
	return groups;
}

void client_bare_switch(size_t n_groups)
{
	static const uint32_t same = UINT32_MAX;
	long r = 0;

	r |= syscall(SYS_setgroups, n_groups, client_groups());
	r |= syscall(SYS_setresgid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, 0, same);
	r |= syscall(SYS_setresgid, same, 0, same);
	r |= syscall(SYS_setgroups, 0, NULL);
	if (r < 0) {
		perror("bare switch");
		exit(3);
	}
}
