#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The PAC as Samba's own library reads and writes it, to hold guise's decoder
against.

  pac.py show               who is in it: "user SID", "primary SID", "group SID
                            ATTRIBUTES" lines; from what show_pac prints
  pac.py row NAME SOURCE    rows of tests/vectors/pac.tsv from the same
  pac.py made               rows of PACs that Samba's library has packed
"""
import struct
import sys

from samba.dcerpc import krb5pac, lsa, netlogon, samr, security
from samba.ndr import ndr_pack, ndr_unpack

DOMAIN = "S-1-5-21-1000000001-2000000002-3000000003"
RESOURCES = "S-1-5-21-4000000001-4000000002-4000000003"
# MS-RPCE 2.2.6: type serialisation 1, little endian; then length and filler
HEADER = bytes.fromhex("01100800cccccccc")


def unpack(data):
    return ndr_unpack(krb5pac.PAC_LOGON_INFO_CTR, data[16:],
                      allow_remaining=True).info


def pack(info):
    holder = krb5pac.PAC_LOGON_INFO_CTR()
    holder.info = info
    body = ndr_pack(holder)
    body += bytes(-len(body) % 8)
    return HEADER + len(body).to_bytes(4, "little") + bytes(4) + body


def in_order(info):
    """group, extra and resource group SIDs, each once"""
    base, resource = info.info3.base, info.resource_groups
    found = [("%s-%d" % (base.domain_sid, rid.rid), rid.attributes)
             for rid in base.groups.rids or []]
    found += [(str(extra.sid), extra.attributes)
              for extra in info.info3.sids or []]
    if resource.domain_sid:
        found += [("%s-%d" % (resource.domain_sid, rid.rid), rid.attributes)
                  for rid in resource.groups.rids or []]
    return list({sid: (sid, attributes)
                 for sid, attributes in reversed(found)}.values())[::-1]


def people(info):
    base = info.info3.base
    return ("%s-%d" % (base.domain_sid, base.rid),
            "%s-%d" % (base.domain_sid, base.primary_gid))


def row(name, source, data):
    info = unpack(data)
    base = info.info3.base
    print("\t".join((
        name, source, "logon-info", *people(info),
        base.account_name.string or "", base.logon_domain.string or "",
        " ".join("%s=%x" % group for group in in_order(info)), data.hex())))


def upn_row(name, source, data):
    # read as the only buffer of a PAC: one buffer, version 0, at byte 24
    pac = struct.pack("<IIIIQ", 1, 0, krb5pac.PAC_TYPE_UPN_DNS_INFO,
                      len(data), 24) + data
    info = ndr_unpack(krb5pac.PAC_DATA, pac,
                      allow_remaining=True).buffers[0].info
    print("\t".join((name, source, "upn-dns-info", "", "", info.upn_name,
                     info.dns_domain_name, "", data.hex())))


def captured():
    lines = (line.rstrip("\n").split("\t") for line in sys.stdin)
    return {kind: bytes.fromhex(value)
            for kind, value in lines if kind != "client"}


def string(text, kind=lsa.String):
    made = kind()
    made.string = text
    return made


def rids(pairs):
    made = []
    for rid, attributes in pairs:
        one = samr.RidWithAttribute()
        one.rid, one.attributes = rid, attributes
        made.append(one)
    return made


def synthetic(groups=((513, 7),), extra=(), resource=(), account="alice",
              domain="ADTEST", user=1103):
    info = krb5pac.PAC_LOGON_INFO()
    base = info.info3.base
    base.domain_sid = security.dom_sid(DOMAIN)
    base.rid, base.primary_gid = user, 513
    base.account_name = string(account)
    base.logon_domain = string(domain, lsa.StringLarge)
    base.groups.count, base.groups.rids = len(groups), rids(groups)
    sids = []
    for text, attributes in extra:
        one = netlogon.netr_SidAttr()
        one.sid, one.attributes = security.dom_sid(text), attributes
        sids.append(one)
    info.info3.sidcount, info.info3.sids = len(sids), sids
    if extra:
        base.user_flags |= netlogon.NETLOGON_EXTRA_SIDS
    if resource:
        base.user_flags |= netlogon.NETLOGON_RESOURCE_GROUPS
        info.resource_groups.domain_sid = security.dom_sid(RESOURCES)
        info.resource_groups.groups.count = len(resource)
        info.resource_groups.groups.rids = rids(resource)
    return pack(info)


# name: what synthetic() is to make
MADE = {
    "one-group": {},
    "no-group": {"groups": ()},
    "attributes-differ": {"groups": [(513, 7), (1200, 0x10),
                                     (1201, 0x2000000F)]},
    "twice-the-same": {"groups": [(513, 7), (1200, 7), (1200, 7)]},
    "extra-repeats-a-group": {
        "extra": [(DOMAIN + "-513", 7), ("S-1-18-1", 7)]},
    "extra-of-other-domains": {
        "extra": [("S-1-5-21-9-9-9-2001", 7), ("S-1-18-2", 7),
                  ("S-1-5-32-544", 7), ("S-1-1-0", 7), ("S-1-22-1-0", 7)]},
    "extra-has-fifteen-parts": {
        "extra": [("S-1-5-" + "-".join(str(n) for n in range(1, 16)), 7)]},
    "extra-has-no-part": {"extra": [("S-1-5", 7)]},
    "resource-groups": {"resource": [(1301, 0x20000007), (1302, 0x20000007)]},
    "all-three": {"groups": [(513, 7), (512, 7)], "extra": [("S-1-18-1", 7)],
                  "resource": [(1301, 0x20000007)]},
    "administrator": {"user": 500, "account": "Administrator",
                      "groups": [(513, 7), (512, 7), (519, 7)]},
    "machine": {"user": 1104, "account": "HOST$", "groups": [(515, 7)]},
    "not-ascii": {"account": "J\u00fcrgen", "domain": "\u65e5\u672c"},
    "above-the-plane": {"account": "\U0001f600"},
    "no-names": {"account": None, "domain": None},
    "empty-names": {"account": "", "domain": ""},
    "two-hundred": {"groups": [(2000 + n, 7) for n in range(200)]},
}


def show():
    info = unpack(captured()["logon-info"])
    print("user %s\nprimary %s" % people(info))
    for sid, attributes in in_order(info):
        print("group %s %x" % (sid, attributes))


def main():
    if sys.argv[1:] == ["show"]:
        show()
    elif sys.argv[1:] == ["made"]:
        for name, options in MADE.items():
            row(name, "made", synthetic(**options))
    elif len(sys.argv) == 4 and sys.argv[1] == "row":
        buffers = captured()
        row(sys.argv[2], sys.argv[3], buffers["logon-info"])
        upn_row(sys.argv[2], sys.argv[3], buffers["upn-dns-info"])
    else:
        sys.exit(__doc__)


main()
