"""A mail server that takes everything, or answers as it is told: 451, 550, or not at all."""

import email
import logging
import threading
from collections import Counter
from zlib import crc32

from aiosmtpd.controller import Controller

from tools.stack import ports

logging.getLogger("mail.log").setLevel(logging.WARNING)


class Sink:
    """`mood` is the answer to everybody; empty, it takes what comes. `host` is this machine's
    address where those who send find it."""

    def __init__(self, port=0, host="127.0.0.1"):
        self.mood = ""
        self.refuse_some = 0  # one address of so many is answered 550
        self._seen = []
        self._counted = Counter()
        self._lock = threading.Lock()
        self._server = Controller(self, hostname=host, port=port or ports.free(["sink"])["sink"])

    @property
    def address(self):
        return self._server.hostname, self._server.port

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
                self._seen.append((address, found["Message-ID"]))
        return "250 taken"

    def received(self):
        """How often each (recipient, Message-ID) was taken."""
        with self._lock:
            return Counter(self._seen)

    def received_anew(self):
        """The same, less what came twice and was counted in an earlier call."""
        found = self.received()
        for key, number in self._counted.items():
            found[key] = max(1, found[key] - number + 1)
        self._counted = self.received()
        return found
