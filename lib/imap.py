"""Reading of a mailbox by IMAP, with the standard library, because it returns raw mails."""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from lib.breaker import CircuitBreaker, Unavailable

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10  # of each step
ERRORS = (OSError, imaplib.IMAP4.error)
imap_breaker = CircuitBreaker("imap", lambda error: isinstance(error, ERRORS), failures=2)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class StoredMail(NamedTuple):
    """A mail in the mailbox; `is_cut` if it was too large and `raw` has its header fields alone."""

    uid: str
    raw: bytes
    is_cut: bool


def check_url(url: str) -> str:
    """Return the URL. Raise ImproperlyConfigured unless it is "", imaps: or imap: with tls=1.

    Such a URL is imaps://user:password@host:993/INBOX. Without TLS only this machine is accepted.
    """
    parts = urlsplit(url)
    is_encrypted = parts.scheme == "imaps" or dict(parse_qsl(parts.query)).get("tls") == "1"
    is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if url and (parts.scheme not in ("imap", "imaps") or not (is_encrypted or is_local)):
        raise ImproperlyConfigured("IMAP_URL must be like imaps://user:password@host/INBOX.")
    return url


@contextmanager
def open_mailbox(url: str) -> Iterator["Mailbox"]:
    """Sign in, yield the mailbox, and sign out. Raise Unavailable if the server does not answer.

    A refused password counts as no answer, too.
    """
    parts = urlsplit(url)
    with imap_breaker.guard():
        client = _connect(parts.scheme, parts.hostname or "localhost", parts.port)
        try:
            if dict(parse_qsl(parts.query)).get("tls") == "1":
                client.starttls(ssl.create_default_context())
            client.login(unquote(parts.username or ""), unquote(parts.password or ""))
            folder = unquote(parts.path.strip("/")) or "INBOX"
            escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
            _check(client.select(f'"{escaped}"'))
            offered = _check(client.capability())[0].decode().upper().split()  # after the sign-in
            yield Mailbox(client, can_expunge_one="UIDPLUS" in offered)
        finally:
            client.shutdown()


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    """Return a connection, with TLS for the scheme imaps."""
    if scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=TIMEOUT_SECONDS)
    return imaplib.IMAP4(host, port or 143, timeout=TIMEOUT_SECONDS)


class Mailbox:
    """A folder of a mail server that is open for reading and deleting."""

    def __init__(self, client: imaplib.IMAP4, *, can_expunge_one: bool) -> None:
        self._client = client
        self._can_expunge_one = can_expunge_one

    def read_mails(self, limit: int, max_bytes: int) -> Iterator[StoredMail]:
        """Yield at most `limit` mails that are not flagged, oldest first; do not mark them as read.

        A mail that the server does not give is logged and left out, and does not count.
        """
        found = _check(self._client.uid("SEARCH", "UNDELETED UNFLAGGED"))
        read = (self._read_mail(uid, max_bytes) for uid in (found[0] or b"").decode().split())
        yield from islice((mail for mail in read if mail), limit)

    def _read_mail(self, uid: str, max_bytes: int) -> StoredMail | None:
        """Return the mail; None if the server does not give it."""
        status, answer = self._client.uid("FETCH", uid, "(RFC822.SIZE)")
        if status == "OK":
            size = _SIZE.search(b" ".join(part for part in answer if isinstance(part, bytes)))
            is_cut = size is None or int(size[1]) > max_bytes
            part = "BODY.PEEK[HEADER]" if is_cut else "BODY.PEEK[]"
            status, answer = self._client.uid("FETCH", uid, f"({part})")
        if status != "OK":
            log.error("the mail server does not give the mail %s: %r", uid, answer)
            return None
        raw = next((item[1] for item in answer if isinstance(item, tuple)), b"")
        return StoredMail(uid, raw[: max_bytes if is_cut else None], is_cut)

    def flag_mail(self, uid: str) -> None:
        """Flag one mail for a person, so that `read_mails` leaves it out."""
        _check(self._client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Flagged)"))

    def delete_mail(self, uid: str) -> None:
        """Delete one mail from the folder."""
        _check(self._client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
        if self._can_expunge_one:
            _check(self._client.uid("EXPUNGE", uid))
        else:
            _check(self._client.expunge())


def _check(answer: tuple) -> list:
    """Return the data of an answer. Raise imaplib.IMAP4.error if the server refused."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the mail server answered {status}")
    return data


__all__ = ["StoredMail", "Unavailable", "check_url", "imap_breaker", "open_mailbox"]
