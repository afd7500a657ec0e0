"""The requests in the desk's tabs, kept in memory by each process and counted there.

They are read anew when they are ten seconds old; what events changed since is read at once. So
every action counts at once, while a date that passed, or a photo that was checked, may wait ten
seconds.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial, reduce
from operator import or_

from django.db.models import Q, Value

from lib import clock
from lib.postgresql.packed import WIDTH, Bits, Packed, Parts, numbers, plane
from requests_app.models import Event, Photo, ServiceRequest
from requests_app.models.photo import OF_A_REPORT
from routing.desk.queue.activity import Activity
from routing.desk.queue.bitmaps import Bitmaps
from routing.desk.queue.facets import FACETS
from routing.desk.queue.flags import Code
from routing.desk.queue.tabs import Tab, in_a_tab, parts

FRESH_FOR = timedelta(seconds=10)
OVERLAP = 20  # events that may have been committed after a later one
MANY = 5_000  # events after which nothing is known any more
_TABS, _CODES = [tab for tab in Tab if tab != Tab.REPORTED], list(Code)
_lock = threading.Lock()
_kept = {}


class Piece(Bitmaps):
    """Some requests, and what the filters ask of each; sets of them are numbers, a bit for each.
    `with_photos` are the ids of those with a picture, `activity` is of all.
    """

    def __init__(self, ids, planes, with_photos, activity):
        super().__init__(ids, planes)
        self.with_photos, self.activity = with_photos, activity

    @classmethod
    def read(cls, query, ids=(), activity=None) -> "Piece":
        """The requests that `query` finds, of these `ids` where it asks for some. Two queries, and
        more for their activity.
        """
        packed = next(iter(query(now=clock.now(), ids=ids)), {})
        planes = {
            name: [plane(packed.get(f"word{place}"), byte) for byte in range(start, start + width)]
            for place, word in enumerate(_layout())
            for start, name, width in word
        }
        found = numbers(packed.get("ids"))
        photos = Photo.objects.filter(OF_A_REPORT, service_request__any=found).order_by()
        pictured = photos.aggregate(ids=Packed("service_request_id"))["ids"]
        known = Activity.on(found) if activity is None else activity
        return cls(found, planes, numbers(pictured), known)

    def in_tab(self, tab) -> int:
        if tab == Tab.REPORTED:  # as the flag says
            return self.with_bit("flag", _CODES.index(Code.REPORTED))
        found = self.with_bit("tab", _TABS.index(tab))
        if tab == Tab.NEW:  # whoever has it
            for code in (Code.DANGER, Code.REPORTED):
                found |= self.with_bit("flag", _CODES.index(code))
        return found

    @property
    def open_bits(self) -> int:
        return self.in_tab(Tab.OPEN)


_PACKED = [facet for facet in FACETS if hasattr(facet, "number")]


@cache
def _layout() -> list[list[tuple[int, str, int]]]:
    """Which numbers of a request hold what is asked of it: (first byte, name, bytes) of each."""
    words, start = [[]], 0
    for name, width in [("tab", 1), *((facet.name, facet.width) for facet in _PACKED)]:
        if start + width >= WIDTH:  # the highest bit says whether a number is negative
            words.append([])
            start = 0
        words[-1].append((start, name, width))
        start += width
    return words


def _pack(where, now, of_few=False):
    """A query of one row: ids and numbers of all requests of which `where` is true."""
    asked = {facet.name: facet.number(now, of_few) for facet in _PACKED}
    asked["tab"] = Bits(parts(tab, now)[0] for tab in _TABS)
    words = {
        f"word{place}": Packed(Parts(*((asked[name], width) for _start, name, width in word)))
        for place, word in enumerate(_layout())
    }
    rows = ServiceRequest.objects.filter(where).order_by().annotate(one=Value(1)).values("one")
    return rows.annotate(ids=Packed("pk"), **words)


def pack_ids(now, ids):
    """Return the query of one row with the numbers of these requests, for `Piece.read`."""
    return _pack(Q(pk__any=ids), now, of_few=True)


def _pack_ids_in_tabs(now, ids):
    return _pack(Q(pk__any=ids) & reduce(or_, in_a_tab()), now, of_few=True)


def _pack_tabs(part, now, ids):
    return _pack(part, now)


@dataclass
class Snapshot:
    """The requests in a tab as they were at the event `event`, in `pieces`. `changed` are the ids
    of those that events until `latest` changed since; `newer` has them as they are now.
    """

    pieces: list[Piece]
    event: int
    read_at: datetime
    latest: int = 0
    changed: frozenset[int] = frozenset()
    newer: Piece | None = None

    def has_time(self, event) -> bool:
        """Whether it may answer for the moment of `event`, the latest of all."""
        return self.event <= event and clock.now() - self.read_at < FRESH_FOR

    def catch_up(self, event):
        """Reads what changed until `event`."""
        if event == (self.latest or self.event):
            return
        told = Event.objects.filter(pk__gt=self.event - OVERLAP).order_by()
        self.changed = frozenset(told.values_list("service_request", flat=True))
        self.newer = Piece.read(_pack_ids_in_tabs, self.changed)
        self.latest = event

    def parts(self) -> list[tuple[Piece, int]]:
        """Each piece, and the bits of its requests that did not change since it was read."""
        if self.newer is None:
            return [(piece, piece.every) for piece in self.pieces]
        found = [(piece, piece.every ^ piece.of(self.changed)) for piece in self.pieces]
        return [*found, (self.newer, self.newer.every)]


def current(event) -> list[tuple[Piece, int]]:
    """The requests in a tab after `event`, the latest of all, as pieces. Beside each piece the bits
    of its requests that count: one that changed since its piece was read counts in a newer piece.
    """
    with _lock:
        kept = _kept.get("snapshot")
        if kept is None or not kept.has_time(event):
            kept = _kept["snapshot"] = _read(event, kept)
        kept.catch_up(event)
        return kept.parts()


def forget():
    _kept.clear()


def _read(event, before):
    """Anew; but what happened to a request long ago is known from `before`, where that is."""
    now = clock.now()
    if before is None or not before.event <= event < before.event + MANY:
        return Snapshot([Piece.read(partial(_pack_tabs, part)) for part in in_a_tab()], event, now)
    before.catch_up(event)
    pieces = [Piece.read(partial(_pack_tabs, part), activity=Activity()) for part in in_a_tab()]
    for piece in pieces:
        piece.activity = _remembered(piece, before)
    return Snapshot(pieces, event, now)


def _remembered(piece, before):
    """The activity of a piece, of which most was known `before`."""
    known, found = set(), Activity()
    for old, _standing in before.parts():
        ids = frozenset(old.ids)
        found = found.after(old.activity.among(piece), ids)
        known |= ids
    new = [pk for pk in piece.ids if pk not in known]
    return found.after(Activity.on(new), new) if new else found
