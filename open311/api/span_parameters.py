"""What a list of updates or of removed requests was asked for, read once from the query."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from lib import clock
from open311.api.parameters import MAX_UPDATES_AT_ONCE, SPAN, QueryReader


@dataclass(frozen=True)
class AskedUpdates:
    """A span, of 90 days at most if `references` is None: of all requests, else of these alone.

    `since` is None where references alone are given. `is_paged` where the reader
    knows that an answer can be one page of several.
    """

    references: list[str] | None
    since: datetime | None
    until: datetime | None
    page: int
    page_size: int
    is_paged: bool

    @classmethod
    def by(cls, query: QueryDict) -> "AskedUpdates":
        """Read the query of a list of updates. Raises Refused."""
        reader = QueryReader(query)
        references = reader.references()
        since, until = reader.dates(is_updated=references is not None)
        is_paged = bool(reader.text("page", "page_size"))
        found = cls(
            references=references,
            since=since,
            until=until,
            page=reader.page(),
            page_size=reader.page_size() if is_paged else MAX_UPDATES_AT_ONCE,
            is_paged=is_paged,
        )
        reader.refuse()
        return found

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


@dataclass(frozen=True)
class AskedRemovals:
    """A page of the requests that went out of sight from `after` on, until `before` if it is given.

    Both are included.
    """

    after: datetime
    before: datetime | None
    page: int
    page_size: int

    @classmethod
    def by(cls, query: QueryDict) -> "AskedRemovals":
        """Read the query; without `updated_after` it is the last 90 days. Raise Refused."""
        reader = QueryReader(query)
        after = reader.moment("updated_after")
        before = reader.moment("updated_before", is_end=True)
        reader.check_order("updated_after", after, "updated_before", before)
        page, page_size = reader.page(), reader.page_size()
        reader.refuse()
        after = after or (before or clock.now()) - SPAN
        return cls(after=after, before=before, page=page, page_size=page_size)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size
