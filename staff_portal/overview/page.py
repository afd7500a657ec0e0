"""What the overview's pages show: one builder for each page."""

from collections.abc import Iterator
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city.translation import translate_name
from lib import clock
from requests_app.lateness import format_days_late
from staff_portal.inbox.reading import KEYS
from staff_portal.overview import charts, feedback, figures, findings, jobs, tables, week_charts
from staff_portal.overview.findings import said_share
from staff_portal.overview.report import Report

KINDS = {"category": _("What"), "zone": _("Area"), "week": _("Week")}
SHARES = {
    "by_rule": _("Routed automatically"),
    "rerouted": _("Rerouted"),
    "returned": _("Handed back by a department"),
    "declined": _("Declined"),
    "duplicates": _("Closed as a duplicate"),
    "transferred": _("Referred to another agency"),
    "bounced": _("Email addresses that bounced"),
}
PERIODS = {"4w": _("4 weeks"), "12w": _("12 weeks"), "year": _("A year")}


def overview_page(user, scope, query) -> dict:
    """All numbers of a scope. `query` is the address's, for what was typed and not understood."""
    report = Report(scope)
    now, said = report.load.whole(), feedback.comments(scope)
    context = frame(scope, query) | _figures(report, query)
    context |= {
        "longest_late": format_days_late(now.late_since, clock.now()) if now.late else "",
        "statuses": charts.statuses(report),
        "returns": charts.returns(report),
        "comments": [(jobs.link(user, each.service_request), each) for each in said],
        "disputes": [(jobs.link(user, each.row), each) for each in feedback.disputes(scope)],
        "downloads": [(tables.KINDS[name][0], url) for name, url in context["csv"].items()],
        "requests_csv": scope.url("overview_requests"),
    }
    if scope.is_city:
        context |= {"routing": charts.routing(report), "at_the_desk": at_the_desk(report)}
    else:
        context["people"] = charts.people(report)
    if len(scope.chosen) > 1:
        context["multiples"] = week_charts.multiples(report)
    return context


def public_page(scope, query) -> dict:
    """What the city did, for everybody: the same measures, without people and departments."""
    return _shown_to_all(scope, query) | _figures(Report(scope), query)


def _figures(report, query) -> dict[str, Any]:
    """The measures that everybody may see."""
    scope = report.scope
    return answers_by(report, query) | {
        "now": report.load.whole(),
        "in_period": in_period(report),
        "weeks": week_charts.weeks(report),
        "pace": charts.pace(report),
        "answers": charts.answers(report),
        "ratings": charts.ratings(report),
        "zones_chart": charts.zones(report),
        "csv": {name: scope.url("overview_table", name) for name in tables.list_offered(scope)},
    }


def answers_by(report, query) -> dict:
    """What residents said, by what `by` in the address names, and where the others are."""
    kind = query.get("by") if query.get("by") in KINDS else "category"
    url = report.scope.url
    return {
        "answers_by": charts.answers_by(report, kind),
        "answers_kinds": [
            (words, url("overview", by=k) + "#said", k) for k, words in KINDS.items()
        ],
        "answers_kind": kind,
        "answers_csv": url("overview_table", charts.TABLES[kind]),
    }


def frame(scope, query) -> dict:
    """What the overview's pages have in common: the head, the filters, where they lead."""
    return _shown_to_all(scope, query) | {
        "heading": heading(scope),
        "overview_url": scope.url("overview"),
        **{f"{name}_url": scope.url("overview_jobs", list=name) for name in jobs.LISTS},
    }


def _shown_to_all(scope, query) -> dict[str, Any]:
    return {
        "scope": scope,
        "days": said_period(scope.period),
        "periods": [
            (words, scope.url("overview", period=name, **{"from": None, "to": None}), name)
            for name, words in PERIODS.items()
        ],
        "choices": list(_choices(scope)),
        "typed": {name: query.get(name, "")[:40] for name in ("from", "to")},
        "here_url": scope.page_url("overview"),
        "all_url": scope.url("overview", department=None, category=None, zone=None),
        "enough": figures.ENOUGH,
        "enough_for_a_share": figures.ENOUGH_FOR_A_SHARE,
    }


def _choices(scope) -> Iterator[tuple[str, Promise, Promise, tuple[tuple[Any, str], ...], Any]]:
    """(name, label, what stands for all, its options as HTML) of each select of the filters."""
    selects = [
        ("category", _("What"), _("Everything"), scope.categories),
        ("zone", _("Where"), _("All areas"), scope.zones),
    ]
    if len(scope.departments) > 1:
        selects.insert(0, ("department", _("Department"), _("All departments"), scope.departments))
    for name, label, everything, rows in selects:
        offered = tuple((getattr(row, KEYS[name]), translate_name(row)) for row in rows)
        chosen = scope.narrowing.get(name, "")
        yield name, label, everything, offered, chosen


def heading(scope) -> str:
    if scope.department:
        return scope.department.name
    if scope.is_city:
        return _("The whole city")
    return scope.departments[0].name if len(scope.departments) == 1 else _("All my departments")


def said_period(period) -> str:
    """Nov 2 to today · Jan 1, 2026 to Mar 31, 2026."""
    today = clock.today()
    said = gettext("M j") if period.first.year == today.year else gettext("M j, Y")
    last = gettext("today") if period.last == today else formats.date_format(period.last, said)
    days = {"first": formats.date_format(period.first, said), "last": last}
    return gettext("%(first)s to %(last)s") % days


def in_period(report) -> dict:
    """The key figures of the period, each with how much it can say."""
    row = report.sums.whole
    return {
        "done": row,
        "moved": row,
        "came": report.received(row),
        "median": row.middle,
        "said_in_time": said_share(row.share_in_time),
        "said_confirmed": said_share(row.share_confirmed),
        **_before(report.whole_before),
    }


def _before(row) -> dict:
    """The median and the share confirmed of the time before; nothing where there was too little."""
    median, confirmed = row.middle, row.share_confirmed
    return {
        "median_before": median.value if median.is_enough else None,
        "confirmed_before": said_share(confirmed) if confirmed.is_enough else "",
    }


def at_the_desk(report) -> dict:
    """What became of the requests filed in the period: `shares` are (what, the figure, Share)."""
    row = report.desk.desk_whole
    shares = [(words, row.desk_share(measure)) for measure, words in SHARES.items()]
    return {
        "title": findings.of_waiting(row.hours),
        "filed": row.desk_filed,
        "shares": [(words, said_share(share), share) for words, share in shares],
    }


def jobs_page(user, wanted, query) -> dict:
    """One list of jobs with what can be done in it."""
    found = jobs.counts(wanted)
    page = jobs.page_of(wanted, found[wanted.name], query.get("page"))
    lines = jobs.jobs(user, wanted, page.object_list)
    return frame(wanted.scope, query) | {
        "wanted": wanted,
        "list_title": jobs.LISTS[wanted.name],
        "list_query": wanted.scope.period_query | wanted._replace(words="").query,
        "here_url": wanted.scope.page_url("overview_jobs"),
        "all_url": wanted.url(department=None, category=None, zone=None),
        "person_title": _title_of(wanted.person),
        "empty_title": _("No job in this list matches your search.")
        if wanted.words
        else jobs.EMPTY[wanted.name],
        "lists": [
            (words, wanted.url(list=name, status=None), found[name], name)
            for name, words in jobs.TABS.items()
        ],
        "lines": lines,
        "page": page,
        "people": {line.row.department: line.people for line in lines if line.can_be_given},
        "give_url": wanted.scope.url("overview_assignment", **wanted.query),
        "undo_url": wanted.scope.url("overview_assignment_undo", **wanted.query),
        "anybody_url": wanted.url(person=None),
        "any_status_url": wanted.url(status=None),
        "any_words_url": wanted.url(q=None),
    }


def _title_of(person) -> Promise | str:
    if not person:
        return ""
    return _("Unassigned") if person == jobs.NOBODY else person.full_name
