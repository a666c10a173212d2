#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What do Kerberos clients of guise serve cost, and what do many of them keep?

First, one client asks for its own small file (0600) N times over plain HTTP on
one connection, known by
    anonymous    nothing: a public file, to compare with
    connection   Negotiate with the first request, which is not counted
    cookie       the cookie of the answer to that one, on another connection
    basic        a password with each request
    every        Negotiate with each request
In each round every way is measured once. Shown are the median of microseconds
of a request as the client sees it, and the processor time of all the server's
processes a request, of all rounds (it is counted in 10 ms). One client, one request at a time: this is what a request costs, not
how many a server can do (that is bench/serve.py).

Then 10,000 different users log on, each on a connection of its own, and get
their own file (0600); after every thousand the memory of the server's
processes (PSS) is shown, and what it grew by per user since the line before.
The site's ten minutes for this are taken as fast as the server can: that is
harder for it, since less has expired in between. With --life SECONDS sessions
end that soon.

    ninja -C build bench/negotiate_clients tests/e2e/make_accounts src/cli/guise
    sudo bench/negotiate.py [--build build] [--requests 5000] [--rounds 5]
                            [--users 10000] [--life 600]
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WAYS = ("anonymous", "connection", "cookie", "basic", "every")
FIRST_UID = 1001000  # range below, and RIDs from 1000
STEP = 1000

IDENTITIES = """\
[idmap]
sources = domain
[domain S-1-5-21-11-22-33]
range = 1000000-1999999
[realm BENCH.TEST]
clients = pac
domains = S-1-5-21-11-22-33
"""

CONFIG = """\
listen = 127.0.0.1:{port}
worker-user = 64999:64999
accounts = {directory}/accounts
state = {directory}/state
control = {directory}/control
negotiate = yes
keytab = {directory}/keytab
identities = {directory}/identities.conf
negotiate-session = both
logon-cache = {life}
[share files]
path = {directory}/files
[share public]
path = {directory}/public
anonymous = yes
read-only = yes
"""


class Server:
    def __init__(self, options, directory):
        self.directory = directory
        self.clients = options.build / "bench/negotiate_clients"
        self.environment = dict(os.environ,
                                KRB5_CONFIG=str(directory / "krb5.conf"),
                                KRB5RCACHEDIR=str(directory))
        self.prepare(options)
        for _ in range(5):
            self.port = random.randrange(20000, 40000)
            if self.start(options):
                return
        sys.exit("negotiate.py: the server does not start:\n" +
                 (directory / "error.log").read_text())

    def prepare(self, options):
        d = self.directory
        d.chmod(0o755)
        (d / "krb5.conf").write_text(
            "[libdefaults]\ndefault_realm = BENCH.TEST\n")
        (d / "identities.conf").write_text(IDENTITIES)
        for name in ("files", "public", "state"):
            (d / name).mkdir()
        (d / "public/hello").write_text("hello\n")
        for user in range(max(options.users, 2)):
            path = d / "files" / ("user%d" % user)
            path.write_text("of user %d\n" % user)
            path.chmod(0o600)
            os.chown(path, FIRST_UID + user, FIRST_UID)
        subprocess.run([options.build / "tests/e2e/make_accounts",
                        d / "accounts", "user0:%d" % FIRST_UID], check=True)
        subprocess.run([self.clients, "keytab", d / "keytab"], check=True,
                       env=self.environment)

    def start(self, options):
        d = self.directory
        (d / "serve.conf").write_text(CONFIG.format(
            port=self.port, directory=d, life=options.life))
        with open(d / "error.log", "w") as log:
            self.process = subprocess.Popen(
                [options.build / "src/cli/guise", "serve", "--config",
                 d / "serve.conf"], stderr=log, env=self.environment)
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            if "ready:" in (d / "error.log").read_text():
                return True
            time.sleep(0.1)
        return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def ask(self, how, count):
        """seconds, good answers, median microseconds"""
        out = subprocess.run([self.clients, str(self.port),
                              self.directory / "keytab", how, str(count)],
                             check=True, env=self.environment,
                             stdout=subprocess.PIPE,
                             text=True).stdout.split()
        return float(out[0]), int(out[1]), float(out[2])

    def processes(self):
        """pid: command line, of the server and all below it"""
        parents, names = {}, {}
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                names[int(entry.name)] = (entry / "cmdline").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
        found = {self.process.pid}
        while True:
            more = {pid for pid, parent in parents.items()
                    if parent in found} - found
            if not more:
                return {pid: names[pid] for pid in found}
            found |= more

    def processor_us(self):
        """of all of them, threads that have ended included"""
        ticks = 0
        for pid in self.processes():
            try:
                text = pathlib.Path("/proc/%d/stat" % pid).read_text()
            except OSError:
                continue
            ticks += sum(map(int, text.rpartition(")")[2].split()[11:13]))
        return ticks * 1e6 / os.sysconf("SC_CLK_TCK")

    def memory_kib(self):
        """PSS by what the process is"""
        found = {}
        for pid, name in self.processes().items():
            try:
                text = pathlib.Path("/proc/%d/smaps_rollup" % pid).read_text()
            except OSError:
                continue
            name = name.split("\0")[0].replace("guise: ", "").split()[0]
            name = name.rpartition("/")[2]
            for line in text.splitlines():
                if line.startswith("Pss:"):
                    found[name] = found.get(name, 0) + int(line.split()[1])
        return found


def requests(server, options):
    seen = {way: ([], []) for way in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            before = server.processor_us()
            _, good, median = server.ask(way, options.requests)
            spent = server.processor_us() - before
            if good != options.requests:
                sys.exit("negotiate.py: %s: %d of %d answers are 200" %
                         (way, good, options.requests))
            seen[way][0].append(median)
            seen[way][1].append(spent)
    print("%-12s %14s %20s" % ("known by", "us a request",
                               "processor us a request"))
    for way in WAYS:
        print("%-12s %14.1f %20.1f" % (way, statistics.median(seen[way][0]),
                                       sum(seen[way][1]) /
                                       options.rounds / options.requests),
              flush=True)


def many(server, options):
    previous = None
    print("%8s %8s %10s %10s %12s  %s" % (
        "users", "good", "us each", "KiB", "KiB a user", "where"))
    for first in range(0, options.users, STEP):
        last = min(first + STEP, options.users)
        _, good, median = server.ask("users", "%d-%d" % (first, last))
        memory = server.memory_kib()
        total = sum(memory.values())
        growth = "" if previous is None else "%.2f" % (
            (total - previous) / (last - first))
        previous = total
        print("%8d %8d %10.1f %10d %12s  %s" % (
            last, good, median, total, growth,
            " ".join("%s %d" % pair for pair in sorted(memory.items()))),
            flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--users", type=int, default=10000)
    parser.add_argument("--life", type=int, default=600)
    options = parser.parse_args()
    options.build = options.build.resolve()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="guise-bench."))
    server = None
    try:
        server = Server(options, directory)
        if options.rounds:
            requests(server, options)
        if options.users:
            many(server, options)
    finally:
        if server:
            server.stop()
        shutil.rmtree(directory)


main()
