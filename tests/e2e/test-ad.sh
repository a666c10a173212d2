#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Clients of an Active Directory domain, from a real domain controller (Samba).
#   GUISE MAKE_ACCOUNTS SHOW_PAC
show_pac=$3
. "$(dirname "$0")/../lib/addc.sh"
. "$(dirname "$0")/lib.sh"
engine=auto
lib=$(cd "$(dirname "$0")/../lib" && pwd)
export KRB5RCACHENAME=none: # of this test's own tools; the servers have theirs

ad=$dir/ad
addc_start "$ad"

# in_pac USER: the SIDs of its groups in the PAC as Samba's library reads it,
# without those that say how it logged on
in_pac() {
	KRB5CCNAME=FILE:$ad/cc.$1 "$show_pac" HTTP@files.ad.test "$ad/web.keytab" |
		/usr/bin/python3 "$lib/pac.py" show | sed -n 's/^group \([^ ]*\) .*/\1/p' |
		grep -v '^S-1-18-' | sort
}

# in_directory USER: its groups as the DC computes them, without BUILTIN ones
# (never in a PAC) and itself
in_directory() {
	addc groups "$1" | grep "^$addc_domain_sid-" | grep -vx "$(addc sid "$1")" | sort
}

for user in alice bob many; do
	holds "$user logs on" addc_login $user
	in_directory $user >"$dir/directory.$user"
	same "groups of $user in the PAC are those of the directory" \
		"$(in_pac $user)" "$(cat "$dir/directory.$user")"
done
for group in g-inner g-outer dl-res; do
	holds "alice is in $group, directly or not" \
		grep -qx "$(addc sid $group)" "$dir/directory.alice"
done
holds "many is in a hundred groups" test "$(wc -l <"$dir/directory.many")" -gt 100

sum_up
