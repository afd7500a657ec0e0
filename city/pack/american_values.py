"""Warnings of values that hold only in the United States, in the pack of a city elsewhere."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from city.pack.city_file import CITY_FILE as CITY
from city.pack.city_file import find_line
from city.pack.contents import PackContents
from city.pack.file_reader import PackRow, read_text
from city.pack.report import PackReport, Problem
from city.pack.tables import TABLES
from city.pack.translations import TRANSLATIONS, shorten, translation_file

# Time zones of the United States and its territories.
_US_TIME_ZONES = re.compile(
    r"US/.*|Pacific/(Honolulu|Guam|Saipan|Pago_Pago)|America/(New_York|Detroit|Chicago|Menominee"
    r"|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Metlakatla|Yakutat|Nome|Adak"
    r"|Puerto_Rico|St_Thomas|(Kentucky|Indiana|North_Dakota)/.*)"
)
_US_SHORT_NUMBERS = re.compile(r"(?<![\w.,-])(911|988|811|711|311|3-1-1)(?![.,-]?\d)")
_CANADA = "CA"  # has the same short numbers
_TIME_ZONES_WITH_911 = re.compile(
    r"(America|Pacific)/.*|Asia/Manila"
)  # time zones of countries, many of which use 911
_PHONE_KEYS = ["phone", "phone_tel", "police_phone", "relay_phone"]
_SEARCH_COLUMNS = {
    "phrases",
    "exceptions",
    "keywords",
    "source",
}  # columns of words that are only used to find a row


def find_american_values(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for each value of the United States in the pack of a city elsewhere.

    These are the country US or a blank country and, except in Canada, short phone numbers. Nothing
    is yielded if the location is not set or city.toml cannot be read.
    """
    country, zone = pack.city.get("country", ""), pack.city.get("time_zone", "")
    if (pack.city.get("center_lat"), pack.city.get("center_lng")) == (0, 0):
        return  # the location is not set yet, which has its own warning
    if "country" not in pack.city:
        return  # city.toml cannot be read, which is reported
    content = read_text(PackReport(), folder / CITY) or ""
    is_elsewhere = bool(zone) and not _US_TIME_ZONES.fullmatch(zone)
    if country == "US" and is_elsewhere:
        reason = (
            f"country is US, but {zone} is no clock of the United States; write the two letters "
            'of yours, like country = "CA": phone numbers, dates and distances follow it'
        )
        yield Problem(CITY, find_line(content, "country"), reason)
    if not country:
        reason = (
            'country is blank; write its two letters, like country = "CA": phone numbers and '
            "dates are read by it"
        )
        yield Problem(CITY, find_line(content, "country"), reason)
    if is_elsewhere and country != _CANADA:
        yield from _find_american_numbers(content, pack)


def _find_american_numbers(content: str, pack: PackContents) -> Iterator[Problem]:
    """Yield a warning of American short phone numbers, one per setting and one per table."""
    emergency = (
        [] if _TIME_ZONES_WITH_911.fullmatch(pack.city["time_zone"]) else ["emergency_phone"]
    )
    for key in [*_PHONE_KEYS, *emergency]:
        if found := _US_SHORT_NUMBERS.fullmatch(pack.city.get(key) or ""):
            yield Problem(CITY, find_line(content, key), f"{key}: {_explain_number(found)}")
    for table in TABLES:
        yield from _find_in_table(table.file, pack.rows[table.file])
    for file, rows in groupby(
        pack.rows[TRANSLATIONS.file], lambda row: translation_file(row.values["language"])
    ):
        yield from _find_in_table(file, rows)


def _find_in_table(file: str, rows: Iterable[PackRow]) -> Iterator[Problem]:
    """Yield a warning of a table's first US short number, with how many more rows have one.

    Nothing is yielded if there is none.
    """
    found = [each for row in rows for each in _find_in_row(row)]
    if not found:
        return
    line, words = found[0]
    more = f" (and in {len(found) - 1} more lines)" if len(found) > 1 else ""
    yield Problem(file, line, f"{words}{more}")


def _find_in_row(row: PackRow) -> list[tuple[int, str]]:
    """Return [(line, reason)] for the first column with a US short number such as 911, or [].

    The search columns (phrases, keywords) are not checked.
    """
    for column, text in row.values.items():
        is_read = isinstance(text, str) and column not in _SEARCH_COLUMNS
        if is_read and (found := _US_SHORT_NUMBERS.search(text)):
            return [(row.line, f"{column}: {_explain_number(found)}: “{shorten(text)}”")]
    return []


def _explain_number(found: re.Match[str]) -> str:
    return f"{found[1]} is a number of the United States; write the one that people dial here"
