"""Whose work is looked at, and how it is narrowed: read from an address against what is offered."""

from datetime import date, datetime, time
from itertools import accumulate
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from city import cache
from city.models import Category, City, Department, Zone
from lib import clock
from requests_app.models import ServiceRequest
from staff_portal.inbox.reading import KEYS, everything_offered, named, what_and_where
from staff_portal.overview import period as periods
from staff_portal.overview.period import DAY, EARLIEST, Period


class Scope(NamedTuple):
    """What is looked at. In the city's scope `departments` are all, and the desk's own count too.

    The public's scope is the city's without the kinds that are private, and without departments to
    choose from.

    `departments`, `categories` and `zones` can be chosen from. `problem` is what was wrong with
    the dates that were asked for; the usual period stands in.
    """

    is_city: bool
    departments: tuple[Department, ...]
    categories: tuple[Category, ...]
    zones: tuple[Zone, ...]
    period: Period
    department: Department | None = None
    category: Category | None = None
    zone: Zone | None = None
    problem: str = ""
    is_public: bool = False

    @property
    def chosen(self) -> tuple[Department, ...]:
        return (self.department,) if self.department else self.departments

    @property
    def department_ids(self) -> list[int] | None:
        """Ids to narrow by; None where everything counts, whoever holds it."""
        if self.is_city and not self.department:
            return None
        return [each.pk for each in self.chosen]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.category or self.zone)

    @property
    def query(self) -> dict[str, str]:
        """What an address must say to mean this scope."""
        return self.period_query | self.narrowing

    @property
    def period_query(self) -> dict[str, str]:
        period = self.period
        said = {"period": period.name} if period.name != periods.USUAL else {}
        own = {"from": str(period.first), "to": str(period.last)}
        return said | (own if period.name == "own" else {})

    @property
    def narrowing(self) -> dict[str, str]:
        return {
            name: getattr(row, key) for name, key in KEYS.items() if (row := getattr(self, name))
        }

    def url(self, page: str, *args: str, **changes: str | None) -> str:
        """Return the address of a page of the overview for this scope.

        `args` are the parts of the address, `changes` parameters of its query; None leaves one out.
        """
        query = {key: value for key, value in (self.query | changes).items() if value}
        return self.page_url(page, *args, query=query)

    def page_url(self, page: str, *args: str, query: dict[str, str] | None = None) -> str:
        prefix = "public_" if self.is_public else "city_" if self.is_city else ""
        return reverse(prefix + page, args=args, query=query)

    @property
    def slug(self) -> str:
        """For the names of files."""
        if self.department:
            return self.department.slug
        if self.is_city:
            return "figures" if self.is_public else "city"
        return self.departments[0].slug if len(self.departments) == 1 else "departments"

    def requests(self) -> QuerySet:
        """The requests in it, whatever their state."""
        rows = ServiceRequest.objects.filter(what_and_where(self))
        held = {} if self.department_ids is None else {"department__in": self.department_ids}
        return rows.filter(**held)

    def whole(self) -> QuerySet:
        """The scope's requests, however it is narrowed."""
        rows = ServiceRequest.objects.all()
        return rows if self.is_city else rows.filter(department__in=self.departments)

    def parameters(self) -> dict:
        """Return what every query of the overview is given, by name."""
        period, calendar = self.period, City.current().calendar()
        return {
            "departments": self.department_ids,
            "public": self.is_public,
            "category": self.category.pk if self.category else None,
            "zone": self.zone.pk if self.zone else None,
            "first": period.first,
            "after": period.after,
            "first_week": period.whole_weeks[0],
            "after_weeks": period.whole_weeks[1],
            "since": midnight(period.first, calendar.tz),
            "until": midnight(period.after, calendar.tz),
            "tz": str(calendar.tz),
            "now": clock.now(),
            **working_time(),
        }


def midnight(day, tz) -> datetime:
    return datetime.combine(day, time(), tzinfo=tz)


@cache.cache_per_version
def working_time() -> dict:
    """The city's working days as an array, in PostgreSQL's writing, so that it can count them.

    `worked[n]` of the n-th day after `day_zero` is how many working days there were up to and with
    it; `opens` and `closes` are minutes after midnight.
    """
    calendar = City.current().calendar()
    days = (clock.today() - EARLIEST).days + 2 * 366
    working = (int(calendar.is_working_day(EARLIEST + DAY * n)) for n in range(days))
    opens, closes = calendar.opens_at, calendar.closes_at
    return {
        "day_zero": EARLIEST,
        "worked": f"{{{','.join(map(str, accumulate(working)))}}}",
        "opens": opens.hour * 60 + opens.minute,
        "closes": closes.hour * 60 + closes.minute,
    }


def of(user, is_city, query) -> Scope | None:
    """What `user` may look at; None where that is nothing."""
    if is_city:
        return of_city(query) if user.oversees_city else None
    return of_supervisor(user, query) if user.is_supervisor else None


def of_supervisor(user, query) -> Scope:
    """The departments that `user` supervises, as `query` narrows them: to one of the categories
    that are usually theirs or that they have open jobs of, or to any other that it names.
    """
    offered = everything_offered()
    departments = tuple(each for each in offered.departments if user.supervises(each.pk))
    here = ServiceRequest.objects.filter(department__in=departments).open()
    theirs = Q(department__in=departments) | Q(pk__in=here.order_by().values("category"))
    shown = set(Category.objects.filter(theirs).values_list("pk", flat=True))
    asked = named("category", offered.categories, query)
    categories = (each for each in offered.categories if each.pk in shown or each == asked)
    return _read(False, departments, categories, query)


def of_city(query) -> Scope:
    offered = everything_offered()
    return _read(True, offered.departments, offered.categories, query)


def of_public(query) -> Scope:
    """What everybody may look at: the city without its private kinds, never by department."""
    categories = (each for each in everything_offered().categories if not each.is_private)
    return _read(True, (), categories, query, is_public=True)


def of_everything(first: date, last: date) -> Scope:
    """Return the city's scope of the days from `first` to `last`, with nothing to choose."""
    return Scope(True, (), (), (), Period("own", first, last))


def _read(is_city, departments, categories, query, *, is_public=False) -> Scope:
    categories, zones = tuple(categories), tuple(everything_offered().zones)
    period, problem = _period(query)
    return Scope(
        is_city=is_city,
        departments=tuple(departments),
        categories=categories,
        zones=zones,
        period=period,
        department=named("department", departments, query),
        category=named("category", categories, query),
        zone=named("zone", zones, query),
        problem=problem,
        is_public=is_public,
    )


def _period(query) -> tuple[Period, str]:
    today = timezone.localdate(clock.now(), City.current().calendar().tz)
    try:
        return periods.read(query, today), ""
    except periods.ImpossiblePeriod as wrong:
        return periods.weeks_until(today, periods.USUAL), str(wrong)
