#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a stranger without any ticket can do to those who have one, and clients
# whose accounts are in a directory that hangs to all others.
#   GUISE MAKE_ACCOUNTS ENGINE GSS_CLIENT
gss_client=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/kdc.sh"
. "$here/lib.sh"

kdc_start "$dir/kdc"
kdc_principal alice alice-pw
kdc_principal HTTP/localhost -
kdc_keytab "$dir/http.keytab" HTTP/localhost
kdc_kinit "$dir/cc.alice" alice alice-pw || exit 1
printf '[realm GUISE.TEST]\nclients = accounts\n' >"$dir/identities.conf"
extra="negotiate = yes
identities = $dir/identities.conf
keytab = $dir/http.keytab"
start_server
KRB5CCNAME=FILE:$dir/cc.alice python3 - "$here" "$gss_client" "http://localhost:$port" >"$dir/said" <<'END'
import base64, sys
here, gss_client, url = sys.argv[1:]
sys.path.insert(0, here)
from negotiate import Client

KRB5 = bytes.fromhex("06092a864886f712010202")
OLD_KRB5 = bytes.fromhex("06052b05010502")
IAKERB = bytes.fromhex("06062b0601050205")
NTLM = bytes.fromhex("060a2b06010401823702020a")
SPNEGO = bytes.fromhex("06062b0601050502")

def der(tag, *parts):
    body = b"".join(parts)
    assert len(body) < 128
    return bytes([tag, len(body)]) + body

def spnego(mechanisms, token):
    return der(0x60, SPNEGO, der(0xa0, der(0x30, der(
        0xa0, der(0x30, *mechanisms)), der(0xa2, der(0x04, token)))))

def header(message):
    return {"Authorization": "Negotiate " + base64.b64encode(message).decode()}

def ask(message):
    return Client(gss_client, url + "/files/all.txt").ask(
        headers=header(message))[0]

def client(*options):
    return Client(gss_client, url + "/files/alice/secret.txt", *options)

print("other mechanisms", *[ask(m) for m in (
    der(0x60, IAKERB, b"\x05\x01junk"), der(0x60, OLD_KRB5, b"\x01\x00junk"),
    der(0x60, NTLM, b"junk"), spnego([IAKERB], der(0x60, IAKERB, b"junk")),
    spnego([NTLM], b"NTLMSSP\0"))])

# one whose exchange goes on, without a ticket: it would like to be asked again
begin = spnego([NTLM, KRB5], b"NTLMSSP\0")
shared = client()
print("begun", shared.ask(headers=header(begin))[0],
      "then, on a shared connection", *shared.negotiate()[0])

alice = client("--krb5", "--legs")
first = alice.ask(headers={"Authorization": "Negotiate " + alice.message()})
stranger = client()
stranger.http.source_address = ("127.0.0.9", 0)
for i in range(300):
    stranger.ask(headers=header(begin))
second = alice.message(alice.reply_of(first[1]))
print("three hundred begun between two messages", first[0],
      alice.ask(headers={"Authorization": "Negotiate " + second})[0])
END
same "what a stranger can do" "$(cat "$dir/said")" "other mechanisms 401 401 401 401 401
begun 401 then, on a shared connection 200
three hundred begun between two messages 401 200"
stop_server

# --- accounts whose directory hangs
mkdir "$dir/pam.d"
cat >"$dir/pam.d/slow" <<END
auth required pam_deny.so
account required pam_exec.so quiet /bin/sleep 6
END
slow="daemon games mail"
for user in $slow; do
	kdc_principal $user x-pw
	kdc_kinit "$dir/cc.$user" $user x-pw || exit 1
done
cat >>"$dir/identities.conf" <<END
[principals]
daemon@GUISE.TEST = daemon
games@GUISE.TEST = games
mail@GUISE.TEST = mail
END
extra="$extra
system-accounts = yes
pam-service = slow
pam-confdir = $dir/pam.d"
start_server
by_ticket() {
	KRB5CCNAME=FILE:$dir/cc.$1 curl -s -m 30 --negotiate -u : -o "$dir/body.$1" \
		-w '%{http_code}' --interface "$2" "http://localhost:$port$3"
}
waiting=()
n=2
for user in $slow; do
	by_ticket $user 127.0.0.$n /files/all.txt >"$dir/said.$user" &
	waiting+=($!)
	n=$((n + 1))
done
sleep 0.5
same "a ticket meanwhile" "$(by_ticket alice 127.0.0.1 /files/alice/secret.txt)" 200
all_live "it did not wait for the others, who do" "${waiting[@]}"
wait "${waiting[@]}"
for user in $slow; do
	same "$user is let in in the end" "$(cat "$dir/said.$user")" 200
done
holds "as whom it should" grep -q ' daemon S-1-22-1-1 .* ok by="negotiate" principal="daemon@GUISE.TEST"' "$dir/access.log"
stop_server
sum_up
