"""The pack's tables: which columns each file has, and which rows of other files they point to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

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
from city.pack import cells, consistency
from santa311.lib.tabular import Column


@dataclass(frozen=True)
class Pointer:
    """`column` names a row of `file`; several columns together (`by`) where its key needs them."""

    column: str
    file: str
    by: Sequence[str] = ()

    def key(self, values: dict) -> tuple:
        return tuple(values[name] for name in self.by or (self.column,))


@dataclass(frozen=True)
class Table:
    """One file of the pack. `key` are the columns that tell its rows apart; `noun` is plural.

    `contradictions` yields what is wrong with one row's values although each cell can be read. An
    optional one may be missing or have nothing in it.
    """

    file: str
    model: type[models.Model]
    noun: str
    columns: Sequence[Column]
    key: Sequence[str]
    pointers: Sequence[Pointer] = ()
    contradictions: Callable[[dict], object] = field(default=consistency.none)
    is_ordered: bool = True
    is_optional: bool = False

    def key_of(self, values: dict) -> tuple:
        return tuple(values[name] for name in self.key)


def _text(name):
    return Column(name, default="")


def _flag(name, default):
    return Column(name, cells.yes, default)


SLUG, CODE, NAME = Column("slug", cells.slug), Column("code", cells.slug), Column("name")
ICON = Column("icon", cells.icon)


def _reasons(file, model, noun, *more):
    return Table(file, model, noun, [CODE, NAME, *more], ["code"])


CATEGORIES = Table(
    "categories.csv",
    Category,
    "categories",
    [
        Column("service_code", cells.slug),
        Column("group", cells.slug),
        NAME,
        _text("hint"),
        _text("keywords"),
        ICON,
        Column("department", cells.slug, None),
        Column("target_days", cells.whole),
        Column("urgent_target_days", cells.whole, None),
        _flag("needs_proof", True),
        _flag("proof_is_fresh", False),
        Column("proof_within_m", cells.whole, None),
        _flag("is_private", False),
        _flag("is_location_sensitive", False),
        Column("radius_m", cells.whole, 90),
        _text("crew_note"),
        _flag("is_popular", False),
    ],
    ["service_code"],
    [Pointer("group", "groups.csv"), Pointer("department", "departments.csv")],
    consistency.of_category,
)
QUESTIONS = Table(
    "questions.csv",
    Question,
    "questions",
    [
        Column("category", cells.slug),
        CODE,
        Column("label"),
        _text("hint"),
        Column("datatype", cells.one_of(*Question.Datatype.values)),
        _flag("is_required", False),
        _text("crew_label"),
    ],
    ["category", "code"],
    [Pointer("category", "categories.csv")],
)
CHOICES = Table(
    "choices.csv",
    Choice,
    "choices",
    [
        Column("category", cells.slug),
        Column("question", cells.slug),
        Column("key", cells.slug),
        Column("label"),
        _text("hint"),
        Column("effect", cells.one_of(*Choice.Effect.values), ""),
        Column("stop_kind", cells.one_of(*Choice.Stop.values), ""),
        _text("stop_text"),
        Column("agency", cells.slug, None),
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
    [SLUG, NAME, _text("phone"), _text("phone_tel"), _text("url"), _text("handles")],
    ["slug"],
)
DEPARTMENTS = Table(
    "departments.csv",
    Department,
    "departments",
    [SLUG, NAME, _text("division_of"), _text("email"), _text("phone"), _text("handles")],
    ["slug"],
)
GROUPS = Table("groups.csv", CategoryGroup, "groups", [SLUG, NAME, ICON], ["slug"])

CANNED_TEXTS = Table(
    "canned_texts.csv",
    CannedText,
    "canned texts",
    [
        CODE,
        Column("use", cells.one_of(*CannedText.Use.values)),
        Column("title"),
        Column("body", cells.paragraphs),
        Column("statuses", cells.words, []),
        Column("category", cells.slug, None),
        Column("group", cells.slug, None),
    ],
    ["code"],
    [Pointer("category", "categories.csv"), Pointer("group", "groups.csv")],
    consistency.of_canned_text,
)

# Their names; the figures are read by `city.pack.shapes`.
ZONES = Table("zones.geojson", Zone, "zones", [SLUG, NAME], ["slug"])

# The gravest danger first: a text that tells of two is of the first.
DANGER = Table(
    "danger.csv",
    DangerKind,
    "kinds of danger",
    [
        Column("kind", cells.slug),
        Column("language"),
        _text("name"),
        Column("phrases"),
        _text("exceptions"),
        Column("advice", cells.paragraphs),
        _text("second_label"),
        _text("second_phone"),
        _text("second_phone_tel"),
    ],
    ["kind", "language"],
    contradictions=consistency.of_danger,
    is_optional=True,
)

# In the order in which they are written: what others point to comes first.
TABLES = [
    _reasons("decline_reasons.csv", DeclineReason, "reasons to decline", Column("words")),
    _reasons("hold_reasons.csv", HoldReason, "reasons to hold"),
    _reasons("hand_back_reasons.csv", HandBackReason, "reasons to hand back"),
    _reasons("route_reasons.csv", RouteReason, "reasons to reroute"),
    _reasons("resolutions.csv", ResolutionCode, "resolutions", _flag("is_no_fault", False)),
    _reasons("no_photo_reasons.csv", NoPhotoReason, "reasons for no photo"),
    AGENCIES,
    DEPARTMENTS,
    GROUPS,
    CATEGORIES,
    QUESTIONS,
    CHOICES,
    CANNED_TEXTS,
    DANGER,
    Table(
        "holidays.csv",
        Holiday,
        "holidays",
        [Column("date", cells.day), NAME],
        ["date"],
        is_ordered=False,
    ),
    Table(
        "places.csv",
        Place,
        "places",
        [
            NAME,
            Column("kind", cells.one_of(*Place.Kind.values), Place.Kind.LANDMARK),
            Column("lat", cells.coordinate),
            Column("lng", cells.coordinate),
            _text("aliases"),
        ],
        ["name"],
        is_ordered=False,
    ),
]


def table_of(file: str) -> Table:
    return next(table for table in TABLES if table.file == file)


# Several lines of this file draw one street, so its rows are joined before they are written.
STREETS = Table(
    "streets.csv",
    Street,
    "streets",
    [NAME, Column("kind", cells.one_of(*Street.Kind.values)), Column("points", cells.points)],
    ["name", "kind"],
    is_ordered=False,
)
