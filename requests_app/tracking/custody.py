"""Who has had a request for how long, and the bar that shows it."""

from dataclasses import dataclass
from itertools import accumulate

from django.utils.translation import gettext as _

from lib import clock
from requests_app import timeline
from requests_app.models import Event, ServiceRequest
from requests_app.timeline import HoldingPeriod

_MIN_WIDTH = 5  # percent, so that the shortest period stays visible
_GAP = 0.6


@dataclass(frozen=True)
class BarSegment:
    """A segment of the bar: `x` and `width` in percent, and `tone`, a CSS class."""

    x: str
    width: str
    tone: str


def list_periods_with_check(
    events: list[Event], row: ServiceRequest, is_reporter: bool
) -> list[HoldingPeriod]:
    """Return the periods of the staff's holders, and after finished work that of the reporter.

    The reporter's period ends when the request is closed.
    """
    stretches = timeline.list_holding_periods(events, row)
    if row.is_done and row.completed_at and stretches:
        stretches[-1].until = row.completed_at
        stretches[-1].end_reason = _("Finished %(when)s") % {
            "when": clock.format_relative_datetime(row.completed_at)
        }
        holder = _("You") if is_reporter else _("The person who reported it")
        moved = "" if row.closed_at else _("Asked whether it's fixed")
        stretches.append(HoldingPeriod(holder, row.completed_at, row.closed_at, moved))
    return stretches


def build_bar(stretches: list[HoldingPeriod], row: ServiceRequest) -> list[BarSegment]:
    """Return a segment for each period, in proportion to its time and at least _MIN_WIDTH wide.

    Return [] if there are too many periods for a bar.
    """
    seconds = [max(stretch.seconds, 1) for stretch in stretches]
    room = 100 - _MIN_WIDTH * len(seconds)
    if not seconds or room <= 0:
        return []
    widths = [_MIN_WIDTH + room * one / sum(seconds) for one in seconds]
    starts = accumulate(widths[:-1], initial=0)
    tones = _choose_tones(len(widths), row)
    return [
        BarSegment(f"{x:.2f}", f"{width - _GAP:.2f}", tone)
        for x, width, tone in zip(starts, widths, tones, strict=True)
    ]


def _choose_tones(count: int, row: ServiceRequest) -> list[str]:
    """Return the CSS class of each of `count` segments of the bar.

    The last is `is-now`; if the work is done and there are several, the last is `is-check`, the
    check by the reporter, and the one before is `is-now`. All others are `is-past` and `is-past2`
    in turn.
    """
    last = ["is-now", "is-check"] if row.is_done and count > 1 else ["is-now"]
    before = count - len(last)
    return ["is-past" if index % 2 == 0 else "is-past2" for index in range(before)] + last
