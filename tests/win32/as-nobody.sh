#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a test program as a user without any privilege, with a fixture for its
# token.
#
#	as-nobody.sh FIXTURE PROGRAM [ARGUMENT...]
set -eu

export GUISE_WIN32_TOKEN="$1"
shift
if [ "$(id -u)" -ne 0 ]; then
	exec "$@"
fi
nobody='setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all'
if ! $nobody test -r "$GUISE_WIN32_TOKEN" -a -x "$1"; then
	echo "skip: nobody may not read the build directory"
	exit 77
fi
exec $nobody "$@"
