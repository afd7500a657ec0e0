"""Lists of tables that grow with every report: nothing is asked that no index answers.

A list counts and leads to its first rows only, says how many the server takes for likely beyond
them, sorts by columns that have an index, and looks words up where an index knows them.
"""

import calendar
import json
import operator
import re
from datetime import date
from functools import reduce
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst, smart_split
from django.utils.translation import gettext_lazy as _

from lib.security_log import Kind, record_once, search_target
from requests_app import reference
from requests_app.admin.read_only import ReadOnlyAdmin

MOST = 2_000  # rows that are counted, and that pages lead to
MOST_FOUND = 100  # of those that say some words
# For one transaction: rows are read one after another in their order, until there are enough.
_IN_ORDER = """SELECT set_config('enable_bitmapscan', 'off', true),
    set_config('enable_seqscan', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true)"""
_PARTS = ("year", "month", "day")
_BEGINNING = re.compile(rf"[A-Z]{{1,4}}-[{reference.ALPHABET}-]{{1,9}}")


class FirstRowsPaginator(Paginator):
    """Pages of the first rows; where there are more, `estimate` says about how many."""

    most = MOST

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.most)

    @cached_property
    def has_more(self) -> bool:
        return self._counted > self.most

    @cached_property
    def estimate(self) -> int:
        """The planner's, with two digits that count; never fewer than were counted."""
        (plan,) = json.loads(self.object_list.order_by().values("pk").explain(format="json"))
        rows = max(plan["Plan"]["Plan Rows"], self.most)
        return round(rows, 2 - len(str(rows)))

    @cached_property
    def _counted(self) -> int:
        """In the list's own order, which an index has: the rows nobody filtered come by it too."""
        return self.object_list[: self.most + 1].count()


class FoundRowsPaginator(FirstRowsPaginator):
    most = MOST_FOUND


class LargeChangeList(ChangeList):
    def get_ordering_field(self, field_name) -> str | None:
        """Nothing for a column without an index, whoever wrote the address."""
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None

    @cached_property
    def periods(self) -> dict:
        """What `admin/date_hierarchy.html` shows: each year since the first row, or each month of
        the year that is chosen, or each day of its month, also one that has no row.
        """
        column = self.date_hierarchy
        chosen = [self.params.get(f"{column}__{part}") for part in _PARTS]
        year, month, day = (int(number) if number else None for number in chosen)
        if not year:
            back, choices = None, [(each,) for each in self._years()]
        elif not month:
            back, choices = (), [(year, each) for each in range(1, 13)]
        else:
            back = (year, month) if day else (year,)
            days = [day] if day else range(1, calendar.monthrange(year, month)[1] + 1)
            choices = [(year, month, each) for each in days]
        return {
            "field_name": self.opts.get_field(column).verbose_name,
            "back": None if back is None else self._link_to(*back),
            "choices": [self._link_to(*choice) for choice in choices],
        }

    def _years(self) -> list | range:
        column = self.date_hierarchy
        ends = self.model.objects.aggregate(first=Min(column), last=Max(column))
        if ends["first"] is None:
            return []
        first, last = (timezone.localtime(end).year for end in ends.values())
        return range(first, last + 1)

    def _link_to(self, *period) -> dict[str, Any]:
        """A year, one of its months or one of the days of that; without any, all dates."""
        column = self.date_hierarchy
        parts = zip(_PARTS, period, strict=False)
        query = {f"{column}__{part}": number for part, number in parts}
        return {"title": _title(*period), "link": self.get_query_string(query, [f"{column}__"])}


def _title(year=None, month=None, day=None) -> str | Promise:
    if not month:
        return str(year) if year else _("All dates")
    form = "MONTH_DAY_FORMAT" if day else "YEAR_MONTH_FORMAT"
    return capfirst(date_format(date(year, month, day or 1), form))


class LargeTable:
    """Mixin of a ModelAdmin. A search takes a reference or how it begins, of the request that
    `request_path` leads to; `texts` names the columns whose trigrams are indexed in capitals. A
    search for words is noted in the security log where the table `is_about_persons`.
    """

    change_list_template = "admin/large_table.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the whole table
    ordering = ["-pk"]
    sortable_by = []
    request_path = "service_request__"
    texts = []
    is_about_persons = False
    search_fields = ["service_request__reference"]  # that there is a search; `found` does it
    search_help_text = _("Search by request number")

    def get_changelist(self, request, **kwargs) -> type[LargeChangeList]:
        return LargeChangeList

    def get_paginator(
        self, request, queryset, per_page, *args, **kwargs
    ) -> FirstRowsPaginator | FoundRowsPaginator:
        pages = FoundRowsPaginator if request.GET.get(SEARCH_VAR) else FirstRowsPaginator
        return pages(queryset, per_page, *args, **kwargs)

    def get_search_results(self, request, queryset, search_term) -> tuple[Any, bool]:
        """Of what is found, the newest, one more than pages lead to."""
        if not search_term:
            return queryset, False
        if self.is_about_persons and _reference_like(search_term) is None:
            record_once(Kind.PERSON_SEARCHED, target=search_target(search_term))
        found = queryset.filter(self.found(search_term))
        return queryset.filter(pk__in=newest_of(found, self.ordering, MOST_FOUND + 1)), False

    def found(self, typed) -> Q:
        """The rows that `typed` means."""
        if like := _reference_like(typed):
            lookup, value = like
            return Q((f"{self.request_path}{lookup}", value))
        return self.found_by_words(typed)

    def found_by_words(self, typed) -> Q:
        """The rows that say each of the words, what stands in quotes as one."""
        if not self.texts:
            return Q(pk__in=[])
        return Q(*(self.says(word.strip("\"'")) for word in smart_split(typed)))

    def says(self, word) -> Q:
        return reduce(operator.or_, (Q((f"{text}__icontains", word)) for text in self.texts))


def newest_of(found, ordering, most) -> list:
    """The ids of the first in this order, at most so many, also where a word is in every row.

    How often a word is said the server cannot tell before: it would read all that say it.
    """
    found = found.values_list("pk", flat=True)
    some = list(found.order_by()[:most])
    if len(some) < most:
        return some
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_IN_ORDER)
        return list(found.order_by(*ordering)[:most])


class LargeTableAdmin(LargeTable, ReadOnlyAdmin):
    pass


def _reference_like(typed) -> tuple[str, str] | None:
    """A lookup of a request and its value for a reference or its beginning; None for neither."""
    if whole := reference.normalize_reference(typed):
        return "reference", whole
    beginning = typed.strip().upper()
    return ("reference__startswith", beginning) if _BEGINNING.fullmatch(beginning) else None
