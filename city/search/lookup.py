"""A place that somebody asked for by sending a search: offline first, then the named service."""

from city.search import geocoder
from city.search.hit import PlaceHit
from city.search.places import find_places, the_one_meant
from city.search.typed import other_city, point_of


def look_further(text: str, limit: int = 6) -> list[PlaceHit]:
    """What `find_places` says where that is sure; else what the geocoding service of the settings
    adds, before it. Without one, or when it fails, the offline answer stands. Up to two seconds.
    """
    here = find_places(text, limit)
    if the_one_meant(text, here) or point_of(text) or other_city(text):
        return here
    if not (found := geocoder.ask(text)):
        return here
    names = {hit.name.casefold() for hit in found}
    return [*found, *(hit for hit in here if hit.name.casefold() not in names)][:limit]
