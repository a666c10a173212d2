#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A server that fetches from another one as its client: examples/second-hop in
# front of guise serve, which has a name and a key of its own. What counts is
# whom the one behind sees.
#   GUISE MAKE_ACCOUNTS ENGINE SECOND_HOP
second_hop=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/kdc.sh"
. "$here/lib.sh"

hop=
domain=S-1-5-21-7-8-9
end_hop() {
	[ -z "$hop" ] || { kill "$hop" && wait "$hop"; } 2>/dev/null
	hop=
}
trap 'end_hop; finish' EXIT

kdc_start "$dir/kdc"
kdc_principal alice alice-pw sid=$domain-1001
kdc_principal bob bob-pw sid=$domain-1002
kdc_principal carol carol-pw sid=$domain-1003 -allow_forwardable
kdc_principal stranger stranger-pw
kdc_principal HTTP/localhost front-pw sid=$domain-2001
kdc_principal HTTP/backend.test -
kdc_keytab "$dir/front.keytab" HTTP/localhost
kdc_keytab "$dir/back.keytab" HTTP/backend.test
for user in alice bob carol stranger; do
	kdc_kinit "$dir/cc.$user" $user $user-pw || exit 1
done
kdc_kinit "$dir/cc.front" HTTP/localhost front-pw || exit 1
# The service of the front one has an identity, too: if it were seen, it would
# be let in.
cat >"$dir/identities.conf" <<END
[static]
$domain-1001 = uid $alice
$domain-1002 = uid $bob
$domain-1003 = uid $carol
$domain-2001 = uid 64123
$domain-513 = gid $group
[realm GUISE.TEST]
clients = pac
domains = $domain
END
echo "of the service" >"$dir/files/service.txt"
chown 64123 "$dir/files/service.txt"
chmod 600 "$dir/files/service.txt"
chmod 755 "$dir"

extra="negotiate = yes
identities = $dir/identities.conf
keytab = $dir/back.keytab"
start_server

# start_hop [--constrained]
start_hop() {
	local try i
	for try in 1 2 3 4 5; do
		hop_port=$((20000 + RANDOM % 20000))
		"$second_hop" "$@" $hop_port "$dir/front.keytab" "$dir/identities.conf" \
			"http://backend.test:$port" "127.0.0.1:$port" 2>>"$dir/hop.log" &
		hop=$!
		for i in $(seq 100); do
			kill -0 $hop 2>/dev/null || break
			(exec 3<>/dev/tcp/127.0.0.1/$hop_port) 2>/dev/null && return 0
			sleep 0.02
		done
		end_hop
	done
	cat "$dir/hop.log"
	echo "FAILED: the example does not start"
	exit 1
}

# through NAME STATUS USER PATH [CURL-OPTION...]: asks the front one
through() {
	local name=$1 want=$2 user=$3 path=$4 got
	shift 4
	got=$(KRB5CCNAME=FILE:$dir/cc.$user curl -s -m 30 --negotiate -u : -o "$dir/body" \
		-w '%{http_code}' "$@" "http://localhost:$hop_port$path")
	same "$name" "$got" "$want"
}

# sees NAME PRINCIPALS: whom the one behind has let in since the last call; it
# writes that down after it has answered
sees() {
	local saw="" tries=50
	while ((tries-- > 0)); do
		saw=$(tail -n +$((told + 1)) "$dir/access.log" |
			sed -n 's/.* by="negotiate" principal="\([^"]*\)".*/\1/p' | sort -u | tr '\n' ' ')
		[ "$saw" = "$2" ] && break
		sleep 0.1
	done
	told=$(wc -l <"$dir/access.log")
	same "$1" "$saw" "$2"
}
told=0

# does anything listen there?
listens() { (exec 3<>"/dev/tcp/$1/$hop_port") 2>/dev/null; }

same "its help" "$("$second_hop" --help | head -n 1 | cut -c1-36)" "usage: second-hop [--listen ADDRESS]"
for where in "80800" "--listen localhost 8080"; do
	# shellcheck disable=SC2086
	timeout 5 "$second_hop" $where "$dir/front.keytab" "$dir/identities.conf" http://x 127.0.0.1:1 2>>"$dir/hop.log"
	same "no place to listen: $where" "$?" 3
done
start_hop
fails "nobody else can reach it" listens 127.0.0.2
end_hop
start_hop --listen 0.0.0.0
holds "unless that is wanted" listens 127.0.0.2
end_hop
start_hop
through "who delegates gets their own" 200 alice /files/alice/secret.txt --delegation always
same "the file" "$(cat "$dir/body")" "of alice"
sees "the one behind saw the client" "alice@GUISE.TEST "
through "another's file" 403 bob /files/private.txt --delegation always
sees "refused as bob" "bob@GUISE.TEST "
through "the service's file" 403 alice /files/service.txt --delegation always
sees "as alice" "alice@GUISE.TEST "
through "who does not delegate" 403 alice /files/alice/secret.txt
sees "was nobody behind" ""
through "what all may read" 403 alice /files/all.txt
sees "nobody again" ""
through "who must not be delegated" 403 carol /files/all.txt --delegation always
sees "nobody at all" ""
through "who has no account" 403 stranger /files/all.txt --delegation always
sees "nor that one" ""
through "what is no path, but another server" 400 alice "" --delegation always \
	--request-target "@service.test/files/all.txt"
sees "is not gone to" ""
same "without a ticket" "$(curl -s -o /dev/null -w '%{http_code}' "http://localhost:$hop_port/files/all.txt")" 401
for i in 1 2 3 4 5 6 7 8; do
	for user in alice bob; do
		KRB5CCNAME=FILE:$dir/cc.$user curl -s --negotiate -u : --delegation always \
			-o "$dir/body.$user.$i" "http://localhost:$hop_port/files/all.txt" &
		clients="${clients:-} $!"
	done
done
wait $clients
same "many at once" "$(cat "$dir"/body.*.* | sort | uniq -c | tr -s ' ')" " 16 for all"
sees "each as itself" "alice@GUISE.TEST bob@GUISE.TEST "
end_hop

# Everything the service has lies ready, and the client's own tickets.
cp "$dir/cc.alice" "$dir/cc.uid.$alice"
chown $alice "$dir/cc.uid.$alice"
chmod 644 "$dir/cc.front" "$dir/front.keytab"
printf '[libdefaults]\ndefault_client_keytab_name = FILE:%s\ndefault_ccache_name = FILE:%s/cc.uid.%%{euid}\n' \
	"$dir/front.keytab" "$dir" >"$dir/trap.conf"
for trap in "KRB5CCNAME=FILE:$dir/cc.front" "KRB5_CLIENT_KTNAME=$dir/front.keytab" "KRB5CCNAME=FILE:$dir/cc.alice" \
	"KRB5_CONFIG=$dir/trap.conf:$KRB5_CONFIG"; do
	hold=$KRB5_CONFIG
	export "${trap?}"
	start_hop
	through "not by $trap" 403 alice /files/all.txt
	through "not his by $trap" 403 bob /files/service.txt --delegation always
	sees "whatever lies about: $trap" "bob@GUISE.TEST "
	end_hop
	export KRB5_CONFIG=$hold
	unset KRB5CCNAME KRB5_CLIENT_KTNAME
done

# --- constrained: the KDC decides
start_hop --constrained
through "not allowed to" 403 alice /files/alice/secret.txt
sees "is not done" ""
through "with delegation it is as before" 200 alice /files/alice/secret.txt --delegation always
sees "as herself" "alice@GUISE.TEST "
end_hop
kdc_attribute HTTP/localhost delegate_to HTTP/backend.test
start_hop --constrained
through "allowed to" 200 alice /files/alice/secret.txt
same "her file" "$(cat "$dir/body")" "of alice"
sees "as her" "alice@GUISE.TEST "
through "for a client that is sensitive" 403 carol /files/all.txt
sees "never" ""
end_hop
start_hop
through "the service does not want to" 403 alice /files/alice/secret.txt
sees "and does not" ""
end_hop
kdc_attribute HTTP/localhost delegate_to
kdc_attribute HTTP/backend.test delegate_from HTTP/localhost
start_hop --constrained
through "allowed by the one behind" 200 bob /files/all.txt
sees "as him" "bob@GUISE.TEST "
end_hop

fails "nothing is said of Kerberos' secrets" grep -aq 'front-pw' "$dir/hop.log"
stop_server
sum_up
