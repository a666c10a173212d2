# SPDX-License-Identifier: Apache-2.0
# A real Active Directory domain controller (Samba) for tests written in bash:
# source this first of all, it runs the test again in namespaces of its own,
# where the network is a loopback, the processes end with the test, and names
# and the resolver's files are the domain's. Then:
#
#   addc_start DIRECTORY      provision (5 s), fill, start; 77 where impossible
#   addc_login USER [FILE]    a ticket for USER, in the cache FILE
#   addc_stop                 end it, and whatever else runs in the namespace
#   addc COMMAND NAME...      ask or change the directory; see addc.py
#
# The domain is AD.TEST (ADTEST) on dc1.ad.test, 10.99.0.1; the servers of a
# test have 10.99.0.2 and up (files.ad.test, s1.ad.test, s2.ad.test,
# backend.ad.test). Who is in it is said at the beginning of addc.py.

if [ "$(id -u)" -ne 0 ]; then
	echo "skipped: needs root"
	exit 77
fi
if [ -z "${GUISE_ADDC_INSIDE:-}" ]; then
	if ! unshare -n -m -p -f --mount-proc true 2>/dev/null; then
		echo "skipped: no namespaces here"
		exit 77
	fi
	export GUISE_ADDC_INSIDE=1
	exec unshare -n -m -p -f --kill-child --mount-proc "$BASH" "$0" "$@"
fi

addc_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
addc_domain_sid=S-1-5-21-1000000001-2000000002-3000000003

addc_needs() {
	local what
	for what in samba smbclient kinit curl ip wbinfo; do
		if ! command -v "$what" >/dev/null; then
			echo "skipped: no $what here; see scripts/deps --test"
			exit 77
		fi
	done
	if ! /usr/bin/python3 -c 'import samba.provision' 2>/dev/null; then
		echo "skipped: no samba modules for /usr/bin/python3 here"
		exit 77
	fi
}

# addc_bind FILE: standard input takes the place of FILE in this mount namespace
addc_bind() {
	local own=$addc_dir/bound.${1##*/} target
	cat >"$own"
	chmod 644 "$own"
	target=$(readlink -m "$1") # may lie in what was /run
	mkdir -p "$(dirname "$target")"
	[ -e "$target" ] || : >"$target"
	mount --bind "$own" "$target"
}

addc_network() {
	local last
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir /run/samba /run/lock
	ip link set lo up
	for last in 1 2 3 4 5; do
		ip addr add "10.99.0.$last/24" dev lo
	done
	addc_bind /etc/resolv.conf <<-END
		nameserver 10.99.0.1
	END
	addc_bind /etc/hosts <<-END
		127.0.0.1 localhost
		10.99.0.1 dc1.ad.test dc1
		10.99.0.2 files.ad.test
		10.99.0.3 s1.ad.test
		10.99.0.4 s2.ad.test
		10.99.0.5 backend.ad.test
	END
}

addc_kerberos() {
	cat >"$addc_dir/krb5.conf" <<-END
		[libdefaults]
		default_realm = AD.TEST
		dns_lookup_kdc = false
		dns_lookup_realm = false
		dns_canonicalize_hostname = false
		rdns = false
		forwardable = true
		udp_preference_limit = 1
		default_ccache_name = FILE:$addc_dir/cc.default
		[realms]
		AD.TEST = {
			kdc = 10.99.0.1
			kpasswd_server = 10.99.0.1
		}
		[domain_realm]
		.ad.test = AD.TEST
		localhost = AD.TEST
	END
	chmod 644 "$addc_dir/krb5.conf"
	export KRB5_CONFIG=$addc_dir/krb5.conf
}

addc_answers() {
	echo alicepw.1 | KRB5CCNAME=FILE:$addc_dir/cc.try kinit alice >/dev/null 2>&1
}

addc_start() {
	local try
	addc_dir=$1
	addc_needs
	mkdir -p "$addc_dir"
	chmod 755 "$addc_dir"
	if ! /usr/bin/python3 "$addc_lib/addc.py" "$addc_dir" make >"$addc_dir/provision.log" 2>&1; then
		cat "$addc_dir/provision.log"
		echo "FAILED: the domain is not made"
		exit 1
	fi
	addc_network
	addc_kerberos
	samba -i -M single -s "$addc_dir/etc/smb.conf" --debug-stdout \
		>"$addc_dir/samba.log" 2>&1 </dev/null &
	addc_pid=$!
	disown "$addc_pid"
	for try in $(seq 100); do
		addc_answers && return 0
		kill -0 "$addc_pid" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 40 "$addc_dir/samba.log"
	echo "FAILED: the domain controller does not answer"
	exit 1
}

# The test is the first process of its namespace: that leaves nobody else's.
addc_stop() {
	[ $$ -eq 1 ] || return
	kill -KILL -1 2>/dev/null
	wait
}

addc_login() {
	echo "$1pw.1" | KRB5CCNAME=FILE:${2:-$addc_dir/cc.$1} kinit -f "$1" >/dev/null
}

# addc COMMAND NAME...: see addc.py
addc() {
	/usr/bin/python3 "$addc_lib/addc.py" "$addc_dir" "$@"
}
