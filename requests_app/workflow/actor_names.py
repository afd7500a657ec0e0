"""The names of departments and actors, as a request's history shows them."""

from django.utils.translation import gettext as _

from city.models import Department
from city.translation import translate_name
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import Audience


def holder_name(row: ServiceRequest | Event) -> str:
    """Return the name of the department of a request or an event; “311 team” if it has none."""
    return department_name(row.department)


def department_name(department: Department | None) -> str:
    """Return the department's name in the active language; “311 team” for None."""
    return translate_name(department) or _("311 team")


def actor_name(event: Event, audience: Audience) -> str:
    """Return the actor of an event: an API key's name, the desk or the department.

    Staff see a person's name. The event must have a key or an actor.
    """
    if event.key_id:
        return event.key.name
    return desk_name(event, audience) if event.actor.is_agent else crew_name(event, audience)


def desk_name(event: Event, audience: Audience) -> str:
    """Return for staff the name of the event's person or key, if any; else “311”."""
    return _staff_name(event, audience) or _("311")


def crew_name(event: Event, audience: Audience) -> str:
    """Return for staff the name of the event's person or key, if any; else the department's.

    “The department” if the event has no department.
    """
    if name := _staff_name(event, audience):
        return name
    return _("The department") if event.department_id is None else holder_name(event)


def _staff_name(event: Event, audience: Audience) -> str:
    """Return the name of the event's key or person for staff; "" for others and without one."""
    if audience is not Audience.STAFF:
        return ""
    return event.key.name if event.key_id else event.actor.full_name if event.actor else ""
