"""Template context of the day plan."""

from django.http import QueryDict

from accounts.models import User
from city import geo
from staff_portal.cards import Card, build_map_context, find_card_photos
from staff_portal.day_plan import plan, visiting_order
from staff_portal.day_plan.location import PhoneLocation
from staff_portal.day_plan.plan import DayPlan


def build_plan_context(user: User, query: QueryDict, place: PhoneLocation | None = None) -> dict:
    """Return the context of the page; `place` is the phone's.

    Of the query, `view` ("map") and `change` ("1") count; an empty plan has neither. At most 15
    database queries, whatever the number of stops.
    """
    day = plan.load_day_plan(user)
    here = place.at if place else None
    cards = _build_cards(day, here)
    is_map = query.get("view") == "map" and bool(cards)
    on_next = next(
        (card for card in cards if day.next_stop and card.row is day.next_stop.row), None
    )
    return {
        "day": day,
        "cards": cards,
        "next": on_next,
        "next_distance": geo.format_distance_between(here, on_next.row.coordinates)
        if on_next
        else "",
        "way": _format_route_length(cards, here),
        "place": place,
        "is_changing": query.get("change") == "1" and bool(cards),
        "is_map": is_map,
        "unplanned_count": len(plan.list_unplanned_assigned_jobs(user)),
        "leftover_jobs": [] if day.total else plan.list_leftover_jobs(user),
        "version": plan.plan_version(user),
        **(build_map_context(cards) if is_map else {}),
    }


def _build_cards(day: DayPlan, here: tuple[float, float] | None) -> list[Card]:
    """Return numbered cards of the remaining stops; each has the formatted distance to get there.

    The distance is from the last stop before it that has coordinates, or from `here` if there is
    none. It is "" if the stop has no coordinates, or if nothing before it has.
    """
    photos = find_card_photos([each.row for each in day.remaining])
    cards: list[Card] = []
    before = here
    for number, each in enumerate(day.remaining, start=1):
        at = each.row.coordinates
        photo = photos.get(each.row.pk)
        cards.append(Card(each.row, number, photo, geo.format_distance_between(before, at)))
        before = at or before
    return cards


def _format_route_length(cards: list[Card], here: tuple[float, float] | None) -> str:
    """Format the length of the route in straight lines; return "" if the length is 0."""
    points = [here, *(card.row.coordinates for card in cards)]
    metres = visiting_order.route_length_m(points)
    return geo.format_distance(metres) if metres else ""
