#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: test-cli-core.sh GUISE
# The batch commands and the dispatcher: one line out for each line in, exit
# codes, one-line errors.
set -u

guise=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

# expect NAME EXIT COMMAND...: stdin is $dir/in; stdout must be $dir/want
expect() {
	name=$1 code=$2
	shift 2
	"$guise" "$@" <"$dir/in" >"$dir/out" 2>"$dir/err"
	got=$?
	[ "$got" -eq "$code" ] || fail "$name: exit $got, not $code"
	diff -u "$dir/want" "$dir/out" || fail "$name"
}

# refuse NAME EXIT ARGUMENT...: nothing on stdout, one line on stderr
refuse() {
	name=$1 code=$2
	shift 2
	: >"$dir/want"
	: >"$dir/in"
	expect "$name" "$code" "$@"
	[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "$name: not one line on stderr"
	grep -q '^guise: .*: .*; .' "$dir/err" || fail "$name: $(cat "$dir/err")"
}

# says NAME PATTERN: what the last refusal has to say
says() {
	grep -q "$2" "$dir/err" || fail "$1: $(cat "$dir/err")"
}

refuse "no command" 2
refuse "unknown command" 2 frobnicate
refuse "sddl without direction" 2 sddl
refuse "sddl with two" 2 sddl encode decode
refuse "sddl with a line" 2 sddl encode 'D:(A;;FA;;;WD)'
says "sddl with a line" 'standard input'
refuse "unknown option" 2 sddl encode --frob
refuse "option without value" 2 sid --domain-sid
refuse "bad domain" 2 sid --domain-sid WDX
for sid in S-1-5-21-1-2-3-500 S-1-5-21-1-2 S-1-5-32-1-2-3 S-1-1-21-1-2-3; do
	refuse "domain $sid" 2 sid --domain-sid $sid
	says "domain $sid" 'three numbers after S-1-5-21'
done
refuse "token with a wrong word" 2 token shwo
says "token with a wrong word" 'shwo.*guise token show'
refuse "token with a word too many" 2 token show x
mkdir "$dir/open"
chmod 777 "$dir/open"
refuse "accounts that are not there" 3 account list \
	--accounts "$dir/open/nope.db"
says "accounts that are not there" 'does not exist'
refuse "sid with argument" 2 sid WD
refuse "inherit with argument" 2 inherit x

for command in check sddl sid inherit; do
	"$guise" $command --help | grep -q "^usage: guise $command" ||
		fail "$command --help"
	"$guise" $command --help | grep -q 'Exit code 0: every line was' ||
		fail "$command --help: exit code"
done
"$guise" --help | grep -q '^  sddl ' || fail "--help"
"$guise" --version | grep -Eq '^guise [0-9]+\.' || fail "--version"

# The last line has no newline; it is a line all the same. NUL is no end.
printf 'BA\n\nS-1-5\n S-1-1-0\n010100000000000100000000\nDA\nWD\000\nS-1-1-0' >"$dir/in"
tab=$(printf '\t')
cat >"$dir/want" <<END
S-1-5-32-544${tab}01020000000000052000000020020000${tab}Administrators
error INVALID_SID the SID is malformed
error INVALID_SID the SID is malformed
error INVALID_SID the SID is malformed
S-1-1-0${tab}010100000000000100000000${tab}Everyone
S-1-5-21-1-2-3-512${tab}01050000000000051500000001000000020000000300000000020000${tab}Domain Admins
error INVALID_SID the SID is malformed
S-1-1-0${tab}010100000000000100000000${tab}Everyone
END
expect "sid" 0 sid --domain-sid S-1-5-21-1-2-3

cat >"$dir/in" <<'END'
D:(A;;FA;;;WD)
D:(A;;FA;;;XX)

X
D:(A;;FA;;;DA)
D:(XA;;FR;;;WD;(@User.a == 1))S:(RA;;;;;WD;("b", TS, 0, "c"))
D:(XA;;FR;;;WD;(@User.a = 1))
D:(A;;FR;;;WD)S:(RA;;;;;WD;("b",TB,0,2))
END
cat >"$dir/want" <<'END'
010004800000000000000000000000001400000002001c000100000000001400ff011f00010100000000000100000000
error INVALID_ACL unknown alias, or one that needs a domain: give --domain-sid (at 11)
0100008000000000000000000000000000000000
error INVALID_PARAMETER expected O:, G:, D:, S: or the end (at 0)
error INVALID_ACL unknown alias, or one that needs a domain: give --domain-sid (at 11)
010014800000000000000000140000004c0000000200380001000000120030000000000001010000000000010000000014000000030000000000000001000000180000006200000063000000020034000100000009002c008900120001010000000000010000000061727478f902000000610004010000000000000003028000
error INVALID_ACE_CONDITION an operator or ")" is missing (at 24)
error INVALID_ACL no number, or out of range (at 37)
END
expect "sddl encode" 0 sddl encode

cat >"$dir/in" <<'END'
010004800000000000000000000000001400000002001c000100000000001400ff011f00010100000000000100000000
0100008000000000000000000000000000000000

01000080
zz
020000800000000000000000000000000000000
010014800000000000000000140000004c0000000200380001000000120030000000000001010000000000010000000014000000030000000000000001000000180000006200000063000000020034000100000009002c008900120001010000000000010000000061727478f902000000610004010000000000000003028000
0100048000000000000000000000000014000000020034000100000009002c008900120001010000000000010000000061727478f9020000006100100400000059000a0080000000
END
cat >"$dir/want" <<'END'
D:(A;;FA;;;WD)

error INVALID_SECURITY_DESCR the security descriptor is too short or malformed
error INVALID_SECURITY_DESCR the security descriptor is too short or malformed
error INVALID_PARAMETER not pairs of hex digits (at 0)
error INVALID_PARAMETER not pairs of hex digits (at 0)
D:(XA;;FR;;;WD;(@USER.a == 1))S:(RA;;;;;WD;("b",TS,0x0,"c"))
error INVALID_SECURITY_DESCR a string in it has control characters
END
expect "sddl decode" 0 sddl decode

cat >"$dir/in" <<'END'
{"parent": "D:(A;OI;FR;;;CO)", "token": {"user": "S-1-5-21-1-2-3-1001"}}
{"parent": "D:(A;OI;FR;;;WD)", "flags": ["DACL_AUTO_INHERIT"], "mapping": "registry", "token": {"user": "BA"}}
{"flags": 1, "mapping": ["FR", 2, 4, "0xff"], "token": {"user": "BA", "default_dacl": "D:(A;;GA;;;BA)"}}
not json
[]
{"parnet": "D:"}
{"parent": "D:(A;OI;FR;;;ZZ)"}
{"parent": "D:"}
{"flags": ["FROB"]}
{"container": 2}
{"mapping": "frob"}
{"creator": "O:SY", "token": {"user": "BA"}}
{"creator": "S:", "token": {"user": "BA"}}
{"parent": "D:AI(A;OI;FR;;;WD)", "token": {"user": "BA"}}
{"parent": "D:(OA;OI;FR;;bf967a86-0de6-11d0-a285-00aa003049e2;WD)", "object_type": "bf967a86-0de6-11d0-a285-00aa003049e2", "token": {"user": "BA"}}
{"parent": "D:(A;OI;FR;;;S-1-3-2)", "server_token": {"user": "SY"}, "flags": "SEF_DACL_AUTO_INHERIT", "token": {"user": "BA"}}
{"creator": "S:(ML;;NW;;;LW)", "flags": "0x1", "token": {"user": "BA", "integrity": "medium"}}
{"object_type": "frob"}
END
"$guise" inherit <"$dir/in" >"$dir/out" || fail "inherit: exit $?"
cut -d, -f1 "$dir/out" >"$dir/got"
cat >"$dir/want" <<'END'
{"sddl": "O:S-1-5-21-1-2-3-1001G:S-1-5-21-1-2-3-1001D:(A;;FR;;;S-1-5-21-1-2-3-1001)"}
{"sddl": "O:BAG:BAD:AI(A;ID;FR;;;WD)"}
{"sddl": "O:BAG:BAD:AI(A;;CCDCLCSWRPWPDTLO;;;BA)"}
{"error": "INVALID_PARAMETER"
{"error": "INVALID_PARAMETER"
{"error": "INVALID_PARAMETER"
{"error": "INVALID_ACL"
{"error": "NO_TOKEN"
{"error": "INVALID_PARAMETER"
{"error": "INVALID_PARAMETER"
{"error": "INVALID_PARAMETER"
{"error": "INVALID_OWNER"
{"error": "PRIVILEGE_NOT_HELD"
{"sddl": "O:BAG:BAD:AI(A;ID;FR;;;WD)"}
{"sddl": "O:BAG:BAD:(A;;FR;;;WD)"}
{"sddl": "O:BAG:BAD:AI(A;ID;FR;;;SY)"}
{"sddl": "O:BAG:BAD:AIS:(ML;;NW;;;LW)"}
{"error": "INVALID_STRING_UUID"
END
diff -u "$dir/want" "$dir/got" || fail "inherit"

# What a creator lacks is named.
cat >"$dir/in" <<'END'
{"parent": "D:"}
{"creator": "S:", "token": {"user": "BA"}}
{"creator": "S:(AU;SA;FA;;;WD)(ML;;NW;;;HI)", "token": {"user": "BA"}}
{"creator": "S:(ML;;NW;;;HI)", "token": {"user": "BA", "integrity": "medium"}}
{"creator": "D:(A;;FA;;;DA)", "token": {"user": "BA"}}
{"creator": "D:"
END
"$guise" inherit <"$dir/in" >"$dir/out" || fail "inherit, lacking: exit $?"
i=0
for word in 'token: needed for owner' SeSecurityPrivilege SeSecurityPrivilege \
	SeRelabelPrivilege 'give domain_sid' 'one object a line'; do
	i=$((i + 1))
	sed -n ${i}p "$dir/out" | grep -q "$word" ||
		fail "inherit, lacking: $(sed -n ${i}p "$dir/out")"
done

echo DA >"$dir/in"
echo 'error INVALID_SID unknown alias, or one that needs --domain-sid' \
	>"$dir/want"
expect "sid of no domain" 0 sid

# A line beyond every limit is one bad line; the next is answered.
{
	head -c 34000000 /dev/zero | tr '\0' 0
	printf '\nBA\n'
} >"$dir/in"
"$guise" sid <"$dir/in" >"$dir/out" || fail "long line: exit $?"
[ "$(wc -l <"$dir/out")" -eq 2 ] || fail "long line: not two lines"
tail -n 1 "$dir/out" | grep -q '^S-1-5-32-544' || fail "long line: the next"

# Writing to a full device is a failure, not a success without output.
echo BA | "$guise" sid >/dev/full 2>"$dir/err"
[ $? -eq 3 ] || fail "full device: not exit 3"
[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "full device: not one line"

# 10,000 lines, one answer each.
i=0
while [ $i -lt 100 ]; do
	echo 'O:BAG:SYD:PAI(A;OICI;FA;;;S-1-5-21-1-2-3-1001)(A;OICI;FA;;;SY)'
	i=$((i + 1))
done >"$dir/hundred"
i=0
while [ $i -lt 100 ]; do
	cat "$dir/hundred"
	i=$((i + 1))
done >"$dir/in"
"$guise" sddl encode <"$dir/in" | "$guise" sddl decode >"$dir/out"
cmp "$dir/in" "$dir/out" || fail "10,000 lines there and back"

exit $failed
