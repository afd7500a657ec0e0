"""Count nginx's responses for Prometheus, since nginx itself does not count them by status.

    python deploy/nginx/nginx_figures.py unix:/figures/nginx.sock 0.0.0.0:9145 http://nginx:8080/healthz/proxy
    python deploy/nginx/nginx_figures.py 127.0.0.1:5140 127.0.0.1:9145 http://127.0.0.1/healthz/proxy

The arguments are the socket to which nginx sends each line of its access log (NGINX_FIGURES; nginx
works without a listener), the address of the metrics, and a URL of nginx for its health. The
application's metrics do not contain what nginx answers while no web process does.
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

HEARTBEAT_SECONDS = 10
MAX_LINE_BYTES = 65_536

registry = CollectorRegistry()
responses = Counter(
    "santa311_proxy_requests",
    "What nginx answered, by status, and whether it or a web process said so.",
    ["status", "by"],
    registry=registry,
)
up = Gauge("santa311_proxy_up", "1 while nginx answers.", registry=registry)


def main(source, listening, proxy) -> None:
    up.set_function(lambda: is_nginx_up(proxy))
    host, _, port = listening.rpartition(":")
    start_http_server(int(port), host, registry=registry)
    with open_socket(source) as lines:
        lines.settimeout(HEARTBEAT_SECONDS)
        while True:
            touch_heartbeat_file()
            with suppress(TimeoutError):
                count_response(lines.recv(MAX_LINE_BYTES))


def open_socket(source) -> socket.socket:
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


def count_response(message) -> None:
    """Count a line of syslog: `<190>Nov 28 13:00:08 nginx: {"status": …}`."""
    try:
        line = json.loads(message[message.index(b"{") :])
        status = str(line["status"])
    except (ValueError, KeyError):
        responses.labels("unreadable", "nginx").inc()
        return
    responses.labels(status, find_responder(status, line.get("web_status") or "")).inc()


def find_responder(status, web_status) -> str:
    """Return "web" if a web process answered with this status, else "nginx".

    `web_status` is `-`, a status, or the statuses of all web processes that were tried: `502, 200`.
    """
    of_the_web = re.findall(r"\d+", web_status)
    return "web" if of_the_web[-1:] == [status] else "nginx"


def is_nginx_up(proxy) -> bool:
    try:
        with urllib.request.urlopen(proxy, timeout=3) as answer:  # nosec B310 # a command line argument
            return answer.status == 200
    except OSError:
        return False


def touch_heartbeat_file() -> None:
    if path := os.environ.get("PULSE_FILE"):
        Path(path).touch()


if __name__ == "__main__":
    main(*sys.argv[1:])
