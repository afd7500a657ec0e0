"""A TCP proxy that can delay, block or cut connections while they are in use.

    line = Line(("127.0.0.1", 5432)); line.start(); …; line.set("blackhole"); …; line.set("pass")

Modes: pass; delay S (seconds); throttle BYTES_PER_S; blackhole (accepts everything, passes nothing
on); refuse (closes all connections and accepts no new ones); cut N (closes each connection after N
bytes to the server); cutreply N (closes each connection after N bytes to the client; 0 drops the
first response); answer BYTES (sends these bytes in response to anything, without the server).
"""

import asyncio
import contextlib
import threading
from typing import Any, Self

CHUNK = 16384


class Line:
    """A proxy that listens on `port` of the loopback (0: any free port) and connects to `to`."""

    def __init__(self, to, port=0) -> None:
        self.to = to
        self.port = port
        self.mode, self.amount = "pass", 0
        self.passed = 0  # number of accepted connections
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._lines: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._is_up = threading.Event()

    @property
    def address(self) -> tuple[str, Any]:
        return "127.0.0.1", self.port

    def start(self) -> Self:
        self._thread.start()
        self._is_up.wait(10)
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def set(self, mode, amount=0) -> None:
        """Set the mode. Connections accepted during a blackhole wait until the mode changes."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._set, mode, amount, done)
        done.wait(5)

    def cut_all(self) -> None:
        self._loop.call_soon_threadsafe(self._cut_all)

    def _set(self, mode, amount, done) -> None:
        self.mode, self.amount = mode, amount
        if mode == "refuse":
            self._cut_all()
        was, self._changed = self._changed, asyncio.Event()
        was.set()
        done.set()

    def _cut_all(self) -> None:
        for writer in list(self._lines):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self.port)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        self._loop.run_forever()
        server.close()
        self._cut_all()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _serve(self, reader, writer) -> None:
        self.passed += 1
        if self.mode == "refuse":
            writer.transport.abort()
            return
        self._lines.add(writer)
        there = None
        try:
            while self.mode == "blackhole":
                await self._changed.wait()
            if self.mode == "answer":
                await self._answer(reader, writer)
                return
            there_reader, there = await asyncio.open_connection(*self.to)
            self._lines.add(there)
            ways = [
                asyncio.ensure_future(self._pass(reader, there, "cut")),
                asyncio.ensure_future(self._pass(there_reader, writer, "cutreply")),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(ways, timeout=0.2)
            for way in ways:
                way.cancel()
        except OSError:
            pass  # the server is not reachable: close the connection to the client as well
        finally:
            for end in filter(None, (writer, there)):
                self._lines.discard(end)
                end.transport.abort() if self.mode != "pass" else end.close()

    async def _answer(self, reader, writer) -> None:
        """Write the fixed answer, then read until the client closes the connection."""
        with contextlib.suppress(OSError):
            await reader.read(CHUNK)
            writer.write(self.amount)
            await writer.drain()
            while await reader.read(CHUNK):
                pass

    async def _pass(self, reader, writer, cut) -> None:
        count = 0
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                while self.mode == "blackhole":
                    await self._changed.wait()
                if self.mode == "delay":
                    await asyncio.sleep(self.amount)
                elif self.mode == "throttle":
                    await asyncio.sleep(len(data) / self.amount)
                count += len(data)
                if self.mode == cut and count > self.amount:
                    writer.write(data[: len(data) - (count - self.amount)])
                    await writer.drain()
                    writer.transport.abort()
                    return
                writer.write(data)
                await writer.drain()
            writer.close()
