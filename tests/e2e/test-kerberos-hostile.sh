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

# message [SERVICE]: a new one of $cache's client
message() {
	KRB5CCNAME=FILE:$cache "$gss_client" "${1:-HTTP@localhost}" </dev/null | head -n 1
}

# said WHAT: the last lines of the log match it
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
	said "principal=\".*${name//[^A-Za-z0-9]/.*}.*\" why=\".*$why" ||
		fail "$name: the log says: $(tail -n 1 "$dir/access.log")"
}

# --- names, where the realm's clients are accounts of the same name
KDC_DISABLE_PAC=true
kdc_start "$dir/kdc"
names="root Root ROOT administrator Administrator system nobody daemon guest
 localhost\$ host\$ Alice ALICE alice/admin root/admin HTTP/localhost alice\\@GUISE.TEST aliceé"
kdc_principal alice pw
kdc_principal bob pw +requires_preauth
kdc_principal HTTP/other -
for name in $names; do
	[ "$name" = HTTP/localhost ] || kdc_principal "$name" pw
done
# names that are cut short, or spelled otherwise, on their way
odd=('alice\0' 'alice\n' 'alice\t' 'alice ' ' alice' 'alice.' '.alice' 'alice\/admin'
	'alice\\bob' 201001 0 0x0 "$(printf 'a%.0s' {1..300})")
for name in "${odd[@]}"; do
	kdc_admin addprinc -pw pw "$name"
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

for name in "${odd[@]}"; do
	kdc_kinit "$dir/cc.odd" "$name" pw || fail "no ticket for '$name'"
	cache=$dir/cc.odd
	ask - GET /files/all.txt -H "Authorization: Negotiate $(message)"
	same "the name '$name'" "$status" 401
	holds "the log says why '$name'" said 'principal="[^"]+" why="[^"]+"'
done

# --- the same name in another realm
here_kdc=$dir/kdc
kdc_start "$dir/other" OTHER.TEST
kdc_principal alice pw
kdc_principal root pw
kdc_trust "$here_kdc" "$dir/other"
kdc_use "$dir/other"
for name in alice root; do
	ticket_of $name
done
kdc_principal 'alice\@GUISE.TEST' pw
ticket_of 'alice\@GUISE.TEST'
# what goes over the trust is asked of both; clients know both realms
for name in alice root 'alice\@GUISE.TEST'; do
	kdc_use "$dir/other"
	cache=$(cache_of $name)
	kdc_use "$here_kdc"
	as GET /files/all.txt
	same "$name of another realm" "$status" 401
	holds "the log says so" said "principal=\".*@OTHER.TEST\" why=\"the realm has no clients"
done
# a realm is another one in other letters
kdc_start "$dir/small" guise.test
kdc_principal alice pw
kdc_trust "$here_kdc" "$dir/small"
kdc_use "$dir/small"
ticket_of alice
cache=$(cache_of alice)
kdc_use "$here_kdc"
as GET /files/all.txt
same "the realm in small letters" "$status" 401
holds "the log says so" said 'principal="alice@guise.test" why="the realm has no clients'

# --- messages
cache=$(cache_of alice)
kdc_use "$here_kdc"
token=$(message)
python3 - "$port" "$token" "$(message)" "$(message)" "$dir/said" <<'END'
import base64, http.client, sys
port, one, two, three, said = sys.argv[1:]
who = {b"of alice\n": "alice"}

def ask(message):
    c = http.client.HTTPConnection("localhost", int(port), timeout=30)
    c.request("GET", "/files/alice/secret.txt",
              headers={"Authorization": "Negotiate " + base64.b64encode(message).decode()})
    a = c.getresponse()
    body = a.read()
    c.close()
    return a.status, body

one, two, three = (base64.b64decode(t) for t in (one, two, three))
bad, let_in = [], 0
for n in list(range(0, 64, 4)) + list(range(64, len(one), 97)) + [len(one) - 1]:
    s, body = ask(one[:n])
    if s not in (400, 401):
        bad.append(("truncated", n, s))
# A flipped bit is found, or was of no meaning; then it is still alice, once.
step = max(1, len(two) // 150)
for at in range(0, len(two), step):
    m = bytearray(two)
    m[at] ^= 1 << (at % 8)
    s, body = ask(bytes(m))
    if s == 200:
        let_in += 1
    if s not in (400, 401) and (s != 200 or body not in who):
        bad.append(("flipped", at, s))
if let_in > 1:
    bad.append(("let in", let_in))
s, _ = ask(three + b"\0" * 10)
if s not in (200, 400, 401):
    bad.append(("longer", s))
s, _ = ask(one)
if s != 200:
    bad.append(("whole", s))
for again in range(3):
    s, _ = ask(one)
    if s != 401:
        bad.append(("again", s))
open(said, "w").write(repr(bad))
END
same "messages that are broken" "$(cat "$dir/said")" "[]"
fails "the log says what" grep -E 'why="(Success|Unknown)' "$dir/access.log"
holds "the log says replayed" said 'why=".*[Rr]eplay'
used=$token
token=$(message)
ask - GET /files/all.txt -H "Authorization: Negotiate $token"
same "a new one" "$status" 200
ask - GET /files/all.txt -H "Authorization: Negotiate $(message HTTP@other)"
same "for another service" "$status" 401

# what Windows sends to whom it has no ticket for
ask - GET /files/all.txt -H "Authorization: Negotiate TlRMTVNTUAABAAAAl4II4gAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw=="
same "NTLM" "$status" 401
holds "the log says why" said 'by="negotiate" why=".+"'
# said by many at once, one is believed
token=$(message)
for i in $(seq 16); do
	curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Negotiate $token" \
		"$url/files/all.txt" >"$dir/at-once.$i" &
	asking[i]=$!
done
wait "${asking[@]}"
same "one of many" "$(cat "$dir"/at-once.* | sort | uniq -c | tr -s ' ' | tr '\n' ';')" " 1 200; 15 401;"

# --- the KDC down, slow; the server asks it nothing
token=$(message) other_token=$(message)
kdc_stop "$here_kdc"
ask - GET /files/all.txt -H "Authorization: Negotiate $token"
same "without a KDC tickets stay tickets" "$status" 200
kdc_restart "$here_kdc"
kill -STOP "$kdc_pid"
ask - GET /files/all.txt -H "Authorization: Negotiate $other_token"
same "a slow KDC slows nobody" "$status" 200
kill -CONT "$kdc_pid"

# --- a new key, and an old ticket
kdc_admin cpw -randkey -keepold HTTP/localhost
kdc_keytab "$dir/http.keytab" HTTP/localhost
as GET /files/all.txt
same "the old ticket" "$status" 200
ticket_of alice
as GET /files/all.txt
same "a ticket with the new key" "$status" 200

# --- who is removed, and comes by another name
cp "$dir/http.keytab" "$dir/good.keytab"
stop_server
extra="$kerberos
negotiate-session = cookie
logon-cache = 600"
start_server
ask - GET /files/all.txt -H "Authorization: Negotiate $used"
same "said twice, to the server that came after" "$status" 401
holds "the log says replayed" said 'why=".*[Rr]eplay'
as GET /files/alice/secret.txt -c "$dir/jar"
same "alice has a session" "$status" 200
"$guise" account del alice --accounts "$dir/accounts"
as GET /files/alice/secret.txt
same "alice is removed" "$status" 401
holds "the log says so" said 'principal="alice@GUISE.TEST" why="the account does not exist'
"$guise" status --flush --control "$dir/control" >/dev/null 2>&1
answers "her session has ended" 401 - GET /files/alice/secret.txt -b "$dir/jar"
"$make_accounts" "$dir/accounts" alicia:$alice
as GET /files/alice/secret.txt
same "the name she had is nobody's" "$status" 401
kdc_principal alicia pw
ticket_of alicia
cache=$(cache_of alicia)
as GET /files/alice/secret.txt
same "the files go with the uid" "$status $(cat "$dir/body")" "200 of alice"
stop_server

# --- the keytab: not there, none, another's
cache=$(cache_of bob)
printf 'no keytab' >"$dir/http.keytab"
extra=$kerberos
start_server
as GET /files/all.txt
same "a keytab that is none" "$status" 503
holds "the log says so" said 'why=".*[Kk]ey ?tab'
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

# --- tickets that have ended; the client is in no hurry, the server strict
cache=$dir/cc.short
kdc_kinit "$cache" bob pw -l 5s
token=$(message)
holds "a ticket" test -n "$token"
sed -i 's/clockskew = .*/clockskew = 1/' "$here_kdc/krb5.conf"
start_server
sleep 7
ask - GET /files/all.txt -H "Authorization: Negotiate $token"
same "expired" "$status" 401
holds "the log says so" said 'why=".*([Ee]xpired|skew)'
sed -i 's/clockskew = .*/clockskew = 300/' "$here_kdc/krb5.conf"
stop_server
sum_up
