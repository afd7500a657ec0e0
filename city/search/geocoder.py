"""Client of an external geocoding service, which a city may name in its settings.

The offline search always answers first. The service is asked only if the offline answer is unsure,
only when somebody sends a search (never while they type, except an agent whose words match
nothing), and for at most two seconds. After three failures in a row each process leaves the service
alone for a minute. Results outside the service area are dropped.

**Data sent to the service:** the words of the place field with the city's name, the corners of the
city's bounding box, the language of the page, and the address of the city's server. Nothing about
the person, no description, no photo and no device position is sent. The browser never contacts the
service.
"""

import hashlib
import inspect
import json
import logging
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from functools import cache as once
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from geopy.exc import GeopyError
from geopy.geocoders import get_geocoder_for_service
from geopy.location import Location
from geopy.point import Point

from city import cache as city_cache
from city import geo
from city.models import City
from city.search.place_hit import PlaceHit, build_hit
from city.search.tokens import normalize_text
from lib.breaker import CircuitBreaker, Unavailable

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 1.8  # so that the page is rendered within two seconds
# geopy parses the response without checks, so a malformed response raises any of these.
_FAILURES = (TookTooLong, GeopyError, OSError, ValueError, KeyError, TypeError, AttributeError)
server = CircuitBreaker(
    "geocoder", lambda error: isinstance(error, _FAILURES), failures=3, seconds=60
)
_CACHE_SECONDS, _EMPTY_CACHE_SECONDS = 60 * 60 * 24, 60 * 10
_FAILURE_CACHE_SECONDS = 5  # so that one page does not ask twice after a failure
_MIN_QUERY_LENGTH, _MAX_NAME_LENGTH = 4, 120  # characters of a query, and of a result's name
_MAX_PLACES = 6
_MAX_RUNNING_QUERIES = 4  # in this process; a fifth gets the offline answer alone
_pool = ThreadPoolExecutor(max_workers=_MAX_RUNNING_QUERIES, thread_name_prefix="geocoder")
_running_queries: set = set()


class _Geocoder(Protocol):
    """The interface of all geocoders of geopy, whose base class lacks this method."""

    def geocode(self, query: str, **options: Any) -> list[Location] | None: ...


def is_configured() -> bool:
    """Return True if the settings name a geocoding service."""
    return bool(settings.GEOCODER)


def geocode(text: str) -> list[PlaceHit]:
    """Return at most six places in the city that the service finds, from the cache if asked before.

    Return [] for a text of less than four characters, and if the service fails, times out, is
    paused by the breaker, has too many queries, or is not configured.
    """
    question = normalize_text(text)
    if not is_configured() or len(question) < _MIN_QUERY_LENGTH:
        return []
    key = _cache_key(question)
    found = cache.get(key)
    if found is None:
        if len(_running_queries) >= _MAX_RUNNING_QUERIES:
            return []
        try:
            with server.guard():
                answer = _geocode_with_timeout(text)
        except Unavailable as unavailable:
            if unavailable.__cause__:
                cache.set(key, [], _FAILURE_CACHE_SECONDS)
            return []
        found = _select_places_in_city(answer)
        cache.set(key, found, _CACHE_SECONDS if found else _EMPTY_CACHE_SECONDS)
    return [build_hit(*place) for place in found]


def _select_places_in_city(answer: Iterable[Location]) -> list[tuple[str, str, float, float]]:
    """Return (short name, “address”, lat, lng) for up to _MAX_PLACES results in the service area.

    Each name occurs once, with the point of its last result; results without a name are left out.
    """
    inside = {
        _shorten_address(each.address): (each.latitude, each.longitude)
        for each in answer
        if geo.is_in_service_area(each.latitude, each.longitude)
    }
    return [(name, "address", *point) for name, point in inside.items() if name][:_MAX_PLACES]


def _shorten_address(address: str) -> str:
    """Return the part of a result's address before the city: `City Hall, 1685 Main Street`.

    At most three parts and _MAX_NAME_LENGTH characters are returned.
    """
    parts = [part.strip() for part in address.split(",")]
    city = City.current().name.casefold()
    own = next((n for n, part in enumerate(parts) if n and part.casefold() == city), len(parts))
    if parts[0].isdigit() and own > 1:  # `1685, Main Street`
        parts[:2], own = [f"{parts[0]} {parts[1]}"], own - 1
    return " ".join(", ".join(parts[: min(own, 3)]).split())[:_MAX_NAME_LENGTH]


def _geocode_with_timeout(text: str) -> list[Location]:
    """Return the service's results, [] for none. Raise one of _FAILURES, also after the timeout."""
    try:
        return _submit_query(text).result(timeout=TIMEOUT_SECONDS) or []
    except _FAILURES as error:
        log.warning("the geocoder failed: %s", type(error).__name__)
        raise


def _submit_query(text: str) -> Future[list[Location] | None]:
    """Start the query in a thread of the pool, count it as running, and return its future."""
    query, more = _build_query(text)  # not in the thread, which has no connection to the database
    asked = _pool.submit(
        _service().geocode, query, exactly_one=False, timeout=TIMEOUT_SECONDS, **more
    )
    _running_queries.add(asked)
    asked.add_done_callback(_running_queries.discard)
    return asked


def _build_query(text: str) -> tuple[str, dict[str, Any]]:
    """Return the query text and those area parameters that the service's client knows."""
    city = City.current()
    query = text if city.name.casefold() in text.casefold() else f"{text}, {city.name}"
    known = inspect.signature(_service().geocode).parameters
    narrowed = _area_parameters(get_language())
    return query, {name: value for name, value in narrowed.items() if name in known}


def _area_parameters(language: str | None) -> dict[str, Any]:
    """Return every service's own parameters for “in this bounding box only”.

    A service without such a parameter gets the city's name in the query; its results elsewhere are
    dropped.
    """
    west, south, east, north = geo.city_bounds()
    corners = [Point(south, west), Point(north, east)]
    names = ("viewbox", "boundary_rect", "bbox", "bounds")
    limits = ("limit", "maxresults", "candidates")
    return {
        **dict.fromkeys(names, corners),
        **dict.fromkeys(limits, _MAX_PLACES),
        "bounded": True,
        "language": language,
    }


@once
def _build_service(name: str, options: str) -> _Geocoder:
    """Return geopy's client of the service `name`, built once for equal arguments.

    `options` are its arguments as JSON.
    """
    service = get_geocoder_for_service(name)(timeout=TIMEOUT_SECONDS, **json.loads(options))
    return cast("_Geocoder", service)


def _service() -> _Geocoder:
    """Return the client of the configured service, built once for each value of the settings."""
    return _build_service(*_service_settings())


def _service_settings() -> tuple[str, str]:
    """Return the service's name and its options as JSON."""
    return settings.GEOCODER, json.dumps(settings.GEOCODER_OPTIONS, sort_keys=True)


def _cache_key(question: str) -> str:
    """Return a key for the question, the service, the city's version and the language."""
    whole = f"{_service_settings()} {city_cache.current_version()} {get_language()} {question}"
    return f"geocoder:{hashlib.sha256(whole.encode()).hexdigest()}"
