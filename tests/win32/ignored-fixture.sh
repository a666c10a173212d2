#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A process that has privileges must not listen to a fixture.
#
#	ignored-fixture.sh FIXTURE PROGRAM
set -eu

if [ "$(id -u)" -ne 0 ]; then
	echo "skip: needs root, to have a privilege"
	exit 77
fi
GUISE_WIN32_TOKEN="$1" "$2" ignored
# who kept one capability is privileged as well
GUISE_WIN32_TOKEN="$1" setpriv --reuid 65534 --regid 65534 --clear-groups \
	--inh-caps=+net_bind_service --ambient-caps=+net_bind_service \
	"$2" ignored
