"""Measure the cost of idle connections for others: `./run bench --connections 1000`.

    python -m tools.bench.scale.connections 50k --count 1000

One visitor requests pages and polls, each time on a new connection, from the web process directly
and through nginx. The measurements alternate in short turns between no other connections and many
connections that sent one request and are idle, so that other load on the machine affects both
equally. Exits with 1 if the idle connections make the visitor's p95 more than a fifth longer, or if
the processes grow by more than 50 MB.
"""

import argparse
import select
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

import psutil
import psycopg

from tools.bench.faults.checks import Check, at_most, is_so, print_checks
from tools.bench.percentiles import percentile
from tools.bench.scale.browser import Browser
from tools.bench.scale.place import SIZES, Place
from tools.embedded import Child
from tools.stack import ports, proxy
from tools.stack.place import find_programs

TURNS, SECONDS = 25, 2
WARM_UP = 40  # visits
MAX_FACTOR, MAX_MB = 1.2, 50
FIRST = b"GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
REFERENCES = """SELECT reference FROM requests_app_servicerequest WHERE status = 'in_progress'
    AND NOT is_private AND NOT is_hidden ORDER BY filed_at DESC LIMIT 40"""


class Visitor:
    """A client that requests pages and polls them, each time on a new connection."""

    def __init__(self, port: int, references: list[str]) -> None:
        self._port, self._references = port, references

    def visit(self, seconds: float) -> dict[str, list[float]]:
        """Return the response times in milliseconds by kind of page; make at least one visit."""
        times, until, n = defaultdict(list), time.monotonic() + seconds, 0
        while n == 0 or time.monotonic() < until:
            address = f"/requests/{self._references[n % len(self._references)]}/"
            times["live page"].append(self._ask(address))
            times["changed poll"].append(self._ask(f"{address}live/?v=0"))
            n += 1
        return times

    def _ask(self, address: str) -> float:
        browser = Browser(self._port)
        began = time.perf_counter()
        answer = browser.get(address)
        took = 1000 * (time.perf_counter() - began)
        browser.close()
        if answer.status not in {200, 204}:
            raise RuntimeError(f"{address}: {answer.status}")
        return took


@contextmanager
def keep_connections(port: int, count: int) -> Iterator[None]:
    """Keep `count` connections open that got one response; raise an error if one is closed."""
    with ExitStack() as stack:
        poll = select.poll()
        for _number in range(count):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            line.sendall(FIRST)
            if line.recv(4096)[9:12] != b"200":
                raise RuntimeError("An idle connection was not answered at first")
            poll.register(line, select.POLLRDHUP)
        yield
        if closed := poll.poll(0):
            raise RuntimeError(f"{len(closed)} of {count} were closed meanwhile")


def measure(
    name: str, port: int, pids: Iterable[int], references: list[str], count: int
) -> Iterator[Check]:
    visitor = Visitor(port, references)
    for _number in range(WARM_UP):
        visitor.visit(0)
    alone: defaultdict[str, list[float]] = defaultdict(list)
    beside: defaultdict[str, list[float]] = defaultdict(list)
    before = sum(map(_megabytes, pids))
    for _turn in range(TURNS):
        _extend(alone, visitor.visit(SECONDS))
        with keep_connections(port, count):
            _extend(beside, visitor.visit(SECONDS))
            grown = sum(map(_megabytes, pids)) - before
    for kind in alone:
        p95, with_others = percentile(alone[kind], 0.95), percentile(beside[kind], 0.95)
        factor = with_others / p95
        said = f"p95 {p95:.1f} ms; beside {count} idle connections {with_others:.1f} ms"
        yield is_so(f"{name}, {kind}", f"{said} ({factor:.2f} times)", factor <= MAX_FACTOR)
    yield at_most(f"{name}, memory grew by", grown, MAX_MB, "MB", 1)


def _extend(times: dict[str, list[float]], more: dict[str, list[float]]) -> None:
    for kind, found in more.items():
        times[kind] += found


def _megabytes(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in [process, *process.children(True)]) / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--folder")
    options = parser.parse_args()
    place = Place(options.size, options.folder)
    with place.run() as running, _run_nginx(place, running.web.port) as (nginx, port):
        with psycopg.connect(place.url) as connection:
            references = [reference for (reference,) in connection.execute(REFERENCES)]
        web, pid = running.web, running.web.pid
        checks = [
            *measure("directly", web.port, [pid], references, options.count),
            *measure("through nginx", port, [pid, nginx.pid], references, options.count),
        ]
    return 0 if print_checks(checks) else 1


@contextmanager
def _run_nginx(place: Place, web: int) -> Iterator[tuple[Child, int]]:
    """Run nginx in front of this web process; yield its Child and its port."""
    folder, port = place.folder / "nginx", ports.free(["nginx"])["nginx"]
    given = proxy.values(port, [web], place.environment["STATIC_ROOT"], folder / "access.log", 9)
    program = find_programs("nginx")["nginx"]
    child = proxy.Proxy(program, folder, given, log=place.folder / "nginx.log").launch()
    try:
        child.wait_until(lambda: ports.answers(port), seconds=20)
        yield child, port
    finally:
        child.stop()


if __name__ == "__main__":
    sys.exit(main())
