"""Admin lists of large tables, without queries that no index supports.

A list counts and shows only its first rows and estimates the rest, sorts by indexed columns, and
searches columns with a text index.
"""

import calendar
import json
import operator
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import Max, Min, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst, smart_split
from django.utils.translation import gettext_lazy as _

from lib.security_log import Kind, record_action_once_a_minute, search_target
from requests_app import reference
from requests_app.admin.read_only import ReadOnlyAdmin

MAX_ROWS_COUNTED = 2_000  # rows that are counted and shown
MAX_ROWS_FOUND = 100  # rows that a search shows
# Make PostgreSQL read rows in the order of an index until enough are found, in this transaction.
_READ_IN_ORDER_SQL = """SELECT set_config('enable_bitmapscan', 'off', true),
    set_config('enable_seqscan', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true)"""
_DATE_PARTS = ("year", "month", "day")
_REFERENCE_BEGINNING = re.compile(rf"[A-Z]{{1,4}}-[{reference.ALPHABET}-]{{1,9}}")


class FirstRowsPaginator(Paginator):
    """Pages of the first rows; `estimate` is the approximate number of all."""

    object_list: QuerySet[Any]
    max_rows = MAX_ROWS_COUNTED

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most `max_rows`."""
        return min(self._row_count, self.max_rows)

    @cached_property
    def has_more(self) -> bool:
        """Return whether there are more than `max_rows` rows."""
        return self._row_count > self.max_rows

    @cached_property
    def estimate(self) -> int:
        """Return the planner's estimate, rounded to two digits, at least `max_rows`."""
        (plan,) = json.loads(self.object_list.order_by().values("pk").explain(format="json"))
        rows = max(plan["Plan"]["Plan Rows"], self.max_rows)
        return round(rows, 2 - len(str(rows)))

    @cached_property
    def _row_count(self) -> int:
        """Return the number of rows up to `max_rows` + 1, counted by the list's index."""
        return self.object_list[: self.max_rows + 1].count()


class FoundRowsPaginator(FirstRowsPaginator):
    max_rows = MAX_ROWS_FOUND


class LargeChangeList(ChangeList):
    def get_ordering_field(self, field_name: Callable[..., Any] | str) -> str | Combinable | None:
        """Return None for a column without an index, even if the URL names it."""
        return (
            super().get_ordering_field(field_name)
            if field_name in (self.sortable_by or ())
            else None
        )

    @cached_property
    def periods(self) -> dict[str, Any]:
        """Return the context of `admin/date_hierarchy.html`: years, months or days.

        The keys are field_name, back (a link to the larger period, or None) and choices
        (links). Periods without rows are included.
        """
        column = self.date_hierarchy
        chosen = [self.params.get(f"{column}__{part}") for part in _DATE_PARTS]
        year, month, day = (int(number) if number else None for number in chosen)
        back: tuple[int, ...] | None
        choices: list[tuple[int, ...]]
        if not year:
            back, choices = None, [(each,) for each in self._list_years()]
        elif not month:
            back, choices = (), [(year, each) for each in range(1, 13)]
        else:
            back = (year, month) if day else (year,)
            days = [day] if day else range(1, calendar.monthrange(year, month)[1] + 1)
            choices = [(year, month, each) for each in days]
        return {
            "field_name": label_for_field(column, self.model),
            "back": None if back is None else self._period_link(*back),
            "choices": [self._period_link(*choice) for choice in choices],
        }

    def _list_years(self) -> Sequence[int]:
        """Return the years from the first row to the last; [] for an empty table."""
        column = self.date_hierarchy
        ends = self.model._default_manager.aggregate(first=Min(column), last=Max(column))
        if ends["first"] is None:
            return []
        first, last = (timezone.localtime(end).year for end in ends.values())
        return range(first, last + 1)

    def _period_link(self, *period: int) -> dict[str, Any]:
        """Return {"title", "link"} of a year, month or day; without arguments, of all dates."""
        column = self.date_hierarchy
        parts = zip(_DATE_PARTS, period, strict=False)
        query = {f"{column}__{part}": number for part, number in parts}
        return {
            "title": _period_title(*period),
            "link": self.get_query_string(query, [f"{column}__"]),
        }


def _period_title(
    year: int | None = None, month: int | None = None, day: int | None = None
) -> str | Promise:
    """Return the translated title of a year, month or day; “All dates” without arguments."""
    if not (year and month):
        return str(year) if year else _("All dates")
    form = "MONTH_DAY_FORMAT" if day else "YEAR_MONTH_FORMAT"
    return capfirst(date_format(date(year, month, day or 1), form))


class LargeTableMixin(admin.ModelAdmin):
    """A mixin of a ModelAdmin for a large table.

    A search finds rows by the reference, or its beginning, of the request at `request_path`.
    `texts` are columns with a trigram index in upper case. If the table `is_about_persons`, the
    security log records searches for words.
    """

    change_list_template = "admin/large_table.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # facets count the whole table
    ordering = ["-pk"]
    sortable_by: ClassVar[list[str]] = []
    request_path = "service_request__"
    texts: ClassVar[list[str]] = []
    is_about_persons = False
    search_fields = ["service_request__reference"]  # shows the box; see `search_condition`
    search_help_text = _("Search by request number")

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[LargeChangeList]:
        return LargeChangeList

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *args, **kwargs
    ) -> FirstRowsPaginator | FoundRowsPaginator:
        """Return a FoundRowsPaginator for a search, else a FirstRowsPaginator."""
        pages = FoundRowsPaginator if request.GET.get(SEARCH_VAR) else FirstRowsPaginator
        return pages(queryset, per_page, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[Any, bool]:
        """Return the newest rows found, one more than pages show, and False: no duplicates.

        `queryset` itself for an empty term. A search for a person's words is recorded in
        the security log, at most once a minute.
        """
        if not search_term:
            return queryset, False
        if self.is_about_persons and _parse_reference_lookup(search_term) is None:
            record_action_once_a_minute(Kind.PERSON_SEARCHED, target=search_target(search_term))
        found = queryset.filter(self.search_condition(search_term))
        return queryset.filter(
            pk__in=find_newest_ids(found, self.ordering, MAX_ROWS_FOUND + 1)
        ), False

    def search_condition(self, typed: str) -> Q:
        """Return the condition for a typed reference, its beginning, or words."""
        if like := _parse_reference_lookup(typed):
            lookup, value = like
            return Q((f"{self.request_path}{lookup}", value))
        return self.words_condition(typed)

    def words_condition(self, typed: str) -> Q:
        """Return the condition that a row contains each word; quoted words count as one.

        A condition that no row meets if the table has no `texts`.
        """
        if not self.texts:
            return Q(pk__in=[])
        return Q(*(self.word_condition(word.strip("\"'")) for word in smart_split(typed)))

    def word_condition(self, word: str) -> Q:
        """Return the condition that one of the `texts` contains the word, in any case."""
        return reduce(operator.or_, (Q((f"{text}__icontains", word)) for text in self.texts))


def find_newest_ids(found: QuerySet, ordering: Sequence[Any], limit: int) -> list[Any]:
    """Return the first `limit` ids in this order, fast also for a word that every row contains.

    The planner cannot know how frequent a word is, and would read all rows that contain it.
    If there are fewer than `limit` ids, their order is undefined.
    """
    found = found.values_list("pk", flat=True)
    some = list(found.order_by()[:limit])
    if len(some) < limit:
        return some
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_READ_IN_ORDER_SQL)
        return list(found.order_by(*ordering)[:limit])


class LargeTableAdmin(LargeTableMixin, ReadOnlyAdmin):
    pass


def _parse_reference_lookup(typed: str) -> tuple[str, str] | None:
    """Return (lookup, value) for a reference or its beginning; None for neither."""
    if whole := reference.normalize_reference(typed):
        return "reference", whole
    beginning = typed.strip().upper()
    return (
        ("reference__startswith", beginning) if _REFERENCE_BEGINNING.fullmatch(beginning) else None
    )
