"""Template context of the crew's inbox: list, map and poll."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from city import geo
from city.models import Category, Zone
from lib.http import parse_number
from requests_app.models import Comment, Event, ServiceRequest
from requests_app.status import WORKABLE_STATUSES, Outcome, Status, Verb
from staff_portal.cards import Card, build_map_context, find_card_photos
from staff_portal.day_plan import plan
from staff_portal.day_plan.location import PhoneLocation
from staff_portal.inbox import job_queries
from staff_portal.inbox.filters import (
    FILTER_COLUMNS,
    TABS,
    FilterChoices,
    InboxFilters,
    load_choices_of_user,
    parse_filters,
)
from staff_portal.inbox.job_queries import JobCounts
from staff_portal.progress import can_work_on

_PROOF_VERBS = [Verb.COMPLETE, Verb.REJECT_PROOF]


@dataclass(frozen=True)
class InboxCard(Card):
    """A job in the inbox.

    `words` are the resident's words about a dispute. `planned_by` are names of colleagues who have
    the job on today's plan. `outcome` is set for finished jobs. `is_unproved` is True if the job
    was completed with photos that could not be read.
    """

    words: str
    is_planned: bool
    can_be_planned: bool
    planned_by: list[str]
    outcome: str
    is_unproved: bool


class FilterOption(NamedTuple):
    """An option of a filter, with the number of jobs that it would give."""

    value: str
    name: str
    number: int
    is_chosen: bool


def build_inbox_context(user: User, query: QueryDict, place: PhoneLocation | None = None) -> dict:
    """Return the context of the inbox for the query of its URL.

    At most 15 queries, whatever the number of jobs.
    """
    offered = load_choices_of_user(user)
    filters = parse_filters(query, offered, place and place.at)
    counts = job_queries.count_jobs(user, filters)
    found = job_queries.search_jobs(user, filters) if filters.words else {}
    rows = list(chain(*found.values())) if filters.words else _list_jobs_of_tab(user, filters)
    planners = plan.find_planners(user, rows)
    cards = _build_cards(rows, user, filters, planners.users)
    tab_of = {row.pk: tab for tab, jobs in found.items() for row in jobs}
    begun = job_queries.find_job_in_progress(user)
    return {
        "selects": _build_filter_options(offered, filters, counts),
        "departments": offered.departments,
        "filters": filters,
        "place": place,
        "tabs": [(name, *words, counts.tabs[name]) for name, words in TABS.items()],
        "counts": counts,
        "cards": cards,
        "found": [
            (TABS[tab][0], [card for card in cards if tab_of[card.row.pk] == tab]) for tab in found
        ],
        "is_sortable": filters.tab in ("todo", "waiting"),
        "next": cards[0] if filters.tab == "todo" and cards and not filters.words else None,
        "total": counts.tabs[filters.tab],
        "planned": planners.remaining,
        "job_in_progress": begun if begun and not (rows and rows[0].pk == begun.pk) else None,
        "newest": job_queries.find_newest_event_id(),
        **(build_map_context(cards) if filters.view == "map" else {}),
    }


def _list_jobs_of_tab(user: User, filters: InboxFilters) -> list[ServiceRequest]:
    """Return at most MAX_JOBS_PER_PAGE jobs of the tab."""
    return list(job_queries.jobs_of_tab(user, filters)[: job_queries.MAX_JOBS_PER_PAGE])


def format_inbox_news(user: User, query: QueryDict) -> str:
    """Return a text about what changed since version `v` and event `e` of the list, or "".

    It has the number of new jobs, or says that the list has changed.
    """
    filters = parse_filters(query, load_choices_of_user(user))
    if job_queries.list_version(filters) == query.get("v"):
        return ""
    since = parse_number(query.get("e"))
    arrived = 0 if since is None else job_queries.count_arrivals(user, filters, since)
    if arrived:
        return ngettext("%(n)s new job.", "%(n)s new jobs.", arrived) % {"n": arrived}
    return _("The list has changed.")


def _build_filter_options(offered: FilterChoices, filters: InboxFilters, counts: JobCounts) -> dict:
    """Return the options of the filters by "zones" and "categories"."""
    return {
        "zones": _list_options("zone", offered.zones, counts.zones, filters.zone),
        "categories": _list_options(
            "category", offered.categories, counts.categories, filters.category
        ),
    }


def _list_options(
    name: str,
    rows: Iterable[Zone | Category],
    numbers: Counter[int],
    chosen: Zone | Category | None,
) -> tuple[FilterOption, ...]:
    """Return the options of one filter that would give jobs, and the chosen one in any case."""
    return tuple(
        FilterOption(getattr(row, FILTER_COLUMNS[name]), row.name, numbers[row.pk], row == chosen)
        for row in rows
        if numbers[row.pk] or row == chosen
    )


def _build_cards(
    rows: list[ServiceRequest], user: User, filters: InboxFilters, planners: dict[int, list[User]]
) -> list[InboxCard]:
    """Return a card of each row in the same order; `planners` are users by request id.

    A card has the distance from `filters.here` ("" if unknown). In the tab of finished jobs, and
    for finished jobs that a search finds, it has the outcome.
    """
    photos, words, unproved = (
        find_card_photos(rows),
        _load_dispute_texts(rows),
        _find_jobs_with_rejected_proof(rows),
    )
    return [
        InboxCard(
            row=row,
            number=n,
            photo=photos.get(row.pk),
            distance=geo.format_distance_between(filters.here, row.coordinates),
            words=words.get(row.pk, ""),
            is_planned=user in planners.get(row.pk, []),
            can_be_planned=can_work_on(row, user),
            planned_by=[each.full_name for each in planners.get(row.pk, []) if each != user],
            outcome=_format_outcome(row) if _is_outcome_shown(row, filters) else "",
            is_unproved=row.pk in unproved,
        )
        for n, row in enumerate(rows, start=1)
    ]


def _is_outcome_shown(row: ServiceRequest, filters: InboxFilters) -> bool:
    """Return True for a finished job in a search; without words, for all of the finished tab."""
    if not filters.words:
        return filters.tab == "done"
    return row.completed_at is not None and row.status not in WORKABLE_STATUSES


def _load_dispute_texts(rows: Iterable[ServiceRequest]) -> dict[int, str]:
    """Return the last words of a dispute by id of the disputed request.

    Requests disputed without words are left out. One query, or none.
    """
    disputed = [row.pk for row in rows if row.status == Status.DISPUTED]
    said = Comment.objects.filter(service_request__in=disputed, event__verb=Verb.DISPUTE)
    return dict(said.order_by("event_id").values_list("service_request", "body"))


def _find_jobs_with_rejected_proof(rows: Iterable[ServiceRequest]) -> set[int]:
    """Return the ids of jobs in progress whose last proof was rejected; one query, or none."""
    under_way = [row.pk for row in rows if row.status == Status.IN_PROGRESS]
    if not under_way:
        return set()
    events = Event.objects.filter(service_request__any=under_way, verb__in=_PROOF_VERBS)
    last = events.order_by("service_request", "-pk").distinct("service_request")
    found = last.values_list("service_request", "verb")
    return {pk for pk, verb in found if verb == Verb.REJECT_PROOF}


def _format_outcome(row: ServiceRequest) -> str:
    """Return what became of finished work, as a text for the crew."""
    if row.status == Status.COMPLETED:
        return _("Waiting for the resident")
    outcomes: dict[str, str] = {
        Outcome.CONFIRMED: _("Resident says it's fixed"),
        Outcome.UNANSWERED: _("The resident didn't answer"),
        Outcome.UPHELD: _("Closed with an answer to the resident"),
    }
    return outcomes.get(
        row.outcome, _("Closed: %(outcome)s") % {"outcome": Outcome(row.outcome).label}
    )
