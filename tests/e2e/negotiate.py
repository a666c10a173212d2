#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A browser's half of HTTP Negotiate, a connection at a time, as a library and
for the shell:

    negotiate.py GSS_CLIENT URL [OPTION-OF-GSS_CLIENT...]

asks for URL until it is let in, on one connection, and prints the statuses."""
import http.client
import ssl
import subprocess
import sys
import urllib.parse


class Client:
    """One connection. Environment: KRB5CCNAME, KRB5_CONFIG."""

    def __init__(self, gss_client, url, *options, service=None):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "https":
            context = ssl._create_unverified_context()
            self.http = http.client.HTTPSConnection(
                parts.hostname, parts.port, context=context, timeout=30)
        else:
            self.http = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=30)
        self.path = parts.path
        self.command = [gss_client, service or "HTTP@localhost", *options]
        self.gss = None

    def ask(self, method="GET", path=None, headers=None, body=None):
        """Status, headers, body; never opens a second connection."""
        if self.http.sock is None:
            self.http.connect()
            self.http.auto_open = 0
        self.http.request(method, path or self.path, body=body,
                          headers=headers or {})
        answer = self.http.getresponse()
        return answer.status, answer.headers, answer.read()

    def message(self, reply=None):
        """The next message to the server, "established", "failed ..."."""
        if reply is None:
            self.gss = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True)
        else:
            self.gss.stdin.write(reply + "\n")
            self.gss.stdin.flush()
        return self.gss.stdout.readline().strip()

    @staticmethod
    def reply_of(headers):
        for value in headers.get_all("WWW-Authenticate", []):
            if value.startswith("Negotiate "):
                return value[10:]
        return None

    def negotiate(self, path=None, headers=None):
        """Legs until there is an answer: statuses, the last headers, and what
        the client's side makes of the server."""
        statuses = []
        message = self.message()
        while True:
            status, got, _ = self.ask(
                path=path, headers={"Authorization": "Negotiate " + message,
                                    **(headers or {})})
            statuses.append(status)
            reply = self.reply_of(got)
            if reply is None:
                return statuses, got, "no reply"
            message = self.message(reply)
            if (status != 401 or not message or message == "established" or
                    message.startswith("failed")):
                return statuses, got, message


def main():
    client = Client(sys.argv[1], sys.argv[2], *sys.argv[3:])
    status, headers, _ = client.ask()
    offered = "Negotiate" in headers.get_all("WWW-Authenticate", [])
    statuses, headers, said = client.negotiate()
    print(status, "offered" if offered else "not offered", *statuses, said)


if __name__ == "__main__":
    main()
