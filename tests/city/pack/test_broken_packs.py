"""Tests that a broken pack is refused with file, line and reason, and changes nothing."""

import json
import re

import pytest

from city.models import City, Department, Zone
from city.pack import BrokenPack, load_pack
from tests.city.pack.test_load_city import pack, rewrite

pytestmark = pytest.mark.django_db

__all__ = ["pack"]


def refusal(pack):
    """Return the problems found, one per line, and check that the database is unchanged."""
    with pytest.raises(BrokenPack) as refused:
        load_pack(pack)
    assert City.current().name != "Alderhaven"
    return str(refused.value)


CELLS = [
    ("departments.csv", "roads,Roads,", "roads,,", "departments.csv:2: name: it must not be blank"),
    ("departments.csv", "parks,Parks", "roads,Parks", "3: “roads” is already on line 2"),
    ("departments.csv", "roads@alderhaven.example", "roads@", "departments.csv:2: email: Enter a"),
    ("departments.csv", "roads,Roads", "Roads!,Roads", "departments.csv:2: slug: “Roads!” must"),
    ("departments.csv", "slug,name,email", "slug,title,email", "1: the column “name” is missing"),
    ("departments.csv", "slug,name,email", "slug,title,email", "1: “title” is not a column of"),
    ("departments.csv", "slug,name,email", "slug,name,name", "1: the column “name” stands twice"),
    ("groups.csv", "Roads,road", "Roads", "groups.csv:2: 2 cells, but the header has 3"),
    ("departments.csv", "Roads,roads@", 'Roads","roads@', "departments.csv:"),
    ("departments.csv", "Parks", "P" * 90, "departments.csv:3: name: Ensure this value has at"),
    ("groups.csv", "Roads,road", "“Roads, A”,road", "2: 4 cells, but the header has 3; the quot"),
    ("groups.csv", "Roads,road", "Roads,roda", "groups.csv:2: icon: there is no icon “roda”"),
    ("categories.csv", "pothole,roads", "pothole,rodas", "“rodas” in groups.csv; is it “roads”?"),
    ("categories.csv", "tree,parks", "tree,gardens", "3: department: there is no “gardens” in dep"),
    ("categories.csv", "roads,5,1", "roads,5,9", "2: urgent_target_days: urgent work can't be"),
    ("categories.csv", "roads,5,1", "roads,0,", "2: target_days: Ensure this value is greater"),
    ("categories.csv", "roads,5,1", "roads,-5,", "2: target_days: “-5” must be a whole number"),
    ("categories.csv", "roads,5,1", "roads,\u0665,", "2: target_days: “\u0665” must be a"),
    ("categories.csv", 'yes,no,"hole', 'maybe,no,"hole', "2: needs_proof: “maybe” must be yes or"),
    ("questions.csv", "tree,height", "shrub,height", "3: category: there is no “shrub” in categ"),
    ("questions.csv", "number", "integer", "3: datatype: “integer” must be one of: string"),
    ("questions.csv", "number", "singlevaluelist", "3: “height” has no choices in choices.csv"),
    ("questions.csv", "it?,singlevaluelist", "it?,text", "2: “road” has choices but is a text"),
    ("choices.csv", "pothole,road,deep", "pothole,rode,deep", "3: question: there is no “pothole"),
    ("choices.csv", "motorway.,canton", "motorway.,kanton", "2: agency: there is no “kanton” in"),
    ("choices.csv", "motorway.,canton", "motorway.,", "2: agency: a stop for another agency"),
    ("choices.csv", "other_agency", "", "choices.csv:2: effect: a stop needs a stop_kind"),
    ("choices.csv", "hole,urgent,,,", "hole,urgent,,Run,", "3: stop_kind, stop_text and agency"),
    ("choices.csv", "hole,urgent,,,", "hole,explode,,,", "3: effect: “explode” must be one of: u"),
    ("streets.csv", "46.9920,8.0020", "46.9920,188.0020", "3: points: Coordinates lie between"),
    ("holidays.csv", "2026-12-26", "2026-02-30", "3: date: “2026-02-30” must be a date like"),
    ("holidays.csv", "2026-12-26", "2026-12-25", "3: “2026-12-25” is already on line 2"),
    ("agencies.csv", "https://canton", "javascript:canton", "agencies.csv:2: url: Enter a valid"),
    ("places.csv", "47.0000,7.9960", "47,0000;7.9960", "places.csv:2:"),
    ("places.csv", "47.0000,7.9960", "nan,7.9960", "places.csv:2: lat: “nan” isn't a coordinate"),
    ("places.csv", "47.0000,7.9960", "7.9960,47.0000", "2: Town Hall: lat and lng are swapped"),
    ("places.csv", "47.0000,7.9960", "47.5,7.9960", "2: Town Hall: it lies outside the service"),
    ("streets.csv", "46.9920,8.0020 47", "46.9920 8.0020 47", "3: points: “46.9920” must be a po"),
    ("streets.csv", "46.9920,8.0020 ", "", "streets.csv:3: points: a line needs at least two"),
    ("streets.csv", "46.9920,8.0020", "146.9920,8.0020", "3: points: “146.9920,8.0020” looks sw"),
    ("streets.csv", "46.9920,8.0020", "8.0020,46.9920", "3: points: “8.002,46.992” is swapped"),
    ("city.toml", 'name = "Alderhaven"\n', "", "city.toml:1: name is missing"),
    ("city.toml", 'phone = "555 0100"', "phone = 5550100", "11: phone: it must be text in quotes"),
    ("city.toml", '["en", "es"]', '"en"', "city.toml:7: languages: it must be a list in brackets"),
    ("city.toml", '"monday"', "1", "city.toml:25: working_weekdays: it must be a list in brackets"),
    ("city.toml", "lat = 47.0015", "lat = 97.0", "city.toml:21: lat is not on Earth; are lat and"),
    ("city.toml", "[map]", "[map", "city.toml:20: a part of the file has its name"),
    ("city.toml", "Europe/Zurich", "Europe/Zürich", "6: time_zone: “Europe/Zürich” is not a time"),
    ("city.toml", "lat = 47.0015", 'lat = "47"', "21: lat: it must be a number of degrees"),
    ("city.toml", "lat = 47.0015", "lat = nan", "21: lat: it must be a number of degrees"),
    ("city.toml", '"friday"]', '"fryday"]', "25: working_weekdays: “fryday” must be one of: mon"),
    ("city.toml", "16:00:00", "06:00:00", "27: closes_at must be later than opens_at"),
    ("city.toml", "07:30:00", '"7:30"', "city.toml:26: opens_at: it must be a time like"),
    ("city.toml", 'languages = ["en", "es"]', 'color = "red"', "7: “color” is not a setting"),
    ("city.toml", "[week]", '[week]\nalternate_weekday = "friday"', "25: alternate_weekday and"),
    ("city.toml", 'accent = "#9a3b26"', 'accent = "#ffd34d"', "30: accent is too light for te"),
    ("city.toml", "opens_at", 'alternate_anchor = "x"\nopens_at', "26: alternate_anchor: it must"),
    ("city.toml", 'accent = "#9a3b26"', 'accent = "teal"', "city.toml:30: accent: Write a co"),
    ("city.toml", "days = 90", 'days = "90"', "38: contact_kept_days: it must be a whole number"),
    ("city.toml", "days = 90", "days = 0", "38: contact_kept_days: Ensure this value is greater"),
    ("city.toml", "days = 30", "days = 99999", "39: words_kept_days: Ensure this value is less"),
    ("city.toml", "days = 30", "days = true", "39: words_kept_days: it must be a whole number"),
    ("city.toml", '"CH"', '"usa"', "1: country: Use the two capital letters"),
    ("city.toml", 'prefix = "AH"', 'prefix = "a1"', "city.toml:5: reference_prefix: Use one t"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "reason"), CELLS)
def test_a_bad_cell_is_named(pack, file, old, new, reason):
    rewrite(pack, file, old, new)
    told = refusal(pack)
    assert reason in told
    assert told.startswith(f"{file}:")
    assert told.count("\n") < 3, "one mistake should not be told as many"


def test_every_problem_is_found_at_once(pack):
    rewrite(pack, "departments.csv", "roads@alderhaven.example", "roads@")
    rewrite(pack, "streets.csv", "Station Road,main", "Station Road,avenue")
    rewrite(pack, "choices.csv", "hole,urgent", "hole,urgnet")
    rewrite(pack, "city.toml", "Europe/Zurich", "Mars/Base")
    (pack / "hold_reasons.csv").unlink()
    told = refusal(pack).splitlines()
    assert [line.split(":")[0] for line in told] == [
        "city.toml",
        "hold_reasons.csv",
        "departments.csv",
        "choices.csv",
        "streets.csv",
    ]


def test_a_missing_folder_is_reported(tmp_path):
    assert refusal(tmp_path / "nowhere") == "nowhere:1: there is no such folder"


def test_a_week_needs_a_working_day(pack):
    path = pack / "city.toml"
    text = re.sub(r"working_weekdays = .*", "working_weekdays = []", path.read_text("utf-8"))
    path.write_text(text, encoding="utf-8")
    assert "city.toml:25: working_weekdays: a city works on at least one" in refusal(pack)


def test_the_anchor_is_a_day_of_its_weekday(pack):
    week = '[week]\nalternate_weekday = "friday"\nalternate_anchor = 2026-11-19'
    rewrite(pack, "city.toml", "[week]", week)
    assert "city.toml:26: 2026-11-19 is a thursday" in refusal(pack)


def test_a_question_whose_every_choice_stops_cannot_be_answered(pack):
    rewrite(pack, "choices.csv", "pothole,road,deep,A deep hole,urgent,,,\n", "")
    rewrite(pack, "choices.csv", "pothole,road,town,A road in town,,,,\n", "")
    assert "questions.csv:2: “road” can't be answered: every choice" in refusal(pack)


# Geometries


def draw(pack, *rings, file="zones.geojson", **properties):
    """Write a GeoJSON file with one polygon per ring."""
    features = [
        {
            "type": "Feature",
            "properties": properties or {"id": f"zone-{n}", "name": f"Zone {n}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for n, ring in enumerate(rings)
    ]
    text = ",\n".join(json.dumps(feature) for feature in features)
    (pack / file).write_text(f'{{"features": [\n{text}\n]}}', encoding="utf-8")


def square(west, south, size=0.02):
    return [
        [west, south], [west + size, south], [west + size, south + size], [west, south + size],
        [west, south],
    ]  # fmt: skip


def test_a_zone_on_another_continent_is_refused(pack):
    draw(pack, square(7.99, 46.99), square(-118, 34))
    assert (
        "zones.geojson:3: feature 2, “Zone 1”: the figure lies more than 2 degrees from the map"
        in refusal(pack)
    )


def test_overlapping_zones_are_refused(pack):
    draw(pack, square(7.99, 46.99), square(8.0, 46.99))
    told = refusal(pack)
    assert "zones.geojson:3: the zones Zone 0 and Zone 1 overlap near 47.0" in told


def test_a_hole_between_zones_is_refused(pack):
    around = [(7.98, 46.98), (7.99, 46.98), (8.0, 46.98), (7.98, 46.99), (8.0, 46.99)]
    around += [(7.98, 47.0), (7.99, 47.0), (8.0, 47.0)]
    draw(pack, *(square(west, south, 0.01) for west, south in around))
    assert "zones.geojson:1: the zones leave a hole near 46.995" in refusal(pack)


def test_heights_in_geojson_are_dropped(pack):
    """Surveying programs add a height to each point, which their users do not see."""
    draw(pack, [[*point, 12.0] for point in square(7.97, 46.98, 0.06)])
    rewrite(pack, "rules.csv", ",harbor,,", ",,,")
    load_pack(pack)
    assert City.current().name == "Alderhaven"
    assert [len(p) for p in Zone.objects.active().get().geometry["coordinates"][0]] == [2] * 5


def test_a_zone_twice_is_refused(pack):
    draw(pack, square(7.98, 46.98), square(8.0, 46.98), id="center", name="Center")
    assert "zones.geojson:3: feature 2, “Center”: the zone “center” is there twice" in refusal(pack)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "it must be a GeoJSON FeatureCollection"),
        ('{"features": []}', "a city needs at least one zone"),
        ('{"features": [null]}', "it must be a feature with properties and a geometry"),
        (
            '{"features": [{"geometry": {"type": "Point", "coordinates": [8, 47]}}]}',
            "it is a Point",
        ),
        ('{"features": [{"geometry": {"type": "Polygon", "coordinates": []}}]}', "empty"),
    ],
)
def test_invalid_geojson_is_refused(pack, text, reason):
    (pack / "zones.geojson").write_text(text, encoding="utf-8")
    assert reason in refusal(pack)


def test_nan_is_refused_as_a_coordinate(pack):
    draw(pack, [[float("nan"), 47], [8, 47], [8, 48], [float("nan"), 47]])
    assert "zones.geojson:" in refusal(pack)


def test_an_area_belongs_to_an_agency_of_the_pack(pack):
    draw(pack, square(7.9, 46.9), file="agencies.geojson", id="mars")
    assert "agencies.geojson:2: id must be a slug of agencies.csv" in refusal(pack)


@pytest.mark.parametrize(
    "logo",
    [
        '<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>',
        '<svg onload="alert(1)"></svg>',
        '<svg><path style="fill:red" d="M0 0"/></svg>',
        '<svg><a href="https://evil.example"><path d="M0 0"/></a></svg>',
        '<svg><path fill="url(#a)" d="M0 0"/></svg>',
        "<svg></svg><script>alert(1)</script>",
        "<svg><!-- > --></svg>",
        '<?xml version="1.0"?><svg></svg>',
        "<svg>words</svg>",
        "<svg>&lt;</svg>",
        "<svg><g></svg>",
        "<svg><svg></svg></svg>",
        "<svg></svg><svg></svg>",
        "<p></p>",
        "<svg",
        "plain words",
        f'<svg><path d="{"M0 0" * 6000}"/></svg>',
    ],
)
def test_a_logo_is_a_drawing_and_nothing_else(pack, logo):
    (pack / "logo.svg").write_text(logo, encoding="utf-8")
    assert "logo.svg:1: logo: " in refusal(pack)


def test_the_hour_of_a_digest_is_one_of_a_day(pack):
    head, first, *others = (pack / "departments.csv").read_text(encoding="utf-8").splitlines()
    for hour in ("25", "5"):
        lines = [f"{head},digest_hour", f"{first},{hour}", *(f"{each}," for each in others)]
        (pack / "departments.csv").write_text("\n".join(lines), encoding="utf-8")
        if hour == "25":
            assert "departments.csv:2: digest_hour: Ensure this value is less" in refusal(pack)
    load_pack(pack)
    hours = dict(Department.objects.active().values_list("slug", "digest_hour"))
    assert (hours["roads"], hours["parks"]) == (5, None)
