#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: no_whole_process_calls.sh LIBGUISE GUISE
# What the library and the tool want from libc at run time. libc's set*id and
# setgroups change every thread at once; access(2) asks about the real uid, not
# the client's; system(3) and its kin start commands past our own care.
# The tool asks access(2) only whether a file of its own user's is there.
set -eu

ids='set(re|res|e|fs)?[ug]id|setgroups|initgroups'
ask='access|faccessat|eaccess|euidaccess'
start='system|popen|posix_spawnp?|vfork|clone'
threads='aio_[a-z]+(64)?|lio_listio(64)?|timer_create|mq_notify|getaddrinfo_a'

# imports FILE: names of its undefined symbols, without versions
imports() {
	nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $2); print $2 }'
}

bad=0
# refuse FILE PATTERN
refuse() {
	found=$(imports "$1" | grep -Ex "$2" || true)
	if [ -n "$found" ]; then
		echo "$1 may not use: $found"
		bad=1
	fi
}

for file in "$1" "$2"; do
	case $file in
	*.a) echo "skipped: built without a shared library" && exit 77 ;;
	esac
	if ! imports "$file" | grep -Fqx free; then
		echo "$file: its symbols cannot be read"
		exit 1
	fi
	refuse "$file" "$ids|$start|$threads"
done
refuse "$1" "$ask"
exit $bad
