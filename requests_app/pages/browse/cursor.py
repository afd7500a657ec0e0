"""Where one page of the list ends and the next begins, signed so that nobody can make one up."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db.models import Q

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRITTEN = re.compile(r"([on])\.([0-9]{1,17})\.([0-9]{1,18})")
LONGEST = 200


class StaleCursor(Exception):
    """It was changed on the way, or belongs to other filters or to an earlier installation."""


@dataclass(frozen=True)
class Cursor:
    """A place between two requests in the order of their news; `is_older`: the page after it.

    It stays good for ever: it names a moment, not a page's number.
    """

    is_older: bool
    changed_at: datetime
    pk: int

    @classmethod
    def older_than(cls, row) -> "Cursor":
        return cls(True, row.changed_at, row.pk)

    @classmethod
    def newer_than(cls, row) -> "Cursor":
        return cls(False, row.changed_at, row.pk)

    @classmethod
    def read(cls, text: str, filters) -> "Cursor | None":
        """What `written` wrote for the same filters; None for an empty text, or StaleCursor."""
        if not text:
            return None
        try:
            match = _WRITTEN.fullmatch(_signer(filters).unsign(text[:LONGEST]))
        except BadSignature as problem:
            raise StaleCursor from problem
        if not match:
            raise StaleCursor
        moment = _EPOCH + timedelta(microseconds=int(match[2]))
        return cls(match[1] == "o", moment, int(match[3]))

    def written(self, filters) -> str:
        microseconds = (self.changed_at - _EPOCH) // timedelta(microseconds=1)
        way = "o" if self.is_older else "n"
        return _signer(filters).sign(f"{way}.{microseconds}.{self.pk}")

    def narrow(self, requests):
        """The requests behind it, the nearest first."""
        if self.is_older:
            behind = Q(changed_at__lt=self.changed_at) | Q(
                changed_at=self.changed_at, pk__lt=self.pk
            )
            return requests.filter(changed_at__lte=self.changed_at).filter(behind)
        behind = Q(changed_at__gt=self.changed_at) | Q(changed_at=self.changed_at, pk__gt=self.pk)
        nearest = requests.filter(changed_at__gte=self.changed_at).filter(behind)
        return nearest.order_by("changed_at", "pk")


def _signer(filters):
    return Signer(salt=f"public list {filters.query()}", sep="~")
