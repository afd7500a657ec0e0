"""The report of a check or load: problems, warnings and changes in order."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from city.pack.manual_changes import ManualChange

MAX_NAMES_SHOWN = 8  # names in one sentence


class Problem(NamedTuple):
    """A problem or warning about a line of a file."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass
class PackReport:
    """Problems, warnings and changes of one check or load."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changes: dict[str, list[str]] = field(default_factory=dict)
    added: dict[type, list] = field(default_factory=dict)  # the new rows of each model
    notes: list[str] = field(default_factory=list)
    dates_to_move: int = 0  # expected dates that were counted before the calendar changed
    manual_changes: list[ManualChange] = field(default_factory=list)
    last_load: datetime | None = None  # manual changes since then are protected

    @property
    def broken_files(self) -> set[str]:
        """The files that have a problem."""
        return {problem.file for problem in self.problems}

    def add_problem(self, file: str, line: int, reason: str) -> None:
        """Add a problem, which refuses the pack.

        `reason` tells what is wrong and what would be right.
        """
        self.problems.append(Problem(file, line, str(reason)))

    def add_warning(self, file: str, line: int, reason: str) -> None:
        """Add a warning; the pack can be loaded."""
        self.warnings.append(Problem(file, line, str(reason)))

    def add_change(self, what: str, name: object) -> None:
        """Add one change, for example `("categories added", "Pothole")`."""
        self.changes.setdefault(what, []).append(str(name))

    def add_note(self, words: str) -> None:
        """Add a sentence about a consequence of a change."""
        self.notes.append(words)

    def format_changes(self) -> list[str]:
        """Return a line for each kind of change, then the notes; “nothing changed” without changes.

        A line is `categories changed (2): Pothole, Graffiti`, with at most MAX_NAMES_SHOWN names.
        """
        if not self.changes:
            return ["nothing changed"]
        return [_format_change(what, names) for what, names in self.changes.items()] + self.notes


def format_count(problems: list[Problem], noun: str) -> str:
    """Return a count with its noun: `no problems`, `1 warning`."""
    return f"{len(problems) or 'no'} {noun}{'' if len(problems) == 1 else 's'}"


def _format_change(what: str, names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMES_SHOWN} more" if len(names) > MAX_NAMES_SHOWN else ""
    return f"{what} ({len(names)}): {', '.join(names[:MAX_NAMES_SHOWN])}{more}"
