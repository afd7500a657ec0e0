"""Thousands of open pages of requests, each of which polls as its script does.

A page polls every three seconds while work is in progress or its last change is less than an hour
old. The interval grows with the age of the change, to once a minute after twenty hours, as in
`static/js/lib/live-page.js`. A failure doubles the interval, starting with three seconds, and every
interval varies randomly by 10 %. Connections are kept as long as a browser and nginx keep them. One
page in five belongs to a device that reported or follows something; nginx never answers its polls
from its cache.

The pages run in a process of their own (`Trackers`), so that their cost is counted separately and
other parts of the load do not delay them.
"""

import asyncio
import multiprocessing
import random
import resource
import time
import uuid
from dataclasses import dataclass, field
from typing import NamedTuple, Self

FASTEST, SLOWEST, KEPT = 3, 60, 30  # seconds
HOURS = (1, 32)  # since the last change, for pages with a slow interval
PATIENCE = 30  # seconds
FILES = 16384
ADDRESSES = 100  # number of visitors' addresses in this machine's own network


class Poll(NamedTuple):
    """One poll; `begun` is in seconds since the start, `status` a number or "cut"."""

    begun: float
    status: int | str
    seconds: float


@dataclass
class Found:
    """The polls of the trackers, and their own CPU seconds."""

    polls: list[Poll] = field(default_factory=list)
    cpu: float = 0
    problem: str = ""


class Trackers:
    """Browsers that keep live pages open and poll them.

    With `with Trackers(port, references, quick=500, slow=4500) as trackers:`, every page is open
    when the block begins. `port` is nginx's.
    """

    def __init__(self, port, references, quick, slow) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        given = (theirs, port, references, quick, slow)
        self._process = context.Process(target=_run, args=given, daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._hear("open", 600)
        return self

    def __exit__(self, *_) -> None:
        self._process.kill()
        self._process.join()

    def stop(self):
        """Stop polling, and return what was measured."""
        return self._ask("stop", 60 + PATIENCE)

    def reconnect(self):
        """Poll all pages at the same moment on new connections; return the results."""
        return self._ask("reconnect", 120)

    def _ask(self, word, patience):
        self._ours.send(word)
        return self._hear(word, patience)

    def _hear(self, word, patience):
        if not self._ours.poll(patience):
            raise TimeoutError(f"The trackers did not {word} within {patience} s")
        found = self._ours.recv()
        if found.problem:
            raise RuntimeError(found.problem)
        return found


def _run(line, port, references, quick, slow) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    try:
        asyncio.run(_Crowd(line, port, references).run(quick, slow))
    except Exception as error:  # noqa: BLE001 - sent to the waiting process
        line.send(Found(problem=f"{type(error).__name__}: {error}"))


@dataclass
class _Page:
    """An open page: its request, its interval in seconds, and the version that it shows."""

    number: int
    reference: str
    step: float
    shown: str = ""
    cookie: str = ""
    line: tuple | None = None
    used: float = 0

    def drop(self) -> None:
        if self.line:
            self.line[1].close()
            self.line = None


class _Crowd:
    def __init__(self, line, port, references) -> None:
        self._line, self._port, self._references = line, port, references
        self._dice = random.Random(311)
        self._found = Found()
        self._began = 0.0

    async def run(self, quick, slow) -> None:
        pages = [self._page(number, number < quick) for number in range(quick + slow)]
        await self._open(pages)
        self._line.send(Found())
        self._began, cpu = time.monotonic(), time.process_time()
        asking = [asyncio.create_task(self._watch(page)) for page in pages]
        await self._told("stop")
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        self._found.cpu = time.process_time() - cpu
        self._line.send(self._found)
        await self._told("reconnect")
        await self._reconnect(pages)

    async def _told(self, word) -> None:
        while not self._line.poll():
            await asyncio.sleep(0.1)
        assert self._line.recv() == word

    def _page(self, number, is_quick) -> _Page:
        """Return a page; quick ones share a tenth of the requests, slow ones the others."""
        of = self._references
        few = len(of) // 10
        reference = of[number % few] if is_quick else of[few + number % (len(of) - few)]
        step = FASTEST if is_quick else min(SLOWEST, FASTEST * self._dice.uniform(*HOURS))
        cookie = f"Cookie: device={uuid.uuid4()}\r\n" if number % 5 == 0 else ""
        return _Page(number, reference, step, cookie=cookie)

    async def _open(self, pages) -> None:
        """Request the version of each request once, a few at a time."""
        shown = {}

        async def some(references) -> None:
            page = _Page(0, "", 0)
            for page.reference in references:
                status, shown[page.reference] = await self._ask(page)
                if status != 200:
                    raise RuntimeError(f"{page.reference} could not be opened: {status}")
            page.drop()

        wanted = list(dict.fromkeys(page.reference for page in pages))
        await asyncio.gather(*(some(wanted[part::4]) for part in range(4)))
        for page in pages:
            page.shown = shown[page.reference]

    async def _watch(self, page) -> None:
        failures = 0
        await asyncio.sleep(self._dice.random() * page.step)
        while True:
            status = await self._poll(page, self._found.polls)
            failures = 0 if status in {200, 204} else failures + 1
            careful = FASTEST * 2**failures if failures else 0
            pause = min(SLOWEST, max(page.step, careful))
            await asyncio.sleep(pause * (0.9 + self._dice.random() / 5))

    async def _poll(self, page, noted) -> int | str:
        is_closed = page.line is not None and page.line[0].at_eof()
        if is_closed or time.monotonic() - page.used > KEPT - 1:
            page.drop()
        began = time.monotonic()
        status: int | str
        try:
            status, shown = await asyncio.wait_for(self._ask(page), PATIENCE)
            page.shown = shown or page.shown
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status = "cut"
            page.drop()
        page.used = time.monotonic()
        noted.append(Poll(began - self._began, status, page.used - began))
        return status

    async def _reconnect(self, pages) -> None:
        for page in pages:
            page.drop()
        found = Found()
        cpu = time.process_time()
        self._began = time.monotonic()
        await asyncio.gather(*(self._poll(page, found.polls) for page in pages))
        found.cpu = time.process_time() - cpu
        self._line.send(found)

    async def _ask(self, page) -> tuple[int, str]:
        """Poll a page; return (status, version)."""
        if page.line is None:
            own = (f"127.0.1.{1 + page.number % ADDRESSES}", 0)
            page.line = await asyncio.open_connection("127.0.0.1", self._port, local_addr=own)
        reader, writer = page.line
        address = f"/requests/{page.reference}/live/?v={page.shown}"
        head = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{page.cookie}\r\n"
        writer.write(head.encode())
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        if length := int(headers.get("content-length", 0)):
            await reader.readexactly(length)
        elif "chunked" in headers.get("transfer-encoding", ""):
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        if headers.get("connection") == "close":
            page.drop()
        return int(lines[0].split()[1]), headers.get("live-version", "")
