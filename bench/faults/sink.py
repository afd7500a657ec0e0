"""A mail server that takes everything, or answers as it is told: 451, 550, or not at all."""

import email
import socket
import threading
import time
from collections import Counter
from zlib import crc32

from aiosmtpd.controller import Controller


class Sink:
    """`mood` is the answer to everybody; empty, it takes what comes."""

    def __init__(self, port=0):
        self.mood = ""
        self.refuse_some = 0  # one address of so many is answered 550
        self._seen = []
        self._lock = threading.Lock()
        self._server = Controller(self, hostname="127.0.0.1", port=port or _free_port())

    @property
    def address(self):
        return "127.0.0.1", self._server.port

    def start(self):
        self._server.start()
        return self

    def stop(self):
        self._server.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.mood:
            return self.mood
        if self.refuse_some and crc32(address.encode()) % self.refuse_some == 0:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        found = email.message_from_bytes(envelope.content)
        with self._lock:
            for address in envelope.rcpt_tos:
                self._seen.append((time.time(), address, found["Message-ID"], found["Subject"]))
        return "250 taken"

    def received(self):
        """How often each (recipient, Message-ID) was taken."""
        with self._lock:
            return Counter((address, number) for _at, address, number, _subject in self._seen)

    def since(self, moment):
        with self._lock:
            return [seen for seen in self._seen if seen[0] >= moment]


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
