#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Kerberos clients who are users of the system: in a mount namespace of the
# server's own, with an /etc/passwd and an /etc/group that are changed under it,
# and hold what such files must not.
#   GUISE MAKE_ACCOUNTS ENGINE GSS_CLIENT
real_guise=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/kdc.sh"
. "$here/lib.sh"
unshare -m true 2>/dev/null || kdc_skip "needs mount namespaces"

cat >"$dir/guise" <<END
#!/bin/sh
exec unshare -m --propagation private sh -c '
mount --bind $dir/passwd /etc/passwd && mount --bind $dir/group /etc/group &&
mount --bind $dir/nsswitch /etc/nsswitch.conf || exit 9
exec "\$@"' sh $real_guise "\$@"
END
chmod 755 "$dir/guise"
guise=$dir/guise

printf 'passwd: files\ngroup: files\n' >"$dir/nsswitch"
users() {
	cat /etc/passwd - <<END >"$dir/passwd.new"
$1:x:205001:205001::/:/bin/sh
lowly:x:500:500::/:/bin/sh
zero:x:0:0::/:/bin/sh
minus:x:4294967295:205001::/:/bin/sh
minusgroup:x:205003:4294967295::/:/bin/sh
overflow:x:65534:65534::/:/bin/sh
nogroup:x:205004:299999::/:/bin/sh
END
	# the file itself is what is mounted
	cat "$dir/passwd.new" >"$dir/passwd"
}
groups() {
	cat /etc/group - <<END >"$dir/group.new"
carl:x:205001:
project:x:205100:$1
wheel0:x:0:nogroup
END
	cat "$dir/group.new" >"$dir/group"
}
: >"$dir/passwd" >"$dir/group"
users carl
groups carl,carl,nobody-known

mkdir "$dir/pam.d"
permit() {
	printf 'account required %s\nauth required pam_deny.so\n' "$1" >"$dir/pam.d/guise"
}
permit pam_permit.so

kdc_start "$dir/kdc"
kdc_principal HTTP/localhost -
kdc_keytab "$dir/http.keytab" HTTP/localhost
for name in carl karl lowly zero minus minusgroup overflow nogroup root bin gone \
	boss toor service nobody-else carl/admin; do
	kdc_principal $name pw
	kdc_kinit "$dir/cc.${name/\//.}" $name pw || exit 1
done
cat >"$dir/identities.conf" <<END
[realm GUISE.TEST]
clients = accounts
[principals]
boss@GUISE.TEST = root
toor@GUISE.TEST = zero
service@GUISE.TEST = lowly
minus@GUISE.TEST = minus
nobody-else@GUISE.TEST = no-such-user
carl/admin@GUISE.TEST = -
END
extra="system-accounts = yes
pam-confdir = $dir/pam.d
negotiate = yes
identities = $dir/identities.conf
keytab = $dir/http.keytab
kerberos-service = HTTP@localhost
logon-cache = 600
basic = no"

as() {
	local name=$1 method=$2 path=$3
	shift 3
	status=$(KRB5CCNAME=FILE:$dir/cc.$name curl -s -m 30 --negotiate -u : -X "$method" \
		-o "$dir/body" -w '%{http_code}' "$@" "http://localhost:$port$path")
}

last_line() {
	tail -n 1 "$dir/access.log" | grep -Eq -- "$1"
}

# refused NAME WHY
refused() {
	as "$1" GET /files/all.txt
	same "$1" "$status" 401
	checks=$((checks + 1))
	soon last_line "principal=\"$1@GUISE.TEST\" why=\".*$2" ||
		fail "$1: the log says: $(tail -n 1 "$dir/access.log")"
}

for gid in 0 205100; do
	echo "of $gid" >"$dir/files/room-$gid"
	chown "0:$gid" "$dir/files/room-$gid"
	chmod 040 "$dir/files/room-$gid"
done
start_server
as carl PUT /files/of-carl -d x
same "carl makes a file" "$status" 201
same "carl's file" "$(stat -c %u:%g "$dir/files/of-carl" 2>&1)" 205001:205001
as carl GET /files/room-205100
same "carl's group" "$status" 200

refused root reserved
refused lowly "system user"
refused bin "reserved|system user"
refused zero "system user"
refused minus ".+"
refused overflow "system user"
refused gone "does not exist"
# the group of a user that is no group, or root's by a slip of the group file
as nogroup GET /files/room-0
fails "a user in the group of root" test "$status" = 200
as minusgroup GET /files/all.txt
fails "a user of the group -1" test "$status" = 200

# --- by [principals]
for name in boss toor; do
	as $name GET /files/room-0
	fails "root, by $name" test "$status" = 200
	as $name GET /files/all.txt
	fails "root, by $name" test "$status" = 200
done
as service PUT /files/of-service -d x
same "a system user, by name" "$status $(stat -c %u "$dir/files/of-service" 2>&1)" "201 500"
refused nobody-else "does not exist"
as carl.admin GET /files/all.txt
same "refused by name" "$status" 401

# --- changed under the server
groups nobody-known
"$real_guise" status --flush --control "$dir/control" >/dev/null || fail "no flush"
as carl GET /files/room-205100
same "no longer in the group" "$status" 403
users karl
"$real_guise" status --flush --control "$dir/control" >/dev/null || fail "no flush"
refused carl "does not exist"
as karl GET /files/of-carl
same "renamed: the files go with the uid" "$status" 200

# --- account rules
permit pam_deny.so
"$real_guise" status --flush --control "$dir/control" >/dev/null || fail "no flush"
refused karl "may not log on"
stop_server
sum_up
