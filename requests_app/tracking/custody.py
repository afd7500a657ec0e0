"""Who has had a request, and the bar that shows for how long."""

from dataclasses import dataclass
from itertools import accumulate

from django.utils.translation import gettext as _

from lib import clock
from requests_app import timeline
from requests_app.timeline import HoldingPeriod

_LEAST = 5  # of 100: the shortest stretch can still be seen
_GAP = 0.6


@dataclass(frozen=True)
class Part:
    """One stretch of the bar: `x` and `width` of 100, and how it is drawn."""

    x: str
    width: str
    tone: str


def custody_with_the_check(events, row, is_reporter) -> list[HoldingPeriod]:
    """The staff's custody, and after work that is done the reporter's, until they have answered."""
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


def bar(stretches, row) -> list[Part]:
    """The stretches side by side, in proportion to their time, none too thin to be seen."""
    seconds = [max(stretch.seconds, 1) for stretch in stretches]
    room = 100 - _LEAST * len(seconds)
    if not seconds or room <= 0:
        return []
    widths = [_LEAST + room * one / sum(seconds) for one in seconds]
    starts = accumulate(widths[:-1], initial=0)
    tones = _tones(len(widths), row)
    return [
        Part(f"{x:.2f}", f"{width - _GAP:.2f}", tone)
        for x, width, tone in zip(starts, widths, tones, strict=True)
    ]


def _tones(count, row) -> list[str]:
    """Lighter for those who passed it on, full for who has or did it, green for the check."""
    last = ["is-now", "is-check"] if row.is_done and count > 1 else ["is-now"]
    before = count - len(last)
    return ["is-past" if index % 2 == 0 else "is-past2" for index in range(before)] + last
