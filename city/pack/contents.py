"""Reading and checking of a whole pack in memory, without the database."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from shapely.geometry import Point

from city import emergency_number
from city.models import City
from city.models.canned_text import PLACEHOLDERS
from city.pack import addresses, consistency, translations
from city.pack.city_file import CITY_FILE as CITY_FILE
from city.pack.city_file import read_city
from city.pack.file_reader import PackRow, read_table, read_text
from city.pack.geojson import Center, read_features
from city.pack.report import PackReport
from city.pack.sync import select_valid_rows, validate_row
from city.pack.tables import CHOICES, DANGER, QUESTIONS, STREETS, TABLES, ZONES, Table
from city.pack.zone_shapes import ZoneShape, build_outline, join_zones, read_zones, refuse_far_lines
from lib.tabular import Schema

# Columns of texts that people read in danger.
_EMERGENCY_TEXT_COLUMNS = {
    DANGER.file: ["phrases", "exceptions", "advice"],
    QUESTIONS.file: ["label", "hint"],
    CHOICES.file: ["label", "hint", "stop_text"],
    "canned_texts.csv": ["body"],
    "decline_reasons.csv": ["words"],
    translations.TRANSLATIONS.file: ["source", "words"],
}
_FILES_WITH_PLACEHOLDERS = {"canned_texts.csv", translations.TRANSLATIONS.file}
DRAWING_KINDS = ("ocean", "water", "sand", "park")


@dataclass
class PackContents:
    """The contents of a pack.

    `city` has the fields of City; `rows` the rows of each file, with foreign keys as keys of the
    pack.
    """

    city: dict = field(default_factory=dict)
    zones: Sequence[ZoneShape] = ()
    rows: dict[str, list[PackRow]] = field(default_factory=dict)


def read_pack(report: PackReport, folder: Path) -> PackContents:
    """Return the contents of the pack in `folder`, and report all that is wrong.

    The contents are empty if `folder` is no folder, or if only a folder in it has city.toml.
    """
    if not folder.is_dir():
        report.add_problem(folder.name, 1, _describe_bad_path(folder))
        return PackContents()
    if inner := _find_pack_in(folder):
        report.add_problem(
            folder.name, 1, f"city.toml is in the folder {inner} here; name that folder"
        )
        return PackContents()
    city = read_city(report, folder)
    center = None if report.problems else (city["center_lat"], city["center_lng"])
    zones = read_zones(report, folder / ZONES.file, center)
    city |= {
        "outline": build_outline(zones) if zones else {},
        "drawing": _read_drawing(report, folder, center),
        # Without the line end, as the form of the administration stores it.
        "logo": (read_text(report, folder / "logo.svg", optional=True) or "").strip(),
    }
    validate_row(report, "logo.svg", 1, {"logo": city["logo"]}, model=City)
    country = city.get("country", "")
    rows = {table.file: _read_rows(report, folder, table, country) for table in TABLES}
    rows[CITY_FILE] = [PackRow(1, city)]
    rows[ZONES.file] = [zone.build_row(position) for position, zone in enumerate(zones)]
    for table in TABLES:
        _check_pointers(report, table, rows)
    _check_questions(report, rows)
    _check_languages(report, rows[DANGER.file], city)
    _check_places(report, rows["places.csv"], zones)
    rows[STREETS.file] = _read_streets(report, folder, center)
    rows |= addresses.read_address_tables(report, folder, center, zones)
    _add_areas(report, folder, center, rows["agencies.csv"])
    rows[translations.TRANSLATIONS.file] = translations.read_translations(report, folder)
    _check_emergency_numbers(report, rows, city)
    if not report.problems:
        translations.warn_of_mismatches(report, city, rows)
    return PackContents(city, zones, rows)


def _find_pack_in(folder: Path) -> str:
    """Return the name of a subfolder that has the pack, if the folder itself has none; else ""."""
    if (folder / CITY_FILE).exists():
        return ""
    return next((path.parent.name for path in sorted(folder.glob(f"*/{CITY_FILE}"))), "")


def _describe_bad_path(folder: Path) -> str:
    """Return why `folder` is no folder: it is missing, a zip file or another file."""
    if not folder.exists():
        return "there is no such folder"
    if zipfile.is_zipfile(folder):
        return "this is a zip file; unpack it and name the folder that comes out"
    return "this is a file; name the folder that it is in"


def _read_rows(report: PackReport, folder: Path, table: Table, country: str) -> list[PackRow]:
    """Return the valid rows of a table, with a position if it is ordered; report the others."""
    path, schema = folder / table.file, table.schema(country)
    rows = read_table(report, path, schema, optional=table.is_optional)
    sound = select_valid_rows(report, table.file, rows, table.model, table.find_contradictions)
    if table.is_ordered:
        sound = [PackRow(line, values | {"position": n}) for n, (line, values) in enumerate(sound)]
    return sound


def _check_pointers(report: PackReport, table: Table, rows: dict[str, list[PackRow]]) -> None:
    """Report each foreign key without a row, with a similar key as a hint.

    Keys of a file that has problems of its own are not checked.
    """
    keys = {
        each.file: {each.row_key(row.values) for row in rows[each.file]}
        for each in TABLES
        if each.file not in report.broken_files
    }
    for line, values in rows[table.file]:
        for pointer, name, hint in table.find_unknown_keys(values, keys):
            reason = f"{pointer.column}: there is no “{name}” in {pointer.file}{hint}"
            report.add_problem(table.file, line, reason)


def _check_questions(report: PackReport, rows: dict[str, list[PackRow]]) -> None:
    """Report questions that do not fit their choices, if both files have no problems."""
    if not report.broken_files & {QUESTIONS.file, CHOICES.file}:
        for line, reason in consistency.find_question_contradictions(
            rows[QUESTIONS.file], rows[CHOICES.file]
        ):
            report.add_problem(QUESTIONS.file, line, reason)


def _check_languages(report: PackReport, rows: list[PackRow], city: dict[str, Any]) -> None:
    """Report rows of danger.csv in a language that the city lacks, unless city.toml is broken."""
    if CITY_FILE in report.broken_files:
        return
    offered = {settings.LANGUAGE_CODE, *city.get("languages", [])}
    for line, values in rows:
        if values["language"] not in offered:
            said = f"language: the city offers no “{values['language']}”"
            report.add_problem(
                DANGER.file, line, f"{said}; it offers: {', '.join(sorted(offered))}"
            )


def _check_emergency_numbers(
    report: PackReport, rows: dict[str, list[PackRow]], city: dict[str, Any]
) -> None:
    """Report texts that write out an emergency number or have an unknown placeholder.

    Nothing is checked if city.toml has problems.
    """
    if CITY_FILE in report.broken_files:
        return
    phones = [city["phone"], city.get("police_phone", "")]
    phones += [row.values["phone"] for row in rows["agencies.csv"]]
    for file, names in _EMERGENCY_TEXT_COLUMNS.items():
        fillable = PLACEHOLDERS if file in _FILES_WITH_PLACEHOLDERS else ()
        for line, values in rows[file]:
            allowed = [*phones, values.get("second_phone", "")]
            for name in names:
                for reason in emergency_number.list_objections(
                    values[name], city["emergency_phone"], allowed, fillable
                ):
                    report.add_problem(file, line, f"{name}: {reason}")


def _check_places(report: PackReport, rows: list[PackRow], zones: Sequence[ZoneShape]) -> None:
    """Report places outside the zones, unless the zones have problems of their own."""
    if not zones or ZONES.file in report.broken_files:
        return
    whole = join_zones(zones)
    for line, values in rows:
        lat, lng = values["lat"], values["lng"]
        if whole.covers(Point(lng, lat)):
            continue
        swapped = whole.covers(Point(lat, lng))
        reason = "lat and lng are swapped" if swapped else "it lies outside the service area"
        report.add_problem("places.csv", line, f"{values['name']}: {reason}")


def _read_streets(report: PackReport, folder: Path, center: Center | None) -> list[PackRow]:
    """Return one row per street (name and kind), with all its lines; report invalid rows."""
    streets: dict[tuple, PackRow] = {}
    read_rows = read_table(report, folder / STREETS.file, Schema(STREETS.columns))
    refuse_far_lines(report, STREETS.file, read_rows, center)
    for line, values in read_rows:
        name, kind = values["name"], values["kind"]
        first = PackRow(line, {"name": name, "kind": kind, "lines": []})
        streets.setdefault((name, kind), first).values["lines"].append(values["points"])
    return select_valid_rows(report, STREETS.file, streets.values(), STREETS.model)


def _read_drawing(report: PackReport, folder: Path, center: Center | None) -> dict[str, Any]:
    """Return the base map's areas as a GeoJSON FeatureCollection, each with its `kind`.

    Report unknown kinds. The file is optional; without it there are no features.
    """
    path = folder / "drawing.geojson"
    features = read_features(report, path, center, optional=True)
    for each in features:
        if each.properties.get("kind") not in DRAWING_KINDS:
            reason = f"{each.label}kind must be one of: {', '.join(DRAWING_KINDS)}"
            report.add_problem(path.name, each.line, reason)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"kind": each.properties.get("kind")},
                "geometry": each.geometry,
            }
            for each in features
        ],
    }


def _add_areas(
    report: PackReport, folder: Path, center: Center | None, agencies: list[PackRow]
) -> None:
    """Set `geometry` in the values of each agency to its GeoJSON area, None if it has none.

    The areas come from the optional agencies.geojson, by slug; an unknown slug is reported.
    """
    path = folder / "agencies.geojson"
    by_slug = {row.values["slug"]: row.values for row in agencies}
    for values in by_slug.values():
        values["geometry"] = None
    for each in read_features(report, path, center, optional=True):
        agency = by_slug.get(str(each.properties.get("id")))
        if agency:
            agency["geometry"] = each.geometry
        else:
            report.add_problem(
                path.name, each.line, f"{each.label}id must be a slug of agencies.csv"
            )
