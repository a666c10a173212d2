#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every program of examples/win32 is one for Windows, too: it compiles and
# links, without a warning, with mingw-w64 against the real SDK headers. This
# proves names, types and signatures of what the examples use.
#
#	mingw-examples.sh DIRECTORY
set -u

mingw=x86_64-w64-mingw32-gcc
failed=0
n=0

if ! command -v "$mingw" >/dev/null; then
	echo "skipped: $mingw is not installed (gcc-mingw-w64-x86-64)"
	exit 77
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

for source in "$1"/*.c; do
	unicode=
	grep -q '^int wmain(' "$source" && unicode=-municode
	# unquoted: an option or none
	if "$mingw" -std=gnu17 -D_WIN32_WINNT=0x0A00 -Wall -Wextra -Werror \
		$unicode "$source" -o "$out/example.exe" -ladvapi32 -lsecur32; then
		n=$((n + 1))
	else
		echo "FAILED: $source"
		failed=$((failed + 1))
	fi
done

echo "$n programs compile for Windows, $failed do not"
[ "$failed" -eq 0 ] && [ "$n" -gt 0 ]
