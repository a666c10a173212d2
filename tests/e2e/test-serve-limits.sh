#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Whatever a client can make large has a bound.
. "$(dirname "$0")/lib.sh"
extra="max-upload = 2G
max-header-size = 8K
max-connections = 64
max-connections-per-address = 20
max-requests-per-client = 4
idle-timeout = 2
max-listing = 50
durable = no"
mkdir "$dir/small"
mount -t tmpfs -o size=2m,mode=1777 tmpfs "$dir/small" 2>/dev/null && small=1 || small=
shares=${small:+[share small]
path = $dir/small}
start_server

# large files: memory stays what it was
peak() { awk '/^VmHWM/ {print $2}' "/proc/$(worker_pid)/status"; }
answers "warm up" 200 alice GET /files/all.txt
before=$(peak)
truncate -s 1G "$dir/large"
answers "put 1 GiB" 201 alice PUT /files/alice/large -T "$dir/large" -m 300
same "all of it came" "$(stat -c %s "$dir/files/alice/large")" 1073741824
answers "get 1 GiB" 200 alice GET /files/alice/large -o /dev/null -m 300
after=$(peak)
holds "the worker did not grow ($before kB to $after kB)" test $((after - before)) -lt 8192
truncate -s 3G "$dir/large"
answers "above the limit" 413 alice PUT /files/alice/larger -T "$dir/large"
rm -f "$dir/large" "$dir/files/alice/large"

answers "long name" 414 alice GET "/files/$(printf 'a%.0s' $(seq 256))"
ask alice GET "/files/$(printf 'a%.0s' $(seq 9000))"
holds "long target" test "$status" -ge 400
ask alice GET /files/all.txt -H "X: $(printf 'a%.0s' $(seq 9000))"
same "long header" "$status" 431
answers "propfind body" 413 alice PROPFIND /files/ -H 'Depth: 0' \
	-d "$(head -c 70000 /dev/zero | tr '\0' x)"
mkdir "$dir/files/many" && (cd "$dir/files/many" && touch $(seq 60))
answers "a listing that is too long" 507 alice PROPFIND /files/many/ -H 'Depth: 1'
answers "a page that is too long" 200 alice GET /files/many/
holds "says so" grep -q 'only a part' "$dir/body"

# one client's requests at once: slow uploads hold their places, until told
holders=()
for i in 1 2 3 4; do
	(
		exec 3<>"/dev/tcp/127.0.0.1/$port"
		printf 'PUT /files/alice/slow%s HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %s\r\nContent-Length: 100\r\n\r\nx' \
			"$i" "$(printf 'alice:alice-pw' | base64)" >&3
		for _ in $(seq 60); do
			[ -e "$dir/go" ] && break
			sleep 0.4
			printf x >&3
		done
	) &
	holders+=($!)
done
comes_to_answer "one too many of alice" 503 alice GET /files/all.txt
holds "try later" grep -qi '^retry-after' "$dir/head"
answers "bob is not concerned" 200 bob GET /files/all.txt
touch "$dir/go"
wait "${holders[@]}"
comes_to_answer "alice again" 200 alice GET /files/all.txt
becomes "aborted uploads leave nothing" "" find "$dir/files" -name '.guise-tmp-*' -o -name 'slow*'

# connections of one address
python3 - "$port" >"$dir/connections" <<'END'
import socket, sys, time
socks = []
for i in range(40):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.settimeout(20)
    socks.append(s)
time.sleep(0.3)
alive = 0
for s in socks:
    try:
        s.sendall(b"GET /public/hello.txt HTTP/1.1\r\nHost: x\r\n\r\n")
        alive += s.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        pass
print(alive)
END
holds "connections of one address ($(cat "$dir/connections"))" test "$(cat "$dir/connections")" -le 20
holds "some were served" test "$(cat "$dir/connections")" -ge 10

# a byte now and then does not keep a connection
took=$(python3 - "$port" <<'END'
import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
start = time.monotonic()
try:
    while time.monotonic() - start < 15:
        s.sendall(b"G" if time.monotonic() == start else b"E")
        time.sleep(0.3)
except OSError:
    pass
print(int(time.monotonic() - start))
END
)
holds "slow headers are cut off ($took s)" test "$took" -le 8

if [ -n "$small" ]; then
	head -c 4194304 /dev/zero >"$dir/four"
	answers "disk full" 507 alice PUT /small/four -T "$dir/four"
	same "nothing left behind" "$(ls -A "$dir/small")" ""
	echo old >"$dir/small/old" && chmod 666 "$dir/small/old"
	chown $alice:$group "$dir/small/old"
	answers "disk full over a file" 507 alice PUT /small/old -T "$dir/four"
	same "the old content" "$(cat "$dir/small/old")" old
	answers "disk full, chunked" 507 alice PUT /small/four -T - -H 'Transfer-Encoding: chunked' <"$dir/four"
	answers "fits" 201 alice PUT /small/fits -T "$dir/serve.conf"
fi

# more people than sessions are kept: all are served, the longest unused goes
stop_server
extra="max-sessions = 2"
start_server
for user in alice bob carol alice bob carol; do
	answers "one of many" 200 $user GET /files/all.txt
done
sum_up
