"""Django's Redis cache, behind a circuit breaker: an unavailable cache is a miss, never an error.

Everything in the cache can be rebuilt from the database, so a Valkey that does not answer costs 0.3
s and a query. After two such failures the cache is not asked for five seconds, because a page that
reads many keys would add up the time-outs.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

from lib.breaker import CircuitBreaker, Unavailable

log = logging.getLogger(__name__)
cache_breaker = CircuitBreaker(
    "cache", lambda error: isinstance(error, redis.RedisError), failures=2, seconds=5
)


class JsonSerializer:
    """A serializer for JSON. Unlike pickle, it lets nobody who can write to Valkey run code here.

    Integers are stored as integers, so Valkey can increment them. Tuples come back as lists and
    integer keys of dicts as strings. Raises TypeError for values that JSON does not know.
    """

    def dumps(self, value) -> bytes:
        """Return the value as JSON in UTF-8. Raise TypeError for a value JSON does not know."""
        return json.dumps(value).encode()

    def loads(self, kept) -> Any:
        return json.loads(kept)


def _with_fallback(method, fallback=lambda: None) -> Callable:
    """Return the method, wrapped to return `fallback()` if the cache is unavailable."""

    def call(self, *args, **kwargs) -> Any:
        try:
            with cache_breaker.guard(method.__name__):
                return method(self, *args, **kwargs)
        except Unavailable as unavailable:
            if error := unavailable.__cause__:
                log.warning("cache unavailable: %s", type(error).__name__)
            return fallback()

    return call


class Cache(RedisCache):
    """Django's Redis cache whose methods return what a miss returns if Valkey is unavailable."""

    def get(self, key, default=None, version=None) -> Any:
        """Return the value, or `default` if it is missing or the cache is unavailable."""
        return _with_fallback(RedisCache.get, lambda: default)(self, key, default, version)

    set = _with_fallback(RedisCache.set)
    add = _with_fallback(RedisCache.add, bool)
    touch = _with_fallback(RedisCache.touch, bool)
    delete = _with_fallback(RedisCache.delete, bool)
    get_many = _with_fallback(RedisCache.get_many, dict)
    set_many = _with_fallback(RedisCache.set_many, list)
    delete_many = _with_fallback(RedisCache.delete_many)
    has_key = _with_fallback(RedisCache.has_key, bool)
    incr = _with_fallback(RedisCache.incr, int)
