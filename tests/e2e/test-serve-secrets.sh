#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a client may not see it cannot find out: answers to hidden and missing
# things are the same byte for byte, headers too (but the date).
. "$(dirname "$0")/lib.sh"
start_server

# answer_of USER METHOD PATH [OPTION...]: sets $answer to all the client sees
answer_of() {
	ask "$@"
	answer=$(cat "$dir/head" "$dir/body" | grep -avi '^date:')
}

# alike NAME WANT-STATUS then two requests as words of $a and $b
alike() {
	local name=$1 want=$2 one
	answer_of "${a[@]}"
	one=$answer
	same "$name: status" "$status" "$want"
	answer_of "${b[@]}"
	same "$name" "$one" "$answer"
}

for method in GET HEAD DELETE; do
	a=(bob $method /files/alice/secret.txt) b=(bob $method /files/alice/nothing.txt)
	alike "$method in another's directory" 404
	a=(bob $method /files/dark/hidden.txt) b=(bob $method /files/dark/nothing.txt)
	alike "$method where names are not listed" 404
	a=(- $method /files/all.txt) b=(- $method /nothing/all.txt)
	alike "$method of a closed share" 401
done
a=(bob PROPFIND /files/alice/secret.txt -H 'Depth: 0')
b=(bob PROPFIND /files/alice/nothing.txt -H 'Depth: 0')
alike "propfind in another's directory" 404
a=(bob PROPFIND /files/dark/hidden.txt -H 'Depth: 0')
b=(bob PROPFIND /files/dark/nothing.txt -H 'Depth: 0')
alike "propfind where names are not listed" 404
echo x >"$dir/x"
a=(bob PUT /files/alice/secret.txt -T "$dir/x") b=(bob PUT /files/alice/no/such -T "$dir/x")
alike "put in another's directory" 409
a=(bob MKCOL /files/alice/secret.txt) b=(bob MKCOL /files/alice/nothing)
alike "mkcol in another's directory" 409
a=(bob COPY /files/dark/hidden.txt -H 'Destination: /files/bob/x')
b=(bob COPY /files/dark/nothing.txt -H 'Destination: /files/bob/x')
alike "copy of a hidden file" 404
a=(bob MOVE /files/dark/hidden.txt -H 'Destination: /files/bob/x')
b=(bob MOVE /files/dark/nothing.txt -H 'Destination: /files/bob/x')
alike "move of a hidden file" 404
a=(alice GET /nothing/) b=(alice GET /nothing2/)
alike "no such share" 404

answers "in sight and refused is said" 403 bob GET /files/private.txt
answers "anonymous is asked who it is" 401 - GET /files/private.txt

a=(bob GET /files/all.txt -u bob:wrong) b=(bob GET /files/all.txt -u nobody:wrong)
alike "wrong password and unknown user" 401
a=(bob GET /files/all.txt -u root:root) b=(bob GET /files/nothing -u bob:wrong)
alike "root and wrong password" 401
a=(- GET /files/all.txt -H 'Authorization: Basic !!!')
b=(bob GET /files/all.txt -u bob:wrong)
alike "junk and wrong password" 401

outside=$dir/outside.txt
echo outside >"$outside"
chmod 644 "$outside"
ln -s "$outside" "$dir/files/alice/link"
ln -s ../../outside.txt "$dir/files/alice/up"
ln -s secret.txt "$dir/files/alice/inside"
answers "a link that leaves" 404 alice GET /files/alice/link
answers "a relative link that leaves" 404 alice GET /files/alice/up
answers "a link inside" 200 alice GET /files/alice/inside
for path in '/files/../outside.txt' '/files/%2e%2e/outside.txt' '/files/..%2foutside.txt' \
	'/files/alice/..%5c' '/files/alice//secret.txt' '/files/./all.txt' '/files/a%00b' \
	'//files/all.txt' '/files/%2e%2e%2foutside.txt' '/%2e%2e/%2e%2e/etc/passwd'; do
	ask alice GET "$path"
	holds "not served: $path" test "$status" -ge 400
	fails "no content: $path" grep -q outside "$dir/body"
done
mkfifo "$dir/files/pipe" && chmod 666 "$dir/files/pipe"
answers "a fifo does not block" 403 alice GET /files/pipe
touch "$dir/files/.guise-tmp-abc" && chmod 666 "$dir/files/.guise-tmp-abc"
answers "temporaries do not exist" 404 alice GET /files/.guise-tmp-abc

# the log: who, what, what decided; nothing forged
printf 'GET /files/a"b\\c HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic %s\r\n\r\n' \
	"$(printf 'alice:alice-pw' | base64)" | timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; cat >&3; cat <&3" >/dev/null
ask alice GET "/files/x%0aforged"
ask alice COPY /files/all.txt -H 'Destination: /files/alice/"copy"'
send() {
	printf "$@" | timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; cat >&3; cat <&3" >/dev/null
}
unread() {
	grep -c ' - - "- -" 0 0 [0-9]*us - request$' "$dir/access.log"
}
before=$(unread)
send 'GARBAGE\r\n\r\n'
send 'GET /%40000d HTTP/1.1\r\nHost: x\r\n\r\n' 0
send ''
send 'GET /large HTTP/1.1\r\nHost: x\r\nX: %40000d\r\n\r\n' 0
send 'GET /twice HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n'
soon prints $((before + 2)) unread
holds "success is logged with name and SID" grep -Eq \
	'^[0-9TZ:-]+ 127\.0\.0\.1 alice S-1-5-21-[0-9-]+ "GET /files/alice/inside" 200 9 [0-9]+us (ring|broker) ok$' "$dir/access.log"
holds "refusal by the kernel" grep -Eq ' bob S-[0-9-]+ "GET /files/private.txt" 403 .* kernel$' "$dir/access.log"
holds "failed logon" grep -Eq ' - - "GET /files/all.txt" 401 .* logon$' "$dir/access.log"
holds "quotes are escaped" grep -q '"GET /files/a%22b%5Cc"' "$dir/access.log"
holds "a copy is logged with its destination" grep -Eq \
	'"COPY /files/all.txt" 201 0 [0-9]+us [a-z]+ ok to "/files/alice/%22copy%22"$' "$dir/access.log"
same "what cannot be read, but not what was not sent" "$(($(unread) - before))" 2
holds "headers too large" grep -Eq '"- /large" 431 0 [0-9]+us - limit$' "$dir/access.log"
holds "headers not to be understood" grep -Eq ' /twice" 400 .* request$' "$dir/access.log"
holds "no forged line" test "$(grep -c '^forged' "$dir/access.log")" -eq 0
same "every line is whole" "$(grep -Evc '^[0-9TZ:-]+ [0-9.]+ [^ ]+ [^ ]+ "[^"]*" [0-9]+ [0-9]+ [0-9]+us [a-z-]+ [a-zA-Z0-9_ -]+( to "[^"]*")?$' "$dir/access.log")" 0
fails "no password in the log" grep -q -e '-pw' "$dir/access.log"

worker=$(worker_pid)
same "the worker's ids" "$(awk '/^Uid|^Gid/ {print $2, $3, $4, $5}' "/proc/$worker/status" | sort -u)" \
	"64999 64999 64999 64999"
same "no capability" "$(awk '/^Cap(Prm|Eff|Inh|Bnd|Amb)/ {print $2}' "/proc/$worker/status" | sort -u)" \
	0000000000000000
same "no new privileges, filtered" "$(awk '/^NoNewPrivs|^Seccomp:/ {print $2}' "/proc/$worker/status" | tr '\n' ' ')" "1 2 "
sum_up
