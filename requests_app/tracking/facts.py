"""The facts at the top of a request's page: where it is, who has it, when it will be done."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import City
from city.translation import translate, translate_name
from lib import clock
from requests_app.deadlines import expected_date, resolution_times
from requests_app.models import Event, ServiceRequest, former_number
from requests_app.status import Outcome, Status, Verb
from requests_app.timeline import holder_name


@dataclass(frozen=True)
class Fact:
    """A fact: the name of its `icon`, its `label`, its `text`, and a line of `detail` or ""."""

    icon: str
    label: str
    text: str
    detail: str = ""


def build_facts(row: ServiceRequest, events: list[Event], is_reporter: bool) -> list[Fact]:
    """Return two to five facts of a request, the location first.

    `events` are those not undone, oldest first. An open request has its holder and due date, a
    finished one who did the work and how long it took, another closed one its last holder and the
    closing, an imported one what the export says.
    """
    if row.is_imported:
        return _build_imported_facts(row)
    if row.is_done and row.completed_at:
        return [build_location_fact(row), _build_completer_fact(row), _build_duration_fact(row)]
    if row.status == Status.CLOSED:
        closed = Fact("clock", _("Closed"), capfirst(clock.format_relative_datetime(row.closed_at)))
        return [build_location_fact(row), _build_closer_fact(row), closed]
    return [
        build_location_fact(row),
        _build_holder_fact(row, events, is_reporter),
        _build_due_fact(row, events),
    ]


def build_location_fact(row: ServiceRequest) -> Fact:
    """Return the location in words, or else its zone, “See the map” or “Not known”."""
    text = row.location_phrase or translate_name(row.zone)
    text = text or (_("Not known") if row.coordinates is None else _("See the map"))
    return Fact("pin", _("Where"), text, row.location_note)


def _build_imported_facts(row: ServiceRequest) -> list[Fact]:
    """Return what the older system's export says about an imported request; dates without times."""
    known = [build_location_fact(row)] if row.location_text or row.coordinates else []
    if row.department:
        known.append(Fact("building", _("Who had it"), translate(row.department.name)))
    known.append(Fact("calendar", _("Opened"), _format_day(row.filed_at)))
    known.append(Fact("check-circle", _("Closed"), _format_day(row.closed_at)))
    if number := former_number(row):
        known.append(Fact("inbox", _("Number in the previous system"), number))
    return known


def _format_day(moment: datetime) -> str:
    """Return the day of `moment` in the city's time zone as an absolute date."""
    return clock.format_absolute_date(_local_day(moment))


def _build_holder_fact(row: ServiceRequest, events: list[Event], is_reporter: bool) -> Fact:
    """Return who has an open request, and what its status means."""
    details: dict[str, str] = {
        Status.FILED: _format_triage_promise(),
        Status.ROUTED: _("They haven't started yet."),
        Status.SCHEDULED: _("It's on their schedule."),
        Status.IN_PROGRESS: _format_start(events),
        Status.AWAITING_RESIDENT: _("Waiting for your answer")
        if is_reporter
        else _("Waiting for the person who reported it"),
        Status.ON_HOLD: translate_name(row.hold_reason),
        Status.DISPUTED: _("Looking at it again"),
    }
    return Fact("building", _("Who has it"), holder_name(row), details[row.status])


def _format_triage_promise() -> str:
    """Return a sentence on when an agent will read the request.

    While the office is closed, the sentence says when the office opens. Return "" if the city
    promises nothing.
    """
    city = City.current()
    if not city.promise_triage:
        return ""
    if opens := city.calendar().reopening_time(clock.now()):
        words = _("An agent will read it when our office opens: %(day)s at %(time)s.")
        return words % {
            "day": clock.format_relative_date(opens.date()),
            "time": clock.format_time(opens),
        }
    return _("An agent will read it, usually %(when)s.") % {"when": translate(city.promise_triage)}


def _format_start(events: list[Event]) -> str:
    """Return since when a crew has been there, by the last START among `events`."""
    started = [event for event in events if event.verb == Verb.START]
    if not started:
        return _("A crew is there.")
    return _("A crew has been there since %(when)s") % {
        "when": clock.format_relative_datetime(started[-1].at)
    }


def _build_due_fact(row: ServiceRequest, events: list[Event]) -> Fact:
    """Return when an open request is expected to be finished, or planned, late or on pause.

    Without a due date, the Fact of a request that is neither planned nor on pause says “No date
    yet”.
    """
    label, icon = _("When"), "calendar"
    if row.is_paused:
        words = _("It was expected by %(day)s. We'll add the time it's on pause.")
        return Fact("pause", label, _("On pause"), _insert_due_day(row, words))
    if row.is_late():
        words = _(
            "We expected to finish by %(day)s. We're sorry for the delay. It's still on our list."
        )
        return Fact("clock", label, _("Running late"), _insert_due_day(row, words))
    if row.status == Status.SCHEDULED:
        day = _("Planned for %(day)s") % {"day": clock.format_relative_date(row.scheduled_for)}
        return Fact(icon, label, day, _format_plan(row, events))
    if row.status == Status.IN_PROGRESS and row.scheduled_for == _local_day(clock.now()):
        return Fact(icon, label, _("Expected today"), _format_due_day(row))
    if row.due_at is None:
        return Fact(icon, label, _("No date yet"), "")
    more = _format_last_move(events) or resolution_times.explain_expected_date(row)
    return Fact(icon, label, _format_due_day(row), more)


def _format_due_day(row: ServiceRequest) -> str:
    """Return “Expected by …” with the due date; "" without one."""
    return _insert_due_day(row, _("Expected by %(day)s"))


def _insert_due_day(row: ServiceRequest, words: str) -> str:
    """Return `words` with the due date as %(day)s; "" if there is no due date."""
    return words % {"day": clock.format_relative_date(_local_day(row.due_at))} if row.due_at else ""


def _format_plan(row: ServiceRequest, events: list[Event]) -> str:
    """Return the due date of a scheduled request; "" without one.

    If the planned day is later than the due date, the planner's visible text is added.
    """
    if (
        row.due_at is None
        or row.scheduled_for is None
        or row.scheduled_for <= _local_day(row.due_at)
    ):
        return _format_due_day(row)
    plan = [event for event in events if event.verb == Verb.SCHEDULE][-1]
    words = plan.comment
    if words is None or words.is_hidden:
        return _format_due_day(row)
    return _("%(promised)s. %(why)s") % {"promised": _format_due_day(row), "why": words.body}


def _format_last_move(events: list[Event]) -> str:
    """Return the previous due date and why it was changed; "" without a change or reason."""
    moved = expected_date.find_date_changes(events)
    if not moved or not moved[-1].reason:
        return ""
    last = moved[-1]
    return _("Was %(day)s: %(why)s") % {
        "day": clock.format_relative_date(last.old_date),
        "why": last.reason,
    }


def _build_completer_fact(row: ServiceRequest) -> Fact:
    """Return the department that completed the work, or else the one that has the request."""
    name = translate_name(row.completed_by) or holder_name(row)
    return Fact("building", _("Who did the work"), name)


def _build_duration_fact(row: ServiceRequest) -> Fact:
    """Return the time from filing to completion, compared with the due date."""
    took = clock.format_duration(row.completed_at - row.filed_at)
    return Fact("clock", _("How long it took"), took, _format_due_date_comparison(row))


def _format_due_date_comparison(row: ServiceRequest) -> str:
    """Return words such as “2 days before the expected date”; "" without a due date.

    Work on the due date is “On the expected date”.
    """
    if row.due_at is None:
        return ""
    days = (_local_day(row.due_at) - _local_day(row.completed_at)).days
    if days == 0:
        return _("On the expected date")
    text = (
        ngettext("%(n)s day before the expected date", "%(n)s days before the expected date", days)
        if days > 0
        else ngettext(
            "%(n)s day after the expected date", "%(n)s days after the expected date", -days
        )
    )
    return text % {"n": abs(days)}


def _build_closer_fact(row: ServiceRequest) -> Fact:
    """Return the agency and its phone number for a transferred request, else the department."""
    if row.outcome == Outcome.TRANSFERRED and row.agency:
        return Fact(
            "building",
            _("Who handles this"),
            translate(row.agency.name),
            translate(row.agency.phone),
        )
    return Fact("building", _("Who had it"), holder_name(row))


def _local_day(moment: datetime) -> date:
    return timezone.localdate(moment)
