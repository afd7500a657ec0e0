"""The scope of an overview: whose requests, narrowed how, in which period."""

from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from city import cache
from city.models import Category, City, Department, Zone
from lib import clock
from requests_app.models import ServiceRequest
from staff_portal.inbox.filters import (
    FILTER_COLUMNS,
    category_and_zone_condition,
    find_chosen,
    load_all_choices,
)
from staff_portal.overview import period as periods
from staff_portal.overview.period import DAY, EARLIEST_DAY, Period


class Scope(NamedTuple):
    """Departments, filters and period of an overview.

    If `is_city`, all requests count whatever their department, and the desk's figures are shown
    too. If `is_public`, private categories are left out and no department can be chosen.
    `departments`, `categories` and `zones` are the choices. `problem` is the error of the typed
    dates; `period` is then the default.
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
    def chosen_departments(self) -> tuple[Department, ...]:
        """Return the chosen department alone, or else all departments of the scope."""
        return (self.department,) if self.department else self.departments

    @property
    def department_ids(self) -> list[int] | None:
        """Return the ids to filter by, or None if requests of any department count."""
        if self.is_city and not self.department:
            return None
        return [each.pk for each in self.chosen_departments]

    @property
    def is_narrowed(self) -> bool:
        """Return True if a category or zone is chosen; a department does not count."""
        return bool(self.category or self.zone)

    @property
    def query(self) -> dict[str, str]:
        """Return the query parameters of a URL of this scope."""
        return self.period_query | self.filter_query

    @property
    def period_query(self) -> dict[str, str]:
        """Return the query parameters of the period; {} for the default period."""
        period = self.period
        said = {"period": period.name} if period.name != periods.DEFAULT_NAME else {}
        own = {"from": str(period.first), "to": str(period.last)}
        return said | (own if period.name == "own" else {})

    @property
    def filter_query(self) -> dict[str, str]:
        """Return the slug or service code of each chosen filter by its name."""
        return {
            name: getattr(row, key)
            for name, key in FILTER_COLUMNS.items()
            if (row := getattr(self, name))
        }

    def url(self, page: str, *args: str, **changes: str | None) -> str:
        """Return the URL of a page for this scope.

        `args` are the path's arguments, `changes` are query parameters; None leaves a parameter
        out.
        """
        query = {key: value for key, value in (self.query | changes).items() if value}
        return self.page_url(page, *args, query=query)

    def page_url(self, page: str, *args: str, query: dict[str, str] | None = None) -> str:
        """Return the URL of the city's, public or departments' version of a page.

        It has only the parameters in `query`; `url` adds those of the scope.
        """
        prefix = "public_" if self.is_public else "city_" if self.is_city else ""
        return reverse(prefix + page, args=args, query=query)

    @property
    def file_prefix(self) -> str:
        """Return the first part of file names: the slug of the one department, or a word.

        The word is "city", "figures" for the public, or "departments" for several.
        """
        if self.department:
            return self.department.slug
        if self.is_city:
            return "figures" if self.is_public else "city"
        return self.departments[0].slug if len(self.departments) == 1 else "departments"

    def filtered_requests(self) -> QuerySet[ServiceRequest]:
        """Return the requests of the scope, whatever their status and period."""
        rows = ServiceRequest.objects.filter(category_and_zone_condition(self))
        held = {} if self.department_ids is None else {"department__in": self.department_ids}
        return rows.filter(**held)

    def all_requests(self) -> QuerySet[ServiceRequest]:
        """Return the requests of all departments of the scope, without its filters."""
        rows = ServiceRequest.objects.all()
        return rows if self.is_city else rows.filter(department__in=self.departments)

    def build_sql_parameters(self) -> dict[str, Any]:
        """Return the parameters of the queries: filters, days, moments, time zone, working time."""
        period, calendar = self.period, City.current().calendar()
        return {
            "departments": self.department_ids,
            "public": self.is_public,
            "category": self.category.pk if self.category else None,
            "zone": self.zone.pk if self.zone else None,
            "first": period.first,
            "after": period.day_after,
            "first_week": period.whole_weeks[0],
            "after_weeks": period.whole_weeks[1],
            "since": midnight(period.first, calendar.tz),
            "until": midnight(period.day_after, calendar.tz),
            "tz": str(calendar.tz),
            "now": clock.now(),
            **build_working_time_parameters(),
        }


def midnight(day: date, tz: tzinfo) -> datetime:
    """Return the moment at which the day begins in the time zone `tz`."""
    return datetime.combine(day, time(), tzinfo=tz)


@cache.cache_per_version
def build_working_time_parameters() -> dict[str, Any]:
    """Return SQL parameters that count the city's working days; cached.

    `worked` is a PostgreSQL array: its n-th entry is the number of working days from `day_zero`
    through the n-th day. `opens` and `closes` are minutes after midnight.
    """
    calendar = City.current().calendar()
    days = (clock.today() - EARLIEST_DAY).days + 2 * 366
    working = (int(calendar.is_working_day(EARLIEST_DAY + DAY * n)) for n in range(days))
    opens, closes = calendar.opens_at, calendar.closes_at
    return {
        "day_zero": EARLIEST_DAY,
        "worked": f"{{{','.join(map(str, accumulate(working)))}}}",
        "opens": opens.hour * 60 + opens.minute,
        "closes": closes.hour * 60 + closes.minute,
    }


def find_scope_of_user(user: User, is_city: bool, query: QueryDict) -> Scope | None:
    """Return the scope that `user` may see, or None.

    The city's is for those who oversee it, the departments' for supervisors.
    """
    if is_city:
        return build_city_scope(query) if user.oversees_city else None
    return build_supervisor_scope(user, query) if user.is_supervisor else None


def build_supervisor_scope(user: User, query: QueryDict) -> Scope:
    """Return the scope of the departments that `user` supervises.

    Its categories are those of the departments, those of their open jobs, and the one in the query.
    """
    offered = load_all_choices()
    departments = tuple(each for each in offered.departments if user.supervises(each.pk))
    here = ServiceRequest.objects.filter(department__in=departments).open()
    theirs = Q(department__in=departments) | Q(pk__in=here.order_by().values("category"))
    shown = set(Category.objects.filter(theirs).values_list("pk", flat=True))
    asked = find_chosen("category", offered.categories, query)
    categories = (each for each in offered.categories if each.pk in shown or each == asked)
    return _build_scope(False, departments, categories, query)


def build_city_scope(query: QueryDict) -> Scope:
    """Return the city's scope, with all departments and categories as choices."""
    offered = load_all_choices()
    return _build_scope(True, offered.departments, offered.categories, query)


def build_public_scope(query: QueryDict) -> Scope:
    """Return the public's scope: the city without private categories and departments."""
    categories = (each for each in load_all_choices().categories if not each.is_private)
    return _build_scope(True, (), categories, query, is_public=True)


def build_scope_of_days(first: date, last: date) -> Scope:
    """Return the city's scope from `first` to `last`, without choices."""
    return Scope(True, (), (), (), Period("own", first, last))


def _build_scope(
    is_city: bool,
    departments: Iterable[Department],
    categories: Iterable[Category],
    query: QueryDict,
    *,
    is_public: bool = False,
) -> Scope:
    """Return the scope of the URL's query; a choice that is not offered becomes None.

    An impossible period gives the default period and a text in `problem`.
    """
    categories, zones = tuple(categories), tuple(load_all_choices().zones)
    period, problem = _parse_period_or_default(query)
    return Scope(
        is_city=is_city,
        departments=tuple(departments),
        categories=categories,
        zones=zones,
        period=period,
        department=find_chosen("department", departments, query),
        category=find_chosen("category", categories, query),
        zone=find_chosen("zone", zones, query),
        problem=problem,
        is_public=is_public,
    )


def _parse_period_or_default(query: QueryDict) -> tuple[Period, str]:
    """Return the period and "", or the default period and the error message."""
    today = timezone.localdate(clock.now(), City.current().calendar().tz)
    try:
        return periods.parse_period(query, today), ""
    except periods.ImpossiblePeriod as wrong:
        return periods.period_of_weeks(today, periods.DEFAULT_NAME), str(wrong)
