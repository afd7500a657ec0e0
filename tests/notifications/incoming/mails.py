"""Builders of replies by email as common programs write them, and parts for hostile emails."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from notifications.models import Delivery
from notifications.reply_address import build_reply_address
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make

DOMAIN = "reply.city.example"
SERVER = "mx.city.example"
US = "no-reply@localhost"  # the address in EMAIL_FROM
ANA = {"name": "Ana Ruiz", "email": "ana@example.org", "phone": ""}

ON = {
    "en": "On Mon, Mar 2, 2026 at 10:12 AM 311 <{us}> wrote:",
    "es": "El lun, 2 mar 2026 a las 10:12, 311 (<{us}>) escribió:",
}
APPLE_ON = {
    "en": "On Mar 2, 2026, at 10:12 AM, 311 <{us}> wrote:",
    "es": "El 2 mar 2026, a las 10:12, 311 <{us}> escribió:",
}
OUTLOOK_HEAD = {
    "en": ["From: 311 <{us}>", "Sent: Monday, March 2, 2026 10:12 AM", "To: Ana",
           "Subject: A question about your report"],
    "es": ["De: 311 <{us}>", "Enviado: lunes, 2 de marzo de 2026 10:12", "Para: Ana",
           "Asunto: Una pregunta"],
}  # fmt: skip
PHONE = {"en": "Sent from my iPhone", "es": "Enviado desde mi iPhone"}
YAHOO = {
    "en": "On Monday, March 2, 2026 at 10:12:03 AM PST, 311 <{us}> wrote:",
    "es": "El lunes, 2 de marzo de 2026, 10:12:03 PST, 311 <{us}> escribió:",
}
ASKED = "Which side of the street?\n\nWhat: Pothole\nWhere: City Hall"


def find_delivery(kind, address="ana@example.org") -> Delivery:
    """Deliver all pending events, and return the newest message of this kind to `address`."""
    outbox.deliver_all_pending_events()
    return Delivery.objects.filter(kind=kind, recipient=address).latest("pk")


def write(delivery, text="", *, sender="ana@example.org", html="", pictures=(), to=None, **headers):
    """Return a reply to `delivery` as the city's server stores it.

    The server's header fields are above the sender's. A header given as "" is omitted. Underscores
    in names become hyphens.
    """
    message = EmailMessage()
    domain = sender.rpartition("@")[2].rstrip(">")
    fields = {
        "Return-Path": f"<{sender}>",
        "Authentication-Results": f"{SERVER}; dmarc=pass (p=none) header.from={domain}; spf=pass",
        "Received": "from mail.example.org by mx.city.example; Mon, 2 Mar 2026 18:13:00 +0000",
        "From": f"Ana <{sender}>",
        "To": to or build_reply_address(delivery),
        "Subject": "Re: A question about your report",
        "Date": formatdate(),
        "Message-ID": make_msgid(domain="example.org"),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in fields.items():
        if value:
            message[name] = value
    if text or not html:
        message.set_content(text)
    if html:
        message.add_alternative(html, "html") if text else message.set_content(html, "html")
    for picture in pictures:
        message.add_attachment(picture.read(), "image", "jpeg", filename="photo.jpg")
    return message.as_bytes()


def quote(text) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def gmail(delivery, said, language="en", *, plain=True, **more) -> bytes:
    """Return a reply in the format of Gmail."""
    on = ON[language].format(us=US)
    wrapped = on.replace(f"<{US}>", f"<\n{US}>") if language == "en" else on
    html = (
        f'<div dir="ltr">{_paragraphs(said)}</div><br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">{_escape(on)}<br></div>'
        f'<blockquote class="gmail_quote">{_paragraphs(ASKED)}</blockquote></div>'
    )
    return write(
        delivery, f"{said}\n\n{wrapped}\n\n{quote(ASKED)}\n" if plain else "", html=html, **more
    )


def apple(delivery, said, language="en", *, plain=True, **more) -> bytes:
    """Return a reply in the format of Apple Mail."""
    on = APPLE_ON[language].format(us=US)
    if plain:
        return write(
            delivery, f"{said}\n\n{PHONE[language]}\n\n{quote(f'{on}\n\n{ASKED}')}\n", **more
        )
    html = (
        f"<html><body>{_paragraphs(said)}<br><br><div>{PHONE[language]}</div>"
        f'<div><br><blockquote type="cite">{_escape(on)}<br><br></blockquote></div>'
        f'<blockquote type="cite">{_paragraphs(ASKED)}</blockquote></body></html>'
    )
    return write(delivery, html=html, **more)


def outlook(delivery, said, language="en", *, plain=True, **more) -> bytes:
    """Return a reply in the format of Outlook."""
    head = [line.format(us=US) for line in OUTLOOK_HEAD[language]]
    if plain:
        text = "\n".join([said, "", "_" * 32, *head, "", ASKED])
        return write(delivery, text, **more)
    html = (
        f"<html><head><style>p {{margin: 0}}</style></head><body>{_paragraphs(said)}"
        f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">'
        + "".join(f"<b>{_escape(line)}</b><br>" for line in head)
        + f"</div>{_paragraphs(ASKED)}</body></html>"
    )
    return write(delivery, html=html, **more)


def yahoo(delivery, said, language="en", *, plain=True, **more) -> bytes:
    """Return a reply in the format of Yahoo Mail."""
    on = YAHOO[language].format(us=US)
    if plain:
        return write(delivery, f"{said}\n\n    {on}  \n \n {ASKED}\n", **more)
    html = (
        f'<html><body><div class="ydp1">{_paragraphs(said)}</div>'
        f'<div id="ydp2" class="ydp yahoo_quoted"><div>{_escape(on)}</div>{_paragraphs(ASKED)}'
        "</div></body></html>"
    )
    return write(delivery, html=html, **more)


PROGRAMS = [gmail, apple, outlook, yahoo]


def asked(**more) -> Delivery:
    """Return the message with a question to Ana about a request that she reported."""
    make.service_request(Status.AWAITING_RESIDENT, contact=ANA, **more)
    return find_delivery(Delivery.Kind.QUESTION)


def _paragraphs(text) -> str:
    return "".join(f"<div>{_escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _escape(text) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
