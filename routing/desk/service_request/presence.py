"""Who else has a request open at the desk, and who is writing: in the shared cache, by the panel's
poll, gone `LIFETIME` after the last one. A cache that is down shows nobody; nothing depends on it.

Each agent writes one of a request's few slots, so that two polls at once cannot lose one another.
"""

import time
from typing import NamedTuple

from django.core.cache import cache

from accounts.models import User
from requests_app import reference as references

LEFT = "X-Left-Request"  # the one that the page showed until now; its script says so
LIFETIME = 14  # seconds: three polls of a panel, and a little
WRITING = "writing"
_SLOTS = 16


class Here(NamedTuple):
    """Somebody who has the request open; `name` as colleagues say it."""

    person_id: int
    name: str
    is_writing: bool

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2]).upper()


def enter(reference: str, person: User, *, is_writing=False) -> list[Here]:
    """Note that `person` has it open now, and return who else has. One cache read, one write."""
    slots = cache.get_many([_key(reference, slot) for slot in range(_SLOTS)])
    key = _key(reference, _slot(person))
    mine = person.short_name, is_writing, time.time() + LIFETIME
    here = slots.get(key, {}) | {str(person.pk): mine}
    cache.set(key, _alive(here), LIFETIME)
    return _others(slots, person)


def arrive(request, row) -> list[Here]:
    """Return who else has `row` open; its reader is there from now on, not where they came from."""
    left = references.normalize_reference(request.headers.get(LEFT, ""))
    if left and (row is None or left != row.reference):
        leave(left, request.user)
    return enter(row.reference, request.user) if row else []


def leave(reference: str, person: User) -> None:
    """Note that `person` closed it: at once, instead of when their time is up."""
    key = _key(reference, _slot(person))
    here = _alive(cache.get(key) or {})
    if here.pop(str(person.pk), None):
        cache.set(key, here, LIFETIME)


def mark_of(found) -> str:
    """What a poll compares: short, the same for the same people doing the same."""
    return ".".join(f"{one.person_id}{'w' if one.is_writing else ''}" for one in found)


def _others(slots, person) -> list[Here]:
    alive = {}
    for slot in slots.values():
        alive |= _alive(slot)
    found = [Here(int(pk), name, writes) for pk, (name, writes, _until) in alive.items()]
    return sorted((one for one in found if one.person_id != person.pk), key=lambda one: one.name)


def _alive(slot) -> dict:
    now = time.time()
    return {pk: entry for pk, entry in slot.items() if entry[2] > now}


def _slot(person) -> int:
    return person.pk % _SLOTS


def _key(reference, slot) -> str:
    return f"here:{reference}:{slot}"
