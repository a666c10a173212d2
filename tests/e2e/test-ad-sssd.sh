#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Users of an Active Directory domain whose ids a real SSSD knows, and a real
# SSSD that is gone.
#   GUISE
if [ ! -x /usr/sbin/sssd ]; then
	echo "skipped: no sssd here; see scripts/deps --test"
	exit 77
fi
. "$(dirname "$0")/../lib/addc.sh"
guise=$1
dir=$(mktemp -d)
trap 'addc_stop; rm -rf "$dir"' EXIT
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

# SSSD binds by a password; its network is a loopback of its own
samba() {
	command samba --option='ldap server require strong auth=no' "$@"
}

addc_start "$dir/ad"
mount -t tmpfs -o mode=755 tmpfs /var/lib/sss
mkdir -p /var/lib/sss/{db,deskprofile,gpo_cache,keytabs,mc,pipes/private,pubconf/krb5.include.d,secrets}
chmod 700 /var/lib/sss/{db,keytabs,pipes/private,secrets}
mount -t tmpfs -o mode=755 tmpfs /var/log
mkdir /var/log/sssd
cat >"$dir/sssd.conf" <<END
[sssd]
services = nss
domains = ad.test
[nss]
memcache_timeout = 0
[domain/ad.test]
id_provider = ldap
auth_provider = none
access_provider = permit
ldap_schema = ad
ldap_uri = ldap://dc1.ad.test
ldap_search_base = dc=ad,dc=test
ldap_default_bind_dn = CN=alice,CN=Users,DC=ad,DC=test
ldap_default_authtok = alicepw.1
ldap_id_mapping = true
ldap_referrals = false
END
chmod 600 "$dir/sssd.conf"
/usr/sbin/sssd -i -c "$dir/sssd.conf" --logger=stderr 2>"$dir/sssd.log" &
sssd=$!

printf '%s\n' '[idmap]' 'sources = static builtin unix sssd' >"$dir/sssd.ids"
printf '%s\n' '[idmap]' "domains = $addc_domain_sid" >"$dir/algorithm.ids"

# ids FILE WHO: what guise id says, blanks made one
ids() {
	"$guise" id --identities "$dir/$1.ids" "$2" 2>&1 | tr -s ' '
	return "${PIPESTATUS[0]}"
}

read -r alice group < <(addc sid alice g-outer | tr '\n' ' ')
for i in $(seq 100); do
	ids sssd "$alice" >/dev/null && break
	sleep 0.2
done

# The same ids, whoever computes them.
by_sssd=$(ids sssd "$alice") || fail "alice: $by_sssd; $(tail -n 5 "$dir/sssd.log")"
by_algorithm=$(ids algorithm "$alice")
[ "$(cut -d' ' -f2,3 <<<"$by_sssd")" = "$(cut -d' ' -f2,3 <<<"$by_algorithm")" ] ||
	fail "$by_sssd, but $by_algorithm"
grep -q "^user [0-9]* $alice sssd" <<<"$by_sssd" || fail "$by_sssd"
uid=$(cut -d' ' -f2 <<<"$by_sssd")
grep -q "^user $uid $alice sssd" <<<"$(ids sssd "uid:$uid")" || fail "uid: $(ids sssd "uid:$uid")"
by_sssd=$(ids sssd "$group")
grep -q "^group [0-9]* $group sssd" <<<"$by_sssd" || fail "$by_sssd"
gid=$(cut -d' ' -f2 <<<"$by_sssd")
grep -q "^group $gid $group sssd" <<<"$(ids sssd "gid:$gid")" || fail "gid: $(ids sssd "gid:$gid")"

# Nobody's SID and nobody's id; a group is no user.
nobody=$(ids sssd "$addc_domain_sid-4242") && fail "an id for nobody: $nobody"
grep -q "^- - $addc_domain_sid-4242 - -" <<<"$nobody" || fail "$nobody"
grep -q "S-1-22-1-4242 unix" <<<"$(ids sssd uid:4242)" || fail "$(ids sssd uid:4242)"
grep -q "S-1-22-1-$gid unix" <<<"$(ids sssd "uid:$gid")" || fail "$(ids sssd "uid:$gid")"

# Without the daemon there is no answer, not even that there is none.
kill "$sssd"
wait "$sssd" 2>/dev/null
for who in "$alice" "$addc_domain_sid-4242" "uid:$uid"; do
	ids sssd "$who" >"$dir/out"
	[ $? -eq 3 ] || fail "$who without sssd: $(cat "$dir/out")"
done
exit $failed
