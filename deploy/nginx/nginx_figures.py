"""Counts what nginx answers, for Prometheus: it counts nothing by status itself, and what it says
while no web process answers is in no figure of the application.

    python deploy/nginx/nginx_figures.py unix:/figures/nginx.sock 0.0.0.0:9145 http://nginx:8080/healthz/proxy
    python deploy/nginx/nginx_figures.py 127.0.0.1:5140 127.0.0.1:9145 http://127.0.0.1/healthz/proxy

nginx sends each line of its access log to the first (NGINX_FIGURES; it goes on where nobody
listens), Prometheus asks at the second, and at the third nginx is asked whether it is there.
"""

import json
import os
import re
import socket
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

SECONDS = 10  # between two signs of life
LONGEST = 65_536  # bytes of one line

registry = CollectorRegistry()
answered = Counter(
    "santa311_proxy_requests",
    "What nginx answered, by status, and whether it or a web process said so.",
    ["status", "by"],
    registry=registry,
)
up = Gauge("santa311_proxy_up", "1 while nginx answers.", registry=registry)


def main(source, listening, proxy) -> None:
    up.set_function(lambda: is_up(proxy))
    host, _, port = listening.rpartition(":")
    start_http_server(int(port), host, registry=registry)
    with opened(source) as lines:
        lines.settimeout(SECONDS)
        while True:
            show_that_it_lives()
            with suppress(TimeoutError):
                count(lines.recv(LONGEST))


def opened(source) -> socket.socket:
    path = source.removeprefix("unix:")
    if path == source:
        host, _, port = source.rpartition(":")
        lines = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        lines.bind((host, int(port)))
        return lines
    Path(path).unlink(missing_ok=True)
    lines = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    lines.bind(path)
    os.chmod(path, 0o666)  # nosec B103 # nginx is another user
    return lines


def count(message) -> None:
    """One line of syslog: `<190>Nov 28 13:00:08 nginx: {"status": …}`."""
    try:
        line = json.loads(message[message.index(b"{") :])
        status = str(line["status"])
    except (ValueError, KeyError):
        answered.labels("unreadable", "nginx").inc()
        return
    answered.labels(status, who_said(status, line.get("web_status") or "")).inc()


def who_said(status, web_status) -> str:
    """`web_status` is `-`, a status, or of each web process that was asked: `502, 200`."""
    of_the_web = re.findall(r"\d+", web_status)
    return "web" if of_the_web[-1:] == [status] else "nginx"


def is_up(proxy) -> bool:
    try:
        with urllib.request.urlopen(proxy, timeout=3) as answer:  # nosec B310 # the one it was started with
            return answer.status == 200
    except OSError:
        return False


def show_that_it_lives() -> None:
    if path := os.environ.get("PULSE_FILE"):
        Path(path).touch()


if __name__ == "__main__":
    main(*sys.argv[1:])
