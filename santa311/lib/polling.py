"""What a poll compares: the version of a page, kept in the shared cache for 30 s at most.

A version in the cache is only ever a hint from the database. Whoever writes a new one overwrites;
whoever merely looked one up keeps what is there, so a slow reader cannot hide news.
"""

from django.core.cache import cache

LIFETIME = 30  # seconds


def announce(name, version, lasts=None):
    """A new version of `name` was committed. `lasts` is in how many seconds another one follows
    without anybody's doing; None: in none.
    """
    cache.set(_key(name), version, _lifetime(lasts))


def remember(name, version, lasts=None):
    """`version` was read from the database because the cache had none."""
    cache.add(_key(name), version, _lifetime(lasts))


def known(name):
    """The cached version, or None. One cache read."""
    return cache.get(_key(name))


def _lifetime(lasts) -> int:
    """Whole seconds, rather too few than one too many; with 0 the cache keeps nothing."""
    return LIFETIME if lasts is None else min(LIFETIME, int(lasts))


def _key(name):
    return f"live:{name}"
