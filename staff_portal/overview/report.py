"""All figures of one scope, asked once, and the names that belong to their ids."""

from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import Membership, User
from city.models import Category, Zone
from city.translation import translate_name
from staff_portal.inbox.reading import everything_offered
from staff_portal.overview.daily_sums import DailySums, Figures
from staff_portal.overview.jobs import NOBODY
from staff_portal.overview.load import Load


class Report:
    """The answers of the database to `scope`; each is asked when it is first needed."""

    def __init__(self, scope) -> None:
        self.scope = scope
        self.tables = {}  # as staff_portal.overview.tables lays them out

    @cached_property
    def load(self) -> Load:
        return Load(self.scope)

    @cached_property
    def sums(self) -> DailySums:
        return DailySums(self.scope)

    @cached_property
    def whole_before(self) -> Figures:
        """What happened in as many days before the period, to compare with."""
        before = self.scope._replace(period=self.scope.period.before)
        return DailySums(before).read_whole()

    @cached_property
    def desk(self) -> DailySums:
        """The figures of the desk, which are of the whole city whatever the department."""
        if not self.scope.department:
            return self.sums
        return DailySums(self.scope._replace(department=None))

    @property
    def is_whole_city(self) -> bool:
        return self.scope.department_ids is None

    def finished_by(self, name: str) -> list[tuple]:
        """Return (key, Figures) of each Monday or id with finished work."""
        return [(key, row) for key, row in self.sums.by(name).items() if row.finished]

    def received(self, row: Figures) -> int:
        """Return how many requests came to the city, or to the departments of the scope."""
        return row.filed if self.is_whole_city else row.routed

    def unfinished(self, row: Figures) -> int:
        """Return how many requests went without finished work."""
        return row.closed if self.is_whole_city else row.gone

    def cleared(self, row: Figures) -> int:
        return row.finished + self.unfinished(row)

    @cached_property
    def categories(self) -> dict[int, Category]:
        return {each.pk: each for each in everything_offered().categories}

    @cached_property
    def zones(self) -> dict[int, Zone]:
        return {zone.pk: zone for zone in self.scope.zones}

    @cached_property
    def people(self) -> dict[int, User]:
        """Everybody who holds a job, finished one, or could be given one."""
        ids = {*self.crew, *self.finished_by_person} - {None}
        return User.objects.in_bulk(ids)

    @cached_property
    def finished_by_person(self) -> dict[int | None, int]:
        """How much work each person finished."""
        return self.sums.count_values("people")

    @cached_property
    def crew(self) -> set[int | None]:
        """Who holds a job or could: those who hold none have room. None: nobody holds it yet."""
        members = Membership.objects.filter(
            department__in=self.scope.chosen, user__is_active=True
        ).values_list("user_id", flat=True)
        return {*members, *self.load.by("person")}

    def category_name(self, pk) -> str:
        return translate_name(self.categories[pk])

    def zone_name(self, pk) -> str:
        return translate_name(self.zones.get(pk)) or _("Outside all areas")

    def username(self, pk) -> str:
        return self.people[pk].username if pk else NOBODY

    def person_name(self, pk) -> str:
        return self.people[pk].full_name if pk else _("Unassigned")
