"""The overview's charts: a finding, the figures of the drawing, and the table behind it."""

from dataclasses import dataclass
from types import SimpleNamespace

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.translation import translated
from staff_portal.overview import charts, desk, figures, findings, finished, tables
from staff_portal.overview.charts import Bar, Part
from staff_portal.overview.figures import Share
from staff_portal.overview.load import by_status
from staff_portal.overview.tables import Table

MOST = 8  # bars in one chart; the table has the rest
NO_LOAD = SimpleNamespace(open=0, late=0, disputed=0)
TABLES = {"category": tables.categories, "zone": tables.zones, "week": tables.weeks}
TONES = ("c-yes", "c-no", "c-silent", "c-open", "c-other")


@dataclass(frozen=True)
class Chart:
    """`title` is the finding, `note` says how to read the drawing, `table` is what is behind it."""

    title: str
    note: str
    table: Table
    bars: tuple[Bar, ...] = ()


def pace(report) -> Chart:
    rows = sorted(
        report.finished.by("category").items(),
        key=lambda each: (-each[1].finished, report.category_name(each[0])),
    )
    found = [(report.categories[pk], finished.middle(row)) for pk, row in rows]
    over = [translated(c.name) for c, middle in found if middle.is_over(c.target_days)]
    within = [translated(c.name) for c, middle in found if middle.is_within(c.target_days)]
    shown = found[:MOST]
    greatest = 1.1 * max((max(m.value, c.target_days) for c, m in shown), default=0)
    return Chart(
        title=findings.of_pace(over, within, sum(middle.n for __, middle in found)),
        note=_(
            "Typical (median) business days. Pale bars have fewer than %(n)s jobs. The black "
            "line is the target."
        )
        % {"n": figures.ENOUGH},
        table=tables.categories(report),
        bars=tuple(_pace_bar(report, category, middle, greatest) for category, middle in shown),
    )


def _pace_bar(report, category, middle, greatest):
    is_over = middle.is_over(category.target_days)
    given = {"days": findings.said_days(middle.value), "target": category.target_days}
    if not middle.is_enough:
        note = findings.few(middle.n)
    else:
        note = (
            _("%(days)s days (target %(target)s), over")
            if is_over
            else _("%(days)s days (target %(target)s)")
        ) % given
    tone = "c-late" if is_over else "c-bar" if middle.is_enough else "c-few"
    return Bar(
        label=translated(category.name),
        parts=(Part("0%", charts.percent(middle.value, greatest), tone),),
        note=note,
        mark=charts.percent(category.target_days, greatest),
        tone="bad" if is_over else "" if middle.is_enough else "few",
        href=report.scope.url("overview", category=category.service_code),
    )


def statuses(report) -> Chart:
    found = by_status(report.load)
    whole = report.load.whole()
    greatest = max((row.open for __, row in found), default=0)
    return Chart(
        title=findings.of_load(whole.open, whole.late),
        note=_("Open requests by status. Late ones are in red."),
        table=tables.statuses(report),
        bars=tuple(
            _held_bar(
                str(status.label),
                row,
                greatest,
                report.scope.url("overview_jobs", list="open", status=status.value),
            )
            for status, row in found
        ),
    )


def people(report) -> Chart:
    held = report.load.by("person")
    rows = sorted(
        ((report.person_name(pk), pk, held.get(pk, NO_LOAD)) for pk in report.crew),
        key=lambda each: (each[1] is not None, -each[2].open, each[0]),
    )
    greatest = max((row.open for __, __, row in rows), default=0)
    named = [(name, row.open) for name, pk, row in rows if pk and row.open]
    unassigned = report.load.whole().unassigned
    return Chart(
        title=findings.of_people(named, unassigned),
        note=_people_note(held.get(None, NO_LOAD).open - unassigned),
        table=tables.people(report),
        bars=tuple(
            _held_bar(
                name,
                row,
                greatest,
                report.scope.url("overview_jobs", list="open", person=_username(report, pk)),
            )
            for name, pk, row in rows[:MOST]
        ),
    )


def _people_note(waiting):
    """`waiting`: how many are nobody's and cannot be given either, until a resident answers."""
    note = _("Open jobs by person. Late ones are in red.")
    if not waiting:
        return note
    more = ngettext(
        "%(n)s unassigned job is waiting for an answer.",
        "%(n)s unassigned jobs are waiting for an answer.",
        waiting,
    )
    return f"{note} {more % {'n': waiting}}"


def _username(report, pk):
    return report.people[pk].get_username() if pk else "nobody"


def _held_bar(label, row, greatest, href):
    note = f"{row.open}"
    if row.late:
        note = _("%(n)s, %(late)s late") % {"n": row.open, "late": row.late}
    return Bar(
        label=label,
        parts=charts.stacked(
            [(row.open - row.late, "c-bar"), (row.late, "c-late")], 1.0 * greatest
        ),
        note=note,
        tone="bad" if row.late else "",
        href=href,
    )


def zones(report) -> Chart:
    held = report.load.by("zone")
    done = report.finished.by("zone")
    keys = sorted({*held, *done}, key=report.zone_name)
    shares = {pk: finished.in_time(done.get(pk)) for pk in keys}
    enough = [pk for pk in keys if shares[pk].percent is not None]
    enough.sort(key=lambda pk: (shares[pk].fraction, report.zone_name(pk)))
    rows = sorted(keys, key=lambda pk: (-shares[pk].whole, report.zone_name(pk)))
    return Chart(
        title=findings.of_zones([(report.zone_name(pk), shares[pk]) for pk in enough]),
        note=_("Share of finished work that was done by the expected date."),
        table=tables.zones(report),
        bars=tuple(_zone_bar(report, pk, shares[pk]) for pk in rows[:MOST] if shares[pk].whole),
    )


def _zone_bar(report, pk, share):
    is_enough = share.percent is not None
    note = _("%(share)s of %(n)s") % {"share": findings.said_share(share), "n": share.whole}
    return Bar(
        label=report.zone_name(pk),
        parts=(
            Part("0%", charts.percent(share.part, share.whole), "c-bar" if is_enough else "c-few"),
        ),
        note=note if is_enough else findings.said_share(share),
        tone="" if is_enough else "few",
        href=report.scope.url("overview", zone=_zone_slug(report, pk)) if pk else "",
    )


def _zone_slug(report, pk):
    return next(zone.slug for zone in report.scope.zones if zone.pk == pk)


def answers(report) -> Chart:
    row = report.finished.whole()
    found = tables.answers_of(row)
    pairs = list(zip([count for __, count in found], TONES, strict=False))
    note = _("No answer counts as neither yes nor no.")
    if row and row.mended:
        note += " " + _("Of those who first said no, %(n)s later said yes.") % {"n": row.mended}
    whole = row.finished if row else 0
    return Chart(
        title=findings.of_answers(row),
        note=note,
        table=tables.answers(report),
        bars=tuple(
            Bar(str(words), charts.stacked(pairs, whole), note=_counted(count, whole), tone=tone)
            for (words, count), tone in zip(found, TONES, strict=False)
        ),
    )


def _counted(count, whole):
    share = Share(count, whole)
    return f"{count}" if share.percent is None else f"{count} · {findings.said_share(share)}"


def answers_by(report, kind) -> Chart:
    """The same by "category", "zone" or "week": a bar's length is how much, its colors how well."""
    names = {"category": report.category_name, "zone": report.zone_name, "week": _week_name}
    found = report.finished.by(kind).items()
    order = (lambda each: each[0]) if kind == "week" else (lambda each: -each[1].finished)
    rows = [(names[kind](pk), row) for pk, row in sorted(found, key=order)]
    rows = rows[-MOST:] if kind == "week" else rows[:MOST]
    greatest = max((row.finished for __, row in rows), default=0)
    return Chart(
        title=findings.of_answers_by([(name, finished.said_yes(row)) for name, row in rows]),
        note=_(
            "Bar length shows how much work was finished. The number shows how much residents "
            "confirmed."
        ),
        table=TABLES[kind](report),
        bars=tuple(_answers_bar(name, row, greatest) for name, row in rows),
    )


def _answers_bar(name, row, greatest):
    counts = [count for __, count in tables.answers_of(row)]
    share = finished.said_yes(row)
    said = findings.said_share(share)
    is_enough = share.percent is not None
    return Bar(
        label=name,
        parts=charts.stacked(list(zip(counts, TONES, strict=False)), greatest),
        note=_("%(share)s of %(n)s") % {"share": said, "n": row.finished} if is_enough else said,
        tone="" if is_enough else "few",
    )


def _week_name(monday):
    return formats.date_format(monday, _("M j"))


def ratings(report) -> Chart:
    row = report.finished.whole()
    table = tables.ratings(report)
    greatest = max(count for __, count, __ in table.rows)
    return Chart(
        title=findings.of_ratings(row.rated if row else 0, row.stars if row else None),
        note=_("Ratings from residents who said it was fixed."),
        table=table,
        bars=tuple(
            Bar(
                f"{stars}", (Part("0%", charts.percent(count, greatest), "c-bar"),), note=f"{count}"
            )
            for stars, count, __ in table.rows
        )
        if greatest
        else (),
    )


def returns(report) -> Chart:
    flows, table = report.flows, tables.returns(report)
    whole = flows.whole()
    greatest = max((n for __, n in table.rows), default=0)
    return Chart(
        title=findings.of_returns(whole.returned, whole.routed),
        note=_("Reasons in this period."),
        table=table,
        bars=tuple(
            Bar(words, (Part("0%", charts.percent(n, greatest), "c-bar"),), note=f"{n}")
            for words, n in table.rows[:MOST]
        ),
    )


def routing(report) -> Chart:
    """Re-routed share by category, the busiest first; volume stands beside each share."""
    whole = report.desk.whole()
    rows = sorted(
        ((report.categories[pk], row) for pk, row in report.desk.by("category").items()),
        key=lambda each: (-each[1].routed, each[0].name),
    )
    again = desk.of_routed(whole, "rerouted") if whole else Share(0, 0)
    return Chart(
        title=findings.of_routing(whole, again),
        note=_("Share of routed requests that were rerouted."),
        table=tables.routing(report),
        bars=tuple(
            _routing_bar(report, category, row) for category, row in rows[:MOST] if row.routed
        ),
    )


def _routing_bar(report, category, row):
    share = desk.of_routed(row, "rerouted")
    is_enough = share.percent is not None
    words = findings.said_share(share)
    note = _("%(share)s of %(n)s") % {"share": words, "n": share.whole} if is_enough else words
    return Bar(
        label=translated(category.name),
        parts=(
            Part("0%", charts.percent(share.part, share.whole), "c-late" if is_enough else "c-few"),
        ),
        note=note,
        tone="" if is_enough else "few",
        href=report.scope.url("overview", category=category.service_code),
    )
