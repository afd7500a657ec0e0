"""The presence of agents at a request: viewers, and who is writing.

Each poll of a panel writes to the shared cache; entries expire after LIFETIME_SECONDS. Without a
cache nobody is shown. Each agent writes to one of a request's _SLOTS keys, so that two simultaneous
polls rarely overwrite each other.
"""

import time
from typing import NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.models import User
from requests_app import reference as references
from requests_app.models import ServiceRequest
from routing.agents_only import AgentRequest

LEFT_REQUEST_HEADER = "X-Left-Request"  # reference of the request that the page showed before
LIFETIME_SECONDS = 14  # seconds: three polls of a panel, and a little
WRITING = "writing"
_SLOTS = 16
Entry = tuple[str, bool, float]  # name, is writing, time of expiry


class Viewer(NamedTuple):
    """An agent who has the request open."""

    person_id: int
    name: str
    is_writing: bool

    @property
    def initials(self) -> str:
        """Return the first letters of the first two words of the name, in capitals."""
        return "".join(part[0] for part in self.name.split()[:2]).upper()

    @property
    def presence_text(self) -> str:
        """Return as a sentence that the agent has the request open or is writing."""
        if self.is_writing:
            return _("%(name)s is writing here") % {"name": self.name}
        return _("%(name)s has this open") % {"name": self.name}


def record_presence(reference: str, person: User, *, is_writing: bool = False) -> list[Viewer]:
    """Record that `person` has the request open; return the other viewers, by name.

    One cache read, one write.
    """
    slots = cache.get_many([_cache_key(reference, slot) for slot in range(_SLOTS)])
    key = _cache_key(reference, _slot_number(person))
    mine = person.short_name, is_writing, time.time() + LIFETIME_SECONDS
    here = slots.get(key, {}) | {str(person.pk): mine}
    cache.set(key, _drop_expired(here), LIFETIME_SECONDS)
    return _list_other_viewers(slots, person)


def move_presence(request: AgentRequest, row: ServiceRequest | None) -> list[Viewer]:
    """Record that the agent opened `row`, and left the request in the header if it is another.

    Return the other viewers of `row`, by name; [] for None.
    """
    left = references.normalize_reference(request.headers.get(LEFT_REQUEST_HEADER, ""))
    if left and (row is None or left != row.reference):
        remove_presence(left, request.user)
    return record_presence(row.reference, request.user) if row else []


def remove_presence(reference: str, person: User) -> None:
    """Record that `person` closed the request; nothing happens if they are not present."""
    key = _cache_key(reference, _slot_number(person))
    here = _drop_expired(cache.get(key) or {})
    if here.pop(str(person.pk), None):
        cache.set(key, here, LIFETIME_SECONDS)


def format_version(found: list[Viewer]) -> str:
    """Return a short text that changes with the viewers and with who is writing."""
    return ".".join(f"{one.person_id}{'w' if one.is_writing else ''}" for one in found)


def _list_other_viewers(slots: dict[str, dict], person: User) -> list[Viewer]:
    """Return the viewers other than `person`, by name."""
    alive: dict[str, Entry] = {}
    for slot in slots.values():
        alive |= _drop_expired(slot)
    found = [Viewer(int(pk), name, writes) for pk, (name, writes, _until) in alive.items()]
    return sorted((one for one in found if one.person_id != person.pk), key=lambda one: one.name)


def _drop_expired(slot: dict[str, Entry]) -> dict[str, Entry]:
    """Return the entries that have not expired."""
    now = time.time()
    return {pk: entry for pk, entry in slot.items() if entry[2] > now}


def _slot_number(person: User) -> int:
    """Return which of the _SLOTS keys of a request the agent writes to."""
    return person.pk % _SLOTS


def _cache_key(reference: str, slot: int) -> str:
    """Return the cache key of a slot of the request."""
    return f"here:{reference}:{slot}"
