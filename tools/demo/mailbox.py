"""The folder in which the demo stores mails instead of sending them."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

_LINE_BETWEEN = b"\n" + b"-" * 79 + b"\n"  # Django's file backend writes this after each mail
_MOST = 100


@dataclass(frozen=True)
class Mail:
    """A mail; `name` is a slug of the name of its file and its position in the file."""

    name: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return self.message["subject"] or ""

    @property
    def recipient(self) -> str:
        return self.message["to"] or ""

    @property
    def sender(self) -> str:
        return self.message["from"] or ""

    @property
    def sent_at(self) -> datetime:
        return self.message["date"].datetime

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind) -> str:
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""


def newest(folder: Path) -> list[Mail]:
    """Return at most the newest hundred mails in the folder's .log files, newest first."""
    mails = []
    for path in sorted(folder.glob("*.log"), reverse=True):
        mails += _read_mails(path)[::-1]
        if len(mails) >= _MOST:
            break
    return sorted(mails[:_MOST], key=lambda mail: mail.sent_at, reverse=True)


def find(folder: Path, name: str) -> Mail | None:
    """Return the mail with this name, or None.

    The name is only compared, never used as a path.
    """
    for path in folder.glob("*.log"):
        if name.startswith(path.stem):
            return next((mail for mail in _read_mails(path) if mail.name == name), None)
    return None


def _read_mails(path: Path) -> list[Mail]:
    """Return the complete mails of a file; a mail that is still being written is left out."""
    whole = path.read_bytes().split(_LINE_BETWEEN)[:-1]
    return [Mail(f"{path.stem}-{number}", _parse(part)) for number, part in enumerate(whole)]


def _parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)
