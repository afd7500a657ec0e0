"""What the crew's inbox shows; the builder serves the list, the map, and the poll."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import geo
from lib.http import parse_number
from requests_app.models import Comment, Event, ServiceRequest
from requests_app.status import WORKABLE_STATUSES, Outcome, Status, Verb
from staff_portal.cards import Card, map_of, photos_of
from staff_portal.day_plan import plan
from staff_portal.inbox import reading
from staff_portal.progress import is_to_do

_FINISHED = [Verb.COMPLETE, Verb.REJECT_PROOF]


@dataclass(frozen=True)
class InboxCard(Card):
    """A disputed job has the resident's words, and their photo. `also` names colleagues who have it
    on their day. `became` is for what is done; `is_unproved` says that it was, but none of its
    photos can be opened.
    """

    words: str
    is_planned: bool
    can_be_planned: bool
    also: list[str]
    became: str
    is_unproved: bool


def inbox_page(user, query, place=None) -> dict:
    """The whole inbox for the address's `query`. At most 15 queries, however many jobs."""
    offered = reading.choices(user)
    wanted = reading.filters(query, offered, place and place.at)
    tally = reading.tally(user, wanted)
    found = reading.search(user, wanted) if wanted.words else {}
    rows = list(chain(*found.values())) if wanted.words else _listed(user, wanted)
    planners, left = plan.planners(user, rows)
    cards = _cards(rows, user, wanted, planners)
    tab_of = {row.pk: tab for tab, jobs in found.items() for row in jobs}
    begun = reading.under_way(user)
    return {
        "selects": _selects(offered, wanted, tally),
        "departments": offered.departments,
        "wanted": wanted,
        "place": place,
        "tabs": [(name, *words, tally.tabs[name]) for name, words in reading.TABS.items()],
        "tally": tally,
        "cards": cards,
        "found": [
            (reading.TABS[tab][0], [card for card in cards if tab_of[card.row.pk] == tab])
            for tab in found
        ],
        "is_sortable": wanted.tab in ("todo", "waiting"),
        "next": cards[0] if wanted.tab == "todo" and cards and not wanted.words else None,
        "total": tally.tabs[wanted.tab],
        "planned": left,
        "under_way": begun if begun and not (rows and rows[0].pk == begun.pk) else None,
        "newest": reading.newest_event(),
        **(map_of(cards) if wanted.view == "map" else {}),
    }


def _listed(user, wanted) -> list[ServiceRequest]:
    return list(reading.jobs(user, wanted)[: reading.MOST])


def inbox_news(user, query) -> str:
    """What is new since the list with `v` and `e` in `query` was drawn; empty when nothing is."""
    wanted = reading.filters(query, reading.choices(user))
    if reading.version(wanted) == query.get("v"):
        return ""
    since = parse_number(query.get("e"))
    arrived = 0 if since is None else reading.arrived(user, wanted, since)
    if arrived:
        return ngettext("%(n)s new job.", "%(n)s new jobs.", arrived) % {"n": arrived}
    return _("The list has changed.")


def _selects(offered, wanted, tally) -> dict:
    """Return the options of both filters; a choice that would give no job is left out."""
    return {
        "zones": _options("zone", offered.zones, tally.zones, wanted.zone),
        "categories": _options("category", offered.categories, tally.categories, wanted.category),
    }


def _options(name, rows, numbers, chosen) -> tuple[tuple[Any, Any, Any, Any], ...]:
    """(value, name, number, whether it is chosen) of each."""
    return tuple(
        (getattr(row, reading.KEYS[name]), row.name, numbers[row.pk], row == chosen)
        for row in rows
        if numbers[row.pk] or row == chosen
    )


def _cards(rows, user, wanted, planners) -> list[InboxCard]:
    photos, words, unproved = photos_of(rows), _said(rows), _unproved(rows)
    return [
        InboxCard(
            row=row,
            number=n,
            photo=photos.get(row.pk),
            distance=geo.said_between(wanted.here, row.coordinates),
            words=words.get(row.pk, ""),
            is_planned=user in planners.get(row.pk, []),
            can_be_planned=is_to_do(row, user),
            also=[each.full_name for each in planners.get(row.pk, []) if each != user],
            became=_became(row) if _is_done(row, wanted) else "",
            is_unproved=row.pk in unproved,
        )
        for n, row in enumerate(rows, start=1)
    ]


def _is_done(row, wanted) -> bool:
    """Whether the card says what became of the job: of all in the tab of finished ones, and of what
    a search finds there.
    """
    if not wanted.words:
        return wanted.tab == "done"
    return row.completed_at is not None and row.status not in WORKABLE_STATUSES


def _said(rows) -> dict[int, str]:
    """What the resident of each disputed job wrote, by the request's id; one query, or none."""
    disputed = [row.pk for row in rows if row.status == Status.DISPUTED]
    said = Comment.objects.filter(service_request__in=disputed, event__verb=Verb.DISPUTE)
    return dict(said.order_by("event_id").values_list("service_request", "body"))


def _unproved(rows) -> set[int]:
    """The ids of those under way of which the proof was refused last; one query, or none."""
    under_way = [row.pk for row in rows if row.status == Status.IN_PROGRESS]
    if not under_way:
        return set()
    events = Event.objects.filter(service_request__any=under_way, verb__in=_FINISHED)
    last = events.order_by("service_request", "-pk").distinct("service_request")
    found = last.values_list("service_request", "verb")
    return {pk for pk, verb in found if verb == Verb.REJECT_PROOF}


def _became(row) -> str:
    """What became of finished work, in the crew's words."""
    if row.status == Status.COMPLETED:
        return _("Waiting for the resident")
    return {
        Outcome.CONFIRMED: _("Resident says it's fixed"),
        Outcome.UNANSWERED: _("The resident didn't answer"),
        Outcome.UPHELD: _("Closed with an answer to the resident"),
    }.get(row.outcome, _("Closed: %(outcome)s") % {"outcome": Outcome(row.outcome).label})
