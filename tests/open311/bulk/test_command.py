"""Tests for `manage.py export_open_data`: atomically to a file, or to standard output."""

import gzip
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from lib import clock
from tests import make
from tests.open311.bulk import read
from tests.open311.bulk.refusal import make_database_refuse

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    call_command("export_open_data", *arguments, **options)


def test_the_standard_output_gets_csv(capfdbinary):
    row = make.filed()
    run()
    out, said = capfdbinary.readouterr()
    assert list(read.parse_csv(out)) == [row.reference]
    assert said.decode().startswith("1 requests in ")


@pytest.mark.parametrize(
    ("name", "options", "read_as"),
    [
        ("a.csv", {}, read.parse_csv),
        ("a.geojson", {}, read.parse_geojson),
        ("a.txt", {"format": "geojson"}, read.parse_geojson),
    ],
)
def test_a_file_is_in_the_format_of_its_name(tmp_path, name, options, read_as):
    row = make.filed()
    run(str(tmp_path / name), **options)
    assert list(read_as((tmp_path / name).read_bytes())) == [row.reference]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_that_ends_with_gz_is_compressed(tmp_path):
    row = make.filed()
    run(str(tmp_path / "a.geojson.gz"))
    content = gzip.decompress((tmp_path / "a.geojson.gz").read_bytes())
    assert list(read.parse_geojson(content)) == [row.reference]


def test_since_is_a_day_of_the_city(capfdbinary):
    with clock.freeze_time(datetime.fromisoformat("2026-03-01T23:30:00-08:00")):
        make.filed()
    with clock.freeze_time(datetime.fromisoformat("2026-03-02T00:30:00-08:00")):
        row = make.filed()
    run(since="3/2/2026")
    assert list(read.parse_csv(capfdbinary.readouterr().out)) == [row.reference]


@pytest.mark.parametrize("since", ["yesterday", "2026-02-30", ""])
def test_what_is_no_day_is_refused(since):
    with pytest.raises(CommandError, match="is not a day"):
        run(since=since)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        run(str(tmp_path / "none" / "a.csv"))


def test_what_breaks_off_leaves_the_file_as_it_was(tmp_path):
    make.filed()
    path = tmp_path / "a.csv"
    path.write_text("yesterday's")
    with make_database_refuse(), pytest.raises(DatabaseError), transaction.atomic():
        run(str(path))
    assert path.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [path]
