#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The programs of examples/win32, each run for real:
#
#	test-win32-examples.sh DIRECTORY
#
# DIRECTORY holds the programs. A server and its clients are different users,
# so this needs root; the programs and the facade are copied where those users
# can read them.
set -u

programs=$1
alice=201001
bob=201002
checks=0
failed=0
server=
failed_before=0

if [ "$(id -u)" -ne 0 ]; then
	echo "skipped: needs root, to be three users"
	exit 77
fi
for tool in setpriv ldd; do
	if ! command -v $tool >/dev/null; then
		echo "skipped: $tool is not installed"
		exit 77
	fi
done

dir=$(mktemp -d /tmp/guise-e2e.XXXXXX)
pipe='\\.\pipe\'$(basename "$dir")

finish() {
	[ -n "$server" ] && kill "$server" 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT

fail() {
	echo "FAILED: $*"
	failed=$((failed + 1))
}

# same NAME GOT WANT
same() {
	checks=$((checks + 1))
	[ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"
}

# has NAME TEXT PATTERN: a line of TEXT matches
has() {
	checks=$((checks + 1))
	grep -Eq -- "$3" <<<"$2" || fail "$1: nothing like '$3' in '$2'"
}

# as USER COMMAND...: what it prints, on both streams, and how it ended
as() {
	local user=$1
	shift
	timeout 20 setpriv --reuid "$user" --regid "$user" --clear-groups \
		"$@" 2>&1
	echo "ended with $?"
}

# start COMMAND...: a server in the background
start() {
	failed_before=$failed
	timeout 60 "$@" &
	server=$!
}

# It ends by itself when it has served as many as it was told; if a client did
# not come to it, it would wait for one more.
stopped() {
	[ "$failed" -eq "$failed_before" ] || kill "$server"
	wait "$server"
	same "$1 ends well" $? 0
	server=
}

install_programs() {
	mkdir "$dir/bin" "$dir/files"
	chmod 755 "$dir" "$dir/bin" "$dir/files"
	cp "$programs"/{acledit,job-client,job-service,pipe-file-client,pipe-file-server,private-objects,whoami} \
		"$dir/bin/"
	ldd "$programs/whoami" | awk '/libguise/ { print $3 }' |
		xargs -I{} cp -L {} "$dir/bin/"
	export LD_LIBRARY_PATH=$dir/bin
	cd "$dir/bin" || exit 1
	for user in alice bob; do
		echo "$user's own" >"$dir/files/$user.txt"
		chown "${!user}:${!user}" "$dir/files/$user.txt"
		chmod 600 "$dir/files/$user.txt"
	done
}

clients_wait_for_a_server_that_is_not_there_yet() {
	start bash -c 'sleep 1.5; exec "$@"' late ./pipe-file-server "$pipe-late" \
		"C:${dir//\//\\}\\files" 1
	has "the file's client" \
		"$(as $alice ./pipe-file-client "$pipe-late" alice.txt)" \
		"^alice's own"
	stopped pipe-file-server
	start bash -c 'sleep 1.5; exec "$@"' late ./job-service "$pipe-late" 1
	has "the job's client" \
		"$(as $alice ./job-client "$pipe-late" "/usr/bin/id -u")" "^$alice"
	stopped job-service
}

# Two clients, two users, one server: each gets what is its own.
files_are_opened_as_the_client() {
	start ./pipe-file-server "$pipe-files" \
		"C:${dir//\//\\}\\files" 6
	has "alice gets hers" \
		"$(as $alice ./pipe-file-client "$pipe-files" alice.txt)" \
		"^alice's own"
	has "bob gets his" \
		"$(as $bob ./pipe-file-client "$pipe-files" bob.txt)" \
		"^bob's own"
	has "bob does not get alice's" \
		"$(as $bob ./pipe-file-client "$pipe-files" alice.txt)" \
		"^open: error 5$"
	has "who is only identified gets nothing opened" \
		"$(as $bob ./pipe-file-client "$pipe-files" bob.txt identification)" \
		"^open: error 1346$"
	has "who is anonymous gets nothing opened" \
		"$(as $bob ./pipe-file-client "$pipe-files" bob.txt anonymous)" \
		"^open: error 1346$"
	has "paths are no names" \
		"$(as $bob ./pipe-file-client "$pipe-files" '..\files\bob.txt')" \
		"^name: error 123$"
	stopped pipe-file-server
}

jobs_run_as_the_client() {
	local output

	start ./job-service "$pipe-jobs" 4
	output=$(as $alice ./job-client "$pipe-jobs" "/usr/bin/id -u")
	same "a job is its client" "$output" $'201001\nended with 0'
	output=$(as $bob ./job-client "$pipe-jobs" \
		"/bin/cat $dir/files/alice.txt")
	has "a job may what its client may" "$output" "Permission denied"
	output=$(as $bob ./job-client "$pipe-jobs" "$dir/bin/whoami")
	has "a job's token is its client's" "$output" "S-1-22-1-201002"
	output=$(as $bob ./job-client "$pipe-jobs" "/usr/bin/id" identification)
	has "who is only identified gets no job" "$output" "error 1346"
	stopped job-service
}

whoami_tells_the_token() {
	local output

	output=$(as $alice ./whoami /all)
	has "whoami: the user" "$output" "S-1-22-1-201001"
	has "whoami: a group" "$output" "^Everyone +S-1-1-0 .*enabled"
	has "whoami: the level" "$output" "S-1-16-8192 integrity"
	has "whoami: a privilege" "$output" "^SeChangeNotifyPrivilege +enabled"
	has "whoami: it ends well" "$output" "ended with 0"
	has "whoami: what there is not" "$(as $alice ./whoami /nothing)" \
		"ended with 2"
	has "whoami: root is an administrator" "$(./whoami /groups)" \
		"S-1-5-32-544 .*enabled"
}

lists_are_edited() {
	local file=$dir/files/shared.txt before

	echo shared >"$file"
	chmod 640 "$file"
	before=$(as $bob cat "$file")
	has "bob may not read before" "$before" "Permission denied"
	same "acledit grants" \
		"$(./acledit "$file" /grant "*S-1-22-1-$bob:R" 2>&1)" ""
	has "acledit shows" "$(./acledit "$file")" \
		"\(A;;FR;;;S-1-22-1-$bob\)"
	same "acledit removes" \
		"$(./acledit "$file" /remove "*S-1-22-1-$bob" 2>&1)" ""
	checks=$((checks + 1))
	./acledit "$file" | grep -q "S-1-22-1-$bob" &&
		fail "acledit: removed and still there"
	same "acledit gives away" \
		"$(./acledit "$file" /setowner "*S-1-22-1-$bob" 2>&1)" ""
	has "the owner is another" "$(./acledit "$file")" "^O:S-1-22-1-$bob"
	same "acledit protects" "$(./acledit "$file" /inheritance d 2>&1)" ""
	has "what is protected says so" "$(./acledit "$file")" "D:P"
	has "acledit: a stranger may not" \
		"$(as $alice ./acledit "$file" /grant "*S-1-22-1-$alice:F")" \
		"error 5"
}

private_objects_are_decided_by_their_own_rules() {
	local output

	output=$(as $alice ./private-objects)
	has "the writer owns its page" "$output" \
		"^the writer +read:yes write:yes sign:yes most:0xf0007"
	has "deny-only is not the owner" "$output" \
		"^the writer, deny-only +read:yes write:no sign:no"
	has "restricted is less" "$output" \
		"^restricted to Everyone +read:yes write:no sign:no"
	has "it ends well" "$output" "ended with 0"
}

install_programs
clients_wait_for_a_server_that_is_not_there_yet
files_are_opened_as_the_client
jobs_run_as_the_client
whoami_tells_the_token
lists_are_edited
private_objects_are_decided_by_their_own_rules

echo "$checks checks, $failed failed"
[ "$failed" -eq 0 ]
