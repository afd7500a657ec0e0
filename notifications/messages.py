"""The words of every message, to residents and to staff, in one place.

A message is a subject, a heading, paragraphs, quotes, facts and at most two buttons; one pair of
templates sets all of them as text and as HTML.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from city.models import City
from city.words import said
from requests_app import badge
from requests_app.status import Outcome, Reminder, Status
from requests_app.story import as_sent
from santa311.lib import clock


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
    """`facts` are (label, value) pairs; `quote` are someone's own words."""

    subject: str
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    quote: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    footnote: str = ""


def compose(delivery) -> Message:
    """The message of a Delivery, in the language that is active."""
    event = delivery.event
    message = _COMPOSE[delivery.kind](event, event.service_request)
    _finish(message, delivery, event.service_request)
    return message


def _finish(message, delivery, row):
    message.subject = f"{message.subject} ({row.reference})"
    if delivery.is_for_staff:
        message.buttons = [Button(_("Open the request"), _staff_url(delivery))]
        return
    link = private_url(delivery.link)
    if delivery.link.service_request_id != row.pk:  # of a duplicate: its news is this one's
        message.buttons = [Button(_("See the request"), f"{link}?to=original")]
    elif delivery.kind == "done":
        message.buttons = [
            Button(_("Yes, fixed"), f"{link}?to=confirmation"),
            Button(_("No, not fixed"), f"{link}?to=dispute"),
        ]
    elif delivery.kind == "question":
        message.buttons = [Button(_("Answer the question"), f"{link}?to=answer")]
    else:
        message.buttons = [Button(_("See your request"), link)]
    message.footnote = _(
        "This link is yours: whoever has it can answer for you. "
        "Opening it changes nothing until you press a button."
    )


def private_url(link) -> str:
    args = [link.service_request.reference, link.token]
    return settings.BASE_URL + reverse("private_link", args=args)


def _staff_url(delivery) -> str:
    """Where its readers work: a department's people on the job, the desk's and its leads there."""
    event = delivery.event
    is_for_desk = event.department_id is None or event.code == Reminder.TWICE_LATE
    name = "desk_request" if is_for_desk else "job"
    return settings.BASE_URL + reverse(name, args=[event.service_request.reference])


def _what(row) -> str:
    return said(row.category.name)


def _facts(row):
    facts = [(_("What"), _what(row)), (_("Where"), row.location_text or _("See the map"))]
    if row.is_open and row.due_at:
        facts.append((_("Expected by"), clock.named_day(_local_day(row.due_at))))
    return facts


def _local_day(moment):
    return clock.local(moment).date()


def _words(event) -> str:
    words = getattr(event, "words", None)
    return as_sent(event) if words and not words.is_hidden else ""


def _receipt(event, row):
    city = City.objects.current()
    next_step = _("A 311 agent reads it and sends it to the right department.")
    if city.promise_triage:
        next_step = _("A 311 agent reads it, usually %(promise)s.") % {
            "promise": said(city.promise_triage)
        }
    return Message(
        subject=_("We have your report: %(what)s") % {"what": _what(row)},
        heading=_("We have your report"),
        paragraphs=[next_step, _("You can watch every step, and say whether it is really fixed.")],
        facts=[(_("Reference"), row.reference), *_facts(row)],
    )


def _routed(event, row):
    name = said(event.department.name)
    return Message(
        subject=_("%(department)s has your report") % {"department": name},
        heading=_("%(department)s has it now") % {"department": name},
        paragraphs=[_("They have your report, and have not begun yet.")],
        quote=_words(event),
        facts=_facts(row),
    )


def _planned(event, row):
    day = clock.named_day(event.day)
    return Message(
        subject=_("Planned for %(day)s: %(what)s") % {"day": day, "what": _what(row)},
        heading=_("Planned for %(day)s") % {"day": day},
        paragraphs=[
            _("%(department)s has planned the work.") % {"department": said(event.department.name)}
        ],
        quote=_words(event),
        facts=_facts(row),
    )


def _question(event, row):
    return Message(
        subject=_("We need an answer from you: %(what)s") % {"what": _what(row)},
        heading=_("We need an answer from you"),
        paragraphs=[
            _(
                "Without it the work waits. If you cannot answer, it goes on without after "
                "%(days)s working days."
            )
            % {"days": settings.WORKING_DAYS_TO_ANSWER}
        ],
        quote=_words(event),
        facts=_facts(row),
    )


def _done(event, row):
    return Message(
        subject=_("Fixed? Please check: %(what)s") % {"what": _what(row)},
        heading=_("The work is done. Is it fixed?"),
        paragraphs=[
            _("%(department)s finished the work. The photos are on the page.")
            % {"department": said(event.department.name)},
            _("You have %(days)s days to say whether it is fixed.")
            % {"days": settings.DAYS_TO_CONFIRM},
        ],
        quote=_words(event),
        facts=_facts(row),
    )


def _closed(event, row):
    paragraphs = [_CLOSED.get(row.outcome, _closed_plainly)(row)]
    if row.status == Status.CLOSED and not row.dispute_used:
        paragraphs.append(
            _("If you do not agree, say so on the page within %(days)s days.")
            % {"days": settings.DAYS_TO_DISPUTE_A_CLOSURE}
        )
    return Message(
        subject=_("Closed: %(what)s") % {"what": _what(row)},
        heading=badge.for_reporter(row).words,
        paragraphs=paragraphs,
        quote=_words(event),
        facts=_facts(row),
    )


def _closed_plainly(row):
    return _("The city has closed your report.")


def _closed_unanswered(row):
    return _("Nobody told us whether it is fixed, so we closed it.")


def _closed_transferred(row):
    reach = " · ".join(part for part in (said(row.agency.phone), row.agency.url) if part)
    return _("This is a matter for %(agency)s: %(reach)s") % {
        "agency": said(row.agency.name),
        "reach": reach,
    }


def _closed_duplicate(row):
    return _("Somebody reported the same before: %(reference)s. You will hear its news.") % {
        "reference": row.duplicate_of.reference
    }


_CLOSED = {
    Outcome.UNANSWERED: _closed_unanswered,
    Outcome.TRANSFERRED: _closed_transferred,
    Outcome.DUPLICATE: _closed_duplicate,
}


def _reopened(event, row):
    return Message(
        subject=_("Opened again: %(what)s") % {"what": _what(row)},
        heading=_("The city has opened your report again"),
        quote=_words(event),
        facts=_facts(row),
    )


def _reply(event, row):
    return Message(
        subject=_("News about your report: %(what)s") % {"what": _what(row)},
        heading=_("The city wrote to you"),
        quote=_words(event),
        facts=_facts(row),
    )


def _hidden(event, row):
    return Message(
        subject=_("Part of your report is not shown in public"),
        heading=_("We do not show part of your report in public"),
        paragraphs=[_("The work on it goes on as before. This is why:")],
        quote=getattr(getattr(event, "words", None), "body", ""),
        facts=_facts(row),
    )


def _for_staff(subject, heading):
    def compose_for_staff(event, row):
        facts = _facts(row)
        if row.zone:
            facts.append((_("Zone"), said(row.zone.name)))
        if row.priority == "urgent":
            facts.insert(0, (_("Priority"), _("Urgent")))
        return Message(
            subject=str(subject()) % {"what": _what(row)},
            heading=heading(),
            quote=_words(event) or row.description,
            facts=facts,
        )

    return compose_for_staff


def _reminder(subject, heading):
    compose_for_staff = _for_staff(subject, heading)

    def compose_reminder(event, row):
        message = compose_for_staff(event, row)
        holder = said(event.department.name) if event.department else _("the 311 desk")
        message.paragraphs = [_("It lies with %(holder)s.") % {"holder": holder}]
        return message

    return compose_reminder


_COMPOSE = {
    "receipt": _receipt,
    "routed": _routed,
    "planned": _planned,
    "question": _question,
    "done": _done,
    "closed": _closed,
    "reopened": _reopened,
    "reply": _reply,
    "hidden": _hidden,
    "new": _for_staff(lambda: _("New for you: %(what)s"), lambda: _("A new request for you")),
    "disputed": _for_staff(
        lambda: _("Not fixed, says the resident: %(what)s"),
        lambda: _("A resident says it is not fixed"),
    ),
    "handed_back": _for_staff(
        lambda: _("Handed back: %(what)s"), lambda: _("A department handed it back")
    ),
    "soon": _reminder(lambda: _("Due soon: %(what)s"), lambda: _("This is due soon")),
    "late": _reminder(lambda: _("Late: %(what)s"), lambda: _("This is late")),
    "twice_late": _reminder(
        lambda: _("Far too late: %(what)s"),
        lambda: _("This is late by as long again as was promised"),
    ),
}
