#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The pair negotiate-file-server and -client of examples/win32, with the realm
# of tests/win32/with-realm.sh, inside of which this runs:
#
#	test-win32-negotiate.sh DIRECTORY
#
# DIRECTORY holds the programs. All processes are root's: who a client is, is
# for its tickets alone to say.
set -u

programs=$1
alice=1001103
dora=1001107
checks=0
failed=0
pipe='\\.\pipe\guise-negotiate-'$$
dir=/mnt/files

same() {
	checks=$((checks + 1))
	[ "$2" = "$3" ] || {
		echo "FAILED: $1: got '$2', want '$3'"
		failed=$((failed + 1))
	}
}

# ask USER FILE [LEVEL]: what the client prints, and how it ended
ask() {
	local user=$1
	shift
	KRB5CCNAME=FILE:/mnt/cc.$user timeout 20 \
		"$programs/negotiate-file-client" "$pipe" "$service" "$@" 2>&1
	echo "($?)"
}

mkdir $dir
for user in alice dora; do
	echo "of $user" >$dir/$user.txt
	chown ${!user} $dir/$user.txt
	chmod 600 $dir/$user.txt
done
for user in alice dora grace; do
	echo 'Secret 1' | kinit -c FILE:/mnt/cc.$user $user >/dev/null ||
		exit 1
done

timeout 60 "$programs/negotiate-file-server" "$pipe" 'C:\mnt\files' \
	>/mnt/server.log 2>&1 &
server=$!

service=host/localhost
same "a client's own file" "$(ask alice alice.txt)" $'of alice\n(0)'
same "another's own file" "$(ask dora dora.txt)" $'of dora\n(0)'
same "somebody else's file" "$(ask dora alice.txt)" $'open: error 5\n(1)'
same "a client who is only known" "$(ask alice alice.txt identification)" \
	$'open: error 1346\n(1)'
same "a client who gives its tickets" "$(ask alice alice.txt delegation)" \
	$'of alice\n(0)'
same "a file outside" "$(ask alice '..\x')" $'name: error 123\n(1)'
same "who is nobody" "$(ask grace alice.txt)" \
	$'negotiate-file-client: not let in: 0x8009030c\n(1)'
same "who has no tickets" "$(ask nobody alice.txt)" \
	$'negotiate-file-client: not let in: 0x8009030e\n(1)'
service=nothing/localhost
same "a service nobody knows" "$(ask alice alice.txt)" \
	$'negotiate-file-client: not let in: 0x80090303\n(1)'
service=other/localhost
same "another service" "$(ask alice alice.txt)" \
	$'negotiate-file-client: not let in: 0x8009030c\n(1)'
same "what the server saw" "$(grep -c '^GUISE.TEST.alice asks' /mnt/server.log)" 4
same "whom the server refused" \
	"$(grep -c '^a client is not let in: 0x8009030c' /mnt/server.log)" 2
kill $server

echo "$checks checks, $failed failed"
[ $failed -eq 0 ] || cat /mnt/server.log
[ $failed -eq 0 ]
