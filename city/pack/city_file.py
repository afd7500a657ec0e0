"""Parser of city.toml: the city's name, contacts, hours, map center and colors."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from city.models import City
from city.pack.file_reader import read_text
from city.pack.report import PackReport
from city.pack.sync import validate_row
from city.pack.syntax import explain_toml
from city.translation import find_languages_without_catalogue

CITY_FILE = "city.toml"
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MIN_CONTRAST = 4.5  # WCAG 2.2 AA for text


class CitySetting(NamedTuple):
    """A setting of city.toml, with the field of City that stores it and its parser."""

    section: str
    key: str
    field: str
    read: Callable
    is_required: bool = False


def _parse_text(value: object) -> str:
    """Return the text without blanks around it.

    Raise TypeError for another type, ValueError for a NUL.
    """
    if not isinstance(value, str):
        raise TypeError("it must be text in quotes")
    if "\0" in value:
        raise ValueError("it must not hold a NUL character")
    return value.strip()


def _list_parser(example: str) -> Callable[[object], list[str]]:
    """Return a parser of a list of texts, which raises TypeError for others with `example`."""

    def read(value) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise TypeError(
                "it must be a list in brackets, each text in quotes and a comma between two: "
                + example
            )
        return value

    return read


_parse_day_names = _list_parser('["monday", "tuesday"]')


def _parse_weekday(value: object) -> int:
    """Return the number of an English weekday, Monday being 0.

    Raise ValueError for another value.
    """
    if value not in WEEKDAYS:
        raise ValueError(f"“{value}” must be one of: {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(value)


def _parse_weekdays(value: object) -> list[int]:
    """Return the numbers of a list of weekdays, sorted, each once. Raise ValueError for none."""
    days = sorted({_parse_weekday(name) for name in _parse_day_names(value)})
    if not days:
        raise ValueError("a city works on at least one weekday")
    return days


def _type_parser(kind: type, words: str) -> Callable[[object], Any]:
    """Return a parser that returns a TOML value of `kind`, and raises TypeError for another type.

    `words` describe the type in the error message.
    """

    def read(value) -> Any:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise TypeError(f"it must be {words}, without quotes")
        return value

    return read


_parse_day = _type_parser(date, "a date like 2026-11-20")
_parse_time = _type_parser(time, "a time like 08:00:00")
_parse_days = _type_parser(int, "a whole number of days")


def _parse_degrees(value: object) -> float:
    """Return an int or float within ±180 as a float.

    Raise ValueError for any other value, also a bool or a number as text.
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= 180:
        raise ValueError("it must be a number of degrees")
    return float(value)


def _parse_whole_number(value: object) -> int:
    """Return an integer from 0 to 10000. Raise ValueError for any other value."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
        raise ValueError("it must be a whole number from 0 to 10000")
    return value


_parse_language_codes = _list_parser('["en", "es"]')


def _parse_languages(value: object) -> list[str]:
    """Return the language codes.

    Raise TypeError unless `value` is a list of texts, and ValueError for a language without a
    catalogue.
    """
    codes = _parse_language_codes(value)
    if strange := find_languages_without_catalogue(codes):
        said = ", ".join(f"“{code}”" for code in strange)
        known = ", ".join(dict(settings.LANGUAGES))
        raise ValueError(f"the product has no catalogue for {said}; it has: {known}")
    return codes


def _parse_time_zone(value: object) -> str:
    """Return the name of a time zone. Raise ValueError if there is none of this name."""
    try:
        return ZoneInfo(_parse_text(value)).key
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"“{value}” is not a time zone like America/Los_Angeles") from None


def _build_settings(
    section: str, read: Callable[[Any], object], *names: str, is_required: bool = False
) -> list[CitySetting]:
    """Return a CitySetting for each of `names`, which is the key and the field of City."""
    return [CitySetting(section, name, name, read, is_required) for name in names]


CITY_SETTINGS = [
    *_build_settings(
        "",
        _parse_text,
        "jurisdiction_id",
        "name",
        "service_name",
        "reference_prefix",
        is_required=True,
    ),
    *_build_settings("", _parse_text, "state", "country", "promise_triage"),
    *_build_settings("", _parse_time_zone, "time_zone", is_required=True),
    *_build_settings("", _parse_languages, "languages"),
    *_build_settings("", _list_parser('["Denver", "Aurora"]'), "neighbors"),
    *_build_settings("", _parse_whole_number, "history_needed"),
    *_build_settings(
        "contact", _parse_text, "phone", "phone_tel", "email", "emergency_phone", is_required=True
    ),
    *_build_settings(
        "contact", _parse_text, "address", "office_hours", "police_phone", "police_label"
    ),
    *_build_settings("contact", _parse_text, "ada_contact", "relay_phone"),
    *_build_settings(
        "contact", _parse_text, "website", "privacy_url", "accessibility_url", "security_contact"
    ),
    CitySetting("map", "lat", "center_lat", _parse_degrees, True),
    CitySetting("map", "lng", "center_lng", _parse_degrees, True),
    *_build_settings("week", _parse_weekdays, "working_weekdays", is_required=True),
    *_build_settings("week", _parse_weekday, "alternate_weekday"),
    *_build_settings("week", _parse_day, "alternate_anchor"),
    *_build_settings("week", _parse_time, "opens_at", "closes_at", is_required=True),
    *_build_settings("privacy", _parse_days, "contact_kept_days", "words_kept_days"),
    CitySetting("open_data", "license", "data_license", _parse_text),
    CitySetting("open_data", "license_url", "data_license_url", _parse_text),
    *_build_settings(
        "colors",
        _parse_text,
        "accent",
        "accent_strong",
        "accent_deep",
        "accent_tint",
        "accent_line",
    ),
    *_build_settings("colors", _parse_text, "sun"),
]


def read_city(report: PackReport, pack_dir: Path) -> dict[str, Any]:
    """Return the fields of City that city.toml sets, with defaults; {} if the file cannot be used.

    Every problem is reported, and a field with an invalid value has its default or is missing.
    """
    content = read_text(report, pack_dir / CITY_FILE)
    if content is None:
        return {}
    try:
        given = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        report.add_problem(CITY_FILE, *explain_toml(content, error))
        return {}
    except RecursionError:
        report.add_problem(CITY_FILE, 1, "no person would write this: it is too deeply nested")
        return {}
    values = _collect_values(report, content, given)
    _report_contradictions(report, content, values)
    return values


def _collect_values(report: PackReport, content: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the values of all settings, with the defaults of the model; report invalid ones.

    A required setting that is missing or invalid has no value.
    """
    values = {
        field.name: field.get_default()
        for field in City._meta.fields
        if field.editable and (field.blank or field.has_default())
    }
    for entry in CITY_SETTINGS:
        section = given.get(entry.section, {}) if entry.section else given
        if not isinstance(section, dict) or entry.key not in section:
            if entry.is_required:
                place = f"[{entry.section}] " if entry.section else ""
                report.add_problem(CITY_FILE, 1, f"{place}{entry.key} is missing")
            continue
        line = find_line(content, entry.key)
        try:
            value = entry.read(section[entry.key])
        except (TypeError, ValueError) as error:
            report.add_problem(CITY_FILE, line, f"{entry.key}: {error}")
            continue
        if validate_row(report, CITY_FILE, line, {entry.field: value}, model=City):
            values[entry.field] = value
    _refuse_unknown(report, content, given)
    del values["id"]
    return values


def _refuse_unknown(report: PackReport, content: str, given: dict[str, Any]) -> None:
    """Report each key of the file that is no setting in its section."""
    known = {(entry.section, entry.key) for entry in CITY_SETTINGS}
    for name, value in given.items():
        inside = [(name, key) for key in value] if isinstance(value, dict) else [("", name)]
        for section, key in inside:
            if (section, key) not in known:
                report.add_problem(
                    CITY_FILE, find_line(content, key), f"“{key}” is not a setting here"
                )


def find_line(content: str, key: str) -> int:
    """Return the number of the line that sets `key`; 1 if none does."""
    found = re.search(rf"(?m)^\s*{re.escape(key)}\s*=", content)
    return content.count("\n", 0, found.end()) + 1 if found else 1


def _report_contradictions(report: PackReport, content: str, values: dict[str, Any]) -> None:
    """Report contradictions if all required settings are there."""
    if not {entry.field for entry in CITY_SETTINGS if entry.is_required} <= set(values):
        return
    for reason, key in _find_contradictions(values):
        report.add_problem(CITY_FILE, find_line(content, key), reason)


def _find_contradictions(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (reason, key) for settings that are valid alone but not together."""
    if values["opens_at"] >= values["closes_at"]:
        yield "closes_at must be later than opens_at", "closes_at"
    if abs(values["center_lat"]) > 90:
        yield "lat is not on Earth; are lat and lng swapped?", "lat"
    weekday, anchor = values.get("alternate_weekday"), values.get("alternate_anchor")
    if (weekday is None) != (anchor is None):
        yield "alternate_weekday and alternate_anchor go together", "alternate_weekday"
    elif anchor and anchor.weekday() != weekday:
        yield f"{anchor} is a {WEEKDAYS[anchor.weekday()]}", "alternate_anchor"
    for name in ("accent", "accent_strong", "accent_deep"):
        ratio = contrast_ratio(values[name], "#ffffff") if values.get(name) else MIN_CONTRAST
        if ratio < MIN_CONTRAST:
            said = f"it has {ratio:.1f}:1, needs {MIN_CONTRAST}:1"
            yield f"{name} is too light for text on white ({said})", name


def contrast_ratio(color: str, ground: str) -> float:
    """Return the WCAG contrast ratio of two `#rrggbb` colors, 1 to 21."""
    lighter, darker = sorted((_luminance(color), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    """Return the relative luminance of a `#rrggbb` color by WCAG, 0 to 1."""
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
