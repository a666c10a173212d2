#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The facade's headers are good company: each compiles alone, in C and in C++,
# and all together in every dialect that programs are written in, with and
# without UNICODE, without a warning.
#
#	headers-compile.sh INCLUDE_DIRECTORY
set -u

include=$1
failed=0
n=0

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# compile NAME COMPILER OPTION... FILE
compile() {
	name=$1
	shift
	n=$((n + 1))
	if ! "$@" -fshort-wchar -DSECURITY_WIN32 -Wall -Wextra -Wundef -Wwrite-strings -Werror \
		-I "$include" -c -o "$out/object"; then
		echo "FAILED: $name: $*"
		failed=$((failed + 1))
	fi
}

# What includes what is Windows' affair: windows.h comes first, parts of
# winnt.h and winternl.h never alone, sspi.h wants to know its side.
all=$out/all.c
echo '#include <windows.h>' >"$all"
for header in "$include"/*.h; do
	name=$(basename "$header")
	case $name in
	winnt-*|winternl-*) continue ;;
	ntstatus.h) ;;
	*) echo "#include <$name>" >>"$all" ;;
	esac
	printf '#include <windows.h>\n#include <%s>\nint x;\n' "$name" \
		>"$out/one.c"
	[ "$name" = ntstatus.h ] && sed -i '1i #define WIN32_NO_STATUS' \
		"$out/one.c" && sed -i '2a #undef WIN32_NO_STATUS' "$out/one.c"
	compile "$name" cc -std=gnu17 -DUNICODE -D_UNICODE "$out/one.c"
done
cp "$all" "$out/all.cc"

for dialect in c99 gnu99 c11 gnu17; do
	compile all cc -std=$dialect "$all"
	compile all cc -std=$dialect -DUNICODE -D_UNICODE -D_GNU_SOURCE "$all"
done
compile all cc -std=gnu89 "$all"
compile all cc -O2 -D_FORTIFY_SOURCE=2 -DWIN32_LEAN_AND_MEAN -DNOMINMAX \
	-DSTRICT -D_WIN32_WINNT=0x0A00 "$all"
if command -v clang >/dev/null; then
	compile all clang -std=gnu17 "$all"
	compile all clang -std=c11 -DUNICODE -D_UNICODE "$all"
fi
if command -v c++ >/dev/null; then
	for dialect in c++11 gnu++17 c++20; do
		compile all c++ -std=$dialect "$out/all.cc"
		compile all c++ -std=$dialect -O2 -D_FORTIFY_SOURCE=2 \
			-DUNICODE -D_UNICODE "$out/all.cc"
	done
fi

echo "$n compilations, $failed with warnings or errors"
[ "$failed" -eq 0 ] && [ "$n" -gt 0 ]
