#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast is guise serve, and what does being the client cost?

GET of 1 KiB, 64 KiB and 1 MiB, by one client and by N clients in turn, from
guise serve (ring and broker), nginx (impersonates nobody) and Apache mpm-itk
(a process per client), all on the same tree in the same run.

Method: every server is one worker pinned to CPU 0, wrk (one thread, 32
connections, keep-alive) is pinned to CPU 1. All servers run from the start;
in each round every (size, clients, server) cell is measured once, so drift
hits all alike. Shown: median requests per second, and the median of the
per-round ratios to nginx. Every file is 0600 and belongs to its client; nginx
runs as root to be able to read it. Every answer must be 200, else the cell is
marked. mpm-itk cannot keep a connection across clients: its N-client cell
uses a connection a request, and so says the table.

    sudo scripts/deps --bench && sudo bench/serve.py [--rounds 5] [--seconds 2]
"""

import argparse
import base64
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

LUA = """
local n = %(clients)d
local i = 0
local requests = {}
function init(args)
  for k = 1, n do
    local name = string.format("user%%04d", k)
    requests[k] = wrk.format("GET", "%(prefix)s/" .. name .. "/%(file)s", {
      ["Host"] = "localhost",
      ["X-User"] = "#" .. (%(uid)d + k),
      ["Connection"] = "%(connection)s",
      ["Authorization"] = credentials[k],
    })
  end
end
credentials = {%(credentials)s}
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
LoadModule mpm_itk_module /usr/lib/apache2/modules/mod_mpm_itk.so
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
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
AssignUserIDExpr %%{HTTP:X-User} 
LimitUIDRange 1000 4000000000
LimitGIDRange 1000 4000000000
<Directory %(share)s>
  Require all granted
</Directory>
"""


def pinned(cpu, argv, **kwargs):
    return subprocess.Popen(["taskset", "-c", str(cpu), *argv],
                            stdout=subprocess.DEVNULL, **kwargs)


def make_clients(guise, accounts, n):
    """N accounts, user0001 ..., with the uids they got."""
    for k in range(1, n + 1):
        name = f"user{k:04d}"
        subprocess.run([guise, "account", "add", name, "--password-stdin",
                        "--uid", str(1000000 + k), "--gid", str(1000000 + k),
                        "--accounts", accounts],
                       input=f"password{k}".encode(), check=True,
                       stdout=subprocess.DEVNULL)


def make_tree(share, n):
    for k in range(1, n + 1):
        directory = share / f"user{k:04d}"
        directory.mkdir()
        for size in SIZES.values():
            path = directory / f"{size}.bin"
            path.write_bytes(os.urandom(1024) * (size // 1024))
            path.chmod(0o600)
            os.chown(path, 1000000 + k, 1000000 + k)
        directory.chmod(0o700)
        os.chown(directory, 1000000 + k, 1000000 + k)


def wrk(server, size, clients, seconds, scratch):
    script = scratch / "request.lua"
    credentials = ",".join(
        '"Basic ' + base64.b64encode(
            f"user{k:04d}:password{k}".encode()).decode() + '"'
        for k in range(1, clients + 1))
    script.write_text(LUA % {
        "clients": clients, "prefix": server["prefix"],
        "file": f"{SIZES[size]}.bin", "uid": 1000000,
        "connection": server["connection"] if clients > 1 else "keep-alive",
        "credentials": credentials})
    out = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", "-c32", f"-d{seconds}s",
         "-s", str(script), f"http://127.0.0.1:{server['port']}/"],
        capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    errors = int(re.search(r"errors (\d+)", out).group(1))
    return rate, errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--guise", default=str(ROOT / "build/src/cli/guise"))
    parser.add_argument("--plain", default=str(ROOT / "build/bench/guise-plain"),
                        help="guise-plain: our own server without impersonation")
    parser.add_argument("--json", help="write the raw figures here")
    arguments = parser.parse_args()
    if os.getuid() != 0:
        sys.exit("bench/serve.py: needs root to act as the clients; run it with sudo")
    subprocess.run(["ninja", "-C", str(pathlib.Path(arguments.plain).parent.parent),
                    "bench/guise-plain"], check=True, stdout=subprocess.DEVNULL)
    for tool in "wrk", "nginx", "apache2", "taskset":
        if not shutil.which(tool):
            sys.exit(f"bench/serve.py: {tool} is missing; run scripts/deps --bench")

    scratch = pathlib.Path(tempfile.mkdtemp(prefix="guise-bench-"))
    scratch.chmod(0o755)
    share = scratch / "share"
    share.mkdir(mode=0o755)
    accounts = str(scratch / "accounts.db")
    print(f"making {arguments.clients} clients ...", file=sys.stderr)
    make_clients(arguments.guise, accounts, arguments.clients)
    make_tree(share, arguments.clients)

    servers, processes = {}, []

    def add(name, port, argv, prefix="", connection="keep-alive", stop=signal.SIGTERM):
        servers[name] = {"port": port, "prefix": prefix, "connection": connection}
        processes.append((pinned(0, argv), stop))

    def add_guise(name, port, binary, *extra):
        add(name, port, [binary, "serve", "--listen", f"127.0.0.1:{port}",
                         "--share", f"files={share}", "--accounts", accounts,
                         "--state", str(scratch / f"state{port}"),
                         "--control", str(scratch / f"control{port}"),
                         "--log", "none", "--workers", "1", "--threads", "1",
                         "--logon-cache", "3600", *extra], prefix="/files")

    try:
        (scratch / "nginx.conf").write_text(NGINX % {
            "dir": scratch, "share": share, "port": 18081})
        add("nginx", 18081, ["nginx", "-c", str(scratch / "nginx.conf"), "-p", str(scratch)])
        (scratch / "apache.conf").write_text(APACHE % {
            "dir": scratch, "share": share, "port": 18082})
        add("mpm-itk", 18082, ["apache2", "-f", str(scratch / "apache.conf"), "-D", "FOREGROUND"],
            connection="close")
        add_guise("guise ring", 18083, arguments.guise, "--engine", "ring")
        add_guise("guise broker", 18084, arguments.guise, "--engine", "broker")
        add_guise("guise, no impersonation", 18085, arguments.plain, "--engine", "ring")
        time.sleep(2)

        print("logging every client on ...", file=sys.stderr)
        for server in servers.values():
            for _ in range(20):
                rate, errors = wrk(server, "1 KiB", arguments.clients, 3, scratch)
                if errors == 0:
                    break

        rates, bad = {}, {}
        for number in range(arguments.rounds):
            for size in SIZES:
                for clients in (1, arguments.clients):
                    for name, server in servers.items():
                        rate, errors = wrk(server, size, clients, arguments.seconds, scratch)
                        rates.setdefault((size, clients, name), []).append(rate)
                        bad[size, clients, name] = bad.get((size, clients, name), 0) + errors
            print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)

        print(f"{'GET':8} {'clients':>8}  {'server':26} {'req/s':>9} {'x nginx':>8}")
        for (size, clients, name), measured in rates.items():
            ratios = [a / b for a, b in zip(measured, rates[size, clients, "nginx"])]
            note = f"  {bad[size, clients, name]} answers were not 200" if bad[size, clients, name] else ""
            if clients > 1 and servers[name]["connection"] == "close":
                note += "  (a connection a request)"
            print(f"{size:8} {clients:8}  {name:26} {statistics.median(measured):9.0f} "
                  f"{statistics.median(ratios):8.2f}{note}")
        if arguments.json:
            pathlib.Path(arguments.json).write_text(json.dumps(
                [{"size": s, "clients": c, "server": n, "rates": r}
                 for (s, c, n), r in rates.items()]))
    finally:
        for process, stop in processes:
            process.send_signal(stop)
        for process, _ in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
