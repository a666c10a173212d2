#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A Unix socket: its clients are who the kernel says has connected.
. "$(dirname "$0")/lib.sh"
socket=$dir/http.sock

write_peers() {
	cat >"$dir/serve.conf" <<-END
	listen = unix:$socket
	worker-user = 64999:64999
	engine = $engine
	state = $dir/state
	control = $dir/control
	log = $dir/access.log
	${extra:-}
	[share files]
	path = $dir/files
	END
}

start_peers() {
	local i
	write_peers
	"$guise" serve --config "$dir/serve.conf" 2>>"$dir/error.log" &
	server=$!
	for i in $(seq 100); do
		curl -s -o /dev/null --unix-socket "$socket" http://x/ && return
		sleep 0.1
	done
	cat "$dir/error.log"
	fail "no server on a Unix socket"
	sum_up
}

# peer UID METHOD PATH [CURL-OPTION...]
peer() {
	local uid=$1 method=$2 path=$3
	shift 3
	status=$(setpriv --reuid "$uid" --regid ${gid:-$group} ${groups:---clear-groups} \
		curl -s -m 30 -o "$dir/out/body" -w '%{http_code}' -X "$method" \
		--unix-socket "$socket" "$@" "http://x$path")
}

# peers NAME STATUS UID METHOD PATH [CURL-OPTION...]
peers() {
	local name=$1 want=$2
	shift 2
	peer "$@"
	same "$name ($*)" "$status" "$want"
}

mkdir -m 1777 "$dir/out"
chmod 755 "$dir"
mkdir "$dir/files/team"
chown 0:300077 "$dir/files/team"
chmod 770 "$dir/files/team"
echo x | tee "$dir/files/team/plan.txt" >"$dir/up.txt"
chmod 644 "$dir/up.txt"

start_peers
holds "anybody may connect" test "$(stat -c %a "$socket")" = 666
holds "it says so" grep -q "ready: unix:$socket, .*users: peers" "$dir/error.log"
peers "alice" 200 $alice GET /files/alice/secret.txt
same "hers" "$(cat "$dir/out/body")" "of alice"
holds "the log" grep -q "unix:$alice .* S-1-22-1-$alice .*by=\"peer\"" "$dir/access.log"
rm -f "$dir/out/body"
peers "bob, hers" 404 $bob GET /files/alice/secret.txt
peers "bob, in sight" 403 $bob GET /files/private.txt
peers "bob uploads" 201 $bob PUT /files/bob/up -T "$dir/up.txt"
same "his" "$(stat -c %u "$dir/files/bob/up")" $bob
groups="--groups 300077" peers "a group of the peer" 200 $bob GET /files/team/plan.txt
rm -f "$dir/out/body"
peers "without it" 404 $bob GET /files/team/plan.txt
peers "who shows credentials is judged by them" 401 $alice GET /files/alice/secret.txt -u alice:alice-pw
status=$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$socket" http://x/files/)
same "root is nobody's client" "$status" 401
status=$(setpriv --reuid 64999 --regid 64999 --clear-groups curl -s -o /dev/null -w '%{http_code}' \
	--unix-socket "$socket" http://x/files/)
same "nor the service itself" "$status" 401
rm -f "$dir/out/body"
peers "nobody is nobody" 401 65534 GET /files/all.txt
groups="--groups 65534" peers "nor who is in nobody's group" 401 $bob GET /files/all.txt
holds "the log says why" grep -q 'unix:0 .*401 .*by="peer" why="the identity is above' "$dir/access.log"
holds "and why nobody" grep -q 'unix:65534 .*401 .*by="peer" why="it has gone, or the kernel does not say' "$dir/access.log"

# one connection is one logon
rm -f "$dir/out/body"
before=$(grep -c 'by="peer"' "$dir/access.log")
peer $alice GET "/files/alice/secret.txt?[1-10]"
same "ten on one connection" "$status" "$(printf '200%.0s' $(seq 10))"
same "are one logon" $(($(grep -c 'by="peer"' "$dir/access.log") - before)) 1
holds "the rest by the connection" test "$(grep -c 'by="connection"' "$dir/access.log")" -ge 9

# reload keeps the socket; another path is another socket
inode=$(stat -c %i "$socket")
kill -HUP "$server"
sleep 1
same "a reload keeps it" "$(stat -c %i "$socket")" "$inode"
peers "and its clients" 200 $alice GET /files/alice/secret.txt
rm -f "$dir/out/body"
old=$socket
socket=$dir/other.sock
write_peers
kill -HUP "$server"
for i in $(seq 50); do [ -S "$socket" ] && [ ! -e "$old" ] && break; sleep 0.1; done
peers "moved" 200 $alice GET /files/alice/secret.txt
fails "the old one is gone" test -e "$old"
stop_server
fails "nothing stays behind" test -e "$socket"

# a crashed server's socket is no obstacle; anything else is
python3 -c "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])" "$socket"
start_peers
peers "over a dead socket" 200 $alice GET /files/alice/secret.txt
write_peers
fails "not over a live one" timeout 5 "$guise" serve --config "$dir/serve.conf" \
	--state "$dir/state2" --control "$dir/control2"
peers "which is not disturbed" 200 $alice GET /files/alice/secret.txt
stop_server
echo precious >"$socket"
fails "nor over a file" timeout 5 "$guise" serve --config "$dir/serve.conf"
same "which stays" "$(cat "$socket")" precious
rm -f "$socket" "$dir/out/body"

# behind a proxy the peers are not the clients
extra="peers = no
accounts = $dir/accounts"
start_peers
peers "not by the socket" 401 $alice GET /files/alice/secret.txt
peers "but by a password" 200 $bob GET /files/alice/secret.txt -u alice:alice-pw
rm -f "$dir/out/body"
stop_server

# one user does not take all the places
extra="max-connections = 60
max-connections-per-address = 20"
start_peers
cat >"$dir/many.py" <<'END'
import os, socket, sys, time
os.setgid(300000)
os.setuid(int(sys.argv[1]))
socks, alive = [], 0
for i in range(40):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(sys.argv[2])
    socks.append(s)
time.sleep(0.5)
for s in socks:
    try:
        s.sendall(b"GET /files/all.txt HTTP/1.1\r\nHost: x\r\n\r\n")
        alive += s.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        pass
print(alive, flush=True)
time.sleep(3)
END
python3 "$dir/many.py" $alice "$socket" >"$dir/alive" &
many=$!
sleep 1.5
peers "bob has a place" 200 $bob GET /files/all.txt
wait $many
same "alice had hers" "$(cat "$dir/alive")" 20
peer_has_a_place() {
	rm -f "$dir/out/body"
	peer $alice GET /files/all.txt
	[ "$status" = 200 ]
}
holds "and has them again" peer_has_a_place
stop_server

# what is said of a peer's SID of a domain binds the peer
domain=S-1-5-21-1-2-3
echo x >"$dir/files/not-bob.txt"
chmod 644 "$dir/files/not-bob.txt"
"$guise" acl set "$dir/files/not-bob.txt" "D:(D;;FA;;;$domain-1105)(A;;FA;;;WD)" || fail "acl set"
printf '[static]\n%s = uid %s\n' "$domain-1105" "$bob" >"$dir/identities.conf"
chmod 644 "$dir/identities.conf"
extra=
start_peers
peers "nobody knows the SID" 200 $bob GET /files/not-bob.txt
rm -f "$dir/out/body"
stop_server
extra="identities = $dir/identities.conf"
start_peers
peers "it is his" 403 $bob GET /files/not-bob.txt
holds "and his name" grep -q "unix:$bob .* $domain-1105 .*by=\"peer\"" "$dir/access.log"
rm -f "$dir/out/body"
peers "not hers" 200 $alice GET /files/not-bob.txt
rm -f "$dir/out/body"
peers "what was his stays his" 200 $bob GET /files/bob/up
stop_server
sum_up
