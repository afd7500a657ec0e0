"""What a request's history calls those who act in it."""

from django.utils.translation import gettext as _

from city.translation import named
from requests_app.permissions import Audience


def holder_name(service_request) -> str:
    return department_name(service_request.department)


def department_name(department) -> str:
    return named(department) or _("311 team")


def actor_name(event, audience) -> str:
    """The desk or the department; staff see the person."""
    return desk_name(event, audience) if event.actor.is_agent else crew_name(event, audience)


def holder_of(event) -> str:
    return department_name(event.department)


def desk_name(event, audience) -> str:
    return _person(event, audience) or _("311")


def crew_name(event, audience):
    """The person for staff; for residents the department that held it, never a name."""
    if name := _person(event, audience):
        return name
    return _("The department") if event.department_id is None else holder_of(event)


def _person(event, audience) -> str:
    is_told = audience is Audience.STAFF and event.actor
    return event.actor.full_name if is_told else ""
