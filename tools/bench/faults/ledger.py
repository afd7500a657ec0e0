"""A record of the responses that people got, kept outside the stack under test."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.bench.percentiles import percentile


@dataclass
class Report:
    """A report, identified by its idempotency key.

    `references` are all references that its sender has got. `by` is the Resident who sends it, and
    `way(report)` sends it; a retry uses the same way.
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
    """A response; `status` is a number, "cut" (incomplete response) or "hung" (timeout)."""

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
        self.acts: dict[str, list[str]] = defaultdict(list)  # references by action

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
    """Format the number of responses by status, most frequent first, as `200 ×310, 503 ×12`."""
    found = Counter(str(each.status) for each in answers)
    return ", ".join(f"{status} ×{number}" for status, number in found.most_common())


def p95(answers: Iterable[Answer]) -> float:
    """Return the 95th percentile of the response times in seconds; 0 without answers."""
    return percentile((each.seconds for each in answers), 0.95)
