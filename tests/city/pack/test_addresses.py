"""Tests for the house numbers and intersections of a pack: loading, errors, export, search."""

import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from city import search
from city.models import AddressRange, Intersection
from city.pack import check_pack, load_pack
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "street,kind,left_from,left_to,right_from,right_to,points\n"
MILL = 'Mill Street,,101,199,100,198,"47.0000,8.0000 47.0010,8.0010"\n'


@pytest.fixture
def pack(tmp_path):
    """Return a copy of a small city's pack, which has no addresses."""
    return Path(shutil.copytree("city/packs/alderhaven", tmp_path / "pack"))


def write(pack, text, file="address_blocks.csv"):
    (pack / file).write_text(text, encoding="utf-8")


def test_a_table_in_the_pack_replaces_all_rows_and_a_missing_table_keeps_them(pack):
    write(pack, HEAD + MILL)
    load_pack(pack)
    assert search.find_places("105 mill st")[0].name == "105 Mill St"
    assert AddressRange.objects.count() == 1
    assert load_pack(pack).format_changes() == ["nothing changed"]
    (pack / "address_blocks.csv").unlink()
    assert load_pack(pack).format_changes() == ["nothing changed"]
    assert AddressRange.objects.count() == 1


BROKEN = {
    MILL.replace("199", ""): "left_from and left_to: one is a number and the other is not",
    MILL.replace("101", "-5"): "left_from: “-5” must be a whole number",
    MILL.replace("Mill Street", ""): "street: it must not be blank",
    MILL.replace("Mill Street", "M" * 81): "street: ",
    MILL.replace(" 47.0010,8.0010", ""): "a line needs at least two points",
    MILL.replace("47.0", "47.9"): "it lies outside the service area",
    MILL.replace("47.0000,8.0000", "8.0000,47.0000"): "swapped",
    MILL + MILL: "it says the same as line 2",
}


@pytest.mark.parametrize(("rows", "reason"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_broken_row_is_refused_with_its_line(pack, rows, reason):
    write(pack, HEAD + rows)
    said = [str(problem) for problem in check_pack(pack).problems]
    assert any(line.startswith("address_blocks.csv:") and reason in line for line in said), said


def test_a_corner_of_one_street_or_outside_the_city_is_refused(pack):
    head = "street_a,street_b,lat,lng\n"
    rows = "Mill Street,MILL Street,47,8\nMill Street,Dyer Street,47.5,8\n"
    write(pack, head + rows, "intersections.csv")
    assert [str(problem) for problem in check_pack(pack).problems] == [
        "intersections.csv:2: street_a and street_b are the same street",
        "intersections.csv:3: it lies outside the service area",
    ]


def test_an_exported_address_table_equals_that_of_the_pack(client, tmp_path, settings):
    pack = Path(shutil.copytree(settings.CITY_PACK, tmp_path / "pack"))
    client.force_login(make.user("ada", is_staff=True, is_superuser=True))
    for model, file in {AddressRange: "address_blocks", Intersection: "intersections"}.items():
        taken = client.get(reverse(f"admin:city_{model._meta.model_name}_export"))
        assert file in taken["Content-Disposition"]
        (pack / f"{file}.csv").write_bytes(taken.content)
        listed = client.get(reverse(f"admin:city_{model._meta.model_name}_changelist"))
        assert "Import" not in listed.text
    assert load_pack(pack).format_changes() == ["nothing changed"]
