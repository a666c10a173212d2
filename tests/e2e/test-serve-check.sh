#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What guise serve --check finds wrong with a configuration and the files that it
# names, and that a start finds the same.
#   GUISE MAKE_ACCOUNTS ENGINE
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/kdc.sh"
. "$here/lib.sh"

kdc_start "$dir/kdc"
kdc_principal HTTP/localhost -
kdc_principal host/localhost -
kdc_keytab "$dir/http.keytab" HTTP/localhost
kdc_keytab "$dir/host.keytab" host/localhost
printf '[realm GUISE.TEST]\nclients = accounts\n' >"$dir/identities.conf"
kerberos="negotiate = yes
identities = $dir/identities.conf"
port=$((20000 + RANDOM % 20000))

# refused NAME PATTERN: by the check and at the start
refused() {
	local said code how
	write_config
	for how in --check ""; do
		# shellcheck disable=SC2086
		said=$(timeout 30 "$guise" serve --config "$dir/serve.conf" $how 2>&1)
		code=$?
		same "$1 ${how:-start}" "$code" 2
		case $said in
		*$2*) checks=$((checks + 1)) ;;
		*) fail "$1 ${how:-start}: said '$said', want '$2'" ;;
		esac
	done
}

# told NAME PATTERN: the same, but it is a good configuration. "": of nothing
told() {
	local said
	write_config
	said=$("$guise" serve --config "$dir/serve.conf" --check 2>&1)
	same "$1" "$?" 0
	if [ -z "$2" ]; then
		same "$1" "$said" "the configuration is good"
		return
	fi
	case $said in
	"guise: warning: "*$2*) checks=$((checks + 1)) ;;
	*) fail "$1: said '$said', want '$2'" ;;
	esac
	start_server
	holds "$1 start" grep -q "^guise: warning: .*$2" "$dir/error.log"
	stop_server
	: >"$dir/error.log"
}

# --- the keytab
extra="$kerberos
keytab = $dir/http.keytab"
told "a good one" ""
extra="$extra
kerberos-service = HTTP@localhost"
told "with the service's key" ""
extra="$kerberos
keytab = $dir/http.keytab
kerberos-service = HTTP/localhost@GUISE.TEST"
told "with the principal's key" ""
for service in HTTP@elsewhere.test HTTP/localhost@OTHER.TEST host/localhost@GUISE.TEST; do
	extra="$kerberos
keytab = $dir/http.keytab
kerberos-service = $service"
	told "no key of $service" "keytab: $dir/http.keytab: "
done
extra="$kerberos
keytab = $dir/host.keytab"
told "no web server's" "it has no key of HTTP/host.name"
extra="$kerberos
keytab = $dir/none.keytab"
refused "none" "keytab: $dir/none.keytab: No such file"
: >"$dir/none.keytab"
chmod 600 "$dir/none.keytab"
told "an empty one" "keytab: $dir/none.keytab: "
echo "no keytab at all" >"$dir/none.keytab"
told "another file" "keytab: $dir/none.keytab: "
extra=$kerberos
told "the system's has none yet" "keytab: the system's: "
extra="$kerberos
keytab = $dir/http.keytab"
for mode in 604 602 620 644; do
	chmod $mode "$dir/http.keytab"
	refused "mode $mode" "keytab: $dir/http.keytab: others may read or change it"
done
chmod 640 "$dir/http.keytab"
told "mode 640, root's group" ""
chgrp 64999 "$dir/http.keytab"
told "mode 640, another group" "keytab: $dir/http.keytab: a group may read it"
chown 64999:0 "$dir/http.keytab"
chmod 600 "$dir/http.keytab"
refused "another owner" "it is somebody else's"
chown 0 "$dir/http.keytab"

# --- cookies and connections
extra="$extra
negotiate-session = cookie"
told "a cookie, one worker" ""
extra="$extra
workers = 2"
told "a cookie, two workers" "clients negotiate with each"
extra="$kerberos
keytab = $dir/http.keytab
negotiate-session = both"
told "connections without TLS" "a proxy that shares its connections"

# --- accounts
extra=
for mode in 604 640 660; do
	chmod $mode "$dir/accounts"
	refused "accounts, mode $mode" "accounts: $dir/accounts: others may read or change it"
done
chmod 600 "$dir/accounts"
told "accounts" ""

# --- PAM
mkdir "$dir/pam.d"
pam="system-accounts = yes
pam-confdir = $dir/pam.d"
printf 'auth required pam_deny.so\naccount required pam_deny.so\n' >"$dir/pam.d/there"
cp "$dir/pam.d/there" "$dir/pam.d/other"
extra="$pam
pam-service = there"
told "a service of PAM's" ""
extra="$pam
pam-service = There"
told "in other letters, as PAM has it" ""
for service in elsewhere ../pam.d/there; do
	extra="$pam
pam-service = $service"
	refused "PAM service $service" "pam-service: $service: "
done
extra=$pam
told "none is named, none is there" "system-accounts: guise: $dir/pam.d has no such file; PAM takes"
cp "$dir/pam.d/there" "$dir/pam.d/guise"
told "none is named, the usual is there" ""
extra="system-accounts = yes
pam-service = guise-e2e-none"
refused "nor is it the system's" "pam-service: guise-e2e-none: /etc/pam.d has no such file"

# --- who starts it
extra=
write_config
chmod 644 "$dir/serve.conf"
said=$(timeout 30 setpriv --bounding-set -setuid,-sys_chroot "$guise" serve --config "$dir/serve.conf" 2>&1)
same "without privileges" "$? ${said%%;*}" \
	"2 guise: serve: it lacks what it needs to become its clients: CAP_SETUID CAP_SYS_CHROOT"
said=$(timeout 30 "$guise" serve --config "$dir/serve.conf" --workers x 2>&1)
same "a wrong option" "$? ${said%%;*}" '2 guise: --workers: "x" is not a number from 1 to 64'
if command -v setpriv >/dev/null; then
	cp "$guise" "$dir/guise-copy" 2>/dev/null
	chmod 755 "$dir/guise-copy"
	said=$(timeout 30 setpriv --reuid 64999 --regid 64999 --clear-groups "$dir/guise-copy" serve --check \
		--config "$dir/serve.conf" 2>&1 | head -n 1)
	same "a check by somebody" "${said%%;*}" "guise: warning: serve --check: not run as root"
fi

# --- TLS
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
		-subj /CN=localhost -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
	extra="tls-certificate = $dir/cert.pem
tls-key = $dir/key.pem"
	chmod 600 "$dir/key.pem"
	told "a key of root's alone" ""
	chmod 644 "$dir/key.pem"
	refused "a key that everybody knows" "tls-key: $dir/key.pem: others may read or change it"
	chmod 640 "$dir/key.pem"
	chgrp 64999 "$dir/key.pem"
	write_config
	said=$("$guise" serve --config "$dir/serve.conf" --check 2>&1)
	same "a key that a group knows" "$? $(echo "$said" | head -n 1 | cut -d';' -f1)" \
		"0 guise: warning: tls-key: $dir/key.pem: a group may read it"
fi
sum_up
