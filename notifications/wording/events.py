"""The words of the messages to reporters, and the parts that all messages are made of.

Those to followers, to staff, and the mails that people ask for are in modules of their own.
A message is a subject, a heading, paragraphs, quotes, facts and at most two buttons; one pair of
templates sets all of them as text and as HTML.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from city.models import City
from city.translation import translated
from notifications.models import Delivery
from requests_app.status import Outcome, Status
from requests_app.timeline import as_sent, badge
from santa311.lib import clock

Kind = Delivery.Kind


@dataclass
class Button:
    label: str
    url: str


@dataclass
class Entry:
    """One line of a list of links: what it is, and what is said under it."""

    name: str
    said: str
    url: str


@dataclass
class Message:
    """`facts` are (label, value) pairs; `quote` are someone's own words.

    `stop` is where these mails are stopped, for who asked for them.
    """

    subject: str
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    quote: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    footnote: str = ""
    stop: str = ""


def compose(delivery) -> Message:
    """The message of a Delivery to a reporter, in the language that is active."""
    event = delivery.event
    message = _COMPOSE[delivery.kind](event, event.service_request)
    _finish(message, delivery, event.service_request)
    return message


def _finish(message, delivery, row):
    message.subject = f"{message.subject} ({row.reference})"
    if row.needs_emergency_number:
        message.paragraphs = [emergency_line(), *message.paragraphs]
    link = private_url(delivery.link)
    if delivery.link.service_request_id != row.pk:  # of a duplicate: its news is this one's
        message.buttons = [Button(_("See the request"), f"{link}?to=original")]
    elif delivery.kind == Kind.DONE:
        message.buttons = [
            Button(_("Yes, fixed"), f"{link}?to=confirmation"),
            Button(_("No, not fixed"), f"{link}?to=dispute"),
        ]
    elif delivery.kind == Kind.QUESTION:
        message.buttons = [Button(_("Answer the question"), f"{link}?to=answer")]
    else:
        message.buttons = [Button(_("See your request"), link)]
    message.footnote = _(
        "Keep this link private: anyone who has it can answer for you. Opening it changes "
        "nothing until you press a button."
    )


def emergency_line() -> str:
    return _("If someone is in danger, do not wait for us. Call %(phone)s.") % {
        "phone": City.current().emergency_phone
    }


def private_url(link) -> str:
    args = [link.service_request.reference, link.token]
    return settings.BASE_URL + reverse("private_link", args=args)


def what(row) -> str:
    return translated(row.category.name)


def facts(row):
    lines = [(_("What"), what(row)), (_("Where"), row.location_phrase or _("See the map"))]
    if row.is_open and row.due_at:
        lines.append((_("Expected by"), clock.named_day(local_day(row.due_at))))
    return lines


def local_day(moment):
    return clock.local(moment).date()


def words(event) -> str:
    told = getattr(event, "words", None)
    return as_sent(event) if told and not told.is_hidden else ""


def _receipt(event, row):
    city = City.current()
    next_step = _("A 311 agent will read it and send it to the right department.")
    if city.promise_triage:
        next_step = _("A 311 agent will read it, usually %(promise)s.") % {
            "promise": translated(city.promise_triage)
        }
    return Message(
        subject=_("We have your report: %(what)s") % {"what": what(row)},
        heading=_("We have your report"),
        paragraphs=[
            next_step,
            _(
                "You can follow every step and tell us if it's fixed. If someone is in danger, "
                "call %(emergency)s."
            )
            % {"emergency": city.emergency_phone},
        ],
        facts=[(_("Reference"), row.reference), *facts(row)],
    )


def _routed(event, row):
    name = translated(event.department.name)
    return Message(
        subject=_("%(department)s has your request") % {"department": name},
        heading=_("%(department)s has it now") % {"department": name},
        paragraphs=[_("They have your request. Work hasn't started yet.")],
        quote=words(event),
        facts=facts(row),
    )


def _planned(event, row):
    day = clock.named_day(event.day)
    return Message(
        subject=_("Planned for %(day)s: %(what)s") % {"day": day, "what": what(row)},
        heading=_("Planned for %(day)s") % {"day": day},
        paragraphs=[
            _("%(department)s has planned the work.")
            % {"department": translated(event.department.name)}
        ],
        quote=words(event),
        facts=facts(row),
    )


def _question(event, row):
    return Message(
        subject=_("We need an answer from you: %(what)s") % {"what": what(row)},
        heading=_("We need an answer from you"),
        paragraphs=[
            _(
                "Work is paused until we hear from you. If you can't answer, we'll continue "
                "without it after %(days)s business days."
            )
            % {"days": settings.WORKING_DAYS_TO_ANSWER}
        ],
        quote=words(event),
        facts=facts(row),
    )


def _done(event, row):
    return Message(
        subject=_("Is it fixed? Please check: %(what)s") % {"what": what(row)},
        heading=_("The work is done. Is it fixed?"),
        paragraphs=[
            _("%(department)s finished the work. See what was done on the request page.")
            % {"department": translated(event.department.name)},
            _(
                "Please tell us within %(days)s days if it's fixed. After that, we'll close "
                "the request."
            )
            % {"days": settings.DAYS_TO_CONFIRM},
        ],
        quote=words(event),
        facts=facts(row),
    )


def _closed(event, row):
    plainly = _("The city closed your request.")
    return closed(row, badge.for_reporter(row).words, plainly, quote=words(event))


def closed(row, heading, plainly, quote) -> Message:
    """How it was closed; `plainly` where the badge says all there is to say."""
    how = _CLOSED.get(row.outcome)
    paragraphs = [how(row) if how else plainly]
    if may_be_disputed_still(row):
        paragraphs.append(
            _("If you disagree, tell us on the request page within %(days)s days.")
            % {"days": settings.DAYS_TO_DISPUTE_A_CLOSURE}
        )
    return Message(
        subject=_("Closed: %(what)s") % {"what": what(row)},
        heading=heading,
        paragraphs=paragraphs,
        quote=quote,
        facts=facts(row),
    )


def may_be_disputed_still(row) -> bool:
    return row.status in {Status.CLOSED, Status.COMPLETED} and not row.dispute_used


def _closed_unanswered(row):
    return _("We didn't hear whether it's fixed, so we closed your request.")


def _closed_transferred(row):
    reach = " · ".join(part for part in (translated(row.agency.phone), row.agency.url) if part)
    return _(
        "%(agency)s handles this. Please contact them, because we can't send it for you: %(reach)s"
    ) % {
        "agency": translated(row.agency.name),
        "reach": reach,
    }


def _closed_duplicate(row):
    return _(
        "Someone already reported this: %(reference)s. You'll get updates on that request."
    ) % {"reference": row.duplicate_of.reference}


_CLOSED = {
    Outcome.UNANSWERED: _closed_unanswered,
    Outcome.TRANSFERRED: _closed_transferred,
    Outcome.DUPLICATE: _closed_duplicate,
}


def _reopened(event, row):
    return Message(
        subject=_("Reopened: %(what)s") % {"what": what(row)},
        heading=_("The city reopened your request"),
        quote=words(event),
        facts=facts(row),
    )


def _reply(event, row):
    return Message(
        subject=_("Update on your request: %(what)s") % {"what": what(row)},
        heading=_("Message from the city"),
        quote=words(event),
        facts=facts(row),
    )


def _hidden(event, row):
    return Message(
        subject=_("Part of your request is hidden from the public"),
        heading=_("We hid part of your request from the public"),
        paragraphs=[_("Work on it continues as before. Here is why we hid it:")],
        quote=getattr(getattr(event, "words", None), "body", ""),
        facts=facts(row),
    )


_COMPOSE = {
    Kind.RECEIPT: _receipt,
    Kind.ROUTED: _routed,
    Kind.PLANNED: _planned,
    Kind.QUESTION: _question,
    Kind.DONE: _done,
    Kind.CLOSED: _closed,
    Kind.REOPENED: _reopened,
    Kind.REPLY: _reply,
    Kind.HIDDEN: _hidden,
}
