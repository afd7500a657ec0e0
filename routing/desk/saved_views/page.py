"""An agent's saved views, with the number of requests that each finds now."""

from dataclasses import dataclass, replace
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lib.text import CleanTextField
from routing.desk.queue.contents import Queue
from routing.desk.queue.filters import LINES_PER_PAGE, Filters
from routing.desk.queue.loading import load_table
from routing.desk.queue.tabs import Tab
from routing.models import SavedView

MAX_VIEWS_SHOWN = 60  # views of oneself and of others
NAME_TAKEN = gettext_lazy("You have a view with this name already. Choose another one.")


class ViewNameForm(forms.Form):
    """Form for the name of `view`: unique among the agent's views.

    An agent may have SavedView.MAX_PER_AGENT views.
    """

    name = CleanTextField(
        max_length=SavedView.MAX_NAME_LENGTH,
        error_messages={"required": gettext_lazy("Name the view.")},
    )

    def __init__(self, data: QueryDict, view: SavedView) -> None:
        super().__init__(data)
        self.view = view

    def clean_name(self) -> str:
        """Return the name; raise ValidationError if the agent's other view has it, in any case.

        Also raise it for a new view if the agent has SavedView.MAX_PER_AGENT views.
        """
        name, own = self.cleaned_data["name"], SavedView.objects.filter(user=self.view.user_id)
        others = own.exclude(pk=self.view.pk)
        if others.filter(name__iexact=name).exists():
            raise ValidationError(NAME_TAKEN)
        if self.view.pk is None and others.count() >= SavedView.MAX_PER_AGENT:
            message = _("You have %(n)s views, which is the most. Delete one first.")
            raise ValidationError(message % {"n": SavedView.MAX_PER_AGENT})
        return name


@dataclass(frozen=True)
class ListedView:
    saved: SavedView
    url: str
    request_count: int
    is_current: bool


class SavedViewsPage:
    """The saved views of `agent`, who uses `filters` now.

    `refused_form` has errors: it is `new_form` if it is for a new view.
    """

    def __init__(
        self, filters: Filters, agent: User, refused_form: ViewNameForm | None = None
    ) -> None:
        self.filters, self.agent = filters, agent
        self.refused_form = refused_form
        is_new = refused_form is not None and refused_form.view.pk is None
        self.new_form = refused_form if is_new else None

    @cached_property
    def own_views(self) -> list[ListedView]:
        """Return the agent's own views, by name."""
        return [view for view in self._listed_views if view.saved.user_id == self.agent.pk]

    @cached_property
    def shared_views(self) -> list[ListedView]:
        """Return the views that other agents share, by name."""
        return [view for view in self._listed_views if view.saved.user_id != self.agent.pk]

    @cached_property
    def _listed_views(self) -> list[ListedView]:
        """Return the agent's views and those that other active agents share.

        At most MAX_VIEWS_SHOWN. A view is current if the filters are the same, whatever the number
        of lines.
        """
        own = Q(user=self.agent)
        others = Q(is_shared=True, user__is_active=True, user__is_agent=True)
        saved = list(
            SavedView.objects.filter(own | others).select_related("user")[:MAX_VIEWS_SHOWN]
        )
        asked = [Filters.from_query(one.query, self.agent) for one in saved]
        here = replace(self.filters, max_lines=LINES_PER_PAGE).query_string()
        return [
            ListedView(one, filters.url(), count, filters.query_string() == here)
            for one, filters, count in zip(saved, asked, _count_requests(asked), strict=True)
        ]

    @property
    def can_save(self) -> bool:
        """Return True if the current filters narrow the queue and are no view of the agent yet."""
        return self.filters.is_narrowed and not any(view.is_current for view in self.own_views)


def _count_requests(asked: list[Filters]) -> list[int]:
    """Return the number of requests that each of the filters finds, at the same moment.

    The same words in the same tab are searched for once.
    """
    counts: list[int] = []
    hits: dict[tuple[Tab, str], set[int]] = {}
    table = load_table()
    for filters in asked:
        words = filters.tab, filters.search_words
        queue = Queue(filters, table, hits.get(words))
        hits[words] = queue.search_hits
        counts.append(int(queue.mask.sum()))
    return counts
