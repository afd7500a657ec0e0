"""The shared cache, which may be down: a miss is slower, never an error.

Everything kept here can be rebuilt from the database, so a Valkey that is gone or silent costs
0.3 s and a query, not the page. After two such it is not asked for five seconds: a page that reads
many keys, or takes many turns, would add them up.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

from lib.breaker import Breaker, Unavailable

log = logging.getLogger(__name__)
server = Breaker("cache", lambda error: isinstance(error, redis.RedisError), failures=2, seconds=5)


class AsJson:
    """What is kept is data and never code: who could write here would run nothing.

    A whole number is one to the server too, which can add to it. Of what JSON does not know, tuples
    come back as lists and the numbers that name a dict's entries as text; the rest is a TypeError.
    """

    def dumps(self, value) -> bytes:
        return json.dumps(value).encode()

    def loads(self, kept) -> Any:
        return json.loads(kept)


def _or(method, fallback=lambda: None) -> Callable:
    """The method; without a server what `fallback()` gives."""

    def call(self, *args, **kwargs) -> Any:
        try:
            with server.guard():
                return method(self, *args, **kwargs)
        except Unavailable as unavailable:
            if error := unavailable.__cause__:
                log.warning("cache unavailable: %s", type(error).__name__)
            return fallback()

    return call


class Cache(RedisCache):
    """Django's Redis cache with time-outs that a page survives (0.3 s, no retries)."""

    def get(self, key, default=None, version=None) -> Any:
        return _or(RedisCache.get, lambda: default)(self, key, default, version)

    set = _or(RedisCache.set)
    add = _or(RedisCache.add, bool)
    touch = _or(RedisCache.touch, bool)
    delete = _or(RedisCache.delete, bool)
    get_many = _or(RedisCache.get_many, dict)
    set_many = _or(RedisCache.set_many, list)
    delete_many = _or(RedisCache.delete_many)
    has_key = _or(RedisCache.has_key, bool)
    incr = _or(RedisCache.incr, int)
