"""What a change of one row of the city's table of danger would mean, before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from city.danger import ordinary
from city.danger.cells import split
from city.danger.matcher import Found, Row
from city.danger.sentences import compile_table
from city.models import Category, CategoryGroup, Choice, City, DangerKind, Question, Translation
from city.pack.danger import Everyday, find_objections


class Objection(NamedTuple):
    """A problem of one phrase or exception, which stands in `column`."""

    column: str
    text: str
    reason: str


class Difference(NamedTuple):
    """Phrases and exceptions that a change adds or takes away, and what it does to ordinary texts:
    those that are taken for danger with it and were not before.
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

    `pk` is the row that they replace, None for a new one, and `position` its place.
    """

    kind: str
    language: str
    phrases: str
    exceptions: str
    position: int = 0
    pk: int | None = None

    def find_objections(self) -> list[Objection]:
        """Return what the check of a pack says of this row, and did not say of the stored one."""
        everyday = Everyday(everyday_texts(), _names_in_use())
        phone = City.current().emergency_phone
        before = find_objections(self._rows_before(), everyday, phone)
        after = find_objections(self._rows_after(), everyday, phone)
        columns = [("phrases", split(self.phrases)), ("exceptions", split(self.exceptions))]
        return [
            Objection(column, text, reason)
            for column, own in columns
            for text in dict.fromkeys(own)
            for reason in after.get((self.kind, text), ())
            if reason not in before.get((self.kind, text), ())
        ]

    def difference(self) -> Difference:
        """Return what changes against the stored row."""
        stored = DangerKind.objects.filter(pk=self.pk).first()
        phrases, exceptions = split(self.phrases), split(self.exceptions)
        old_phrases = split(stored.phrases) if stored else []
        old_exceptions = split(stored.exceptions) if stored else []
        before, after = self._table(self._rows_before()), self._table(self._rows_after())
        return Difference(
            [text for text in phrases if text not in old_phrases],
            [text for text in old_phrases if text not in phrases],
            [text for text in exceptions if text not in old_exceptions],
            [text for text in old_exceptions if text not in exceptions],
            [text for text in everyday_texts() if after.find(text) and not before.find(text)],
        )

    def find_in(self, text: str) -> list[Found]:
        """Return the kinds that `text` names with this change, what must be done first first."""
        return list(self._table(self._rows_after()).each(text))

    def _table(self, rows):
        return compile_table(tuple(rows), City.current().emergency_phone)

    def _rows_before(self) -> list[Row]:
        return [_row_of(row) for row in DangerKind.objects.active()]

    def _rows_after(self) -> list[Row]:
        others = DangerKind.objects.active().exclude(pk=self.pk)
        placed = [(row.position, row.kind, row.language, _row_of(row)) for row in others]
        own = Row(self.kind, tuple(split(self.phrases)), tuple(split(self.exceptions)))
        placed.append((self.position, self.kind, self.language, own))
        return [row for *_place, row in sorted(placed, key=lambda each: each[:3])]


def everyday_texts() -> list[str]:
    """Return texts that tell of no danger: sentences of the product, and the city's own words for
    what is reported every day, but not what it asks about emergencies.
    """
    return [*ordinary.SENTENCES, *filter(None, _words_in_use())]


def _words_in_use() -> Iterator[str]:
    yield from CategoryGroup.objects.active().values_list("name", flat=True)
    for category in Category.objects.active():
        yield from (category.name, category.hint, *split(category.keywords))
    asking = Choice.objects.filter(stop_kind=Choice.Stop.CALL_911).values("question")
    yield from Question.objects.active().exclude(pk__in=asking).values_list("label", flat=True)
    for choice in Choice.objects.active().exclude(question__in=asking):
        yield from (choice.label, choice.hint)


def _names_in_use() -> list[str]:
    """The names of groups and categories, in every language."""
    models = (CategoryGroup, Category)
    names = [
        name for each in models for name in each.objects.active().values_list("name", flat=True)
    ]
    translated = Translation.objects.filter(source__in=names).values_list("words", flat=True)
    return [*names, *translated]


def _row_of(row: DangerKind) -> Row:
    return Row(row.kind, tuple(split(row.phrases)), tuple(split(row.exceptions)))
