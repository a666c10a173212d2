#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Accidents that others had, tried on the running server: docs/threat-model.md,
# "The catalogue of accidents".
. "$(dirname "$0")/lib.sh"

account() {
	"$guise" account "$@" --accounts "$dir/accounts" >/dev/null 2>&1
}

# an account may be called root; it is no more than any other
echo root-pw | account add root --password-stdin
fails "no account with root's id" account add toor --uid 0
fails "no account with root's group" account add toor --gid 0
echo "of root" >"$dir/files/root.txt" && chmod 600 "$dir/files/root.txt"

# a file system with a reserve for root, and one with quotas
mkdir "$dir/reserve" "$dir/quota"
truncate -s 12M "$dir/image"
if mkfs.ext4 -q -m 50 "$dir/image" 2>/dev/null &&
	mount -o loop "$dir/image" "$dir/reserve" 2>/dev/null; then
	chmod 1777 "$dir/reserve"
	shares="[share reserve]
path = $dir/reserve"
else
	rmdir "$dir/reserve"
	echo "left out: no loop device here for a file system with a reserve"
fi
if mount -t tmpfs -o usrquota,usrquota_block_hardlimit=1M,size=16M,mode=1777 \
	tmpfs "$dir/quota" 2>/dev/null; then
	shares="${shares:-}
[share quota]
path = $dir/quota"
else
	rmdir "$dir/quota"
	echo "left out: this kernel has no tmpfs with quotas"
fi
unmount() {
	[ -d "$dir/reserve" ] && umount "$dir/reserve"
	[ -d "$dir/quota" ] && umount "$dir/quota"
}
trap 'unmount 2>/dev/null; finish' EXIT
# the system's own users, too, where they are built in
extra="system-accounts = yes" port=1
write_config
"$guise" serve --check --config "$dir/serve.conf" >/dev/null 2>&1 || extra=
start_server

# --- names that others have taken for somebody -------------------------------
# nobody NAME PASSWORD: the credentials are no identity
nobody() {
	local credentials
	credentials=$(printf '%b:%s' "$1" "$2" | base64 -w 0)
	ask - GET /files/all.txt -H "Authorization: Basic $credentials"
	same "no identity: '$1'" "$status" 401
}
for name in ROOT0 Administrator administrator SYSTEM 'NT AUTHORITY\\\\SYSTEM' 'host$' nobody \
	guise daemon '' ' ' 'alice ' ' alice' 'alice\t' 'alice\n' 'alice\0' 'alice\0x' alice. \
	'DOMAIN\\\\alice' 'alice@localhost' 'al\xc3\xadce' 'ali\xcc\x81ce' 'ａlice' 'alice\xff' \
	0 00 1000 $alice -1 +0 0x0 0x31129 4294967295 4294967296 65534 \
	S-1-5-18 S-1-22-1-0 "S-1-22-1-$alice" '../alice' "alice' OR '1'='1" '*' '%' \
	"$(printf 'a%.0s' $(seq 300))"; do
	nobody "$name" alice-pw
done
for name in alice bob root; do nobody $name ''; done
nobody root toor
nobody root alice-pw
nobody ROOT "$(printf 'x%.0s' $(seq 2000))"
answers "root by that name is let in" 200 root GET /files/all.txt
answers "and is not root" 403 root GET /files/root.txt
answers "nor anybody else" 403 root GET /files/private.txt
echo x >"$dir/x"
answers "makes files" 201 root PUT /files/by-root -T "$dir/x"
holds "of its own" test "$(stat -c %u "$dir/files/by-root")" -ge 200000
answers "in any case" 403 ROOT GET /files/root.txt -u ROOT:root-pw

# --- a hard link to another's file, then requests over it ---------------------
victim=$dir/files/alice/secret.txt
before=$(stat -c '%i %u:%g %a %s' "$victim")
for name in put copy move; do ln "$victim" "$dir/files/bob/$name"; done
answers "a put over it" 403 bob PUT /files/bob/put -T "$dir/x"
answers "bob's own" 201 bob PUT /files/bob/mine -T "$dir/x"
answers "a copy over it" 403 bob COPY /files/bob/mine -H 'Destination: /files/bob/copy'
answers "a move over it" 204 bob MOVE /files/bob/mine -H 'Destination: /files/bob/move'
same "the victim is as it was" "$(stat -c '%i %u:%g %a %s' "$victim")" "$before"
same "its content, too" "$(cat "$victim")" "of alice"
for name in put copy move; do
	ask bob GET "/files/bob/$name"
	fails "$name: no content of alice's" grep -q 'of alice' "$dir/body"
done
answers "a link is removed" 204 bob DELETE /files/bob/put
same "and only the link" "$(cat "$victim")" "of alice"

# --- what is kept for root, or counted, is so for clients ---------------------
head -c 8388608 /dev/zero >"$dir/eight"
if [ -d "$dir/reserve" ]; then
	answers "into root's reserve" 507 alice PUT /reserve/f -T "$dir/eight"
	same "nothing left behind" "$(find "$dir/reserve" -type f)" ""
	head -c 3000000 /dev/zero >"$dir/three"
	answers "what is free" 201 alice PUT /reserve/f -T "$dir/three"
	answers "a copy into it" 507 alice COPY /reserve/f -H 'Destination: /reserve/g'
	holds "it is there for root" cp "$dir/three" "$dir/reserve/g"
fi
if [ -d "$dir/quota" ]; then
	answers "over the quota" 507 alice PUT /quota/f -T "$dir/eight"
	head -c 800000 /dev/zero >"$dir/some"
	answers "within it" 201 alice PUT /quota/f -T "$dir/some"
	same "counted to her" "$(stat -c %u "$dir/quota/f")" "$alice"
	answers "a copy is counted, too" 507 alice COPY /quota/f -H 'Destination: /quota/g'
	answers "bob is not concerned" 201 bob PUT /quota/b -T "$dir/some"
fi

# --- a name that becomes another's --------------------------------------------
answers "alice is known" 200 alice GET /files/alice/secret.txt
account del alice
echo alice-pw | account add alice --uid 201009 --password-stdin
for i in $(seq 100); do
	ask alice GET /files/alice/secret.txt
	[ "$status" != 200 ] && break
	sleep 0.1
done
holds "the new alice is soon not the old one" test "$i" -lt 60
for i in 1 2 3; do
	answers "nor later" 404 alice GET /files/alice/secret.txt
	answers "she is somebody" 201 alice PUT "/files/new$i" -T "$dir/x"
	same "somebody else" "$(stat -c %u "$dir/files/new$i")" 201009
done
account del alice
for i in $(seq 100); do
	ask alice GET /files/all.txt
	[ "$status" = 401 ] && break
	sleep 0.1
done
answers "and nobody when she is gone" 401 alice GET /files/all.txt
answers "bob is who he was" 200 bob GET /files/all.txt
sum_up
