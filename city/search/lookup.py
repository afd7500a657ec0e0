"""Place search for words that somebody submitted: offline first, then the geocoding service."""

from city.search import geocoder
from city.search.location_parser import find_neighbor_city, parse_typed_point
from city.search.place_hit import PlaceHit
from city.search.places import find_places, pick_unambiguous_hit


def find_places_or_geocode(text: str, limit: int = 6) -> list[PlaceHit]:
    """Return the hits of `find_places`, and before them the geocoder's if those are unsure.

    Without a service, or if it fails, return the offline hits. Takes up to two seconds.
    """
    here = find_places(text, limit)
    if pick_unambiguous_hit(text, here) or parse_typed_point(text) or find_neighbor_city(text):
        return here
    if not (found := geocoder.geocode(text)):
        return here
    names = {hit.name.casefold() for hit in found}
    return [*found, *(hit for hit in here if hit.name.casefold() not in names)][:limit]
