"""Signed cursors between the pages of the list."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from requests_app.browsing import orders
from requests_app.browsing.filters import Filters
from requests_app.browsing.orders import Order
from requests_app.models import ServiceRequest

_CURSOR_PATTERN = re.compile(r"([on])\.([0-9]{1,17})\.([0-9]{1,18})")
MAX_CURSOR_LENGTH = 200


class StaleCursor(Exception):
    """The cursor was altered, or belongs to other filters or another LINK_SECRET."""


@dataclass(frozen=True)
class Cursor:
    """A position next to a request in an order of the list; `is_forward` for the page after it.

    A cursor names a row and its sort `key` instead of a page number, so it never expires.
    """

    is_forward: bool
    key: int
    pk: int

    @classmethod
    def parse(cls, text: str, filters: Filters, order: Order) -> Self | None:
        """Return the cursor that `to_signed_text` wrote for the same filters, or None for "".

        Raise StaleCursor for any other text.
        """
        if not text:
            return None
        try:
            match = _CURSOR_PATTERN.fullmatch(
                _build_signer(filters, order).unsign(text[:MAX_CURSOR_LENGTH])
            )
        except BadSignature as problem:
            raise StaleCursor from problem
        if not match:
            raise StaleCursor
        return cls(match[1] == "o", int(match[2]), int(match[3]))

    @property
    def moment(self) -> datetime:
        """When the cursor's row was updated or filed; meaningless in a list not sorted by time."""
        return orders.moment_from_key(self.key)

    def to_signed_text(self, filters: Filters, order: Order) -> str:
        """Return the text for a URL, signed for these filters and this order (see `parse`)."""
        way = "o" if self.is_forward else "n"
        return _build_signer(filters, order).sign(f"{way}.{self.key}.{self.pk}")

    def filter_beyond(
        self, requests: QuerySet[ServiceRequest], order: Order
    ) -> QuerySet[ServiceRequest]:
        """Return the requests on the cursor's page and beyond, the nearest to the cursor first."""
        beyond = order.filter_after if self.is_forward else order.filter_before
        return beyond(requests, self.key, self.pk)


def _build_signer(filters: Filters, order: Order) -> Signer:
    """Return a signer whose cursors are valid only with these filters and this order."""
    name = "" if order.name == orders.UPDATED else f" {order.name}"
    return Signer(salt=f"public list {filters.query_string()}{name}", sep="~")
