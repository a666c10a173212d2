#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One hostile client: what it sends is read strictly, what it sends slowly is
# cut off, and what it asks for does not keep others waiting.
. "$(dirname "$0")/lib.sh"
extra="idle-timeout = 1
jobs = 4
max-upload = 2G
durable = no"
start_server

# --- requests that two readers would read in two ways
python3 - "$port" >"$dir/strict" <<'END'
import base64, re, socket, sys
auth = b"Host: x\r\nAuthorization: Basic " + base64.b64encode(b"alice:alice-pw") + b"\r\n"
put = b"PUT /files/alice/q HTTP/1.1\r\n" + auth
get = b"GET /files/all.txt HTTP/1.1\r\n" + auth
second = get + b"\r\n"
n = b"%d" % len(second)

def ask(data):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.settimeout(20)
    got = b""
    try:
        s.sendall(data)
        while True:
            more = s.recv(65536)
            if not more:
                break
            got += more
    except TimeoutError:
        got += b"HTTP/1.1 000 left open"
    except ConnectionError:
        pass
    return b" ".join(re.findall(rb"HTTP/1\.1 (\d+)", got)).decode()

def refused(name, data):
    got = ask(data)
    if got != "400":
        print(f"{name}: {got}")

refused("space before the colon", put + b"Content-Length : " + n + b"\r\n\r\n" + second)
refused("control before the name", put + b"\x0bContent-Length: " + n + b"\r\n\r\n" + second)
refused("chunked with a space", put + b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + second)
refused("bare CR", get + b"X: a\rContent-Length: 5\r\n\r\n" + second)
refused("bare CR after the request", get.replace(b"\r\n", b"\r", 1) + b"\r\n")
refused("NUL in a value", get + b"X: a\0b\r\nY: c\r\n\r\n" + second)
refused("NUL in the last value", get + b"X: a\0b\r\n\r\n" + second)
refused("NUL in the target", get.replace(b"all.txt", b"all.txt\0x") + b"\r\n" + second)
refused("folded line", get + b"X: a\r\n Content-Length: 5\r\n\r\n" + second)
refused("chunked in HTTP/1.0", put.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + second)
refused("another coding", put + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + second)
last = b"X: a \r\nEmpty:\r\nConnection: close\r\n\r\n"
if ask(get + b"\r\n" + get + last) != "200 200":
    print("good requests are refused")
END
same "read strictly" "$(cat "$dir/strict")" ""

# --- names in a directory that cannot be listed
for method in COPY MOVE; do
	for name in hidden.txt known.txt none.txt; do
		ask alice $method /files/alice/secret.txt -H 'Overwrite: F' \
			-H "Destination: $url/files/dark/$name"
		echo "$status $(tail -n +1 "$dir/body" | md5sum)"
	done | sort -u >"$dir/told"
	same "$method to a hidden name tells nothing" "$(cut -d' ' -f1 "$dir/told")" 409
done

# --- slow bodies
# drip METHOD PATH SECONDS: how long it was let
drip() {
	python3 - "$port" "$@" <<'END'
import base64, socket, sys, time
port, method, path, most = sys.argv[1:]
s = socket.create_connection(("127.0.0.1", int(port)))
s.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nDepth: 0\r\nContent-Length: 60000\r\n"
          f"Authorization: Basic {base64.b64encode(b'alice:alice-pw').decode()}\r\n\r\n".encode())
start = time.monotonic()
try:
    while time.monotonic() - start < float(most):
        s.sendall(b"x")
        time.sleep(0.2)
except OSError:
    pass
print(int(time.monotonic() - start))
END
}
took=$(drip PUT /files/alice/slow 12)
holds "a dripping upload is cut off ($took s)" test "$took" -le 5
took=$(drip PROPFIND /files/ 15)
holds "a dripping question is cut off ($took s)" test "$took" -le 8
holds "but not at once ($took s)" test "$took" -ge 3
same "nothing is left" "$(ls "$dir/files/alice")" secret.txt
head -c 30000 /dev/zero >"$dir/steady"
answers "a steady slow upload" 201 alice PUT /files/alice/steady -T "$dir/steady" --limit-rate 8K

# --- alice copies all the time; bob, who is not even logged on, is served while
# most of what she asked for before him still waits
head -c 400M /dev/zero >"$dir/files/alice/big"
chown $alice:$group "$dir/files/alice/big"
copies=()
began=$(date +%s%N)
for i in $(seq 24); do
	curl -s -o /dev/null -m 120 -u alice:alice-pw -X COPY \
		-H "Destination: $url/files/alice/copy$((i % 6))" "$url/files/alice/big" &
	copies+=($!)
done
sleep 0.3
worst=0
for i in $(seq 5); do
	from=$(date +%s%N)
	answers "bob beside alice" 201 bob MKCOL "/files/bob/made$i"
	took=$((($(date +%s%N) - from) / 1000000))
	[ "$took" -gt "$worst" ] && worst=$took
done
running=0
for pid in "${copies[@]}"; do kill -0 "$pid" 2>/dev/null && running=$((running + 1)); done
echo "bob waited $worst ms at most beside $running copies"
holds "alice is still at it ($running copies)" test "$running" -ge 16
wait "${copies[@]}"
took=$((($(date +%s%N) - began) / 1000000))
patience=$((took / 4 > 1500 ? took / 4 : 1500))
holds "bob waited $worst ms of $took" test "$worst" -lt $patience
rm -f "$dir/files/alice/"{big,copy*}

# --- guesses at passwords: some of one address wait, the others come again
python3 - "$port" >"$dir/guesses" <<'END'
import base64, socket, sys
port, socks, seen = int(sys.argv[1]), [], set()
for i in range(150):
    s = socket.create_connection(("127.0.0.1", port))
    guess = base64.b64encode(b"alice:guess%d" % i).decode()
    s.sendall(f"GET /files/all.txt HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {guess}\r\n\r\n".encode())
    socks.append(s)
for s in socks:
    s.settimeout(60)
    got = s.recv(65536).decode()
    status = got[9:12]
    seen.add(status if status != "503" or "Retry-After: 1\r\n" in got else "503 without Retry-After")
print(" ".join(sorted(seen)))
END
same "many guesses at once" "$(cat "$dir/guesses")" "401 503"
answers "carol from there, afterwards" 200 carol GET /files/all.txt
sum_up
