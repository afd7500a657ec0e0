"""Rate limits, counted in Valkey for all processes together.

If Valkey is unavailable, each process counts by itself up to half of each limit: two web processes
then allow as much as before. A Valkey that hangs costs 0.3 s at most twice; then its breaker, which
the cache shares, opens.

Identities are stored as keyed hashes, for at most two windows of their limit.
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
from lib.cache import cache_breaker

log = logging.getLogger(__name__)

VALKEY_TIMEOUT_SECONDS = 0.3  # seconds for an answer of Valkey
ASSUMED_PROCESSES = 2  # web processes that are assumed if each counts by itself

# Whole schools and the customers of a phone company share one address. A person is a browser with
# its key, or a member of staff. The variable RATE_LIMITS overrides single limits.
DEFAULT_LIMITS = {
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
    "wrong_key.address": "20/minute",  # unknown API keys
    "hook.address": "600/minute",  # emails that a mail service hands over
    "open311.address": "600/minute",  # all calls; a list counts one per hundred rows
    # Above these limits, a browser must do a proof of work before it can send a report.
    "quiet.address": "20/10minutes",
    "quiet.city": "30/minute",
}


class RateLimitExceeded(Exception):
    """The limit is reached. The same action is allowed again in `wait` seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"again in {wait} s")
        self.wait = wait


def count_attempt(name: str, who: object, weight: int = 1, limit: str = "") -> None:
    """Count `weight` actions of `who`. Raise RateLimitExceeded if a limit of `name` is reached.

    `limit` overrides the one in DEFAULT_LIMITS, for identities that have their own. A full window
    counts nothing more. A weight above a limit counts as the whole limit. Nothing is counted if
    rate limits are off. Raise KeyError for an unknown name.
    """
    for item in _find_limits(name, limit):
        if not _query_counters(
            partial(_Limiter.hit, cost=min(weight, item.amount)), item, name, who
        ):
            raise RateLimitExceeded(_seconds_until_allowed(item, name, who))


def check_limit(name: str, who: object) -> None:
    """Raise RateLimitExceeded if count_attempt() would, without counting."""
    for item in _find_limits(name):
        if not _query_counters(_Limiter.test, item, name, who):
            raise RateLimitExceeded(_seconds_until_allowed(item, name, who))


def is_below_limit(name: str, who: object) -> bool:
    """Return True if `who` may act once more now, without counting."""
    return all(_query_counters(_Limiter.test, item, name, who) for item in _find_limits(name))


def _seconds_until_allowed(item: RateLimitItem, name: str, who: object) -> int:
    """Return the whole seconds until an action is allowed again, at least 1."""
    stats = _query_counters(_Limiter.get_window_stats, item, name, who)
    return max(1, math.ceil(stats.reset_time - time.time()))


def _find_limits(name: str, limit: str = "") -> tuple[RateLimitItem, ...]:
    """Return the limits of `name`, or those in `limit`; empty if rate limits are off.

    Raise KeyError for an unknown name.
    """
    limits = settings.RATE_LIMITS
    return () if limits is None else _parse_limits(limit or limits.get(name, DEFAULT_LIMITS[name]))


@cache
def _parse_limits(text: str) -> tuple[RateLimitItem, ...]:
    """Return the limits of a text such as "60/minute;600/hour"."""
    return tuple(parse_many(text))


def _query_counters[Answer](
    question: Callable[..., Answer], item: RateLimitItem, name: str, who: object
) -> Answer:
    """Return the result of `question`, a method of _Limiter, for the shared counters in Valkey.

    If Valkey is unavailable, ask this process's counters, with its share of the limit.
    """
    key = (name, _hash_identity(str(who)))
    try:
        with cache_breaker.guard("rate"):
            return question(_shared_limiter(settings.REDIS_URL), item, *key)
    except Unavailable as unavailable:
        if error := unavailable.__cause__:
            log.warning("rates are counted by each process: %s", type(error).__name__)
    return question(_process_limiter, _limit_per_process(item), *key)


def _hash_identity(who: str) -> str:
    """Return a hash of 32 hex digits, keyed with LINK_SECRET."""
    keyed = salted_hmac("rates:", who, settings.LINK_SECRET, algorithm="sha256")
    return keyed.hexdigest()[:32]


@cache
def _limit_per_process(item: RateLimitItem) -> RateLimitItem:
    """Return the limit divided by ASSUMED_PROCESSES, rounded up."""
    return type(item)(max(1, math.ceil(item.amount / ASSUMED_PROCESSES)), item.multiples)


@cache
def _shared_limiter(url: str) -> _Limiter:
    """Return the limiter that counts in Valkey, one for each URL."""
    pool = redis.ConnectionPool.from_url(
        url, socket_timeout=VALKEY_TIMEOUT_SECONDS, socket_connect_timeout=VALKEY_TIMEOUT_SECONDS
    )
    prefix = f"{settings.CACHES['default']['KEY_PREFIX']}:rates"
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix=prefix)
    return _Limiter(storage)


_process_limiter = _Limiter(MemoryStorage())
