"""Where one page of the list ends and the next begins, signed so that nobody can make one up."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from requests_app.browsing import orders

_WRITTEN = re.compile(r"([on])\.([0-9]{1,17})\.([0-9]{1,18})")
LONGEST = 200


class StaleCursor(Exception):
    """It was changed on the way, or belongs to other filters or to an earlier installation."""


@dataclass(frozen=True)
class Cursor:
    """A place between two requests of an order; `is_onward`: the page after it.

    It stays good for ever: it names a row and where it stood (`key`), not a page's number.
    """

    is_onward: bool
    key: int
    pk: int

    @classmethod
    def read(cls, text: str, filters, order) -> "Cursor | None":
        """What `written` wrote for the same filters; None for an empty text, or StaleCursor."""
        if not text:
            return None
        try:
            match = _WRITTEN.fullmatch(_signer(filters, order).unsign(text[:LONGEST]))
        except BadSignature as problem:
            raise StaleCursor from problem
        if not match:
            raise StaleCursor
        return cls(match[1] == "o", int(match[2]), int(match[3]))

    @property
    def moment(self) -> datetime:
        """When the row of a list by moments was updated or filed."""
        return orders.moment_of(self.key)

    def written(self, filters, order) -> str:
        way = "o" if self.is_onward else "n"
        return _signer(filters, order).sign(f"{way}.{self.key}.{self.pk}")

    def narrow(self, requests, order) -> QuerySet:
        """The requests behind it, the nearest to it first."""
        beyond = order.after if self.is_onward else order.before
        return beyond(requests, self.key, self.pk)


def _signer(filters, order) -> Signer:
    """One order's cursor makes no sense in another, which may stand in where a position is gone."""
    name = "" if order.name == orders.UPDATED else f" {order.name}"
    return Signer(salt=f"public list {filters.query()}{name}", sep="~")
