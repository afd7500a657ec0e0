"""What is worth knowing about a pack that could be loaded as it is."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from city.geo import line_through
from city.logo import LARGEST
from city.pack import addresses, american, danger, garbled, shapes
from city.pack.city_file import FILE as CITY
from city.pack.city_file import LEAST_CONTRAST, contrast, line_of
from city.pack.contents import Contents
from city.pack.read import read_text
from city.pack.report import Report
from city.pack.tables import STREETS, TABLES
from city.pack.translations import short

_HEAVY = 20_000  # points of all zones; every map and look-up carries them
_GAP = 15 / 111_320  # degrees, about 15 m: zones this near each other were meant to touch
_MANY_QUESTIONS = 4
_PLANNING_MONTH = 10  # from then on the next year's holidays are known
_YEARS_KEPT, _YEARS_AHEAD = 10, 5  # of holidays; a year beyond is mostly mistyped
_HOURS_OFF = 3.2  # a clock that far from the sun's is mostly another city's
_FILES = {
    *(table.file for table in [*TABLES, STREETS, *addresses.TABLES]),
    *(CITY, "zones.geojson", "drawing.geojson", "agencies.geojson", "logo.svg", "rules.csv"),
    *("README.md",),
}
_READ_ELSEWHERE = re.compile(
    r"words\.[a-z]{2}(-[a-z]+)?\.csv|requests\w*\.toml|demo", re.IGNORECASE
)
_EXAMPLE = re.compile(r"\bExample\b|@example\.(org|com|net)|\b(www\.)?example\.(org|com|net)\b")


def add(report: Report, folder, pack: Contents) -> None:
    """Every warning, file by file; none about a whole file that has a problem of its own."""
    for found in (_city, _zones, _departments, _categories, _questions, _holidays,
                   _streets, _logo, danger.warnings, american.warnings, _examples,
                   garbled.warnings, _strangers):  # fmt: skip
        for file, line, reason in found(folder, pack):
            if line > 1 or file not in report.broken_files:
                report.warn(file, line, reason)


def _text(path) -> str:
    """What can be read of a file; what is wrong with it is said elsewhere."""
    return read_text(Report(), path) or ""


def _city(folder, pack) -> Iterator[tuple[str, int, str]]:
    content = _text(folder / CITY)
    for key, reason in chain(_phone(pack.city), _clock(pack.city), _colors(pack.city)):
        yield CITY, line_of(content, key), reason


def _phone(city) -> Iterator[tuple[str, str]]:
    phone = city.get("phone_tel", "")
    if phone and not re.fullmatch(r"\+?[0-9]{2,15}", phone):
        yield "phone_tel", f"no phone can dial “{phone}”: digits only, or +1…"


def _clock(city) -> Iterator[tuple[str, str]]:
    """The clock is typed by hand, and a wrong one makes every promise wrong."""
    lat, lng, zone = (city.get(name) for name in ("center_lat", "center_lng", "time_zone"))
    if None in (lat, lng, zone):
        return
    if (lat, lng) == (0, 0):
        yield "lat", "the map's center is 0, 0, where no city is: write lat and lng, and the zones"
        return
    winter = datetime(2027, 1, 15, 12, tzinfo=ZoneInfo(zone)).utcoffset()
    hours = abs(winter.total_seconds() / 3600 - lng / 15)
    if min(hours, 24 - hours) > _HOURS_OFF:
        yield "time_zone", f"{zone} is {hours:.0f} hours from the clock of the map's center"


# Which color of the pack stands on which ground, and what for; the product's own where it is blank.
_PAIRS = [
    ("accent_strong", "accent_tint", "text on tinted ground"),
    ("sun_words", "sun", "text on the buttons of the first page"),
]
_OWN = {
    "accent_strong": "#0e4f5c", "accent_tint": "#e2f0f2", "sun": "#ffd34d", "sun_words": "#0a2a30",
}  # fmt: skip


def _colors(city) -> Iterator[tuple[str, str]]:
    given = {name: city.get(name) or color for name, color in _OWN.items()}
    for ink, ground, what in _PAIRS:
        ratio = contrast(given[ink], given[ground])
        if ratio < LEAST_CONTRAST:
            reason = f"{what} have a contrast of {ratio:.1f}:1; readers need {LEAST_CONTRAST}:1"
            yield ground, reason
    colors = [name for name in ("accent", "accent_strong", "accent_deep") if city.get(name)]
    if city.get("sun") and not city.get("accent"):
        yield "sun", "without accent no color of the pack is used"
    elif 0 < len(colors) < 3:
        yield colors[0], "accent, accent_strong and accent_deep belong together"


def _zones(folder, pack) -> Iterator[tuple[str, int, str] | tuple[str, Any, str]]:
    file, figures = "zones.geojson", [zone.figure for zone in pack.zones]
    points = sum(shapely.get_num_coordinates(figure) for figure in figures)
    if points > _HEAVY:
        yield file, 1, f"the zones have {points:,} points; simplify them, a map shows {_HEAVY:,}"
    for what, place in shapes.seams(pack.zones, _GAP):
        yield file, place.line, what
    for zone in pack.zones:
        if shapes.square_meters(zone.figure) < 10_000:
            yield file, zone.line, f"the zone {zone.name} is smaller than a football field"


def _departments(folder, pack) -> Iterator[tuple[str, Any, str]]:
    file = "departments.csv"
    for line, values in pack.rows[file]:
        if not values["email"]:
            yield file, line, f"“{values['name']}” has no email, so no one there gets email"


def _categories(folder, pack) -> Iterator[tuple[str, Any, str] | tuple[str, int, str]]:
    file = "categories.csv"
    rows = pack.rows[file]
    if not rows:  # the file could not be read, which is said
        return
    for line, values in rows:
        if values["department"] and not values["keywords"]:
            yield file, line, f"“{values['name']}” has no keywords: only its name finds it"
    if not any(values["is_popular"] for _line, values in rows):
        yield file, 1, "none is_popular, so the first page offers no short cut"
    used = {values["group"] for _line, values in rows}
    for line, values in pack.rows["groups.csv"]:
        if values["slug"] not in used:
            yield "groups.csv", line, f"the group “{values['name']}” has no category"


def _questions(folder, pack) -> Iterator[tuple[str, Any, str]]:
    asked = Counter()
    for line, values in pack.rows["questions.csv"]:
        category = values["category"]
        asked[category] += 1
        if asked[category] == _MANY_QUESTIONS + 1:
            reason = f"“{category}” asks more than {_MANY_QUESTIONS} questions"
            yield "questions.csv", line, f"{reason}; people stop there"


def _holidays(folder, pack) -> Iterator[tuple[str, int, str]]:
    rows = pack.rows["holidays.csv"]
    if not rows:
        yield "holidays.csv", 1, "there is none, so every working weekday counts"
        return
    today = date.today()  # noqa: DTZ011 - of any place
    this_year = today.year
    needed = [this_year] if today.month < _PLANNING_MONTH else [this_year, this_year + 1]
    years = {row.values["date"].year for row in rows}
    if missing := [str(year) for year in needed if year not in years]:
        last = max(rows, key=lambda row: row.values["date"])
        reason = f"the last one is {last.values['date']}; add those of {' and '.join(missing)}"
        yield "holidays.csv", last.line, reason
    for line, values in rows:
        if not this_year - _YEARS_KEPT <= values["date"].year <= this_year + _YEARS_AHEAD:
            yield "holidays.csv", line, f"{values['date']}: is the year right?"


def _streets(folder, pack) -> Iterator[tuple[str, int, str] | tuple[str, Any, str]]:
    rows = pack.rows[STREETS.file]
    if not rows:
        yield STREETS.file, 1, "there is none: the map shows no street, nothing is found"
    whole = shapes.join(pack.zones).buffer(_GAP * 10) if pack.zones else None
    for line, values in rows if whole else []:
        if not any(whole.intersects(line_through(part)) for part in values["lines"]):
            yield STREETS.file, line, f"“{values['name']}” lies outside the city"
    if not pack.rows["places.csv"]:
        yield "places.csv", 1, "there is none: people name landmarks before addresses"


def _logo(folder, pack) -> Iterator[tuple[str, int, str]]:
    logo = pack.city.get("logo", "")
    if not logo:
        yield "logo.svg", 1, "there is none, so the name of the service stands alone"
    elif len(logo) > LARGEST / 4:
        reason = f"it has {len(logo):,} characters and is sent with every page; simplify it"
        yield "logo.svg", 1, reason


def _examples(folder, pack) -> Iterator[tuple[str, int, str]]:
    """What `start_city` wrote for somebody to replace."""
    for name in sorted(_FILES - {"README.md"}):
        for number, line in enumerate(_text(folder / name).splitlines(), 1):
            said = _without_comment(name, line).strip()
            if not said.startswith("#") and _EXAMPLE.search(said):
                yield name, number, f"still the example: {short(said, 50)}"


def _without_comment(name, line) -> str:
    return line.partition("  #")[0] if name == CITY else line


def _strangers(folder, pack) -> Iterator[tuple[Any, int, str]]:
    for path in sorted(folder.iterdir()):
        known = path.name in _FILES or _READ_ELSEWHERE.fullmatch(path.name)
        if not known and not path.name.startswith((".", "~")):
            yield path.name, 1, "nothing reads this; is the name as in the guide?"
