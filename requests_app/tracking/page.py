"""Context of the live page of a request."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from city.base_map import request_maps
from lib import clock
from requests_app import timeline
from requests_app.models import Event, Photo, ServiceRequest
from requests_app.permissions import may_see
from requests_app.status import Outcome, Status, Verb
from requests_app.timeline import comments
from requests_app.tracking.access import RequestAccess
from requests_app.tracking.custody import build_bar, list_periods_with_check
from requests_app.tracking.facts import build_facts
from requests_app.tracking.items import list_reportable_items

FRESH_NEWS_PERIOD = timedelta(minutes=2)
POLLING_AFTER_CLOSING = timedelta(hours=1)


def remaining_polling_time(row: ServiceRequest) -> timedelta | None:
    """Return how much longer the page polls; None, without an end, until the request is closed.

    Return zero once POLLING_AFTER_CLOSING has passed.
    """
    if row.status != Status.CLOSED:
        return None
    return max(row.closed_at + POLLING_AFTER_CLOSING - clock.now(), timedelta())


def build_live_context(access: RequestAccess) -> dict[str, Any]:
    """Return the context of the live page and of its poll, also for staff. Three queries."""
    row = access.service_request
    log = access.list_events()
    standing = timeline.exclude_undone(log)
    lines = timeline.build_timeline(log, access.audience)
    stretches = list_periods_with_check(log, row, access.is_reporter)
    left = remaining_polling_time(row)
    return {
        "access": access,
        "service_request": row,
        "badge": access.badge,
        "facts": build_facts(row, standing, access.is_reporter),
        "timeline": lines,
        "may_report_content": bool(access.staff is None and list_reportable_items(row, lines)),
        "news": lines[0] if lines and row.is_open else None,
        "is_news_fresh": bool(lines) and clock.now() - lines[0].at < FRESH_NEWS_PERIOD,
        "custody": stretches,
        "bar": build_bar(stretches, row),
        "question": _find_last_text(standing, Verb.ASK)
        if row.status == Status.AWAITING_RESIDENT
        else "",
        "explanation": _find_explanation(row, standing),
        "original": _find_visible_original(access),
        "can": {verb.value: True for verb in access.available_verbs},
        "last_reply_day": _last_reply_day(row),
        "is_polled": left is None or left > timedelta(),
        "polling_seconds": None if left is None else int(left.total_seconds()),
        "seconds_since_change": int((clock.now() - row.changed_at).total_seconds()),
        "is_polled_often": row.status == Status.IN_PROGRESS,
        "checked_at": clock.format_time(clock.now()),
        "city_zone": settings.TIME_ZONE,
        **_choose_pictures(row, standing),
        **request_maps.render_request_maps(row, access.badge.tone),
    }


def find_last_question(access: RequestAccess) -> str:
    """Return the city's last question that was not undone, also if it was answered; "" for none.

    Questions after `access.seen` count, too.
    """
    return _find_last_text(
        timeline.exclude_undone(timeline.load_events(access.service_request)), Verb.ASK
    )


def _choose_pictures(row: ServiceRequest, standing: list[Event]) -> dict[str, Any]:
    """Return the photos `before` and `after`, which are shown side by side, and `more_pictures`.

    `before` and `after` are None if there is no photo. If there is an `after`, crews' photos from
    before the work come before the reporter's; otherwise they are left out. Hidden and unreadable
    photos are left out, too. Photos of disputed work are not `after`.
    """
    of_report = {Verb.FILE, Verb.CORRECT}
    before = _list_visible_photos(event for event in standing if event.verb in of_report)
    done = [event for event in standing if event.verb == Verb.COMPLETE]
    after = (
        _list_visible_photos(done[-1:])
        if row.completed_at and row.status in (Status.COMPLETED, Status.CLOSED)
        else []
    )
    if after:
        before = timeline.list_before_photos(standing) + before
    return {
        "before": before[0] if before else None,
        "after": after[0] if after else None,
        "more_pictures": before[1:] + after[1:],
    }


def _list_visible_photos(events: Iterable[Event]) -> list[Photo]:
    """Return the photos of the events, without hidden and unreadable ones."""
    photos = [photo for event in events for photo in event.photos.all()]
    return [p for p in photos if not p.is_hidden and p.state != Photo.State.UNREADABLE]


def _find_last_text(standing: list[Event], *verbs: Verb) -> str:
    """Return the text of the last event with one of the `verbs`; "" if there is none."""
    events = [event for event in standing if event.verb in verbs]
    return comments.comment_text(events[-1]) if events else ""


def _find_explanation(row: ServiceRequest, standing: list[Event]) -> str:
    """Return why the request was closed without work, as written to the resident; "" otherwise."""
    if row.outcome not in (Outcome.DECLINED, Outcome.UPHELD, Outcome.TRANSFERRED):
        return ""
    return _find_last_text(standing, Verb.DECLINE, Verb.UPHOLD, Verb.TRANSFER)


def _find_visible_original(access: RequestAccess) -> ServiceRequest | None:
    """Return the request of which this one is a duplicate; None if this person may not see it.

    The original may have been hidden since. The reporter of a private duplicate also reported its
    private original.
    """
    row, staff = access.service_request, access.staff
    original = row.duplicate_of
    if original is None or original.is_public:
        return original
    if staff:
        return original if may_see(staff, original) else None
    is_theirs = access.is_reporter and row.is_private and not original.is_hidden
    return original if is_theirs else None


def _last_reply_day(row: ServiceRequest) -> date | None:
    """Return the last day on which the reporter can confirm or dispute; None for an open request.

    The day may be past.
    """
    if row.status == Status.COMPLETED:
        last = row.completed_at + timedelta(days=settings.DAYS_TO_CONFIRM)
    elif row.status == Status.CLOSED:
        last = row.closed_at + timedelta(days=settings.DAYS_TO_DISPUTE_A_CLOSURE)
    else:
        return None
    return timezone.localdate(last)
