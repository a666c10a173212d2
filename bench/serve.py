#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast is guise serve, and what does being the client cost?

GET of 1 KiB, 64 KiB and 1 MiB, by one client and by N clients in turn, from

    nginx           impersonates nobody; runs as root to read every file
    mpm-itk         Apache; becomes the client in a process per connection
    guise ring      guise serve, engine ring
    guise log       the same, writing an access log
    guise broker    guise serve, engine broker
    guise plain     guise serve without impersonation and without confinement

all on the same tree in the same run. Every file is 0600 and its client's.

Every server is one worker pinned to CPU 0; wrk (one thread, 32 connections,
keep-alive) is pinned to CPU 1. All servers run from the start and have answered
every client once before anything is measured. In each round every (size,
clients, server) cell is measured once, so that drift hits all alike. Shown are
medians: requests per second; processor time of the server per request; and the
per-round ratios to nginx, to guise plain and to mpm-itk. Every answer must be
200, else the cell says so. mpm-itk cannot keep a connection across clients: its
N-client cell takes a connection a request.

    sudo scripts/deps --bench && sudo bench/serve.py [--rounds 5] [--seconds 2]
"""

import argparse
import base64
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = {"1 KiB": 1 << 10, "64 KiB": 1 << 16, "1 MiB": 1 << 20}
FIRST_ID = 1000000

LUA = """
local n = %(clients)d
local i = 0
local requests = {}
local credentials = {%(credentials)s}
function init(args)
  for k = 1, n do
    local path = string.format("%(prefix)s/user%%04d/%(file)s", k)
    requests[k] = wrk.format("GET", path, {
      ["Host"] = string.format("user%%04d", k),
      ["Connection"] = "%(connection)s",
      ["Authorization"] = credentials[k],
    })
  end
end
function request()
  i = i %% n + 1
  return requests[i]
end
function done(summary, latency, requests)
  io.write(string.format("errors %%d\\n", summary.errors.status +
    summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""

NGINX = """
user root;
worker_processes 1;
pid %(dir)s/nginx.pid;
error_log %(dir)s/nginx.log;
daemon off;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_body_temp_path %(dir)s/nginx-body;
  proxy_temp_path %(dir)s/nginx-proxy;
  fastcgi_temp_path %(dir)s/nginx-fastcgi;
  uwsgi_temp_path %(dir)s/nginx-uwsgi;
  scgi_temp_path %(dir)s/nginx-scgi;
  server { listen 127.0.0.1:%(port)d; root %(share)s; }
}
"""

APACHE = """
ServerRoot %(dir)s
ServerName localhost
PidFile %(dir)s/apache.pid
ErrorLog %(dir)s/apache.log
Listen 127.0.0.1:%(port)d
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
LoadModule mpm_itk_module /usr/lib/apache2/modules/mpm_itk.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
DocumentRoot %(share)s
KeepAlive On
MaxKeepAliveRequests 0
StartServers 32
MinSpareServers 32
MaxSpareServers 64
MaxRequestWorkers 128
User www-data
Group www-data
LimitUIDRange 1 4000000000
LimitGIDRange 1 4000000000
<Directory %(share)s>
  Require all granted
</Directory>
"""

# Ids that are in no passwd file can be assigned by virtual host only.
APACHE_HOST = """
<VirtualHost 127.0.0.1:%(port)d>
  ServerName %(name)s
  AssignUserID #%(id)d #%(id)d
</VirtualHost>
"""


def name_of(k):
    return f"user{k:04d}"


def basic(k):
    pair = f"{name_of(k)}:password{k}".encode()
    return "Basic " + base64.b64encode(pair).decode()


def make_clients(guise, accounts, n):
    for k in range(1, n + 1):
        subprocess.run([guise, "account", "add", name_of(k), "--password-stdin",
                        "--uid", str(FIRST_ID + k), "--gid", str(FIRST_ID + k),
                        "--accounts", accounts],
                       input=f"password{k}".encode(), check=True,
                       stdout=subprocess.DEVNULL)


def make_tree(share, n):
    for k in range(1, n + 1):
        directory = share / name_of(k)
        directory.mkdir(mode=0o700)
        for size in SIZES.values():
            path = directory / f"{size}.bin"
            path.write_bytes(os.urandom(1024) * (size // 1024))
            path.chmod(0o600)
            os.chown(path, FIRST_ID + k, FIRST_ID + k)
        os.chown(directory, FIRST_ID + k, FIRST_ID + k)


def family(pid):
    """A process and all its descendants."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [pid] + [p for c in children.split() for p in family(int(c))]


def processor_ns(pid):
    total = 0
    for member in family(pid):
        for path in pathlib.Path(f"/proc/{member}/task").glob("*/schedstat"):
            try:
                total += int(path.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass
    return total


class Server:
    """One server under test, started on construction."""

    def __init__(self, bench, name, port, argv, prefix="", connection="keep-alive",
                 impersonates=True):
        self.bench, self.name, self.port = bench, name, port
        self.prefix, self.connection = prefix, connection
        self.impersonates = impersonates
        self.log = open(bench.scratch / f"{port}.err", "wb")
        self.process = subprocess.Popen(
            bench.nice + ["taskset", "-c", "0", *argv], stdout=self.log, stderr=self.log,
            start_new_session=True)  # Apache ends all of its process group

    def get(self, client, owner, size):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", f"{self.prefix}/{name_of(owner)}/{size}.bin", headers={
            "Authorization": basic(client), "Host": name_of(client),
            "Connection": "close"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def wait(self):
        for _ in range(100):
            if self.process.poll() is not None:
                break
            try:
                self.get(1, 1, 1024)
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"bench/serve.py: {self.name} does not start:\n" +
                 pathlib.Path(self.log.name).read_text())

    def check_and_warm(self):
        """Every client gets each of its files, and nobody another's."""
        for k in range(1, self.bench.clients + 1):
            for size in SIZES.values():
                want = (self.bench.share / name_of(k) / f"{size}.bin").read_bytes()
                if self.get(k, k, size) != (200, want):
                    sys.exit(f"bench/serve.py: {self.name}: a wrong answer to {name_of(k)}")
        if self.bench.clients > 1 and self.impersonates and self.get(1, 2, 1024)[0] == 200:
            sys.exit(f"bench/serve.py: {self.name} gives a client another's file")

    def measure(self, size, clients, seconds):
        """requests per second, processor microseconds a request, errors"""
        script = self.bench.scratch / "request.lua"
        script.write_text(LUA % {
            "clients": clients, "prefix": self.prefix, "file": f"{SIZES[size]}.bin",
            "connection": self.connection if clients > 1 else "keep-alive",
            "credentials": ",".join(f'"{basic(k)}"' for k in range(1, clients + 1))})
        before = processor_ns(self.process.pid)
        out = subprocess.run(
            self.bench.nice + ["taskset", "-c", "1", "wrk", "-t1", "-c32", f"-d{seconds}s",
                               "-s", str(script), f"http://127.0.0.1:{self.port}/"],
            capture_output=True, text=True, check=True).stdout
        used = processor_ns(self.process.pid) - before
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
        answers = int(re.search(r"(\d+) requests in", out).group(1))
        errors = int(re.search(r"errors (\d+)", out).group(1))
        return rate, used / 1000 / max(answers, 1), errors

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.clients = arguments.clients
        self.nice = ["nice", "-n", str(arguments.nice)] if arguments.nice else []
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="guise-bench-"))
        self.scratch.chmod(0o755)
        self.share = self.scratch / "share"
        self.share.mkdir(mode=0o755)
        self.accounts = str(self.scratch / "accounts.db")
        self.servers = []

    def add(self, *args, **kwargs):
        self.servers.append(Server(self, *args, **kwargs))

    def add_guise(self, name, port, binary, engine, log="none", **kwargs):
        self.add(name, port,
                 [binary, "serve", "--listen", f"127.0.0.1:{port}",
                  "--share", f"files={self.share}", "--accounts", self.accounts,
                  "--state", str(self.scratch / f"state{port}"),
                  "--control", str(self.scratch / f"control{port}"),
                  "--worker-user", "64999:64999", "--workers", "1", "--threads", "1",
                  "--logon-cache", "86400", "--log", log, "--engine", engine],
                 prefix="/files", **kwargs)

    def start(self):
        values = {"dir": self.scratch, "share": self.share}
        (self.scratch / "nginx.conf").write_text(NGINX % {**values, "port": 18081})
        (self.scratch / "apache.conf").write_text(APACHE % {**values, "port": 18082} + "".join(
            APACHE_HOST % {"port": 18082, "name": name_of(k), "id": FIRST_ID + k}
            for k in range(1, self.clients + 1)))
        self.add("nginx", 18081,
                 ["nginx", "-c", str(self.scratch / "nginx.conf"), "-p", str(self.scratch)],
                 impersonates=False)
        self.add("mpm-itk", 18082,
                 ["apache2", "-f", str(self.scratch / "apache.conf"), "-D", "FOREGROUND"],
                 connection="close")
        guise, plain = self.arguments.guise, self.arguments.plain
        self.add_guise("guise ring", 18083, guise, "ring")
        self.add_guise("guise log", 18086, guise, "ring", str(self.scratch / "access.log"))
        self.add_guise("guise broker", 18084, guise, "broker")
        self.add_guise("guise plain", 18085, plain, "ring", impersonates=False)
        for server in self.servers:
            server.wait()
        for server in self.servers:
            print(f"checking and warming {server.name} ...", file=sys.stderr)
            server.check_and_warm()

    def run(self):
        cells = {}
        for number in range(self.arguments.rounds):
            for size in SIZES:
                for clients in (1, self.clients):
                    for server in self.servers:
                        cells.setdefault((size, clients, server.name), []).append(
                            server.measure(size, clients, self.arguments.seconds))
            print(f"round {number + 1} of {self.arguments.rounds}", file=sys.stderr)
        return cells

    def stop(self):
        for server in self.servers:
            server.stop()
        shutil.rmtree(self.scratch, ignore_errors=True)


def ratio(cells, size, clients, name, base):
    pairs = zip(cells[size, clients, name], cells[size, clients, base])
    return statistics.median(a[0] / b[0] for a, b in pairs)


def report(cells):
    print(f"{'GET':7} {'clients':>7}  {'server':13} {'req/s':>8} {'CPU us':>7} "
          f"{'x nginx':>8} {'x plain':>8} {'x itk':>7}")
    for (size, clients, name), measured in cells.items():
        errors = sum(m[2] for m in measured)
        note = f"  {errors} answers were not 200" if errors else ""
        forks = name == "mpm-itk" and clients > 1
        if forks:
            note += "  (a connection a request)"
        used = "-" if forks else f"{statistics.median(m[1] for m in measured):.1f}"
        print(f"{size:7} {clients:7}  {name:13} "
              f"{statistics.median(m[0] for m in measured):8.0f} {used:>7} "
              f"{ratio(cells, size, clients, name, 'nginx'):8.2f} "
              f"{ratio(cells, size, clients, name, 'guise plain'):8.2f} "
              f"{ratio(cells, size, clients, name, 'mpm-itk'):7.2f}{note}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--nice", type=int, default=0,
                        help="of servers and wrk, on a machine that others use, too")
    parser.add_argument("--build", default=str(ROOT / "build"),
                        help="a release build (meson setup --buildtype=release)")
    parser.add_argument("--json", help="write the raw figures here")
    arguments = parser.parse_args()
    arguments.guise = f"{arguments.build}/src/cli/guise"
    arguments.plain = f"{arguments.build}/bench/guise-plain"
    return arguments


def main():
    arguments = parse_arguments()
    if os.getuid() != 0:
        sys.exit("bench/serve.py: needs root to act as the clients; run it with sudo")
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("bench/serve.py: needs two processors, one for wrk")
    for tool in "wrk", "nginx", "apache2", "taskset":
        if not shutil.which(tool):
            sys.exit(f"bench/serve.py: {tool} is missing; run scripts/deps --bench")
    subprocess.run(["ninja", "-C", arguments.build, "src/cli/guise", "bench/guise-plain"],
                   check=True, stdout=subprocess.DEVNULL)
    bench = Bench(arguments)
    try:
        print(f"making {bench.clients} clients and their files ...", file=sys.stderr)
        make_clients(arguments.guise, bench.accounts, bench.clients)
        make_tree(bench.share, bench.clients)
        bench.start()
        cells = bench.run()
        report(cells)
    finally:
        bench.stop()
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(
            [{"size": s, "clients": c, "server": n, "measured": m}
             for (s, c, n), m in cells.items()]))


if __name__ == "__main__":
    main()
