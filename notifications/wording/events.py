"""The words of the messages to reporters, and the parts that all messages are made of.

Those to followers, to staff, and the mails that people ask for are in modules of their own.
A message is a subject, a heading, paragraphs, quotes, facts and at most two buttons; one pair of
templates sets all of them as text and as HTML.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.models import City
from city.translation import translated
from lib import clock
from notifications.models import Delivery
from requests_app.status import Outcome, Status
from requests_app.timeline import badge, localize_event_text

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

    `stop` is where these mails are stopped, for who asked for them. `to` is the stored address that
    a mail on request goes to, where somebody typed an address; "" means the Delivery's recipient.
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
    to: str = ""


def compose(delivery) -> Message:
    """Return the message of a Delivery to a reporter, in the language that is active."""
    message, row = begun(delivery, _COMPOSE), delivery.event.service_request
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
    return message


def begun(delivery, composers) -> Message:
    """Return what the one of `composers` for its kind says, with the request's reference."""
    event = delivery.event
    message = composers[delivery.kind](event, event.service_request)
    message.subject = f"{message.subject} ({event.service_request.reference})"
    return message


def emergency_line() -> str:
    return _("If someone is in danger, do not wait for us. Call %(phone)s.") % {
        "phone": City.current().emergency_phone
    }


def url_of(name, *args) -> str:
    """Return the whole address of a page."""
    return settings.BASE_URL + reverse(name, args=args)


def private_url(link) -> str:
    return url_of("private_link", link.service_request.reference, link.token)


def what(row) -> str:
    return translated(row.category.name)


def facts(row) -> list:
    lines = [(_("What"), what(row)), (_("Where"), row.location_phrase or _("See the map"))]
    if row.is_open and row.due_at:
        lines.append((_("Expected by"), clock.format_absolute_date(localdate(row.due_at))))
    return lines


def facts_with_reference(row) -> list:
    return [(_("Request number"), row.reference), *facts(row)]


def words(event) -> str:
    told = event.comment
    return localize_event_text(event) if told and not told.is_hidden else ""


def step(subject, heading, *paragraphs, quote=words, days="") -> Callable:
    """Return a composer of messages whose words name the department, the day and the kind.

    As `days` they name the setting of this name. `quote` gives of the event what somebody wrote.
    """

    def compose_step(event, row) -> Message:
        department = translated(event.department.name) if event.department else _("The 311 team")
        named = {
            "department": department,
            "day": event.day and clock.format_absolute_date(event.day),
            "what": what(row),
            "days": days and getattr(settings, days),
        }
        return Message(
            subject=subject % named,
            heading=heading % named,
            paragraphs=[paragraph % named for paragraph in paragraphs],
            quote=quote(event),
            facts=facts(row),
        )

    return compose_step


def _receipt(event, row) -> Message:
    city = City.current()
    next_step = _("A 311 agent will read it and send it to the right department.")
    if row.department:
        next_step = _("%(department)s has it.") % {"department": translated(row.department.name)}
    elif city.promise_triage:
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
        facts=facts_with_reference(row),
    )


def _closed(event, row) -> Message:
    plainly = _("The city closed your request.")
    return closed(row, badge.reporter_badge(row).words, plainly, quote=words(event))


def closed(row, heading, plainly, quote) -> Message:
    """Return how it was closed; `plainly` where the badge says all there is to say."""
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


def _closed_transferred(row) -> str:
    reach = " · ".join(part for part in (translated(row.agency.phone), row.agency.url) if part)
    return _(
        "%(agency)s handles this. Please contact them, because we can't send it for you: %(reach)s"
    ) % {"agency": translated(row.agency.name), "reach": reach}


def _closed_duplicate(row) -> str:
    return _(
        "Someone already reported this: %(reference)s. You'll get updates on that request."
    ) % {"reference": row.duplicate_of.reference}


_CLOSED = {
    Outcome.UNANSWERED: lambda row: _(
        "We didn't hear whether it's fixed, so we closed your request."
    ),
    Outcome.TRANSFERRED: _closed_transferred,
    Outcome.DUPLICATE: _closed_duplicate,
}


def _unhidden_words(event) -> str:
    """Return why something was hidden: the reporter is told it although the public is not."""
    return getattr(event.comment, "body", "")


_COMPOSE = {
    Kind.RECEIPT: _receipt,
    Kind.ROUTED: step(
        gettext_lazy("%(department)s has your request"),
        gettext_lazy("%(department)s has it now"),
        gettext_lazy("They have your request. Work hasn't started yet."),
    ),
    Kind.PLANNED: step(
        gettext_lazy("Planned for %(day)s: %(what)s"),
        gettext_lazy("Planned for %(day)s"),
        gettext_lazy("%(department)s has planned the work."),
    ),
    Kind.QUESTION: step(
        gettext_lazy("We need an answer from you: %(what)s"),
        gettext_lazy("We need an answer from you"),
        gettext_lazy(
            "Work is paused until we hear from you. If you can't answer, we'll continue "
            "without it after %(days)s business days."
        ),
        days="WORKING_DAYS_TO_ANSWER",
    ),
    Kind.DONE: step(
        gettext_lazy("Is it fixed? Please check: %(what)s"),
        gettext_lazy("The work is done. Is it fixed?"),
        gettext_lazy("%(department)s finished the work. See what was done on the request page."),
        gettext_lazy(
            "Please tell us within %(days)s days if it's fixed. After that, we'll close "
            "the request."
        ),
        days="DAYS_TO_CONFIRM",
    ),
    Kind.CLOSED: _closed,
    Kind.REOPENED: step(
        gettext_lazy("Reopened: %(what)s"), gettext_lazy("The city reopened your request")
    ),
    Kind.REPLY: step(
        gettext_lazy("Update on your request: %(what)s"), gettext_lazy("Message from the city")
    ),
    Kind.HIDDEN: step(
        gettext_lazy("Part of your request is hidden from the public"),
        gettext_lazy("We hid part of your request from the public"),
        gettext_lazy("Work on it continues as before. Here is why we hid it:"),
        quote=_unhidden_words,
    ),
}
