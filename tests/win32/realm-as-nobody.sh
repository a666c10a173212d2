#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a program of the realm as a user without privilege, who has the service's
# keys and a replay cache. Inside with-realm.sh:
#
#	realm-as-nobody.sh PROGRAM
set -eu

nobody='setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all'
if ! $nobody test -x "$1"; then
	echo "skip: nobody may not read the build directory"
	exit 77
fi
mkdir /mnt/nobody
chown 65534:65534 /mnt/nobody /mnt/realm/krb5.keytab
export KRB5RCACHEDIR=/mnt/nobody
exec $nobody "$1"
