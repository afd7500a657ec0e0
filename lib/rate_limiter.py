"""How often somebody may do a thing: counted in Valkey for all processes together.

Where Valkey is away, each process counts by itself to half of each limit: two web processes let
through as much as before, more of them somewhat more, and nobody is shut out. A Valkey that hangs
costs 0.3 s, twice at the most: then it is left alone, by the cache too, which asks the same one.

Who is counted is kept as a keyed hash, and for two of its windows at the most.
"""

import logging
import math
import time
from collections.abc import Callable
from functools import cache, partial

import redis
from django.conf import settings
from django.utils.crypto import salted_hmac
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter as _Limiter

from lib.breaker import Unavailable
from lib.cache import server

log = logging.getLogger(__name__)

PATIENCE = 0.3  # seconds for an answer of Valkey
SHARE = 2  # web processes that are reckoned with where each counts by itself

# Whole schools and the customers of a phone company come from one address; a person is a browser
# with its key, or a member of staff. RATE_LIMITS in the environment changes single ones.
USUAL = {
    "report.address": "60/minute;600/hour",
    "report.person": "10/minute;60/hour",
    "photo.address": "300/minute;3000/hour",
    "photo.person": "60/minute;300/hour",
    "word.address": "90/minute;900/hour",  # comments, answers, following
    "word.person": "20/minute;150/hour",
    "search.address": "1200/minute",
    "search.person": "240/minute",
    "selection.address": "20/minute;200/hour",  # of the open data: each reads the database
    "miss.address": "20/minute",  # references and private links that lead nowhere
    "mail.address": "30/hour",  # mails that are asked for on a page
    "mail.mailbox": "5/hour",  # to one mailbox, whoever asks
    "sign_in.address": "60/minute;600/hour",
    "sign_in.person": "10/minute",  # of a member of staff who is signed in, for another step
    "setting.person": "60/minute",  # a choice that an account keeps, such as its colors
    "setting.address": "120/minute",
    "wrong_password.address": "20/5minutes",
    "wrong_password.login": "5/5minutes",  # one name tried from one address
    "wrong_password.everywhere": "50/15minutes",  # one name tried from anywhere
    "wrong_code.account": "5/5minutes",
    "wrong_key.address": "20/minute",  # API keys that nobody has
    "open311.address": "600/minute",  # whatever other systems ask for; a hundred requests are one
    # Above these it is not quiet any more, and a browser has to do some work for a report.
    "quiet.address": "20/10minutes",
    "quiet.city": "30/minute",
}


class TooMany(Exception):
    """This was done too often; the same will do in `wait` seconds."""

    def __init__(self, wait) -> None:
        super().__init__(f"again in {wait} s")
        self.wait = wait


def take(name, who, weight=1, limit="") -> None:
    """Count one more of `name` (see USUAL) by `who`, or one that weighs as many as `weight`.

    `limit` is what is written in USUAL for others, where each has their own. Raises TooMany, and
    then nothing is counted in the window that is full.
    """
    for item in _items(name, limit):
        if not _ask(partial(_Limiter.hit, cost=min(weight, item.amount)), item, name, who):
            raise TooMany(_wait(item, name, who))


def check(name, who) -> None:
    """Raises TooMany where `take` would; counts nothing."""
    for item in _items(name):
        if not _ask(_Limiter.test, item, name, who):
            raise TooMany(_wait(item, name, who))


def is_left(name, who) -> bool:
    """Whether `who` may do it once more now; counts nothing."""
    return all(_ask(_Limiter.test, item, name, who) for item in _items(name))


def _wait(item, name, who) -> int:
    """Whole seconds until there is room again, one at the least."""
    stats = _ask(_Limiter.get_window_stats, item, name, who)
    return max(1, math.ceil(stats.reset_time - time.time()))


def _items(name, limit="") -> tuple[Callable] | tuple[RateLimitItem, ...]:
    limits = settings.RATE_LIMITS
    return () if limits is None else _parsed(limit or limits.get(name, USUAL[name]))


@cache
def _parsed(text) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(text))


def _ask[Answer](
    question: Callable[..., Answer], item: RateLimitItem, name: str, who: object
) -> Answer:
    """Return what `question`, a method of `_Limiter`, answers of Valkey's counters.

    Where Valkey is away, it answers of this process's own counters, and of a share of the limit.
    """
    key = (name, _hash_of(str(who)))
    try:
        with server.guard():
            return question(_shared(settings.REDIS_URL), item, *key)
    except Unavailable as unavailable:
        if error := unavailable.__cause__:
            log.warning("rates are counted by each process: %s", type(error).__name__)
    return question(_own, _share_of(item), *key)


def _hash_of(who) -> str:
    keyed = salted_hmac("rates:", who, settings.LINK_SECRET, algorithm="sha256")
    return keyed.hexdigest()[:32]


@cache
def _share_of(item) -> RateLimitItem:
    return type(item)(max(1, math.ceil(item.amount / SHARE)), item.multiples)


@cache
def _shared(url) -> "_Limiter":
    pool = redis.ConnectionPool.from_url(
        url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
    prefix = f"{settings.CACHES['default']['KEY_PREFIX']}:rates"
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix=prefix)
    return _Limiter(storage)


_own = _Limiter(MemoryStorage())
