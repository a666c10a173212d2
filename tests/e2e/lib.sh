# SPDX-License-Identifier: Apache-2.0
# What the tests of the server share. A test is called with
#   GUISE MAKE_ACCOUNTS ENGINE
# and sources this; it makes a directory of its own, accounts alice, bob and
# carol (password NAME-pw), and starts the server on a port of its own.
set -u

guise=$1
make_accounts=$2
engine=${3:-auto}
checks=0
failed=0
server=
port=
said_before=0

if [ "$(id -u)" -ne 0 ]; then
	echo "skipped: needs root"
	exit 77
fi

dir=$(mktemp -d /tmp/guise-e2e.XXXXXX)
chmod 755 "$dir"
alice=201001 bob=201002 carol=201003 group=300000

finish() {
	[ -n "$server" ] && stop_server
	mountpoint -q "$dir/small" && umount "$dir/small"
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

# soon COMMAND...: it holds now or in a moment, which a slow machine makes long; a
# request's line is in the log only after its client has the answer
soon() {
	local end=$((SECONDS + 30))
	while ! "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# all_live NAME PID...: not one of them has ended
all_live() {
	local name=$1 pid
	shift
	checks=$((checks + 1))
	for pid; do
		kill -0 "$pid" 2>/dev/null || fail "$name: $pid has ended"
	done
}

# holds NAME COMMAND...
holds() {
	local name=$1
	shift
	checks=$((checks + 1))
	soon "$@" >/dev/null 2>&1 || fail "$name: $*"
}

# becomes NAME WANT COMMAND...: what it prints, now or in a moment
becomes() {
	local name=$1 want=$2
	shift 2
	soon prints "$want" "$@"
	same "$name" "$("$@")" "$want"
}

prints() {
	local want=$1
	shift
	[ "$("$@")" = "$want" ]
}

not() {
	! "$@"
}

fails() {
	local name=$1
	shift
	checks=$((checks + 1))
	if "$@" >/dev/null 2>&1; then fail "$name: $* did not fail"; fi
}

# Whatever a sanitizer or a broken invariant says, in any of the processes,
# fails the test.
sum_up() {
	if grep -qE 'Sanitizer|runtime error:|broken invariant' "$dir/error.log"; then
		fail "the server's messages:"
		cat "$dir/error.log"
	fi
	echo "$checks checks, $failed failed ($engine)"
	[ "$failed" -eq 0 ]
	exit
}

if ! "$make_accounts" "$dir/accounts" alice:$alice bob:$bob carol:$carol; then
	echo "FAILED: cannot make accounts"
	exit 1
fi

mkdir "$dir/files" "$dir/public" "$dir/state"
chmod 1777 "$dir/files"
for user in alice bob; do
	mkdir "$dir/files/$user"
	chown "${!user}:$group" "$dir/files/$user"
	chmod 700 "$dir/files/$user"
done
echo "of alice" >"$dir/files/alice/secret.txt"
chown $alice:$group "$dir/files/alice/secret.txt"
chmod 600 "$dir/files/alice/secret.txt"
echo "for all" >"$dir/files/all.txt"
echo "of alice, in sight" >"$dir/files/private.txt"
chown $alice:$group "$dir/files/private.txt"
chmod 600 "$dir/files/private.txt"
# a directory whose names cannot be listed, but used by who knows them
mkdir "$dir/files/dark"
chmod 711 "$dir/files/dark"
echo known >"$dir/files/dark/known.txt"
echo hidden >"$dir/files/dark/hidden.txt"
chmod 600 "$dir/files/dark/hidden.txt"
echo "for the world" >"$dir/public/hello.txt"

# start_server [OPTION...]: writes $dir/serve.conf unless there is one
start_server() {
	local try
	for try in 1 2 3 4 5; do
		port=$((20000 + RANDOM % 20000))
		url=http://127.0.0.1:$port
		write_config
		said_before=$(cat "$dir/error.log" 2>/dev/null | wc -c)
		"$guise" serve --config "$dir/serve.conf" "$@" 2>>"$dir/error.log" &
		server=$!
		wait_for_server && return 0
		stop_server
	done
	cat "$dir/error.log"
	echo "FAILED: the server does not start"
	exit 1
}

write_config() {
	cat >"$dir/serve.conf" <<-END
	listen = 127.0.0.1:$port
	accounts = $dir/accounts
	worker-user = 64999:64999
	engine = $engine
	state = $dir/state
	control = $dir/control
	log = $dir/access.log
	${extra:-}
	[share files]
	path = $dir/files
	[share public]
	path = $dir/public
	anonymous = yes
	read-only = yes
	${shares:-}
	END
}

# It is ours: another test's may have taken the port between choosing and binding.
wait_for_server() {
	local i
	for i in $(seq 100); do
		kill -0 "$server" 2>/dev/null || return 1
		tail -c +$((said_before + 1)) "$dir/error.log" | grep -q "ready: $url," &&
			[ "$(curl -s -o /dev/null -w '%{http_code}' -m 2 "$url/public/hello.txt")" = 200 ] &&
			return 0
		sleep 0.1
	done
	return 1
}

stop_server() {
	kill "$server" 2>/dev/null
	wait "$server"
	local r=$?
	server=
	return $r
}

# the worker is a child of the supervisor, and named so; the newest is the one
# that serves, others drain or are not reaped yet
worker_pid() {
	pgrep -n -P "$server" -f '^guise: worker'
}

# ask USER METHOD PATH [CURL-OPTION...]: sets $status; body in $dir/body, headers
# in $dir/head. USER "-" is anonymous.
ask() {
	local user=$1 method=$2 path=$3
	shift 3
	local auth=()
	[ "$user" != - ] && auth=(-u "$user:$user-pw")
	[ "$method" = HEAD ] && auth+=(-I) || auth+=(-X "$method")
	status=$(curl -s -m 30 --path-as-is -o "$dir/body" -D "$dir/head" \
		-w '%{http_code}' "${auth[@]}" "$@" "$url$path")
}

# answers NAME STATUS USER METHOD PATH [CURL-OPTION...]
answers() {
	local name=$1 want=$2
	shift 2
	ask "$@"
	same "$name ($*)" "$status" "$want"
}

# comes_to_answer NAME STATUS USER METHOD PATH [CURL-OPTION...]: now or in a moment
comes_to_answer() {
	local name=$1 want=$2
	shift 2
	soon answered "$want" "$@"
	same "$name ($*)" "$status" "$want"
}

answered() {
	local want=$1
	shift
	ask "$@"
	[ "$status" = "$want" ]
}

body_is() {
	same "$1" "$(cat "$dir/body")" "$2"
}

header() {
	sed -n "s/^$1: *//Ip" "$dir/head" | tr -d '\r' | tail -n 1
}
