"""The words of the messages to staff: what came to them, came back, or is late."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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


def _for_staff(subject, heading, *paragraphs):
    def compose_for_staff(event, row):
        holder = translated(event.department.name) if event.department else _("the 311 team")
        lines = facts(row)
        if row.zone:
            lines.append((_("Area"), translated(row.zone.name)))
        if row.priority == "urgent":
            lines.insert(0, (_("Priority"), _("Urgent")))
        return Message(
            subject=subject % {"what": what(row)},
            heading=str(heading),
            paragraphs=[paragraph % {"holder": holder} for paragraph in paragraphs],
            quote=words(event) or row.description,
            facts=lines,
        )

    return compose_for_staff


_HOLDER = gettext_lazy("It's with %(holder)s.")
_COMPOSE = {
    Kind.NEW: _for_staff(
        gettext_lazy("New request: %(what)s"), gettext_lazy("A new request for you")
    ),
    Kind.DISPUTED: _for_staff(
        gettext_lazy("Resident says it's not fixed: %(what)s"),
        gettext_lazy("A resident says it's not fixed"),
    ),
    Kind.HANDED_BACK: _for_staff(
        gettext_lazy("Handed back: %(what)s"), gettext_lazy("A department handed it back")
    ),
    Kind.SOON: _for_staff(
        gettext_lazy("Due soon: %(what)s"), gettext_lazy("This is due soon"), _HOLDER
    ),
    Kind.LATE: _for_staff(gettext_lazy("Late: %(what)s"), gettext_lazy("This is late"), _HOLDER),
    Kind.TWICE_LATE: _for_staff(
        gettext_lazy("Very late: %(what)s"),
        gettext_lazy("This has taken twice the target time"),
        _HOLDER,
    ),
}
