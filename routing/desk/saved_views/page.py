"""An agent's saved views, with how many requests each finds now."""

from dataclasses import dataclass, replace
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.text import Words
from routing.desk.queue.filters import LINES_PER_PAGE, Filters
from routing.desk.queue.loading import load_table
from routing.desk.queue.reading import Queue
from routing.models import SavedView

MOST_SHOWN = 60  # views of oneself and of others
TAKEN = gettext_lazy("You have a view with this name already. Choose another one.")


class ViewName(forms.Form):
    """A name that no other view of its agent has. `view` is the one that gets it; of new ones an
    agent may keep so many at the most.
    """

    name = Words(
        max_length=SavedView.LONGEST,
        error_messages={"required": gettext_lazy("Name the view.")},
    )

    def __init__(self, data, view) -> None:
        super().__init__(data)
        self.view = view

    def clean_name(self) -> str:
        name, own = self.cleaned_data["name"], SavedView.objects.filter(user=self.view.user_id)
        others = own.exclude(pk=self.view.pk)
        if others.filter(name__iexact=name).exists():
            raise ValidationError(TAKEN)
        if self.view.pk is None and others.count() >= SavedView.MOST:
            message = _("You have %(n)s views, which is the most. Delete one first.")
            raise ValidationError(message % {"n": SavedView.MOST})
        return name


@dataclass(frozen=True)
class View:
    saved: SavedView
    address: str
    count: int
    is_current: bool


class ViewsPage:
    """Of the agent who uses `filters` now. `refused` is the form whose name was not
    taken: `new` of a new view, else of its own.
    """

    def __init__(self, filters: Filters, refused: ViewName | None = None) -> None:
        self.filters = filters
        self.refused = refused
        self.new = refused if refused and refused.view.pk is None else None

    @cached_property
    def views(self) -> list[View]:
        return [view for view in self._all if view.saved.user_id == self.filters.agent.pk]

    @cached_property
    def shared(self) -> list[View]:
        """Return what other agents share, by name."""
        return [view for view in self._all if view.saved.user_id != self.filters.agent.pk]

    @cached_property
    def _all(self) -> list[View]:
        own = Q(user=self.filters.agent)
        others = Q(is_shared=True, user__is_active=True, user__is_agent=True)
        saved = list(SavedView.objects.filter(own | others).select_related("user")[:MOST_SHOWN])
        asked = [Filters.from_query(one.query, self.filters.agent) for one in saved]
        here = replace(self.filters, max_lines=LINES_PER_PAGE).query_string()
        return [
            View(one, filters.url(), count, filters.query_string() == here)
            for one, filters, count in zip(saved, asked, _count_all(asked), strict=True)
        ]

    @property
    def can_save(self) -> bool:
        """Whether there is something to save that has no name yet."""
        return self.filters.is_narrowed and not any(view.is_current for view in self.views)


def _count_all(asked: list[Filters]) -> list[int]:
    """Return how many requests each of these filters finds, all at one moment.

    The same words in the same tab are searched for once.
    """
    counts, said, latest = [], {}, load_table()
    for filters in asked:
        words = filters.tab, filters.search_words
        queue = Queue(filters, latest, said.get(words))
        said[words] = queue.search_hits
        counts.append(int(queue.mask.sum()))
    return counts
