/* SPDX-License-Identifier: Apache-2.0 */
/* Who may be given a fixture: who cannot do anything that others cannot. */
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixture.h"

static bool has_capability(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2] = {{0}};
	uint32_t any = 0;

	if (syscall(SYS_capget, &header, sets) != 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		any |= sets[i].effective | sets[i].permitted |
		       sets[i].inheritable;
	return any != 0;
}

bool fixture_is_allowed(void)
{
	uid_t uid, euid, suid;
	gid_t gid, egid, sgid;

	if (getauxval(AT_SECURE) || getresuid(&uid, &euid, &suid) != 0 ||
	    getresgid(&gid, &egid, &sgid) != 0)
		return false;
	return uid == euid && uid == suid && gid == egid && gid == sgid &&
	       !has_capability();
}
