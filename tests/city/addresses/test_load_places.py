"""Tests for the command `load_places`, which loads address ranges and intersections."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from city import search
from city.addresses import file_reader
from city.models import AddressRange, Intersection
from tests import make

pytestmark = pytest.mark.django_db

RANGES = "street,left_from,left_to,right_from,right_to,type,line\n"
MILL = '"LINESTRING (-118.4900 34.0200, -118.4890 34.0210)"'
NEXT = '"LINESTRING (-118.4890 34.0210, -118.4880 34.0220)"'
CORNERS = "street_a,street_b,lat,lng\n"


@pytest.fixture(autouse=True)
def no_addresses():
    """Delete the addresses of the loaded city."""
    make.no_addresses()


@pytest.fixture
def file(tmp_path):
    def write(text, name="places.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def load(*paths, **options):
    """Run the command, and return the printed lines and the lines about refused rows."""
    out, err = StringIO(), StringIO()
    call_command("load_places", *map(str, paths), stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_a_new_load_is_found_at_once(file):
    assert not any(hit.kind == "address" for hit in search.find_places("105 mill st"))
    said, refused = load(file(f"{RANGES}MILL ST,101,199,100,198,STREET,{MILL}\n"))
    assert said == ["places.csv: 1 address ranges read = 1 loaded + 0 there already + 0 refused"]
    assert refused == []
    assert search.find_places("105 mill st")[0].name == "105 Mill St"


def test_files_of_the_census_bureau_and_of_openstreetmap_are_read_as_they_are(file):
    """The files are ADDRFEAT as CSV, and the “Line intersections” of OSM roads from QGIS.

    ADDRFEAT is the Address Range-Feature file.
    """
    tiger = file(
        "WKT,TLID,FULLNAME,LFROMHN,LTOHN,RFROMHN,RTOHN,EDGE_MTFCC,ZIPL,ZIPR\n"
        f"{MILL},1,Mill St,101,199,100,198,S1400,90401,90401\n"
        f"{NEXT},2,Mill St,,,200,298,S1400,,90401\n",
        "addrfeat.csv",
    )
    osm = file(
        "X,Y,osm_id,name,osm_id_2,name_2\n-118.4890,34.0210,7,Mill Street,8,Foundry Street\n",
        "corners.csv",
    )
    said, refused = load(tiger, osm)
    assert refused == []
    assert said == [
        "addrfeat.csv: 2 address ranges read = 2 loaded + 0 there already + 0 refused",
        "corners.csv: 1 intersections read = 1 loaded + 0 there already + 0 refused",
    ]


def test_loading_again_skips_what_is_there(file):
    path = file(f"{RANGES}MILL ST,101,199,100,198,STREET,{MILL}\n")
    load(path)
    said, _refused = load(path)
    assert said == ["places.csv: 1 address ranges read = 0 loaded + 1 there already + 0 refused"]
    assert AddressRange.objects.count() == 1


def test_a_rehearsal_changes_nothing(file):
    path = file(f"{RANGES}MILL ST,101,199,100,198,STREET,{MILL}\n")
    said, _refused = load(path, dry_run=True)
    assert "1 loaded" in said[0]
    assert "nothing was changed" in said[1]
    assert not AddressRange.objects.exists()


def test_replacing_forgets_what_was_there_of_that_kind_only(file):
    load(file(f"{RANGES}MILL ST,101,199,100,198,STREET,{MILL}\n"))
    load(file(f"{CORNERS}MILL ST,DYER ST,34.02,-118.49\n"))
    load(file(f"{RANGES}DYER ST,1,9,2,8,STREET,{NEXT}\n"), replace=True)
    assert [row.street for row in AddressRange.objects.all()] == ["Dyer St"]
    assert Intersection.objects.count() == 1


def test_two_files_of_two_kinds_are_one_change(file):
    ranges = file(f"{RANGES}MILL ST,101,199,100,198,STREET,{MILL}\n", "ranges.csv")
    corners = file(f"{CORNERS}MILL ST,DYER ST,34.0200,-118.4900\n", "corners.csv")
    said, _refused = load(ranges, corners)
    assert [line.split(":")[0] for line in said] == ["ranges.csv", "corners.csv"]
    assert search.find_places("mill y dyer")[0].name == "Dyer St & Mill St"


BROKEN = {
    f",1,9,2,8,,{MILL}": "street is blank",
    f"{'M' * 81},1,9,2,8,,{MILL}": "longer than 80",
    f"MILL ST,1,9,two,8,,{MILL}": "right_from: “two” is not a house number",
    f"MILL ST,1,0,2,8,,{MILL}": "left_from and left_to",
    f"MILL ST,-1,9,2,8,,{MILL}": "is not a house number",
    f"MILL ST,1,99999999999,2,8,,{MILL}": "is not a house number",
    "MILL ST,1,9,2,8,,": "line is blank",
    "MILL ST,1,9,2,8,,LINESTRING (oops)": "is no WKT",
    "MILL ST,1,9,2,8,,POINT (-118.49 34.02)": "must be one LINESTRING",
    'MILL ST,1,9,2,8,,"LINESTRING (-118.49 34.02, -118.49 34.02)"': "must be one LINESTRING",
    'MILL ST,1,9,2,8,,"MULTILINESTRING ((-118.49 34.02, -118.491 34.02), (-118.48 34.01, -118.481 '
    '34.01))"': "without gaps",
    'MILL ST,1,9,2,8,,"LINESTRING (34.02 -118.49, 34.021 -118.489)"': "are swapped",
    'MILL ST,1,9,2,8,,"LINESTRING (-73.99 40.71, -73.98 40.72)"': "outside the service area",
    'MILL ST,1,9,2,8,,"LINESTRING (6434567 1834567, 6434600 1834600)"': "EPSG:4326",
    "MILL ST,1,9": "3 cells, but the header has 7",
    f"MILL\x00ST,1,9,2,8,,{MILL}": "can't be shown",
}


@pytest.mark.parametrize(("row", "reason"), BROKEN.items(), ids=BROKEN.values())
def test_a_broken_row_is_refused_with_its_line_and_the_rest_is_read(file, row, reason):
    good = f"DYER ST,1,9,2,8,STREET,{NEXT}\n"
    said, refused = load(file(f"{RANGES}{good}{row}\n"))
    assert said == ["places.csv: 2 address ranges read = 1 loaded + 0 there already + 1 refused"]
    assert len(refused) == 1
    assert refused[0].startswith("places.csv:3: ")
    assert reason in refused[0]
    assert AddressRange.objects.get().street == "Dyer St"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("MILL ST,DYER ST,-118.49,34.02", "swapped"),
        ("MILL ST,DYER ST,34.02,", "is missing"),
        ("MILL ST,DYER ST,north,-118.49", "a coordinate. Use digits"),
        ("MILL ST,Mill St,34.02,-118.49", "the same street"),
        ("MILL ST,DYER ST,33.9,-118.49", "outside the service area"),
    ],
)
def test_a_broken_corner_is_refused(file, row, reason):
    _said, refused = load(file(f"{CORNERS}{row}\n"))
    assert reason in refused[0]


def test_another_citys_columns_are_known_or_named(file):
    tiger = "FULLNAME;LFROMADD;LTOADD;RFROMADD;RTOADD;the_geom\n"
    load(file(f"{tiger}Mill St;101;199;100;198;{MILL}\n"))
    own = "STR_NM\tL1\tL2\tR1\tR2\tSHAPE\n"
    columns = "street=STR_NM,left_from=L1,left_to=L2,right_from=R1,right_to=R2,line=shape"
    load(file(f"{own}Dyer St\t1\t9\t2\t8\t{NEXT}\n"), columns=columns)
    assert {row.street for row in AddressRange.objects.all()} == {"Mill St", "Dyer St"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("street,left_from,left_to\nMILL ST,1,9\n", "no column for “right_from”"),
        ("PK\x03\x04 and so on", "save it as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(file, text, words):
    good = file(f"{RANGES}MILL ST,101,199,100,198,STREET,{MILL}\n", "good.csv")
    with pytest.raises(CommandError, match=words) as refused:
        load(good, file(text, "bad.csv"))
    assert refused.value.returncode == 2
    assert "bad.csv" in str(refused.value)
    assert not AddressRange.objects.exists()


def test_a_later_row_that_cannot_be_read_changes_nothing(file):
    good = f"MILL ST,101,199,100,198,STREET,{MILL}\n"
    with pytest.raises(CommandError, match="Nothing was changed"):
        load(file(RANGES + good + "x," * 1001 + "x\n"))
    assert not AddressRange.objects.exists()


def test_a_missing_file_and_an_unknown_column_are_reported(file, tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        load(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="must be name=their_name"):
        load(file(RANGES), columns="road=STR")


def test_a_huge_file_is_not_even_read(file, monkeypatch):
    monkeypatch.setattr(file_reader, "FORMAT", replace(file_reader.FORMAT, max_bytes=10))
    with pytest.raises(CommandError, match="split it"):
        load(file(f"{RANGES}MILL ST,101,199,100,198,STREET,{MILL}\n"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_is_read_and_a_guess_is_reported(file, encoding):
    text = f"{RANGES}Peña St,101,199,100,198,STREET,{MILL}\n"
    said, _refused = load(file(text, encoding=encoding))
    assert AddressRange.objects.get().street == "Peña St"
    assert ("isn't UTF-8" in said[0]) is (encoding != "utf-8-sig")
    assert search.find_places("105 pena")[0].name == "105 Peña St"
