#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# guise acl, effective and explain on real files. The heart of it: for each way
# to be refused, explain says so, the changes it suggests are made, and then
# the same is allowed, by the kernel's own word.
#   test_share_cli.sh GUISE
set -u
guise=$(realpath "$1")
[ "$(id -u)" = 0 ] || { echo "skipped: needs root"; exit 77; }
command -v setfacl >/dev/null || { echo "skipped: needs setfacl"; exit 77; }
# two users every Debian has
alice=games bob=daemon
dir=$(mktemp -d /tmp/guise-cli-XXXXXX) || exit 1
trap 'chattr -R -i "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir" || exit 1
PATH=$dir/bin:$PATH
mkdir bin && ln -s "$guise" bin/guise
failed=0 passed=0

ok() {
	passed=$((passed + 1))
}

fail() {
	echo "FAILED: $*"
	failed=$((failed + 1))
}

# expect CODE COMMAND...
expect() {
	expected=$1
	shift
	"$@" >out 2>err
	code=$?
	if [ $code = "$expected" ]; then ok; else
		fail "$* -> $code, expected $expected: $(cat out err)"
	fi
}

# says TEXT: the last command's output has it
says() {
	if grep -qF -- "$1" out; then ok; else
		fail "no '$1' in: $(cat out)"
	fi
}

lacks() {
	if grep -qF -- "$1" out; then fail "'$1' in: $(cat out)"; else ok; fi
}

# Denied; the suggested changes are made; allowed. WANT PATH [LAYER]
mend() {
	expect 1 guise explain --user $bob --want "$1" "$2"
	if [ $# -gt 2 ]; then says "NO  $3"; fi
	lacks "do not explain"
	sed -n '/^to allow it:/,$p' out | sed 1d >changes
	[ -s changes ] || fail "nothing suggested for $1 $2: $(cat out)"
	if sh -e changes >/dev/null 2>mend-errors; then ok; else
		fail "$(cat changes): $(cat mend-errors)"
	fi
	expect 0 guise explain --user $bob --want "$1" "$2"
	lacks "do not explain"
}

file() { # NAME MODE
	rm -rf "$1"
	echo content >"$1"
	chown $alice:$alice "$1"
	chmod "$2" "$1"
}

# --- acl -------------------------------------------------------------------
file f 644
expect 0 guise acl show f
says "derived from mode and POSIX ACL"
says $alice
expect 0 guise acl grant f $bob:rw
expect 0 guise acl show f
says "stored descriptor"
expect 0 guise acl deny f group:$bob:w
expect 0 guise acl show --sddl f
says "(D;;FW;;;S-1-22-2-"
expect 0 guise acl show --json f
says '"type":"deny"'
expect 0 guise acl revoke f group:$bob
expect 0 guise acl show --sddl f
lacks "(D;"
expect 0 guise acl revoke f $bob --denied
expect 0 guise acl show f
says $bob
expect 0 guise acl set f 'D:(A;;FR;;;WD)'
expect 0 guise acl show --sddl f
says "D:(A;;FR;;;WD)"
expect 0 guise acl deny f Everyone:w
expect 0 guise acl show --sddl f
says "D:(D;;FW;;;WD)(A;;"
expect 0 guise acl set f 'D:(XA;;FR;;;WD;(@User.a == "x"))S:(AU;SA;FR;;;WD)'
expect 0 guise acl show f
says 'allow if Everyone (S-1-1-0): read; (@USER.a == "x")'
says "audit    Everyone (S-1-1-0): read; when allowed"
expect 0 guise acl set f 'D:(A;;FA;;;WD)S:(ML;;NWNR;;;SI)(RA;;;;;WD;("p",TS,0,"v"))'
expect 0 guise acl show f
says "label    System Mandatory Level (S-1-16-16384): no write up, no read up"
says "resource Everyone (S-1-1-0); p"
expect 1 guise explain --user $bob --want read f
says "NO  descriptor"
says "raise the token's integrity to System Mandatory Level"
expect 0 guise acl set f 'D:(A;;FA;;;WD)S:(SP;;;;;S-1-17-1-2)'
expect 1 guise explain --user $bob --want read f
says "its central access policy is not known"
echo '[{"id": "S-1-17-1-2", "rules": [{"dacl": "D:(A;;FR;;;WD)"}]}]' >policies
expect 0 guise explain --user $bob --want read --policies policies f
expect 1 guise explain --user $bob --want write --policies policies f
says "the central access policy does not allow"
expect 0 guise effective --user $bob --policies policies f
says "read data                  yes"
says "write data                 no"
expect 0 guise acl reset f
expect 0 guise acl show f
says "derived"
expect 0 guise acl reset f
# a list that is there keeps its order: deny, allow, inherited
expect 0 guise acl set f 'D:AI(A;;FR;;;BA)(A;ID;FA;;;SY)'
expect 0 guise acl grant f WD:x
expect 0 guise acl deny f BG:r
expect 0 guise acl show --sddl f
says "D:AI(D;;FR;;;BG)(A;;FX;;;WD)(A;;FR;;;BA)(A;ID;FA;;;SY)"
expect 0 guise acl inherit f off
expect 0 guise acl show --sddl f
says "D:PAI(D;;FR;;;BG)(A;;FX;;;WD)(A;;FR;;;BA)(A;;FA;;;SY)"
mkdir d d/e && echo x >d/e/g && ln -s /etc/passwd d/link
expect 0 guise acl set d 'D:(A;OICI;FR;;;BU)(A;OI;FX;;;BA)'
echo h >d/h
expect 0 guise acl set d/h 'D:P(A;;FA;;;SY)'
expect 0 guise acl inherit d/h on
expect 0 guise acl show --sddl d/h
says "D:AI(A;;FA;;;SY)(A;ID;FR;;;BU)(A;ID;FX;;;BA)"
expect 0 guise acl set d/h 'D:P'
expect 0 guise acl inherit d/h on
expect 0 guise acl show --sddl d/h
says "D:AI(A;ID;FR;;;BU)(A;ID;FX;;;BA)"
expect 0 guise acl grant d --recursive $bob:r:OICI
expect 0 guise acl show d
says "this and all beneath"
expect 0 guise acl show --sddl d/e/g
says "(A;;FR;;;S-1-22-1-"
getfattr -m security.guise -h /etc/passwd 2>/dev/null | grep -q guise &&
	fail "went through a link"
expect 2 guise acl grant f nobody-is-called-so:r
expect 2 guise acl grant f $bob:q
expect 2 guise acl grant f $bob
expect 2 guise acl set f 'D:(A;;XX;;;WD)'
expect 2 guise acl revoke f
expect 2 guise acl bless f
expect 2 guise acl inherit f maybe
expect 2 guise acl show --json --sddl f
expect 3 guise acl show none
expect 3 guise acl set /dev/null 'D:(A;;FR;;;WD)'
grep -q "neither a file nor a directory" err || fail "$(cat err)"
mkfifo d/pipe
for change in "set d/pipe D:(A;;FR;;;WD)" "grant d/pipe $bob:r" "inherit d/pipe on" "reset d/pipe"; do
	# shellcheck disable=SC2086
	expect 3 guise acl $change
done
expect 0 guise acl grant d --recursive $bob:r:OICI
rm d/pipe

# accounts that only root may read: SIDs without their names, for the others
cat >blind <<'END'
mount -t tmpfs tmpfs /var/lib && mkdir -m 700 /var/lib/guise &&
	echo unreadable >/var/lib/guise/accounts.db || exit 99
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
END
expect 0 unshare -m sh blind guise acl show f
says "Everyone (S-1-1-0)"
expect 3 unshare -m sh blind guise acl grant f $bob:r
expect 3 unshare -m sh blind guise acl show f --accounts /var/lib/guise/accounts.db

# explain names people as show does
expect 0 guise acl set f 'D:(D;;FR;;;WD)'
expect 1 guise explain --user $bob --want read f
says "denies Everyone (S-1-1-0): "
expect 0 guise acl reset f

setfattr -n security.guise.sd -v broken f
expect 3 guise acl show f
expect 3 guise acl grant f $bob:r
expect 0 guise acl reset f

# --- effective -------------------------------------------------------------
file f 644
expect 0 guise effective --user $bob f
says "no stored descriptor"
expect 0 guise effective --user $bob --json f
says '"effective":"0x20089"'
guise acl set f 'D:(D;;0x1;;;S-1-22-1-'"$(id -u $bob)"')(A;;FA;;;WD)'
expect 0 guise effective --user $bob --json f
says '"stored":true'
if grep -o '"effective":"[^"]*"' out | grep -q '[13579bdf]"'; then
	fail "read data is effective: $(cat out)"
else
	ok
fi
chmod 0 f
expect 0 guise effective --user $bob f
guise acl set f 'D:P'
expect 1 guise effective --user $bob f
expect 2 guise effective --user $bob
expect 3 guise effective --user nobody-is-called-so f

# --- explain: each layer, and what mends it --------------------------------
file f 644
expect 0 guise explain --user $bob --want read f
expect 0 guise explain --user $alice --want read,write f
file f 600
mend read f posix
file f 640
chgrp $bob f
mend read,write f posix
file f 644
setfacl -m u:$bob:- f
mend read f posix
file f 644
setfacl -m u:$bob:rw,m::r f
mend write f posix
file f 644
setfacl -m u:$bob:rw,g:nogroup:rwx,m::- f
mend read,write f posix
getfacl -c f 2>/dev/null | grep -q 'mask::rw-' && ok || fail "mask too wide"
file f 644
chown $bob f
chmod 044 f
mend read f posix
file "it's a file" 600
mend read "it's a file" posix
mkdir -p p/q && file p/q/f 644
chmod 700 p
mend read p/q/f path
chmod 700 p/q && chmod 700 p && setfacl -b p
mend read p/q/f path
ln -s p/q l
expect 0 guise explain --user $bob --want read l/f
chmod 700 p/q && setfacl -b p/q
mend read l/f path
# removing
mkdir r && file r/f 644
mend delete r/f posix
chmod 1777 r && setfacl -b r
mend delete r/f posix
# the descriptor
file f 666
guise acl set f 'D:(A;;0x20088;;;WD)'
mend read f descriptor
guise acl set f 'D:(D;;FR;;;S-1-22-1-'"$(id -u $bob)"')(A;;FA;;;WD)'
mend read f descriptor
guise acl set f 'D:(D;;0x3;;;S-1-22-2-'"$(id -g $bob)"')(D;;0x2;;;WD)'
mend read,write f descriptor
guise acl set f 'D:AI(D;ID;0x1;;;WD)(A;ID;FA;;;WD)'
mend read f descriptor
guise acl set f 'D:'
mend read,write,permissions f descriptor
guise acl set f 'D:'
mend delete f
setfattr -n security.guise.sd -v broken f
mend read f descriptor
guise acl set f 'D:'
expect 0 guise explain --policy posix --user $bob --want read f
# both at once
file f 600
guise acl set f 'D:'
mend read,write f
# where only the owner may
file f 666
expect 1 guise explain --user $bob --want permissions f
expect 0 guise explain --user $alice --want permissions f
# who cannot be impersonated at all
expect 1 guise explain --user root --want read f
says "ceiling"
# marks
if chattr +i f 2>/dev/null; then
	guise acl reset f 2>/dev/null
	expect 1 guise explain --user $bob --want write f
	says "immutable"
	chattr -i f
fi
file f 600
expect 1 guise explain --json --user $bob --want read f
says '"allowed":false'
says '"agrees":true'
says 'setfacl -m u:'
expect 2 guise explain --user $bob --want everything f
expect 2 guise explain --user $bob f
expect 2 guise explain --user $bob --want read --policy none f
expect 3 guise explain --user $bob --want read none

echo "$passed passed, $failed failed"
[ $failed = 0 ]
