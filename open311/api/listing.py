"""Which requests a list has, in its order, and how many there are in all."""

import json
from dataclasses import dataclass

from django.db.models import F, Q, Value

from lib.postgresql.unindexed import UnindexedMoment
from open311.api.parameters import UPDATED, Asked
from open311.representation import OPEN, STATUSES, rows_of, with_originals
from requests_app.browsing import search, search_words
from requests_app.models import ApiKey, ServiceRequest
from requests_app.models.map_point import MapDistance

COUNTED = 100_000  # beyond that many, their number is the planner's guess


@dataclass(frozen=True)
class Page:
    """`total` is of all pages; `is_estimate` where they were not counted to the end."""

    rows: list[ServiceRequest]
    total: int
    is_estimate: bool


def page_of(asked: Asked, key: ApiKey | None = None) -> Page:
    """Find one page with at most four statements: rows, photos, words and the number.

    Private requests that were filed with `key` are found by their ids alone.
    """
    if asked.references == []:
        return Page([], 0, False)
    if asked.references:
        readable = ServiceRequest.objects.readable_with(key)
        return _page(asked, readable.filter(reference__any=asked.references))
    if asked.words and asked.words.isascii():
        return _page_of_words(asked, search.find(_Sought(asked)))
    wanted = _narrowed(asked, _public())
    if asked.words:
        wanted = search_words.narrow(wanted, asked.words)
    return _page(asked, wanted)


def _public():
    return ServiceRequest.objects.public()


def _page(asked, wanted):
    found = _found(asked, wanted)
    total, is_estimate = _total(asked, wanted, len(found))
    return Page(rows_of(found), total, is_estimate)


def _found(asked, wanted):
    those = _in_order(asked, ServiceRequest.objects.filter(_those(asked, wanted)))
    return list(with_originals(those))


def _those(asked, wanted):
    """Found in an index alone, so that those of the pages before need not be read."""
    ids = _in_order(asked, wanted).values("pk")
    return Q(pk__any=ids[asked.offset : asked.offset + asked.page_size])


def _in_order(asked, requests):
    moment = F("changed_at" if asked.sort == UPDATED else "filed_at")
    if _are_few_of_all(asked):
        moment = UnindexedMoment(moment)
    if asked.is_descending:
        return requests.order_by(moment.desc(), "-pk")
    return requests.order_by(moment.asc(), "pk")


def _are_few_of_all(asked):
    """What is open is sorted: nearly all that changed since long ago is closed by now."""
    return asked.status == OPEN and asked.since is None


def _total(asked, wanted, here):
    """(how many, whether that is a guess). A page that is not full is the last one."""
    if 0 < here < asked.page_size or (not here and asked.page == 1):
        return asked.offset + here, False
    ids = _in_order(asked, wanted).values("pk")  # in whose order an index has them
    found = ids[: COUNTED + 1].count()
    if found <= COUNTED:
        return found, False
    return max(found, _guessed(wanted)), True


def _guessed(requests):
    plan = json.loads(requests.order_by().values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _narrowed(asked, requests):
    """All that is asked for but words."""
    requests = _placed(asked, _dated(asked, requests))
    if asked.kinds is not None:
        requests = requests.filter(_of_kinds(asked.kinds))
    return requests.filter(STATUSES[asked.status]) if asked.status else requests


def _of_kinds(kinds):
    """One alone is asked for as the index has it, in whose order it then comes."""
    return Q(category=kinds[0]) if len(kinds) == 1 else Q(category__any=kinds)


def _dated(asked, requests):
    bounds = {
        "filed_at__gte": asked.since,
        "filed_at__lte": asked.until,
        "changed_at__gte": asked.after,
        "changed_at__lte": asked.before,
    }
    return requests.filter(**{name: each for name, each in bounds.items() if each is not None})


def _placed(asked, requests):
    """Of ninety days, what was filed in them leads to fewer than any place."""
    if asked.area:
        requests = _within(asked.area, requests, is_led=asked.is_led_by_filing)
    if asked.circle:
        around = asked.circle
        requests = _within(around.square, requests, is_led=asked.is_led_by_filing)
        away = MapDistance(around.latitude, around.longitude)
        requests = requests.alias(away=away).filter(away__lte=around.degrees)
    return requests


def _within(area, requests, *, is_led):
    if not is_led:
        return area.narrow(requests)
    edges = requests.alias(lat=F("latitude") + Value(0), lng=F("longitude") + Value(0))
    return edges.filter(lat__range=(area.south, area.north), lng__range=(area.west, area.east))


def _page_of_words(asked, matches: search.Found):
    """Of the thousand that changed last, where more than that say the words."""
    wanted = _public().filter(pk__any=matches.ids)
    return Page(rows_of(_found(asked, wanted)), len(matches.ids), not matches.is_all)


@dataclass(frozen=True)
class _Sought:
    """As `requests_app.browsing.search` asks for words: what else its index knows, and what not."""

    asked: Asked
    zone = None
    state = ""

    @property
    def words(self):
        return self.asked.words

    @property
    def kinds(self):
        return self.asked.kinds

    @property
    def show(self):
        return self.asked.status or "all"

    @property
    def which(self):
        return STATUSES.get(self.asked.status)

    @property
    def first_moment(self):
        return max(filter(None, [self.asked.since, self.asked.after]), default=None)

    def but(self, **_known):
        return self

    def narrow(self, requests):
        return _placed(self.asked, _dated(self.asked, requests))
