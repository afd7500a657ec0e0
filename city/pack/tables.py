"""The pack's tables: the columns of each file, and their references to rows of other files."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

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
from city.models.shared import SLUG, concrete_field
from city.pack import cells, consistency
from lib.tabular import REQUIRED, Column, Schema, collapse_whitespace


@dataclass(frozen=True)
class Pointer:
    """A foreign key: `column`, together with `by` if the key needs more, names a row of `file`."""

    column: str
    file: str
    by: Sequence[str] = ()

    def build_key(self, values: dict[str, Any]) -> tuple:
        """Return the key of the row that a row with `values` refers to."""
        return tuple(values[name] for name in self.by or (self.column,))


class UnknownKey(NamedTuple):
    """A key without a row; `hint` asks whether a similar key is meant."""

    pointer: Pointer
    name: str
    hint: str


@dataclass(frozen=True)
class Table:
    """A file of the pack. `key` are the columns that identify its rows; `noun` is plural.

    `fields` are the columns, each by the name of the model's field: the field determines the parser
    and the default of a blank cell. A Column stands for a field where they differ.
    `find_contradictions` yields what is wrong with a row of valid cells. An optional file may be
    missing or empty.
    """

    file: str
    model: type[models.Model]
    noun: str
    fields: Sequence[str | Column]
    key: Sequence[str]
    pointers: Sequence[Pointer] = ()
    find_contradictions: Callable[[dict[str, Any]], Iterable[str]] = field(
        default=consistency.no_contradictions
    )
    is_ordered: bool = True
    is_optional: bool = False

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the file in their order, with the parsers and defaults of their fields."""
        return [
            each if isinstance(each, Column) else _build_column(concrete_field(self.model, each))
            for each in self.fields
        ]

    def schema(self, country: str = "US") -> Schema:
        """Return the schema of the file; dates are read in the order of day and month of a country.

        If the country uses both orders or is "", an ambiguous date is refused.
        """
        read_day = cells.day_parser(country)
        columns = [
            replace(column, read=read_day) if column.read is cells.parse_us_date else column
            for column in self.columns
        ]
        return Schema(columns, self.key)

    def find_unknown_keys(
        self, values: dict[str, Any], known: Mapping[str, Collection[tuple]]
    ) -> Iterator[UnknownKey]:
        """Yield each foreign key of a row without a target; `known` has the keys of each file.

        Blank keys, and files that `known` lacks, are not checked.
        """
        for pointer in self.pointers:
            key, keys = pointer.build_key(values), known.get(pointer.file)
            if values[pointer.column] is not None and keys is not None and key not in keys:
                name = " / ".join(key)
                hint = cells.suggest_spelling(name, map(" / ".join, keys))
                yield UnknownKey(pointer, name, hint)

    def resolve_pointers(
        self, values: dict[str, Any], rows: Mapping[str, Mapping[tuple, models.Model]]
    ) -> dict[str, Any]:
        """Return the values with instances instead of keys, None for a missing or blank key.

        `rows` are the instances by file and key.
        """
        found = {each.column: rows[each.file].get(each.build_key(values)) for each in self.pointers}
        return values | found

    def row_key(self, values: dict[str, Any]) -> tuple:
        """Return the values of the key's columns, by which the row is identified."""
        return tuple(values[name] for name in self.key)


_PARSERS = {
    "BooleanField": cells.parse_bool,
    "DateField": cells.parse_us_date,
    "FloatField": cells.parse_degrees,
    "PositiveIntegerField": cells.parse_whole_number,
    "PositiveSmallIntegerField": cells.parse_whole_number,
}


def _build_column(field: models.Field) -> Column:
    """Return the column of a field, with parser and default: REQUIRED if it may not be blank."""
    if field.has_default():
        default = field.get_default()
    elif field.null:
        default = None
    else:
        default = "" if field.blank else REQUIRED
    return Column(field.name, _choose_parser(field), default)


def _choose_parser(field: models.Field) -> Callable[[str], Any]:
    """Return the parser of a cell for a field: by its choices, validators, name or type."""
    if field.choices:
        return cells.choice_parser(*dict(field.choices))
    if field.is_relation or SLUG in field.validators:
        return cells.parse_slug
    if field.name == "icon":
        return cells.parse_icon
    return _PARSERS.get(field.get_internal_type(), collapse_whitespace)


def _build_reason_table(file: str, model: type[models.Model], noun: str, *more: str) -> Table:
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
    consistency.find_category_contradictions,
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
        Column("category", cells.parse_slug),
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
    consistency.find_choice_contradictions,
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
    ["slug", "name", "division_of", "email", "digest_hour", "phone", "handles", "takes_new"],
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
        Column("body", cells.parse_paragraphs),
        Column("statuses", str.split, []),
        "category",
        "group",
    ],
    ["code"],
    [Pointer("category", "categories.csv"), Pointer("group", "groups.csv")],
    consistency.find_canned_text_contradictions,
)

# The names only; `city.pack.zone_shapes` reads the outlines.
ZONES = Table("zones.geojson", Zone, "zones", ["slug", "name"], ["slug"])

# Gravest danger first: a text that names two counts as the first.
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
        Column("advice", cells.parse_paragraphs),
        "second_label",
        "second_phone",
        "second_phone_tel",
    ],
    ["kind", "language"],
    find_contradictions=consistency.find_danger_contradictions,
    is_optional=True,
)

# In the order of loading: tables that others refer to come first.
TABLES = [
    _build_reason_table("decline_reasons.csv", DeclineReason, "reasons to decline", "words"),
    _build_reason_table("hold_reasons.csv", HoldReason, "reasons to hold"),
    _build_reason_table("hand_back_reasons.csv", HandBackReason, "reasons to hand back"),
    _build_reason_table("route_reasons.csv", RouteReason, "reasons to reroute"),
    _build_reason_table("resolutions.csv", ResolutionCode, "resolutions", "is_no_fault"),
    _build_reason_table("no_photo_reasons.csv", NoPhotoReason, "reasons for no photo"),
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
            Column("kind", cells.choice_parser(*Place.Kind.values), Place.Kind.LANDMARK),
            "lat",
            "lng",
            "aliases",
        ],
        ["name"],
        is_ordered=False,
    ),
]


def find_table(file: str) -> Table:
    """Return the table of a file, zones included. Raise StopIteration if there is none."""
    return next(table for table in [ZONES, *TABLES] if table.file == file)


# Several rows of the file make one street, so they are joined before loading.
STREETS = Table(
    "streets.csv",
    Street,
    "streets",
    ["name", "kind", Column("points", cells.parse_line)],
    ["name", "kind"],
    is_ordered=False,
)
