"""What the overview shows: the numbers, each chart's figures, and the finding above it."""

from datetime import timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Role
from city.models import Department
from santa311.lib import clock
from staff_portal import charts, overview
from staff_portal.charts import Bar

PERIODS = {
    "week": gettext_lazy("7 days"),
    "month": gettext_lazy("30 days"),
    "year": gettext_lazy("A year"),
}
AXIS = {"left": 34, "width": 600, "bottom": 190, "tall": 178}
LABEL = 20  # how tall a number beside a line is, on a phone


def supervised(user) -> list[Department]:
    ids = [pk for pk, role in user.roles.items() if role == Role.SUPERVISOR]
    return list(Department.objects.filter(pk__in=ids))


def overview_page(departments, query) -> dict:
    """The page for these departments, or for the one of them that `query` names."""
    one = next((d for d in departments if d.slug == query.get("department")), None)
    period = query.get("period") if query.get("period") in PERIODS else "month"
    ids = [one.pk] if one else [d.pk for d in departments]
    since = clock.now() - timedelta(days=overview.PERIODS[period])
    finished = overview.completions(ids, since)
    load = overview.load(ids)
    verdicts = overview.verdicts(finished)
    return {
        "departments": departments,
        "department": one,
        "period": period,
        "periods": PERIODS.items(),
        "open": sum(each.open for each in load),
        "late": sum(each.late for each in load),
        "median": overview.middle(finished),
        "finished": len(finished),
        "verdicts": verdicts,
        "verdict_title": verdict_title(verdicts),
        "verdict_bars": verdict_bars(verdicts),
        "disputes": overview.disputes(ids),
        **load_chart(load),
        **pace_chart(overview.paces(finished)),
        **week_chart(overview.weeks(ids)),
        "is_supervisor": True,
    }


def load_chart(load) -> dict:
    greatest = max((each.open for each in load), default=0)
    bars = [_load_bar(n, each, greatest) for n, each in enumerate(load)]
    late = sum(each.late for each in load)
    if not load:
        title = _("Nothing is open")
    elif late:
        title = ngettext("%(n)s request is late", "%(n)s requests are late", late) % {"n": late}
    else:
        title = _("Nothing is late")
    return {"load": load, "load_bars": bars, "load_title": title, "load_tall": charts.height(bars)}


def _load_bar(n, each, greatest):
    room = charts.TRACK - 80  # for the numbers after the bar
    late = charts.scaled(each.late, greatest, room)
    whole = charts.scaled(each.open, greatest, room)
    note = f"{each.open}"
    if each.late:
        note = _("%(n)s, %(late)s late") % {"n": each.open, "late": each.late}
    label = str(each.status.label)
    y = 10 + charts.ROW * n
    return Bar(label, y, whole - late, second=late, note=note, is_bad=bool(each.late))


def pace_chart(paces) -> dict:
    greatest = max((max(each.days, each.target) for each in paces), default=0) * 1.1
    bars = [_pace_bar(n, each, greatest) for n, each in enumerate(paces)]
    return {
        "paces": paces,
        "pace_bars": bars,
        "pace_title": pace_title(paces),
        "pace_tall": charts.height(bars),
    }


def _pace_bar(n, each, greatest):
    note = _("%(days)s of %(target)s") % {"days": said_days(each.days), "target": each.target}
    return Bar(
        each.category,
        10 + charts.ROW * n,
        charts.scaled(each.days, greatest),
        mark=charts.scaled(each.target, greatest),
        note=_("%(note)s, over") % {"note": note} if each.is_over else note,
        is_bad=each.is_over,
    )


def pace_title(paces) -> str:
    slow = [each.category for each in paces if each.is_over]
    if not paces:
        return _("Nothing was finished in this time")
    if not slow:
        return _("Every kind of work is within its target")
    if len(slow) == 1:
        return _("%(name)s takes too long") % {"name": slow[0]}
    return _("%(n)s kinds of work take too long") % {"n": len(slow)}


def said_days(days) -> str:
    return formats.number_format(days, 0 if days == int(days) else 1)


def verdict_title(verdicts) -> str:
    if not verdicts.answered:
        return _("No resident has answered yet")
    return ngettext(
        "%(yes)s of %(n)s resident who answered says it is fixed",
        "%(yes)s of %(n)s residents who answered say it is fixed",
        verdicts.answered,
    ) % {"yes": verdicts.confirmed, "n": verdicts.answered}


def verdict_bars(verdicts) -> list[dict]:
    """One stacked bar, left to right: x, width, colour class, words, count."""
    parts = [
        ("c-n5", _("Said it is fixed"), verdicts.confirmed),
        ("c-n1", _("Said it is not"), verdicts.disputed),
        ("c-n3", _("Did not answer in time"), verdicts.unanswered),
        ("c-n4", _("May still answer"), verdicts.waiting),
    ]
    bars, x = [], 0
    for n, (color, words, count) in enumerate(parts):
        width = charts.scaled(count, verdicts.finished, 420)
        bars.append(
            {
                "color": color, "words": words, "n": count, "x": x,
                "width": max(0, width - 2), "y": 55 + 27 * n, "text_y": 66 + 27 * n,
            }
        )  # fmt: skip
        x = round(x + width, 1)
    return bars


def week_chart(weeks) -> dict:
    came = [row[1] for row in weeks]
    went = [row[2] for row in weeks]
    top = charts.ceiling(max(came + went))
    lines = charts.curve(came, top, **AXIS), charts.curve(went, top, **AXIS)
    step = AXIS["width"] / (len(weeks) - 1)
    return {
        "weeks": weeks,
        "came": lines[0],
        "went": lines[1],
        "came_now": came[-1],
        "went_now": went[-1],
        "grid": [(AXIS["bottom"] - AXIS["tall"] * n // 4, top * n // 4) for n in range(5)],
        "ticks": [
            (AXIS["left"] + step * n, formats.date_format(row[0], _("M j")))
            for n, row in enumerate(weeks)
            if n % 2 == 0
        ],
        "week_title": week_title(sum(came), sum(went)),
        "labels_y": labels_y(*lines),
    }


def labels_y(came, went) -> tuple[float, float]:
    """Where the two lines' last numbers stand without touching each other."""
    if abs(came.last_y - went.last_y) >= LABEL:
        return came.last_y + 4, went.last_y + 4
    upper = min(came.last_y, went.last_y) - 2
    return (upper, upper + LABEL) if came.last_y <= went.last_y else (upper + LABEL, upper)


def week_title(came, went) -> str:
    given = {"came": came, "went": went, "weeks": overview.WEEKS}
    if came > went:
        return _("More comes than is finished: %(came)s came, %(went)s finished") % given
    return _("%(went)s finished, %(came)s came in %(weeks)s weeks") % given
