"""The three answers a resident looks for: where is it, who has it, when will it be done."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import City
from city.translation import translate, translate_name
from lib import clock
from requests_app.deadlines import expected_date, resolution_times
from requests_app.models import former_number
from requests_app.status import Outcome, Status, Verb
from requests_app.timeline import holder_name


@dataclass(frozen=True)
class Answer:
    """`label` asks, `text` answers, `more` is the line under it; `icon` is of the sprite."""

    icon: str
    label: str
    text: str
    more: str = ""


def answers(row, events, is_reporter) -> list[Answer]:
    """Where, who and when, for a request with its standing `events`, oldest first."""
    if row.is_imported:
        return _of_older_system(row)
    if row.is_done and row.completed_at:
        return [where(row), _who_fixed_it(row), _how_long_it_took(row)]
    if row.status == Status.CLOSED:
        closed = Answer(
            "clock", _("Closed"), capfirst(clock.format_relative_datetime(row.closed_at))
        )
        return [where(row), _who_closed_it(row), closed]
    return [where(row), _who_has_it(row, events, is_reporter), _when_expected(row, events)]


def where(row) -> Answer:
    text = row.location_phrase or translate_name(row.zone)
    text = text or (_("Not known") if row.coordinates is None else _("See the map"))
    return Answer("pin", _("Where"), text, row.location_note)


def _of_older_system(row) -> list[Answer]:
    """What the older system's export says, and nothing else: of its times only the days."""
    known = [where(row)] if row.location_text or row.coordinates else []
    if row.department:
        known.append(Answer("building", _("Who had it"), translate(row.department.name)))
    known.append(Answer("calendar", _("Opened"), _on(row.filed_at)))
    known.append(Answer("check-circle", _("Closed"), _on(row.closed_at)))
    if number := former_number(row):
        known.append(Answer("inbox", _("Number in the previous system"), number))
    return known


def _on(moment) -> str:
    return clock.format_absolute_date(_day(moment))


def _who_has_it(row, events, is_reporter) -> Answer:
    more = {
        Status.FILED: _promise(),
        Status.ROUTED: _("They haven't started yet."),
        Status.SCHEDULED: _("It's on their schedule."),
        Status.IN_PROGRESS: _since_start(events),
        Status.AWAITING_RESIDENT: _("Waiting for your answer")
        if is_reporter
        else _("Waiting for the person who reported it"),
        Status.ON_HOLD: translate_name(row.hold_reason),
        Status.DISPUTED: _("Looking at it again"),
    }[row.status]
    return Answer("building", _("Who has it"), holder_name(row), more)


def _promise() -> str:
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


def _since_start(events) -> str:
    started = [event for event in events if event.verb == Verb.START]
    if not started:
        return _("A crew is there.")
    return _("A crew has been there since %(when)s") % {
        "when": clock.format_relative_datetime(started[-1].at)
    }


def _when_expected(row, events) -> Answer:
    label, icon = _("When"), "calendar"
    if row.is_paused:
        words = _("It was expected by %(day)s. We'll add the time it's on pause.")
        return Answer("pause", label, _("On pause"), _by_due_day(row, words))
    if row.is_late():
        words = _(
            "We expected to finish by %(day)s. We're sorry for the delay. It's still on our list."
        )
        return Answer("clock", label, _("Running late"), _by_due_day(row, words))
    if row.status == Status.SCHEDULED:
        day = _("Planned for %(day)s") % {"day": clock.format_relative_date(row.scheduled_for)}
        return Answer(icon, label, day, _planned(row, events))
    if row.status == Status.IN_PROGRESS and row.scheduled_for == _day(clock.now()):
        return Answer(icon, label, _("Expected today"), _promised(row))
    if row.due_at is None:
        return Answer(icon, label, _("No date yet"), "")
    more = _moved(events) or resolution_times.explain_expected_date(row)
    return Answer(icon, label, _promised(row), more)


def _promised(row) -> str:
    return _by_due_day(row, _("Expected by %(day)s"))


def _by_due_day(row, words) -> str:
    """The words with the day in them; empty where none is promised."""
    return words % {"day": clock.format_relative_date(_day(row.due_at))} if row.due_at else ""


def _planned(row, events) -> str:
    """The promise beside the plan; where the plan is later, in the words of who planned it."""
    if row.due_at is None or row.scheduled_for <= _day(row.due_at):
        return _promised(row)
    plan = [event for event in events if event.verb == Verb.SCHEDULE][-1]
    words = plan.comment
    if words is None or words.is_hidden:
        return _promised(row)
    return _("%(promised)s. %(why)s") % {"promised": _promised(row), "why": words.body}


def _moved(events) -> str:
    """Why another day is expected than the one that was promised last."""
    moved = expected_date.find_date_changes(events)
    if not moved or not moved[-1].reason:
        return ""
    last = moved[-1]
    return _("Was %(day)s: %(why)s") % {
        "day": clock.format_relative_date(last.old_date),
        "why": last.reason,
    }


def _who_fixed_it(row) -> Answer:
    name = translate_name(row.completed_by) or holder_name(row)
    return Answer("building", _("Who did the work"), name)


def _how_long_it_took(row) -> Answer:
    took = clock.format_duration(row.completed_at - row.filed_at)
    return Answer("clock", _("How long it took"), took, _against_promise(row))


def _against_promise(row) -> str:
    if row.due_at is None:
        return ""
    days = (_day(row.due_at) - _day(row.completed_at)).days
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


def _who_closed_it(row) -> Answer:
    if row.outcome == Outcome.TRANSFERRED and row.agency:
        return Answer(
            "building",
            _("Who handles this"),
            translate(row.agency.name),
            translate(row.agency.phone),
        )
    return Answer("building", _("Who had it"), holder_name(row))


def _day(moment) -> date:
    return timezone.localdate(moment)
