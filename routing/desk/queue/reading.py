"""The requests in the queue, how many there are, and what became of them since."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db.models import Count, F, Func, Max, OuterRef, Prefetch, Q, Subquery

from city.models import City
from requests_app.browsing.search_words import street_words
from requests_app.models import ContentReport, Event, Photo, ServiceRequest
from requests_app.status import Verb
from requests_app.workflow import loud
from routing.desk.queue import flags, unseen
from routing.desk.queue.callers import of_caller
from routing.desk.queue.facets import BY_NAME, FACETS, Asker
from routing.desk.queue.filters import MOST
from routing.desk.queue.tabs import STATUSES, Tab, belongs, in_a_tab
from santa311.lib import clock


def requests(filters):
    """The requests in the queue, in the order in which the desk takes them."""
    asker = Asker(clock.now(), filters.agent)
    rows = _in_tab(filters, asker)
    for name, chosen in filters.chosen.items():
        rows = BY_NAME[name].narrow(rows, chosen, asker)
    return rows.urgent_first()


def _in_tab(filters, asker):
    """Before the facets: those of the tab that the words are in; of a caller, all there are."""
    if caller := of_caller(filters.words):
        return ServiceRequest.objects.filter(caller)
    where = belongs(filters.tab, asker.now)
    for word in filters.words.split():
        where &= _says(word)
    return ServiceRequest.objects.filter(where)


def _says(word) -> Q:
    columns = ["location_text", "description", "category__name", "zone__name", "reference"]
    where = Q()
    for column in columns:
        where |= Q(**{f"{column}__icontains": word})
    if same := street_words(word):
        where |= Q(location_text__iregex=rf"\m({'|'.join(same)})\M")
    return where


def how_many(asked: list) -> list[int]:
    """How many requests each of these filters finds. One query, or none."""
    if not asked:
        return []
    number = Func(F("pk"), function="COUNT")  # one row for each: Count would group by the request
    each = [Subquery(requests(one).order_by().annotate(n=number).values("n")) for one in asked]
    city = City.objects.annotate(**{f"n{place}": n for place, n in enumerate(each)})
    return list(city.values_list(*(f"n{place}" for place in range(len(each)))).first())


class Counts(NamedTuple):
    """How many requests each tab holds, whatever the filters, and the ids of the last event and the
    last content report of all (0 before the first).
    """

    tabs: dict[str, int]
    event: int
    report: int


def counts() -> Counts:
    """One query while anything is open."""
    now = clock.now()
    latest = Event.objects.order_by("-pk").values("pk")[:1]
    reported = ContentReport.objects.order_by("-pk").values("pk")[:1]
    found = ServiceRequest.objects.filter(in_a_tab()).aggregate(
        **{tab.value: Count("pk", filter=belongs(tab, now)) for tab in Tab},
        latest=Max(Subquery(latest)),
        reported=Max(Subquery(reported)),
    )
    event = found.pop("latest") or latest.values_list("pk", flat=True).first()
    report = found.pop("reported")
    return Counts(found, event or 0, report or 0)


@dataclass
class Tally:
    """How many requests the filters find (`all` without the facets), and of each facet how many a
    value would find.

    A facet's own choice does not count for its numbers: they say what choosing another would give.
    `there` are the values that occur at all, so that a list of options stays as long as it is
    while options are chosen.
    """

    total: int = 0
    all: int = 0
    of: dict[str, Counter] = field(default_factory=lambda: {name: Counter() for name in BY_NAME})
    there: dict[str, set] = field(default_factory=lambda: {name: set() for name in BY_NAME})


def tally(filters) -> Tally:
    """One query, which reads a few short columns of each request in the tab."""
    asker = Asker(clock.now(), filters.agent)
    columns = [facet.columns(asker) for facet in FACETS]
    names = [name for each in columns for name in each]
    rows = _in_tab(filters, asker)
    for each in columns:
        rows = rows.annotate(**each)
    chosen = {name: set(values) for name, values in filters.chosen.items()}
    found = Tally()
    for row in rows.order_by().values_list(*names):
        values = iter(row)
        said = {
            facet.name: facet.said(islice(values, len(own)))
            for facet, own in zip(FACETS, columns, strict=True)
        }
        _count(found, said, chosen)
    return found


def _count(found, said, chosen):
    found.all += 1
    for name, values in said.items():
        found.there[name].update(values)
    against = [name for name, values in chosen.items() if values.isdisjoint(said[name])]
    if len(against) > 1:
        return
    for name in against or BY_NAME:
        for value in said[name]:
            found.of[name][value] += 1
    found.total += not against


def with_pictures(rows, agent=None):
    """Everything a line of the queue shows, in two queries: also the flags, `seen`, the id of the
    last event of each request, and `wrote`, what a resident did that `agent` has not seen.
    """
    pictures = Photo.objects.filter(kind=Photo.Kind.REPORT, is_hidden=False)
    ready = pictures.filter(state=Photo.State.READY)
    events = Event.objects.filter(service_request=OuterRef("pk")).order_by("-pk")
    named = flags.with_flags(rows)
    marked = named.annotate(seen=Subquery(events.values("pk")[:1]), wrote=unseen.mark_for(agent))
    return marked.prefetch_related(Prefetch("photos", ready, to_attr="pictures"))


def entered_since(filters, shown, event_id, moment) -> int:
    """How many came into the queue after the event `event_id` (late ones: after `moment`).

    `shown` are ids that the agent has before them already; while these are all that there were,
    whatever else is in the queue has come since.
    """
    rows = requests(filters).order_by().exclude(pk__in=shown)
    if len(shown) < filters.most:
        return rows.count()
    if filters.tab == Tab.LATE:
        return rows.filter(due_at__gte=moment).count()
    later = Event.objects.filter(pk__gt=event_id)
    if filters.tab == Tab.REROUTED:
        later = later.filter(verb=Verb.ROUTE)
    else:
        later = later.exclude(status_before__in=STATUSES[filters.tab])
    reported = ContentReport.objects.filter(made_at__gte=moment).values("service_request")
    came = Q(pk__in=later.values("service_request")) | Q(pk__in=reported)
    return rows.filter(came).count()


def taken_by(shown) -> dict[int, Event]:
    """The last thing that happened to each of these requests and was more than a comment."""
    events = loud(Event.objects).filter(service_request__in=shown)
    return {event.service_request_id: event for event in events.select_related("actor")}


def following(filters, service_request) -> list[int]:
    """Ids in the order in which the desk would go on: those after this one, then those before."""
    ids = list(requests(filters).values_list("pk", flat=True)[:MOST])
    if service_request.pk not in ids:
        return ids
    place = ids.index(service_request.pk)
    return ids[place + 1 :] + ids[:place]


def first_of(filters, ids) -> ServiceRequest | None:
    """The first of `ids` that still waits in the queue."""
    waiting = {row.pk: row for row in requests(filters).filter(pk__in=ids[:MOST])}
    return next((waiting[pk] for pk in ids if pk in waiting), None)
