#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Files whose descriptor says so are on record, once, as they were used; no
# others; in the log and in the journal; whatever their names are.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: needs python3"; exit 77; }

journal=
# a journal of our own: each datagram, ended by a line of its own
start_journal() {
	local i
	rm -f "$dir/journal.sock"
	python3 - "$dir/journal.sock" "$dir/journal.out" <<'END' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    data = s.recv(1 << 20)
    with open(sys.argv[2], "ab") as out:
        out.write(data + b"--\n")
END
	journal=$!
	for i in $(seq 50); do
		[ -S "$dir/journal.sock" ] && return
		sleep 0.1
	done
}

finish_all() {
	[ -n "$journal" ] && kill "$journal" 2>/dev/null
	finish
}
trap finish_all EXIT

# What is on record since last asked: without time, address, the user's SID and
# inode. The access line comes when the answer has been sent: a moment.
on_record() {
	sleep 0.1
	becomes "on record: $1" "$2" record_since
	wc -l <"$dir/access.log" >"$dir/seen"
}

record_since() {
	local seen
	seen=$(cat "$dir/seen" 2>/dev/null || echo 0)
	sed -n "$((seen + 1)),\$p" "$dir/access.log" | grep ' audit ' |
		sed -E 's/^[^ ]+ [^ ]+ ([^ ]+) S-[0-9-]+ /\1 /; s/ inode [0-9]+//'
}

lines_since() { # NUMBER
	echo $(($(wc -l <"$dir/access.log") - $1))
}

entries() { # PATTERN: lines of the journal that match
	grep -c "$1" "$dir/journal.out"
}

extra="audit = both
journal-socket = $dir/journal.sock"
start_journal
start_server
answers "bob's name" 200 bob GET /files/all.txt
on_record "nothing without a descriptor" ""
bob_sid=$(awk '$3 == "bob" {print $4}' "$dir/access.log" | tail -n 1)

everyone='O:SYG:SYD:(A;;FA;;;WD)'
echo watched >"$dir/files/watched.txt"
chmod 666 "$dir/files/watched.txt"
cp "$dir/files/watched.txt" "$dir/files/silent.txt"
holds "set" "$guise" acl set "$dir/files/watched.txt" \
	"O:SYG:SYD:(D;;FR;;;$bob_sid)(A;;FA;;;WD)S:(AU;FA;FR;;;BA)(AU;SAFA;FA;;;WD)"
holds "set" "$guise" acl set "$dir/files/silent.txt" \
	"O:SYG:SYD:(D;;FR;;;$bob_sid)(A;;FA;;;WD)S:(AU;SAFA;FA;;;BA)(AU;IOSAFA;FA;;;WD)"

answers "alice reads" 200 alice GET /files/watched.txt
on_record "a read" 'alice "GET /files/watched.txt" audit success /files/watched.txt asked 0x1 granted 0x1 ace 2 S-1-1-0'
answers "bob does not" 403 bob GET /files/watched.txt
on_record "a refusal" 'bob "GET /files/watched.txt" audit failure /files/watched.txt asked 0x1 granted 0x0 ace 2 S-1-1-0'
answers "carol heads" 200 carol HEAD /files/watched.txt
on_record "a HEAD" 'carol "HEAD /files/watched.txt" audit success /files/watched.txt asked 0x1 granted 0x1 ace 2 S-1-1-0'
answers "others" 200 alice GET /files/silent.txt
answers "others" 403 bob GET /files/silent.txt
answers "others" 200 alice GET /files/
answers "others" 207 alice PROPFIND /files/ -H 'Depth: 1'
answers "others" 404 alice GET /files/none.txt
answers "not logged on" 401 nobody GET /files/watched.txt
answers "anonymous" 401 - GET /files/watched.txt
on_record "nothing of the others" ""

answers "copied" 201 alice COPY /files/watched.txt -H "Destination: /files/copy.txt"
on_record "a copy reads" 'alice "COPY /files/watched.txt" audit success /files/watched.txt asked 0x89 granted 0x89 ace 2 S-1-1-0'
answers "not written" 403 bob PUT /files/private.txt -d new
on_record "nothing without a descriptor" ""
mkdir "$dir/files/open"
chmod 777 "$dir/files/open"
mv "$dir/files/watched.txt" "$dir/files/open/w"
answers "written" 204 alice PUT /files/open/w -d new
on_record "a replacement" 'alice "PUT /files/open/w" audit success /files/open/w asked 0x2 granted 0x2 ace 2 S-1-1-0'
chmod 755 "$dir/files/open"
answers "not deleted" 403 bob DELETE /files/open/w
on_record "the kernel refuses a deletion" 'bob "DELETE /files/open/w" audit failure /files/open/w asked 0x10000 granted 0x0 ace 2 S-1-1-0'
chmod 777 "$dir/files/open"
answers "deleted" 204 alice DELETE /files/open/w
on_record "a deletion" 'alice "DELETE /files/open/w" audit success /files/open/w asked 0x10000 granted 0x10000 ace 2 S-1-1-0'

# the kernel refuses
holds "set" "$guise" acl set "$dir/files/private.txt" "${everyone}S:(AU;FA;FA;;;WD)"
answers "bob, by mode" 403 bob GET /files/private.txt
on_record "the kernel's refusal" 'bob "GET /files/private.txt" audit failure /files/private.txt asked 0x1 granted 0x0 ace 1 S-1-1-0'
answers "alice may" 200 alice GET /files/private.txt
on_record "no success wanted" ""
holds "set" "$guise" acl set "$dir/files/alice/secret.txt" "${everyone}S:(AU;FA;FA;;;WD)"
answers "bob cannot get there" 404 bob GET /files/alice/secret.txt
on_record "nothing is known of it" ""

# a directory's inheritable ACE, and a listing of it
mkdir "$dir/files/team"
chmod 777 "$dir/files/team"
holds "set" "$guise" acl set "$dir/files/team" \
	'O:SYG:SYD:(A;OICI;FA;;;WD)S:(AU;OICISA;FA;;;WD)'
answers "listed" 200 alice GET /files/team/
on_record "a listing, once" 'alice "GET /files/team/" audit success /files/team asked 0x1 granted 0x1 ace 1 S-1-1-0'
answers "new" 201 alice PUT /files/team/x -d new
on_record "what is made is on record with its directory" \
	'alice "PUT /files/team/x" audit success /files/team asked 0x2 granted 0x2 ace 1 S-1-1-0'
answers "read" 200 bob GET /files/team/x
on_record "and inherits" 'bob "GET /files/team/x" audit success /files/team/x asked 0x1 granted 0x1 ace 1 S-1-1-0'
chown $alice "$dir/files/team"
answers "deleted" 204 alice DELETE /files/team
on_record "a tree, member by member" 'alice "DELETE /files/team" audit success /files/team/x asked 0x10000 granted 0x10000 ace 1 S-1-1-0
alice "DELETE /files/team" audit success /files/team asked 0x10000 granted 0x10000 ace 1 S-1-1-0'

# names that would like to be lines of their own, here and in the journal
: >"$dir/journal.out"
name=$(printf 'a\nGUISE_USER=root\n2026-01-01T00:00:00Z b " %%0A \\ c')
echo x >"$dir/files/$name"
chmod 644 "$dir/files/$name"
holds "set" "$guise" acl set "$dir/files/$name" "${everyone}S:(AU;SA;FA;;;WD)"
before=$(wc -l <"$dir/access.log")
url_name='a%0AGUISE_USER=root%0A2026-01-01T00:00:00Z%20b%20%22%20%250A%20%5C%20c'
answers "read" 200 alice GET "/files/$url_name"
becomes "two lines" 2 lines_since "$before"
on_record "escaped" "alice \"GET /files/$url_name\" audit success /files/a\\x0AGUISE_USER=root\\x0A2026-01-01T00:00:00Z\\x20b\\x20\\x22\\x20%0A\\x20\\x5C\\x20c asked 0x1 granted 0x1 ace 1 S-1-1-0"
becomes "one entry" 1 entries '^--$'
same "one user" "$(grep '^GUISE_USER=' "$dir/journal.out")" GUISE_USER=alice
fails "no line that is no field" grep -vE '^([A-Z_]+=[ -~]*|--)$' "$dir/journal.out"

# the journal's entry, field by field
: >"$dir/journal.out"
answers "bob again" 403 bob GET /files/private.txt
soon prints 1 entries '^--$'
same "the entry" "$(sed -E 's/^(MESSAGE=)[^ ]+ /\1/; s/^(MESSAGE_ID|GUISE_INODE)=.*/\1/; s/inode [0-9]+/inode/' "$dir/journal.out")" \
"MESSAGE=bob $bob_sid \"GET /files/private.txt\" audit failure /files/private.txt inode asked 0x1 granted 0x0 ace 1 S-1-1-0
MESSAGE_ID
PRIORITY=4
SYSLOG_FACILITY=10
SYSLOG_IDENTIFIER=guise
GUISE_PEER=127.0.0.1
GUISE_USER=bob
GUISE_USER_SID=$bob_sid
GUISE_METHOD=GET
GUISE_TARGET=/files/private.txt
GUISE_AUDIT=failure
GUISE_OBJECT=/files/private.txt
GUISE_INODE
GUISE_ASKED=0x1
GUISE_GRANTED=0x0
GUISE_ACE=1
GUISE_TRUSTEE=S-1-1-0
--"
on_record "and the log" 'bob "GET /files/private.txt" audit failure /files/private.txt asked 0x1 granted 0x0 ace 1 S-1-1-0'
stop_server

# into the journal alone; when it hangs or goes away, into the log
extra="audit = journal
journal-socket = $dir/journal.sock"
start_server
: >"$dir/journal.out"
wc -l <"$dir/access.log" >"$dir/seen"
answers "bob" 403 bob GET /files/private.txt
on_record "not in the log" ""
becomes "in the journal" 1 entries '^GUISE_AUDIT=failure'
kill -STOP "$journal"
before=$(date +%s)
for i in $(seq 400); do
	printf 'url = "%s/files/private.txt"\noutput = /dev/null\n' "$url"
done >"$dir/many"
holds "a journal that hangs" curl -s -m 60 -u bob:bob-pw -K "$dir/many"
holds "holds up nobody" test $(($(date +%s) - before)) -le 20
kill -CONT "$journal"
all_are_on_record() {
	[ $(($(sed -n "$(($(cat "$dir/seen") + 1)),\$p" "$dir/access.log" | grep -c ' audit failure ') +
		$(entries '^GUISE_AUDIT=failure'))) -ge 401 ]
}
soon all_are_on_record
in_log=$(sed -n "$(($(cat "$dir/seen") + 1)),\$p" "$dir/access.log" | grep -c ' audit failure ')
in_journal=$(entries '^GUISE_AUDIT=failure')
same "none is lost ($in_log in the log, $in_journal in the journal)" $((in_log + in_journal)) 401
holds "some had to go to the log" test "$in_log" -gt 0
holds "which is said" grep -q 'the journal does not take audits' "$dir/error.log"
kill "$journal"
wait "$journal" 2>/dev/null
journal=
wc -l <"$dir/access.log" >"$dir/seen"
answers "without a journal" 403 bob GET /files/private.txt
on_record "the log has it" 'bob "GET /files/private.txt" audit failure /files/private.txt asked 0x1 granted 0x0 ace 1 S-1-1-0'
stop_server

# a journal that is not there at the start is a mistake
"$guise" serve --config "$dir/serve.conf" 2>"$dir/err"
same "no journal: exit" "$?" 2
holds "no journal: $(cat "$dir/err")" grep -q '^guise: audit: .*journal.sock: .*; say audit = log' "$dir/err"
fails "nor does it pass the check" "$guise" serve --check --config "$dir/serve.conf"

# JSON lines; and off
extra="log-format = json"
start_server
answers "bob" 403 bob GET /files/private.txt
same "JSON" "$(grep '"audit"' "$dir/access.log" | tail -n 1 | python3 -c '
import json, sys
o = json.loads(sys.stdin.read())
print(o["user"], o["method"], o["target"], o["audit"], o["object"], o["asked"], o["granted"], o["ace"], o["trustee"], o["inode"] > 0)')" \
	"bob GET /files/private.txt failure /files/private.txt 0x1 0x0 1 S-1-1-0 True"
stop_server
extra="audit = off"
start_server
wc -l <"$dir/access.log" >"$dir/seen"
answers "bob" 403 bob GET /files/private.txt
on_record "off" ""
stop_server

# central access policies: they restrict, and what is staged is told of
extra="central-policies = $dir/policies.json"
cat >"$dir/policies.json" <<'END'
[{"id": "S-1-17-9", "name": "confidential", "rules": [
	{"name": "readers", "dacl": "D:(A;;FR;;;WD)", "staged": "D:(A;;FR;;;BA)"}]}]
END
echo policed >"$dir/files/policed.txt"
echo lost >"$dir/files/lost.txt"
chmod 666 "$dir/files/policed.txt" "$dir/files/lost.txt"
holds "set" "$guise" acl set "$dir/files/policed.txt" "${everyone}S:(SP;;;;;S-1-17-9)"
holds "set" "$guise" acl set "$dir/files/lost.txt" "${everyone}S:(SP;;;;;S-1-17-10)"
start_server
wc -l <"$dir/access.log" >"$dir/seen"
answers "the policy allows reading" 200 alice GET /files/policed.txt
on_record "what is staged would not" 'alice "GET /files/policed.txt" audit staged /files/policed.txt asked 0x1 granted 0x1 staged 0x0 policy S-1-17-9'
answers "but not writing" 403 alice PUT /files/policed.txt -d new
answers "nobody knows that policy" 403 alice GET /files/lost.txt
on_record "nothing else" ""
stop_server
# refused_policies NAME TEXT: nothing is started, and it is said why
refused_policies() {
	"$guise" serve --config "$dir/serve.conf" 2>"$dir/err"
	same "$1: exit" "$?" 2
	holds "$1: $(cat "$dir/err")" grep -q "^guise: central-policies: $dir/policies.json: .*$2.*; " "$dir/err"
	same "$1: lines" "$(wc -l <"$dir/err")" 1
	fails "$1: nor does it pass the check" "$guise" serve --check --config "$dir/serve.conf"
}
echo '[{"id": "S-1-17-9", "rules": [{"dacl": "D:(A;;XX;;;WD)"}]}]' >"$dir/policies.json"
refused_policies "a bad DACL" "policy 1, rule 1"
echo '[{"id": "S-1-5-9", "rules": []}]' >"$dir/policies.json"
refused_policies "no policy's id" ""
echo '[{' >"$dir/policies.json"
refused_policies "no JSON" "line 2"
echo '[]' >"$dir/policies.json"
chmod 666 "$dir/policies.json"
refused_policies "others may write it" "others may change it"
chmod 644 "$dir/policies.json"
chown 65534 "$dir/policies.json"
refused_policies "another's" "others may change it"
chown 0 "$dir/policies.json"
head -c 1100000 /dev/zero >"$dir/policies.json"
refused_policies "too large" ""
rm "$dir/policies.json"
refused_policies "no file" "No such file"
mkdir "$dir/policies.json"
refused_policies "a directory" ""
sum_up
