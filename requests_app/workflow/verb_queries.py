"""Queries of the table of verbs: the quiet verbs, and the verbs available to a person."""

from django.db.models import Manager, QuerySet

from requests_app.models import Event, ServiceRequest
from requests_app.permissions import Person
from requests_app.status import Verb
from requests_app.workflow.verbs import VERBS

QUIET_VERBS = frozenset(verb for verb, spec in VERBS.items() if spec.quiet)


def exclude_quiet(events: QuerySet[Event] | Manager[Event]) -> QuerySet[Event]:
    """Return the events without quiet ones, which make no view stale, and without their undoing."""
    return events.exclude(verb__in=QUIET_VERBS).exclude(undoes__verb__in=QUIET_VERBS)


def available_verbs(service_request: ServiceRequest, person: Person) -> list[Verb]:
    """Return the verbs that `person` can carry out on the request now, in the order of VERBS."""
    return [
        verb
        for verb, spec in VERBS.items()
        if service_request.status in spec.sources
        and spec.condition(service_request)
        and spec.permission(person, service_request)
        and person.may_use(verb, service_request)
    ]
