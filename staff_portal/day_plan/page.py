"""What a person's day shows."""

from city import geo
from staff_portal.cards import Card, map_of, photos_of
from staff_portal.day_plan import plan, visiting_order


def plan_page(user, query, place=None) -> dict:
    """The whole page; at most 15 queries, however many stops."""
    day = plan.day_of(user)
    here = place.at if place else None
    cards = _cards(day, here)
    is_map = query.get("view") == "map" and bool(cards)
    on_next = next((card for card in cards if card.row is day.next.row), None)
    return {
        "day": day,
        "cards": cards,
        "next": on_next,
        "next_distance": geo.format_distance_between(here, on_next.row.coordinates)
        if on_next
        else "",
        "way": _way(cards, here),
        "place": place,
        "is_changing": query.get("change") == "1" and bool(cards),
        "is_map": is_map,
        "given": len(plan.given(user)),
        "left_over": [] if day.total else plan.left_over(user),
        "version": plan.version(user),
        **(map_of(cards) if is_map else {}),
    }


def _cards(day, here) -> list:
    """The stops left to do, each with how far it is from the one before, or from the phone."""
    photos = photos_of([each.row for each in day.left])
    cards, before = [], here
    for each in day.left:
        at = each.row.coordinates
        photo = photos.get(each.row.pk)
        cards.append(Card(each.row, each.number, photo, geo.format_distance_between(before, at)))
        before = at or before
    return cards


def _way(cards, here) -> str:
    """How long the whole way is, in words, as the crow flies; nothing for a single place."""
    points = [here, *(card.row.coordinates for card in cards)]
    metres = visiting_order.length_m(points)
    return geo.format_distance(metres) if metres else ""
