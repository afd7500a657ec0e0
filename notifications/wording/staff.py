"""The words of the messages to staff: what came to them, came back, or is late."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.translation import translate
from notifications.models import Delivery
from notifications.wording.events import Button, Message, begun, step, url_of, words
from requests_app.models import Priority
from requests_app.status import Reminder, Verb

Kind = Delivery.Kind


def compose(delivery) -> Message:
    """Return the message of a Delivery to a department, a supervisor or the desk."""
    message, event = begun(delivery, _COMPOSE), delivery.event
    row = event.service_request
    if event.verb == Verb.REMIND:
        holder = translate(event.department.name) if event.department else _("the 311 team")
        message.paragraphs = [_("It's with %(holder)s.") % {"holder": holder}]
    if row.zone:
        message.facts.append((_("Area"), translate(row.zone.name)))
    if row.priority == Priority.URGENT:
        message.facts.insert(0, (_("Priority"), _("Urgent")))
    message.buttons = [Button(_("Open the request"), _url(delivery))]
    return message


def _url(delivery) -> str:
    """Return where its readers work: a department's people on the job, the desk and leads there."""
    event = delivery.event
    is_for_desk = event.department_id is None or event.code == Reminder.TWICE_LATE
    name = "desk_request" if is_for_desk else "job"
    return url_of(name, event.service_request.reference)


def _words_or_description(event) -> str:
    return words(event) or event.service_request.description


_step = partial(step, quote=_words_or_description)
_COMPOSE = {
    Kind.NEW: _step(gettext_lazy("New request: %(what)s"), gettext_lazy("A new request for you")),
    Kind.DISPUTED: _step(
        gettext_lazy("Resident says it's not fixed: %(what)s"),
        gettext_lazy("A resident says it's not fixed"),
    ),
    Kind.HANDED_BACK: _step(
        gettext_lazy("Handed back: %(what)s"), gettext_lazy("A department handed it back")
    ),
    Kind.SOON: _step(gettext_lazy("Due soon: %(what)s"), gettext_lazy("This is due soon")),
    Kind.LATE: _step(gettext_lazy("Late: %(what)s"), gettext_lazy("This is late")),
    Kind.TWICE_LATE: _step(
        gettext_lazy("Very late: %(what)s"),
        gettext_lazy("This has taken twice the target time"),
    ),
}
