"""A geocoding service that a city may name in its settings, for what its own data does not know.

The offline search always answers first and always stands: the service is asked only where that
is not sure, only when somebody sends a search (never while they type, except an agent whose words
fit nothing), and for two seconds at the most. One that failed three times in a row is left alone
for a minute, by each process. Answers outside the service area are thrown away.

**What leaves the city:** the words of the place field with the city's name, the corners of the
city's outline, the language of the page, and the address of the city's server. Nothing about who
asks, no description, no photo, no position of a phone. The browser never speaks to the service.
"""

import hashlib
import inspect
import json
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from functools import cache as once
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from geopy.exc import GeopyError
from geopy.geocoders import get_geocoder_for_service
from geopy.geocoders.base import Geocoder
from geopy.point import Point

from city import cache as city_cache
from city import geo
from city.models import City
from city.search.hit import PlaceHit, hit_of
from city.search.tokens import tidy
from lib.breaker import Breaker, Unavailable

log = logging.getLogger(__name__)

SECONDS = 1.8  # so that a page that asks is there within two
# geopy reads whatever the service sends: an answer of another shape is a failure of it
_FAILS = (TookTooLong, GeopyError, OSError, ValueError, KeyError, TypeError, AttributeError)
server = Breaker("geocoder", lambda error: isinstance(error, _FAILS), failures=3, seconds=60)
_KEPT, _NOTHING_KEPT = 60 * 60 * 24, 60 * 10  # seconds that an answer, or none, is remembered
_JUST_ASKED = 5  # seconds after a failure in which one page does not ask again
_SHORTEST, _LONGEST = 4, 120  # characters worth a question, and of a name
_MOST = 6
_AT_ONCE = 4  # questions under way in this process; a fifth is left to the offline answer
_pool = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="geocoder")
_under_way: set = set()


def is_named() -> bool:
    return bool(settings.GEOCODER)


def ask(text: str) -> list[PlaceHit]:
    """Places in the city that the service finds; none where it fails, hangs or rests."""
    question = tidy(text)
    if not is_named() or len(question) < _SHORTEST:
        return []
    key = _key(question)
    found = cache.get(key)
    if found is None:
        if len(_under_way) >= _AT_ONCE:
            return []
        try:
            with server.guard():
                answer = _in_time(text)
        except Unavailable as unavailable:
            if unavailable.__cause__:
                cache.set(key, [], _JUST_ASKED)
            return []
        found = _kept(answer)
        cache.set(key, found, _KEPT if found else _NOTHING_KEPT)
    return [hit_of(*place) for place in found]


def _kept(answer) -> list[tuple[str, str, Any, Any]]:
    """(name, kind, lat, lng) of what lies in the service area, each name once."""
    inside = {
        _name(each.address): (each.latitude, each.longitude)
        for each in answer
        if geo.in_service_area(each.latitude, each.longitude)
    }
    return [(name, "address", *point) for name, point in inside.items() if name][:_MOST]


def _name(address) -> str:
    """What comes before the city: `City Hall, 1685 Main Street`, of a line down to the country."""
    parts = [part.strip() for part in address.split(",")]
    city = City.current().name.casefold()
    own = next((n for n, part in enumerate(parts) if n and part.casefold() == city), len(parts))
    if parts[0].isdigit() and own > 1:  # `1685, Main Street`
        parts[:2], own = [f"{parts[0]} {parts[1]}"], own - 1
    return " ".join(", ".join(parts[: min(own, 3)]).split())[:_LONGEST]


def _in_time(text) -> list:
    """What the service says, [] for nothing."""
    try:
        return _begun(text).result(timeout=SECONDS) or []
    except _FAILS as error:
        log.warning("the geocoder failed: %s", type(error).__name__)
        raise


def _begun(text) -> Future:
    query, more = _question(text)  # not in the thread, which has no connection to the database
    asked = _pool.submit(_service().geocode, query, exactly_one=False, timeout=SECONDS, **more)
    _under_way.add(asked)
    asked.add_done_callback(_under_way.discard)
    return asked


def _question(text) -> tuple[str, dict[str, Any]]:
    """The words and what narrows them, as far as the service knows it."""
    city = City.current()
    query = text if city.name.casefold() in text.casefold() else f"{text}, {city.name}"
    known = inspect.signature(_service().geocode).parameters
    narrowed = _narrowed(get_language())
    return query, {name: value for name, value in narrowed.items() if name in known}


def _narrowed(language) -> dict[str, Any]:
    """Each service's own name for “in this box only”; one that has none is asked with the city's
    name, and what it finds elsewhere is thrown away all the same.
    """
    west, south, east, north = geo.bounds()
    corners = [Point(south, west), Point(north, east)]
    names = ("viewbox", "boundary_rect", "bbox", "bounds")
    limits = ("limit", "maxresults", "candidates")
    return {
        **dict.fromkeys(names, corners),
        **dict.fromkeys(limits, _MOST),
        "bounded": True,
        "language": language,
    }


@once
def _made(name, options) -> Geocoder:
    return get_geocoder_for_service(name)(timeout=SECONDS, **json.loads(options))


def _service() -> Geocoder:
    """The service of the settings, made once for each of their values."""
    return _made(*_named())


def _named() -> tuple[Any, str]:
    """The service and its options, as texts that can be compared."""
    return settings.GEOCODER, json.dumps(settings.GEOCODER_OPTIONS, sort_keys=True)


def _key(question) -> str:
    whole = f"{_named()} {city_cache.current_version()} {get_language()} {question}"
    return f"geocoder:{hashlib.sha256(whole.encode()).hexdigest()}"
