#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Clients of a Unix socket whose SIDs winbindd has: who they are when it answers,
# and who waits when it does not.
#   GUISE MAKE_ACCOUNTS ENGINE FAKES
# FAKES: a directory with a libwbclient.so.0 whose winbindd says $FAKE_WINBIND.
fakes=$4
. "$(dirname "$0")/lib.sh"
socket=$dir/http.sock
domain=S-1-5-21-1-2-3
mkdir -m 1777 "$dir/out"

# alice and the group are in the table, the others are winbindd's to know
cat >"$dir/identities.conf" <<END
[idmap]
sources = static builtin unix winbind
[static]
$domain-1101 = uid $alice
$domain-513 = gid $group
END
cat >"$dir/serve.conf" <<END
listen = unix:$socket
worker-user = 64999:64999
engine = $engine
state = $dir/state
control = $dir/control
log = $dir/access.log
identities = $dir/identities.conf
[share files]
path = $dir/files
[share public]
path = $dir/public
anonymous = yes
read-only = yes
END

# winbindd SAYS: a server for which it says that
winbindd() {
	local i
	[ -z "$server" ] || stop_server
	LD_LIBRARY_PATH=$fakes FAKE_WINBIND=$1 "$guise" serve --config "$dir/serve.conf" \
		2>>"$dir/error.log" &
	server=$!
	for i in $(seq 100); do
		anonymous && [ "$status" = 200 ] && return
		sleep 0.1
	done
	cat "$dir/error.log"
	fail "no server on a Unix socket"
	sum_up
}

# peer UID PATH [CURL-OPTION...]: sets $status
peer() {
	local uid=$1 path=$2
	shift 2
	status=$(setpriv --reuid "$uid" --regid $group --clear-groups curl -s -m 30 \
		-o "$dir/out/body-$uid" -w '%{http_code}' \
		--unix-socket "$socket" "$@" "http://x$path")
}

# What another site's page asks for is nobody's in particular.
anonymous() {
	peer $carol /public/hello.txt -H "Origin: https://other.example"
}

# --- it answers ---
echo x >"$dir/files/not-bob.txt"
chmod 644 "$dir/files/not-bob.txt"
"$guise" acl set "$dir/files/not-bob.txt" "D:(D;;FA;;;$domain-1102)(A;;FA;;;WD)" ||
	fail "acl set"
winbindd "$domain-1102 uid $bob;"
peer $bob /files/not-bob.txt
same "what is said of his SID binds a peer" "$status" 403
holds "and the log has it" grep -q "unix:$bob .* $domain-1102 .*by=\"peer\"" "$dir/access.log"
peer $bob /files/all.txt
same "he is somebody" "$status" 200
peer $carol /files/not-bob.txt
same "who has no SID is who the kernel says" "$status" 200
holds "as the log says" grep -q "unix:$carol .* S-1-22-1-$carol .*by=\"peer\"" "$dir/access.log"
peer $alice /files/not-bob.txt
same "one of the table" "$status" 200

# --- it fails ---
winbindd "error 1"
peer $bob /files/all.txt
same "a daemon that fails" "$status" 503
peer $alice /files/all.txt
same "one of the table meanwhile" "$status" 200
holds "by her SID" grep -q "unix:$alice .* $domain-1101 .*by=\"peer\"" "$dir/access.log"

# --- it hangs ---
winbindd hang
waiting=
for uid in 202001 202002 202003 202004 202005 202006 202007 202008; do
	{
		peer $uid /files/all.txt -m 25
		[ "$status" = 503 ] && touch "$dir/out/refused"
	} &
	waiting+=" $!"
done
sleep 1
for i in 1 2 3; do
	peer $alice /files/alice/secret.txt
	same "one of the table while others hang" "$status" 200
	anonymous
	same "nobody in particular" "$status" 200
done
# which they still do
# shellcheck disable=SC2086
all_live "the others" $waiting
# shellcheck disable=SC2086
wait $waiting
holds "who waits in vain is told" test -e "$dir/out/refused"
sum_up
