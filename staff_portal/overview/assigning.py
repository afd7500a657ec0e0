"""Several jobs to one person at once: each by itself, and each refusal told."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from requests_app import timeline, workflow
from requests_app.errors import DomainError, StaleView
from requests_app.models import ServiceRequest
from requests_app.permissions import Audience
from requests_app.reference import PATTERN
from requests_app.timeline import Line
from santa311.lib.http import as_number
from staff_portal.overview.jobs import NOBODY

MOST = 100


@dataclass(frozen=True)
class Pick:
    """One chosen job, as the form says it with the last event seen: `SM-7K3Q-X9F2:311`."""

    reference: str
    seen: int


@dataclass(frozen=True)
class Refused:
    """A job that was not given: why, and what had happened to it meanwhile."""

    reference: str
    message: str
    row: ServiceRequest | None = None
    happened: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """What came of it. `to` None: the jobs are nobody's now."""

    to: User | None
    done: list[ServiceRequest]
    refused: list[Refused]


class Nonsense(DomainError):
    """The form says nothing that could be done."""


def read_picks(values) -> list[Pick]:
    """The picks of a form, each job once. Raises Nonsense."""
    picks = {}
    for value in values:
        name, __, event = value.partition(":")
        seen = as_number(event)
        if seen is None or not PATTERN.fullmatch(name):
            raise Nonsense(_("The form didn't load completely. Check it and send it again."))
        picks[name] = Pick(name, seen)
    if not picks:
        raise Nonsense(_("Choose at least one job."))
    if len(picks) > MOST:
        raise Nonsense(_("Assign up to %(n)s jobs at a time.") % {"n": MOST})
    return list(picks.values())


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
    found = {row.reference: row for row in rows.filter(reference__in=[p.reference for p in picks])}
    given = Given(to, [], [])
    for pick in picks:
        row = found.get(pick.reference)
        refused = _one(row, pick, to, by) if row else _gone(pick)
        if refused:
            given.refused.append(refused)
        else:
            given.done.append(row)
    return given


def _gone(pick):
    return Refused(pick.reference, str(_("It's no longer in your department.")))


def _one(row, pick, to, by):
    if row.assignee_id == (to.pk if to else None):
        return None
    try:
        workflow.assign(row, to=to, by=by, seen=pick.seen)
    except DomainError as refused:
        events = refused.events if isinstance(refused, StaleView) else []
        lines = timeline.timeline(events, Audience.STAFF)
        return Refused(row.reference, str(refused.message), row, lines)
    return None
