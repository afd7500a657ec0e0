"""Texts of messages to staff."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.translation import translate
from notifications.models import Delivery
from notifications.wording.events import (
    Button,
    Composer,
    Message,
    build_composer,
    category_name,
    compose_by_kind,
    list_facts,
    quote_comment,
)
from notifications.wording.links import build_staff_url
from requests_app.mentions import find_note_readers
from requests_app.models import Event, Priority, ServiceRequest
from requests_app.status import Reminder, Verb

Kind = Delivery.Kind


def compose(delivery: Delivery) -> Message:
    """Return the message to a department, a supervisor or the desk.

    It has the area, if known, and the priority, if urgent. A reminder's paragraph says who has
    the request.
    """
    message, event = compose_by_kind(delivery, COMPOSERS), delivery.event
    row = event.service_request
    if event.verb == Verb.REMIND:
        holder = translate(event.department.name) if event.department else _("the 311 team")
        message.paragraphs = [_("It's with %(holder)s.") % {"holder": holder}]
    if delivery.kind == Kind.NEW and _has_been_here_before(event):
        message.subject = _("Came back: %(subject)s") % {"subject": message.subject}
        message.paragraphs = [_("You had this request before."), *message.paragraphs]
    if row.zone:
        message.facts.append((_("Area"), translate(row.zone.name)))
    if row.priority == Priority.URGENT:
        message.facts.insert(0, (_("Priority"), _("Urgent")))
    message.buttons = [Button(_("Open the request"), _build_request_url(delivery))]
    return message


def _has_been_here_before(event: Event) -> bool:
    """Return whether the event's department had the request before: reopened, or routed again."""
    earlier = event.service_request.events.filter(verb=Verb.ROUTE, pk__lt=event.pk)
    return earlier.filter(department=event.department_id).exists()


def _build_request_url(delivery: Delivery) -> str:
    """Return the URL of the department's job, or of the desk's page.

    The desk's page is for an event without a department, for the reminder TWICE_LATE, and for an
    agent who is named in a note.
    """
    event = delivery.event
    is_for_desk = event.department_id is None or event.code == Reminder.TWICE_LATE
    if delivery.kind == Kind.MENTION:
        is_for_desk = find_note_readers(None).filter(email_normalized=delivery.recipient).exists()
    name = "desk_request" if is_for_desk else "job"
    return build_staff_url(name, event.service_request.reference)


def _quote_comment_or_description(event: Event) -> str:
    """Return the text of the event's comment; the request's description if it is hidden or none."""
    return quote_comment(event) or event.service_request.description


def _compose_mention(event: Event, row: ServiceRequest) -> Message:
    """Return the note in which the recipient is named, and who wrote it."""
    named = {"name": event.actor.full_name, "what": category_name(row)}
    return Message(
        subject=_("%(name)s mentioned you: %(what)s") % named,
        heading=_("%(name)s mentioned you in a note") % named,
        quote=quote_comment(event),
        facts=list_facts(row),
    )


_build_composer = partial(build_composer, quote=_quote_comment_or_description)
COMPOSERS: dict[str, Composer] = {
    Kind.NEW: _build_composer(
        gettext_lazy("New request: %(what)s"), gettext_lazy("A new request for you")
    ),
    Kind.MOVED: _build_composer(
        gettext_lazy("No longer yours: %(what)s"), gettext_lazy("A request is no longer yours")
    ),
    Kind.URGENT: _build_composer(
        gettext_lazy("Urgent now: %(what)s"), gettext_lazy("A request is urgent now")
    ),
    Kind.EMERGENCY: _build_composer(
        gettext_lazy("Possible emergency: %(what)s"), gettext_lazy("Possible emergency")
    ),
    Kind.DISPUTED: _build_composer(
        gettext_lazy("Resident says it's not fixed: %(what)s"),
        gettext_lazy("A resident says it's not fixed"),
    ),
    Kind.HANDED_BACK: _build_composer(
        gettext_lazy("Handed back: %(what)s"), gettext_lazy("A department handed it back")
    ),
    Kind.SOON: _build_composer(
        gettext_lazy("Due soon: %(what)s"), gettext_lazy("This is due soon")
    ),
    Kind.LATE: _build_composer(gettext_lazy("Late: %(what)s"), gettext_lazy("This is late")),
    Kind.TWICE_LATE: _build_composer(
        gettext_lazy("Very late: %(what)s"),
        gettext_lazy("This has taken twice the target time"),
    ),
    Kind.MENTION: _compose_mention,
}
