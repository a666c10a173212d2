#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every public header is installed where programs look for it.
#
#	headers-installed.sh BUILD_DIRECTORY INCLUDE_DIRECTORY
set -u

failed=0
n=0

if ! command -v meson >/dev/null; then
	echo "skipped: meson is not in the path"
	exit 77
fi
installed=$(meson introspect "$1" --installed) || exit 1

for header in "$2"/guise/*.h "$2"/guise/win32/*.h; do
	name=${header#"$2"/}
	n=$((n + 1))
	if ! echo "$installed" | grep -qF "include/$name\"}" &&
		! echo "$installed" | grep -qF "include/$name\","; then
		echo "FAILED: $name is not installed"
		failed=$((failed + 1))
	fi
done

echo "$n headers, $failed not installed"
[ "$failed" -eq 0 ] && [ "$n" -gt 0 ]
