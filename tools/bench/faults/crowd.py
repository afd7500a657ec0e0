"""Thousands of live pages that are open at once, each polling as static/js/lib/live-page.js does.

A page asks every three seconds while much happens and more rarely the older its last news is; here
every page is of some hours ago and asks every 30 s. A failure doubles its pause from three seconds
up to a minute, and every pause is 10 % longer or shorter by chance. One page in five is on a device
that reported or followed something: nginx never answers it from its own short memory.
"""

import asyncio
import random
import threading
import time
import uuid

from tools.bench.faults.ledger import Answer

CALM, FASTEST, SLOWEST = 30, 3, 60  # seconds


class Crowd:
    def __init__(self, address, references, watchers):
        self.address = address
        self.references = references
        self.watchers = watchers
        self.answers = []
        self._dice = random.Random(28)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)
        self._over = threading.Event()
        self._at_once = None

    def start(self):
        self._thread.start()

    def stop(self):
        self._over.set()
        self._thread.join(20)

    def between(self, since, until=None):
        until = until or time.time()
        return [answer for answer in list(self.answers) if since <= answer.at <= until]

    def rate(self, since):
        """Polls a second since then."""
        return len(self.between(since)) / max(0.1, time.time() - since)

    async def _all(self):
        self._at_once = asyncio.Semaphore(400)  # files that this process may hold open
        opened = {reference: await self._open(reference) for reference in self.references}
        tasks = []
        for number in range(self.watchers):
            reference = self.references[number % len(self.references)]
            cookie = f"Cookie: device={uuid.uuid4()}\r\n" if number % 5 == 0 else ""
            tasks.append(asyncio.ensure_future(self._watch(reference, opened[reference], cookie)))
        while not self._over.is_set():
            await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _open(self, reference):
        """The version that everybody who has this page open was shown."""
        status, shown = await self._ask(reference, "", "")
        if status != 200 or not shown:
            raise RuntimeError(f"{reference} could not be opened: {status}")
        return shown

    async def _watch(self, reference, shown, cookie):
        failures = 0
        await asyncio.sleep(self._dice.random() * CALM)
        while True:
            status, shown = await self._poll(reference, shown, cookie)
            failures = 0 if status in {200, 204} else failures + 1
            careful = FASTEST * 2**failures if failures else 0
            pause = min(SLOWEST, max(CALM, careful)) * (0.9 + self._dice.random() / 5)
            await asyncio.sleep(pause)

    async def _poll(self, reference, shown, cookie):
        async with self._at_once:
            begun = time.monotonic()
            try:
                status, shown = await asyncio.wait_for(self._ask(reference, shown, cookie), 10)
            except (OSError, TimeoutError, ValueError, IndexError):
                status = "cut"
            self.answers.append(Answer(time.time(), "watch", status, time.monotonic() - begun))
        return status, shown

    async def _ask(self, reference, shown, cookie):
        reader, writer = await asyncio.open_connection(*self.address)
        try:
            path = f"/requests/{reference}/live/?v={shown}"
            head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}Connection: close\r\n\r\n"
            writer.write(head.encode())
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            await reader.read()
        finally:
            writer.close()
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        return int(lines[0].split()[1]), headers.get("live-version", shown)
