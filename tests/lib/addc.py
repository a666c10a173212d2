#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the directory of a Samba AD DC and fills it, in one process and with no
daemon running; addc.sh starts what this makes. Then asks and changes it.

  addc.py DIRECTORY make
  addc.py DIRECTORY sid NAME...         their SIDs, one a line
  addc.py DIRECTORY groups NAME         tokenGroups: what the DC says NAME is in,
                                        nested ones too, one SID a line
  addc.py DIRECTORY list                all groups of the domain: SID, gid or -
  addc.py DIRECTORY disable NAME
  addc.py DIRECTORY rename NAME NEW     the account's names; the SID stays
  addc.py DIRECTORY remove NAME
  addc.py DIRECTORY create NAME PASSWORD
  addc.py DIRECTORY join NAME GROUP
  addc.py DIRECTORY leave NAME GROUP

Needs root (files get security.* attributes) and Debian's own Python, for which
the samba modules are built.
"""
import logging
import os
import sys

import ldb
from samba import enable_net_export_keytab, param
from samba.auth import system_session
from samba.dcerpc import security
from samba.dsdb import (DS_DOMAIN_FUNCTION_2008_R2,
                        GTYPE_SECURITY_DOMAIN_LOCAL_GROUP,
                        UF_NORMAL_ACCOUNT, UF_NOT_DELEGATED,
                        UF_TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION)
from samba.ndr import ndr_unpack
from samba.net import Net
from samba.provision import FILL_FULL, provision
from samba.samdb import SamDB

REALM = "AD.TEST"
DOMAIN = "ADTEST"
DOMAIN_SID = "S-1-5-21-1000000001-2000000002-3000000003"
ADDRESS = "10.99.0.1"

# name: password, uid (0: none)
USERS = {
    "alice": ("alicepw.1", 20001),
    "bob": ("bobpw.1", 20002),
    "carol": ("carolpw.1", 20003),  # disabled in the course of a test
    "dave": ("davepw.1", 20004),  # renamed
    "erin": ("erinpw.1", 20005),  # removed
    "nouid": ("nouidpw.1", 0),
    "vip": ("vippw.1", 20007),  # may not be delegated
    "many": ("manypw.1", 20008),  # in MANY groups
    "web": ("webpw.1", 0),  # the servers behind the balanced name
    "backend": ("backendpw.1", 0),  # who is asked on behalf of clients
}
MANY = 100

# name: gid (0: none), domain local, members
GROUPS = {
    "g-inner": (20101, False, ["alice"]),
    "g-outer": (20102, False, ["g-inner"]),
    "dl-res": (20103, True, ["g-outer", "bob"]),
    "g-nogid": (0, False, ["alice", "bob"]),
}

SPNS = {
    "web": ["HTTP/files.ad.test", "HTTP/localhost"],
    "backend": ["HTTP/backend.ad.test"],
}

# /run is the test's own
OPTIONS = """
	interfaces = {address}/32
	bind interfaces only = yes
	ntp signd socket directory = /run/samba/ntp_signd
	log file = {directory}/log.%m
	load printers = no
	disable spoolss = yes
	usershare path =
	dns forwarder =
	tls enabled = no
	template shell = /bin/false
"""


def create_domain(directory):
    empty = os.path.join(directory, "empty.conf")
    with open(empty, "w") as out:
        out.write("[global]\n")
    lp = param.LoadParm()
    lp.load(empty)
    for name, value in (("interfaces", "lo"), ("bind interfaces only", "yes"),
                        ("log file", directory + "/log.%m")):
        lp.set(name, value)
    logger = logging.getLogger("provision")
    logger.setLevel(logging.WARNING)
    logger.addHandler(logging.StreamHandler())
    provision(logger, system_session(), smbconf=empty, targetdir=directory,
              samdb_fill=FILL_FULL, realm=REALM, domain=DOMAIN,
              domainsid=security.dom_sid(DOMAIN_SID), hostname="dc1",
              hostip=ADDRESS,
              adminpass="Passw0rd.1", serverrole="dc",
              dns_backend="SAMBA_INTERNAL", use_rfc2307=True, lp=lp,
              skip_sysvolacl=True,
              dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2)


def configure(directory):
    """The finished smb.conf; returns its path."""
    path = os.path.join(directory, "etc/smb.conf")
    with open(path) as source:
        text = source.read()
    share = os.path.join(directory, "share")
    os.makedirs(share)
    os.chmod(share, 0o1777)
    text = text.replace("[global]\n", "[global]\n" + OPTIONS.format(
        address=ADDRESS, directory=directory), 1)
    text += "\n[share]\n\tpath = %s\n\tread only = no\n" % share
    with open(path, "w") as out:
        out.write(text)
    return path


def replace(samdb, dn, **values):
    message = ldb.Message(ldb.Dn(samdb, dn))
    for name, value in values.items():
        name = name.replace("_", "-")
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    samdb.modify(message)


def fill(samdb):
    users = "CN=Users," + samdb.domain_dn()
    replace(samdb, samdb.domain_dn(), pwdProperties="0", minPwdLength="1",
            minPwdAge="0")
    for name, (password, uid) in USERS.items():
        ids = {"uidnumber": str(uid), "gidnumber": "20513"} if uid else {}
        samdb.newuser(name, password, **ids)
        samdb.setexpiry("(sAMAccountName=%s)" % name, 0, no_expiry_req=True)
    for name, (gid, local, members) in GROUPS.items():
        samdb.newgroup(name, gidnumber=str(gid) if gid else None,
                       grouptype=GTYPE_SECURITY_DOMAIN_LOCAL_GROUP
                       if local else None)
        samdb.add_remove_group_members(name, members)
    for number in range(MANY):
        samdb.newgroup("many-%d" % number, gidnumber=str(21000 + number))
        samdb.add_remove_group_members("many-%d" % number, ["many"])
    replace(samdb, "CN=Domain Users," + users, gidNumber="20513")
    for name, spns in SPNS.items():
        replace(samdb, "CN=%s,%s" % (name, users), servicePrincipalName=spns,
                msDS_SupportedEncryptionTypes="24")
    replace(samdb, "CN=vip," + users,
            userAccountControl=str(UF_NORMAL_ACCOUNT | UF_NOT_DELEGATED))
    replace(samdb, "CN=web," + users, msDS_AllowedToDelegateTo=SPNS["backend"],
            userAccountControl=str(
                UF_NORMAL_ACCOUNT | UF_TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION))


def export(lp, directory):
    """DIRECTORY/web.keytab and backend.keytab: the keys of the accounts, which
    is what they are as clients and so comes first, and of their SPNs."""
    enable_net_export_keytab()
    net = Net(None, lp)
    for name, spns in SPNS.items():
        for principal in [name] + spns:
            net.export_keytab(keytab="%s/%s.keytab" % (directory, name),
                              principal=principal)


def make(directory):
    create_domain(directory)
    lp = param.LoadParm()
    lp.load(configure(directory))
    samdb = SamDB(session_info=system_session(), lp=lp)
    samdb.transaction_start()
    fill(samdb)
    samdb.transaction_commit()
    export(lp, directory)


def account(samdb, name, *attributes):
    found = samdb.search(samdb.domain_dn(), ldb.SCOPE_SUBTREE,
                         "(sAMAccountName=%s)" % ldb.binary_encode(name),
                         attrs=list(attributes))
    if len(found) != 1:
        sys.exit("addc.py: %s: no such account" % name)
    return found[0]


def sid(samdb, *names):
    for name in names:
        value = account(samdb, name, "objectSid")["objectSid"][0]
        print(ndr_unpack(security.dom_sid, value))


def groups(samdb, name):
    dn = account(samdb, name).dn
    found = samdb.search(dn, ldb.SCOPE_BASE, attrs=["tokenGroups"])
    for value in found[0]["tokenGroups"]:
        print(ndr_unpack(security.dom_sid, value))


def list_groups(samdb):
    found = samdb.search(samdb.domain_dn(), ldb.SCOPE_SUBTREE,
                         "(objectClass=group)", attrs=["objectSid", "gidNumber"])
    for group in found:
        group_sid = str(ndr_unpack(security.dom_sid, group["objectSid"][0]))
        if group_sid.startswith(DOMAIN_SID + "-"):
            print(group_sid, group.get("gidNumber", idx=0) or "-")


def disable(samdb, name):
    samdb.disable_account("(sAMAccountName=%s)" % name)


def rename(samdb, name, new):
    dn = account(samdb, name).dn
    replace(samdb, str(dn), sAMAccountName=new,
            userPrincipalName="%s@%s" % (new, REALM.lower()))
    samdb.rename(dn, ldb.Dn(samdb, "CN=%s,%s" % (new, dn.parent())))


def remove(samdb, name):
    samdb.deleteuser(name)


def create(samdb, name, password):
    samdb.newuser(name, password)


def join(samdb, name, group):
    samdb.add_remove_group_members(group, [name])


def leave(samdb, name, group):
    samdb.add_remove_group_members(group, [name],
                                   add_members_operation=False)


COMMANDS = {"list": list_groups,
            **{f.__name__: f for f in
               (sid, groups, disable, rename, remove, create, join,
                leave)}}


def main():
    directory, command = os.path.abspath(sys.argv[1]), sys.argv[2]
    if command == "make":
        make(directory)
        return
    lp = param.LoadParm()
    lp.load(directory + "/etc/smb.conf")
    COMMANDS[command](SamDB(session_info=system_session(), lp=lp),
                      *sys.argv[3:])


main()
