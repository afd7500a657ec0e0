"""The pack's tables: which columns each file has, and which rows of other files they point to."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from django.db import models

from city.models import (
    Agency,
    CannedText,
    Category,
    CategoryGroup,
    Choice,
    DangerKind,
    DeclineReason,
    Department,
    HandBackReason,
    HoldReason,
    Holiday,
    NoPhotoReason,
    Place,
    Question,
    ResolutionCode,
    RouteReason,
    Street,
    Zone,
)
from city.models.shared import SLUG
from city.pack import cells, consistency
from lib.tabular import REQUIRED, Column, Schema, collapse_whitespace


@dataclass(frozen=True)
class Pointer:
    """`column` names a row of `file`; several columns together (`by`) where its key needs them."""

    column: str
    file: str
    by: Sequence[str] = ()

    def key(self, values: dict) -> tuple:
        return tuple(values[name] for name in self.by or (self.column,))


class Unknown(NamedTuple):
    """A key without a row; `hint` asks whether one that is spelled nearly so is meant."""

    pointer: Pointer
    name: str
    hint: str


@dataclass(frozen=True)
class Table:
    """One file of the pack. `key` are the columns that tell its rows apart; `noun` is plural.

    `fields` are the columns: each by the name of the model's field that it holds, whose kind says
    how a cell is read and whose default what a blank says; or a Column where that does not follow.
    `contradictions` yields what is wrong with one row's values although each cell can be read. An
    optional one may be missing or have nothing in it.
    """

    file: str
    model: type[models.Model]
    noun: str
    fields: Sequence[str | Column]
    key: Sequence[str]
    pointers: Sequence[Pointer] = ()
    contradictions: Callable[[dict], object] = field(default=consistency.none)
    is_ordered: bool = True
    is_optional: bool = False

    @cached_property
    def columns(self) -> list[Column]:
        return [
            each if isinstance(each, Column) else _column(self.model._meta.get_field(each))
            for each in self.fields
        ]

    def schema(self, country: str = "US") -> Schema:
        """Return the schema of the file; days are read in the order of a country."""
        read_day = cells.day_of(country)
        columns = [
            replace(column, read=read_day) if column.read is cells.day else column
            for column in self.columns
        ]
        return Schema(columns, self.key)

    def find_unknown(
        self, values: dict, known: Mapping[str, Collection[tuple]]
    ) -> Iterator[Unknown]:
        """Yield what a row points to and what is not there; `known` are the keys of each file.

        A file that `known` lacks is not asked.
        """
        for pointer in self.pointers:
            key, keys = pointer.key(values), known.get(pointer.file)
            if values[pointer.column] is not None and keys is not None and key not in keys:
                name = " / ".join(key)
                hint = cells.meant(name, map(" / ".join, keys))
                yield Unknown(pointer, name, hint)

    def follow(self, values: dict, rows: Mapping[str, Mapping[tuple, models.Model]]) -> dict:
        """Return the values with rows instead of the keys that name them, None for no such row."""
        found = {each.column: rows[each.file].get(each.key(values)) for each in self.pointers}
        return values | found

    def key_of(self, values: dict) -> tuple:
        return tuple(values[name] for name in self.key)


_READERS = {
    "BooleanField": cells.yes,
    "DateField": cells.day,
    "FloatField": cells.coordinate,
    "PositiveIntegerField": cells.whole,
    "PositiveSmallIntegerField": cells.whole,
}


def _column(field) -> Column:
    if field.has_default():
        default = field.get_default()
    elif field.null:
        default = None
    else:
        default = "" if field.blank else REQUIRED
    return Column(field.name, _reader(field), default)


def _reader(field) -> Callable:
    if field.choices:
        return cells.one_of(*dict(field.choices))
    if field.is_relation or SLUG in field.validators:
        return cells.slug
    if field.name == "icon":
        return cells.icon
    return _READERS.get(field.get_internal_type(), collapse_whitespace)


def _reasons(file, model, noun, *more) -> Table:
    return Table(file, model, noun, ["code", "name", *more], ["code"])


CATEGORIES = Table(
    "categories.csv",
    Category,
    "categories",
    [
        "service_code",
        "group",
        "name",
        "hint",
        "keywords",
        "icon",
        "department",
        "target_days",
        "urgent_target_days",
        "needs_proof",
        "proof_is_fresh",
        "proof_within_m",
        "is_private",
        "is_location_sensitive",
        "radius_m",
        "crew_note",
        "is_popular",
        "takes_new",
    ],
    ["service_code"],
    [Pointer("group", "groups.csv"), Pointer("department", "departments.csv")],
    consistency.of_category,
)
QUESTIONS = Table(
    "questions.csv",
    Question,
    "questions",
    ["category", "code", "label", "hint", "datatype", "is_required", "crew_label"],
    ["category", "code"],
    [Pointer("category", "categories.csv")],
)
CHOICES = Table(
    "choices.csv",
    Choice,
    "choices",
    [
        Column("category", cells.slug),
        "question",
        "key",
        "label",
        "hint",
        "effect",
        "stop_kind",
        "stop_text",
        "agency",
    ],
    ["category", "question", "key"],
    [Pointer("question", "questions.csv", ("category", "question")),
     Pointer("agency", "agencies.csv")],
    consistency.of_choice,
)  # fmt: skip

AGENCIES = Table(
    "agencies.csv",
    Agency,
    "agencies",
    ["slug", "name", "phone", "phone_tel", "url", "handles"],
    ["slug"],
)
DEPARTMENTS = Table(
    "departments.csv",
    Department,
    "departments",
    ["slug", "name", "division_of", "email", "phone", "handles", "takes_new"],
    ["slug"],
)
GROUPS = Table("groups.csv", CategoryGroup, "groups", ["slug", "name", "icon"], ["slug"])

CANNED_TEXTS = Table(
    "canned_texts.csv",
    CannedText,
    "canned texts",
    [
        "code",
        "use",
        "title",
        Column("body", cells.paragraphs),
        Column("statuses", str.split, []),
        "category",
        "group",
    ],
    ["code"],
    [Pointer("category", "categories.csv"), Pointer("group", "groups.csv")],
    consistency.of_canned_text,
)

# Their names; the figures are read by `city.pack.shapes`.
ZONES = Table("zones.geojson", Zone, "zones", ["slug", "name"], ["slug"])

# The gravest danger first: a text that tells of two is of the first.
DANGER = Table(
    "danger.csv",
    DangerKind,
    "kinds of danger",
    [
        "kind",
        "language",
        "name",
        "phrases",
        "exceptions",
        Column("advice", cells.paragraphs),
        "second_label",
        "second_phone",
        "second_phone_tel",
    ],
    ["kind", "language"],
    contradictions=consistency.of_danger,
    is_optional=True,
)

# In the order in which they are written: what others point to comes first.
TABLES = [
    _reasons("decline_reasons.csv", DeclineReason, "reasons to decline", "words"),
    _reasons("hold_reasons.csv", HoldReason, "reasons to hold"),
    _reasons("hand_back_reasons.csv", HandBackReason, "reasons to hand back"),
    _reasons("route_reasons.csv", RouteReason, "reasons to reroute"),
    _reasons("resolutions.csv", ResolutionCode, "resolutions", "is_no_fault"),
    _reasons("no_photo_reasons.csv", NoPhotoReason, "reasons for no photo"),
    AGENCIES,
    DEPARTMENTS,
    GROUPS,
    CATEGORIES,
    QUESTIONS,
    CHOICES,
    CANNED_TEXTS,
    DANGER,
    Table("holidays.csv", Holiday, "holidays", ["date", "name"], ["date"], is_ordered=False),
    Table(
        "places.csv",
        Place,
        "places",
        [
            "name",
            Column("kind", cells.one_of(*Place.Kind.values), Place.Kind.LANDMARK),
            "lat",
            "lng",
            "aliases",
        ],
        ["name"],
        is_ordered=False,
    ),
]


def table_of(file: str) -> Table:
    return next(table for table in [ZONES, *TABLES] if table.file == file)


# Several lines of this file draw one street, so its rows are joined before they are written.
STREETS = Table(
    "streets.csv",
    Street,
    "streets",
    ["name", "kind", Column("points", cells.points)],
    ["name", "kind"],
    is_ordered=False,
)
