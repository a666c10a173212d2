#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Both example servers give each local client its own files and no others.

usage: test-examples.py SERVE-AS-PEER SERVE-AS-PEER-SEPARATED
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ALICE, BOB, SERVICE = 61001, 61002, 61003
TEAM = 61010


def ask_as(uid, groups, server, path):
    """What a client with these ids is sent for @path."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        try:
            os.setgroups(groups)
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(20)
                s.connect(server)
                s.sendall(path.encode() + b"\n")
                while part := s.recv(65536):
                    os.write(write_end, part)
        except OSError as error:
            os.write(write_end, f"client failed: {error}".encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as f:
        answer = f.read()
    os.waitpid(child, 0)
    return answer.decode()


def expect(claim, answer, wanted):
    if (answer == wanted) if isinstance(wanted, str) else wanted(answer):
        return 0
    print(f"FAILED: {claim}: {answer!r}")
    return 1


def refused(answer):
    return answer.startswith("refused: ")


def run(argv, sock, root, path_of):
    failed = 0
    server = subprocess.Popen(argv)
    try:
        for _ in range(100):
            if server.poll() is not None:
                print(f"FAILED: {argv[0]} ended with {server.returncode}")
                return 1
            try:
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(str(sock))
                    s.sendall(b"\n")
                break
            except OSError:
                time.sleep(0.1)
        name = os.path.basename(argv[0])
        for _ in range(3):  # the same thread serves different clients
            failed += expect(f"{name}: alice gets her file",
                             ask_as(ALICE, [], str(sock), path_of("alice")), "alice's\n")
            failed += expect(f"{name}: bob does not",
                             ask_as(BOB, [], str(sock), path_of("alice")), refused)
            failed += expect(f"{name}: a group of the client counts",
                             ask_as(BOB, [TEAM], str(sock), path_of("team")), "team's\n")
            failed += expect(f"{name}: a group the client lacks does not",
                             ask_as(BOB, [], str(sock), path_of("team")), refused)
            failed += expect(f"{name}: a file that is not there",
                             ask_as(ALICE, [], str(sock), path_of("none")), refused)
            failed += expect(f"{name}: root is refused by the ceiling",
                             ask_as(0, [], str(sock), path_of("alice")), refused)
        outside = root.parent / "outside"
        if argv[-1] == str(SERVICE):
            failed += expect(f"{name}: nothing outside the root, not even one's own",
                             ask_as(ALICE, [], str(sock), "../outside"), refused)
            failed += expect(f"{name}: no absolute path",
                             ask_as(ALICE, [], str(sock), str(outside)), refused)
            status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
            failed += expect(f"{name}: the server runs as nobody",
                             status.split("Uid:")[1].split("\n")[0].split(),
                             lambda ids: ids == [str(SERVICE)] * 4)
            for field in "CapPrm", "CapEff", "CapBnd":
                failed += expect(f"{name}: {field} is empty",
                                 status.split(field + ":")[1].split()[0], "0" * 16)
    finally:
        server.terminate()
        server.wait(20)
    return failed


def main():
    if os.getuid() != 0:
        print("skipped: needs root to be several clients")
        return 77
    peer, separated = sys.argv[1:]
    base = pathlib.Path(tempfile.mkdtemp(prefix="guise-examples-"))
    base.chmod(0o755)
    root = base / "root"
    root.mkdir(mode=0o755)
    for name, uid, gid, mode in (("alice", ALICE, ALICE, 0o600),
                                 ("team", ALICE, TEAM, 0o640),
                                 ("../outside", ALICE, ALICE, 0o600)):
        path = root / name
        path.write_text(f"{name}'s\n")
        path.chmod(mode)
        os.chown(path, uid, gid)
    sock = base / "socket"
    try:
        failed = run([peer, str(sock)], sock, root, lambda name: str(root / name))
        failed += run([separated, str(sock), str(root), str(SERVICE)],
                      sock, root, lambda name: name)
    finally:
        shutil.rmtree(base)
    print("failed" if failed else "every client got what is its own, and nothing else")
    return 1 if failed else 0


sys.exit(main())
