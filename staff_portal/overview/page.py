"""Template contexts of the overview's pages."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import QueryDict
from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.translation import translate_name
from lib import clock
from requests_app.lateness import format_days_late
from staff_portal.inbox.filters import FILTER_COLUMNS
from staff_portal.overview import (
    answer_charts,
    charts,
    feedback,
    findings,
    job_lists,
    most_supported,
    share_and_median,
    tables,
    week_charts,
)
from staff_portal.overview.daily_sums import Figures
from staff_portal.overview.findings import format_share
from staff_portal.overview.job_lists import JobList
from staff_portal.overview.period import Period
from staff_portal.overview.report import Report
from staff_portal.overview.scope import Scope

ANSWER_GROUPS = {"category": _("What"), "zone": _("Area"), "week": _("Week")}
DESK_SHARES = {
    "by_rule": _("Routed automatically"),
    "rerouted": _("Rerouted"),
    "returned": _("Handed back by a department"),
    "declined": _("Declined"),
    "duplicates": _("Closed as a duplicate"),
    "transferred": _("Referred to another agency"),
    "bounced": _("Email addresses that bounced"),
}
PERIOD_LABELS = {"4w": _("4 weeks"), "12w": _("12 weeks"), "year": _("A year")}


class FilterSelect(NamedTuple):
    """A select of the filters; `options` are (value, label), `chosen` is a value or ""."""

    name: str
    label: str | Promise
    label_of_all: str | Promise
    options: tuple[tuple[str, str], ...]
    chosen: str


def build_overview_context(user: User, scope: Scope, query: QueryDict) -> dict:
    """Return the context of the overview; `query` gives typed dates that were refused."""
    report = Report(scope)
    now, said = report.open_requests.total(), feedback.list_comments(scope)
    context = build_frame_context(scope, query) | _build_figures_context(report, query)
    context |= {
        "longest_late": format_days_late(now.late_since, clock.now()) if now.late_since else "",
        "statuses": charts.build_status_chart(report),
        "returns": charts.build_returns_chart(report),
        "supported": [
            (job_lists.build_request_url(user, row), row)
            for row in most_supported.list_most_supported(scope)
        ],
        "comments": [
            (job_lists.build_request_url(user, each.service_request), each) for each in said
        ],
        "disputes": [
            (job_lists.build_request_url(user, each.row), each)
            for each in feedback.list_disputes(scope)
        ],
        "downloads": [
            (tables.TABLE_BUILDERS[name][0], url) for name, url in context["csv"].items()
        ],
        "requests_csv": scope.url("overview_requests"),
        "report_url": scope.page_url("overview_report_new", query=scope.filter_query),
    }
    if scope.is_city:
        context |= {
            "routing": charts.build_routing_chart(report),
            "at_the_desk": build_desk_context(report),
        }
    else:
        context["people"] = charts.build_people_chart(report)
    if len(scope.chosen_departments) > 1:
        context["multiples"] = week_charts.build_small_multiples(report)
    return context


def build_public_context(scope: Scope, query: QueryDict) -> dict:
    """Return the context of the public page: the same measures without people and departments."""
    supported = [
        (reverse("service_request", args=[row.reference]), row)
        for row in most_supported.list_most_supported(scope)
    ]
    context = _build_common_context(scope, query) | _build_figures_context(Report(scope), query)
    return context | {"supported": supported}


def _build_figures_context(report: Report, query: QueryDict) -> dict[str, Any]:
    """Return the template's context with the figures, charts and CSV links that everybody may see.

    Those of people and routing are not among them.
    """
    scope = report.scope
    return build_answers_context(report, query) | {
        "now": report.open_requests.total(),
        "in_period": build_period_context(report),
        "weeks": week_charts.build_weeks_chart(report),
        "pace": charts.build_pace_chart(report),
        "answers": answer_charts.build_answers_chart(report),
        "ratings": charts.build_ratings_chart(report),
        "zones_chart": charts.build_zone_chart(report),
        "csv": {name: scope.url("overview_table", name) for name in tables.list_table_names(scope)},
    }


def build_answers_context(report: Report, query: QueryDict) -> dict:
    """Return the answers grouped as the query's `by` says; an unknown group becomes "category".

    Keys: `answers_by` (the chart), `answers_kinds` ((label, URL, group) of each group),
    `answers_kind` (the chosen group) and `answers_csv` (URL of the table).
    """
    asked = query.get("by", "")
    kind = asked if asked in ANSWER_GROUPS else "category"
    url = report.scope.url
    return {
        "answers_by": answer_charts.build_answers_chart_by(report, kind),
        "answers_kinds": [
            (words, url("overview", by=k) + "#said", k) for k, words in ANSWER_GROUPS.items()
        ],
        "answers_kind": kind,
        "answers_csv": url("overview_table", answer_charts.TABLE_NAMES[kind]),
    }


def build_frame_context(scope: Scope, query: QueryDict) -> dict:
    """Return what the pages have in common: heading, filters and links."""
    return _build_common_context(scope, query) | {
        "heading": format_heading(scope),
        "overview_url": scope.url("overview"),
        **{f"{name}_url": scope.url("overview_jobs", list=name) for name in job_lists.LIST_TITLES},
    }


def _build_common_context(scope: Scope, query: QueryDict) -> dict[str, Any]:
    """Return what all pages show of the scope: its period, filters, links and minimum numbers."""
    return {
        "scope": scope,
        "days": format_period(scope.period),
        "periods": [
            (words, scope.url("overview", period=name, **{"from": None, "to": None}), name)
            for name, words in PERIOD_LABELS.items()
        ],
        "choices": list(_list_selects(scope)),
        "typed": {name: query.get(name, "")[:40] for name in ("from", "to")},
        "here_url": scope.page_url("overview"),
        "all_url": scope.url("overview", department=None, category=None, zone=None),
        "enough": share_and_median.MIN_FOR_MEDIAN,
        "enough_for_a_share": share_and_median.MIN_FOR_PERCENTAGE,
    }


def _list_selects(scope: Scope) -> Iterator[FilterSelect]:
    """Yield the selects of department (only if there are several), category and zone."""
    selects = [
        ("category", _("What"), _("Everything"), scope.categories),
        ("zone", _("Where"), _("All areas"), scope.zones),
    ]
    if len(scope.departments) > 1:
        selects.insert(0, ("department", _("Department"), _("All departments"), scope.departments))
    for name, label, label_of_all, rows in selects:
        options = tuple((getattr(row, FILTER_COLUMNS[name]), translate_name(row)) for row in rows)
        yield FilterSelect(name, label, label_of_all, options, scope.filter_query.get(name, ""))


def format_heading(scope: Scope) -> str | Promise:
    """Return the department's name, "The whole city" or "All my departments"."""
    if scope.department:
        return scope.department.name
    if scope.is_city:
        return _("The whole city")
    return scope.departments[0].name if len(scope.departments) == 1 else _("All my departments")


def format_period(period: Period) -> str:
    """Return the first and last day, such as "Nov 2 to Nov 9".

    Both have the year if the first day is in another year. "today" replaces the last day if it is
    today.
    """
    today = clock.today()
    said = gettext("M j") if period.first.year == today.year else gettext("M j, Y")
    last = gettext("today") if period.last == today else formats.date_format(period.last, said)
    days = {"first": formats.date_format(period.first, said), "last": last}
    return gettext("%(first)s to %(last)s") % days


def build_period_context(report: Report) -> dict:
    """Return the figures of the period as numbers and texts, and those of the one before."""
    row = report.sums.total
    return {
        "done": row,
        "moved": row,
        "came": report.count_received(row),
        "median": row.median_days,
        "said_in_time": format_share(row.share_on_time),
        "said_confirmed": format_share(row.share_confirmed),
        **_build_comparison_context(report.total_before),
    }


def _build_comparison_context(row: Figures) -> dict:
    """Return `median_before` and `confirmed_before` of the previous period.

    They are days and a text; None and "" if they are of too few.
    """
    median, confirmed = row.median_days, row.share_confirmed
    return {
        "median_before": median.value if median.is_enough else None,
        "confirmed_before": format_share(confirmed) if confirmed.is_enough else "",
    }


def build_desk_context(report: Report) -> dict:
    """Return what the desk did with the requests filed; `shares` are (label, text, Share)."""
    row = report.desk_sums.desk_total
    shares = [(words, row.desk_share(measure)) for measure, words in DESK_SHARES.items()]
    return {
        "title": findings.summarize_desk_wait(row.median_desk_hours),
        "filed": row.desk_filed,
        "shares": [(words, format_share(share), share) for words, share in shares],
    }


def build_jobs_context(user: User, job_list: JobList, query: QueryDict) -> dict:
    """Return the context of the chosen list's page, with the number of jobs in each list."""
    found = job_lists.count_jobs_by_list(job_list)
    page = job_lists.load_page(job_list, found[job_list.name], query.get("page"))
    lines = job_lists.build_job_lines(user, job_list, list(page.object_list))
    return build_frame_context(job_list.scope, query) | {
        "job_list": job_list,
        "list_title": job_lists.LIST_TITLES[job_list.name],
        "list_query": job_list.scope.period_query | job_list._replace(words="").query,
        "here_url": job_list.scope.page_url("overview_jobs"),
        "all_url": job_list.url(department=None, category=None, zone=None),
        "person_title": _format_person(job_list.person),
        "empty_title": _("No job in this list matches your search.")
        if job_list.words
        else job_lists.EMPTY_LIST_MESSAGES[job_list.name],
        "lists": [
            (words, job_list.url(list=name, status=None), found[name], name)
            for name, words in job_lists.TAB_LABELS.items()
        ],
        "lines": lines,
        "page": page,
        "people": {line.row.department: line.people for line in lines if line.can_be_assigned},
        "give_url": job_list.scope.url("overview_assignment", **job_list.query),
        "undo_url": job_list.scope.url("overview_assignment_undo", **job_list.query),
        "anybody_url": job_list.url(person=None),
        "any_status_url": job_list.url(status=None),
        "any_words_url": job_list.url(q=None),
    }


def _format_person(person: User | str | None) -> Promise | str:
    """Return the full name of a user, "Unassigned" for NOBODY, or "" for None."""
    if not person:
        return ""
    return person.full_name if isinstance(person, User) else _("Unassigned")
