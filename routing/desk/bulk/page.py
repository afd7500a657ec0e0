"""What many requests answered to one act."""

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import clock
from requests_app.status import Verb
from routing.desk.queue.filters import MAX_LINES, Filters
from routing.models import Batch, BatchLine

Answer = BatchLine.Answer
A_WHILE = timedelta(minutes=1)  # no batch goes on for longer


class Group(NamedTuple):
    """Lines that answered alike: `words` say how, `lines` which."""

    words: str
    lines: list[BatchLine]
    is_bad: bool


class BatchPage:
    """The summary of one batch. One query for its lines."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @cached_property
    def lines(self) -> list[BatchLine]:
        return list(self.batch.lines.select_related("service_request"))

    @cached_property
    def done(self) -> list[BatchLine]:
        return [line for line in self.lines if line.answer == Answer.DONE]

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
        """What was done last."""
        return self.taken_back or self.carried_out

    @property
    def carried_out(self) -> str:
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
        n = len(self.undone)
        words = ngettext("%(n)s of %(of)s was undone", "%(n)s of %(of)s were undone", n)
        return words % {"n": n, "of": n + len(kept)}

    @property
    def groups(self) -> list[Group]:
        """What needs a look first: what moved on, what was refused and why, what was not done."""
        found = {}
        for line in self.lines:
            found.setdefault(self._answer_of(line), []).append(line)
        in_order = sorted(found.items(), key=itemgetter(0))
        return [Group(words, lines, is_bad) for (_place, words, is_bad), lines in in_order]

    def _answer_of(self, line) -> tuple[int, str, bool]:
        """Its place in the summary, in words, and whether it is bad."""
        if line.kept:
            return 0, _("Not undone: %(why)s") % {"why": line.kept}, True
        if line.undo_id:
            return 5, _("Undone"), False
        moved_on = _("Something changed in the meantime, so nothing was done")
        return {
            Answer.MOVED_ON: (1, moved_on, True),
            Answer.REFUSED: (2, line.reason, True),
            Answer.WAITING: (3, self._why_waiting(), True),
            Answer.DONE: (4, _("Done"), False),
        }[line.answer]

    def _why_waiting(self) -> str:
        if clock.now() - self.batch.at < A_WHILE:
            return _("Not done yet. Please look again in a moment")
        return _("Not done, because it was interrupted")

    @property
    def left_over(self) -> list[BatchLine]:
        return [line for line in self.lines if line.answer != Answer.DONE]

    @property
    def again(self) -> str:
        """Where those that were not done stand ticked, as far as they are still in the queue."""
        ticked = ",".join(str(line.service_request_id) for line in self.left_over)
        filters = Filters.from_query(self.batch.query, self.batch.agent)
        return (
            f"{replace(filters, max_lines=MAX_LINES).url()}&select=1&ticked={ticked}"
            if ticked
            else ""
        )

    @property
    def select_again(self) -> str:
        n = len(self.left_over)
        return ngettext("Select it again", "Select these %(n)s again", n) % {"n": n}
