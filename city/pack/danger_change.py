"""Preview of a change of one row of the city's table of danger."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from city.danger import matcher
from city.danger.cells import split_phrases
from city.danger.matcher import Danger
from city.danger.sentences import compile_table
from city.models import City, DangerKind
from city.pack.danger_check import (
    EVERYDAY_TABLES,
    EverydayTexts,
    build_danger_row,
    collect_everyday_texts,
    find_objections,
)
from city.pack.export import active_rows, row_values
from city.pack.file_reader import PackRow
from city.pack.tables import DANGER


class Objection(NamedTuple):
    """A problem of one phrase or exception, which is in `column`."""

    column: str
    text: str
    reason: str


class Difference(NamedTuple):
    """Phrases and exceptions that a change adds and removes.

    `alarms` are the ordinary texts that are taken for danger with the change and were not before.
    """

    added: list[str]
    removed: list[str]
    added_exceptions: list[str]
    removed_exceptions: list[str]
    alarms: list[str]

    @property
    def is_empty(self) -> bool:
        return not any(self)


@dataclass(frozen=True)
class DangerChange:
    """New phrases and exceptions of the row of `kind` in `language`, as their cells have them.

    `pk` is the row to replace, None for a new row; `position` is its position.
    """

    kind: str
    language: str
    phrases: str
    exceptions: str
    position: int = 0
    pk: int | None = None

    def find_objections(self) -> list[Objection]:
        """Return the objections to this row that the stored table does not have; [] if none."""
        everyday = _load_everyday_texts()
        phone = City.current().emergency_phone
        before = find_objections(self._stored_rows(), everyday, phone)
        after = find_objections(self._changed_rows(), everyday, phone)
        columns = [
            ("phrases", split_phrases(self.phrases)),
            ("exceptions", split_phrases(self.exceptions)),
        ]
        return [
            Objection(column, text, reason)
            for column, own in columns
            for text in dict.fromkeys(own)
            for reason in after.get((self.kind, text), ())
            if reason not in before.get((self.kind, text), ())
        ]

    def compare_with_stored(self) -> Difference:
        """Return the phrases and exceptions that the change adds and removes, and its alarms.

        An alarm is an ordinary text that is taken for danger only with the change.
        """
        stored = DangerKind.objects.filter(pk=self.pk or 0).first()
        phrases, exceptions = split_phrases(self.phrases), split_phrases(self.exceptions)
        old_phrases = split_phrases(stored.phrases) if stored else []
        old_exceptions = split_phrases(stored.exceptions) if stored else []
        before, after = self._compile(self._stored_rows()), self._compile(self._changed_rows())
        return Difference(
            [text for text in phrases if text not in old_phrases],
            [text for text in old_phrases if text not in phrases],
            [text for text in exceptions if text not in old_exceptions],
            [text for text in old_exceptions if text not in exceptions],
            [
                text
                for text in list_everyday_texts()
                if after.find_gravest(text) and not before.find_gravest(text)
            ],
        )

    def find_in(self, text: str) -> list[Danger]:
        """Return the dangers that `text` names with this change, gravest first."""
        return list(self._compile(self._changed_rows()).find_first_of_each_kind(text))

    def _compile(self, rows: Iterable[matcher.DangerRow]) -> matcher.DangerTable:
        """Return the matcher's table of `rows` and of the product's own phrases."""
        return compile_table(tuple(rows), City.current().emergency_phone)

    def _stored_rows(self) -> list[matcher.DangerRow]:
        """Return the active rows of the database for the matcher, gravest first."""
        return [build_danger_row(row_values(DANGER, row)) for row in active_rows(DANGER)]

    def _changed_rows(self) -> list[matcher.DangerRow]:
        """Return the active rows for the matcher with this change in its place, gravest first."""
        others = DangerKind.objects.active().exclude(pk=self.pk or 0)
        placed = [
            (row.position, row.kind, row.language, build_danger_row(row_values(DANGER, row)))
            for row in others
        ]
        own = build_danger_row(vars(self))
        placed.append((self.position, self.kind, self.language, own))
        return [row for *_place, row in sorted(placed, key=lambda each: each[:3])]


def list_everyday_texts() -> list[str]:
    """Return everyday sentences, and the loaded city's names, hints, labels and keywords.

    Phrases are tried on each text, because no phrase should match one.
    """
    return list(_load_everyday_texts().texts)


def _load_everyday_texts() -> EverydayTexts:
    """Return the everyday texts and names of the loaded city."""
    return collect_everyday_texts(
        {
            table.file: [PackRow(0, row_values(table, row)) for row in active_rows(table)]
            for table in EVERYDAY_TABLES
        }
    )
