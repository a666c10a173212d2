#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: test-cli-check.py GUISE

guise check from outside: one JSON line out for each line in, what the answers
hold, that bad lines say why and the batch goes on, and policies from a file.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

GUISE = sys.argv[1]
USER = "S-1-5-21-1-2-3-1001"
ROOT = "22345678-1234-5678-1122-334455667788"
LEFT = "12345678-1234-5678-1122-334455667788"
RIGHT = "32345678-1234-5678-1122-334455667788"
failed = 0


def fail(what):
    global failed
    failed += 1
    print("FAILED:", what)


def run(lines, *options):
    text = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
    done = subprocess.run(
        [GUISE, "check", *options],
        input=(text + "\n").encode("utf-8", "surrogateescape"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
    )
    return done


def answers(lines, *options):
    done = run(lines, *options)
    if done.returncode != 0:
        fail(f"exit {done.returncode}: {done.stderr}")
    got = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if len(got) != len(lines):
        fail(f"{len(got)} answers to {len(lines)} lines")
    return got


def question(sd, desired, token=None, **more):
    return {
        "token": {"user": USER, "groups": ["BU", "WD"], **(token or {})},
        "sd": sd,
        "desired": desired,
        **more,
    }


def nodes(*levels_and_guids):
    return [{"level": level, "guid": guid} for level, guid in levels_and_guids]


def same(what, got, want):
    if got != want:
        fail(f"{what}: {json.dumps(got)}, not {json.dumps(want)}")


GRANTED = {"status": "granted", "granted": "0x00120089", "privileges_used": []}
DENIED = {"status": "denied", "granted": "0x00000000", "privileges_used": []}


def decided_lines():
    """(name, question, answer)"""
    types = nodes((0, ROOT), (1, LEFT), (1, RIGHT))
    claims = {"user_claims": {"level": ["TI", [7]]}}
    package = {"package": "S-1-15-2-1-2", "capabilities": []}
    rule = {"dacl": "D:(A;;FR;;;BU)", "staged": "D:(D;;FR;;;BU)"}
    policies = [{"id": "S-1-17-5", "rules": [rule]}]
    under = "O:SYG:SYD:(A;;FA;;;BU)S:(SP;;;;;S-1-17-5)"
    one = {**GRANTED, "granted": "0x00000100"}
    return [
        ("plain", question("O:SYG:SYD:(A;;FR;;;BU)", "FR"), GRANTED),
        (
            "condition on a claim",
            question("O:SYG:SYD:(XA;;FR;;;BU;(@User.level >= 7))", "FR", claims),
            GRANTED,
        ),
        (
            "condition that does not hold",
            question("O:SYG:SYD:(XA;;FR;;;BU;(@User.level > 7))", "FR", claims),
            DENIED,
        ),
        (
            "claims as a logon lists them: the last one counts",
            question(
                "O:SYG:SYD:(XA;;FR;;;BU;(@User.a == 2))",
                "FR",
                {"user_claims": [["a", "TI", [1]], ["a", "TI", [2], "source=2"],
                                 ["a", "TI", [3], "source=3"]]},
            ),
            GRANTED,
        ),
        (
            "device groups",
            question(
                "O:SYG:SYD:(XA;;FR;;;BU;(Device_Member_of{SID(BA)}))",
                "FR",
                {"device_groups": ["BA"]},
            ),
            GRANTED,
        ),
        (
            "a device group is no group",
            question("O:SYG:SYD:(A;;FR;;;BA)", "FR", {"device_groups": ["BA"]}),
            DENIED,
        ),
        (
            "attributes of the object",
            question(
                "O:SYG:SYD:(XA;;FR;;;BU;(@Resource.open == 1))",
                "FR",
                resource_attributes={"open": ["TI", [1]]},
            ),
            GRANTED,
        ),
        (
            "principal self",
            question("O:SYG:SYD:(A;;FR;;;PS)", "FR", principal_self=USER),
            GRANTED,
        ),
        (
            "principal self is nobody",
            question("O:SYG:SYD:(A;;FR;;;PS)", "FR"),
            DENIED,
        ),
        (
            "a container needs its package",
            question("O:SYG:SYD:(A;;FR;;;BU)", "FR", {"app_container": package}),
            DENIED,
        ),
        (
            "a container with all packages",
            question(
                "O:SYG:SYD:(A;;FR;;;BU)(A;;FR;;;AC)",
                "FR",
                {"app_container": package},
            ),
            GRANTED,
        ),
        (
            "a less privileged one without",
            question(
                "O:SYG:SYD:(A;;FR;;;BU)(A;;FR;;;AC)",
                "FR",
                {"app_container": {**package, "less_privileged": True}},
            ),
            DENIED,
        ),
        (
            "a policy in the line, staged otherwise",
            question(under, "FR", policies=policies),
            {**GRANTED, "staged": {"status": "denied", "granted": "0x00000000"}},
        ),
        ("an unknown policy", question(under, "FR"), DENIED),
        (
            "one answer for a type tree",
            question(
                f"O:SYG:SYD:(OA;;0x100;{LEFT};;BU)",
                256,
                mapping="ds",
                object_types=types,
            ),
            DENIED,
        ),
        (
            "an answer for each node",
            question(
                f"O:SYG:SYD:(OA;;0x100;{LEFT};;BU)",
                256,
                mapping="ds",
                object_types=types,
                mode="by_type_result_list",
            ),
            [DENIED, one, DENIED],
        ),
        (
            "a node keeps what it was granted",
            question(
                f"O:SYG:SYD:(A;;0x1;;;BU)(OA;;0x100;{LEFT};;BU)",
                0x101,
                mapping="ds",
                object_types=types,
                mode="by_type_result_list",
            ),
            [
                {**DENIED, "granted": "0x00000001"},
                {**one, "granted": "0x00000101"},
                {**DENIED, "granted": "0x00000001"},
            ],
        ),
        (
            "aliases of the line's domain",
            question("O:SYG:SYD:(A;;FR;;;DU)", "FR",
                     {"groups": ["S-1-5-21-1-2-3-513"]},
                     domain_sid="S-1-5-21-1-2-3"),
            GRANTED,
        ),
    ]


def bad_lines():
    """(line, error, code, part of the message)"""
    good = question("O:SYG:SYD:(A;;FR;;;BU)", "FR")
    types = nodes((0, ROOT), (2, LEFT))

    def with_(**more):
        return {**good, **more}

    def token(**more):
        return {**good, "token": {"user": USER, **more}}

    wrong = "INVALID_PARAMETER"
    return [
        ("", wrong, 87, ""),
        ("[]", wrong, 87, "not a JSON object"),
        ("{", wrong, 87, "one object a line"),
        ('"desired": "FR"}', wrong, 87, "one object a line"),
        ('{"token": {}, "token": {}}', wrong, 87, "duplicate"),
        ("\udcff\udcfe", wrong, 87, ""),
        ({"sd": "D:"}, wrong, 87, "must be there"),
        (with_(mod=1), wrong, 87, '"mod"'),
        (with_(mode="list"), wrong, 87, "check or by_type_result_list"),
        (with_(mode="by_type_result_list"), wrong, 87, "object_types"),
        (with_(mapping="fil"), wrong, 87, "registry"),
        (with_(mapping=[1, 2, 3]), wrong, 87, "[read, write"),
        (with_(desired="XX"), wrong, 87, "desired"),
        (with_(desired=-1), wrong, 87, "desired"),
        (with_(desired="GR"), "GENERIC_NOT_MAPPED", 1360, "mapped"),
        (with_(sd="D:(A;;FA;;;BU)"), "INVALID_SECURITY_DESCR", 1338, "owner"),
        (with_(sd="O:SYG:SYD:(A;;FA;;;XX)"), "INVALID_ACL", 1336,
         "give domain_sid"),
        (with_(sd="O:SYG:SYD:(XA;;FA;;;BU;(a ==))"), "INVALID_ACE_CONDITION",
         805, "sd: "),
        (with_(sd="0100"), "INVALID_SECURITY_DESCR", 1338, ""),
        (with_(sd="zz"), wrong, 87, "sd: "),
        (with_(object_types=types), wrong, 87, "one deeper than the one"),
        (with_(object_types=nodes((1, ROOT))), wrong, 87, "begins at level 0"),
        (with_(object_types=nodes((0, ROOT), (0, LEFT))), wrong, 87,
         "object_types: begins"),
        (with_(object_types=[{"level": 0}]), wrong, 87, "object_types"),
        (with_(object_types=[{"level": 0, "guid": "x"}]),
         "INVALID_STRING_UUID", 1705, "object_types"),
        (with_(object_types=nodes((-1, ROOT))), wrong, 87, "object_types"),
        (with_(principal_self="nobody"), "INVALID_SID", 1337, "principal_self"),
        (with_(domain_sid=5), wrong, 87, "domain_sid"),
        (with_(resource_attributes={"a": ["TQ", [1]]}), wrong, 87, "TI, TU"),
        (with_(policies={}), wrong, 87, "policies"),
        (with_(policies=[{"id": "BA", "rules": []}]), "INVALID_SID", 1337,
         "policy 1: id: not a policy's"),
        (with_(policies=[{"id": "S-1-17-1", "rules": []}] * 2), "INVALID_SID",
         1337, "policies: an id occurs twice"),
        (with_(policies=[{"id": "S-1-17-1", "rules": [{"dacl": "O:BA"}]}]),
         wrong, 87, "policy 1, rule 1: dacl"),
        (with_(policies=[{"id": "S-1-17-1", "rules": [
            {"dacl": "D:", "applies_to": "(x"}]}]),
         "INVALID_ACE_CONDITION", 805, "applies_to"),
        (token(integrity="highest"), "INVALID_SID", 1337, "medium_plus"),
        (token(level="high"), wrong, 87, "delegation"),
        (token(type="second"), wrong, 87, "primary, impersonation"),
        (token(groups=[{"sid": "BA", "attributes": ["on"]}]), wrong, 87,
         "deny_only"),
        (token(group=[]), wrong, 87, '"group"'),
        (token(**{"\u00e9" * 60: 1}), wrong, 87, "unknown member"),
        (token(level="anonymous"), "BAD_IMPERSONATION_LEVEL", 1346, ""),
        (token(user_claims={"a": ["TI", [42, 42]]}), wrong, 87, "user_claims"),
        (token(user_claims={"a": 1}), wrong, 87, "[TYPE, [VALUE, ...], FLAGS]"),
        (token(user_claims=1), wrong, 87,
         "user_claims: not {NAME: [TYPE, [VALUE, ...]]}"),
        (token(app_container={"package": "S-1-15-2-7", "caps": []}), wrong, 87,
         '"capabilities": [SID, ...]'),
        (token(privileges=[{"privilege": "SeDebugPrivilege"}]), wrong, 87,
         '"name": NAME'),
        (token(groups=[{"id": "BA"}]), wrong, 87, '"sid": SID'),
    ]


def check_decided():
    rows = decided_lines()
    got = answers([row[1] for row in rows])
    for (name, _, want), answer in zip(rows, got):
        same(name, answer, want)


def check_bad():
    rows = bad_lines()
    good = question("O:SYG:SYD:(A;;FR;;;BU)", "FR")
    lines = [row[0] for row in rows] + [good]
    for options in ([], ["--explain"]):
        got = answers(lines, *options)
        for (line, error, code, part), answer in zip(rows, got):
            if set(answer) != {"error", "code", "message"}:
                fail(f"{line}: {answer}")
            elif (answer["error"], answer["code"]) != (error, code):
                fail(f"{line}: {answer}, not {error} {code}")
            elif part not in answer["message"] or not answer["message"]:
                fail(f"{line}: message {answer['message']!r} without {part!r}")
        same("after bad lines", got[-1]["status"], "granted")


def reason(**want):
    def matches(answer):
        return any(
            all(r.get(k) == v for k, v in want.items())
            for r in answer["reasons"]
        )

    return matches


def check_explained():
    """(question, what a reason holds, change of the first remedy or None)"""
    under = "O:SYG:SYD:(A;;FA;;;BU)S:(SP;;;;;S-1-17-5)"
    staged = [{"id": "S-1-17-5", "rules": [
        {"name": "first", "dacl": "D:(A;;FR;;;BU)", "staged": "D:"}]}]
    rows = [
        (question("O:SYG:SYD:(D;;FW;;;BU)(A;;FA;;;WD)", "FA"),
         dict(reason="ace", effect="deny", ace=1, sddl="(D;;FW;;;BU)",
              sid="S-1-5-32-545", name="Users", through="group",
              **{"pass": "normal"}), "add_ace"),
        (question("O:SYG:SYD:(A;;FR;;;WD)", "FW"),
         dict(reason="not_granted", effect="deny", mask="0x00000116",
              rights=["WRITE_DATA", "APPEND_DATA", "WRITE_EA",
                      "WRITE_ATTRIBUTES"]), "add_ace"),
        (question(f"O:{USER}G:SYD:", "WRITE_DAC"),
         dict(reason="owner", effect="allow", through="user"), None),
        (question("O:SYG:SYD:", "WRITE_OWNER",
                  {"privileges": ["SeTakeOwnershipPrivilege"]}),
         dict(reason="privilege", privilege="SeTakeOwnershipPrivilege"), None),
        (question("O:SYG:SYD:(A;;FA;;;WD)", "ACCESS_SYSTEM_SECURITY"),
         dict(reason="no_privilege", privilege="SeSecurityPrivilege"),
         "grant_privilege"),
        (question("O:SYG:SYD:(A;;FA;;;WD)", "FW", {"integrity": "low"}),
         dict(reason="integrity", effect="deny", sid="S-1-16-8192"),
         "raise_integrity"),
        (question("O:SYG:SYD:(A;;FA;;;WD)", "FR",
                  {"restricted_sids": ["RC"]}),
         dict(reason="not_granted_to_restricted_sids",
              **{"pass": "restricted"}), "add_ace"),
        (question("O:SYG:SYD:(A;;FA;;;WD)", "FR",
                  {"app_container": {"package": "S-1-15-2-7"}}),
         dict(reason="not_granted_to_package", **{"pass": "package"}),
         "add_ace"),
        (question("O:SYG:SYD:(XA;;FR;;;WD;(@User.a == 1))", "FR"),
         dict(reason="condition", condition="unknown", ace=1), "add_ace"),
        (question(under, "FR", policies=staged),
         dict(reason="not_granted", policy_rule=1, rule_name="first",
              staged=True), None),
        (question(under, "FR"),
         dict(reason="recovery_policy", sid="S-1-17-5",
              text="S-1-17-5 is not among the policies: only Administrators, "
                   "SYSTEM and OWNER RIGHTS are allowed"), "remove_sacl_ace"),
        (question(under, "FR"),
         dict(reason="not_granted", recovery=True, policy_rule=None),
         "remove_sacl_ace"),
        (question("O:SYG:SYD:(XD;;FR;;;BU;(@User.a == 1))(A;;FR;;;BU)", "FR"),
         dict(reason="ace", effect="deny", ace=1, condition="unknown"),
         "add_ace"),
        (question("O:SYG:SYD:(XA;;FR;;;BU;(Exists @User.a))(A;;FW;;;BU)", "FR",
                  {"user_claims": {"a": ["TI", [1]]}}),
         dict(reason="ace", effect="allow", ace=1, condition="true"), None),
        (question("O:SYG:SYD:(A;;FR;;;BU)", "FR"),
         dict(reason="ace", ace=1, condition=None), None),
    ]
    got = answers([row[0] for row in rows], "--explain")
    for (line, want, change), answer in zip(rows, got):
        if not reason(**want)(answer):
            fail(f"{line}: no reason {want} in {json.dumps(answer)}")
        changes = [c["change"] for r in answer.get("remedies", []) for c in r]
        if change is None:
            same("granted", answer["status"], "granted")
        elif change not in changes or "missing" not in answer:
            fail(f"{line}: no {change} in {json.dumps(answer)}")


def check_labels():
    """A token that names a level is bound by it, however it names it."""
    labelled = "O:SYG:SYD:(A;;FA;;;WD)(A;;FA;;;AC)S:(ML;;NW;;;ME)"
    low = {"sid": "LW", "attributes": ["integrity"]}
    package = {"package": "S-1-15-2-1-2-3-4-5-6-7", "capabilities": []}
    for more, status in (
            ({}, "granted"),
            ({"integrity": "low"}, "denied"),
            ({"integrity": "medium"}, "granted"),
            ({"groups": ["WD", low]}, "denied"),
            ({"groups": ["WD", low], "mandatory_policy": []}, "granted"),
            ({"app_container": package}, "denied"),
            ({"app_container": package, "integrity": "medium"}, "granted")):
        token = {"user": "S-1-5-21-1-2-3-1001", "groups": ["WD"], **more}
        line = json.dumps({"token": token, "sd": labelled, "desired": "FW"})
        same(f"label and {more}", answers([line])[0]["status"], status)


def check_nodes_explained():
    """Each node's own reasons lead to each node's own answer."""
    types = nodes((0, ROOT), (1, LEFT), (2, RIGHT), (1, USER_CLASS))
    line = question(
        f"O:SYG:SYD:(OD;;0x1;{RIGHT};;BU)(OA;;0x3;{LEFT};;WD)(A;;0x2;;;WD)",
        3, mapping="ds", object_types=types, mode="by_type_result_list")
    plain = answers([line])[0]
    explained = answers([line], "--explain")[0]
    for i, (short, long) in enumerate(zip(plain, explained)):
        for key, value in short.items():
            same(f"node {i}: {key}", long[key], value)
        withheld = any(r["effect"] == "deny" for r in long["reasons"])
        same(f"node {i}: refused", withheld, short["status"] == "denied")


USER_CLASS = "bf967aba-0de6-11d0-a285-00aa003049e2"


def check_policies_file():
    under = "O:SYG:SYD:(A;;FA;;;BU)S:(SP;;;;;S-1-17-5)"
    policies = [{"id": "S-1-17-5", "name": "finance", "rules": [
        {"name": "hidden", "applies_to": "(Exists @Resource.hidden)",
         "dacl": "D:(A;;FA;;;DA)"},
        {"dacl": "D:(A;;FR;;;BU)"},
    ]}]
    lines = [
        question(under, "FR"),
        question(under, "FW"),
        question(under, "FR", resource_attributes={"hidden": ["TI", [1]]}),
        question(under, "FR", policies=[]),
    ]
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "policies.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(policies, file)
        got = answers(lines, "--policies", path,
                      "--domain-sid", "S-1-5-21-1-2-3")
        same("policies", [a["status"] for a in got],
             ["granted", "denied", "denied", "denied"])
        for text in ("", "[", "{}", '[{"id": "S-1-17-5"}]'):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            done = run(lines, "--policies", path)
            errors = done.stderr.decode().splitlines()
            if done.returncode != 3 or len(errors) != 1 or done.stdout:
                fail(f"policies {text!r}: {done}")
    for path, why in (("/nonexistent", "No such file"), ("/", "directory")):
        done = run(lines, "--policies", path)
        if done.returncode != 3 or f"cannot be read: {why}" not in (
                done.stderr.decode().replace("Is a d", "d")):
            fail(f"policies {path}: {done}")


def check_usage():
    for options in (["x"], ["--explian"], ["--policies"], ["--domain-sid", "x"]):
        done = run([], *options)
        if done.returncode != 2 or len(done.stderr.splitlines()) != 1:
            fail(f"{options}: {done}")
    text = run([], "--help").stdout.decode()
    for word in ("object_types", "--policies", "principal_self", "--explain",
                 '"app_container": {"package": SID, "capabilities": [SID, ...]',
                 '"less_privileged": true or false', '"level": ["TI", [3]]'):
        if word not in text:
            fail(f"--help without {word}")


def check_many():
    rows = [row[1] for row in decided_lines()]
    lines = (rows * (10000 // len(rows) + 1))[:10000]
    start = time.monotonic()
    got = answers(lines)
    seconds = time.monotonic() - start
    print(f"10,000 lines: {seconds:.2f} s")
    same("the last of many", got[-1], got[(len(got) - 1) % len(rows)])


check_decided()
check_bad()
check_explained()
check_labels()
check_nodes_explained()
check_policies_file()
check_usage()
check_many()
sys.exit(1 if failed else 0)
