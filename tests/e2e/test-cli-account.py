#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: test-cli-account.py GUISE

guise account as people and scripts use it: exit codes, one-line errors,
passwords from standard input and from a terminal without echo.
"""
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import termios
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import crypt

guise = os.path.abspath(sys.argv[1])
directory = tempfile.mkdtemp(prefix="guise-cli-account-")
accounts = directory + "/accounts.db"
n_failed = 0
n_done = 0


def check(what, true):
    global n_failed, n_done
    n_done += 1
    if not true:
        n_failed += 1
        print("FAILED:", what)


def run(*arguments, stdin=b"", path=accounts):
    return subprocess.run([guise, "account", *arguments, "--accounts", path],
                          input=stdin, capture_output=True, timeout=60,
                          start_new_session=True)


def done(*arguments, stdin=b""):
    r = run(*arguments, stdin=stdin)
    check(f"{arguments}: exit {r.returncode}, {r.stderr}",
          r.returncode == 0 and r.stderr == b"")
    return r.stdout.decode()


def refused(code, *arguments, stdin=b"", path=accounts, says=""):
    r = run(*arguments, stdin=stdin, path=path)
    text = r.stderr.decode()
    check(f"{arguments}: exit {r.returncode}, not {code}: {text}",
          r.returncode == code)
    check(f"{arguments}: {text!r}",
          re.fullmatch(r"guise: [^\n]+: [^\n]+; [^\n]+\n", text) is not None
          and says in text)
    check(f"{arguments}: stdout {r.stdout}", r.stdout == b"")


def show(name):
    return json.loads(done("show", name, "--json"))


def password_is(name, password):
    db = sqlite3.connect(f"file:{accounts}?mode=ro", uri=True)
    row = db.execute("SELECT hash FROM principal WHERE name = ?",
                     (name,)).fetchone()
    db.close()
    if row is None or row[0] is None:
        return password is None
    return password is not None and crypt.crypt(password, row[0]) == row[0]


def test_users():
    refused(3, "list", says="guise account add")
    done("add", "alice")
    alice = show("alice")
    check(alice, alice["uid"] == 200000 and alice["gid"] == 300000
          and alice["kind"] == "user" and alice["password"] is False
          and alice["locked"] is False and alice["groups"] == []
          and alice["sid"].startswith("S-1-5-21-"))
    done("add", "bob", "--uid", "4711", "--gid=100",
         "--privilege", "SeBackupPrivilege", "--privilege=serestoreprivilege")
    bob = show("bob")
    check(bob, bob["uid"] == 4711 and bob["gid"] == 100 and
          bob["privileges"] == ["SeBackupPrivilege", "SeRestorePrivilege"])
    refused(3, "add", "alice", says="exists")
    refused(3, "add", "carol", "--uid", "4711", says="exists")
    refused(3, "add", "a/b")
    refused(1, "show", "a/b")
    for uid in ("0", "-1", "4294967295", "65534", "x", "", "1e3", "0x10"):
        refused(2, "add", "eve", "--uid", uid)
        refused(2, "add", "eve", "--gid", uid)
    refused(2, "add", "eve", "--privilege", "SeNothingPrivilege")
    refused(2, "add", "eve", "--privilege")
    refused(2, "add", "eve", "--frob")
    refused(2, "add")
    refused(2, "add", "eve", "mallory")
    refused(1, "show", "eve")
    done("lock", "alice")
    check("locked", show("alice")["locked"] is True)
    done("unlock", "alice")
    check("unlocked", show("alice")["locked"] is False)
    refused(3, "lock", "nobody")
    refused(3, "del", "nobody")
    refused(3, "del", "users", says="group del")
    done("del", "bob")
    refused(1, "show", "bob")
    names = [a["name"] for a in json.loads(done("list", "--json"))]
    check(names, names == ["alice", "users"])
    check("list", re.search(r"^alice +no password +200000  S-1-5-21-",
                            done("list"), re.M))


def test_groups():
    done("group", "add", "team")
    done("group", "add", "outer", "--gid", "5000")
    check("gid", show("outer")["gid"] == 5000)
    done("add", "dora")
    done("group", "add-member", "team", "dora", "alice")
    done("group", "add-member", "outer", "team")
    check("groups", show("dora")["groups"] == ["team"])
    check("groups", show("team")["groups"] == ["outer"])
    refused(3, "group", "add-member", "team", "dora", says="already")
    refused(3, "group", "add-member", "team", "outer", says="itself")
    refused(3, "group", "add-member", "dora", "alice")
    refused(3, "group", "add-member", "team", "nobody")
    refused(2, "group", "add-member", "team")
    refused(1, "group", "members", "nobody")
    refused(1, "group", "members", "dora")
    members = json.loads(done("group", "members", "team", "--json"))
    check(members, [m["name"] for m in members] == ["alice", "dora"])
    done("group", "remove-member", "team", "dora")
    refused(3, "group", "remove-member", "team", "dora")
    groups = [g["name"] for g in json.loads(done("group", "list", "--json"))]
    check(groups, groups == ["outer", "team", "users"])
    refused(3, "group", "del", "users", says="primary")
    refused(3, "group", "del", "dora", says="is a user")
    done("group", "del", "outer")
    refused(2, "group")
    refused(2, "group", "frob")


def test_privileges():
    done("privilege", "add", "team", "SeBackupPrivilege", "SeDebugPrivilege")
    done("privilege", "remove", "team", "SeDebugPrivilege")
    check("list", done("privilege", "list", "team") == "SeBackupPrivilege\n")
    refused(2, "privilege", "add", "team", "SeFrob")
    refused(2, "privilege", "add", "team")
    refused(3, "privilege", "add", "nobody", "SeDebugPrivilege")
    refused(1, "privilege", "list", "nobody")


def test_passwords_from_stdin():
    done("add", "erin", "--password-stdin", stdin=b"first")
    check("set", password_is("erin", "first"))
    done("passwd", "erin", "--stdin", stdin="gr\u00fc\u00dfe\n".encode())
    check("changed", password_is("erin", "gr\u00fc\u00dfe"))
    for bad in (b"", b"\n", b"two\nlines", b"two\nlines\n", b"a\0b",
                b"x" * 512, b"x" * 100000):
        refused(3, "passwd", "erin", "--stdin", stdin=bad)
        refused(3, "add", "frank", "--password-stdin", stdin=bad)
    check("kept", password_is("erin", "gr\u00fc\u00dfe"))
    refused(1, "show", "frank")
    done("passwd", "erin", "--stdin", stdin=b"x" * 511)
    check("longest", password_is("erin", "x" * 511))
    refused(3, "passwd", "nobody", "--stdin", stdin=b"x")
    refused(3, "passwd", "team", "--stdin", stdin=b"x")
    refused(2, "passwd", "erin", says="--stdin")  # no terminal


def wait_for(fd, prompt, seen):
    while prompt not in seen:
        seen += os.read(fd, 1000)
    return seen


def on_terminal(answers):
    """What it showed, its exit code, and whether echo was on again."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(guise, [guise, "account", "passwd", "erin", "--accounts",
                         accounts])
    seen = b""
    for prompt, answer in answers:
        seen = wait_for(fd, prompt, seen)
        os.write(fd, answer)
    try:
        while more := os.read(fd, 1000):
            seen += more
    except OSError:  # the other end is closed
        pass
    echo = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
    status = os.waitpid(pid, 0)[1]
    os.close(fd)
    return seen, os.waitstatus_to_exitcode(status), echo


def test_passwords_from_a_terminal():
    ask, again = b"New password: ", b"Again: "
    seen, code, echo = on_terminal([(ask, b"geheim\n"), (again, b"geheim\n")])
    check((seen, code), code == 0 and b"geheim" not in seen and echo)
    check("set", password_is("erin", "geheim"))
    seen, code, echo = on_terminal([(ask, b"one\n"), (again, b"other\n")])
    check((seen, code), code == 3 and b"different" in seen and echo)
    seen, code, echo = on_terminal([(ask, b"on\x03")])
    check((seen, code), code == -2 and b"cancelled" in seen and echo)
    check("kept", password_is("erin", "geheim"))


def test_files():
    other = directory + "/other.db"
    with open(other, "w") as f:
        f.write("This is no database, but it is long enough to be one.")
    os.chmod(other, 0o600)
    refused(3, "list", path=other, says="not a guise accounts file")
    refused(3, "add", "x", path=other, says="not a guise accounts file")
    refused(3, "add", "x", path=directory + "/no/such.db", says="directory")
    os.chmod(accounts, 0o640)
    refused(3, "list", says="0600")
    os.chmod(accounts, 0o600)
    refused(2, "frob")
    r = subprocess.run([guise, "account", "--help"], capture_output=True)
    check("--help", r.returncode == 0 and
          r.stdout.startswith(b"usage: guise account add"))


try:
    test_users()
    test_groups()
    test_privileges()
    test_passwords_from_stdin()
    test_passwords_from_a_terminal()
    test_files()
finally:
    shutil.rmtree(directory)
print(f"{n_done} checks, {n_failed} failed")
sys.exit(1 if n_failed else 0)
