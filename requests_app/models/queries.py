"""The queries of service requests."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Upper
from django.db.models.sql.compiler import SQLCompiler

from accounts.models import User
from lib import clock
from requests_app.lateness import late_condition
from requests_app.models.api_key import ApiKey
from requests_app.models.choices import Priority
from requests_app.status import OPEN_STATUSES, Status, Verb

if TYPE_CHECKING:
    from requests_app.models.service_request import ServiceRequest  # noqa: F401 - named in quotes

# A deletion does not count if the request was reopened and closed again after it.
NOT_FORGOTTEN = Q(closed_at__isnull=False) & (
    Q(forgotten_at__isnull=True) | Q(forgotten_at__lt=F("closed_at"))
)
WORDS_NOT_FORGOTTEN = Q(closed_at__isnull=False, is_private=True) & (
    Q(words_forgotten_at__isnull=True) | Q(words_forgotten_at__lt=F("closed_at"))
)

# Indexes have the same conditions, so that queries with them use the indexes.
IS_IN_DANGER = ~Q(danger="")
HAS_DIGEST = ~Q(words_digest="")
IS_OPEN = Q(status__in=sorted(OPEN_STATUSES))
IS_PUBLIC = Q(is_private=False, is_hidden=False)
# Indexes of open requests have the condition NOT_YET_CLOSED. Combine it with a negated list of
# statuses: for two positive conditions the planner multiplies the selectivities, and expects too
# few rows.
IS_CLOSED = Q(status=Status.CLOSED)
NOT_YET_CLOSED = ~IS_CLOSED
HAS_END = Q(closed_at__isnull=False)  # true for the same requests as IS_CLOSED


def split_by_text_index(says: Q) -> Q:
    """Return the condition `says`, split by the text indexes of open and closed requests."""
    return NOT_YET_CLOSED & says | HAS_END & says


class Urgency(models.Func):
    """The rank of a request: 0 for danger, 1 disputed, 2 urgent, 3 others. Indexed.

    A change needs a migration.
    """

    template = (
        "CASE WHEN {} <> '' THEN 0"
        f" WHEN {{}} = '{Status.DISPUTED}' THEN 1 WHEN {{}} = '{Priority.URGENT}' THEN 2 ELSE 3 END"
    )
    output_field = models.IntegerField()

    def __init__(self) -> None:
        super().__init__(F("danger"), F("status"), F("priority"))

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the CASE expression of the columns, without parameters."""
        columns = [compiler.compile(each)[0] for each in self.get_source_expressions()]
        return self.template.format(*columns), ()


class ServiceRequestQuerySet(models.QuerySet["ServiceRequest"]):
    def public(self) -> Self:
        """Return the requests that are neither private nor hidden."""
        return self.filter(IS_PUBLIC)

    def readable_by_key(self, key: ApiKey | None) -> Self:
        """Return the requests that another system may read: public ones and those it filed.

        Without a key, only public ones. Hidden requests are left out, so that front ends
        stop showing them.
        """
        if key is None:
            return self.public()
        filed = self.model._default_manager.filter(
            pk=OuterRef("pk"), events__verb=Verb.FILE, events__key=key
        )
        return self.filter(Q(is_private=False) | Exists(filed), is_hidden=False)

    def open(self) -> Self:
        """Return the requests whose status is in OPEN_STATUSES."""
        return self.filter(status__in=OPEN_STATUSES)

    def in_danger(self) -> Self:
        """Return the requests with a danger flag, open or closed."""
        return self.filter(IS_IN_DANGER)

    def in_departments_of(self, user: User) -> Self:
        """Return the requests that a department holds in which the user has a role."""
        return self.filter(department__in=list(user.roles))

    def ever_in_departments_of(self, user: User) -> Self:
        """Return the requests that a department of the user holds or held at any event."""
        theirs = list(user.roles)
        before = self.model._default_manager.filter(
            pk=OuterRef("pk"), events__department__in=theirs
        )
        return self.filter(Q(department__in=theirs) | Exists(before))

    def late(self, now: datetime | None = None) -> Self:
        """Return the open requests that are not paused and were due before `now`.

        `now` defaults to the current time.
        """
        return self.filter(IS_OPEN, late_condition(now or clock.now()))

    def near_due_date(self, now: datetime) -> Self:
        """Return open requests that are not paused and are late or due within a week of `now`."""
        return self.filter(IS_OPEN, late_condition(now + timedelta(days=7)))

    def with_former_number(self, number: str) -> Self:
        """Return the requests with this number in an older system, ignoring case.

        Text without a digit matches none, without a query.
        """
        if not any(letter.isdigit() for letter in number):
            return self.none()
        known = self.alias(number=Upper("older_record__record_id"))
        return known.filter(number=" ".join(number.split()).upper())

    def with_details_to_delete(self, moment: datetime) -> Self:
        """Return requests closed before `moment` whose reporter's details are not deleted yet."""
        return self.filter(NOT_FORGOTTEN, closed_at__lt=moment)

    def with_private_words_to_delete(self, moment: datetime) -> Self:
        """Return private requests closed before `moment` whose texts were not deleted since."""
        return self.filter(WORDS_NOT_FORGOTTEN, closed_at__lt=moment)
