"""The results page of a batch: one verb on many requests."""

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
MAX_BATCH_TIME = timedelta(minutes=1)  # longer than any batch takes


class AnswerGroup(NamedTuple):
    """The lines of a batch with the same result."""

    heading: str
    lines: list[BatchLine]
    is_failure: bool


class BatchPage:
    """The results of one batch. One query for its lines."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @cached_property
    def lines(self) -> list[BatchLine]:
        """Return all lines with their requests, in the order in which they were ticked."""
        return list(self.batch.lines.select_related("service_request"))

    @cached_property
    def done_lines(self) -> list[BatchLine]:
        return [line for line in self.lines if line.answer == Answer.DONE]

    @property
    def undoable_lines(self) -> list[BatchLine]:
        """Return the done lines whose undo was not tried yet."""
        return [line for line in self.done_lines if not line.undo_id and not line.kept]

    @property
    def undone_lines(self) -> list[BatchLine]:
        """Return the done lines that were undone."""
        return [line for line in self.done_lines if line.undo_id]

    @property
    def can_undo(self) -> bool:
        """Return True if the time to undo runs and a done line's undo was not tried yet."""
        return self.batch.seconds_left > 0 and bool(self.undoable_lines)

    @property
    def heading(self) -> str:
        """Return the result of the undo, else of the batch."""
        return self.undo_text or self.result_text

    @property
    def result_text(self) -> str:
        """Return what the batch did: “70 of 100 went to Street Services”."""
        many = {"n": len(self.done_lines), "of": len(self.lines), "goal": self.batch.goal}
        words: dict[str, str] = {
            Verb.ROUTE: _("%(n)s of %(of)s went to %(goal)s"),
            Verb.DECLINE: _("%(n)s of %(of)s were declined: %(goal)s"),
            Verb.RELEASE: _("%(n)s of %(of)s were released"),
            Verb.CLEAR_DANGER: _("%(n)s of %(of)s aren't an emergency"),
            Verb.MARK_DUPLICATE: _("%(n)s of %(of)s are closed as the same as %(goal)s"),
        }
        return words[self.batch.verb] % many

    @property
    def undo_text(self) -> str:
        """Return how many done lines were undone: “3 of 5 were undone”; "" before an undo."""
        kept = [line for line in self.done_lines if line.kept]
        if not self.undone_lines and not kept:
            return ""
        n = len(self.undone_lines)
        words = ngettext("%(n)s of %(of)s was undone", "%(n)s of %(of)s were undone", n)
        return words % {"n": n, "of": n + len(kept)}

    @property
    def groups(self) -> list[AnswerGroup]:
        """Return the lines grouped by result, those that need attention first.

        Refused lines form a group for each reason, and those whose undo was refused, too.
        """
        found: dict[tuple[int, str, bool], list[BatchLine]] = {}
        for line in self.lines:
            found.setdefault(self._classify_line(line), []).append(line)
        in_order = sorted(found.items(), key=itemgetter(0))
        return [AnswerGroup(words, lines, is_bad) for (_place, words, is_bad), lines in in_order]

    def _classify_line(self, line: BatchLine) -> tuple[int, str, bool]:
        """Return the position of the line's group, its heading, and whether it is a failure."""
        if line.kept:
            return 0, _("Not undone: %(why)s") % {"why": line.kept}, True
        if line.undo_id:
            return 5, _("Undone"), False
        moved_on = _("Something changed in the meantime, so nothing was done")
        groups: dict[str, tuple[int, str, bool]] = {
            Answer.MOVED_ON: (1, moved_on, True),
            Answer.REFUSED: (2, line.reason, True),
            Answer.WAITING: (3, self._describe_waiting(), True),
            Answer.DONE: (4, _("Done"), False),
        }
        return groups[line.answer]

    def _describe_waiting(self) -> str:
        """Return why the WAITING lines are not done yet: still running, or interrupted.

        A batch counts as interrupted when it began more than MAX_BATCH_TIME ago.
        """
        if clock.now() - self.batch.at < MAX_BATCH_TIME:
            return _("Not done yet. Please look again in a moment")
        return _("Not done, because it was interrupted")

    @property
    def remaining_lines(self) -> list[BatchLine]:
        """Return the lines that were not done, for whatever reason."""
        return [line for line in self.lines if line.answer != Answer.DONE]

    @property
    def reselect_url(self) -> str:
        """Return the URL of the queue with the remaining lines ticked; empty if none remain."""
        ticked = ",".join(str(line.service_request_id) for line in self.remaining_lines)
        filters = Filters.from_query(self.batch.query, self.batch.agent)
        return (
            f"{replace(filters, max_lines=MAX_LINES).url()}&select=1&ticked={ticked}"
            if ticked
            else ""
        )

    @property
    def reselect_label(self) -> str:
        """Return the label of the link to `reselect_url`, with the number of remaining lines."""
        n = len(self.remaining_lines)
        return ngettext("Select it again", "Select these %(n)s again", n) % {"n": n}
