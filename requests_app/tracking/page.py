"""The live page of one request, as its reporter or anybody else reads it."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from city.base_map import request_maps
from lib import clock
from requests_app import timeline
from requests_app.models import Photo
from requests_app.permissions import may_see
from requests_app.status import Outcome, Status, Verb
from requests_app.timeline import comments
from requests_app.tracking.answers import answers
from requests_app.tracking.custody import bar, custody_with_the_check
from requests_app.tracking.items import items_in

NEWS_IS_FRESH = timedelta(minutes=2)
POLLS_AFTER_CLOSING = timedelta(hours=1)


def polls_for(row) -> timedelta | None:
    """How long this page still asks for news: None without an end, zero when it is over."""
    if row.status != Status.CLOSED:
        return None
    return max(row.closed_at + POLLS_AFTER_CLOSING - clock.now(), timedelta())


def live_page(found) -> dict:
    """Everything the page and its poll show. Three queries."""
    row = found.service_request
    log = found.log()
    standing = timeline.exclude_undone(log)
    lines = timeline.build_timeline(log, found.audience)
    stretches = custody_with_the_check(log, row, found.is_reporter)
    left = polls_for(row)
    return {
        "found": found,
        "service_request": row,
        "badge": found.badge,
        "answers": answers(row, standing, found.is_reporter),
        "timeline": lines,
        "may_report_content": bool(found.staff is None and items_in(row, lines)),
        "news": lines[0] if lines and row.is_open else None,
        "news_is_fresh": bool(lines) and clock.now() - lines[0].at < NEWS_IS_FRESH,
        "custody": stretches,
        "bar": bar(stretches, row),
        "question": _last_words(standing, Verb.ASK)
        if row.status == Status.AWAITING_RESIDENT
        else "",
        "explanation": _explanation(row, standing),
        "original": _original(found),
        "can": {verb.value: True for verb in found.verbs},
        "until": _until(row),
        "is_polled": left is None or left > timedelta(),
        "polls_for": None if left is None else int(left.total_seconds()),
        "age": int((clock.now() - row.changed_at).total_seconds()),
        "is_lively": row.status == Status.IN_PROGRESS,
        "checked_at": clock.format_time(clock.now()),
        "city_zone": settings.TIME_ZONE,
        **_pictures(row, standing),
        **request_maps.render_request_maps(row, found.badge.tone),
    }


def question_to(found) -> str:
    """What the city asked the reporter last, also where no answer is awaited any more."""
    return _last_words(
        timeline.exclude_undone(timeline.load_events(found.service_request)), Verb.ASK
    )


def _pictures(row, standing) -> dict[str, Any]:
    """`before` and `after` face each other; `more_pictures` are the rest of both.

    Work that was disputed is no `after`: its photos stay in the timeline. A crew's photo from
    before the work faces their photo of after it, in place of the reporter's.
    """
    of_report = {Verb.FILE, Verb.CORRECT}
    before = _shown(event for event in standing if event.verb in of_report)
    done = [event for event in standing if event.verb == Verb.COMPLETE]
    after = (
        _shown(done[-1:])
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


def _shown(events) -> list:
    photos = [photo for event in events for photo in event.photos.all()]
    return [p for p in photos if not p.is_hidden and p.state != Photo.State.UNREADABLE]


def _last_words(standing, *verbs) -> str:
    """Those that came with the last of these verbs."""
    events = [event for event in standing if event.verb in verbs]
    return comments.comment_text(events[-1]) if events else ""


def _explanation(row, standing) -> str:
    """Why it was closed without work, in the words written for the resident."""
    if row.outcome not in (Outcome.DECLINED, Outcome.UPHELD, Outcome.TRANSFERRED):
        return ""
    return _last_words(standing, Verb.DECLINE, Verb.UPHOLD, Verb.TRANSFER)


def _original(found):
    """The request whose news this one's are, as far as this watcher may see it.

    It may have been hidden after the two were joined. Who reported a private duplicate of a
    private one is the same person.
    """
    row, staff = found.service_request, found.staff
    original = row.duplicate_of
    if original is None or original.is_public:
        return original
    if staff:
        return original if may_see(staff, original) else None
    is_theirs = found.is_reporter and row.is_private and not original.is_hidden
    return original if is_theirs else None


def _until(row) -> date | None:
    """The last day on which the reporter can say yes or no."""
    if row.status == Status.COMPLETED:
        last = row.completed_at + timedelta(days=settings.DAYS_TO_CONFIRM)
    elif row.status == Status.CLOSED:
        last = row.closed_at + timedelta(days=settings.DAYS_TO_DISPUTE_A_CLOSURE)
    else:
        return None
    return timezone.localdate(last)
