"""What idle connections cost the others: `./run bench --connections 1000`.

    python -m tools.bench.scale.connections 50k --count 1000

One visitor asks for pages and polls, each time by a new connection, at the web process itself and
through nginx: in short turns, so that a busy machine is busy for both, while nobody else is there
and while so many connections are open that asked once and are idle. Exits 1 where these make the
visitor's p95 more than a fifth longer, or the processes grow by more than 50 MB.
"""

import argparse
import select
import socket
import sys
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager

import psutil
import psycopg

from tools.bench.percentiles import percentile
from tools.bench.scale.browser import Browser
from tools.bench.scale.place import SIZES, Place
from tools.stack import ports, proxy
from tools.stack.place import find_programs

TURNS, SECONDS = 25, 2
KINDS = ("live page", "changed poll")
WARM_UP = 40  # visits
MOST_TIMES, MOST_MB = 1.2, 50
FIRST = b"GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
SOME = """SELECT reference FROM requests_app_servicerequest WHERE status = 'in_progress'
    AND NOT is_private AND NOT is_hidden ORDER BY filed_at DESC LIMIT 40"""


class Visitor:
    """Looks at requests and polls them; `times` has the milliseconds by kind, and by whether others
    were there.
    """

    def __init__(self, port, references):
        self._port, self._references = port, references
        self.times = defaultdict(list)
        self.beside = False

    def visit(self, n):
        address = f"/requests/{self._references[n % len(self._references)]}/"
        self._ask(KINDS[0], address, {200})
        self._ask(KINDS[1], f"{address}live/?v=0", {200, 204})

    def _ask(self, kind, address, wanted):
        browser = Browser(self._port)
        began = time.perf_counter()
        answer = browser.get(address)
        took = 1000 * (time.perf_counter() - began)
        browser.close()
        if answer.status not in wanted:
            raise RuntimeError(f"{address}: {answer.status}")
        self.times[kind, self.beside].append(took)

    def turn(self, beside):
        self.beside = beside
        until, n = time.monotonic() + SECONDS, 0
        while time.monotonic() < until:
            self.visit(n)
            n += 1


@contextmanager
def kept(port, count):
    """So many connections that were answered once and are open, idle. Raises where one was not."""
    with ExitStack() as open_:
        lines = [_one(port, open_) for _ in range(count)]
        yield
        if closed := _closed(lines):
            raise RuntimeError(f"{len(closed)} of {count} were closed meanwhile")


def _one(port, open_):
    line = open_.enter_context(socket.create_connection(("127.0.0.1", port), 10))
    line.sendall(FIRST)
    if line.recv(4096)[9:12] != b"200":
        raise RuntimeError("An idle connection was not answered at first")
    return line


def _closed(lines):
    poll = select.poll()
    for line in lines:
        poll.register(line, select.POLLRDHUP)
    return poll.poll(0)


def _megabytes(pid):
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in [process, *process.children(True)]) / 2**20


def measure(name, port, pids, references, count):
    """Says what was found; whether it is within what we want."""
    visitor = Visitor(port, references)
    for n in range(WARM_UP):
        visitor.visit(n)
    visitor.times.clear()
    before = sum(map(_megabytes, pids))
    for _turn in range(TURNS):
        visitor.turn(beside=False)
        with kept(port, count):
            visitor.turn(beside=True)
            grown = sum(map(_megabytes, pids)) - before
    good = grown <= MOST_MB
    for kind in KINDS:
        alone, beside = (percentile(visitor.times[kind, each], 0.95) for each in (False, True))
        good &= beside <= MOST_TIMES * alone
        print(f"{name}, {kind}: p95 {alone:.1f} ms; beside {count} idle connections"
              f" {beside:.1f} ms ({beside / alone:.2f} times)", flush=True)  # fmt: skip
    print(f"{name}: memory grew by {grown:.1f} MB", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--folder")
    options = parser.parse_args()
    place = Place(options.size, options.folder)
    with place.run() as running, _nginx(place, running.web.port) as (nginx, port):
        with psycopg.connect(place.url) as connection:
            references = [reference for (reference,) in connection.execute(SOME)]
        web = running.web
        good = measure("Directly", web.port, [web.pid], references, options.count)
        good &= measure("Through nginx", port, [web.pid, nginx.pid], references, options.count)
    return 0 if good else 1


@contextmanager
def _nginx(place, web):
    """(nginx, its port), before this web process."""
    folder, port = place.folder / "nginx", ports.free(["nginx"])["nginx"]
    given = proxy.values(port, [web], place.environment["STATIC_ROOT"], folder / "access.log", 9)
    program = find_programs()["nginx"]
    child = proxy.Proxy(program, folder, given, log=place.folder / "nginx.log").launch()
    try:
        child.wait_until(lambda: ports.answers(port), seconds=20)
        yield child, port
    finally:
        child.stop()


if __name__ == "__main__":
    sys.exit(main())
