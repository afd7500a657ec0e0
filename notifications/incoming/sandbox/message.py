"""The content of one email: its header fields, text, pictures, and what kind of mail it is."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from notifications.incoming.sandbox.authentication import find_dmarc_result
from notifications.incoming.sandbox.html_text import convert_html
from notifications.incoming.sandbox.quotes import extract_reply

MAX_PARTS = 200
MAX_DEPTH = 20
MAX_TEXT = 200_000  # characters, of all texts of a mail with its quotes
MIN_INLINE_BYTES = 20_000  # below it a picture within the text is a logo of a signature
_RECIPIENT_FIELDS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>", re.ASCII)
_PICTURE_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif")
_BARE_RETURN = re.compile(rb"\r(?!\n)")
_END_OF_HEADERS = re.compile(rb"\n\r?\n")
_PERMANENT = re.compile(r"5\.\d{1,3}\.\d{1,3}", re.ASCII)


def parse_message(data: bytes, job: dict) -> tuple[dict, list[bytes]]:
    """Return the parsed mail and its pictures.

    `job` has `server` and `depth` for the results of DMARC, the addresses from which we send
    (`own_addresses`), the name of the field with the token of a bounce (`bounce_field`), and
    `is_cut` for a mail whose body was left out. `problem` is "too_complex" for a mail with too many
    parts, or parts within parts; then it has header fields alone.
    """
    headers = BytesHeaderParser().parsebytes(data)
    found = _read_headers(headers, job)
    if _has_ambiguous_headers(data):
        found["senders"] = []
    pictures: list[bytes] = []
    if not job["is_cut"]:
        try:
            _check_complexity(message := message_from_bytes(data))
            body = _Body(message)
        except (_TooComplex, RecursionError):
            found["problem"] = "too_complex"
        else:
            pictures = body.pictures
            found |= {
                "text": _make_encodable(extract_reply(body.text, job["own_addresses"])),
                "other_files": body.other_files,
                "bounce": _read_bounce(message, job["bounce_field"]),
            }
    return found | {"lengths": [len(picture) for picture in pictures]}, pictures


def _has_ambiguous_headers(data: bytes) -> bool:
    """Return True for a carriage return alone in the header fields.

    Python ends a line there and mail servers do not, so the two may read another sender.
    """
    end = _END_OF_HEADERS.search(data)
    return _BARE_RETURN.search(data, 0, end.end() if end else len(data)) is not None


class _TooComplex(Exception):
    pass


def _read_headers(headers: Message, job: dict[str, Any]) -> dict[str, Any]:
    """Return what the header fields say, and the defaults of what the body says."""
    result, domain = find_dmarc_result(headers, job["server"], job["depth"])
    return {
        "problem": "",
        "senders": _list_addresses(headers, "From"),
        "sender_names": [
            _make_encodable(name) for name, _address in _parse_addresses(headers, "From")
        ],
        "from_fields": len(headers.get_all("From", [])),
        "recipients": [a for name in _RECIPIENT_FIELDS for a in _list_addresses(headers, name)],
        "dmarc": result,
        "dmarc_domain": _make_encodable(domain),
        "is_automatic": _is_automatic(headers),
        "sent_at": _read_date(headers),
        "text": "",
        "other_files": 0,
        "bounce": None,
    }


def read_message_id(headers: Message) -> str:
    """Return the Message-ID with its angle brackets; "" without a valid one."""
    found = _MESSAGE_ID.fullmatch(str(headers.get("Message-ID", "")).strip())
    return found[0] if found else ""


def _list_addresses(headers: Message, name: str) -> list[str]:
    """Return the addresses of all fields with this name, in lower case; "" for a broken one."""
    return [_make_encodable(address).lower() for _name, address in _parse_addresses(headers, name)]


def _parse_addresses(headers: Message, name: str) -> list[tuple[str, str]]:
    """Return (name, address) of each address of all fields with this name."""
    return getaddresses([str(value) for value in headers.get_all(name, [])])


def _read_date(headers: Message) -> float | None:
    """Return the time of the field Date in seconds since 1970; None without exactly one date."""
    dates = headers.get_all("Date", [])
    if len(dates) != 1:
        return None
    try:
        return parsedate_to_datetime(str(dates[0])).timestamp()
    except (ValueError, OverflowError):
        return None


def _is_automatic(headers: Message) -> bool:
    """Return True for an automatic reply, a mailing list, or a bounce (RFC 3834)."""
    values = {name: str(headers.get(name, "")).strip().lower() for name in (
        "Auto-Submitted", "Precedence", "Return-Path")}  # fmt: skip
    names = {name.lower() for name in headers}
    return (
        values["Auto-Submitted"].split(";")[0].strip() not in ("", "no")
        or values["Precedence"] in ("bulk", "junk", "list", "auto_reply")
        or values["Return-Path"] == "<>"
        or not names.isdisjoint({"x-autoreply", "x-autorespond", "x-autoresponder", "list-id"})
        or headers.get_content_type() == "multipart/report"
    )


def _check_complexity(message: Message) -> None:
    """Raise _TooComplex for more than MAX_PARTS parts, or more than MAX_DEPTH within each other."""
    waiting, count = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > MAX_PARTS or depth > MAX_DEPTH:
            raise _TooComplex
        waiting += [(each, depth + 1) for each in _list_parts(part)]


def _list_parts(part: Message) -> list[Message]:
    """Return the parts directly within this one; [] for a single part."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if part.is_multipart() else []


class _Body:
    """The `text` of a mail with its quotes, its `pictures`, and the number of its `other_files`."""

    def __init__(self, message: Message) -> None:
        self.pictures: list[bytes] = []
        self.other_files = 0
        self.text = "\n".join(self._collect_texts(message))[:MAX_TEXT]

    def _collect_texts(self, part: Message) -> list[str]:
        """Return the texts of a part, and note its pictures and other files.

        Of alternatives, the first with a visible text counts: plain text comes before HTML.
        """
        if part.get_content_maintype() == "message":
            return []  # a mail that is forwarded as a file
        parts = _list_parts(part)
        if not parts:
            return [text] if (text := self._read_leaf(part)) else []
        found = [self._collect_texts(each) for each in parts]
        if part.get_content_type() == "multipart/alternative":
            return next((texts for texts in found if any(map(str.strip, texts))), [])
        return [text for texts in found for text in texts]

    def _read_leaf(self, part: Message) -> str:
        """Return the text of a part; note a picture or another file and return ""."""
        is_file = part.get_content_disposition() == "attachment"
        kind, name = part.get_content_type(), (part.get_filename() or "").lower()
        if kind in ("text/plain", "text/html") and not is_file and not part.is_multipart():
            text = _decode_text(part)
            return convert_html(text) if kind == "text/html" else _join_flowed(part, text)
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content:
            return ""
        if kind.startswith("image/") or name.endswith(_PICTURE_NAMES):
            if is_file or len(content) >= MIN_INLINE_BYTES:
                self.pictures.append(content)
        elif is_file:
            self.other_files += 1
        return ""


def _decode_text(part: Message) -> str:
    """Return the text of a part; bytes that its charset does not have are replaced."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # a charset that nobody knows
        return content.decode("utf-8", "replace")


def _join_flowed(part: Message, text: str) -> str:
    """Return the text; lines that a program broke are joined again (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    is_glued = str(part.get_param("delsp", "")).lower() == "yes"
    joined: list[str] = [""]
    for line in text.splitlines():
        if joined[-1].endswith(" ") and joined[-1] != "-- " and not line.startswith(">"):
            joined[-1] = (joined[-1][:-1] if is_glued else joined[-1]) + line
        else:
            joined.append(line)
    return "\n".join(joined[1:])


def _read_bounce(message: Message, field: str) -> dict[str, Any] | None:
    """Return the facts of a permanent failure to deliver (RFC 3464); None for another mail.

    `tokens` has the values of `field` in the mail that came back, `refused` the addresses to which
    it could not be delivered, `answer` is what the mail server said.
    """
    if message.get_content_type() != "multipart/report":
        return None
    reports = [
        fields
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for fields in _list_parts(part)
    ]
    failed = [
        fields
        for fields in reports
        if str(fields.get("Action", "")).strip().lower() == "failed"
        and _PERMANENT.match(str(fields.get("Status", "")).strip())
    ]
    if not failed:
        return None
    return {
        "tokens": [
            _make_encodable(str(value)).strip().lower()
            for part in _list_returned(message)
            for value in part.get_all(field, [])
        ],
        "refused": [_read_refused_address(fields) for fields in failed],
        "answer": _make_encodable(
            str(failed[0].get("Diagnostic-Code", "") or failed[0].get("Status", ""))
        )[:200],
    }


def _read_refused_address(fields: Message) -> str:
    """Return the address of a failed delivery, such as "ana@example.org"; "" without one."""
    named = str(fields.get("Final-Recipient", ""))
    return _make_encodable(named.partition(";")[2].strip()).lower()


def _list_returned(message: Message) -> Iterator[Message]:
    """Yield the header fields of the mails that a bounce returns."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            yield from _list_parts(part)
        elif part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            yield BytesHeaderParser().parsebytes(content if isinstance(content, bytes) else b"")


def _make_encodable(text: str) -> str:
    """Return the text without NUL and lone surrogates, which the database does not take."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
