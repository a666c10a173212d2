#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every option that guise serve --help names is in its manual.
#   test-man.sh GUISE MANUAL
set -u
manual=$(sed 's/\\-/-/g' "$2")
options=$("$1" serve --help | grep -oE -- '--[a-z][a-z-]*' | sort -u)
[ "$(echo "$options" | wc -l)" -ge 30 ] || { echo "FAILED: only: $options"; exit 1; }
failed=0
for option in $options; do
	grep -qE -- "(^|[^a-z-])$option([^a-z-]|$)" <<<"$manual" && continue
	echo "FAILED: $option is not in $2"
	failed=1
done
exit $failed
