#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: test-cli-id.sh GUISE SOURCE [FAKES]
# guise id: who somebody is, by embedded accounts, the system and a file of
# identities. SOURCE: where dist and docs are. FAKES: a directory with a libwbclient.so.0 whose daemon says what
# FAKE_WINBIND tells it to.
set -u

guise=$1
source=$2
fakes=${3:-}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
A=S-1-5-21-1-2-3

fail() {
	echo "FAILED: $*"
	failed=1
}

cat >"$dir/identities.conf" <<X
[idmap]
domains = $A
[static]
$A-1105 = uid 1
$A-1513 = gid 1
$A-500 = uid 0
[domain S-1-5-21-4-5-6]
range = 1000000-1999999
[realm EXAMPLE.COM]
clients = accounts
[realm AD.EXAMPLE.COM]
clients = pac
domains = $A
[realm FAR.EXAMPLE.COM]
clients = pac
domains = $A
claims = yes
[principals]
d/admin@EXAMPLE.COM = daemon
mallory@EXAMPLE.COM = -
X
"$guise" account add alice --accounts "$dir/a.db" --uid 20001 --gid 20001 >/dev/null || fail "add"
"$guise" account group add staff --accounts "$dir/a.db" --gid 20002 >/dev/null || fail "group"
"$guise" account group add-member staff alice --accounts "$dir/a.db" >/dev/null || fail "member"

# id EXIT WHO: stdout goes to $dir/out, fields parted by one blank
id() {
	code=$1
	shift
	"$guise" id --identities "$dir/identities.conf" --accounts "$dir/a.db" "$@" >"$dir/raw" 2>"$dir/err"
	got=$?
	[ "$got" -eq "$code" ] || fail "$*: exit $got, not $code: $(cat "$dir/err")"
	tr -s ' ' <"$dir/raw" >"$dir/out"
	[ "$code" -eq 0 ] || [ -s "$dir/raw" ] || grep -q '^guise: .*: .*; .' "$dir/err" ||
		fail "$*: no reason: $(cat "$dir/err")"
}

has() {
	grep -qxE -- "$1" "$dir/out" || fail "no \"$1\" in: $(cat "$dir/out")"
}

lacks() {
	! grep -qE -- "$1" "$dir/out" || fail "\"$1\" in: $(cat "$dir/out")"
}

# An account of the system, in both worlds.
id 0 daemon
has "user 1 $A-1105 static daemon"
has "group 1 $A-1513 static daemon"
has 'group - S-1-1-0 builtin Everyone'
has 'group - S-1-5-11 builtin Authenticated Users'
lacks S-1-22
id 0 user:daemon
has "user 1 $A-1105 static daemon"
"$guise" token show --user daemon --identities "$dir/identities.conf" --accounts "$dir/a.db" >"$dir/out" ||
	fail "token show"
has "user +$A-1105"
has "owner +$A-1105"
has "primary group +$A-1513"
has 'group +S-1-22-1-1: .*'
has 'group +S-1-22-2-1: .*'

# An embedded one.
id 0 alice
has 'user 20001 S-1-5-21-[0-9-]+ accounts alice'
has 'group 20002 S-1-5-21-[0-9-]+ accounts staff'
lacks '20002 S-1-22'
id 0 group:staff
has 'group 20002 S-1-5-21-[0-9-]+ accounts staff'
sid=$(cut -d' ' -f3 "$dir/out")
id 0 "$sid"
has "group 20002 $sid accounts staff"
id 0 gid:20002
has "group 20002 $sid accounts staff"

# SIDs and ids.
id 0 $A-1105
has "user 1 $A-1105 static daemon"
id 0 uid:1
has "user 1 $A-1105 static daemon"
id 0 uid:0
has "user 0 $A-500 static Administrator"
id 0 gid:0
has 'group 0 S-1-22-2-0 unix root'
id 0 S-1-5-21-4-5-6-7
has 'both 1000007 S-1-5-21-4-5-6-7 domain -'
id 0 gid:1000007
has 'group 1000007 S-1-5-21-4-5-6-7 domain -'
id 0 S-1-22-1-4242
has 'user 4242 S-1-22-1-4242 unix -'
id 0 $A-7
has "both [0-9]+ $A-7 algorithm -"
cp "$dir/out" "$dir/before"
id 0 $A-7
cmp -s "$dir/out" "$dir/before" || fail "the algorithm says another id now"
id 1 S-1-22-1-0
id 1 S-1-1-0
has '- - S-1-1-0 builtin Everyone'
id 1 S-1-5-21-7-8-9-1000
has '- - S-1-5-21-7-8-9-1000 - -'

# Kerberos clients.
id 0 principal:alice@EXAMPLE.COM
has 'principal alice@EXAMPLE.COM: account alice, by the rule of its realm'
has 'user 20001 .*'
id 0 principal:d/admin@EXAMPLE.COM
has 'principal d/admin@EXAMPLE.COM: account daemon, by \[principals\]'
id 0 principal:alice@AD.EXAMPLE.COM
has "principal alice@AD.EXAMPLE.COM: what its PAC says, of $A; claims: by its own keys"
id 0 --json principal:alice@AD.EXAMPLE.COM
grep -q '"claims": "by its own keys"' "$dir/raw" || fail "JSON of a PAC client: $(cat "$dir/raw")"
id 0 principal:alice@FAR.EXAMPLE.COM
has "principal alice@FAR.EXAMPLE.COM: what its PAC says, of $A; claims: yes"
for who in root daemon www-data Alice 'host$' alice/x mallory nobody_there; do
	id 1 "principal:$who@EXAMPLE.COM"
	[ ! -s "$dir/raw" ] || fail "$who@EXAMPLE.COM: $(cat "$dir/raw")"
done
id 1 principal:alice@OTHER.COM
id 1 principal:alice

# For programs.
id 0 --json daemon
python3 - "$dir/raw" <<'X' || fail "JSON of a user"
import json, sys
o = json.load(open(sys.argv[1]))
assert o["kind"] == "user" and o["id"] == 1 and o["source"] == "static", o
assert o["sid"] == "S-1-5-21-1-2-3-1105", o
assert {"kind": "group", "id": 1, "sid": "S-1-5-21-1-2-3-1513",
        "source": "static", "name": "daemon"} in o["groups"], o
X
id 1 --json principal:root@EXAMPLE.COM
grep -q '"rule": "refused"' "$dir/raw" || fail "JSON of a refusal: $(cat "$dir/raw")"

# What is wrong is said.
id 2
id 2 a b
id 2 uid:x
id 2 uid:4294967295
id 2 S-1-x
id 1 nobody_there
id 1 group:nobody_there
printf '[idmap]\n\nsources = magic\n' >"$dir/bad.conf"
"$guise" id --identities "$dir/bad.conf" root 2>"$dir/err" && fail "a bad file is taken"
grep -q "bad.conf:3: there is no such source: \"magic\"" "$dir/err" || fail "$(cat "$dir/err")"
chmod 666 "$dir/bad.conf"
"$guise" id --identities "$dir/bad.conf" root 2>"$dir/err"
[ $? -eq 3 ] || fail "a file that all may write is taken"
"$guise" id --identities "$dir/none.conf" root 2>"$dir/err"
[ $? -eq 3 ] || fail "a missing file is passed over"

# What administrators start from is understood: the sample, and the manual's.
cp "$source/dist/identities.conf" "$dir/sample.conf"
"$guise" id --identities "$dir/sample.conf" root >/dev/null || fail "dist/identities.conf"
sed -n '/^## The file/,/^## Prin/s/^    //p' "$source/docs/identity.md" >"$dir/manual.conf"
"$guise" id --identities "$dir/manual.conf" S-1-5-21-1-2-3-1105 >"$dir/out" || fail "docs/identity.md"
grep -q 20001 "$dir/out" || fail "docs/identity.md: $(cat "$dir/out")"

# Who has been asked, and what to do.
id 1 nobody_there
grep -q "no user of $dir/a.db, nor of the system (NSS); see .*getent passwd" "$dir/err" ||
	fail "who was asked: $(cat "$dir/err")"
id 1 group:nobody_there
grep -q "no group of $dir/a.db, nor of the system (NSS); see .*getent group" "$dir/err" ||
	fail "which group: $(cat "$dir/err")"
id 1 alice@EXAMPLE.COM
grep -q "say principal:" "$dir/err" || fail "a principal: $(cat "$dir/err")"
id 1 principal:nobody_there@EXAMPLE.COM
grep -q "no user of $dir/a.db, .*name another in \[principals\]" "$dir/err" ||
	fail "a principal without an account: $(cat "$dir/err")"

# A daemon, and one that does not answer.
if [ -n "$fakes" ]; then
	printf '[idmap]\nsources = static builtin unix algorithm winbind\ndomains = %s\n' S-1-5-21-7-8-9 >"$dir/identities.conf"
	LD_LIBRARY_PATH=$fakes
	FAKE_WINBIND="$A-7 uid 30007;$A-8 uid 1;$A-9 gid 1;$A-500 uid 0;"
	export LD_LIBRARY_PATH FAKE_WINBIND
	id 0 $A-7
	has "user 30007 $A-7 winbind -"
	id 0 daemon
	has "user 1 $A-8 winbind daemon"
	has "group 1 $A-9 winbind daemon"
	id 1 $A-500
	FAKE_WINBIND="error 6"
	id 3 $A-7
	grep -q 'winbind does not answer (systemctl status winbind; wbinfo -p)' "$dir/err" ||
		fail "which daemon: $(cat "$dir/err")"
	id 3 daemon
	grep -q 'winbind does not answer' "$dir/err" || fail "whose daemon: $(cat "$dir/err")"
	id 3 uid:1
	[ ! -s "$dir/raw" ] || fail "an answer without winbind: $(cat "$dir/raw")"
fi
exit $failed
