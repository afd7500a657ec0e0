"""What people were told, kept outside of everything that is broken during an experiment."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.bench.percentiles import percentile


@dataclass
class Report:
    """A report by its idempotency key. `references` are all that its sender was ever told.

    `by` is the Resident who sends it, `way(report)` how: what is sent again is sent the same way.
    """

    key: str
    email: str
    words: str
    references: set[str] = field(default_factory=set)
    begun: float = field(default_factory=time.time)
    acknowledged: float | None = None
    tries: int = 0
    photos: int = 0
    by: object = None
    way: object = None


@dataclass(frozen=True)
class Answer:
    """`status` is a number, or "cut" (no whole answer) or "hung" (none in time)."""

    at: float
    kind: str
    status: int | str
    seconds: float

    @property
    def failed(self) -> bool:
        return isinstance(self.status, str) or self.status >= 500


class Ledger:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reports: dict[str, Report] = {}
        self.answers: list[Answer] = []
        self.acts: dict[str, list[str]] = defaultdict(list)  # references by what was done to them

    def begin(self, key, email, words) -> Report:
        with self._lock:
            return self.reports.setdefault(key, Report(key, email, words))

    def acknowledge(self, report, reference) -> None:
        with self._lock:
            report.references.add(reference)
            report.acknowledged = report.acknowledged or time.time()

    def did(self, what, reference) -> None:
        with self._lock:
            self.acts[what].append(reference)

    def met(self, kind, status, seconds) -> None:
        with self._lock:
            self.answers.append(Answer(time.time(), kind, status, seconds))

    def acknowledged(self, since=0.0) -> list[Report]:
        return [r for r in list(self.reports.values()) if (r.acknowledged or 0) > since]

    def unanswered(self) -> list[Report]:
        return [r for r in list(self.reports.values()) if not r.references]

    def between(self, since, until=None, kind=None) -> list[Answer]:
        until = until or time.time()
        return [
            each
            for each in list(self.answers)
            if since <= each.at <= until and (kind is None or each.kind == kind)
        ]


def counts(answers) -> str:
    """`200 ×310, 503 ×12`, the most frequent first."""
    found = Counter(str(each.status) for each in answers)
    return ", ".join(f"{status} ×{number}" for status, number in found.most_common())


def p95(answers: Iterable[Answer]) -> float:
    """Return the seconds that 95 of 100 answers do not exceed; 0 where there are none."""
    return percentile((each.seconds for each in answers), 0.95)
