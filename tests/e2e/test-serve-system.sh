#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Accounts of the system, with real PAM modules: whom the account rules let in,
# what a change of groups or a removed user does to who is logged on, and who
# waits for a directory that hangs. /etc/passwd and its like are ours, in a
# private mount namespace. After the usual arguments: PAM_ODD
if [ "$(id -u)" -eq 0 ] && [ "${GUISE_TEST_NAMESPACE:-}" != yes ]; then
	GUISE_TEST_NAMESPACE=yes exec unshare -m --propagation private "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
odd=$(realpath "$4")
modules=$(dirname "$(find /lib /usr/lib -name pam_unix.so 2>/dev/null | head -n 1)")
if [ ! -e "$modules/pam_unix.so" ]; then
	echo "skipped: no pam_unix"
	exit 77
fi

sam=30001 staff=30100

# Files are written in place: they are mounted.
put_passwd() {
	local name uid=$sam
	{
		echo "root:x:0:0:root:/root:/bin/sh"
		for name in sam locked gone expired oldpw night outside hung hung2 hung3 hung4; do
			case " ${without:-} " in *" $name "*) ;; *)
				echo "$name:x:$uid:$staff::/:/bin/sh" ;;
			esac
			uid=$((uid + 1))
		done
	} >"$dir/passwd"
}

put_group() {
	printf 'root:x:0:\nusers:x:%s:\nproject:x:30200:%s\n' "$staff" "$1" >"$dir/group"
}

# name:hash:last change:min:max:warn:inactive:expire:
put_shadow() {
	local name hash
	hash=$(openssl passwd -6 secret)
	{
		echo "root:*:19000:0:99999:7:::"
		for name in sam gone night outside hung hung2 hung3 hung4; do
			echo "$name:${pw:-$hash}:19000:0:99999:7:::"
		done
		echo "locked:!$hash:19000:0:99999:7:::"
		echo "expired:$hash:19000:0:99999:7::1:"
		echo "oldpw:$hash:0:0:99999:7:::"
	} >"$dir/shadow"
}

put_service() {
	cat >"$dir/pam.d/site" <<-END
	auth [default=ignore] $odd $*
	auth required $modules/pam_unix.so nodelay
	account required $modules/pam_unix.so
	${account:-}
	account required $modules/pam_access.so accessfile=$dir/access.conf
	account required $modules/pam_time.so conffile=$dir/time.conf
	END
}

mkdir -m 700 "$dir/pam.d"
put_passwd
put_group sam,gone
put_shadow
put_service
printf -- '- : outside : ALL\n+ : ALL : ALL\n' >"$dir/access.conf"
echo '*;*;night;!Al0000-2400' >"$dir/time.conf"
for file in passwd group shadow; do
	if ! mount --bind "$dir/$file" /etc/$file; then
		echo "skipped: cannot mount"
		exit 77
	fi
done

echo "of the project" >"$dir/files/project.txt"
chown 0:30200 "$dir/files/project.txt"
chmod 640 "$dir/files/project.txt"

site() {
	extra=$(printf '%s\n' "system-accounts = yes" "pam-service = site" \
		"pam-confdir = $dir/pam.d" "$1")
}
site "logon-cache = 600"
start_server

# as NAME STATUS USER PATH: with the one password all have
as() {
	answers "$1" "$2" - GET "$4" -u "$3:secret"
}

# --- whom the account rules let in ---
as "in its group" 200 sam /files/project.txt
as "a locked account" 401 locked /files/all.txt
as "an expired account" 401 expired /files/all.txt
as "a password that must be changed" 401 oldpw /files/all.txt
as "not at this time" 401 night /files/all.txt
as "not by the access rules" 401 outside /files/all.txt
as "root" 401 root /files/all.txt
answers "a wrong password" 401 - GET /files/all.txt -u sam:wrong
answers "an embedded account, meanwhile" 200 alice GET /files/private.txt

# --- guise status --flush ---
flush() {
	"$guise" status --control "$dir/control" --flush --json >"$dir/flush"
}
flushed() {
	sed -n "s/^ *\"$1\": *\([a-z0-9]*\),*$/\1/p" "$dir/flush"
}

holds "nothing has changed" flush
same "everybody was asked about" "$(flushed names)" 2
same "all have answered" "$(flushed unanswered)" 0
same "nobody is logged off" "$(flushed logged_off)" 0
as "still in its group" 200 sam /files/project.txt

put_group gone
as "until the cache forgets" 200 sam /files/project.txt
holds "a flush" flush
same "one is logged off" "$(flushed logged_off)" 1
as "out of the group, at once" 403 sam /files/project.txt
as "but still in" 200 sam /files/all.txt

put_group sam,gone
holds "a flush" flush
as "in the group again, at once" 200 sam /files/project.txt

as "to be removed" 200 gone /files/project.txt
without=gone put_passwd
holds "a flush" flush
as "removed, at once" 401 gone /files/all.txt
put_passwd
holds "a flush" flush
as "back, at once" 200 gone /files/project.txt

as "to be locked" 200 sam /files/project.txt
sed -i "s/^sam:/&!/" "$dir/shadow" 2>/dev/null || :
sed "s/^sam:!*/sam:!/" "$dir/shadow" >"$dir/shadow.new"
cat "$dir/shadow.new" >"$dir/shadow"
cat "$dir/shadow.new" >/etc/shadow
holds "a flush" flush
as "locked, at once" 401 sam /files/all.txt
sed "s/^sam:!/sam:/" "$dir/shadow.new" >/etc/shadow
holds "a flush" flush
as "unlocked, at once" 200 sam /files/all.txt

fails "no flush but by root" setpriv --reuid 64000 --regid 64000 --clear-groups \
	"$guise" status --control "$dir/control" --flush
"$guise" status --control "$dir/control" --json >"$dir/status"
holds "helpers of each kind" grep -q '"name": "lookup"' "$dir/status"
holds "flushes are counted" grep -Eq '"flushes": [1-9]' "$dir/status"
stop_server

# --- without a flush: within the life of the cache, also when it is used ---
site "logon-cache = 2"
put_group sam,gone
start_server
as "in its group" 200 sam /files/project.txt
put_group gone
began=$SECONDS
while ask - GET /files/project.txt -u sam:secret && [ "$status" = 200 ] &&
	[ $((SECONDS - began)) -lt 20 ]; do sleep 0.1; done
same "out of the group in the end" "$status" 403
checks=$((checks + 1))
[ $((SECONDS - began)) -le 12 ] || fail "a change took $((SECONDS - began)) s"
stop_server

# --- a directory that hangs ---
put_group sam,gone
put_service hang=hung hang=hung2 hang=hung3 hang=hung4
site "logon-cache = 600"
start_server
answers "before" 200 alice GET /files/private.txt
n=2
pids=
for name in hung hung2 hung3 hung4; do
	curl -s -m 40 -o /dev/null --interface 127.0.0.$n -u "$name:secret" "$url/files/all.txt" &
	pids="$pids $!"
	n=$((n + 1))
done
sleep 1
answers "who is logged on" 200 alice GET /files/private.txt
answers "who is nobody" 200 - GET /public/hello.txt
answers "who logs on with an embedded account" 200 bob GET /files/all.txt
# shellcheck disable=SC2086
all_live "they did not wait for the others, who do" $pids
holds "the status, meanwhile" "$guise" status --control "$dir/control"
for pid in $pids; do wait "$pid"; done
put_group sam,gone
as "who logs on with a system account, afterwards" 200 sam /files/project.txt
stop_server

# --- a directory that hangs when those who are logged on are looked up ---
put_service
start_server
as "before" 200 sam /files/project.txt
as "before" 200 gone /files/project.txt
answers "before" 200 alice GET /files/private.txt
account="account required $odd account-hang=sam" put_service
"$guise" status --control "$dir/control" --flush --json >"$dir/flush" &
flusher=$!
sleep 1
holds "the status, meanwhile" "$guise" status --control "$dir/control"
answers "an embedded account, meanwhile" 200 alice GET /files/private.txt
answers "another one" 200 bob GET /files/all.txt
holds "none of them waited for the flush" kill -0 "$flusher"
wait "$flusher"
same "one has not answered" "$(flushed unanswered)" 1
same "and is logged off" "$(flushed logged_off)" 1
as "who has" 200 gone /files/project.txt
stop_server
sum_up
