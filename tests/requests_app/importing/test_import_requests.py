"""Tests for importing closed requests of an older system with `manage.py import_requests`."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from city import geo
from lib import clock
from requests_app.models import (
    Event,
    OlderRecord,
    Pace,
    PendingEvent,
    ServiceRequest,
    former_number,
)
from requests_app.status import Outcome
from tests import make
from tests.city.test_geo import beside_the_line
from tests.plans import plan_as_if_large
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
    """Return a function that imports `text` (str or bytes) and returns the command's output."""

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
    assert (str(clock.localtime(row.filed_at)), str(clock.localtime(row.closed_at))) == (
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


def test_the_file_of_refused_rows_is_mended_and_imported_as_it_is(bring, tmp_path):
    path = tmp_path / "refused.csv"
    bad = '1,Cracks,01/04/2016,01/07/2016,,,,"Pavé, deep\nand wide"'
    bring(lines(bad, HOLE.replace("1,", "2,", 1)).encode("latin-1"), refused=path)
    [header, row] = csv.reader(StringIO(path.read_text(encoding="utf-8-sig")))
    assert header == ["refused: line", "refused: reason", *HEADER.split(",")]
    assert row[:4] == ["2", "the mapping has no kind for “Cracks”", "1", "Cracks"]
    mended = path.read_bytes().replace(b",Cracks,", b",Holes,")
    again = tmp_path / "again.csv"
    said = bring(mended, refused=again)
    assert "1 read = 1 imported" in said
    mended_row = ServiceRequest.objects.get(older_record__record_id="1")
    assert mended_row.description == "Pavé, deep\nand wide"
    assert not again.exists()


def test_rows_refused_twice_keep_one_reason(bring, tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    bring(lines("1,Cracks,01/04/2016,01/07/2016,,,,"), refused=first)
    bring(first.read_bytes(), refused=second)
    assert second.read_bytes() == first.read_bytes()


def test_the_refused_rows_never_overwrite_the_export(bring, tmp_path):
    with pytest.raises(CommandError, match="name another file"):
        bring(lines(HOLE), refused=tmp_path / "old.csv")
    assert (tmp_path / "old.csv").read_text() == lines(HOLE)


VENICE = "1,Holes,01/04/2016,01/07/2016,33.9900,-118.4600,Venice Blvd,Deep"


def test_a_row_just_outside_the_city_line_is_snapped_inside(bring):
    latitude, longitude = beside_the_line(20)
    bring(lines(HOLE.replace("34.0118,-118.4917", f"{latitude},{longitude}")))
    row = ServiceRequest.objects.get()
    assert (row.latitude, row.longitude) == geo.snap_to_service_area(latitude, longitude)
    assert row.zone


def test_rows_outside_the_city_are_refused_unless_the_operator_keeps_them(bring):
    said = bring(lines(VENICE))
    assert "line 2: its location is outside the city" in said
    assert "0 imported" in said
    said = bring(lines(VENICE), outside="keep")
    assert "Outside the city, without a pin: 1" in said
    row = ServiceRequest.objects.get()
    assert (row.latitude, row.zone) == (None, None)
    assert row.location_text == "Venice Blvd, 33.990000, -118.460000"


def test_blank_rows_are_counted_and_change_nothing(bring):
    said = bring(lines("", HOLE, ",,,,,,,", "  ,,,,,,,"))
    assert "1 read = 1 imported" in said
    assert "Blank rows: 3" in said


BOTH = MAPPING.replace('"%m/%d/%Y"', '["%m/%d/%Y", "%Y-%m-%d"]')


@pytest.mark.parametrize("opened", ["11/30/2015", "2015-11-30"])
def test_dates_of_both_kinds_are_read_where_the_mapping_names_both(bring, opened):
    bring(lines(HOLE.replace("01/04/2016", opened)), mapping=BOTH)
    assert str(clock.localtime(ServiceRequest.objects.get().filed_at).date()) == "2015-11-30"


def test_a_date_that_two_formats_read_otherwise_is_refused(bring):
    mapping = MAPPING.replace('"%m/%d/%Y"', '["%m/%d/%Y", "%d/%m/%Y"]')
    said = bring(lines(HOLE.replace("01/07/2016", "01/20/2016")), mapping=mapping)
    assert "“01/04/2016” for “opened” can be January 4, 2016 or April 1, 2016" in said
    assert "0 imported" in said


def test_what_was_closed_today_is_not_in_the_future(bring):
    with clock.freeze_time(datetime(2026, 11, 27, 15, tzinfo=UTC)):  # 7 am in the city
        assert "1 imported" in bring(lines(HOLE.replace("01/07/2016", "11/27/2026")))
        assert ServiceRequest.objects.get().closed_at <= clock.now()


# The page of an imported request, and its old number.


def page_of(client, row):
    return client.get(reverse("service_request", args=[row.reference])).content.decode()


def test_its_page_says_only_what_is_known(bring, client):
    bring(lines("A-77,Holes,01/04/2016,01/07/2016,34.0118,-118.4917,,"))
    row = ServiceRequest.objects.get()
    page = page_of(client, row)
    for known in ["Jan 4, 2016", "Jan 7, 2016", "Number in the previous system", "A-77"]:
        assert known in page
    for unknown in [
        "0 min",
        "Not known",
        "12:00",
        "Who has had it",
        "Closed. Closed",
        "Get updates",
    ]:
        assert unknown not in page


def test_a_page_without_a_place_does_not_speak_of_one(bring, client):
    bring(lines("A-77,Holes,01/04/2016,01/07/2016,,,,"))
    page = page_of(client, ServiceRequest.objects.get())
    assert ">Where<" not in page
    assert "Not known" not in page


def test_the_old_number_finds_it_in_public(bring, client):
    bring(lines(HOLE.replace("1,", "crm-2498547,", 1)))
    row = ServiceRequest.objects.get()
    for typed in ["crm-2498547", " CRM-2498547 "]:
        answer = client.get(reverse("look_up"), {"reference": typed})
        assert answer.url == reverse("service_request", args=[row.reference])
    listed = client.get(reverse("requests"), {"q": "CRM-2498547", "show": "closed"})
    assert row.reference in listed.content.decode()
    assert client.get(reverse("look_up"), {"reference": "crm-249"}).status_code == 404


def test_an_old_number_of_private_ones_finds_nothing_in_public(bring, client):
    bring(lines("24985471,Privées,01/04/2016,01/07/2016,,,,"))
    row = ServiceRequest.objects.get()
    assert client.get(reverse("look_up"), {"reference": "24985471"}).status_code == 404
    listed = client.get(reverse("requests"), {"q": "24985471", "show": "closed"})
    assert row.reference not in listed.content.decode()


def test_the_old_number_finds_it_at_the_desk(bring, client):
    bring(lines("2498547,Privées,01/04/2016,01/07/2016,,,,"))
    row = ServiceRequest.objects.get()
    client.force_login(make.omar())
    answer = client.get(reverse("desk"), {"q": "2498547"})
    assert answer.url.startswith(reverse("desk_request", args=[row.reference]))
    panel = client.get(reverse("desk_request", args=[row.reference])).content.decode()
    assert "Number in the previous system" in panel
    assert "2498547" in panel
    assert "0 min" not in panel


def test_the_old_number_is_found_by_an_index(bring):
    bring(lines(HOLE))
    found = ServiceRequest.objects.with_former_number("1").order_by()
    plan_as_if_large()
    assert "older_records_by_number" in found.explain()


def test_the_administration_finds_the_old_number(bring, client):
    bring(lines(HOLE.replace("1,", "2498547,", 1)))
    client.force_login(make.ada())
    listed = client.get(reverse("admin:requests_app_servicerequest_changelist"), {"q": "2498547"})
    assert ServiceRequest.objects.get().reference in listed.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + lines("1,Privées,01/04/2016,01/07/2016,,,,").encode(),
        lines("1,Privées,01/04/2016,01/07/2016,,,,").encode("latin-1"),
        lines("1,Privées,01/04/2016,01/07/2016,,,,").replace("\n", "\r\n").encode(),
        lines("1,Privées,01/04/2016,01/07/2016,,,,").replace(",", ";").encode(),
    ],
    ids=["byte order mark", "Latin-1", "Windows' line ends", "semicolons"],
)
def test_what_spreadsheets_write_is_read(bring, text):
    assert "1 read = 1 imported" in bring(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "the file is empty; it needs a header line"),
        (b"PK\x03\x04\0\0", "this is no text; export it as CSV"),
        (b"id;kind;opened\n", "the column “closed”, “lat”, “lng”"),
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


@pytest.mark.sweep
def test_the_real_export_of_a_year_comes_in():
    """The export has 10,881 rows: most have no place, 100 are outside the city, one has no date."""
    export = shared("city/requests_2016.csv")
    said = bring_the_real_one(export)
    imported = ServiceRequest.objects.filter(outcome=Outcome.IMPORTED)
    assert f"10881 read = {imported.count()} imported" in said
    assert "+ 101 refused" in said
    assert "Refused:    100 × its location is outside the city" in said
    assert "it is closed, but has no date for “closed”" in said
    assert imported.filter(latitude=None).count() > 4000
    assert Pace.objects.get(category__service_code="graffiti-public").median_days <= 3
    kept = bring_the_real_one(export, outside="keep")
    assert "10881 read = 100 imported" in kept
    assert "Outside the city, without a pin: 100" in kept
    # The test's end checks every foreign key. Without these statistics, PostgreSQL would read a
    # whole table for each of 9,000 rows instead of using an index.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE requests_app_servicerequest, requests_app_event")


def bring_the_real_one(export, **options):
    out = StringIO()
    mapping = Path(settings.BASE_DIR) / "city/packs/santa_monica/requests_2016.toml"
    call_command("import_requests", export, mapping=mapping, stdout=out, **options)
    return out.getvalue()


def test_the_example_in_the_documentation_does_what_it_says(bring):
    text = (Path(settings.BASE_DIR) / "docs/howto/importing.md").read_text(encoding="utf-8")
    export, mapping = (
        re.search(rf"```{kind}\n(.*?)```", text, re.S)[1] for kind in ("text", "toml")
    )
    said = bring(export, mapping=mapping)
    assert "4 read = 2 imported + 1 skipped (0 here already, 1 left out) + 1 refused" in said
    assert "line 5: it is not closed there: its status is “Open”" in said
    first, second = ServiceRequest.objects.order_by("filed_at")
    assert (former_number(first), first.department.slug) == ("2016-0001", "street-services")
    assert (second.category.service_code, second.latitude) == ("street-sign", None)
