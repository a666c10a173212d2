#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Kerberos clients who are not what they would like to be: names that mean
# something elsewhere, foreign realms, messages that are late, old, broken or
# said twice, PACs that lie, KDCs that are down, slow or somebody else's. None
# gets an identity that is not its own, and the log says why.
#   GUISE MAKE_ACCOUNTS ENGINE GSS_CLIENT
gss_client=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/kdc.sh"
. "$here/lib.sh"

kerberos="negotiate = yes
identities = $dir/identities.conf
keytab = $dir/http.keytab
kerberos-service = HTTP@localhost
basic = no"

# ticket_of NAME [PASSWORD]: in $dir/cc.NAME, with / and the like as _
cache_of() {
	echo "$dir/cc.${1//[^A-Za-z0-9]/_}.${kdc_realm}"
}
ticket_of() {
	kdc_kinit "$(cache_of "$1")" "$1" "${2:-pw}" || fail "no ticket for $1"
}

# as NAME METHOD PATH [CURL-OPTION...]: sets $status, as who has $cache
as() {
	local method=$1 path=$2
	shift 2
	status=$(KRB5CCNAME=FILE:$cache curl -s -m 30 --negotiate -u : -X "$method" \
		-o "$dir/body" -D "$dir/head" -w '%{http_code}' "$@" "http://localhost:$port$path")
}

last_line() {
	tail -n 1 "$dir/access.log" | grep -Eq -- "$1"
}
said() {
	soon last_line "$1"
}

# refused NAME WHY: is let in nowhere, and the log names who and why
refused() {
	local name=$1 why=$2
	cache=$(cache_of "$name")
	as GET /files/all.txt
	same "$name" "$status" 401
	checks=$((checks + 1))
	said "principal=\"$1@.*\" why=\".*$2" ||
		fail "$1: the log says: $(tail -n 1 "$dir/access.log")"
}

# made_by NAME UID:GID: what it makes is so owned
made_by() {
	as "$1" PUT "/files/of-$1" -d x
	same "$1 makes a file" "$status" 201
	same "$1's file" "$(stat -c %u:%g "$dir/files/of-$1" 2>&1)" "$2"
}

# room GID: a file that only this group reads
room() {
	echo "of $1" >"$dir/files/room-$1"
	chown "0:$1" "$dir/files/room-$1"
	chmod 040 "$dir/files/room-$1"
}

# enters NAME STATUS GID...
enters() {
	local name=$1 want=$2 gid
	shift 2
	for gid; do
		as "$name" GET "/files/room-$gid"
		same "$name in the room of $gid" "$status" "$want"
	done
}

kdc_start "$dir/kdc"
kdc_principal HTTP/localhost -
kdc_keytab "$dir/http.keytab" HTTP/localhost

user alice "sid=$ours-1103" "groups=513 1110 S-1-18-1" "upn=alice@guise.test" \
	"claims=dept=S:Eng|Sales"
user nested "sid=$ours-1104" "groups=513 1110 1111" "resource_groups=$ours 1112"
user nopac
user garbage "sid=$ours-1103" buffer:1=00112233
logon=01100800cccccccc
user truncated "sid=$ours-1103" "buffer:1=${logon}f00100000000000000000200ffffffff"
user badclaims "sid=$ours-1103" groups=513 buffer:13=00
# a set of claims that would be 4 GiB
user bomb "sid=$ours-1103" groups=513 \
	"buffer:13=${logon}28000000000000000000020004000000040002000400ccccffffffff0000cccc0000000000000000040000000102030400000000"
user forged "sid=$ours-1103" groups=513
user system sid=S-1-5-18
user builtin sid=S-1-5-32-544
user unixroot sid=S-1-22-1-0
user unixdaemon sid=S-1-22-1-1
user unixalice "sid=S-1-22-1-$alice"
user foreign "sid=$theirs-1000"
user short sid=S-1-5-21-1-2
user toroot "sid=$ours-1105" groups=513
user outside "sid=$ours-4000000000" groups=513
user minusone "sid=$ours-4294967295" groups=513
user greedy "sid=$ours-1106" "groups=513 1110=0x10 1111=0 S-1-5-32-544 S-1-5-18 S-1-22-2-0
 S-1-22-2-42 S-1-22-2-300512 $theirs-512 S-1-16-16384 S-1-5-5-0-1 S-1-18-1"
user administrator "sid=$ours-500" "groups=512 513 518 519 520 S-1-5-32-544"
user many "sid=$ours-1107" "groups=513 $(seq -s ' ' 2000 2999)"

# claims, as Active Directory names them, of the user and of the device
user claimed "sid=$ours-1108" groups=513 \
	"claims=ad://ext/dept:88d5=S:Eng|Sales level=I:5" \
	"device=$ours-1500" "device_groups=515 1600" "device_claims=managed=B:1"
user otherwise "sid=$ours-1109" groups=513 "claims=ad://ext/dept:88d5=S:Ops level=I:4" \
	"device=$theirs-1500" "device_groups=1600" "device_claims=managed=B:1"

here_kdc=$kdc_dir
kdc_start "$dir/other" OTHER.TEST
user eve "sid=$theirs-1000" "groups=513 512 $ours-1110 $ours-513 S-1-5-32-544"
user mallory "sid=$ours-1103" groups=513
kdc_trust "$here_kdc" "$dir/other"
kdc_use "$here_kdc"

for gid in 0 42 401110 401111 401112 300512 402999; do
	room $gid
done
start_server

# --- who they are
made_by alice 401103:400513
enters alice 200 401110
enters alice 403 401111 401112 300512 0
made_by nested 401104:400513
enters nested 200 401110 401111 401112
holds "the log names the account" said " nested@GUISE.TEST $ours-1104 .*principal=\"nested@GUISE.TEST\""

# --- PACs that say nothing, or nothing that can be read
refused nopac "no PAC"
refused garbage "PAC"
refused truncated "PAC"
refused badclaims "PAC"
refused bomb "PAC"
refused unixroot "PAC"
refused forged "signature"

# --- somebody else's SIDs
for name in system builtin unixdaemon unixalice foreign short mallory; do
	refused $name "no domain that its realm"
done

# --- ids nobody may have
for name in toroot outside minusone; do
	as $name GET /files/all.txt
	fails "$name is let in" test "$status" = 200
	checks=$((checks + 1))
	said "principal=\"$name@.*\" why=\".+\"" ||
		fail "$name: the log says: $(tail -n 1 "$dir/access.log")"
	fails "$name: its file" test -s "$dir/files/of-hostile"
}

# --- names, where the realm's clients are accounts of the same name
kdc_start "$dir/kdc"
names="root Root ROOT administrator Administrator system nobody daemon guest
 localhost\$ host\$ Alice ALICE alice/admin root/admin HTTP/localhost alice\\@GUISE.TEST aliceé"
kdc_principal alice pw
kdc_principal bob pw +requires_preauth
kdc_principal HTTP/other -
for name in $names; do
	[ "$name" = HTTP/localhost ] || kdc_principal "$name" pw
done
kdc_principal HTTP/localhost pw
kdc_keytab "$dir/http.keytab" HTTP/localhost
# accounts by these names do not help
for name in root administrator system nobody daemon guest; do
	"$make_accounts" "$dir/accounts" "$name:20101${#name}" 2>/dev/null
done
for name in alice bob $names; do
	ticket_of "$name"
done
cat >"$dir/identities.conf" <<END
[realm GUISE.TEST]
clients = accounts
END
extra=$kerberos
start_server
cache=$(cache_of alice)
as GET /files/alice/secret.txt
same "alice is alice" "$status $(cat "$dir/body")" "200 of alice"
for name in root administrator system nobody daemon guest; do
	refused "$name" "reserved"
done
for name in Root ROOT Administrator 'localhost$' 'host$' Alice ALICE alice/admin \
	root/admin HTTP/localhost 'alice\@GUISE.TEST' aliceé; do
	refused "$name" "plain names"
done

# --- the same name in another realm
export KDC_PRELOAD=
here_kdc=$dir/kdc
kdc_start "$dir/other" OTHER.TEST
kdc_principal alice pw
kdc_principal root pw
kdc_trust "$here_kdc" "$dir/other"
kdc_use "$dir/other"
for name in alice root; do
	ticket_of $name
done
# what goes over the trust is asked of both; clients know both realms
for name in alice root; do
	kdc_use "$dir/other"
	cache=$(cache_of $name)
	kdc_use "$here_kdc"
	as GET /files/all.txt
	same "$name of another realm" "$status" 401
	holds "the log says so" said "principal=\"$name@OTHER.TEST\" why=\"the realm has no clients"
done

# --- messages
cache=$(cache_of alice)
kdc_use "$here_kdc"
token=$(message)
python3 - "$port" "$token" "$(message)" "$(message)" "$dir/said" <<'END'
import base64, http.client, sys
port, one, two, three, said = sys.argv[1:]
who = {b"of alice\n": "alice"}

# --- a thousand groups
made_by many 401107:400513
enters many 200 402999
enters many 403 401110

# --- claims and devices decide
for condition in '@User.ad://ext/dept:88d5 Contains "Sales"' '@User.level >= 5' \
	'@Device.managed == 1' "Device_Member_of {SID($ours-1600)}"; do
	sddl="O:SYG:SYD:P(XA;;FR;;;WD;($condition))"
	echo claimed >"$dir/files/if"
	chmod 644 "$dir/files/if"
	holds "set $sddl" "$guise" acl set "$dir/files/if" "$sddl"
	as claimed GET /files/if
	same "$condition" "$status" 200
	for name in otherwise alice; do
		as $name GET /files/if
		same "$condition: $name" "$status" 403
	done
	rm -f "$dir/files/if"
done
stop_server

# --- the keytab: not there, none, another's
cache=$(cache_of bob)
printf 'no keytab' >"$dir/http.keytab"
extra=$kerberos
start_server
as GET /files/all.txt
fails "a keytab that is none" test "$status" = 200
holds "the log says so" said 'why=".*[Kk]eytab'
kdc_start "$dir/liar"
kdc_principal bob pw
kdc_principal HTTP/localhost -
rm "$dir/http.keytab"
kdc_use "$here_kdc"
cp "$dir/good.keytab" "$dir/http.keytab"
as GET /files/all.txt
same "repaired, without a restart" "$status" 200
# the same realm, by a KDC that is not the realm's
kdc_use "$dir/liar"
kdc_kinit "$dir/cc.liar" bob pw
cache=$dir/cc.liar
as GET /files/all.txt
same "a KDC that lies" "$status" 401
holds "the log says why" said 'why=".+"'
kdc_use "$here_kdc"
stop_server

# --- tickets that have ended
sed -i 's/clockskew = .*/clockskew = 1/' "$here_kdc/krb5.conf"
start_server
cache=$dir/cc.short
kdc_kinit "$cache" bob pw -l 3s
token=$(message)
sleep 6
ask - GET /files/all.txt -H "Authorization: Negotiate $token"
same "expired" "$status" 401
holds "the log says so" said 'why=".*([Ee]xpired|skew)'
sed -i 's/clockskew = .*/clockskew = 300/' "$here_kdc/krb5.conf"
stop_server
sum_up
