"""Warnings about a pack that can be loaded as it is."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from city.geo import build_line
from city.logo import MAX_LOGO_LENGTH
from city.pack import addresses, american_values, danger_check, garbled_text, zone_shapes
from city.pack.city_file import CITY_FILE as CITY
from city.pack.city_file import MIN_CONTRAST, contrast_ratio, find_line
from city.pack.contents import PackContents
from city.pack.file_reader import read_text
from city.pack.report import PackReport, Problem
from city.pack.tables import STREETS, TABLES
from city.pack.translations import shorten

_MAX_ZONE_POINTS = 20_000  # points of all zones; every map and look-up loads them
_MAX_GAP = 15 / 111_320  # degrees, about 15 m: zones this near each other were meant to touch
_MAX_QUESTIONS = 4
_FIRST_PLANNING_MONTH = 10  # from then on the next year's holidays are known
_MAX_YEARS_PAST, _MAX_YEARS_AHEAD = 10, 5  # of holidays; a year beyond is mostly mistyped
_MAX_HOURS_OFF = 3.2  # hours from solar time; more is mostly another city's zone
_KNOWN_FILES = {
    *(table.file for table in [*TABLES, STREETS, *addresses.ADDRESS_TABLES]),
    *(CITY, "zones.geojson", "drawing.geojson", "agencies.geojson", "logo.svg", "rules.csv"),
    *("README.md",),
}
_FILES_READ_ELSEWHERE = re.compile(
    r"words\.[a-z]{2}(-[a-z]+)?\.csv|requests\w*\.toml|demo", re.IGNORECASE
)
_EXAMPLE = re.compile(r"\bExample\b|@example\.(org|com|net)|\b(www\.)?example\.(org|com|net)\b")


def add_warnings(report: PackReport, folder: Path, pack: PackContents) -> None:
    """Add the warnings of every check; those about line 1 of a file with a problem are left out."""
    checks = (
        _check_city, _check_zones, _check_departments, _check_categories, _check_questions,
        _check_holidays, _check_streets, _check_logo, danger_check.find_danger_warnings,
        american_values.find_american_values, _find_examples, garbled_text.find_garbled_text,
        _find_unknown_files,
    )  # fmt: skip
    for check in checks:
        for file, line, reason in check(folder, pack):
            if line > 1 or file not in report.broken_files:
                report.add_warning(file, line, reason)


def _read_or_empty(path: Path) -> str:
    """Return the text of a file, "" if it cannot be read, which is reported elsewhere."""
    return read_text(PackReport(), path) or ""


def _check_city(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield the warnings about the phone, the time zone and the colors in city.toml."""
    content = _read_or_empty(folder / CITY)
    for key, reason in chain(
        _check_phone(pack.city), _check_time_zone(pack.city), _check_colors(pack.city)
    ):
        yield Problem(CITY, find_line(content, key), reason)


def _check_phone(city: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, reason) if a filled `phone_tel` is not 2 to 15 digits, with or without a plus."""
    phone = city.get("phone_tel", "")
    if phone and not re.fullmatch(r"\+?[0-9]{2,15}", phone):
        yield "phone_tel", f"no phone can dial “{phone}”: digits only, or +1…"


def _check_time_zone(city: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, reason) if the map's center is 0, 0 or its longitude does not fit the time zone.

    With a wrong time zone every due date is wrong.
    """
    lat, lng, zone = (city.get(name) for name in ("center_lat", "center_lng", "time_zone"))
    if lat is None or lng is None or zone is None:
        return
    if (lat, lng) == (0, 0):
        yield "lat", "the map's center is 0, 0, where no city is: write lat and lng, and the zones"
        return
    winter = datetime(2027, 1, 15, 12, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()
    hours = abs(winter.total_seconds() / 3600 - lng / 15)
    if min(hours, 24 - hours) > _MAX_HOURS_OFF:
        yield "time_zone", f"{zone} is {hours:.0f} hours from the clock of the map's center"


# Text color, background color, and use, of each pair that must have enough contrast.
_COLOR_PAIRS = [
    ("accent_strong", "accent_tint", "text on tinted ground"),
    ("sun_words", "sun", "text on the buttons of the first page"),
]
_DEFAULT_COLORS = {
    "accent_strong": "#0e4f5c", "accent_tint": "#e2f0f2", "sun": "#ffd34d", "sun_words": "#0a2a30",
}  # fmt: skip


def _check_colors(city: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, reason) for colors with too little contrast, and for missing accents."""
    given = {name: city.get(name) or color for name, color in _DEFAULT_COLORS.items()}
    for ink, ground, what in _COLOR_PAIRS:
        ratio = contrast_ratio(given[ink], given[ground])
        if ratio < MIN_CONTRAST:
            reason = f"{what} have a contrast of {ratio:.1f}:1; readers need {MIN_CONTRAST}:1"
            yield ground, reason
    colors = [name for name in ("accent", "accent_strong", "accent_deep") if city.get(name)]
    if city.get("sun") and not city.get("accent"):
        yield "sun", "without accent no color of the pack is used"
    elif 0 < len(colors) < 3:
        yield colors[0], "accent, accent_strong and accent_deep belong together"


def _check_zones(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for zones with too many points, gaps or overlaps, or a tiny area."""
    file, figures = "zones.geojson", [zone.figure for zone in pack.zones]
    points = sum(shapely.get_num_coordinates(figure) for figure in figures)
    if points > _MAX_ZONE_POINTS:
        reason = (
            f"the zones have {points:,} points; simplify them, a map shows {_MAX_ZONE_POINTS:,}"
        )
        yield Problem(file, 1, reason)
    for what, place in zone_shapes.find_seams(pack.zones, _MAX_GAP):
        yield Problem(file, place.line, what)
    for zone in pack.zones:
        if zone_shapes.square_meters(zone.figure) < 10_000:
            yield Problem(file, zone.line, f"the zone {zone.name} is smaller than a football field")


def _check_departments(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for each department without an email."""
    file = "departments.csv"
    for line, values in pack.rows[file]:
        if not values["email"]:
            yield Problem(
                file, line, f"“{values['name']}” has no email, so no one there gets email"
            )


def _check_categories(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for missing keywords, no popular category, and groups without category.

    A category without a department needs no keywords.
    """
    file = "categories.csv"
    rows = pack.rows[file]
    if not rows:  # the file could not be read, which is reported
        return
    for line, values in rows:
        if values["department"] and not values["keywords"]:
            yield Problem(file, line, f"“{values['name']}” has no keywords: only its name finds it")
    if not any(values["is_popular"] for _line, values in rows):
        yield Problem(file, 1, "none is_popular, so the first page offers no short cut")
    used = {values["group"] for _line, values in rows}
    for line, values in pack.rows["groups.csv"]:
        if values["slug"] not in used:
            yield Problem("groups.csv", line, f"the group “{values['name']}” has no category")


def _check_questions(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for each category with more than _MAX_QUESTIONS questions."""
    asked: Counter[str] = Counter()
    for line, values in pack.rows["questions.csv"]:
        category = values["category"]
        asked[category] += 1
        if asked[category] == _MAX_QUESTIONS + 1:
            reason = f"“{category}” asks more than {_MAX_QUESTIONS} questions"
            yield Problem("questions.csv", line, f"{reason}; people stop there")


def _check_holidays(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning if there are no holidays or a needed year has none, and for odd years.

    From October on, the next year is needed too.
    """
    rows = pack.rows["holidays.csv"]
    if not rows:
        yield Problem("holidays.csv", 1, "there is none, so every working weekday counts")
        return
    today = date.today()  # noqa: DTZ011 - any time zone will do
    this_year = today.year
    needed = [this_year] if today.month < _FIRST_PLANNING_MONTH else [this_year, this_year + 1]
    years = {row.values["date"].year for row in rows}
    if missing := [str(year) for year in needed if year not in years]:
        last = max(rows, key=lambda row: row.values["date"])
        reason = f"the last one is {last.values['date']}; add those of {' and '.join(missing)}"
        yield Problem("holidays.csv", last.line, reason)
    for line, values in rows:
        if not this_year - _MAX_YEARS_PAST <= values["date"].year <= this_year + _MAX_YEARS_AHEAD:
            yield Problem("holidays.csv", line, f"{values['date']}: is the year right?")


def _check_streets(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning if there are no streets or no places, and for streets outside the city."""
    rows = pack.rows[STREETS.file]
    if not rows:
        yield Problem(STREETS.file, 1, "there is none: the map shows no street, nothing is found")
    whole = zone_shapes.join_zones(pack.zones).buffer(_MAX_GAP * 10) if pack.zones else None
    for line, values in rows:
        if whole and not any(whole.intersects(build_line(part)) for part in values["lines"]):
            yield Problem(STREETS.file, line, f"“{values['name']}” lies outside the city")
    if not pack.rows["places.csv"]:
        yield Problem("places.csv", 1, "there is none: people name landmarks before addresses")


def _check_logo(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning if there is no logo, or one longer than a quarter of the limit."""
    logo = pack.city.get("logo", "")
    if not logo:
        yield Problem("logo.svg", 1, "there is none, so the name of the service stands alone")
    elif len(logo) > MAX_LOGO_LENGTH / 4:
        reason = f"it has {len(logo):,} characters and is sent with every page; simplify it"
        yield Problem("logo.svg", 1, reason)


def _find_examples(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for each line with an example of `start_city` that nobody has replaced."""
    for name in sorted(_KNOWN_FILES - {"README.md"}):
        for number, line in enumerate(_read_or_empty(folder / name).splitlines(), 1):
            said = _strip_comment(name, line).strip()
            if not said.startswith("#") and _EXAMPLE.search(said):
                yield Problem(name, number, f"still the example: {shorten(said, 50)}")


def _strip_comment(name: str, line: str) -> str:
    """Return a line of city.toml without its comment; a line of other files as it is."""
    return line.partition("  #")[0] if name == CITY else line


def _find_unknown_files(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for each file that nothing reads, other than hidden and temporary ones."""
    for path in sorted(folder.iterdir()):
        known = path.name in _KNOWN_FILES or _FILES_READ_ELSEWHERE.fullmatch(path.name)
        if not known and not path.name.startswith((".", "~")):
            yield Problem(path.name, 1, "nothing reads this; is the name as in the guide?")
