"""The words of the messages to staff: what came to them, came back, or is late."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from city.translation import translated
from notifications.models import Delivery
from notifications.wording.events import Button, Message, facts, what, words
from requests_app.status import Reminder

Kind = Delivery.Kind


def compose(delivery) -> Message:
    """The message of a Delivery to a department, a supervisor or the desk."""
    row = delivery.event.service_request
    message = _COMPOSE[delivery.kind](delivery.event, row)
    message.subject = f"{message.subject} ({row.reference})"
    message.buttons = [Button(_("Open the request"), _url(delivery))]
    return message


def _url(delivery) -> str:
    """Where its readers work: a department's people on the job, the desk's and its leads there."""
    event = delivery.event
    is_for_desk = event.department_id is None or event.code == Reminder.TWICE_LATE
    name = "desk_request" if is_for_desk else "job"
    return settings.BASE_URL + reverse(name, args=[event.service_request.reference])


def _for_staff(subject, heading):
    def compose_for_staff(event, row):
        lines = facts(row)
        if row.zone:
            lines.append((_("Area"), translated(row.zone.name)))
        if row.priority == "urgent":
            lines.insert(0, (_("Priority"), _("Urgent")))
        return Message(
            subject=str(subject()) % {"what": what(row)},
            heading=heading(),
            quote=words(event) or row.description,
            facts=lines,
        )

    return compose_for_staff


def _reminder(subject, heading):
    compose_for_staff = _for_staff(subject, heading)

    def compose_reminder(event, row):
        message = compose_for_staff(event, row)
        holder = translated(event.department.name) if event.department else _("the 311 team")
        message.paragraphs = [_("It's with %(holder)s.") % {"holder": holder}]
        return message

    return compose_reminder


_COMPOSE = {
    Kind.NEW: _for_staff(lambda: _("New request: %(what)s"), lambda: _("A new request for you")),
    Kind.DISPUTED: _for_staff(
        lambda: _("Resident says it's not fixed: %(what)s"),
        lambda: _("A resident says it's not fixed"),
    ),
    Kind.HANDED_BACK: _for_staff(
        lambda: _("Handed back: %(what)s"), lambda: _("A department handed it back")
    ),
    Kind.SOON: _reminder(lambda: _("Due soon: %(what)s"), lambda: _("This is due soon")),
    Kind.LATE: _reminder(lambda: _("Late: %(what)s"), lambda: _("This is late")),
    Kind.TWICE_LATE: _reminder(
        lambda: _("Very late: %(what)s"),
        lambda: _("This has taken twice the target time"),
    ),
}
