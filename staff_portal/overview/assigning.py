"""Several jobs to one person at once: each by itself, and each refusal told."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from requests_app import workflow
from requests_app.actions.perform import events_since
from requests_app.errors import DomainError
from requests_app.models import ServiceRequest
from requests_app.permissions import Audience
from requests_app.reference import PATTERN
from requests_app.timeline import Line
from santa311.lib.http import as_number
from staff_portal.overview.jobs import NOBODY

MOST = 100
GONE = gettext_lazy("It's no longer in your department.")


class Refused(NamedTuple):
    """A job that was not given: why, and what had happened to it meanwhile."""

    reference: str
    message: str
    happened: Sequence[Line] = ()


class Given(NamedTuple):
    """What came of it. `to` None: the jobs are nobody's now."""

    to: User | None
    done: list[ServiceRequest]
    refused: list[Refused]


class Nonsense(DomainError):
    """The form says nothing that could be done."""


def read_picks(values) -> dict[str, int]:
    """The chosen jobs of a form, each by its reference with the last event that was seen, which
    the form says as `SM-7K3Q-X9F2:311`. Raises Nonsense.
    """
    picks = {}
    for value in values:
        name, __, event = value.partition(":")
        seen = as_number(event)
        if seen is None or not PATTERN.fullmatch(name):
            raise Nonsense(_("The form didn't load completely. Check it and send it again."))
        picks[name] = seen
    if not picks:
        raise Nonsense(_("Choose at least one job."))
    if len(picks) > MOST:
        raise Nonsense(_("Assign up to %(n)s jobs at a time.") % {"n": MOST})
    return picks


def read_person(value) -> User | None:
    """Whose the jobs shall be; None for nobody's. Raises Nonsense."""
    if value == NOBODY:
        return None
    person = User.objects.filter(pk=as_number(value), is_active=True).first()
    if person is None:
        raise Nonsense(_("Choose who should do it."))
    return person


def give(picks, *, to, by, rows) -> Given:
    """Assign each of the picks among the requests `rows`; a refusal stops none of the rest."""
    found = {row.reference: row for row in rows.filter(reference__in=picks)}
    given = Given(to, [], [])
    for reference, seen in picks.items():
        row = found.get(reference)
        refused = _one(row, seen, to, by) if row else Refused(reference, GONE)
        if refused:
            given.refused.append(refused)
        else:
            given.done.append(row)
    return given


def _one(row, seen, to, by):
    if row.assignee_id == (to.pk if to else None):
        return None
    try:
        workflow.assign(row, to=to, by=by, seen=seen)
    except DomainError as refused:
        lines = events_since(refused, Audience.STAFF)
        return Refused(row.reference, str(refused.message), lines)
    return None
