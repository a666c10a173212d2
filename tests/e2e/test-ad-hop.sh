#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The second hop in an Active Directory domain: what a real domain controller
# lets a server do for its clients. examples/second-hop in front of guise serve.
#   GUISE MAKE_ACCOUNTS SECOND_HOP
second_hop=$3
. "$(dirname "$0")/../lib/addc.sh"
. "$(dirname "$0")/lib.sh"
trap '[ -z "$server" ] || stop_server; addc_stop; finish' EXIT
engine=auto
ad=$dir/ad
addc_start "$ad"

alice_id=$((1000000 + $(addc sid alice | sed 's/.*-//')))
vip_id=$((1000000 + $(addc sid vip | sed 's/.*-//')))
cat >"$dir/identities.conf" <<END
[idmap]
sources = builtin domain
[domain $addc_domain_sid]
range = 1000000-1999999
[realm AD.TEST]
clients = pac
domains = $addc_domain_sid
END
for name in alice vip; do
	id=${name}_id
	echo "of $name" >"$dir/files/of-$name"
	chown "${!id}" "$dir/files/of-$name"
	chmod 600 "$dir/files/of-$name"
	holds "$name logs on" addc_login $name
done
extra="negotiate = yes
keytab = $ad/backend.keytab
identities = $dir/identities.conf"
start_server

hop=
end_hop() {
	kill "$hop"
	wait "$hop" 2>/dev/null
}

# start_hop PORT [--constrained]
start_hop() {
	local i
	"$second_hop" --listen 10.99.0.2 ${2:-} "$1" "$ad/web.keytab" "$dir/identities.conf" \
		"http://backend.ad.test:$port" "127.0.0.1:$port" 2>>"$dir/hop.log" &
	hop=$!
	for i in $(seq 100); do
		(exec 3<>"/dev/tcp/10.99.0.2/$1") 2>/dev/null && return
		sleep 0.1
	done
	cat "$dir/hop.log"
	fail "the example does not start"
	sum_up
}

# through NAME STATUS USER PORT PATH [CURL-OPTION...]
through() {
	local name=$1 want=$2 user=$3 port=$4 path=$5 got
	shift 5
	got=$(KRB5CCNAME=FILE:$ad/cc.$user curl -s -m 30 --negotiate -u : -o "$dir/body" \
		-w '%{http_code}' "$@" "http://files.ad.test:$port$path")
	same "$name" "$got" "$want"
}

start_hop 8081
through "who has delegated is seen behind" 200 alice 8081 /files/of-alice --delegation always
body_is "as herself" "of alice"
holds "by the one behind" grep -q 'principal="alice@AD.TEST"' "$dir/access.log"
through "and nobody else" 403 alice 8081 /files/of-vip --delegation always
through "who has not is not" 403 alice 8081 /files/of-alice
through "nor who may not be delegated" 403 vip 8081 /files/of-vip --delegation always
end_hop

start_hop 8082 --constrained
through "the controller lets the service act for her" 200 alice 8082 /files/of-alice
body_is "as herself again" "of alice"
through "and for her only" 403 alice 8082 /files/of-vip
through "not for who may not be delegated" 403 vip 8082 /files/of-vip
end_hop
fails "nobody saw the service itself" grep -q 'principal="web@AD.TEST"' "$dir/access.log"

sum_up
