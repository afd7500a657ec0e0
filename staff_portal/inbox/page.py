"""What the crew's inbox shows; the builder serves the list, the map, and the poll."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import geo
from lib.http import as_number
from requests_app.models import Comment, Event, ServiceRequest
from requests_app.status import WORKABLE, Outcome, Status, Verb
from staff_portal.cards import Card, build_map_context, find_card_photos
from staff_portal.day_plan import plan
from staff_portal.inbox import job_queries
from staff_portal.progress import can_work_on

_PROOF_VERBS = [Verb.COMPLETE, Verb.REJECT_PROOF]


@dataclass(frozen=True)
class InboxCard(Card):
    """A disputed job has the resident's words, and their photo. `also` names colleagues who have it
    on their day. `became` is for what is done; `is_unproved` says that it was, but none of its
    photos can be opened.
    """

    words: str
    is_planned: bool
    can_be_planned: bool
    planned_by: list[str]
    outcome: str
    is_unproved: bool


def build_inbox_context(user, query, place=None) -> dict:
    """The whole inbox for the address's `query`. At most 15 queries, however many jobs."""
    offered = job_queries.load_choices_of_user(user)
    filters = job_queries.parse_filters(query, offered, place and place.at)
    tally = job_queries.count_jobs(user, filters)
    found = job_queries.search_jobs(user, filters) if filters.words else {}
    rows = list(chain(*found.values())) if filters.words else _list_jobs_of_tab(user, filters)
    planners = plan.find_planners(user, rows)
    cards = _build_cards(rows, user, filters, planners.users)
    tab_of = {row.pk: tab for tab, jobs in found.items() for row in jobs}
    begun = job_queries.find_job_in_progress(user)
    return {
        "selects": _build_filter_options(offered, filters, tally),
        "departments": offered.departments,
        "filters": filters,
        "place": place,
        "tabs": [(name, *words, tally.tabs[name]) for name, words in job_queries.TABS.items()],
        "tally": tally,
        "cards": cards,
        "found": [
            (job_queries.TABS[tab][0], [card for card in cards if tab_of[card.row.pk] == tab])
            for tab in found
        ],
        "is_sortable": filters.tab in ("todo", "waiting"),
        "next": cards[0] if filters.tab == "todo" and cards and not filters.words else None,
        "total": tally.tabs[filters.tab],
        "planned": planners.remaining,
        "job_in_progress": begun if begun and not (rows and rows[0].pk == begun.pk) else None,
        "newest": job_queries.find_newest_event_id(),
        **(build_map_context(cards) if filters.view == "map" else {}),
    }


def _list_jobs_of_tab(user, filters) -> list[ServiceRequest]:
    return list(job_queries.jobs_of_tab(user, filters)[: job_queries.MAX_JOBS_PER_PAGE])


def format_inbox_news(user, query) -> str:
    """What is new since the list with `v` and `e` in `query` was drawn; empty when nothing is."""
    filters = job_queries.parse_filters(query, job_queries.load_choices_of_user(user))
    if job_queries.list_version(filters) == query.get("v"):
        return ""
    since = as_number(query.get("e"))
    arrived = 0 if since is None else job_queries.count_arrivals(user, filters, since)
    if arrived:
        return ngettext("%(n)s new job.", "%(n)s new jobs.", arrived) % {"n": arrived}
    return _("The list has changed.")


def _build_filter_options(offered, filters, tally) -> dict:
    """Return the options of both filters; a choice that would give no job is left out."""
    return {
        "zones": _list_options("zone", offered.zones, tally.zones, filters.zone),
        "categories": _list_options(
            "category", offered.categories, tally.categories, filters.category
        ),
    }


def _list_options(name, rows, numbers, chosen) -> tuple[tuple[Any, Any, Any, Any], ...]:
    """(value, name, number, whether it is chosen) of each."""
    return tuple(
        (getattr(row, job_queries.FILTER_COLUMNS[name]), row.name, numbers[row.pk], row == chosen)
        for row in rows
        if numbers[row.pk] or row == chosen
    )


def _build_cards(rows, user, filters, planners.users) -> list[InboxCard]:
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
            distance=geo.said_between(filters.here, row.coordinates),
            words=words.get(row.pk, ""),
            is_planned=user in planners.get(row.pk, []),
            can_be_planned=can_work_on(row, user),
            planned_by=[each.full_name for each in planners.get(row.pk, []) if each != user],
            outcome=_format_outcome(row) if _is_outcome_shown(row, filters) else "",
            is_unproved=row.pk in unproved,
        )
        for n, row in enumerate(rows, start=1)
    ]


def _is_outcome_shown(row, filters) -> bool:
    """Whether the card says what became of the job: of all in the tab of finished ones, and of what
    a search finds there.
    """
    if not filters.words:
        return filters.tab == "done"
    return row.completed_at is not None and row.status not in WORKABLE


def _load_dispute_texts(rows) -> dict[int, str]:
    """What the resident of each disputed job wrote, by the request's id; one query, or none."""
    disputed = [row.pk for row in rows if row.status == Status.DISPUTED]
    said = Comment.objects.filter(service_request__in=disputed, event__verb=Verb.DISPUTE)
    return dict(said.order_by("event_id").values_list("service_request", "body"))


def _find_jobs_with_rejected_proof(rows) -> set[int]:
    """The ids of those under way of which the proof was refused last; one query, or none."""
    under_way = [row.pk for row in rows if row.status == Status.IN_PROGRESS]
    if not under_way:
        return set()
    events = Event.objects.filter(service_request__any=under_way, verb__in=_PROOF_VERBS)
    last = events.order_by("service_request", "-pk").distinct("service_request")
    found = last.values_list("service_request", "verb")
    return {pk for pk, verb in found if verb == Verb.REJECT_PROOF}


def _format_outcome(row) -> str:
    """What became of finished work, in the crew's words."""
    if row.status == Status.COMPLETED:
        return _("Waiting for the resident")
    return {
        Outcome.CONFIRMED: _("Resident says it's fixed"),
        Outcome.UNANSWERED: _("The resident didn't answer"),
        Outcome.UPHELD: _("Closed with an answer to the resident"),
    }.get(row.outcome, _("Closed: %(outcome)s") % {"outcome": Outcome(row.outcome).label})
