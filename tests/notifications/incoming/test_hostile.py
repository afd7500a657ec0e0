"""Tests for hostile and malformed emails: no action without permission, no lost email, no crash."""

import base64
import struct
import time
import zlib
from email.utils import formatdate

import pytest

from notifications.incoming import applying
from notifications.models import Delivery, IncomingMail
from notifications.reply_address import build_reply_address
from requests_app.models import Event
from tests.notifications.incoming import mails

pytestmark = pytest.mark.django_db

SERVER, ANA = mails.SERVER, "ana@example.org"
PASS = f"{SERVER}; dmarc=pass header.from=example.org"


def head(delivery, *lines, results=(PASS,), sender=f"Ana <{ANA}>", to=None) -> bytes:
    """Return raw header fields: Authentication-Results above one Received field, then `lines`."""
    fields = [
        *(f"Authentication-Results: {result}" for result in results),
        "Received: from x by mx; Mon, 2 Mar 2026 18:13:00 +0000",
        *([f"From: {sender}"] if sender else []),
        f"To: {to or build_reply_address(delivery)}",
        f"Date: {formatdate()}",
        "Message-ID: <made@example.org>",
        *lines,
    ]
    return "\r\n".join(fields).encode("utf-8", "surrogateescape") + b"\r\n"


def plain(delivery, *lines, body=b"North.", **more) -> bytes:
    return head(delivery, *lines, **more) + b"\r\n" + body


def multipart(delivery, parts, kind="mixed") -> bytes:
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return plain(
        delivery, f"MIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary=edge", body=body
    )


def text_part(text=b"North.") -> bytes:
    return b"Content-Type: text/plain\r\n\r\n" + text


def nested(depth) -> bytes:
    """Return a MIME part nested in `depth` multipart parts."""
    part = text_part()
    for level in range(depth):
        edge = b"e%d" % level
        part = b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n--%b\r\n%b\r\n--%b--" % (
            edge, edge, part, edge)  # fmt: skip
    return part


def picture_part(data, kind=b"image/png") -> bytes:
    return (
        b"Content-Type: " + kind + b"\r\nContent-Disposition: attachment; filename=a.png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)
    )


def png_bomb() -> bytes:
    """Return a PNG whose header claims 60000 × 60000 pixels."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    size = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 5_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def tampered(address) -> str:
    """Return the address with another last character before the @."""
    local, _at, domain = address.partition("@")
    other = "a" if local[-1] != "a" else "b"
    return f"{local[:-1]}{other}@{domain}"


FAIL = f"{SERVER}; dmarc=fail header.from=example.org"
DOMAIN = "header.from=example.org"


def results(*values, below=()):
    """Return a builder of an email with the results `values` above Received.

    The results `below` are below Received, where the sender could have written them.
    """
    lines = [f"Authentication-Results: {value}" for value in below]
    return lambda delivery: plain(delivery, *lines, results=values)


def sender(value, *lines):
    return lambda delivery: plain(delivery, *lines, sender=value)


def change_recipient(change):
    return lambda delivery: plain(delivery, to=change(build_reply_address(delivery)))


def parts(*all_parts):
    return lambda delivery: multipart(delivery, all_parts)


def body(content, *lines, kind=""):
    lines = [*lines, f"Content-Type: {kind}"] if kind else lines
    return lambda delivery: plain(delivery, *lines, body=content)


# By reason of the refusal: description of the email, and function that builds it for a delivery.
REFUSED = {
    "not_authenticated": {
        "no results": results(),
        "DMARC fails": results(FAIL),
        "DMARC is none": results(f"{SERVER}; dmarc=none {DOMAIN}"),
        "another server": results(f"evil.example; dmarc=pass {DOMAIN}"),
        "a server that begins alike": results(f"{SERVER}.evil.example; dmarc=pass {DOMAIN}"),
        "our name in a comment": results(f"evil ({SERVER};); dmarc=pass {DOMAIN}"),
        "our name in quotes of another": results(f'"evil; {SERVER}"; dmarc=pass {DOMAIN}'),
        "the pass in a comment": results(f"{SERVER}; spf=pass (; dmarc=pass {DOMAIN})"),
        "the pass in quotes": results(f'{SERVER}; spf=fail reason="; dmarc=pass {DOMAIN}"'),
        "the pass of another method": results(f"{SERVER}; x-dmarc=pass {DOMAIN}"),
        "two that disagree": results(PASS, FAIL),
        "two within one that disagree": results(f"{PASS}; dmarc=fail {DOMAIN}"),
        "a forged pass below": results(below=[PASS]),
        "a fail above a forged pass": results(FAIL, below=[PASS]),
        "results for another domain": results(f"{SERVER}; dmarc=pass header.from=evil.example"),
        "results without a domain": results(f"{SERVER}; dmarc=pass"),
    },
    "other_sender": {
        "another sender": sender("bob@example.org"),
        "our address as the name": sender(f'"{ANA}" <bob@example.org>'),
        "our address in a comment": sender(f"bob@example.org ({ANA})"),
    },
    "no_sender": {
        "a look-alike letter": sender("\u0430na@example.org"),
        "two From": sender("bob@example.org", f"From: {ANA}"),
        "two From, ours first": sender(ANA, "From: bob@example.org"),
        "two senders in one From": sender(f"{ANA}, bob@example.org"),
        "two senders in a folded From": sender(f"{ANA},\r\n bob@example.org"),
        "a group as From": sender(f"people: {ANA}, b@example.org;"),
        "no From": sender(""),
        "an empty From": sender(" "),
        "the real From hidden": lambda delivery: plain(
            delivery, sender="", to=f"{build_reply_address(delivery)}\rFrom: {ANA}\r\rFrom: b@b.org"
        ),
        "a quoted local part": sender('"ana@example.org "@example.org'),
    },
    "no_address": {
        "a wrong signature": change_recipient(tampered),
        "another id": change_recipient(lambda address: address.replace("reply+", "reply+1")),
        "another domain": change_recipient(lambda address: address.replace("city", "evil")),
        "no reply address": change_recipient(lambda address: "reply@reply.city.example"),
    },
    "too_complex": {
        "10,000 parts": parts(*[text_part()] * 10_000),
        "500 parts within each other": parts(nested(500)),
        "5,000 parts within each other": parts(nested(5_000)),
    },
    "empty": {
        "no text": body(b""),
        "a quote alone": body(b"> Which side?"),
        "invisible text": body("\u200b\u2060".encode(), kind="text/plain; charset=utf-8"),
        "a bomb as a photo": parts(picture_part(png_bomb())),
        "a program as a photo": parts(picture_part(b"MZ" + b"\0" * 5000)),
        "base64 garbage as a photo": parts(picture_part(b"") + b"%%%!!!" * 200),
    },
    "text": {"a text too long": body(b"far " * 2_000)},
}
ALL_REFUSED = [(name, reason) for reason, mails_ in REFUSED.items() for name in mails_]

AUTOMATIC = {
    "Auto-Submitted": "auto-replied", "Precedence": "bulk", "X-Autoreply": "yes",
    "X-Autorespond": "yes", "List-Id": "<list.example.org>", "Return-Path": "<>",
}  # fmt: skip

# Malformed but harmless emails. Each is accepted, with this text (None: any text).
TAKEN = {
    "our name in other letters": (results(f"{SERVER.upper()}; DMARC=Pass {DOMAIN}"), "North."),
    "comments and a version": (
        results(f"(a (b) \\)) {SERVER} (c) 1 (d); spf=fail; DMARC = pass (p=none) {DOMAIN}"),
        "North.",
    ),
    "our name in quotes": (results(f'"{SERVER}"; dmarc=pass {DOMAIN}'), "North."),
    "another server fails": (results(PASS, below=["evil; dmarc=fail"]), "North."),
    "the address in upper case": (change_recipient(lambda address: address.upper()), "North."),
    "the sender in upper case": (sender("ANA@EXAMPLE.ORG"), "North."),
    "an unknown charset": (body("Año.".encode(), kind="text/plain; charset=klingon"), "Año."),
    "a charset that is no text": (body(b"North.", kind="text/plain; charset=idna"), "North."),
    "a wrong charset": (body(b"A\xf1o.", kind="text/plain; charset=utf-8"), "A\ufffdo."),
    "NUL and control characters": (body(b"Nor\0th.\x07\x1b"), "North."),
    "900 kB of header fields": (body(b"North.", *[f"X: {'x' * 900}"] * 900), "North."),
    "a header field of 200 kB": (body(b"North.", "Subject: " + "x" * 200_000), "North."),
    "raw bytes in a header field": (body(b"North.", "Subject: \udcff\udcfe\udc80"), "North."),
    "an endless line": (body(b"On a " + b"b " * 1_500 + b"wrote"), None),
    "HTML that never ends": (body(b"No<div" + b"<blockquote>" * 5_000, kind="text/html"), None),
    "a head that never ends": (
        body(b"<head><title>x</title><body>North.", kind="text/html"),
        "North.",
    ),
    "scripts and styles": (
        body(b"<style>x</style><p>North.</p><script>evil()</script>", kind="text/html"),
        "North.",
    ),
    "an endless boundary": (
        body(b"--e\r\n\r\nNorth.", kind="multipart/mixed; boundary=e"),
        "North.",
    ),
    "a mail within the mail": (
        parts(text_part(), b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nOther."),
        "North.",
    ),
}


def answers():
    return Delivery.objects.filter(kind=Delivery.Kind.REPLY_RESULT)


@pytest.mark.parametrize(("name", "reason"), ALL_REFUSED)
def test_a_mail_that_may_not_act_is_refused_and_its_reason_kept(name, reason, take):
    asked = mails.asked()
    before = Event.objects.count()
    stored = take(REFUSED[reason][name](asked))
    assert (stored.state, stored.reason) == ("refused", reason)
    assert Event.objects.count() == before
    is_confirmed = reason not in ("not_authenticated", "no_sender", "no_address")
    assert answers().count() == is_confirmed


@pytest.mark.parametrize("name", TAKEN)
def test_an_odd_mail_is_taken(name, take):
    build, words = TAKEN[name]
    stored = take(build(mails.asked()))
    assert stored.state == "taken", stored.reason
    assert words is None or stored.event.comment.body == words


@pytest.mark.parametrize("name", AUTOMATIC)
def test_an_automatic_mail_is_never_answered(name, take):
    stored = take(plain(mails.asked(), f"{name}: {AUTOMATIC[name]}"))
    assert stored.state == "automatic"
    assert not answers().exists()


def test_a_mail_that_cannot_be_parsed_in_time_is_refused(monkeypatch):
    monkeypatch.setattr(applying, "MEGABYTES", 60)
    asked = mails.asked()
    stored = IncomingMail.objects.create(digest="x", raw=plain(asked, body=b"x" * 19_000_000))
    applying.apply_mail(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.reason) == ("refused", "too_complex")


def test_no_mail_takes_long(take):
    began = time.monotonic()
    take(plain(mails.asked(), body=(b"On " + b"a " * 45_000 + b"\n") * 20))
    assert time.monotonic() - began < 8
