#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Clients of a PAC whose ids winbindd knows: who they are when it answers, and
# who waits when it does not.
#   GUISE MAKE_ACCOUNTS ENGINE GSS_CLIENT FAKES
# FAKES: a directory with a libwbclient.so.0 whose winbindd says $FAKE_WINBIND.
fakes=$5
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/kdc.sh"
. "$here/lib.sh"

ours=S-1-5-21-1-2-3
cat >"$dir/identities.conf" <<END
[idmap]
sources = static builtin unix winbind
[static]
$ours-1201 = uid 201201
$ours-1202 = gid 201202
[realm GUISE.TEST]
clients = pac
domains = $ours
[principals]
alice@GUISE.TEST = alice
END
extra="negotiate = yes
identities = $dir/identities.conf
keytab = $dir/http.keytab
kerberos-service = HTTP@localhost
negotiate-session = none
drain-timeout = 2"

user() { # NAME [WORD...]
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

why_is() { # TEXT
	tail -n 1 "$dir/access.log" | grep -q -- "why=\".*$1"
}

# winbindd SAYS: a server for which it says that
winbindd() {
	[ -z "$server" ] || stop_server
	LD_LIBRARY_PATH=$fakes FAKE_WINBIND=$1 start_server
}

kdc_start "$dir/kdc"
kdc_principal HTTP/localhost -
kdc_keytab "$dir/http.keytab" HTTP/localhost
user alice
user wanda "sid=$ours-1103" "groups=513 1110 1111=0x10 1112"
user daemon "sid=$ours-1104" groups=513
user unmapped "sid=$ours-1105" groups=513
user groupless "sid=$ours-1106" "primary=999" groups=999
user denied "sid=$ours-1103" "groups=513=0x10 1110"
user listed "sid=$ours-1201" "primary=1202" groups=1202
chmod 1777 "$dir/files"
for gid in 201110 201111 42; do
	echo "of $gid" >"$dir/files/room-$gid"
	chown "0:$gid" "$dir/files/room-$gid"
	chmod 040 "$dir/files/room-$gid"
done

# --- it answers ---
winbindd "$ours-1103 uid 201103;$ours-513 gid 200513;$ours-1110 gid 201110;$ours-1111 gid 201111;$ours-1112 gid 42;$ours-1104 uid 1;$ours-1106 uid 201106;"
as wanda PUT /files/of-wanda -d x
same "wanda makes a file" "$status" 201
same "and it is hers" "$(stat -c %u:%g "$dir/files/of-wanda")" 201103:200513
as wanda GET /files/room-201110
same "a group of hers" "$status" 200
as wanda GET /files/room-201111
same "a group that only denies" "$status" 403
as wanda GET /files/room-42
same "a group of the system's" "$status" 403
as daemon GET /files/all.txt
same "a system user" "$status" 401
holds "and why" why_is "a system user"
as unmapped GET /files/all.txt
same "nobody" "$status" 401
holds "and why" why_is "no Unix id"
as groupless GET /files/all.txt
same "no gid" "$status" 401
as denied GET /files/all.txt
same "one whose primary group only denies" "$status" 401
holds "and why" why_is "no Unix id"
as alice GET /files/all.txt
same "an account asks no daemon" "$status" 200

# --- it fails ---
winbindd "error 1"
as wanda GET /files/all.txt
same "a daemon that fails" "$status" 503
holds "and why" why_is "cannot be mapped now: winbind does not answer (systemctl status winbind; wbinfo -p)"
as alice GET /files/all.txt
same "an account meanwhile" "$status" 200
as listed GET /files/all.txt
same "and one of the table" "$status" 200

# --- it hangs ---
winbindd hang
waiting=
for i in 2 3 4 5 6 7 8 9 10 11 12 13; do
	KRB5CCNAME=FILE:$dir/cc.wanda curl -s -m 60 --negotiate -u : -o /dev/null \
		--interface "127.0.0.$i" "http://localhost:$port/files/all.txt" &
	waiting+=" $!"
done
sleep 1
as alice GET /files/all.txt
same "an account's ticket while others hang" "$status" 200
as alice GET /files/all.txt
same "and again" "$status" 200
as listed GET /files/all.txt
same "a ticket of one of the table" "$status" 200
# which they still do
# shellcheck disable=SC2086
all_live "the others" $waiting
# shellcheck disable=SC2086
kill $waiting
# shellcheck disable=SC2086
wait $waiting 2>/dev/null
sum_up "$0"
