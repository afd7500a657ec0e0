"""What is asked of requests, by names that read as a sentence."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Upper

from lib import clock
from requests_app.lateness import late_condition
from requests_app.models.api_key import ApiKey
from requests_app.models.choices import Priority
from requests_app.status import OPEN_STATUSES, Status, Verb

# What was opened again after it was forgotten, and closed again, is forgotten again.
NOT_FORGOTTEN = Q(closed_at__isnull=False) & (
    Q(forgotten_at__isnull=True) | Q(forgotten_at__lt=F("closed_at"))
)
WORDS_NOT_FORGOTTEN = Q(closed_at__isnull=False, is_private=True) & (
    Q(words_forgotten_at__isnull=True) | Q(words_forgotten_at__lt=F("closed_at"))
)

# Indexes have the same conditions.
IN_DANGER = ~Q(danger="")
HAS_DIGEST = ~Q(words_digest="")
IS_OPEN = Q(status__in=sorted(OPEN_STATUSES))
PUBLIC = Q(is_private=False, is_hidden=False)  # what everybody may look at
# As the indexes of what is not closed say it. Where it stands beside a status, that is best said by
# what it is not: the planner multiplies the two, and would take a status for rare among few rows.
IS_CLOSED = Q(status=Status.CLOSED)
NOT_YET_CLOSED = ~IS_CLOSED
HAS_END = Q(closed_at__isnull=False)  # true of the same requests as IS_CLOSED


def use_indexes_of_words(says: Q) -> Q:
    """Return `says`, a condition on a request's words, as the two indexes of words have it: one of
    what is not closed, and one of what is.
    """
    return NOT_YET_CLOSED & says | HAS_END & says


class Urgency(models.Func):
    """Words of danger 0, disputed 1, urgent 2, the rest 3. An index has it, so whoever changes it
    makes a migration.
    """

    template = (
        "CASE WHEN {} <> '' THEN 0"
        f" WHEN {{}} = '{Status.DISPUTED}' THEN 1 WHEN {{}} = '{Priority.URGENT}' THEN 2 ELSE 3 END"
    )
    output_field = models.IntegerField()

    def __init__(self) -> None:
        super().__init__(F("danger"), F("status"), F("priority"))

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        columns = [compiler.compile(each)[0] for each in self.get_source_expressions()]
        return self.template.format(*columns), []


class ServiceRequestQuerySet(models.QuerySet):
    def public(self) -> Self:
        return self.filter(PUBLIC)

    def readable_with(self, key: ApiKey | None) -> "ServiceRequestQuerySet":
        """Return those that another system reads: public ones, and private ones filed with `key`.

        A hidden request is gone for every system, so that a front end stops showing it.
        """
        if key is None:
            return self.public()
        filed = self.model._default_manager.filter(
            pk=OuterRef("pk"), events__verb=Verb.FILE, events__key=key
        )
        return self.filter(Q(is_private=False) | Exists(filed), is_hidden=False)

    def open(self) -> Self:
        return self.filter(status__in=OPEN_STATUSES)

    def in_danger(self) -> Self:
        """With words of danger that nobody has cleared."""
        return self.filter(IN_DANGER)

    def worked_by(self, user) -> Self:
        """What lies with a department that `user` works for."""
        return self.filter(department__in=list(user.roles))

    def worked_on_by(self, user) -> Self:
        """What lies, or lay before, with a department that `user` works for."""
        theirs = list(user.roles)
        before = self.model._default_manager.filter(
            pk=OuterRef("pk"), events__department__in=theirs
        )
        return self.filter(Q(department__in=theirs) | Exists(before))

    def late(self, now=None) -> Self:
        """Return those that are late at `now`, which is this moment if it is not given."""
        return self.filter(IS_OPEN, late_condition(now or clock.now()))

    def near_due_date(self, now: datetime) -> "ServiceRequestQuerySet":
        """Return the open ones that are due within a week of `now`, or late already."""
        return self.filter(IS_OPEN, late_condition(now + timedelta(days=7)))

    def formerly(self, number: str) -> Self:
        """Those with this number in an older system; small and capital letters are alike. Words
        without a digit are none, and cost no query.
        """
        if not any(letter.isdigit() for letter in number):
            return self.none()
        known = self.alias(number=Upper("older_record__record_id"))
        return known.filter(number=" ".join(number.split()).upper())

    def with_details_kept_since(self, moment) -> Self:
        """Closed before `moment`, and since then nobody deleted how to reach the reporter."""
        return self.filter(NOT_FORGOTTEN, closed_at__lt=moment)

    def with_private_words_kept_since(self, moment) -> Self:
        return self.filter(WORDS_NOT_FORGOTTEN, closed_at__lt=moment)
