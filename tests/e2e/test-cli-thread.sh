#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: test-cli-thread.sh GUISE
# run, scan and token show: exit codes, one-line errors, and that what they
# say is so.
set -u

guise=$1
if [ "$(id -u)" -ne 0 ]; then
	echo "skipped: needs root"
	exit 77
fi
dir=$(mktemp -d)
sleeper=
trap 'rm -rf "$dir"; [ -z "$sleeper" ] || kill "$sleeper"' EXIT
failed=0
nobody=$(id -u nobody)

fail() {
	echo "FAILED: $*"
	failed=1
}

# check NAME EXIT WANTED-OUTPUT ARGUMENT...
check() {
	name=$1 code=$2 want=$3
	shift 3
	got=$("$guise" "$@" 2>"$dir/err" </dev/null)
	r=$?
	[ "$r" -eq "$code" ] || fail "$name: exit $r, not $code: $(cat "$dir/err")"
	[ "$got" = "$want" ] || fail "$name: said '$got', not '$want'"
}

# refuse NAME EXIT ARGUMENT...: nothing on stdout, one line on stderr
refuse() {
	name=$1 code=$2
	shift 2
	check "$name" "$code" "" "$@"
	[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "$name: not one line on stderr"
	case $(cat "$dir/err") in
	"guise: "*": "*"; "*) ;;
	*) fail "$name: $(cat "$dir/err")" ;;
	esac
}

check "run is the user" 0 "$nobody $nobody" \
	run --user nobody -- sh -c 'echo $(id -u) $(id -ru)'
check "run has the user's groups" 0 "$(id -G nobody)" run --user nobody -- id -G
check "run has no capability" 0 "CapPrm:	0000000000000000
CapEff:	0000000000000000
CapBnd:	0000000000000000" \
	run --user nobody -- grep -E '^Cap(Prm|Eff|Bnd)' /proc/self/status
check "run passes the exit status on" 42 "" run --user nobody -- sh -c 'exit 42'
check "run tells of a signal" 137 "" run --user nobody -- sh -c 'kill -9 $$'
check "run passes arguments on" 0 "--user a  b" \
	run --user nobody -- echo --user "a  b"
check "run has its own environment" 0 "nobody" \
	run --user nobody -- sh -c 'echo $USER$SECRET'
check "run enters a directory" 0 "/tmp" run --user nobody --directory /tmp -- pwd
refuse "run without a user" 2 run -- id
refuse "run without a command" 2 run --user nobody
refuse "run with an unknown option" 2 run --user nobody --nope -- id
refuse "run of nobody known" 3 run --user no-such-user -- id
refuse "run of root" 3 run --user root -- id
refuse "run of no command" 3 run --user nobody -- no-such-command
refuse "run of a file that is no command" 3 run --user nobody -- /etc/passwd
refuse "run in a closed directory" 3 run --user nobody --directory /root -- id
for name in "" 0x0 " root" "root " 0 -1 4294967295; do
	refuse "run of '$name'" 3 run --user "$name" -- id
done

"$guise" run --user nobody -- sleep 30 &
runner=$!
sleep 0.3
kill -TERM $runner
wait $runner
[ $? -eq 143 ] || fail "run does not pass SIGTERM on"

check "a quiet process" 0 "" scan --pid $$
check "a quiet process in JSON" 0 "[]" scan --pid $$ --json
refuse "scan of no process" 3 scan --pid 4194305
refuse "scan of nonsense" 2 scan --pid 12x
refuse "scan of an argument" 2 scan 12

"$guise" run --user nobody -- sleep 30 &
sleeper=$!
for i in $(seq 300); do
	child=$(pgrep -P $sleeper -x sleep) && break
	sleep 0.1
done
"$guise" token show --pid "$child" >"$dir/token" ||
	fail "token of a process: exit $?"
grep -q "^user *S-1-22-1-$nobody" "$dir/token" || fail "token of a process"
grep -q "^unix *uid $nobody" "$dir/token" || fail "its uid"
grep -q "^type *primary" "$dir/token" || fail "its type"
grep -q "SeImpersonate" "$dir/token" && fail "a privilege from nowhere"
refuse "a thread that impersonates nobody" 1 token show --tid "$child"
refuse "two tokens" 2 token show --self --pid 1
refuse "token of nothing" 2 token
refuse "token of no process" 3 token show --pid 4194305
refuse "token of nonsense" 2 token show --pid -1
refuse "token of nobody known" 3 token show --user no-such-user
"$guise" token show | grep -q "SeImpersonatePrivilege: enabled" ||
	fail "root may impersonate"
"$guise" token show --json | grep -q '"type": "primary"' || fail "token in JSON"
"$guise" token show --user nobody | grep -q "uid $nobody, gid" ||
	fail "token of a user"

[ "$failed" -eq 0 ] && echo "run, scan, token show: all as they should"
exit "$failed"
