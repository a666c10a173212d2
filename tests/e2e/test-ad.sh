#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Clients of an Active Directory domain, from a real domain controller (Samba).
#   GUISE MAKE_ACCOUNTS SHOW_PAC SHOW_TOKEN
show_pac=$3 show_token=$4
. "$(dirname "$0")/../lib/addc.sh"
. "$(dirname "$0")/lib.sh"
trap 'addc_stop; finish' EXIT
engine=auto
lib=$(cd "$(dirname "$0")/../lib" && pwd)
ad=$dir/ad
addc_start "$ad"

# in_pac USER: the SIDs of its groups in the PAC as Samba's library reads it,
# without those that say how it logged on
in_pac() {
	KRB5CCNAME=FILE:$ad/cc.$1 KRB5RCACHENAME=none: \
		"$show_pac" HTTP@files.ad.test "$ad/web.keytab" |
		/usr/bin/python3 "$lib/pac.py" show | sed -n 's/^group \([^ ]*\) .*/\1/p' |
		grep -v '^S-1-18-' | sort
}

# in_directory USER: its groups as the DC computes them, without BUILTIN ones
# (never in a PAC) and itself
in_directory() {
	addc groups "$1" | grep "^$addc_domain_sid-" | grep -vx "${sid[$1]}" | sort
}

# What the domain's SIDs are on these machines: said here, by SSSD's algorithm,
# or by winbind.
realm="[realm AD.TEST]
clients = pac
domains = $addc_domain_sid"
printf '%s\n' '[idmap]' 'sources = builtin domain' "[domain $addc_domain_sid]" \
	'range = 1000000-1999999' "$realm" >"$dir/ranges.conf"
printf '%s\n' '[idmap]' 'sources = builtin algorithm' "domains = $addc_domain_sid" \
	"$realm" >"$dir/algorithm.conf"
printf '%s\n' '[idmap]' 'sources = builtin winbind' "$realm" >"$dir/winbind.conf"
printf '%s\n' '[idmap]' 'sources = builtin' "$realm" >"$dir/unmapped.conf"
sed 's/^domains = .*/domains = S-1-5-21-9-9-9/' "$dir/ranges.conf" >"$dir/disbelieved.conf"
sed 's/^\[realm .*/[realm OTHER.TEST]/' "$dir/ranges.conf" >"$dir/foreign.conf"

declare -A sid
id_of() {
	echo $((1000000 + ${sid[$1]##*-}))
}
known="alice bob carol dave erin many vip g-inner g-outer dl-res g-nogid"
while read -r name value; do
	sid[$name]=$value
done < <(paste -d ' ' <(tr ' ' '\n' <<<"$known") <(addc sid $known))

# serve_on NAME ADDRESS IDENTITIES [LINE]: a server; its pid in $pid_NAME
serve_on() {
	local name=$1 i
	mkdir -p "$dir/state.$name"
	printf '%s\n' "listen = $2:80" 'plain-http = yes' 'worker-user = 64999:64999' \
		"engine = $engine" "state = $dir/state.$name" "control = $dir/control.$name" \
		"log = $dir/access.$name" 'negotiate = yes' "keytab = $ad/web.keytab" \
		"identities = $dir/$3.conf" "${4:-}" '[share files]' "path = $dir/files" \
		>"$dir/$name.conf.serve"
	: >"$dir/said.$name"
	"$guise" serve --config "$dir/$name.conf.serve" 2> >(tee "$dir/said.$name" >>"$dir/error.log") &
	printf -v "pid_$name" %d $!
	for i in $(seq 100); do
		grep -q 'ready:' "$dir/said.$name" && return 0
		sleep 0.1
	done
	cat "$dir/said.$name"
	fail "server $name does not start"
	sum_up
}

end_server() {
	local pid=pid_$1
	kill "${!pid}"
	wait "${!pid}"
}

# come USER SERVER METHOD PATH [CURL-OPTION...]: to the balanced name, which the
# balancer has given to SERVER; sets $status
come() {
	local user=$1 server=$2 method=$3 path=$4
	shift 4
	status=$(KRB5CCNAME=FILE:$ad/cc.$user curl -s -m 30 --negotiate -u : -X "$method" \
		-o "$dir/body" -D "$dir/head" -w '%{http_code}' \
		--connect-to "files.ad.test:80:$server.ad.test:80" "$@" "http://files.ad.test$path")
}

comes() {
	local name=$1 want=$2
	shift 2
	come "$@"
	same "$name ($*)" "$status" "$want"
}

# token NAME IDENTITIES HOW...: guise's token in $dir/token.NAME, see show_token
token() {
	local name=$1 rules=$2
	shift 2
	KRB5RCACHENAME=none: "$show_token" "$dir/$rules.conf" "$ad/web.keytab" "$@" \
		>"$dir/token.$name" 2>&1
}

token_of() {
	token "$1" "$2" accept HTTP@files.ad.test "FILE:$ad/cc.$1" ${3:-}
}

# says NAME LINE WHAT: a line of that token
says() {
	holds "$3 ($1: $2)" grep -qxE "$2" "$dir/token.$1"
}

groups_in_token() {
	sed -n "s/^group \($addc_domain_sid-.*\)/\1/p" "$dir/token.$1" | sort
}

# opens USER: the gates that open for USER, a group's SID each
opens() {
	KRB5CCNAME=FILE:$ad/cc.$1 curl -s -m 60 --negotiate -u : -K "$dir/gates.curl" \
		--connect-to files.ad.test:80:s1.ad.test:80 |
		sed -n 's|^200 .*/\(S-1-.*\)$|\1|p' | sort
}

# 1. The directory and the PAC say the same.
for user in alice bob many; do
	holds "$user logs on" addc_login $user
	in_directory $user >"$dir/directory.$user"
	same "groups of $user in the PAC are those of the directory" \
		"$(in_pac $user)" "$(cat "$dir/directory.$user")"
done
for group in g-inner g-outer dl-res; do
	holds "alice is in $group, directly or not" \
		grep -qx "${sid[$group]}" "$dir/directory.alice"
done
holds "many is in a hundred groups" test "$(wc -l <"$dir/directory.many")" -gt 100

# 2. So does a token in a server of one's own, whoever says the ids.
for user in alice bob many; do
	token_of $user ranges
	same "groups of $user in the token" \
		"$(groups_in_token $user)" "$(cat "$dir/directory.$user")"
	says $user "user ${sid[$user]}" "its SID"
	says $user "uid $(id_of $user)" "its uid"
	says $user 'level 2' "it has delegated nothing"
	says $user 'group S-1-18-1' "it has proved who it is"
done
token_of alice winbind
same "winbind changes no SID" "$(groups_in_token alice)" "$(cat "$dir/directory.alice")"
says alice 'uid 20001' "her uidNumber"
for gid in 20101 20102 20103 20513; do
	says alice "(unix-group|gid) $gid" "a gidNumber"
done
token_of alice algorithm
cp "$dir/token.alice" "$dir/token.first"
says alice 'uid [0-9]{6,}' "SSSD's algorithm"
token_of alice unmapped
says alice 'level 1' "without an id she is identified, no more"
for rules in foreign disbelieved; do
	token_of alice $rules
	says alice 'error LOGON_FAILURE' "$rules"
done
token_of alice ranges delegate
says alice 'level 3' "she has delegated"
holds "vip logs on" addc_login vip
token_of vip ranges delegate
says vip 'level 2' "who may not be delegated is not"

# a token for a name (S4U2Self), from the DC
token s4u ranges s4u web@AD.TEST alice@AD.TEST
same "the DC's groups without a password" "$(groups_in_token s4u)" "$(cat "$dir/directory.alice")"
says s4u 'level 1' "a name alone is identified"
says s4u 'group S-1-18-2' "the service said who it is"
token s4u ranges s4u web@AD.TEST alice@ad.test enterprise
says s4u "user ${sid[alice]}" "by her enterprise name"
token s4u ranges s4u web@AD.TEST nobody-at-all@AD.TEST
says s4u 'error NO_SUCH_USER' "whom the DC does not know"

# 3. So does a server: every group of the domain has a gate, and those open
# that the directory says.
mkdir "$dir/files/gates"
addc list | while read -r group _; do
	echo "$group" >"$dir/files/gates/$group"
	"$guise" acl set "$dir/files/gates/$group" "O:SYG:SYD:P(A;;FR;;;$group)"
	echo "url = http://files.ad.test/files/gates/$group"
	echo "output = /dev/null"
done >"$dir/gates.curl"
echo 'write-out = "%{http_code} %{url_effective}\n"' >>"$dir/gates.curl"
holds "there are gates" test "$(grep -c '^url' "$dir/gates.curl")" -gt 110
serve_on s1 10.99.0.3 ranges
for user in alice bob many; do
	same "gates that open for $user are those of its groups" \
		"$(opens $user)" "$(cat "$dir/directory.$user")"
done
come - s1 GET /files/all.txt
same "without a ticket" "$status" 401
holds "Negotiate is asked for" grep -qi '^WWW-Authenticate: Negotiate' "$dir/head"
comes "with one" 200 alice s1 GET /files/all.txt
holds "the server proves who it is, too" grep -qiE '^WWW-Authenticate: Negotiate [A-Za-z0-9+/]' "$dir/head"
comes "in upper case it is nobody" 401 - s1 GET /files/all.txt -u ALICE:
holds "the log names the principal" grep -q 'principal="alice@AD.TEST"' "$dir/access.s1"

# the kernel's groups are the same ones
install -m 640 -g "$(id_of dl-res)" /dev/null "$dir/files/of-dl-res"
comes "alice is in the kernel's group" 200 alice s1 GET /files/of-dl-res
comes "vip is not" 403 vip s1 GET /files/of-dl-res

# 4. A second server with the same configuration is the same to everybody.
serve_on s2 10.99.0.4 ranges
comes "alice writes through one" 201 alice s1 PUT /files/through-s1 -d one
comes "alice writes through the other" 201 alice s2 PUT /files/through-s2 -d two
same "both are hers" "$(stat -c '%u:%g' "$dir/files/through-s1" "$dir/files/through-s2" | sort -u)" \
	"$(id_of alice):1000513"
chmod 600 "$dir/files/through-s1" "$dir/files/through-s2"
same "guise id says so before anybody comes" \
	"$("$guise" id --identities "$dir/ranges.conf" "${sid[alice]}" | awk '{ print $2, $4 }')" \
	"$(id_of alice) domain"
for node in s1 s2; do
	for file in through-s1 through-s2; do
		comes "hers everywhere" 200 alice $node GET /files/$file
		comes "bob's nowhere" 403 bob $node GET /files/$file
	done
done
end_server s2

# 5. Who is renamed stays who he was; who is removed is nobody, and a new user
# of the same name is another.
for user in carol dave erin; do
	holds "$user logs on" addc_login $user
	comes "$user writes" 201 $user s1 PUT /files/of-$user -d "$user"
	chmod 600 "$dir/files/of-$user"
done
addc rename dave david
echo davepw.1 | KRB5CCNAME=FILE:$ad/cc.david kinit david >/dev/null
comes "david has what dave had" 200 david s1 GET /files/of-dave
fails "and dave is nobody" addc_login dave "$ad/cc.none"
addc remove erin
fails "erin is nobody" addc_login erin "$ad/cc.none"
addc create erin erinpw.1
holds "another erin" addc_login erin
comes "has nothing of the first one's" 403 erin s1 GET /files/of-erin
addc disable carol
fails "carol gets no ticket" addc_login carol "$ad/cc.none"
token s4u ranges s4u web@AD.TEST carol@AD.TEST
says s4u 'error .*' "nor does a service for her"
addc leave alice g-inner
holds "alice logs on again" addc_login alice
comes "and has left the groups behind" 403 alice s1 GET /files/of-dl-res
same "and their gates are shut" "$(opens alice)" "$(in_directory alice)"
end_server s1

# 6. What the rules do not say is refused, and the log says why.
for rules in unmapped disbelieved foreign; do
	serve_on s3 10.99.0.5 $rules
	status=$(KRB5CCNAME=FILE:$ad/cc.bob curl -s -m 30 --negotiate -u : -o /dev/null \
		-w '%{http_code}' --connect-to files.ad.test:80:10.99.0.5:80 \
		http://files.ad.test/files/all.txt)
	same "identities $rules: bob" "$status" 401
	holds "and why" grep -q 'principal="bob@AD.TEST" why="' "$dir/access.s3"
	end_server s3
	rm "$dir/access.s3"
done

# 7. Samba's own server and winbind beside it: the same people, the same ids.
serve_on s1 10.99.0.3 winbind
comes "alice comes as whom winbind says" 201 alice s1 PUT /files/by-guise -d guise
KRB5CCNAME=FILE:$ad/cc.alice smbclient --use-kerberos=required //dc1.ad.test/share \
	-c "put $dir/files/all.txt by-samba" >/dev/null 2>&1
same "as through Samba" "$(stat -c %u "$dir/files/by-guise")" \
	"$(stat -c %u "$ad/share/by-samba")"
same "guise id knows it from winbind" "$("$guise" id --identities "$dir/winbind.conf" "${sid[alice]}" |
	awk '{ print $2, $4 }')" "20001 winbind"
same "that is her uidNumber" "$(stat -c %u "$dir/files/by-guise")" 20001
end_server s1

sum_up
