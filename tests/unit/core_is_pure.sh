#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: core_is_pure.sh LIBCORE LIBBASE
# The core calls no operating system: its undefined symbols are its own, the
# base layer's and the few of libc named here.
set -eu

# bcmp is what clang makes of memcmp() == 0. Hashes are nettle's, and call
# nothing but libc's mem*.
allowed='^(bcmp|mem(cpy|cmp|move|set|chr)|__mem(cpy|move|set)_chk|str(len|cmp|ncmp|nlen|chr)|malloc|calloc|realloc|free|abort|qsort|bsearch|__stack_chk_fail|_Unwind_Resume|__gcc_personality_v0|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|tsan|sanitizer|gcov|sancov)_.*|__tls_get_addr|nettle_sha(1|256)_(init|update|digest))$'

defined=$(nm --defined-only "$1" "$2" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u)
undefined=$(nm -u "$1" | awk '$1 == "U" { print $2 }' | sort -u)
if [ -z "$undefined" ]; then
	echo "no symbols found in $1"
	exit 1
fi

bad=$(echo "$undefined" | grep -Ev "$allowed" | grep -Fxv "$defined" || true)
# buf_printf() is base's, but formats with libc: not for the core.
bad="$bad$(echo "$undefined" | grep -Fx buf_printf || true)"
if [ -n "$bad" ]; then
	echo "the core may not use:"
	echo "$bad"
	exit 1
fi
