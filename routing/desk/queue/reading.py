"""The requests in the queue, how many there are, and what became of them since."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property, reduce
from operator import and_, or_
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery

from lib import clock
from lib.postgresql.lookups import IsAmong
from requests_app.browsing.rows import ready
from requests_app.models import ContentReport, Event, ServiceRequest
from requests_app.status import Verb
from requests_app.workflow import loud
from routing.desk.queue import flags, snapshot, unseen
from routing.desk.queue.callers import filter_by_caller
from routing.desk.queue.facets import BY_NAME, FACETS, Asker
from routing.desk.queue.filters import MOST
from routing.desk.queue.search import find_by_name, find_by_reference, that_say
from routing.desk.queue.snapshot import Piece
from routing.desk.queue.tabs import BY_THE_CLOCK, STATUSES, Tab, parts, searched


class Latest(NamedTuple):
    """The ids of the last event and the last content report of all, 0 before the first."""

    event: int
    report: int


@dataclass
class Tally:
    """How many requests the filters find (`all` without the facets), and of each facet how many a
    value would find.

    A facet's own choice does not count for its numbers: they say what choosing another would give.
    """

    total: int = 0
    all: int = 0
    of: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))


class Queue:
    """What the desk's filters find. Each answer is asked of the database once."""

    def __init__(self, filters):
        self.filters = filters
        self.asker = Asker(clock.now(), filters.agent, cache(self._seen))
        self._first = (0, [])

    def with_filters(self, filters) -> "Queue":
        """For other filters on the same tab and words, at the same moment."""
        other = Queue(filters)
        other.latest = self.latest
        if not self._caller:
            other.known = self.known
            if self.filters.words:
                other.said, other.named = self.said, self.named
        return other

    @cached_property
    def known(self) -> list[tuple[Piece, int]]:
        """What is open or in a tab: pieces, and those of each that are to be counted."""
        return snapshot.current(self.latest.event)

    @cached_property
    def latest(self) -> Latest:
        event, report = next(iter(_latest()), (0, 0))
        return Latest(event, report or 0)

    def rows(self):
        """The requests, in the order in which the desk takes them."""
        return self._narrowed(reduce(or_, self._parts)).urgent_first()

    def ids(self, most) -> list[int]:
        """Of the first of them, in their order. One query."""
        if self._first[0] < most:
            self._first = (most, [pk for *_order, pk in self._first_of(most)])
        return self._first[1][:most]

    @cached_property
    def references(self) -> dict[int, str]:
        """Of those that are shown, by id, in their order. One query, and none for `ids` then."""
        most = self.filters.most
        found = {pk: reference for *_order, pk, reference in self._first_of(most, "reference")}
        if self._first[0] < most:
            self._first = (most, list(found))
        return found

    def _first_of(self, most, *also):
        if self._caller or self.filters.words or self.filters.chosen:
            return _ordered([self._narrowed(part) for part in self._parts], most, *also)
        whole = [ServiceRequest.objects.filter(part) for part in self._parts]
        return _ordered(whole, most, *also)

    def waiting(self, ids) -> set[int]:
        """Those of `ids` that are in the queue. One query, or none where `ids` gave all of it."""
        asked, found = self._first
        if len(found) < asked:
            return set(ids).intersection(found)
        rows = self.rows().order_by().filter(pk__any=ids)
        return set(rows.values_list("pk", flat=True))

    @cached_property
    def _caller(self):
        return filter_by_caller(self.filters.words)

    @cached_property
    def _parts(self) -> list[Q]:
        """Before the facets: those of the tab that the words are in; of a caller, all there are."""
        if self._caller:
            return [self._caller]
        found = parts(self.filters.tab, self.asker.now)
        if self.filters.words:
            return [part & Q(IsAmong("pk", self.said)) for part in found]
        return found

    @property
    def is_for_caller(self) -> bool:
        """Return True if the words are an email address or a phone number."""
        return self._caller is not None

    @property
    def finds_persons(self) -> bool:
        """Return True if the words find somebody by what they left of themselves."""
        return bool(self.filters.words) and (self.is_for_caller or bool(self.named))

    @cached_property
    def said(self) -> list[int]:
        """The ids of those that the words find, at least of the tab; not of a caller.

        They are found by what they say, by a part of the reference, or by the reporter's name.
        """
        words = self.filters.words
        found = set(that_say(words, searched(self.filters.tab)))
        return list(found | find_by_reference(words) | self.named)

    @cached_property
    def named(self) -> set[int]:
        """The ids of the requests of reporters whom the words name."""
        return find_by_name(self.filters.words)

    @cached_property
    def elsewhere(self) -> list[int]:
        """The ids of those that the words find and the queue does not hold."""
        if self.is_for_caller or not self.filters.words:
            return []
        held = set()
        for piece, those in self._counted:
            held.update(piece.ids_in(reduce(and_, self._allowed(piece).values(), those)))
        return [pk for pk in self.said if pk not in held]

    def tab_of(self, pk: int) -> Tab | None:
        """Return the first tab that holds the request with this id, None where none does."""
        for piece, standing in self.known:
            if own := standing & piece.of([pk]):
                return next((tab for tab in Tab if own & piece.in_tab(tab)), None)
        return None

    def _seen(self):
        written = [pk for piece, _those in self._counted for pk in piece.activity.wrote]
        return unseen.looks(self.filters.agent, written)

    def _narrowed(self, where):
        rows = ServiceRequest.objects.filter(where)
        for name, chosen in self.filters.chosen.items():
            rows = BY_NAME[name].narrow(rows, chosen, self.asker, lambda: self._counted)
        return rows

    @cached_property
    def _counted(self) -> list[tuple[Piece, int]]:
        """Where the facets' numbers come from: pieces, and what of each is in the queue before the
        facets.
        """
        if self._caller:
            ids = ServiceRequest.objects.filter(self._caller).order_by()
            piece = Piece.read(snapshot.pack_ids, ids.values_list("pk", flat=True))
            return [(piece, piece.every)]
        tab = self.filters.tab
        found = [(piece, standing & piece.in_tab(tab)) for piece, standing in self.known]
        if self.filters.words:
            return [(piece, those & piece.of(self.said)) for piece, those in found]
        return found

    @cached_property
    def tally(self) -> Tally:
        found = Tally()
        for piece, those in self._counted:
            _count(found, piece, those, self._allowed(piece), self.asker)
        return found

    def _allowed(self, piece) -> dict[str, int]:
        """The requests of `piece` that each facet of the filters lets through, as bits."""
        allowed = {}
        for name, values in self.filters.chosen.items():
            sets = BY_NAME[name].sets(piece, self.asker)
            allowed[name] = reduce(or_, (sets.get(value, 0) for value in values))
        return allowed

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many requests each tab holds, whatever the filters, as of `latest`."""
        return {
            tab.value: sum((those & piece.in_tab(tab)).bit_count() for piece, those in self.known)
            for tab in Tab
        }


def _ordered(parts, most, *also):
    """The first of all of these. An index has all but `also`, which is read of them alone."""
    columns = ["rank", "filed_at", "pk"]
    each = [rows.urgent_first() for rows in parts]
    if also:
        first = [Q(pk__any=rows.values("pk")[:most]) for rows in each]
        each = [ServiceRequest.objects.filter(where).urgent_first() for where in first]
    found = [rows.values_list(*columns, *also)[:most] for rows in each]
    return found[0] if len(found) == 1 else found[0].union(*found[1:]).order_by(*columns)[:most]


def _latest():
    report = ContentReport.objects.order_by("-pk").values("pk")[:1]
    events = Event.objects.order_by("-pk").annotate(report=Subquery(report))
    return events.values_list("pk", "report")[:1]


def _count(found, piece, those, allowed, asker):
    sets = {facet.name: facet.sets(piece, asker) for facet in FACETS}
    found.all += those.bit_count()
    found.total += reduce(and_, allowed.values(), those).bit_count()
    for name, of_value in sets.items():
        others = (one for other, one in allowed.items() if other != name)
        rest = reduce(and_, others, those)
        for value, having in of_value.items():
            found.of[name][value] += (rest & having).bit_count()


def how_many(asked: list) -> list[int]:
    """How many requests each of these filters find, at one moment; the same words are searched for
    once.
    """
    found, searched = [], {}
    for filters in asked:
        alike = searched.setdefault((filters.tab, filters.words), Queue(filters))
        found.append(alike.with_filters(filters).tally.total)
    return found


def _lines(now, agent, ids):
    events = Event.objects.filter(service_request=OuterRef("pk")).order_by("-pk")
    rows = flags.with_flags(ServiceRequest.objects.filter(pk__any=ids), now)
    seen, wrote = Subquery(events.values("pk")[:1]), unseen.mark_for(agent)
    return rows.annotate(seen=seen, wrote=wrote).order_by()


NOBODY = 0  # has looked at nothing


def lines(ids, agent=None) -> dict[int, ServiceRequest]:
    """Everything a line of the queue shows of these requests, by id, in two queries: also the
    flags, `seen`, the id of the last event of each request, and `wrote`, what a resident did that
    `agent` has not seen.
    """
    rows = _lines(clock.now(), agent.pk if agent else NOBODY, ids)
    return {row.pk: row for row in ready(rows)}


def entered_since(queue, shown, event_id, moment) -> int:
    """How many came into the queue after the event `event_id`, or by the clock after `moment`.

    `shown` are ids that the agent has before them already; while these are all that there were,
    whatever else is in the queue has come since.
    """
    tab = queue.filters.tab
    if len(shown) < queue.filters.most:
        return len(set(queue.ids(MOST)).difference(shown))
    rows = queue.rows().order_by().exclude(pk__any=shown)
    came = [BY_THE_CLOCK[tab](moment)] if tab in BY_THE_CLOCK else []
    if tab != Tab.LATE:  # where nothing but the clock leads
        came += _led_there(tab, event_id, moment)
    return rows.filter(reduce(or_, came)).count()


def _led_there(tab, event_id, moment) -> list[Q]:
    """What later events and reports of readers are about."""
    reported = ContentReport.objects.filter(made_at__gte=moment)
    if tab == Tab.REPORTED:
        return [Q(pk__any=reported.order_by().values("service_request"))]
    later = Event.objects.filter(pk__gt=event_id)
    if tab == Tab.REROUTED:
        later = later.filter(verb=Verb.ROUTE)
    else:
        later = later.exclude(status_before__any=sorted(STATUSES[tab]))
    return [Q(pk__any=each.order_by().values("service_request")) for each in (later, reported)]


def taken_by(shown) -> dict[int, Event]:
    """The last thing that happened to each of these requests and was more than a comment."""
    if not shown:
        return {}
    events = loud(Event.objects).filter(service_request__any=shown)
    return {event.service_request_id: event for event in events.select_related("actor")}
