#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Kerberos clients: curl and a browser-like one, against a KDC of our own.
#   GUISE MAKE_ACCOUNTS ENGINE GSS_CLIENT
gss_client=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/kdc.sh"
. "$here/lib.sh"

kdc_start "$dir/kdc"
kdc_principal alice alice-pw
kdc_principal bob bob-pw
kdc_principal root root-pw
kdc_principal nobody-here x-pw
kdc_principal HTTP/localhost -
kdc_principal HTTP/other -
kdc_keytab "$dir/http.keytab" HTTP/localhost HTTP/other
for user in alice bob root; do
	kdc_kinit "$dir/cc.$user" $user $user-pw || exit 1
done
kdc_kinit "$dir/cc.stranger" nobody-here x-pw
cat >"$dir/identities.conf" <<END
[realm GUISE.TEST]
clients = accounts
END
kerberos="negotiate = yes
identities = $dir/identities.conf
keytab = $dir/http.keytab"

# as USER: by ticket; sets $status
with_ticket() {
	local user=$1 path=$2
	shift 2
	status=$(KRB5CCNAME=FILE:$dir/cc.$user curl -s -m 30 --negotiate -u : \
		-o "$dir/body" -D "$dir/head" -w '%{http_code}' "$@" \
		"${base:-http://localhost:$port}$path")
}

# ticketed NAME STATUS USER PATH [CURL-OPTION...]
ticketed() {
	local name=$1 want=$2
	shift 2
	with_ticket "$@"
	same "$name ($*)" "$status" "$want"
}

logged() { tail -n "${2:-1}" "$dir/access.log" | grep -q -- "$1"; }
count() { grep -c -- "$1" "$dir/access.log"; }

# --- every request on its own
extra="$kerberos
kerberos-service = HTTP@localhost"
start_server
ticketed "alice by ticket" 200 alice /files/alice/secret.txt
body_is "her file" "of alice"
holds "the log says by what" logged 'ok by="negotiate" principal="alice@GUISE.TEST"'
holds "the log says who" logged ' alice S-1-5-21-'
holds "the server proves itself" grep -qi '^www-authenticate: negotiate [a-z0-9]' "$dir/head"
same "no cookie" "$(header Set-Cookie)" ""
same "nothing is kept" "$(header Persistent-Auth)" false
ticketed "bob by ticket, alice's file" 404 bob /files/alice/secret.txt
ticketed "in sight" 403 bob /files/private.txt
ticketed "root is nobody here" 401 root /files/all.txt
holds "the log says why not" logged 'logon by="negotiate" principal="root@GUISE.TEST" why="'
ticketed "a stranger" 401 stranger /files/all.txt
ask - GET /files/all.txt
same "no ticket" "$status" 401
same "both are offered" "$(sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: *\([A-Za-z]*\).*/\1/p' "$dir/head" | tr '\n' ' ')" "Negotiate Basic "
answers "passwords still do" 200 alice GET /files/alice/secret.txt
ticketed "upload by ticket" 201 alice /files/alice/up -T "$dir/serve.conf"
same "it is hers" "$(stat -c %u "$dir/files/alice/up")" $alice
head -c 3000000 /dev/urandom >"$dir/large"
ticketed "a large one, after 100 Continue" 201 alice /files/alice/large -T "$dir/large"
holds "all of it" cmp -s "$dir/large" "$dir/files/alice/large"
ticketed "a large one of who may not" 409 bob /files/alice/larger -T "$dir/large"
ticketed "and of who is nobody" 401 root /files/larger -T "$dir/large"
KRB5CCNAME=FILE:$dir/cc.alice curl -s --negotiate -u : -o /dev/null "http://localhost:$port/files/all.txt" \
	--next -s -o /dev/null -w '%{http_code}\n' "http://localhost:$port/files/all.txt" >"$dir/said"
same "plain HTTP binds no connection" "$(cat "$dir/said")" 401

# a ticket for another service of the same keytab
token=$(KRB5CCNAME=FILE:$dir/cc.alice "$gss_client" HTTP@other </dev/null | head -n 1)
ask - GET /files/all.txt -H "Authorization: Negotiate $token"
same "another service's ticket" "$status" 401
# replayed
token=$(KRB5CCNAME=FILE:$dir/cc.alice "$gss_client" HTTP@localhost </dev/null | head -n 1)
ask - GET /files/all.txt -H "Authorization: Negotiate $token"
same "once" "$status" 200
ask - GET /files/all.txt -H "Authorization: Negotiate $token"
same "not twice" "$status" 401
holds "the log says replayed" logged 'why=".*[Rr]e.*"'
for bad in "" AAAA TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA= "${token:0:400}" "$token$token" "!" "$(head -c 40000 /dev/zero | base64 -w0)"; do
	ask - GET /files/all.txt -H "Authorization: Negotiate $bad"
	same "a broken message ${bad:0:10}" "$status" 401
done

# a browser
same "a browser is let in" "$(KRB5CCNAME=FILE:$dir/cc.alice python3 "$here/negotiate.py" "$gss_client" \
	"http://localhost:$port/files/alice/secret.txt")" "401 offered 200 established"
same "by Kerberos alone" "$(KRB5CCNAME=FILE:$dir/cc.alice python3 "$here/negotiate.py" "$gss_client" \
	"http://localhost:$port/files/alice/secret.txt" --krb5)" "401 offered 200 established"
same "in three messages" "$(KRB5CCNAME=FILE:$dir/cc.alice python3 "$here/negotiate.py" "$gss_client" \
	"http://localhost:$port/files/alice/secret.txt" --krb5 --legs)" "401 offered 401 200 no reply"
stop_server

# --- by the connection
extra="$kerberos
negotiate-session = connection
logon-cache = 3"
start_server
python3 - "$here" "$gss_client" "http://localhost:$port" "$dir" >"$dir/said" <<'END'
import os, sys, time
here, gss_client, url, dir = sys.argv[1:]
sys.path.insert(0, here)
from negotiate import Client

def client(user, *options):
    os.environ["KRB5CCNAME"] = f"FILE:{dir}/cc.{user}"
    return Client(gss_client, url + "/files/alice/secret.txt", *options)

BASIC = {"Authorization": "Basic Ym9iOmJvYi1wdw=="}
WRONG = {"Authorization": "Basic Ym9iOngteA=="}
a = client("alice")
statuses, headers, said = a.negotiate()
print("first", *statuses, said, headers["Persistent-Auth"])
print("then", *[a.ask()[0] for _ in range(5)])
other = client("alice")
print("another connection", other.ask()[0])
print("another site's page", a.ask(headers={"Sec-Fetch-Site": "cross-site"})[0],
      a.ask("PUT", "/files/alice/x", {"Origin": "https://evil.example"}, b"x")[0])
a = client("alice")
a.negotiate()
print("as bob", a.ask(headers=BASIC)[0], "then", a.ask()[0])
a = client("alice")
a.negotiate()
print("wrong", a.ask(headers=WRONG)[0], "then", a.ask()[0])
a = client("alice")
a.negotiate()
print("junk", a.ask(headers={"Authorization": "Negotiate AAAA"})[0], "then", a.ask()[0])
a = client("alice")
a.negotiate()
os.environ["KRB5CCNAME"] = f"FILE:{dir}/cc.bob"
b = a.negotiate()
print("now bob", *b[0], a.ask()[0], a.ask(path="/files/all.txt")[0])
three = client("alice", "--krb5", "--legs")
message = three.message()
one = three.ask(headers={"Authorization": "Negotiate " + message})
print("in between", one[0], three.ask()[0])
message = three.message(three.reply_of(one[1]))
print("too late", three.ask(headers={"Authorization": "Negotiate " + message})[0])
three = client("alice", "--krb5", "--legs")
one = three.ask(headers={"Authorization": "Negotiate " + three.message()})
message = three.message(three.reply_of(one[1]))
elsewhere = client("alice")
print("elsewhere", elsewhere.ask(headers={"Authorization": "Negotiate " + message})[0])
print("here", three.ask(headers={"Authorization": "Negotiate " + message})[0], three.ask()[0])
time.sleep(4)
print("later", three.ask()[0])
END
same "what a connection knows" "$(cat "$dir/said")" "first 200 established true
then 200 200 200 200 200
another connection 401
another site's page 401 401
as bob 404 then 401
wrong 401 then 401
junk 401 then 401
now bob 404 404 200
in between 401 401
too late 401
elsewhere 401
here 200 200
later 401"
holds "the log says so" grep -q 'ok by="connection" principal="alice@GUISE.TEST"' "$dir/access.log"
before=$(count 'by="negotiate"')
asked=$(grep -c TGS_REQ "$dir/kdc/kdc.log")
KRB5CCNAME=FILE:$dir/cc.alice curl -s --negotiate -u : -o "$dir/body" -w '%{http_code}\n' \
	"http://localhost:$port/files/alice/secret.txt?[1-20]" >"$dir/said"
same "twenty on one connection" "$(sort "$dir/said" | uniq -c | tr -s ' ')" " 20 200"
same "are one exchange" $(($(count 'by="negotiate"') - before)) 1
# who is locked out meanwhile is out at the next flush
KRB5CCNAME=FILE:$dir/cc.bob python3 - "$here" "$gss_client" "http://localhost:$port" "$guise" "$dir" >"$dir/said" <<'END'
import subprocess, sys
here, gss_client, url, guise, dir = sys.argv[1:]
sys.path.insert(0, here)
from negotiate import Client
bob = Client(gss_client, url + "/files/all.txt")
print(*bob.negotiate()[0], bob.ask()[0])
def run(*command):
    subprocess.run([guise, *command], check=True, stdout=subprocess.DEVNULL)
run("account", "lock", "bob", "--accounts", dir + "/accounts")
run("status", "--flush", "--control", dir + "/control")
print(bob.ask()[0], bob.ask()[0], *bob.negotiate()[0])
run("account", "unlock", "bob", "--accounts", dir + "/accounts")
run("status", "--flush", "--control", dir + "/control")
print(*bob.negotiate()[0], bob.ask()[0])
END
same "a flush ends the sessions of who is locked" "$(cat "$dir/said")" "200 200
401 401 401
200 200"
same "and nothing for the KDC" "$(grep -c TGS_REQ "$dir/kdc/kdc.log")" "$asked"
stop_server

# --- by a cookie
extra="$kerberos
negotiate-session = cookie
basic = no"
start_server
url=http://localhost:$port
jar=$dir/jar
ticketed "with a cookie" 200 alice /files/alice/secret.txt -c "$jar"
case $(header Set-Cookie) in
"guise-$port-0="*"; Path=/; Max-Age=60; HttpOnly; SameSite=Strict") ;;
*) fail "the cookie: $(header Set-Cookie)" ;;
esac
cookie=$(header Set-Cookie | sed 's/;.*//')
same "256 bits" "$(echo -n "${cookie#*=}" | wc -c)" 64
answers "alone" 200 - GET /files/alice/secret.txt -b "$jar"
body_is "hers" "of alice"
holds "the log" logged 'by="cookie" principal="alice@GUISE.TEST"'
same "nothing new is given" "$(header Set-Cookie)" ""
fails "the log has no cookie" grep -q "${cookie#*=}" "$dir/access.log" "$dir/error.log"
answers "upload" 201 - PUT /files/alice/c -b "$jar" -T "$dir/serve.conf" -H "Origin: $url"
answers "from elsewhere" 401 - PUT /files/alice/c -b "$jar" -T "$dir/serve.conf" -H 'Origin: https://evil.example'
answers "removed from elsewhere" 401 - DELETE /files/alice/c -b "$jar" -H 'Sec-Fetch-Site: cross-site'
answers "from a neighbour" 401 - DELETE /files/alice/c -b "$jar" -H 'Sec-Fetch-Site: same-site'
holds "it is still there" test -f "$dir/files/alice/c"
answers "removed" 204 - DELETE /files/alice/c -b "$jar" -H 'Sec-Fetch-Site: same-origin'
answers "guessed" 401 - GET /files/all.txt -b "guise-$port-0=$(printf '0%.0s' $(seq 64))"
answers "twice" 401 - GET /files/all.txt -b "$cookie; $cookie"
answers "another worker's" 401 - GET /files/all.txt -b "guise-$port-1=${cookie#*=}"
answers "no passwords here" 401 alice GET /files/all.txt
same "nor offered" "$(sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: *\([A-Za-z]*\).*/\1/p' "$dir/head" | tr '\n' ' ')" "Negotiate "
ticketed "who may not" 401 root /files/all.txt
same "gets none" "$(header Set-Cookie)" ""
ticketed "another client's" 200 bob /files/all.txt
holds "is another" test "$(header Set-Cookie | sed 's/;.*//')" != "$cookie"
ticketed "the header goes before" 404 bob /files/alice/secret.txt -b "$jar"
stop_server

# each worker has sessions of its own, and a cookie of its own for them
extra="$kerberos
negotiate-session = cookie
workers = 2"
start_server
rm -f "$jar"
for i in $(seq 30); do
	KRB5CCNAME=FILE:$dir/cc.alice curl -s --negotiate -u : -b "$jar" -c "$jar" -o /dev/null \
		-w '%{http_code}\n' "http://localhost:$port/files/alice/secret.txt"
done | sort | uniq -c | tr -s ' ' >"$dir/said"
same "whichever worker answers" "$(cat "$dir/said")" " 30 200"
for i in $(seq 20); do
	curl -s -b "$jar" -o /dev/null -w '%{http_code}\n' "http://localhost:$port/files/alice/secret.txt"
done | sort | uniq -c | tr -s ' ' >"$dir/said"
holds "knows its cookie" test "$(grep -c guise- "$jar")" -ge 1
if [ "$(grep -c guise- "$jar")" = 2 ]; then
	same "both know theirs" "$(cat "$dir/said")" " 20 200"
fi
stop_server

# --- TLS
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost -keyout "$dir/key.pem" \
		-out "$dir/cert.pem" 2>/dev/null
	hash=$(openssl x509 -in "$dir/cert.pem" -outform der | sha256sum | cut -d' ' -f1)
	wrong=$(echo "$hash" | tr 0-9 1-90)
	tls="$kerberos
tls-certificate = $dir/cert.pem
tls-key = $dir/key.pem"
	tls_answers() {
		local i
		for i in $(seq 200); do
			curl -sk -o /dev/null "$url/public/hello.txt" && return 0
			kill -0 "$server" 2>/dev/null || return 1
			sleep 0.1
		done
		return 1
	}
	# another test may have the port
	tls_server() {
		local try
		for try in 1 2 3 4 5; do
			port=$((20000 + RANDOM % 20000))
			url=https://localhost:$port
			base=$url
			write_config
			"$guise" serve --config "$dir/serve.conf" 2>>"$dir/error.log" &
			server=$!
			tls_answers && return
			stop_server
		done
		fail "no TLS server"
	}
	browser() {
		KRB5CCNAME=FILE:$dir/cc.alice python3 "$here/negotiate.py" "$gss_client" \
			"$url/files/alice/secret.txt" "$@"
	}
	extra="$tls
negotiate-session = both"
	tls_server
	ticketed "by TLS" 200 alice /files/alice/secret.txt --cacert "$dir/cert.pem"
	same "known by the connection" "$(header Persistent-Auth)" true
	case $(header Set-Cookie) in
	"__Host-guise-$port-0="*"; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure") ;;
	*) fail "the cookie: $(header Set-Cookie)" ;;
	esac
	# whoever set it, another's cookie makes nobody else of a known connection
	cookie=$(header Set-Cookie | sed 's/;.*//')
	answers "hers alone" 200 - GET /files/alice/secret.txt --cacert "$dir/cert.pem" -b "$cookie"
	same "bob with a cookie of alice" "$(KRB5CCNAME=FILE:$dir/cc.bob curl -s --negotiate -u : \
		--cacert "$dir/cert.pem" -b "$cookie" -o /dev/null -o /dev/null \
		-w '%{num_connects} %{http_code} ' "$url/files/all.txt" "$url/files/alice/secret.txt")" \
		"1 200 0 404 "
	holds "known by the connection" logged 'by="connection" principal="bob@GUISE.TEST"'
	same "bound to this server" "$(browser --bindings "$hash")" "401 offered 200 established"
	same "bound to another" "$(browser --bindings "$wrong" | cut -d' ' -f1-3)" "401 offered 401"
	holds "the log says bindings" grep -qi 'why=".*bind' "$dir/access.log"
	stop_server
	extra="$tls
channel-bindings = required"
	tls_server
	same "required" "$(browser --bindings "$hash")" "401 offered 200 established"
	same "and sent" "$(browser | cut -d' ' -f1-3)" "401 offered 401"
	# another certificate, at a reload
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384 -nodes -days 2 \
		-subj /CN=localhost -addext subjectAltName=DNS:localhost \
		-keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
	next=$(openssl x509 -in "$dir/cert.pem" -outform der | sha384sum | cut -d' ' -f1)
	kill -HUP "$server"
	for i in $(seq 50); do
		[ "$(browser --bindings "$next")" = "401 offered 200 established" ] && break
		sleep 0.2
	done
	same "renewed" "$(browser --bindings "$next")" "401 offered 200 established"
	same "the old one is over" "$(browser --bindings "$hash" | cut -d' ' -f1-3)" "401 offered 401"
	stop_server
	extra="$tls
channel-bindings = off"
	tls_server
	same "not looked at" "$(browser --bindings "$wrong")" "401 offered 200 established"
	stop_server
fi

# --- a directory that hangs holds up no ticket
base=
mkdir -p "$dir/pam.d"
cat >"$dir/pam.d/slow" <<END
auth required pam_exec.so quiet /bin/sleep 8
account required pam_permit.so
END
extra="$kerberos
system-accounts = yes
pam-service = slow
pam-confdir = $dir/pam.d"
start_server
url=http://127.0.0.1:$port
waiting=()
for i in 2 3 4 5 6; do
	curl -s -m 20 -o /dev/null --interface 127.0.0.$i -u daemon:x "$url/files/all.txt" &
	waiting+=($!)
done
sleep 0.5
ticketed "a ticket meanwhile" 200 alice /files/alice/secret.txt
answers "an embedded account meanwhile" 200 alice GET /files/alice/secret.txt
answers "anonymous meanwhile" 200 - GET /public/hello.txt
all_live "they did not wait for the others, who do" "${waiting[@]}"
kill "${waiting[@]}" 2>/dev/null
wait "${waiting[@]}" 2>/dev/null
stop_server

# --- rules at a reload
base=
extra=$kerberos
start_server
ticketed "before" 200 alice /files/all.txt
echo "[realm GUISE.TEST" >"$dir/identities.conf"
kill -HUP "$server"
holds "a broken file is told of" grep -q "identities.conf:1" "$dir/error.log"
sleep 0.3
ticketed "and changes nothing" 200 alice /files/all.txt
printf '[realm ELSEWHERE.TEST]\nclients = accounts\n' >"$dir/identities.conf"
kill -HUP "$server"
for i in $(seq 50); do
	with_ticket alice /files/all.txt
	[ "$status" = 401 ] && break
	sleep 0.1
done
ticketed "no realm, no clients" 401 alice /files/all.txt
chmod 666 "$dir/identities.conf"
fails "a file that anybody may write" "$guise" serve --check --config "$dir/serve.conf"
chmod 644 "$dir/identities.conf"
holds "that root alone may" "$guise" serve --check --config "$dir/serve.conf"
chmod 644 "$dir/http.keytab"
fails "a keytab that anybody may read" "$guise" serve --check --config "$dir/serve.conf"
stop_server
sum_up
