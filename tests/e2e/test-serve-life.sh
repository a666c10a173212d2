#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Start, reload, crash, end.
. "$(dirname "$0")/lib.sh"
extra="drain-timeout = 5"
port=1 url=

# refused NAME TEXT OPTION...: exit 2, one line that says it, nothing started
refused() {
	local name=$1 text=$2
	shift 2
	"$guise" serve "$@" >"$dir/out" 2>"$dir/err"
	same "$name: exit" "$?" 2
	same "$name: lines" "$(wc -l <"$dir/err")" 1
	holds "$name: $(cat "$dir/err")" grep -q -- "$text" "$dir/err"
	holds "$name: form" grep -Eq '^guise: [^:].*: .*; .+' "$dir/err"
}

write_config
for extra_line in 'frobnicate = 1|unknown key' 'workers = 0|not a number' 'workers = x|not a number' \
	'engine = fast|none of auto, ring, broker' 'log = here|absolute' 'plain-http = maybe|neither yes nor no' \
	'workers = 1|x' 'just words|neither a section' '[share a|the section is not closed'; do
	{ echo "${extra_line%|*}"; cat "$dir/serve.conf"; } >"$dir/bad.conf"
	[ "${extra_line#*|}" = x ] && sed -i '2i workers = 2' "$dir/bad.conf" && extra_line='|given twice'
	refused "config: ${extra_line%|*}" "${extra_line#*|}" --config "$dir/bad.conf"
	holds "names the line" grep -q "bad.conf:[12]: " "$dir/err"
done
printf '[shar x]\npath = /tmp\n' >"$dir/bad.conf"
refused "unknown section" "unknown section" --config "$dir/bad.conf"
refused "unknown option" "bogus: unknown option" --bogus
refused "unknown option with a value" "unknown option" --bogus 1
refused "no value" "needs a value" --listen
refused "control in no directory" "$dir/none: No such file" --config "$dir/serve.conf" \
	--listen 127.0.0.1:1 --control "$dir/none/c"
fails "which is not made" test -e "$dir/none"
refused "no file" "No such file" --config "$dir/none.conf"
refused "nothing shared" "nothing is shared" --listen 127.0.0.1:1
refused "no address" "no address" --share "a=/tmp"
refused "clear text" "in clear" --listen 0.0.0.0:1 --share "a=/tmp" --accounts "$dir/accounts"
refused "missing path" "No such file" --listen 127.0.0.1:1 --share "a=$dir/none" --accounts "$dir/accounts" --worker-user 1:1
refused "path is a file" "not a directory" --listen 127.0.0.1:1 --share "a=$dir/serve.conf" --accounts "$dir/accounts" --worker-user 1:1
refused "root worker" "must not be root" --listen 127.0.0.1:1 --share "a=/tmp" --accounts "$dir/accounts" --worker-user root
refused "no such user" "useradd --system" --listen 127.0.0.1:1 --share "a=/tmp" --accounts "$dir/accounts" --worker-user nosuchuser
refused "share twice" "given twice" --listen 127.0.0.1:1 --share "a=/tmp" --share "a=/tmp"
refused "bad share name" "cannot be the name" --listen 127.0.0.1:1 --share "a/b=/tmp"
refused "bad share flag" "unknown key" --listen 127.0.0.1:1 --share "a=/tmp,frob"
refused "nobody may come" "nobody could log on" --listen 127.0.0.1:1 --share "a=/tmp"
holds "check says good" "$guise" serve --check --config "$dir/serve.conf" --listen 127.0.0.1:1

# is_new PID: another worker than that one serves
is_new() {
	local now
	now=$(worker_pid)
	[ -n "$now" ] && [ "$now" != "$1" ]
}

# serves SECONDS URL: somebody does
serves() {
	curl -s -o /dev/null -m "$1" "$2"
}

start_server
first=$(worker_pid)
holds "says when it is ready, and with what" grep -q "^guise: ready: $url, engine $engine, \
workers 1; users: accounts $dir/accounts; shares: /files $dir/files (both), \
/public $dir/public (both, anonymous, read-only)$" "$dir/error.log"
"$guise" serve --config "$dir/serve.conf" --listen 127.0.0.1:1 --control "$dir/control2" \
	2>"$dir/err"
same "a second server on the same state: exit" "$?" 2
holds "and why" grep -q "state: $dir/state: another guise serve uses it" "$dir/err"

# reload: a new share is there, the connection was never refused
mkdir "$dir/more" && echo more >"$dir/more/m.txt"
printf '[share more]\npath = %s\n' "$dir/more" >>"$dir/serve.conf"
kill -HUP "$server"
for i in $(seq 50); do
	ask alice GET /more/m.txt
	holds "served while reloading: $status" test "$status" = 200 -o "$status" = 404
	[ "$status" = 200 ] && break
	sleep 0.1
done
body_is "the new share" more
# who was connected when a reload began is still heard
exec 3<>"/dev/tcp/127.0.0.1/$port"
sleep 0.2
kill -HUP "$server"
sleep 0.4
printf 'GET /public/hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' >&3
read -r -t 10 line <&3
exec 3>&-
same "asked after the reload began" "${line%$'\r'}" "HTTP/1.1 200 OK"
holds "a new worker" is_new "$first"
cp "$dir/serve.conf" "$dir/good.conf"
echo 'frobnicate = 1' >>"$dir/serve.conf"
kill -HUP "$server"
holds "a bad file is complained about" grep -q 'frobnicate' "$dir/error.log"
sleep 0.3
answers "and changes nothing" 200 alice GET /more/m.txt
cp "$dir/good.conf" "$dir/serve.conf"

# crash
worker=$(worker_pid)
kill -ABRT "$worker"
holds "a new worker after a crash" is_new "$worker"
comes_to_answer "which serves" 200 alice GET /files/all.txt

# kill -9 while files are written, copied and moved: old or new, nothing else
head -c 300000 /dev/zero | tr '\0' A >"$dir/A"
head -c 300000 /dev/zero | tr '\0' B >"$dir/B"
ask alice PUT /files/alice/f -T "$dir/A"
ask alice MKCOL /files/alice/tree
for i in 1 2 3; do ask alice PUT /files/alice/tree/$i -T "$dir/A"; done
ask alice PUT /files/alice/m1 -T "$dir/A"
storm() {
	while [ ! -e "$dir/stop" ]; do
		for f in A B; do
			curl -s -m 5 -o /dev/null -u alice:alice-pw -T "$dir/$f" "$url/files/alice/f"
			curl -s -m 5 -o /dev/null -u alice:alice-pw -X COPY -H 'Destination: /files/alice/copy' "$url/files/alice/tree"
			curl -s -m 5 -o /dev/null -u alice:alice-pw -X MOVE -H 'Destination: /files/alice/m2' "$url/files/alice/m1"
			curl -s -m 5 -o /dev/null -u alice:alice-pw -X MOVE -H 'Destination: /files/alice/m1' "$url/files/alice/m2"
		done
	done
}
storm &
stormer=$!
torn=0
for i in $(seq 12); do
	sleep "0.$((RANDOM % 5 + 1))"
	worker=$(worker_pid)
	[ -n "$worker" ] && kill -9 "$worker"
	cmp -s "$dir/files/alice/f" "$dir/A" || cmp -s "$dir/files/alice/f" "$dir/B" || torn=$((torn + 1))
done
touch "$dir/stop"
wait "$stormer"
same "never a mixture" "$torn" 0
comes_to_answer "served after twelve crashes" 200 alice GET /files/all.txt
n=0
for f in m1 m2; do [ -e "$dir/files/alice/$f" ] && cmp -s "$dir/files/alice/$f" "$dir/A" && n=$((n + 1)); done
same "the moved file is there once, whole" "$n" 1
if [ -e "$dir/files/alice/copy" ]; then
	same "the copied tree is whole" "$(ls "$dir/files/alice/copy" | tr '\n' ' ')" "1 2 3 "
fi
stop_server
wait
server=
start_server
same "no temporary after a restart" "$(find "$dir/files" "$dir/more" -name '.guise-tmp-*')" ""

# the authority itself
kill -9 "$server"
wait "$server" 2>/dev/null
holds "the worker does not outlive it" not serves 2 "$url/public/hello.txt"
server=
start_server
answers "starts again" 200 alice GET /files/all.txt

refused "no PAM directory" "pam-confdir: $dir/none: No such file" \
	--config "$dir/serve.conf" --system-accounts --pam-confdir "$dir/none"

# TLS
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" \
		-days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
	refused "not a certificate" "not in PEM form" --config "$dir/serve.conf" \
		--tls-certificate "$dir/serve.conf" --tls-key "$dir/key.pem"
	openssl genrsa -out "$dir/other.pem" 2048 2>/dev/null
	refused "another certificate's key" "not the key of tls-certificate" \
		--config "$dir/serve.conf" \
		--tls-certificate "$dir/cert.pem" --tls-key "$dir/other.pem"
	# it ends at once where another test has the port
	start_tls() {
		tls_port=$((20000 + RANDOM % 12000))
		"$guise" serve --config "$dir/serve.conf" --listen 127.0.0.1:$tls_port \
			--control "$dir/control2" --state "$dir/state2" \
			--tls-certificate "$dir/cert.pem" --tls-key "$dir/key.pem" 2>>"$dir/error.log" &
		tls=$!
		soon tls_is_settled
		kill -0 "$tls" 2>/dev/null
	}
	tls_is_settled() {
		! kill -0 "$tls" 2>/dev/null ||
			grep -q "ready: https://127.0.0.1:$tls_port," "$dir/error.log"
	}
	for i in 1 2 3 4 5; do start_tls && break; done
	curl -s -m 20 --cacert "$dir/cert.pem" -u alice:alice-pw -o "$dir/body" \
		"https://127.0.0.1:$tls_port/files/alice/f"
	holds "over TLS" cmp "$dir/body" "$dir/files/alice/f"
	fails "not in clear" curl -s -m 2 "http://127.0.0.1:$tls_port/public/hello.txt"
	kill "$tls"
	wait "$tls"
fi

# drain: a slow download is finished
truncate -s 30M "$dir/files/alice/slow" && chown $alice "$dir/files/alice/slow"
curl -s -u alice:alice-pw --limit-rate 15M -o "$dir/slow" "$url/files/alice/slow" &
getter=$!
soon test -s "$dir/slow"
kill -TERM "$server"
connects() {
	serves 5 "$url/public/hello.txt"
	[ $? -ne 7 ]
}
holds "nobody connects any more" not connects
wait "$getter"
same "the download was finished" "$(stat -c %s "$dir/slow")" 31457280
wait "$server"
same "exit code" "$?" 0
server=
fails "no longer there" curl -s -m 2 "$url/public/hello.txt"

# workers end by themselves, whatever they are doing
extra="workers = 4"
: >"$dir/error.log"
for round in 1 2 3 4 5 6 7 8 9 10; do
	start_server
	[ "$round" -gt 3 ] && sleep 0.2
	kill -TERM "$server"
	wait "$server"
	same "round $round: exit code" "$?" 0
	server=
done
same "none was killed" "$(grep "killed by" "$dir/error.log")" ""
extra="drain-timeout = 5"

# who has connected and was never accepted is told at once
start_server
worker=$(worker_pid)
kill -STOP "$worker"
curl -s -o /dev/null -m 8 "$url/public/hello.txt" &
queued=$!
sleep 0.3
kill -TERM "$server"
wait "$queued"
fails "who waited to be accepted does not wait on" test "$?" -eq 28
kill -CONT "$worker"
wait "$server"
same "exit code, with somebody waiting" "$?" 0
server=
sum_up
