"""Tests for `check_city` with broken packs: it prints messages, never a traceback.

No test in this module may use the database, because the command must work without one.
"""

# ruff: noqa: E501 - a table with one line for each kind of error, however long

import csv
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from city.pack import PackReport, check_pack, contents, garbled_text, missing_translations_as_csv
from tests.city.pack.test_load_city import ALDERHAVEN, pack, rewrite

__all__ = ["pack"]
ROOT = Path(__file__).parents[3]
THIS_YEAR = date.today().year  # noqa: DTZ011 - of any place


def problems(folder):
    return [str(problem) for problem in check_pack(folder).problems]


def warnings(folder):
    return [str(warning) for warning in check_pack(folder).warnings]


def write(file, content):
    def change(pack):
        raw = content if isinstance(content, bytes) else content.encode()
        (pack / file).write_bytes(raw)

    return change


def swap(file, old, new):
    return lambda pack: rewrite(pack, file, old, new)


def bytes_swapped(file, old, new):
    def change(pack):
        raw = (pack / file).read_bytes()
        assert old in raw
        (pack / file).write_bytes(raw.replace(old, new, 1))

    return change


def instead_of(file, make):
    def change(pack):
        (pack / file).unlink()
        make(pack / file)

    return change


def huge(path):
    with path.open("wb") as file:
        file.truncate(100_000_000)  # a sparse file: nothing is written, and nothing may be read


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def feature(coordinates, kind="Polygon", **properties):
    return {
        "type": "Feature",
        "properties": properties or {"id": "all", "name": "All"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def box(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


AROUND = box(7.97, 46.98, 8.03, 47.02)
METERS = box(887_000, 5_940_000, 893_000, 5_948_000)
SWAPPED = [[lat, lng] for lng, lat in AROUND]
UTM = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
ZONES = "zones.geojson"

BROKEN = [
    # files
    (instead_of("groups.csv", huge), "groups.csv:1: the file has 100 MB and at most 20 are read"),
    (instead_of(ZONES, huge), "zones.geojson:1: the file has 100 MB and at most 20 are read"),
    (instead_of("city.toml", huge), "city.toml:1: the file has 100 MB and at most 20 are read"),
    (instead_of("groups.csv", lambda path: path.symlink_to("/etc/hostname")), "groups.csv:1: this is a link that leads out of the folder"),
    (instead_of("groups.csv", lambda path: path.symlink_to(path.name)), "groups.csv:1: the file can't be read"),
    (instead_of("groups.csv", os.mkfifo), "groups.csv:1: this is not a file that can be read"),
    (instead_of("groups.csv", Path.mkdir), "groups.csv:1: the file can't be read: Is a directory"),
    (instead_of("groups.csv", lambda path: None), "groups.csv:1: the file is missing"),
    (write("groups.csv", b""), "groups.csv:1: the file is empty; it needs a header line"),
    (write("groups.csv", "# only\n# comments\n"), "groups.csv:1: the file is empty; it needs"),
    (write(ZONES, b""), "zones.geojson:1: the file is empty"),
    (write("city.toml", b""), "city.toml:1: name is missing"),
    # encoding and characters
    (bytes_swapped("departments.csv", b"Parks", "P\u00e4rks".encode("latin-1")), "departments.csv:3: the file isn't UTF-8 (byte 0xe4); save it as UTF-8, not Latin-1: see “parks,Pärks,"),
    (write("groups.csv", "slug,name,icon\n".encode("utf-16")), "groups.csv:1: the file is UTF-16; in the spreadsheet"),
    (write("groups.csv", b"PK\x03\x04rest"), "groups.csv:1: this is a spreadsheet or a zip file"),
    (write("groups.csv", b"\xd0\xcf\x11\xe0rest"), "groups.csv:1: this is an old spreadsheet"),
    (swap("groups.csv", "Roads", "Ro\0ads"), "groups.csv:2: the file holds a NUL character"),
    (swap("city.toml", 'police_label = "Town police"', 'police_label = "a\\u0000b"'), "city.toml:18: police_label: it must not hold a NUL"),
    # rows
    (swap("departments.csv", "roads,Roads,", "roads,Roads,,"), "departments.csv:2: 6 cells, but the header has 5; a cell with a comma"),
    (swap("places.csv", '"rathaus, council"', '"rathaus, council'), "places.csv:2: the quotes do not match"),
    (swap("agencies.csv", "canton,The Canton", 'canton,"The" Canton'), "agencies.csv:2: the quotes do not match"),
    (swap("groups.csv", "neighbors,Living", 'neighbors,"Living'), "groups.csv:6: the quotes do not match: a quote that opens here is never closed"),
    (swap("groups.csv", "slug,name,icon", "slug,title,icon"), "groups.csv:1: the column “name” is missing"),
    (swap("departments.csv", "parks,Parks", "roads,Parks"), "departments.csv:3: “roads” is already on line 2"),
    (swap("rules.csv", "cleaning,route", "cleaners,route"), "rules.csv:2: department: there is no “cleaners” in use; is it “cleaning”?"),
    (swap("rules.csv", "bin,,harbor", "bin,,harbour"), "rules.csv:4: zone: there is no “harbour” in use"),
    (swap("rules.csv", "what=wires", "what=cables"), "rules.csv:3: answer: no category it is about offers “cables”"),
    (swap("rules.csv", "bin,,harbor", "bin,roads,harbor"), "rules.csv:4: group: a rule is about a category or a group"),
    (swap("rules.csv", "22:00,05:00", "22:00,"), "rules.csv:5: to: the hours of a rule have a beginning"),
    (swap("rules.csv", ",snow,,,,,,", ",snow,,,,,import,"), "rules.csv:5: the rule would never apply"),
    (swap("rules.csv", "what=wires,,", "what=wires,normal,"), "rules.csv:3: the rule would never apply"),
    (swap("rules.csv", "10,Chemicals", "ten,Chemicals"), "rules.csv:2: order: “ten” must be a whole number"),
    # city.toml
    (swap("city.toml", 'name = "Alderhaven"', 'name = "Alderhaven'), "city.toml:3: name: a quote opens on this line and is never closed"),
    (swap("city.toml", 'name = "Alderhaven"', 'name = "A"\nname = "B"'), "city.toml:4: “name” is set twice, first on line 3; delete one of the two"),
    (swap("city.toml", 'languages = ["en", "es"]', "languages = " + "[" * 9000), "city.toml:"),
    (swap("city.toml", 'accent = "#9a3b26"', 'accent = "#d98a7a"'), "city.toml:30: accent is too light for text on white (it has 2."),
    (swap("city.toml", "lng = 7", "lng = -7"), "zones.geojson:2: feature 1, “Old Town”: the figure is a minus away from the map's center: look at lng in city.toml"),
    (swap("city.toml", "lng = 7", "lng = -7"), "streets.csv:2: points: “46.995,7.991” is a minus away from"),
    (swap("streets.csv", "46.9920,8.0020", "34.0,8.0020"), "streets.csv:3: points: “34,8.002” lies more than 2 degrees from the map's center; one of the two"),
    # city.toml as clerks type it
    (swap("city.toml", 'name = "Alderhaven"', "name = “Alderhaven”"), "city.toml:3: name: the quotes are curly"),
    (swap("city.toml", 'name = "Alderhaven"', "name = Alderhaven"), 'city.toml:3: name: “Alderhaven” must stand in quotes, like "Alderhaven"'),
    (swap("city.toml", 'name = "Alderhaven"', 'name = "The "Haven""'), "city.toml:3: name: something stands behind the closing quote"),
    (swap("city.toml", 'name = "Alderhaven"', 'name "Alderhaven"'), 'city.toml:3: “name "Alderhaven"” must be a name, “=” and a value'),
    (swap("city.toml", "07:30:00", "7:30"), "city.toml:26: opens_at: a time has hours, minutes and seconds without quotes"),
    (swap("city.toml", 'languages = ["en", "es"]', 'languages = ["en" "es"]'), "city.toml:7: the list is not complete"),
    (swap("city.toml", "[week]", "[map]"), "city.toml:24: “[map]” is set twice, first on line 20"),
    # duplicate lines and concatenated tables
    (swap("departments.csv", "parks,Parks", "slug,name,email,handles,phone\nparks,Parks"), "departments.csv:3: these are the column names once more; delete this line"),
    # dates
    (swap("holidays.csv", "2026-12-26", "12/26/2026"), "holidays.csv:3: date: “12/26/2026” must be a date like"),
    (lambda pack: [swap("city.toml", '"CH"', '"CA"')(pack), swap("holidays.csv", "2027-01-01", "05.07.2027")(pack)], "holidays.csv:4: date: “05.07.2027” can be May 7 or July 5; write it like 2027-07-05"),
    # geometries
    (write(ZONES, "<kml></kml>"), "zones.geojson:1: this is not GeoJSON: it is a web page or a KML file"),
    (write(ZONES, collection(feature([AROUND]))[:90]), "zones.geojson:1: this is not GeoJSON: the file ends in the middle"),
    (write(ZONES, collection(feature([AROUND])).replace('"type"', "“type”", 1)), "zones.geojson:1: this is not GeoJSON: the quotes are curly"),
    (write(ZONES, collection(feature([AROUND])).replace("}]}", "},]}")), "zones.geojson:1: this is not GeoJSON: the comma before “]” is one too many"),
    (write(ZONES, collection(feature([AROUND], NAME="Ward 1"), feature([AROUND], NAME="Ward 2"))), "zones.geojson:1: feature 1, “Ward 1”, feature 2, “Ward 2”: a zone needs the properties id and name, each a text or a number; it has: NAME"),
    (write(ZONES, collection(feature([METERS]))), "zones.geojson:1: these are meters or feet of a map, not degrees; export it again"),
    (write(ZONES, collection(feature([AROUND]), crs=UTM)), "zones.geojson:1: it is in another system of coordinates"),
    (write(ZONES, collection(feature([SWAPPED]))), "zones.geojson:1: the coordinates are swapped"),
    (write(ZONES, collection(feature([[AROUND[0], AROUND[2], AROUND[1], AROUND[3], AROUND[0]]]))), "zones.geojson:1: the outline is broken: it crosses itself near 47.00000, 8.00000"),
    (write(ZONES, collection(feature([AROUND]), feature([box(8.0, 46.99, 8.04, 47.0)], id="b", name="B"))), "zones.geojson:1: the zones All and B overlap near"),
    (write(ZONES, collection(feature([AROUND, box(7.99, 46.99, 8.0, 47.0)]))), "zones.geojson:1: the zones leave a hole near"),
    (write(ZONES, json.dumps({"type": "Polygon", "coordinates": [AROUND]})), "zones.geojson:1: it is a bare Polygon; it must be a GeoJSON FeatureCollection"),
    (write(ZONES, json.dumps({"type": "Topology"})), "zones.geojson:1: it is TopoJSON"),
    (write(ZONES, "[" * 200_000), "zones.geojson:1: this is not GeoJSON that any program would write"),
    (write(ZONES, collection(feature([AROUND])).replace("7.97", "1" * 9000)), "zones.geojson:1: this is not GeoJSON"),
    (write(ZONES, collection(feature([AROUND])).replace("7.97", '"west"')), "zones.geojson:1: "),
    (write(ZONES, collection(feature([AROUND])).replace('"All"', '"\\ud800"')), "zones.geojson:1: "),
    (write(ZONES, collection(feature([AROUND])).replace('"All"', '"A\\u0000"')), "zones.geojson:1: "),
    (write(ZONES, collection(feature([AROUND], id="all", name="A" * 90))), "zones.geojson:1: name: Ensure this value has at most 80"),
    (write(ZONES, collection(feature([AROUND]) | {"properties": [1]})), "zones.geojson:1: it must be a feature with properties"),
    (write(ZONES, collection(feature([]), feature([AROUND]))), "zones.geojson:1: feature 1, “All”: the figure is empty"),
    (write("agencies.geojson", collection(feature([AROUND], id=["canton"]))), "agencies.geojson:1: id must be a slug of agencies.csv"),
    (write("drawing.geojson", collection(feature([AROUND], id="x"))), "drawing.geojson:1: kind must be one of"),
    # translations
    (write("words.es.csv", "english\nYes\n"), "words.es.csv:1: the column “translation” is missing"),
    (write("words.es.csv", "english,translation\nThe {day},El\n"), "words.es.csv:2: translation: {day} stands in one text only"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), BROKEN, ids=[said[:60] for _change, said in BROKEN])
def test_what_is_broken_is_said_with_file_and_line(pack, change, said):
    change(pack)
    found = problems(pack)
    assert any(line.startswith(said) for line in found), found


FINE = [
    ("a byte order mark", lambda pack: [bom(path) for path in pack.glob("*.*")]),
    ("Windows line ends", lambda pack: [crlf(path) for path in pack.glob("*.*")]),
    ("semicolons", lambda pack: [separated(path, ";") for path in pack.glob("*.csv")]),
    ("lines filled to the widest", lambda pack: [filled(path) for path in pack.glob("*.csv")]),
    ("blank last cells left out", lambda pack: unfilled(pack / "places.csv")),
    ("tabs", lambda pack: [separated(path, "\t") for path in pack.glob("*.csv")]),
    ("clockwise rings", lambda pack: turned(pack / ZONES)),
    ("heights", lambda pack: raised(pack / ZONES)),
    ("a WGS 84 by name", lambda pack: named(pack / ZONES)),
]


def bom(path):
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def crlf(path):
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def separated(path, separator):
    write_rows(path, rows_of(path), separator)


def rows_of(path):
    return list(csv.reader(path.read_text("utf-8").splitlines(keepends=True)))


def write_rows(path, rows, separator=","):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)


def redrawn(path, change):
    drawn = json.loads(path.read_text("utf-8"))
    for each in drawn["features"]:
        rings = each["geometry"]["coordinates"]
        each["geometry"]["coordinates"] = [change(ring) for ring in rings]
    path.write_text(json.dumps(drawn), encoding="utf-8")


def filled(path):
    """Pad all lines to the same number of cells, also a comment, as a spreadsheet program does."""
    rows = [["# one of a", *"bcdefghijklmnopqrst"], *rows_of(path)]
    width = max(len(row) for row in rows)
    write_rows(path, [[*row, *[""] * (width - len(row))] for row in rows])


def unfilled(path):
    """Remove the last cell where it is blank, as Excel does for sixteen such lines."""
    header, *body = rows_of(path)
    write_rows(path, [header, *[row if row[-1] else row[:-1] for row in body]])


def turned(path):
    redrawn(path, lambda ring: ring[::-1])


def raised(path):
    redrawn(path, lambda ring: [[*point, 12.5] for point in ring])


def named(path):
    drawn = json.loads(path.read_text("utf-8"))
    drawn["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    path.write_text(json.dumps(drawn), encoding="utf-8")


@pytest.mark.parametrize("change", [change for _name, change in FINE], ids=[n for n, _c in FINE])
def test_what_programs_write_in_their_own_way_is_fine(pack, change):
    change(pack)
    assert problems(pack) == []


def test_one_feature_by_itself_is_a_collection_of_one(pack):
    rewrite(pack, "rules.csv", "bin,,harbor", "bin,,")
    write(ZONES, json.dumps(feature([AROUND])))(pack)
    assert problems(pack) == []


def test_a_folder_that_is_none_is_said(tmp_path):
    archive = tmp_path / "pack.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("city.toml", "")
    (tmp_path / "city.toml").write_text("")
    assert problems(archive) == [
        "pack.zip:1: this is a zip file; unpack it and name the folder that comes out"
    ]
    assert problems(tmp_path / "city.toml") == [
        "city.toml:1: this is a file; name the folder that it is in"
    ]
    assert problems(tmp_path / "no") == ["no:1: there is no such folder"]
    (tmp_path / "empty").mkdir()
    assert "city.toml:1: the file is missing" in problems(tmp_path / "empty")


def test_no_damage_ends_in_a_traceback(pack):
    """Truncated files, changed bytes, and duplicate or missing lines are reported or harmless."""
    dice = Random(311)
    files = sorted(path for path in ALDERHAVEN.iterdir() if path.suffix != ".md")
    for _round in range(40):
        path = dice.choice(files)
        raw = bytearray(path.read_bytes())
        place = dice.randrange(len(raw))
        damage = dice.randrange(4)
        if damage == 0:
            raw = raw[:place]
        elif damage == 1:
            raw[place] = dice.randrange(256)
        elif damage == 2:
            raw[place:place] = dice.choice([b'"', b",", b"\n", b"[", b"}", b"=", b"\xff", b"-1e9"])
        else:
            raw = raw[:place] + raw[place + dice.randrange(60) :]
        (pack / path.name).write_bytes(bytes(raw))
        check_pack(pack)
        shutil.copy(path, pack / path.name)


def test_one_zone_without_an_id_is_one_problem(pack):
    rewrite(pack, ZONES, '"id": "harbor", ', "")
    [problem] = problems(pack)
    assert problem == (
        "zones.geojson:3: feature 2, “Harbor”: a zone needs the properties id and name, each a "
        "text or a number; it has: name"
    )


def test_a_zone_may_have_a_number_as_its_id(pack):
    rewrite(pack, ZONES, '"id": "harbor"', '"id": 3')
    rewrite(pack, "rules.csv", ",harbor,", ",3,")
    assert problems(pack) == []


def test_lines_with_other_separators_than_the_header_are_one_problem(pack):
    path = pack / "holidays.csv"
    path.write_text(path.read_text("utf-8").replace("date,name", "date;name"), encoding="utf-8")
    [problem] = problems(pack)
    assert problem == (
        "holidays.csv:2: the cells of this line, and maybe of others, are not separated as the "
        "column names are: write commas everywhere, or semicolons everywhere"
    )


@pytest.mark.parametrize(
    ("change", "file"),
    [
        (lambda pack: (pack / "holidays.csv").unlink(), "holidays.csv"),
        (write("streets.csv", "name,kind,points\nA,main\n"), "streets.csv"),
        (swap("city.toml", 'name = "Alderhaven"', "name = “Alderhaven”"), "city.toml"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_and_no_warning(pack, change, file):
    change(pack)
    assert {line.split(":")[0] for line in problems(pack)} == {file}
    assert not [line for line in warnings(pack) if line.startswith(f"{file}:")]


def test_the_folder_above_a_pack_names_the_packs_folder(pack):
    assert problems(pack.parent) == [
        f"{pack.parent.name}:1: city.toml is in the folder {pack.name} here; name that folder"
    ]


def test_canada_has_the_short_numbers_of_the_united_states(pack):
    rewrite(pack, "city.toml", '"CH"', '"CA"')
    rewrite(pack, "city.toml", "Europe/Zurich", "America/Toronto")
    rewrite(pack, "city.toml", 'police_phone = "555 0117"', 'relay_phone = "711"')
    assert not [line for line in warnings(pack) if "is a number of the United States" in line]


@pytest.mark.parametrize(
    ("country", "typed", "day"),
    [
        ("DE", "05.07.2027", date(2027, 7, 5)),
        ("MX", "05/07/2027", date(2027, 7, 5)),
        ("US", "05/07/2027", date(2027, 5, 7)),
        ("CA", "07/30/2027", date(2027, 7, 30)),
    ],
)
def test_a_day_is_read_in_the_order_of_the_packs_country(pack, country, typed, day):
    rewrite(pack, "city.toml", '"CH"', f'"{country}"')
    rewrite(pack, "holidays.csv", "2027-01-01", typed)
    rows = contents.read_pack(PackReport(), pack).rows["holidays.csv"]
    assert day in {row.values["date"] for row in rows}


def test_the_folder_one_stands_in_is_checked_by_a_dot():
    told = subprocess.run(
        [ROOT / "run", "check-city", "."],
        cwd=ALDERHAVEN,
        env=os.environ | {"SANTA311_VENV": sys.prefix},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout == "no problems, no warnings. The city can be loaded.\n", told.stderr


# Warnings


def moved(path):
    """Move a corner of the harbor, so that it is six metres away from the old town's corner."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace("8.0005, 46.9917", "8.0006, 46.9917")
    path.write_text("".join(lines), encoding="utf-8")


WARNED = [
    (swap("categories.csv", "bin,cleaning,2", "bin,,2"), "categories.csv:8: nobody owns “Full bin”"),
    (swap("departments.csv", "parks@alderhaven.example", ""), "departments.csv:3: “Parks” has no email"),
    (swap("departments.csv", "wardens,Town Wardens,", "x,Nobody,,,\nwardens,Town Wardens,"), "departments.csv:6: nothing ever goes to “Nobody”"),
    (swap("groups.csv", "roads,Roads,road", "x,Empty,road\nroads,Roads,road"), "groups.csv:2: the group “Empty” has no category"),
    (swap("categories.csv", '"tag, paint, scrawl"', ""), "categories.csv:10: “Graffiti” has no keywords"),
    (swap("words.es.csv", "Pothole,Bache", "Potholes,Bache"), "words.es.csv:8: the pack no longer has “Potholes”"),
    (swap("words.es.csv", "Pothole,Bache", "Potholes,Bache"), "words.es.csv:1: 1 of 95 texts are missing: “Pothole”"),
    (swap("city.toml", '"555 0100"', '"555-0100 (Example)"'), 'city.toml:11: still the example: phone = "555-0100 (Example)"'),
    (swap("departments.csv", "parks@alderhaven.example", "parks@example.org"), "departments.csv:3: still the example: parks,Parks"),
    (swap("city.toml", "Europe/Zurich", "America/Denver"), "city.toml:6: America/Denver is 8 hours from the clock of the map's center"),
    (swap("city.toml", 'phone_tel = "5550100"', 'phone_tel = "555 0100"'), "city.toml:12: no phone can dial “555 0100”"),
    (swap("city.toml", 'sun = "#ffc857"', 'sun = "#3a2a1a"'), "city.toml:35: text on the buttons of the first page have a contrast of 1.1:1"),
    (swap("city.toml", 'accent_tint = "#f8e9e4"', 'accent_tint = "#b08070"'), "city.toml:33: text on tinted ground have a contrast of 2."),
    (swap("city.toml", 'accent_deep = "#4a2018"', ""), "city.toml:30: accent, accent_strong and accent_deep belong together"),
    (write("holidays.csv", "date,name\n2019-12-25,Christmas\n"), "holidays.csv:2: the last one is 2019-12-25"),
    (write("holidays.csv", "date,name\n"), "holidays.csv:1: there is none"),
    (swap("holidays.csv", "2026-12-26", "2062-12-26"), "holidays.csv:3: 2062-12-26: is the year right?"),
    (write("holidays.csv", f"date,name\n{THIS_YEAR + 1}-01-01,New Year\n"), f"holidays.csv:2: the last one is {THIS_YEAR + 1}-01-01; add those of {THIS_YEAR}"),
    (swap("city.toml", '"CH"', '"US"'), "city.toml:1: country is US, but Europe/Zurich is no clock of the United States"),
    (swap("city.toml", 'country = "CH"', 'country = ""'), "city.toml:1: country is blank"),
    (swap("city.toml", 'police_phone = "555 0117"', 'relay_phone = "711"'), "city.toml:17: relay_phone: 711 is a number of the United States"),
    (swap("city.toml", 'emergency_phone = "112"', 'emergency_phone = "911"'), "city.toml:16: emergency_phone: 911 is a number of the United States"),
    (bytes_swapped("departments.csv", b"Parks", "Pärks".encode().decode("cp1252").encode()), "departments.csv:3: the letters were encoded twice: “PÃ¤rks” is mostly “Pärks”"),
    (swap("streets.csv", '"46.9920,8.0020 47.0080,8.0020"', '"46.9,8.1 46.91,8.1"'), "streets.csv:3: “Tower Street” lies outside the city"),
    (write("streets.csv", "name,kind,points\n"), "streets.csv:1: there is none: the map shows no street"),
    (write("places.csv", "name,lat,lng\n"), "places.csv:1: there is none: people name landmarks"),
    (write("Categories.CSV", "x"), "Categories.CSV:1: nothing reads this"),
    (lambda pack: (pack / "logo.svg").unlink(), "logo.svg:1: there is none"),
    (write("logo.svg", '<svg><path d="' + "M0 0" * 2000 + '"/></svg>'), "logo.svg:1: it has 8,"),
    (lambda pack: moved(pack / ZONES), "zones.geojson:3: Old Town and Harbor leave a gap near"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WARNED, ids=[said[:60] for _change, said in WARNED])
def test_what_one_would_want_to_know_is_a_warning(pack, change, said):
    change(pack)
    assert problems(pack) == []
    found = warnings(pack)
    assert any(line.startswith(said) for line in found), found


# The commands


def run(folder, **options):
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("check_city", str(folder), stdout=out, stderr=err, **options)
    except CommandError as error:
        code, told = error.returncode, str(error)
        err.write(told)
    return code, out.getvalue(), err.getvalue()


def test_the_command_ends_with_one_where_the_pack_cannot_be_loaded(pack):
    rewrite(pack, "departments.csv", "roads@alderhaven.example", "roads@")
    code, _out, err = run(pack)
    assert code == 1
    assert err.splitlines()[0].startswith("departments.csv:2: email: Enter a valid")
    assert "1 problem, no warnings. The city can't be loaded yet." in err


def test_warnings_count_when_one_is_strict(pack):
    (pack / "logo.svg").unlink()
    code, out, _err = run(pack)
    assert (code, out.splitlines()) == (
        0,
        [
            "logo.svg:1: warning: there is none, so the name of the service stands alone",
            "no problems, 1 warning. The city can be loaded.",
        ],
    )
    assert run(pack, strict=True)[0] == 1


def test_the_pack_to_learn_from_has_nothing_to_mend():
    assert run(ALDERHAVEN, strict=True)[0] == 0


def test_what_is_not_translated_comes_as_lines_to_fill(pack):
    rewrite(pack, "words.es.csv", "Pothole,Bache\n", "")
    rewrite(pack, "words.es.csv", '"Oil, dead fish, things that float"', "Oil")
    assert (
        missing_translations_as_csv(pack, "es")
        == 'Pothole,\n"Oil, dead fish, things that float",\n'
    )
    assert run(pack, words="es")[1] == missing_translations_as_csv(pack, "es")


def test_lines_to_translate_have_the_separator_of_the_file_they_go_into(pack):
    rewrite(pack, "words.es.csv", "Pothole,Bache\n", "")
    separated(pack / "words.es.csv", ";")
    assert missing_translations_as_csv(pack, "es") == "Pothole;\n"


def test_a_city_that_offers_english_only_drops_the_other_language_in_three_places(pack):
    """The step is number 12 of docs/tutorials/your-city.md."""
    rewrite(pack, "city.toml", 'languages = ["en", "es"]', 'languages = ["en"]')
    (pack / "words.es.csv").unlink()
    table = (pack / "danger.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in table if ",es," not in line]
    (pack / "danger.csv").write_text("".join(kept), encoding="utf-8")
    assert run(pack, strict=True)[:2] == (0, "no problems, no warnings. The city can be loaded.\n")


# The table of danger


def danger(*rows):
    head = "kind,language,phrases,exceptions,advice,second_label,second_phone,second_phone_tel\n"
    return write("danger.csv", head + "".join(f"{row}\n" for row in rows))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("gas,ru,gas leak,,Leave.,,,", "language: the city offers no “ru”; it offers: en, es"),
        ("gas,en,,,Leave.,,,", "phrases: it must not be blank"),
        ('gas,en,"the, of",,Leave.,,,', "phrases: none of them has a word to be found by"),
        ("gas,en,gas leak,,Leave.,SoCalGas,1-800,1 800", "second_phone_tel: Digits only"),
        (
            "gas,en,gas leak,,Leave.,SoCalGas,,",
            "second_label, second_phone and second_phone_tel belong",
        ),
        ("gas,en,gas leak,,,,,", "advice: it must not be blank"),
    ],
)
def test_a_row_of_danger_that_nobody_could_use_is_refused(pack, row, problem):
    danger(row)(pack)
    assert any(problem in each for each in problems(pack)), problems(pack)


def test_the_same_danger_stands_once_in_a_language(pack):
    danger("gas,en,gas leak,,Leave.,,,", "gas,en,gas smell,,Leave.,,,")(pack)
    assert "danger.csv:3: “gas, en” is already on line 2" in problems(pack)


@pytest.mark.parametrize("content", [None, "", "\n# nothing\n", "kind,language,phrases,advice\n"])
def test_a_city_without_a_table_of_danger_is_warned_loudly(pack, content):
    (pack / "danger.csv").unlink()
    if content is not None:
        (pack / "danger.csv").write_text(content)
    assert problems(pack) == []
    assert any("danger.csv:1: there is none: whoever writes" in each for each in warnings(pack))


def test_a_phrase_that_is_in_ordinary_reports_or_never_found_is_warned_of(pack):
    danger(
        'gas,en,"street, gas leak, gas station fire",gas station,Leave.,,,',
        "gas,es,fuga de gas,,Salga.,,,",
    )(pack)
    said = [each for each in warnings(pack) if each.startswith("danger.csv")]
    assert len(said) == 2
    assert "danger.csv:2: “street” is too general: it is found in" in said[0]
    assert "danger.csv:2: “gas station fire” is never found: an exception" in said[1]


def test_a_phrase_that_chooses_between_many_words_is_not_warned_of(pack):
    danger(
        "gas,en,gas leak/leaking/escapes/hisses/hissing/pouring from pipe,,Leave.,,,",
        "gas,es,fuga de gas,,Salga.,,,",
    )(pack)
    assert not [each for each in warnings(pack) if each.startswith("danger.csv")]


def test_a_danger_without_a_row_in_an_offered_language_is_warned_of(pack):
    danger("gas,en,gas leak,,Leave.,,,")(pack)
    assert "danger.csv:2: “gas” has no row in: es" in warnings(pack)


def test_a_line_of_a_million_letters_is_looked_through_at_once():
    began = time.perf_counter()
    assert list(garbled_text.find_garbled_words("[" * 1_000_000)) == []
    assert next(garbled_text.find_garbled_words("x" * 1_000_000 + " RÃ­o")) == ("RÃ­o", "Río")
    assert time.perf_counter() - began < 2


# The emergency number


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "danger.csv",
            "Call {emergency}.",
            "Call 911.",
            "advice: write {emergency} instead of 911",
        ),
        (
            "danger.csv",
            "Call {emergency}.",
            "Call 112.",
            "advice: write {emergency} instead of 112",
        ),
        ("danger.csv", "Call {emergency}.", "Call {999}.", "“{999}” can't be filled in"),
        ("choices.csv", "{emergency}", "9-1-1", "write {emergency} instead of 9-1-1"),
    ],
)
def test_a_number_that_is_written_out_in_a_text_for_danger_is_refused(
    pack, file, old, new, problem
):
    content = (pack / file).read_text(encoding="utf-8")
    assert old in content
    (pack / file).write_text(content.replace(old, new, 1), encoding="utf-8")
    assert any(problem in each for each in problems(pack))


def test_the_second_number_of_a_row_may_stand_in_its_texts(pack):
    danger("gas,en,gas leak,,Call {emergency} or 988.,Help,988,988")(pack)
    assert problems(pack) == []
