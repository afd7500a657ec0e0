"""Bringing in an older system's closed requests by `manage.py import_requests`."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from requests_app.models import Event, OlderRecord, Pace, PendingEvent, ServiceRequest
from requests_app.status import Outcome
from santa311.lib import clock
from tests.shared import shared

pytestmark = pytest.mark.django_db
HEADER = "id,kind,opened,closed,lat,lng,place,words"
MAPPING = """
system = "old"
[columns]
id = "id"
kind = "kind"
opened = "opened"
closed = "closed"
latitude = "lat"
longitude = "lng"
place = "place"
description = "words"
[reading]
date_format = "%m/%d/%Y"
leave_out = ["Jobs"]
[kinds]
"Holes" = "pothole"
"Privées" = "encampment"
"""
HOLE = "1,Holes,01/04/2016,01/07/2016,34.0118,-118.4917,City Hall,Deep"


@pytest.fixture
def bring(tmp_path):
    """Imports `text` (str or bytes) by a mapping; gives what was printed."""

    def bring(text, mapping=MAPPING, **options):
        export, how = tmp_path / "old.csv", tmp_path / "how.toml"
        export.write_bytes(text if isinstance(text, bytes) else text.encode())
        how.write_text(mapping, encoding="utf-8")
        out = StringIO()
        streams = {"stdout": out, "stderr": out} | options
        call_command("import_requests", export, mapping=how, **streams)
        return out.getvalue()

    return bring


def lines(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


def test_a_closed_request_keeps_its_dates_and_its_place(bring):
    said = bring(lines(HOLE))
    row = ServiceRequest.objects.get()
    assert "1 read = 1 imported + 0 skipped (0 here already, 0 left out) + 0 refused" in said
    assert (row.outcome, row.category.service_code) == (Outcome.IMPORTED, "pothole")
    assert (str(clock.local(row.filed_at)), str(clock.local(row.closed_at))) == (
        "2016-01-04 12:00:00-08:00",
        "2016-01-07 12:00:00-08:00",
    )
    assert (row.location_text, row.description, row.zone.slug) == ("City Hall", "Deep", "pico")
    assert row.events.get().at == row.closed_at


def test_nobody_is_told_of_history(bring):
    bring(lines(HOLE))
    assert Event.objects.count() == 1
    assert not PendingEvent.objects.exists()


def test_what_is_here_already_is_skipped(bring):
    bring(lines(HOLE))
    said = bring(lines(HOLE, HOLE, HOLE.replace("1,", "2,", 1)))
    assert "3 read = 1 imported + 2 skipped (2 here already, 0 left out) + 0 refused" in said
    assert OlderRecord.objects.count() == 2


def test_a_private_kind_stays_private(bring):
    bring(lines("1,Privées,01/04/2016,01/07/2016,,,,"))
    assert ServiceRequest.objects.get().is_private


def test_a_trial_changes_nothing(bring):
    said = bring(lines(HOLE), dry_run=True)
    assert "1 would be imported" in said
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,Holes,01/04/2016,,,,,", "it is closed, but has no date for “closed”"),
        ("1,Holes,2016-01-04,01/07/2016,,,,", "“2016-01-04” for “opened” is no date like"),
        ("1,Holes,01/09/2016,01/07/2016,,,,", "it was closed before it was opened"),
        ("1,Holes,01/04/2016,01/07/2999,,,,", "it was closed in the future"),
        ("1,Holes,01/04/0016,01/07/2016,,,,", "is too long ago"),
        (",Holes,01/04/2016,01/07/2016,,,,", "it has no id"),
        (f"{'9' * 61},Holes,01/04/2016,01/07/2016,,,,", "its id is longer than 60 characters"),
        ("1,Cracks,01/04/2016,01/07/2016,,,,", "the mapping has no kind for “Cracks”"),
        ("1,Holes,01/04/2016,01/07/2016,34.01,,,", "only one of latitude and longitude"),
        ("1,Holes,01/04/2016,01/07/2016,-118.49,34.01,,", "is not on Earth; are they swapped?"),
        ("1,Holes,01/04/2016,01/07/2016,nan,34.01,,", "“nan” is not a number of degrees"),
        ("1,Holes,01/04/2016,01/07/2016,٣٤,34.01,,", "is not a number of degrees"),
        ("1,Holes,01/04/2016", "it has 3 cells, not as many as the header"),
    ],
)
def test_a_row_that_cannot_come_in_says_why(bring, row, reason):
    said = bring(lines(row, HOLE.replace("1,", "2,", 1)))
    assert "line 2: " in said
    assert reason in said
    assert "2 read = 1 imported + 0 skipped (0 here already, 0 left out) + 1 refused" in said


def test_refused_rows_can_be_mended_in_a_file_of_their_own(bring, tmp_path):
    path = tmp_path / "refused.csv"
    bring(lines("1,Cracks,01/04/2016,01/07/2016,,,,"), refused=path)
    [header, row] = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert header == ["line", "reason"]
    assert row[:3] == ["2", "the mapping has no kind for “Cracks”", "1"]


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + lines("1,Privées,01/04/2016,01/07/2016,,,,").encode(),
        lines("1,Privées,01/04/2016,01/07/2016,,,,").encode("latin-1"),
        lines("1,Privées,01/04/2016,01/07/2016,,,,").replace("\n", "\r\n").encode(),
    ],
    ids=["byte order mark", "Latin-1", "Windows' line ends"],
)
def test_what_spreadsheets_write_is_read(bring, text):
    assert "1 read = 1 imported" in bring(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "the file is empty; it needs a header line"),
        (b"PK\x03\x04\0\0", "this is no text; export it as CSV"),
        (b"id;kind;opened\n", "the column “closed”, “id”, “kind”"),
        (b"id,id,kind\n", "the column “id” stands twice"),
        (lines("1," + "x" * 1_000_001), "line 2: field larger than field limit"),
    ],
)
def test_a_file_that_is_none_changes_nothing(bring, text, reason):
    with pytest.raises(CommandError, match=reason):
        bring(text)
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("[columns]", "[columns"), "is not TOML"),
        (('system = "old"', ""), "system is missing"),
        (('id = "id"', ""), "[columns] id is missing"),
        (('"pothole"', '"pot-hole"'), "this city has no category “pot-hole”"),
        (("%m/%d/%Y", "%Q"), "is none that dates can be read by"),
        (('longitude = "lng"', ""), "latitude and longitude go together"),
        (("[kinds]", 'closed_is = ["Closed"]\n[kinds]'), "needs the column “status”"),
        (("[kinds]", "[sorts]"), "“sorts” is not a part of a mapping"),
    ],
)
def test_a_broken_mapping_says_what_is_wrong(bring, change, reason):
    out = StringIO()
    with pytest.raises(CommandError, match="nothing was imported"):
        bring(lines(HOLE), mapping=MAPPING.replace(*change), stdout=out, stderr=out)
    assert reason in out.getvalue()
    assert not ServiceRequest.objects.exists()


def test_the_real_export_of_a_year_comes_in():
    """10,881 rows: most without a place, one closed without a date."""
    out = StringIO()
    export = shared("city/requests_2016.csv")
    mapping = Path(settings.BASE_DIR) / "city/packs/santa_monica/requests_2016.toml"
    call_command("import_requests", export, mapping=mapping, stdout=out)
    said = out.getvalue()
    imported = ServiceRequest.objects.filter(outcome=Outcome.IMPORTED)
    assert f"10881 read = {imported.count()} imported" in said
    assert "+ 1 refused" in said
    assert "it is closed, but has no date for “closed”" in said
    assert imported.filter(latitude=None).count() > 4000
    assert Pace.objects.get(category__service_code="graffiti-public").median_days <= 3
