"""A mapping: how one older system's export is to be read, in TOML, written by the city.

system = "crm-2016"              # name of the older system; each of its ids is imported once
[columns]                        # our name = the header in the export
id = "request_id"
kind = ["topic_group", "topic"]  # one column or several that together name the kind
opened = "opened"
closed = "closed"
latitude = "lat"                 # the rest may be left out:
longitude = "lng"                #   latitude, longitude, status, department, place, description
[reading]
date_format = "%m/%d/%Y"         # Python's strptime, or a list of several; without hours noon
closed_is = ["Closed"]           # values of `status` that mean closed; other rows are refused
leave_out = ["Jobs / *"]         # kinds to skip, which were never work of the city
[kinds]                          # their name = our service code; "Group / *": rest of a group
"Graffiti / Public property" = "graffiti-public"
[departments]                    # their name = our slug; requests of others get no department
"Public Works" = "street-services"
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeIs

from city.models import Category, Department

KIND_SEPARATOR = " / "
_REQUIRED = ("id", "kind", "opened", "closed")
_OPTIONAL = ("latitude", "longitude", "status", "department", "place", "description")
_SECTIONS = {"system", "columns", "reading", "kinds", "departments"}
_READING_SETTINGS = {"date_format", "closed_is", "leave_out"}
_SAMPLE_MOMENT = datetime(2016, 5, 23, 14, 5, tzinfo=UTC)
_MAX_BYTES = 2_000_000  # bytes


class InvalidMapping(Exception):
    """The mapping cannot be used; `problems` are its errors, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ExportMapping:
    """How an export is read. `columns` maps our names to the headers of the export.

    `kinds` and `departments` map the older system's names to rows of this city.
    """

    system: str
    columns: dict[str, tuple[str, ...]]
    date_formats: tuple[str, ...]
    closed_is: frozenset[str]
    leave_out: frozenset[str]
    kinds: dict[str, Category]
    departments: dict[str, Department]

    def is_skipped(self, kind: str) -> bool:
        """Return True if rows of this kind are not to be imported.

        This is so if `leave_out` has the kind or a wildcard for it, and `kinds` does not have the
        kind itself.
        """
        return (
            any(name in self.leave_out for name in _names_and_wildcards(kind))
            and kind not in self.kinds
        )

    def find_category(self, kind: str) -> Category | None:
        """Return the category of this kind, or of its closest group; None if it is not mapped."""
        return next(
            (self.kinds[name] for name in _names_and_wildcards(kind) if name in self.kinds), None
        )


def _names_and_wildcards(kind: str) -> list[str]:
    """Return the kind and the wildcards that match it, the closest first: `A / B`, `A / *`, `*`."""
    parts = kind.split(KIND_SEPARATOR)
    groups = (KIND_SEPARATOR.join([*parts[:n], "*"]) for n in range(len(parts) - 1, 0, -1))
    return [kind, *groups, "*"]


def read_mapping(path: Path) -> ExportMapping:
    """Return the mapping in the file. Raise InvalidMapping with all its errors.

    A file that cannot be read as TOML has one error.
    """
    given = _read_toml(path)
    problems = [f"“{name}” is not a part of a mapping" for name in given if name not in _SECTIONS]
    columns = _parse_columns(given, problems)
    reading = _get_section(given, "reading", problems)
    problems += [
        f"[reading] “{name}” is not a setting" for name in reading.keys() - _READING_SETTINGS
    ]
    mapping = ExportMapping(
        system=_parse_system(given, problems),
        columns=columns,
        date_formats=_parse_date_formats(reading, problems),
        closed_is=frozenset(_parse_texts(reading, "closed_is", problems)),
        leave_out=frozenset(_parse_texts(reading, "leave_out", problems)),
        kinds=_resolve_rows(given, "kinds", Category, "service_code", problems),
        departments=_resolve_rows(given, "departments", Department, "slug", problems),
    )
    if mapping.closed_is and "status" not in columns:
        problems.append("[reading] closed_is needs the column “status” in [columns]")
    if problems:
        raise InvalidMapping(problems)
    return mapping


def _read_toml(path: Path) -> dict[str, Any]:
    """Return the file's content. Raise InvalidMapping if it is unreadable, too large or no TOML."""
    try:
        raw = path.read_bytes() if path.stat().st_size <= _MAX_BYTES else None
    except OSError as error:
        raise InvalidMapping([f"{path} can't be read: {error.strerror}"]) from error
    if raw is None:
        raise InvalidMapping([f"{path} is larger than 2 MB; is it the mapping?"])
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidMapping([f"{path.name} is not UTF-8; save it as UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidMapping([f"{path.name} is not TOML: {error}"]) from error


def _parse_system(given: dict[str, Any], problems: list[str]) -> str:
    """Return the name of the system; "" and a problem if missing or longer than 40 characters."""
    system = given.get("system")
    if isinstance(system, str) and 0 < len(system.strip()) <= 40:
        return system.strip()
    problems.append("system is missing: a name of the older system, of at most 40 letters")
    return ""


def _get_section(given: dict[str, Any], name: str, problems: list[str]) -> dict[str, Any]:
    """Return the section; {} if it is missing or, with a problem, no section."""
    section = given.get(name, {})
    if isinstance(section, dict):
        return section
    problems.append(f"[{name}] must be a section")
    return {}


def _parse_columns(given: dict[str, Any], problems: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the headers of the export by our names of the columns; append the problems found."""
    section = _get_section(given, "columns", problems)
    problems += [f"[columns] {name} is missing" for name in _REQUIRED if name not in section]
    known = {*_REQUIRED, *_OPTIONAL}
    problems += [f"[columns] “{name}” is none of ours" for name in section if name not in known]
    if ("latitude" in section) != ("longitude" in section):
        problems.append("[columns] latitude and longitude go together")
    columns = {}
    for name, given_headers in section.items():
        headers = [given_headers] if isinstance(given_headers, str) else given_headers
        if not _is_list_of_texts(headers) or not headers:
            problems.append(f"[columns] {name} must name a column of the export")
        elif len(headers) > 1 and name != "kind":
            problems.append(f"[columns] {name} can be one column only")
        else:
            columns[name] = tuple(headers)
    return columns


def _is_list_of_texts(value: object) -> TypeIs[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _parse_date_formats(reading: dict[str, Any], problems: list[str]) -> tuple[str, ...]:
    """Return the formats, of one text or a list; the default is days as 2026-11-30.

    An invalid format is appended to `problems` and returned, too.
    """
    given = reading.get("date_format", "%Y-%m-%d")
    patterns = given if isinstance(given, list) and given else [given]
    for pattern in patterns:
        try:
            datetime.strptime(_SAMPLE_MOMENT.strftime(pattern), pattern)  # noqa: DTZ007  only tried
        except (TypeError, ValueError):
            problems.append(f"[reading] date_format “{pattern}” is none that dates can be read by")
    return tuple(patterns)


def _parse_texts(reading: dict[str, Any], name: str, problems: list[str]) -> list[str]:
    """Return the list of texts; [] if it is missing or, with a problem, something else."""
    value = reading.get(name, [])
    if _is_list_of_texts(value):
        return value
    problems.append(f"[reading] {name} must be a list of texts")
    return []


def _resolve_rows(
    given: dict[str, Any], section: str, model: type[Any], key: str, problems: list[str]
) -> dict[str, Any]:
    """Return the rows to which a section maps the older system's names, by these names.

    The section refers to a row by its value of the column `key`. A value without a row is added to
    `problems`.
    """
    rows, found = {getattr(row, key): row for row in model.objects.all()}, {}
    for theirs, ours in _get_section(given, section, problems).items():
        if isinstance(ours, str) and ours in rows:
            found[theirs] = rows[ours]
        else:
            what = model._meta.verbose_name
            problems.append(f"[{section}] “{theirs}”: this city has no {what} “{ours}”")
    return found
