"""What many requests answered to one act: the bar that begins it and the summary that ends it."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.status import Verb
from routing import lists
from routing.desk.queue import MOST, Filters
from routing.desk.queue.selection_forms import ACTS, Bulk
from routing.models import Batch, BatchLine
from santa311.lib import clock
from santa311.lib.http import as_number

Answer = BatchLine.Answer
A_WHILE = timedelta(minutes=1)  # no batch goes on for longer


@dataclass
class Bar:
    """The form under the ticked lines. `form` is the one that came back, None at first."""

    lists = lists

    form: Bulk | None = None
    ticked: frozenset[int] = frozenset()
    is_selecting: bool = False
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def of(cls, query) -> "Bar":
        """`query` is the GET of the queue: `select` opens it, `ticked` names requests by id."""
        parts = query.get("ticked", "").split(",")[: Batch.MOST]
        ticked = frozenset(filter(None, map(as_number, parts)))
        return cls(ticked=ticked, is_selecting="select" in query)

    @classmethod
    def refused(cls, form) -> "Bar":
        ticks = form.cleaned_data.get("row", []) if hasattr(form, "cleaned_data") else []
        return cls(form, frozenset(pk for pk, _seen in ticks), is_selecting=True)

    @property
    def most(self) -> int:
        return Batch.MOST

    @property
    def problems(self) -> list[str]:
        return self.form.problems if self.form else []

    @property
    def warned(self) -> str:
        return self.form.act.warned if self.form and self.form.act else ""

    @property
    def opened(self) -> str:
        return self.form.data.get("verb", "") if self.form else ""

    @property
    def typed(self) -> dict:
        """What was typed, by act and field."""
        data = self.form.data if self.form else {}
        fields = {act.prefix: act.base_fields for act in ACTS.values()}
        return {
            prefix: {name: data.get(f"{prefix}-{name}", "") for name in names}
            for prefix, names in fields.items()
        }


@dataclass(frozen=True)
class Group:
    """Lines that answered alike: `words` say how, `lines` which."""

    words: str
    lines: list[BatchLine]
    is_bad: bool = False


class BatchPage:
    """The summary of one batch. One query for its lines."""

    def __init__(self, batch: Batch):
        self.batch = batch

    @cached_property
    def lines(self) -> list[BatchLine]:
        found = self.batch.lines.select_related(
            "service_request__category", "service_request__zone"
        )
        return list(found)

    @property
    def next_key(self) -> str:
        """For the form that stays on the page."""
        return Bar().key

    def _with(self, *answers) -> list[BatchLine]:
        return [line for line in self.lines if line.answer in answers]

    @cached_property
    def done(self) -> list[BatchLine]:
        return self._with(Answer.DONE)

    @property
    def standing(self) -> list[BatchLine]:
        return [line for line in self.done if not line.undo_id and not line.kept]

    @property
    def undone(self) -> list[BatchLine]:
        return [line for line in self.done if line.undo_id]

    @property
    def can_undo(self) -> bool:
        return self.batch.seconds_left > 0 and bool(self.standing)

    @property
    def heading(self) -> str:
        """“70 of 100 went to Street Services”."""
        many = {"n": len(self.done), "of": len(self.lines), "goal": self.batch.goal}
        words = {
            Verb.ROUTE: _("%(n)s of %(of)s went to %(goal)s"),
            Verb.DECLINE: _("%(n)s of %(of)s were declined: %(goal)s"),
            Verb.RELEASE: _("%(n)s of %(of)s were released"),
            Verb.CLEAR_DANGER: _("%(n)s of %(of)s aren't an emergency"),
            Verb.MARK_DUPLICATE: _("%(n)s of %(of)s are closed as the same as %(goal)s"),
        }
        return words[self.batch.verb] % many

    @property
    def taken_back(self) -> str:
        """What became of the undo; empty while there was none."""
        kept = [line for line in self.done if line.kept]
        if not self.undone and not kept:
            return ""
        return _("%(n)s of %(of)s were undone.") % {
            "n": len(self.undone),
            "of": len(self.undone) + len(kept),
        }

    @property
    def groups(self) -> list[Group]:
        """What needs a look first: what moved on, what was refused and why, what was not done."""
        kept = _alike([line for line in self.done if line.kept], lambda line: line.kept)
        moved = self._with(Answer.MOVED_ON)
        refused = _alike(self._with(Answer.REFUSED), lambda line: line.reason)
        waiting = self._with(Answer.WAITING)
        still = _("Not undone: %(why)s")
        return [
            *[Group(still % {"why": why}, lines, True) for why, lines in kept],
            *_group(
                _("Something changed in the meantime, so nothing was done"), moved, is_bad=True
            ),
            *[Group(why, lines, True) for why, lines in refused],
            *_group(self._why_waiting(), waiting, is_bad=True),
            *_group(_("Done"), self.standing),
            *_group(_("Undone"), self.undone),
        ]

    def _why_waiting(self):
        if clock.now() - self.batch.at < A_WHILE:
            return _("Not done yet. Please look again in a moment")
        return _("Not done, because it was interrupted")

    @property
    def left_over(self) -> list[BatchLine]:
        return self._with(Answer.MOVED_ON, Answer.REFUSED, Answer.WAITING)

    @property
    def again(self) -> str:
        """Where those that were not done stand ticked, as far as they are still in the queue."""
        ticked = ",".join(str(line.service_request_id) for line in self.left_over)
        query = Filters.from_query(self.batch.query, self.batch.agent).query(most=MOST)
        return f"{reverse('desk')}?{query}&select=1&ticked={ticked}" if ticked else ""

    @property
    def select_again(self) -> str:
        n = len(self.left_over)
        return ngettext("Select it again", "Select these %(n)s again", n) % {"n": n}


def _group(words, lines, *, is_bad=False) -> list[Group]:
    return [Group(words, lines, is_bad)] if lines else []


def _alike(lines, why) -> list[tuple[str, list[BatchLine]]]:
    in_order = sorted(lines, key=why)
    return [(words, list(found)) for words, found in groupby(in_order, why)]
