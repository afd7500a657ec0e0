"""All figures of a scope, each loaded once, and names for their ids."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Membership, User
from city.models import Category, Zone
from city.translation import translate_name
from staff_portal.inbox.filters import load_all_choices
from staff_portal.overview.daily_sums import DailySums, Figures
from staff_portal.overview.job_lists import NOBODY
from staff_portal.overview.open_requests import OpenRequests
from staff_portal.overview.scope import Scope
from staff_portal.overview.table import Table


class Report:
    """The figures of `scope`; each is queried when it is first needed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.tables: dict[str, Table] = {}  # filled by tables.build_table

    @cached_property
    def open_requests(self) -> OpenRequests:
        return OpenRequests(self.scope)

    @cached_property
    def sums(self) -> DailySums:
        return DailySums(self.scope)

    @cached_property
    def total_before(self) -> Figures:
        """Return the total of the previous period."""
        before = self.scope._replace(period=self.scope.period.previous)
        return DailySums(before).load_total()

    @cached_property
    def desk_sums(self) -> DailySums:
        """Return the sums with figures of the desk, which are those of the whole city."""
        if not self.scope.department:
            return self.sums
        return DailySums(self.scope._replace(department=None))

    @property
    def is_whole_city(self) -> bool:
        """Return True if requests of any department count; False for one department of the city."""
        return self.scope.department_ids is None

    def list_finished_by(self, name: str) -> list[tuple[Any, Figures]]:
        """Return (Monday or id, Figures) of each group with finished work, in no order.

        `name` is "week", "department", "category" or "zone".
        """
        return [(key, row) for key, row in self.sums.group_by(name).items() if row.finished]

    def count_received(self, row: Figures) -> int:
        """Return how many requests the city, or the departments of the scope, received."""
        return row.filed if self.is_whole_city else row.routed

    def count_left_unfinished(self, row: Figures) -> int:
        """Return how many requests were closed, or left the departments, without finished work.

        Departments lose what is handed back, rerouted or closed.
        """
        return row.closed if self.is_whole_city else row.gone

    def count_cleared(self, row: Figures) -> int:
        """Return how many requests were finished or left unfinished."""
        return row.finished + self.count_left_unfinished(row)

    @cached_property
    def categories(self) -> dict[int, Category]:
        """Return all categories by id, also those that the scope does not offer."""
        return {each.pk: each for each in load_all_choices().categories}

    @cached_property
    def zones(self) -> dict[int, Zone]:
        """Return the zones of the scope by id."""
        return {zone.pk: zone for zone in self.scope.zones}

    @cached_property
    def people(self) -> dict[int, User]:
        """Return everybody who has or finished a job, or could be assigned one, by id."""
        ids = {*self.crew_ids, *self.finished_by_person} - {None}
        return User.objects.in_bulk(ids)

    @cached_property
    def finished_by_person(self) -> dict[int | None, int]:
        """Return the number of finished jobs by user id; None is nobody."""
        return self.sums.count_values("people")

    @cached_property
    def crew_ids(self) -> set[int | None]:
        """Return the ids of active members and of assignees of open jobs; None is unassigned."""
        members = Membership.objects.filter(
            department__in=self.scope.chosen_departments, user__is_active=True
        ).values_list("user_id", flat=True)
        return {*members, *self.open_requests.group_by("person")}

    def category_name(self, pk: int) -> str:
        """Return the translated name of the category. Raise KeyError for an unknown id."""
        return translate_name(self.categories[pk])

    def zone_name(self, pk: int | None) -> str:
        """Return the translated name of the zone, "Outside all areas" for None."""
        return translate_name(self.zones.get(pk or 0)) or _("Outside all areas")

    def username(self, pk: int | None) -> str:
        """Return the username of the user with this id, or NOBODY for None."""
        return self.people[pk].username if pk else NOBODY

    def person_name(self, pk: int | None) -> str:
        """Return the full name of the user with this id, or "Unassigned" for None."""
        return self.people[pk].full_name if pk else _("Unassigned")
