#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs a test program with accounts of its own, as with-accounts.sh does, and a
# Kerberos realm: the service's keys and a client's tickets are the process's
# own, and /etc/guise has the rules for who clients are.
#
#	with-realm.sh GUISE PROGRAM [ARGUMENT...]
set -eu

here=$(cd "$(dirname "$0")" && pwd)

if [ -z "${REALM_INSIDE:-}" ]; then
	if ! unshare --mount true 2>/dev/null; then
		echo "skip: needs root, for a mount namespace"
		exit 77
	fi
	REALM_INSIDE=1 exec unshare --mount bash "$0" "$@"
fi
. "$KDC_SH"

# the namespace's own /etc and a directory that ends with it
mount -t tmpfs -o mode=755 realm /mnt
cp -a /etc /mnt/etc
mount --bind /mnt/etc /etc
mkdir -p /etc/guise

# what has expired is so after seconds, not minutes
KDC_CLOCKSKEW=3
trap 'kdc_stop /mnt/realm' EXIT
kdc_start /mnt/realm
user() {
	name=$1
	shift
	kdc_principal "$name" 'Secret 1' "$@"
}
domain=S-1-5-21-111-222-333
user alice sid=$domain-1103 groups='513 1110' account=alice domain=GUISE
user bob
user erin sid=S-1-5-21-9-9-9-1104
user frank sid=S-1-5-21-4-4-4-1105
user dora sid=$domain-1107
user grace
user sam
user tom
user hasty sid=$domain-1106 -maxlife '4 seconds'
kdc_principal host/localhost - +ok_as_delegate
kdc_principal HTTP/localhost -
kdc_principal backend/localhost -
kdc_principal other/localhost -
kdc_keytab /mnt/realm/krb5.keytab host/localhost HTTP/localhost \
	backend/localhost
# keys as another realm's (names of one length: the file stays a keytab), and
# such with a key of this realm beside them
kdc_keytab /mnt/realm/host.keytab host/localhost
LC_ALL=C sed 's/GUISE[.]TEST/OTHER.TEST/g' /mnt/realm/host.keytab \
	>/mnt/realm/other.keytab
cp /mnt/realm/other.keytab /mnt/realm/two.keytab
kdc_keytab /mnt/realm/two.keytab HTTP/localhost
kdc_kinit /mnt/realm/cc.default alice 'Secret 1'

# alice, dora, hasty: by the PAC; frank: so, and no Unix id; bob: an account; erin is
# of a domain that is not believed; of grace nobody knows anything
cat >/etc/guise/identities.conf <<END
[idmap]
sources = domain
[domain $domain]
range = 1000000-1999999
[realm GUISE.TEST]
clients = pac
domains = $domain S-1-5-21-4-4-4
[principals]
bob@GUISE.TEST = bob
sam@GUISE.TEST = sam
tom@GUISE.TEST = tom
END

# sam and tom are the system's, and PAM lets in one of them
for name in sam:20501 tom:20502; do
	echo "${name%:*}:x:${name#*:}:20500::/:/bin/sh" >>/etc/passwd
done
echo 'account required pam_succeed_if.so quiet user != tom' >/etc/pam.d/guise

# rules by which erin comes in and nobody else, for a process without privilege
cat >/mnt/other.conf <<END
[realm GUISE.TEST]
clients = pac
domains = S-1-5-21-9-9-9
END
export GUISE_IDENTITIES=/mnt/other.conf
# the same, for anybody to change
cp /mnt/other.conf /mnt/loose.conf
chmod 666 /mnt/loose.conf

status=0
"$here/with-accounts.sh" "$@" || status=$?
exit $status
