"""What a person's day shows."""

from city import geo
from staff_portal.cards import Card, build_map_context, find_card_photos
from staff_portal.day_plan import plan, visiting_order


def build_plan_context(user, query, place=None) -> dict:
    """The whole page; at most 15 queries, however many stops."""
    day = plan.load_day_plan(user)
    here = place.at if place else None
    cards = _build_cards(day, here)
    is_map = query.get("view") == "map" and bool(cards)
    on_next = next((card for card in cards if card.row is day.next_stop.row), None)
    return {
        "day": day,
        "cards": cards,
        "next": on_next,
        "next_distance": geo.said_between(here, on_next.row.coordinates) if on_next else "",
        "way": _format_route_length(cards, here),
        "place": place,
        "is_changing": query.get("change") == "1" and bool(cards),
        "is_map": is_map,
        "unplanned_count": len(plan.list_unplanned_assigned_jobs(user)),
        "leftover_jobs": [] if day.total else plan.list_leftover_jobs(user),
        "version": plan.plan_version(user),
        **(build_map_context(cards) if is_map else {}),
    }


def _build_cards(day, here) -> list:
    """The stops left to do, each with how far it is from the one before, or from the phone."""
    photos = find_card_photos([each.row for each in day.left])
    cards, before = [], here
    for each in day.left:
        at = each.row.coordinates
        photo = photos.get(each.row.pk)
        cards.append(Card(each.row, each.number, photo, geo.said_between(before, at)))
        before = at or before
    return cards


def _format_route_length(cards, here) -> str:
    """How long the whole way is, in words, as the crow flies; nothing for a single place."""
    points = [here, *(card.row.coordinates for card in cards)]
    metres = visiting_order.route_length_m(points)
    return geo.said_distance(metres) if metres else ""
