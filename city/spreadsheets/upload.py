"""A chosen file between its preview and the confirmation, for every web process to find.

It lies packed in the shared cache and goes by itself after an hour: nothing of it stays on a disk.
The key is random and holds only for the person who chose the file.
"""

import secrets
import zlib

from django.core.cache import cache

SECONDS = 60 * 60


def keep(person, name: str, data: bytes) -> str | None:
    """The key under which the file is found again; None where the cache does not take it."""
    key = secrets.token_urlsafe(16)
    cache.set(_place(person, key), (name, zlib.compress(data, 3)), SECONDS)
    return key if cache.has_key(_place(person, key)) else None


def find(person, key: str) -> tuple[str, bytes] | None:
    """The file's name and content, or None where it is gone or somebody else's."""
    found = cache.get(_place(person, key)) if key.isascii() and len(key) < 64 else None
    return (found[0], zlib.decompress(found[1])) if found else None


def drop(person, key: str):
    cache.delete(_place(person, key))


def _place(person, key):
    return f"sheet-{person.pk}-{key}"
