"""An agent's saved views, with how many requests each finds now."""

from dataclasses import dataclass, field
from functools import cached_property

from routing.desk import queue
from routing.desk.queue import Filters, facets_page
from routing.models import SavedView


@dataclass(frozen=True)
class View:
    saved: SavedView
    filters: Filters
    count: int
    is_current: bool

    @property
    def address(self) -> str:
        return facets_page.address(self.filters)


@dataclass
class Refused:
    """A name that was not taken: for which view (None: a new one), as typed, and why."""

    view: SavedView | None = None
    name: str = ""
    problems: list[str] = field(default_factory=list)


class ViewsPage:
    """Of the agent who uses `filters` now. Two queries."""

    def __init__(self, filters: Filters, refused: Refused | None = None):
        self.filters = filters
        self.refused = refused or Refused()

    @cached_property
    def views(self) -> list[View]:
        saved = list(SavedView.objects.filter(user=self.filters.agent))
        asked = [Filters.from_query(one.query, self.filters.agent) for one in saved]
        counts = queue.how_many(asked)
        here = self.filters.query(most=queue.PAGE)
        return [
            View(one, filters, count, filters.query() == here)
            for one, filters, count in zip(saved, asked, counts, strict=True)
        ]

    @property
    def can_save(self) -> bool:
        """Whether there is something to save that has no name yet."""
        return self.filters.is_narrowed and not any(view.is_current for view in self.views)

    @property
    def name(self) -> str:
        """What was typed for a new one."""
        return self.refused.name if self.refused.view is None else ""

    @property
    def problems(self) -> list[str]:
        return self.refused.problems if self.refused.view is None else []
