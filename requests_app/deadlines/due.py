"""When a request is due: pure, given the target, the start, the pauses and the city's calendar."""

from datetime import datetime, timedelta

from requests_app.status import Reminder

DAY = timedelta(days=1)


def deadline(target_days, started_at, pauses, calendar) -> datetime | None:
    """The close of business on the last working day of the target, or None without a target.

    `target_days` counts working days after the day of `started_at` (aware). `pauses` are pairs of
    aware datetimes (began, ended) in which the clock stood still: each working day that dawned in
    a pause is given back. `calendar` is a `city.calendar.WorkCalendar`.
    """
    if target_days is None:
        return None
    began = started_at.astimezone(calendar.tz).date()
    extra = sum(_working_days_dawned(pause, calendar) for pause in pauses)
    day = calendar.add_working_days(began, target_days + extra)
    return datetime.combine(day, calendar.closes_at, tzinfo=calendar.tz)


def counted_days(due_at, started_at, pauses, calendar) -> int:
    """Return the working days of which `deadline` made `due_at`, given the same other values."""
    began, day = (moment.astimezone(calendar.tz).date() for moment in (started_at, due_at))
    extra = sum(_working_days_dawned(pause, calendar) for pause in pauses)
    return max(0, calendar.working_days_between(began, day) - extra)


def reminder(soon_at, due_at, twice_late_at, now) -> Reminder | None:
    """Which step of reminding `now` stands at, or None; all are aware datetimes."""
    if now > twice_late_at:
        return Reminder.TWICE_LATE
    if now > due_at:
        return Reminder.LATE
    return Reminder.SOON if now >= soon_at else None


def _working_days_dawned(pause, calendar) -> int:
    began, ended = (moment.astimezone(calendar.tz).date() for moment in pause)
    days = (began + DAY * n for n in range(1, (ended - began).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def pauses(history, since, paused_statuses) -> list:
    """The pairs (began, ended) after `since` in which the status was one of `paused_statuses`.

    `history` is [(at, status after)], oldest first. A pause that still runs is left out.
    """
    found, began = [], None
    for at, status in history:
        if status in paused_statuses:
            began = began or max(at, since)
        elif began:
            if at > since:
                found.append((began, at))
            began = None
    return found
