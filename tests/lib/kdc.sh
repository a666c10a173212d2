#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A throw-away KDC on loopback, for tests. To be sourced by bash; or run as
#   kdc.sh FUNCTION ARGUMENT...
#
#   kdc_start DIR [REALM]    a new realm (GUISE.TEST) in the new directory DIR;
#                            exports KRB5_CONFIG; ends with the test that
#                            started it. Exits 77 where there is no KDC.
#   kdc_principal NAME PASSWORD [WORD...]
#                            PASSWORD "-": a random key. WORD: ATTRIBUTE=VALUE
#                            as kdb_guise.c lists them, or +FLAG, -FLAG, or
#                            any other argument of kadmin's addprinc
#   kdc_attribute NAME ATTRIBUTE [VALUE]   changes one; none: takes it away
#   kdc_keytab FILE NAME...  appends the keys of NAMEs to FILE; the keys stay
#   kdc_kinit CACHE NAME PASSWORD [OPTION...]   kinit to FILE:CACHE
#   kdc_trust DIR DIR        clients of each realm can go to the other
#   kdc_use DIR              which of several realms the functions speak of
#   kdc_stop [DIR]           ends the KDC; the directory stays
#   kdc_restart DIR          the same realm and port again after kdc_stop
#
# GUISE_KDB is the path of the database module that kdb_guise.c makes. Set
# before kdc_start: KDC_CLOCKSKEW (seconds, 300), KDC_PRELOAD (a library that
# the KDC runs with), KDC_DISABLE_PAC (true: tickets without; MIT gives no
# tickets with a PAC to names that krb5_unparse_name() must quote).

kdc_fail() {
	echo "kdc: $*" >&2
	exit 1
}

kdc_skip() {
	echo "skipped: $*"
	exit 77
}

PATH=$PATH:/usr/sbin

kdc_need() {
	local program
	for program in krb5kdc kdb5_util kadmin.local kinit setpriv; do
		command -v $program >/dev/null ||
			kdc_skip "needs $program (scripts/deps --test)"
	done
	[ -r "${GUISE_KDB:-}" ] || kdc_skip "needs GUISE_KDB, the KDB module"
}

# The files of a realm whose KDC listens on PORT.
kdc_configure() {
	local dir=$1 realm=$2 port=$3
	cat >"$dir/krb5.conf" <<-END
	[libdefaults]
	  default_realm = $realm
	  dns_lookup_kdc = false
	  dns_lookup_realm = false
	  dns_canonicalize_hostname = false
	  rdns = false
	  forwardable = true
	  udp_preference_limit = 1
	  clockskew = ${KDC_CLOCKSKEW:-300}
	  default_ccache_name = FILE:$dir/cc.default
	  default_keytab_name = FILE:$dir/krb5.keytab
	  default_client_keytab_name = FILE:$dir/none.keytab
	[realms]
	  $realm = {
	    kdc = 127.0.0.1:$port
	  }
	[domain_realm]
	  localhost = $realm
	END
	cat >"$dir/kdc.conf" <<-END
	[kdcdefaults]
	  kdc_listen = 127.0.0.1:$port
	  kdc_tcp_listen = 127.0.0.1:$port
	[realms]
	  $realm = {
	    database_module = guise
	    key_stash_file = $dir/stash
	    acl_file = $dir/kadm5.acl
	    max_life = 1d
	    disable_pac = ${KDC_DISABLE_PAC:-false}
	    supported_enctypes = aes256-cts-hmac-sha1-96:normal
	    default_principal_flags = +forwardable,+proxiable,+renewable
	  }
	[dbmodules]
	  db_module_dir = $(dirname "$GUISE_KDB")
	  guise = {
	    db_library = $(basename "$GUISE_KDB" .so)
	    database_name = $dir/principal
	  }
	[logging]
	  kdc = FILE:$dir/kdc.log
	  default = FILE:$dir/kdc-other.log
	END
}

# The environment that says which realm.
kdc_use() {
	kdc_dir=$1
	kdc_realm=$(cat "$kdc_dir/realm") || kdc_fail "$kdc_dir is no realm"
	export KRB5_CONFIG=$kdc_dir/krb5.conf
	export KRB5_KDC_PROFILE=$kdc_dir/kdc.conf
	export KRB5RCACHEDIR=$kdc_dir
}

# The KDC itself, in place of this process.
kdc_serve() {
	kdc_use "$1"
	[ -z "${KDC_PRELOAD:-}" ] || export LD_PRELOAD=$KDC_PRELOAD
	exec krb5kdc -n -P "$kdc_dir/kdc.pid" -r "$kdc_realm" \
		>>"$kdc_dir/kdc.out" 2>&1
}

# Everything but the KDC's process.
kdc_create() {
	local dir=$1 realm=${2:-GUISE.TEST}
	kdc_need
	mkdir -p "$dir" || kdc_fail "cannot make $dir"
	chmod 755 "$dir"
	echo "$realm" >"$dir/realm"
	kdc_configure "$dir" "$realm" 1
	kdc_use "$dir"
	kdb5_util create -r "$realm" -s -P masterpw >"$dir/create.log" 2>&1 || {
		cat "$dir/create.log" >&2
		kdc_fail "cannot make the database of $realm"
	}
}

kdc_port_of() {
	sed -n 's/.*kdc_tcp_listen = 127.0.0.1://p' "$1/kdc.conf"
}

kdc_configure_free() {
	kdc_configure "$1" "$2" "$(kdc_free_port)"
}

# Waits for the KDC of the realm in DIR, which somebody else started as PID.
kdc_wait_for() {
	kdc_wait "$2" "$(kdc_port_of "$1")"
}

# Runs, and is not a zombie
kdc_runs() {
	readlink "/proc/$1/exe" >/dev/null
}

# Listens, and is the process we started: another's port is another's KDC.
kdc_wait() {
	local pid=$1 port=$2 i
	for ((i = 0; i < 200; i++)); do
		kdc_runs "$pid" || return 1
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && {
			kdc_runs "$pid"
			return
		}
		sleep 0.02
	done
	return 1
}

kdc_spawn() {
	local dir=$1
	setpriv --pdeathsig KILL bash "${BASH_SOURCE[0]}" kdc_serve "$dir" &
	kdc_pid=$!
	echo "$kdc_pid" >"$dir/kdc.started"
	kdc_wait "$kdc_pid" "$(kdc_port_of "$dir")" && return 0
	kill "$kdc_pid" 2>/dev/null
	wait "$kdc_pid" 2>/dev/null
	return 1
}

# A port nobody listens on. Others may be faster: then it is tried again.
kdc_free_port() {
	local port
	while :; do
		port=$((10000 + RANDOM % 10000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo $port
}

kdc_start() {
	local dir=$1 try
	kdc_create "$@"
	for ((try = 0; try < 10; try++)); do
		kdc_configure_free "$dir" "$kdc_realm"
		kdc_port=$(kdc_port_of "$dir")
		kdc_spawn "$dir" && return 0
	done
	tail -n 5 "$dir/kdc.log" "$dir/kdc.out" >&2
	kdc_fail "the KDC of $kdc_realm does not start"
}

kdc_stop() {
	local dir=${1:-$kdc_dir} pid
	pid=$(cat "$dir/kdc.started" 2>/dev/null) || return 0
	rm -f "$dir/kdc.started"
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	return 0
}

kdc_restart() {
	local try
	kdc_use "$1"
	for ((try = 0; try < 5; try++)); do
		kdc_spawn "$1" && return 0
		sleep 0.2
	done
	kdc_fail "the KDC of $kdc_realm does not start again"
}

# One command of kadmin.local, quiet unless it fails.
kdc_admin() {
	local said
	said=$(kadmin.local -r "$kdc_realm" "$@" 2>&1) ||
		kdc_fail "kadmin.local $*: $said"
}

kdc_attribute() {
	if [ $# -ge 3 ]; then
		kdc_admin setstr "$1" "guise:$2" "$3"
	else
		kdc_admin delstr "$1" "guise:$2"
	fi
}

kdc_principal() {
	local name=$1 password=$2 word
	local arguments=() attributes=()
	shift 2
	for word in "$@"; do
		case $word in
		[a-z]*=*) attributes+=("$word") ;;
		*) arguments+=("$word") ;;
		esac
	done
	if [ "$password" = - ]; then
		arguments+=(-randkey)
	else
		arguments+=(-pw "$password")
	fi
	kdc_admin addprinc "${arguments[@]}" "$name"
	for word in "${attributes[@]}"; do
		kdc_attribute "$name" "${word%%=*}" "${word#*=}"
	done
}

kdc_keytab() {
	local file=$1
	shift
	kdc_admin ktadd -norandkey -k "$file" "$@"
	[ -s "$file" ] || kdc_fail "no keys in $file for $*"
}

kdc_kinit() {
	local cache=$1 name=$2 password=$3 said
	shift 3
	said=$(echo "$password" | kinit -c "FILE:$cache" "$@" "$name" 2>&1) || {
		echo "kinit $name: $said" >&2
		return 1
	}
}

kdc_trust() {
	local a=$1 b=$2 before=$kdc_dir dir realm
	local realm_a realm_b
	realm_a=$(cat "$a/realm") realm_b=$(cat "$b/realm")
	for dir in "$a" "$b"; do
		kdc_use "$dir"
		for realm in "$realm_a@$realm_b" "$realm_b@$realm_a"; do
			kdc_admin addprinc -pw "trust-$realm" "krbtgt/$realm"
		done
	done
	printf '[realms]\n  %s = {\n    kdc = 127.0.0.1:%s\n  }\n' \
		"$realm_b" "$(kdc_port_of "$b")" >>"$a/krb5.conf"
	printf '[realms]\n  %s = {\n    kdc = 127.0.0.1:%s\n  }\n' \
		"$realm_a" "$(kdc_port_of "$a")" >>"$b/krb5.conf"
	kdc_use "$before"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	[ -z "${KDC_DIR:-}" ] || kdc_use "$KDC_DIR"
	"$@"
fi
