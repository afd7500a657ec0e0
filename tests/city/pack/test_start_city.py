"""Tests for starting a new city's pack, from its name to a routed request."""

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from city.models import City
from city.pack import check_pack
from city.pack.start import build_prefix
from city.translation import translate
from requests_app.models import ServiceRequest
from requests_app.status import Status
from requests_app.workflow import outbox
from tests.city.pack.test_load_city import drop, rewrite
from tests.requests_app.filing.report import Report

CENTER = "39.76,-104.87"


def start(folder, name="Spring Falls", center=CENTER):
    out = StringIO()
    call_command("start_city", name, dir=folder, center=center, stdout=out)
    return Path(re.search("Made (.*)", out.getvalue())[1])


def test_what_is_made_can_be_loaded_and_says_what_is_still_an_example(tmp_path):
    pack = start(tmp_path)
    assert pack == tmp_path / "spring_falls"
    report = check_pack(pack)
    assert report.problems == []
    examples = {each.file for each in report.warnings if "still the example" in each.reason}
    assert examples == {
        "agencies.csv", "city.toml", "departments.csv", "places.csv", "streets.csv",
        "zones.geojson",
    }  # fmt: skip
    assert {each.file for each in report.warnings} - examples == {"holidays.csv", "logo.svg"}


def test_every_table_explains_every_column(tmp_path):
    for path in start(tmp_path).glob("*.csv"):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        explained = " ".join(line for line in lines if line.startswith("#"))
        header = next(line for line in lines if not line.startswith("#"))
        common = {"code", "name", "hint", "label"} if path.stem.endswith("_reasons") else set()
        for column in set(header.split(",")) - common:
            assert re.search(rf"\b{column}\b", explained), (path.name, column)


def test_excel_shows_the_accents_of_every_table(tmp_path):
    """Without a byte order mark, Excel reads the file as Latin-1 and saves garbled text."""
    for path in start(tmp_path).glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name


def test_it_is_named_after_the_city(tmp_path):
    text = (start(tmp_path) / "city.toml").read_text(encoding="utf-8")
    assert 'name = "Spring Falls"' in text
    assert 'reference_prefix = "SF"' in text
    assert 'time_zone = "America/Denver"' in text
    assert f"lat = {CENTER.split(',')[0]}\n" in text


def test_a_name_with_accents_stays_as_it_is(tmp_path):
    pack = start(tmp_path, "São José d’Além", "-27.6,-48.6")
    assert pack.name == "sao_jose_dalem"
    assert 'name = "São José d’Além"' in (pack / "city.toml").read_text(encoding="utf-8")
    assert check_pack(pack).problems == []


def test_without_a_center_it_says_that_no_city_is_there(tmp_path):
    pack = start(tmp_path, center="")
    assert any("0, 0, where no city is" in each.reason for each in check_pack(pack).warnings)


@pytest.mark.parametrize(
    ("slug", "prefix"),
    [
        ("spring-falls", "SF"),
        ("springfield", "SP"),
        ("truth-or-consequences-new-mexico-usa", "TOCN"),
        ("29-palms", "PA"),
        ("y", "Y"),
    ],
)
def test_references_begin_with_initials(slug, prefix):
    assert build_prefix(slug) == prefix


@pytest.mark.parametrize(
    ("name", "center", "reason"),
    [
        ("", "", "A city needs a name"),
        ("  ", "", "A city needs a name"),
        ("../etc", "", "written with letters and blanks, without /"),
        ("A\x1bB", "", r"without \\x1b"),
        ("東京", "", "has no letter from a to z"),
        ("!!!", "", "has no letter from a to z"),
        ("x" * 61, "", "The name has 61 characters"),
        ("Here", "here", "--center is a latitude and a longitude"),
        ("Here", "39.7;-104", "--center is a latitude and a longitude"),
        ("Here", "-104.87,39.76", "--center: A latitude is between -90 and 90"),
        ("Here", "39.76,", "--center: A coordinate is missing"),
        ("Here", "89.9,0", "--center: no map is drawn so near a pole"),
    ],
)
def test_odd_names_and_centers_are_refused_in_words(tmp_path, name, center, reason):
    with pytest.raises(CommandError, match=reason):
        start(tmp_path, name, center)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_never_touched(tmp_path):
    pack = start(tmp_path)
    (pack / "city.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(CommandError, match="is there already"):
        start(tmp_path)
    assert (pack / "city.toml").read_text(encoding="utf-8") == "mine"
    (tmp_path / "afton").symlink_to(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="is there already"):
        start(tmp_path, "Afton")


def test_a_place_where_nothing_can_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="can't be made: "):
        start(tmp_path / "file")


# The steps of docs/tutorials/your-city.md


def replace_examples(pack):
    """Edit a pack in the order of the steps in docs/tutorials/your-city.md."""
    border = [[-104.9, 39.74], [-104.87, 39.74], [-104.87, 39.78], [-104.9, 39.78], [-104.9, 39.74]]
    east = [[lng + 0.03, lat] for lng, lat in border]
    features = [
        {
            "type": "Feature",
            "properties": {"id": slug, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for slug, name, ring in (("west", "West Side", border), ("east", "Cascade", east))
    ]
    collection = {"type": "FeatureCollection", "features": features}
    (pack / "zones.geojson").write_text(json.dumps(collection), encoding="utf-8")
    rewrite(pack, "city.toml", "555-0100 (Example)", "303-555-0100")
    rewrite(pack, "city.toml", '"5550100"', '"+13035550100"')
    rewrite(pack, "city.toml", "311@example.org", "311@springfalls.gov")
    rewrite(pack, "city.toml", '"Example Hall"', '"1 Falls Street"')
    rewrite(pack, "city.toml", "spring-falls.example.org", "springfalls.gov")
    rewrite(pack, "departments.csv", "@example.org", "@springfalls.gov")
    rewrite(pack, "streets.csv", "Example Street", "Falls Street")
    rewrite(pack, "streets.csv", "Example Avenue", "Mill Avenue")
    rewrite(pack, "places.csv", "Example Hall", "City Hall")
    rewrite(pack, "agencies.csv", "Example Power", "Plains Power")
    rewrite(pack, "agencies.csv", "Example County", "Falls County")
    rewrite(pack, "agencies.csv", "https://www.example.org", "")
    year = date.today().year  # noqa: DTZ011 - of any place
    days = "".join(f"\n{each}-01-01,New Year's Day" for each in (year, year + 1))
    rewrite(pack, "holidays.csv", "date,name", f"date,name{days}")
    drop(pack, "categories.csv", "abandoned-vehicle")
    drop(pack, "questions.csv", "abandoned-vehicle")
    rewrite(pack, "categories.csv", "Tree or branch,", "Tree by the river,")
    rewrite(pack, "words.es.csv", "Tree or branch,Árbol o rama", "Tree by the river,Árbol del río")
    line = "40,Trees in Cascade → Water,tree,,east,blocks=yes,,,,,,water,route,By the river.\n"
    with (pack / "rules.csv").open("a", encoding="utf-8") as file:
        file.write(line)


def checked(pack):
    out = StringIO()
    call_command("check_city", str(pack), stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_a_second_city_from_nothing_takes_a_request_and_routes_it(tmp_path, client):
    pack = start(tmp_path)
    replace_examples(pack)
    *warnings, verdict = checked(pack)
    assert verdict.endswith("The city can be loaded."), warnings
    assert {line.split(":")[0] for line in warnings} == {"logo.svg", "words.es.csv"}
    assert not any("example" in line for line in warnings)
    call_command("load_city", str(pack), verbosity=0)

    home = client.get("/").content.decode()
    assert "Spring Falls" in home
    assert "303-555-0100" in home
    assert "Tree by the river" in home
    assert City.current().name == "Spring Falls"
    art = client.get("/city/art/wide.svg")
    assert (art.status_code, art["Content-Type"]) == (200, "image/svg+xml")
    layers = client.get("/city/basemap.json").json()
    assert [zone["name"] for zone in layers["zones"]] == ["West Side", "Cascade"]
    assert {street["name"] for street in layers["streets"]} == {"Falls St", "Mill Ave"}
    assert translate("Trash and graffiti", "es") == "Basura y grafiti"

    report = Report(client=client)
    report.post_category("tree")
    report.post_location(latitude="39.7601", longitude="-104.8601", text="Falls Street")
    report.post("details", **{"answer-blocks": "yes"})
    assert report.post_review().status_code == 302
    outbox.deliver_all_pending_events()
    row = ServiceRequest.objects.get()
    assert row.reference.startswith("SF-")
    assert (row.status, row.department.name, row.zone.name) == (Status.ROUTED, "Water", "Cascade")
    assert row.priority == "urgent"
