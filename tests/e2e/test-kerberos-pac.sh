#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Clients who are who their PAC says, and PACs that say what they must not:
# nothing, garbage, other domains' SIDs, SIDs of this machine, root. The user of
# a file that a client made, and the groups that let it in somewhere, are the
# kernel's word for who it was.
#   GUISE MAKE_ACCOUNTS ENGINE GSS_CLIENT
gss_client=$4
here=$(cd "$(dirname "$0")" && pwd)
export KDC_PRELOAD=${KDC_FORGE:-}
. "$here/../lib/kdc.sh"
. "$here/lib.sh"

ours=S-1-5-21-1-2-3
theirs=S-1-5-21-9-9-9
cat >"$dir/identities.conf" <<END
[idmap]
sources = static builtin unix domain
[static]
$ours-1105 = uid 0
$ours-1200 = gid 0
$theirs-512 = gid 300512
$theirs-1000 = uid 300000
$theirs-513 = gid 300513
[domain $ours]
range = 400000-499999
[realm GUISE.TEST]
clients = pac
domains = $ours
[realm OTHER.TEST]
clients = pac
domains = $theirs
END
extra="negotiate = yes
identities = $dir/identities.conf
keytab = $dir/http.keytab
kerberos-service = HTTP@localhost
basic = no"

# user NAME SID [WORD...]: a principal with this PAC, and a ticket
user() {
	local name=$1
	shift
	kdc_principal "$name" pw "$@"
	kdc_kinit "$dir/cc.$name" "$name" pw || fail "no ticket for $name"
}

# as NAME METHOD PATH [CURL-OPTION...]: sets $status
as() {
	local name=$1 method=$2 path=$3
	shift 3
	status=$(KRB5CCNAME=FILE:$dir/cc.$name curl -s -m 30 --negotiate -u : -X "$method" \
		-o "$dir/body" -w '%{http_code}' "$@" "http://localhost:$port$path")
}

last_line() {
	tail -n 1 "$dir/access.log" | grep -Eq -- "$1"
}
said() {
	soon last_line "$1"
}

# refused NAME WHY
refused() {
	as "$1" GET /files/all.txt
	same "$1" "$status" 401
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
done

# --- groups that are not the domain's to give, or only to deny
made_by greedy 401106:400513
enters greedy 403 401110 401111 300512 42 0
made_by administrator 400500:400512
enters administrator 403 0 42
as administrator GET /files/alice/secret.txt
same "the domain's administrator is nobody's here" "$status" 404

# --- another realm has its own
made_by eve 300000:300513
enters eve 200 300512
enters eve 403 401110 0

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

# --- configurations that would give -1, or make one of two
for line in "$ours-1 = uid 4294967295" "$ours-1 = gid -1" "$ours-1 = uid 1" "S-1-5-21-1 = uid x"; do
	printf '[static]\n%s\n%s\n' "$line" "$ours-1 = uid 77" >"$dir/identities.conf"
	fails "identities: $line" "$guise" serve --check --config "$dir/serve.conf"
done
for range in 400000-4294967295 4294967295-4294967295 500-100 0-1000; do
	printf '[domain %s]\nrange = %s\n' $ours "$range" >"$dir/identities.conf"
	fails "identities: range = $range" "$guise" serve --check --config "$dir/serve.conf"
done
sum_up
