"""Texts of messages to reporters, and the parts of all messages.

Texts for followers, for staff and of requested mails have modules of their own. One template
renders a message as text, one as HTML.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from django.conf import settings
from django.core.mail import EmailAttachment
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.models import Agency, City
from city.translation import translate
from lib import clock
from notifications.models import Delivery
from notifications.wording.links import build_private_url, build_reporter_stop_url
from notifications.wording.pictures import Picture, list_before_and_after
from requests_app.models import AccessLink, Event, ServiceRequest
from requests_app.status import Outcome, Status
from requests_app.timeline import badge, localize_event_text

Kind = Delivery.Kind
Composer = Callable[[Event, ServiceRequest], "Message"]


@dataclass
class Button:
    label: str
    url: str


@dataclass
class LinkEntry:
    """An entry of a list of links."""

    name: str
    description: str
    url: str


@dataclass
class Message:
    """The content of a message.

    `facts` are (label, value), `quote` what somebody wrote, `stop` the URL to unsubscribe, `to` the
    stored address of a requested mail ("": the Delivery's), `answers_to` a Message-ID to answer.
    """

    subject: str
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    quote: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    entries: list[LinkEntry] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    footnote: str = ""
    stop: str = ""
    to: str = ""
    answers_to: str = ""
    attachments: list[EmailAttachment] = field(default_factory=list)


def compose(delivery: Delivery) -> Message:
    """Return the message to a reporter in the active language, with private links as buttons.

    It has a URL to unsubscribe from the emails about the reporter's own request.
    A request that needs an emergency number begins with a line about it.
    """
    message, row = compose_by_kind(delivery, COMPOSERS), delivery.event.service_request
    if row.needs_emergency_number:
        message.paragraphs = [format_emergency_line(), *message.paragraphs]
    access_link = cast(AccessLink, delivery.link)  # each message to a reporter has one
    if access_link.service_request_id != row.pk:  # a duplicate gets its original's news
        message.buttons = [Button(_("See the request"), build_private_url(access_link, "original"))]
    elif delivery.kind == Kind.DONE:
        message.pictures = list_before_and_after(delivery.event)
        message.buttons = [
            Button(_("Yes, fixed"), build_private_url(access_link, "confirmation")),
            Button(_("No, not fixed"), build_private_url(access_link, "dispute")),
        ]
    elif delivery.kind == Kind.QUESTION:
        message.buttons = [
            Button(_("Answer the question"), build_private_url(access_link, "answer"))
        ]
    else:
        message.buttons = [Button(_("See your request"), build_private_url(access_link))]
    message.footnote = _(
        "Keep this link private: anyone who has it can answer for you. Opening it changes "
        "nothing until you press a button."
    )
    message.stop = build_reporter_stop_url(access_link)
    return message


def compose_by_kind(delivery: Delivery, composers: Mapping[str, Composer]) -> Message:
    """Return `composers[kind](event, request)` with the location and reference in its subject.

    The delivery must have an event. Raise KeyError for a kind without composer.
    """
    event = delivery.event
    row = event.service_request
    message = composers[delivery.kind](event, row)
    message.subject = format_subject(message.subject, row)
    return message


def format_subject(subject: str, row: ServiceRequest) -> str:
    """Return the subject with the location of the request, if it has one, and its reference."""
    where = f", {row.short_location_phrase}" if row.short_location_phrase else ""
    return f"{subject}{where} ({row.reference})"


def format_emergency_line() -> str:
    """Return a translated sentence to call the city's emergency number."""
    return _("If someone is in danger, do not wait for us. Call %(phone)s.") % {
        "phone": City.current().emergency_phone
    }


def category_name(row: ServiceRequest) -> str:
    """Return the name of the category in the active language."""
    return translate(row.category.name)


def list_facts(row: ServiceRequest) -> list[tuple[str, str]]:
    """Return (label, value) of what, where and, for an open request, the expected day."""
    lines = [(_("What"), category_name(row)), (_("Where"), row.location_phrase or _("See the map"))]
    if row.is_open and row.due_at:
        lines.append((_("Expected by"), clock.format_absolute_date(localdate(row.due_at))))
    return lines


def list_facts_with_reference(row: ServiceRequest) -> list[tuple[str, str]]:
    """Return the reference as (label, value), followed by `list_facts`."""
    return [(_("Request number"), row.reference), *list_facts(row)]


def quote_comment(event: Event) -> str:
    """Return the event's comment, or "" if it is hidden or there is none.

    A canned text, or the text of a reason to decline, is in the active language.
    """
    told = event.comment
    return localize_event_text(event) if told and not told.is_hidden else ""


def build_composer(
    subject: str | Promise,
    heading: str | Promise,
    *paragraphs: str | Promise,
    quote: Callable[[Event], str] = quote_comment,
    days: str = "",
) -> Composer:
    """Return a composer whose texts may contain %(department)s, %(day)s, %(what)s and %(days)s.

    %(day)s is the planned day of the event, %(what)s the category, %(days)s the value of the
    setting named `days`. The department of an event without one is “The 311 team”. `quote` returns
    what to quote of an event. The facts of the request are added.
    """

    def compose_step(event, row) -> Message:
        """Return the message with the event's department, day and category in its texts."""
        department = translate(event.department.name) if event.department else _("The 311 team")
        named = {
            "department": department,
            "day": event.day and clock.format_absolute_date(event.day),
            "what": category_name(row),
            "days": days and getattr(settings, days),
        }
        return Message(
            subject=subject % named,
            heading=heading % named,
            paragraphs=[paragraph % named for paragraph in paragraphs],
            quote=quote(event),
            facts=list_facts(row),
        )

    return compose_step


def _compose_receipt(event: Event, row: ServiceRequest) -> Message:
    """Return that the report arrived, who reads it next, and the facts with the reference."""
    city = City.current()
    next_step = _("A 311 agent will read it and send it to the right department.")
    if row.department:
        next_step = _("%(department)s has it.") % {"department": translate(row.department.name)}
    elif city.promise_triage:
        next_step = _("A 311 agent will read it, usually %(promise)s.") % {
            "promise": translate(city.promise_triage)
        }
    return Message(
        subject=_("We have your report: %(what)s") % {"what": category_name(row)},
        heading=_("We have your report"),
        paragraphs=[
            next_step,
            _(
                "You can follow every step and tell us if it's fixed. If someone is in danger, "
                "call %(emergency)s."
            )
            % {"emergency": city.emergency_phone},
        ],
        facts=list_facts_with_reference(row),
    )


def _compose_closed(event: Event, row: ServiceRequest) -> Message:
    """Return that the request was closed, headed by its badge for reporters.

    The event's comment is quoted unless it is hidden.
    """
    plainly = _("The city closed your request.")
    return compose_closure(
        row, str(badge.reporter_badge(row).words), plainly, quote=quote_comment(event)
    )


def compose_closure(row: ServiceRequest, heading: str, default: str, quote: str) -> Message:
    """Return a message about how the request was closed.

    `default` is its text if the outcome has none. It mentions the days to disagree if the
    request was not disputed before.
    """
    how = _CLOSURE_TEXTS.get(row.outcome)
    paragraphs = [how(row) if how else default]
    if can_still_be_disputed(row):
        paragraphs.append(
            _("If you disagree, tell us on the request page within %(days)s days.")
            % {"days": settings.DAYS_TO_DISPUTE_A_CLOSURE}
        )
    return Message(
        subject=_("Closed: %(what)s") % {"what": category_name(row)},
        heading=heading,
        paragraphs=paragraphs,
        quote=quote,
        facts=list_facts(row),
    )


def can_still_be_disputed(row: ServiceRequest) -> bool:
    """Return whether the request is completed or closed and was never disputed.

    The period to dispute is not checked.
    """
    return row.status in {Status.CLOSED, Status.COMPLETED} and not row.dispute_used


def _format_transferred(row: ServiceRequest) -> str:
    """Return that the agency handles this, and its phone and URL to contact it."""
    agency = cast(Agency, row.agency)  # each transferred request has one
    reach = " · ".join(part for part in (translate(agency.phone), agency.url) if part)
    return _(
        "%(agency)s handles this. Please contact them, because we can't send it for you: %(reach)s"
    ) % {"agency": translate(agency.name), "reach": reach}


def _format_duplicate(row: ServiceRequest) -> str:
    """Return that somebody reported this before, with the reference of that request."""
    return _(
        "Someone already reported this: %(reference)s. You'll get updates on that request."
    ) % {"reference": cast(ServiceRequest, row.duplicate_of).reference}


_CLOSURE_TEXTS: dict[str, Callable[[ServiceRequest], str]] = {
    Outcome.UNANSWERED: lambda row: _(
        "We didn't hear whether it's fixed, so we closed your request."
    ),
    Outcome.TRANSFERRED: _format_transferred,
    Outcome.DUPLICATE: _format_duplicate,
}


def _quote_hidden_comment(event: Event) -> str:
    """Return the event's comment even if hidden: the reason, for the reporter alone; "" if none."""
    return getattr(event.comment, "body", "")


COMPOSERS: dict[str, Composer] = {
    Kind.RECEIPT: _compose_receipt,
    Kind.ROUTED: build_composer(
        gettext_lazy("%(department)s has your request"),
        gettext_lazy("%(department)s has it now"),
        gettext_lazy("They have your request. Work hasn't started yet."),
    ),
    Kind.PLANNED: build_composer(
        gettext_lazy("Planned for %(day)s: %(what)s"),
        gettext_lazy("Planned for %(day)s"),
        gettext_lazy("%(department)s has planned the work."),
    ),
    Kind.QUESTION: build_composer(
        gettext_lazy("We need an answer from you: %(what)s"),
        gettext_lazy("We need an answer from you"),
        gettext_lazy(
            "Work is paused until we hear from you. If you can't answer, we'll continue "
            "without it after %(days)s business days."
        ),
        days="WORKING_DAYS_TO_ANSWER",
    ),
    Kind.DONE: build_composer(
        gettext_lazy("Is it fixed? Please check: %(what)s"),
        gettext_lazy("The work is done. Is it fixed?"),
        gettext_lazy("%(department)s finished the work. See what was done on the request page."),
        gettext_lazy(
            "Please tell us within %(days)s days if it's fixed. After that, we'll close "
            "the request."
        ),
        days="DAYS_TO_CONFIRM",
    ),
    Kind.CLOSED: _compose_closed,
    Kind.REOPENED: build_composer(
        gettext_lazy("Reopened: %(what)s"), gettext_lazy("The city reopened your request")
    ),
    Kind.REPLY: build_composer(
        gettext_lazy("Update on your request: %(what)s"), gettext_lazy("Message from the city")
    ),
    Kind.HIDDEN: build_composer(
        gettext_lazy("Part of your request is hidden from the public"),
        gettext_lazy("We hid part of your request from the public"),
        gettext_lazy("Work on it continues as before. Here is why we hid it:"),
        quote=_quote_hidden_comment,
    ),
}
