"""A mail server that keeps the mails it accepts, or answers 451 or 550, or does not answer."""

import email
import email.policy
import logging
import threading
from collections import Counter
from email.message import EmailMessage
from typing import Self
from zlib import crc32

from aiosmtpd.controller import Controller

from tools.stack import ports

logging.getLogger("mail.log").setLevel(logging.WARNING)


class Sink:
    """An SMTP server that keeps accepted mails.

    `mood` is the response to every recipient; if it is empty, mail is accepted. `host` is the
    address at which senders connect.
    """

    def __init__(self, host="127.0.0.1") -> None:
        self.mood = ""
        self.refuse_some = 0  # if this is n, one in n addresses is answered with 550
        self._letters: list[tuple[str, EmailMessage]] = []
        self._counted: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server = Controller(self, hostname=host, port=ports.free(["sink"])["sink"])

    @property
    def address(self) -> tuple[str, int]:
        return self._server.hostname, self._server.port

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if self.mood:
            return self.mood
        if self.refuse_some and crc32(address.encode()) % self.refuse_some == 0:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self._letters += [(address, letter) for address in envelope.rcpt_tos]
        return "250 taken"

    def read(self, address: str) -> list[EmailMessage]:
        """Return the mails to `address`, oldest first."""
        with self._lock:
            return [letter for recipient, letter in self._letters if recipient == address]

    def received(self) -> Counter:
        """Return how often each (recipient, Message-ID) was accepted."""
        with self._lock:
            return Counter((address, letter["Message-ID"]) for address, letter in self._letters)

    def received_anew(self) -> Counter:
        """Return the same counts, without the duplicates that an earlier call has reported."""
        found = self.received()
        for key, number in self._counted.items():
            found[key] = max(1, found[key] - number + 1)
        self._counted = self.received()
        return found
