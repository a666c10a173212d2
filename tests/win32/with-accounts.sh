#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a test program with accounts of its own: in a mount namespace where
# /var/lib/guise is empty but for them.
#
#	with-accounts.sh GUISE PROGRAM [ARGUMENT...]
set -eu

if [ "${1:-}" != --inside ]; then
	if ! unshare --mount true 2>/dev/null; then
		echo "skip: needs root, for a mount namespace"
		exit 77
	fi
	exec unshare --mount sh "$0" --inside "$@"
fi

guise=$2
shift 2
place=/var/lib/guise
[ -d $place ] || place=/var/lib
mount -t tmpfs -o mode=755 accounts $place
mkdir -p /var/lib/guise

add_user() {
	name=$1
	shift
	echo 'Correct horse 1' |
		"$guise" account add "$name" --password-stdin "$@" >/dev/null
}

add_user alice
add_user bob --privilege SeBackupPrivilege
add_user carol
"$guise" account lock carol >/dev/null
"$guise" account group add readers >/dev/null
"$guise" account group add-member readers alice >/dev/null

exec "$@"
