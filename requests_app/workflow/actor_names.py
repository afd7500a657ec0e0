"""What a request's history calls those who act in it."""

from django.utils.translation import gettext as _

from city.translation import translate_name
from requests_app.permissions import Audience


def holder_name(row) -> str:
    """Who holds a service request, or held it after an event."""
    return department_name(row.department)


def department_name(department) -> str:
    return translate_name(department) or _("311 team")


def actor_name(event, audience) -> str:
    """The desk, the department or another system; staff see the person."""
    if event.key_id:
        return event.key.name
    return desk_name(event, audience) if event.actor.is_agent else crew_name(event, audience)


def desk_name(event, audience) -> str:
    return _person(event, audience) or _("311")


def crew_name(event, audience) -> str:
    """The person for staff; for residents the department that held it, never a name."""
    if name := _person(event, audience):
        return name
    return _("The department") if event.department_id is None else holder_name(event)


def _person(event, audience) -> str:
    if audience is not Audience.STAFF:
        return ""
    return event.key.name if event.key_id else event.actor.full_name if event.actor else ""
