"""Due dates, pauses and reminders as pure functions of times and the city's calendar."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from city.calendar import WorkCalendar
from requests_app.status import Reminder

DAY = timedelta(days=1)

type Pause = tuple[datetime, datetime]
"""The aware datetimes at which a pause began and ended."""


def compute_deadline(
    target_days: int, started_at: datetime, pauses: Iterable[Pause], calendar: WorkCalendar
) -> datetime:
    """Return the close of business on the last working day of the target.

    `target_days` working days are counted after the day of `started_at` (aware). `pauses` are pairs
    (began, ended) of aware datetimes: each working day that begins within a pause is added.
    """
    began = started_at.astimezone(calendar.tz).date()
    extra = sum(_count_working_days_begun(pause, calendar) for pause in pauses)
    day = calendar.add_working_days(began, target_days + extra)
    return datetime.combine(day, calendar.closes_at, tzinfo=calendar.tz)


def count_days_to_deadline(
    due_at: datetime, started_at: datetime, pauses: Iterable[Pause], calendar: WorkCalendar
) -> int:
    """Return the target days for which `compute_deadline` returned `due_at`, at least 0."""
    began, day = (moment.astimezone(calendar.tz).date() for moment in (started_at, due_at))
    extra = sum(_count_working_days_begun(pause, calendar) for pause in pauses)
    return max(0, calendar.working_days_between(began, day) - extra)


def find_reminder(
    soon_at: datetime, due_at: datetime, twice_late_at: datetime, now: datetime
) -> Reminder | None:
    """Return the last reminder reached at `now`, or None before `soon_at`. All times are aware."""
    if now > twice_late_at:
        return Reminder.TWICE_LATE
    if now > due_at:
        return Reminder.LATE
    return Reminder.SOON if now >= soon_at else None


def _count_working_days_begun(pause: Pause, calendar: WorkCalendar) -> int:
    """Return how many working days begin within the pause, without its first day."""
    began, ended = (moment.astimezone(calendar.tz).date() for moment in pause)
    days = (began + DAY * n for n in range(1, (ended - began).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def find_pauses(
    history: Iterable[tuple[datetime, str]], since: datetime, paused_statuses: Collection[str]
) -> list[Pause]:
    """Return pairs (began, ended) of the periods after `since` with a status of `paused_statuses`.

    `history` is [(at, status after)], oldest first. A pause that has not ended is left out.
    """
    found: list[Pause] = []
    began: datetime | None = None
    for at, status in history:
        if status in paused_statuses:
            began = began or max(at, since)
        elif began:
            if at > since:
                found.append((began, at))
            began = None
    return found
