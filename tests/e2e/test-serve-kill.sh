#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 of the authority and of the worker at random moments of PUT, COPY and
# MOVE: afterwards there is the old content or the new one, whole and in one
# place, and after a restart no temporary and no journal of one.
. "$(dirname "$0")/lib.sh"
extra="durable = no
drain-timeout = 1"
authority_kills=10
worker_kills=5
home=$dir/files/alice
stormers=()

# --- what the storm is about: every file says by its content which one it is
for f in A B; do
	head -c 4194304 /dev/zero | tr '\0' "$f" >"$dir/$f"
done
mkdir "$home/tree" "$home/tree/sub" "$home/m1"
for i in 1 2 3 4; do
	head -c 700000 /dev/urandom >"$home/tree/$i"
	head -c 300000 /dev/urandom >"$home/tree/sub/$i"
	head -c 100000 /dev/urandom >"$home/m1/$i"
done
cp "$dir/A" "$home/f"
cp "$dir/A" "$home/n1"
chown -R $alice:$group "$home"
cp -r "$home/tree" "$dir/tree"
cp -r "$home/m1" "$dir/moved"

send() {
	curl -s -m 4 -o /dev/null -u alice:alice-pw -w '%{http_code}\n' "$@" >>"$dir/sent"
}
# to METHOD FROM TO
to() {
	send -X "$1" -H "Destination: /files/alice/$3" "$url/files/alice/$2"
}
calm() {
	[ -e "$dir/stop" ]
}
# a quarter of a second each, so that most kills come in the middle of one
storm_put() {
	until calm; do
		send --limit-rate 16M -T "$dir/B" "$url/files/alice/f"
		send --limit-rate 16M -T "$dir/A" "$url/files/alice/f"
	done
}
# To a new name, and over what is there. A tree is moved out of the way, not
# deleted: a DELETE that is killed has deleted some.
storm_copy() {
	until calm; do
		to COPY tree copy
		to COPY tree copy
		to MOVE copy aside
	done
}
storm_move() {
	until calm; do
		to MOVE m1 m2
		to MOVE m2 m1
		to MOVE n1 n2
		to MOVE n2 n1
	done
}
storm_begin() {
	rm -f "$dir/stop"
	storm_put &
	stormers=($!)
	storm_copy &
	stormers+=($!)
	storm_move &
	stormers+=($!)
}
storm_end() {
	touch "$dir/stop"
	wait "${stormers[@]}"
	stormers=()
}
pause() {
	sleep "0.$(printf %03d $((RANDOM % 400 + 100)))"
}

temporaries() {
	find "$dir/files" -name '.guise-tmp-*'
}
records() {
	find "$dir/state/journal" -type f
}
# once NAME OTHER WANT: exactly one of both is there, and equals WANT
once() {
	holds "$round: one of $1 and $2" test -e "$home/$1" -o -e "$home/$2"
	fails "$round: both $1 and $2" test -e "$home/$1" -a -e "$home/$2"
	local there=$home/$1
	[ -e "$there" ] || there=$home/$2
	holds "$round: the moved is whole" diff -r "$there" "$3"
}
whole() {
	checks=$((checks + 1))
	cmp -s "$home/f" "$dir/A" || cmp -s "$home/f" "$dir/B" ||
		fail "$round: f is neither the old nor the new content"
	for f in copy aside; do
		[ ! -e "$home/$f" ] || holds "$round: $f is whole" diff -r "$home/$f" "$dir/tree"
	done
	holds "$round: the source is whole" diff -r "$home/tree" "$dir/tree"
	once m1 m2 "$dir/moved"
	once n1 n2 "$dir/A"
}
clean() {
	same "$round: no temporary" "$(temporaries)" ""
	same "$round: no record" "$(records)" ""
}
# the supervisor's descendants, by the parent's pid
descendants() {
	local child
	for child in $(pgrep -P "$1"); do
		echo "$child"
		descendants "$child"
	done
}
gone() {
	local i pid
	for pid in "$@"; do
		for i in $(seq 30); do
			[ -d "/proc/$pid" ] && ! grep -q '^State:	Z' "/proc/$pid/status" 2>/dev/null || break
			sleep 0.1
		done
		fails "$round: $pid outlives the authority" test "$i" -eq 30
	done
}

start_server
caught=0
for round in $(seq "$authority_kills"); do
	storm_begin
	pause
	if [ "$((round % 2))" -eq 0 ]; then
		worker=$(worker_pid)
		[ -n "$worker" ] && kill -9 "$worker"
		pause
	fi
	children=$(descendants "$server")
	kill -9 "$server"
	wait "$server" 2>/dev/null
	server=
	# shellcheck disable=SC2086
	gone $children
	storm_end
	whole
	[ -n "$(temporaries)" ] && caught=$((caught + 1))
	start_server
	whole
	clean
done
# otherwise nothing has been tested
holds "some kills left a temporary ($caught)" test "$caught" -gt 0

# the worker alone: the authority goes on and cleans up after it
for round in $(seq "$worker_kills"); do
	round="worker $round"
	storm_begin
	for i in 1 2; do
		pause
		worker=$(worker_pid)
		[ -n "$worker" ] && kill -9 "$worker"
	done
	storm_end
	wait_for_server || fail "$round: not served again"
	whole
done
stop_server
start_server
round="at the end"
clean
holds "requests were answered in the storm" grep -q '^20[14]$' "$dir/sent"
answers "still served" 200 alice GET /files/alice/f
sum_up
