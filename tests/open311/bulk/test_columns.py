"""Tests for the values of the columns, compared with the public pages."""

import csv
import io
import json
from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from city import cache
from city.models import Category, Department
from city.search.phrase import RELATIONS
from lib import clock
from lib.tabular.formulas import FORMULA_START
from open311.bulk.columns import COLUMN_NAMES, COLUMNS
from open311.representation import annotate_originals, build_fields, load_requests
from requests_app.browsing.states import STATES, list_status_pairs
from requests_app.models import ServiceRequest
from requests_app.status import OPEN_STATUSES, Outcome, Status
from requests_app.timeline import badge
from tests import make
from tests.open311.bulk import read

pytestmark = pytest.mark.django_db

STANDINGS = [
    *((status, Outcome.CONFIRMED) for status in Status if status != Status.CLOSED),
    *((Status.CLOSED, outcome) for outcome in Outcome if outcome != Outcome.IMPORTED),
]
FORMULA = '=HYPERLINK("http://evil.example","click")'


def in_every_standing():
    made = {make.service_request(status, outcome).pk for status, outcome in STANDINGS}
    made.add(make.imported().pk)
    return ServiceRequest.objects.filter(pk__in=made)


def test_the_files_have_the_documented_columns_and_csv_is_as_rfc_4180_wants_it():
    make.filed()
    (head, line) = csv.reader(io.StringIO(read.export("csv").decode(), newline=""))
    assert head == [column.name for column in COLUMNS] == COLUMN_NAMES
    assert len(line) == len(head)
    (feature,) = read.export_features().values()
    assert list(feature["properties"]) == COLUMN_NAMES
    assert all(column.words for column in COLUMNS)
    content = read.export("csv")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 2
    assert not content.startswith(b"\xef\xbb\xbf")


def test_both_files_say_the_same_and_a_blank_cell_is_null_in_geojson():
    in_every_standing()
    features = read.export_features()
    for reference, line in read.export_csv_rows().items():
        said = features[reference]["properties"]
        assert {
            name: said[name] if said[name] is None else str(said[name])
            for name in COLUMN_NAMES[:-2]
        } == {name: line[name] or None for name in COLUMN_NAMES[:-2]}
        numbers = [float(line[name]) if line[name] else None for name in ("lat", "long")]
        assert [said["lat"], said["long"]] == numbers


def test_a_state_is_said_as_on_the_page():
    rows, found = in_every_standing(), read.export_csv_rows()
    assert len(rows) == len(STANDINGS) + 1
    for row in rows:
        line = found[row.reference]
        (state,) = [
            each.name for each in STATES.values()
            if (row.status, row.outcome) in list_status_pairs(each.condition)
        ]  # fmt: skip
        with override("en"):
            words = badge.public_badge(row).words
        if row.scheduled_for and row.status == Status.SCHEDULED:
            words = f"Planned for {row.scheduled_for}"
        assert line["status_label"] == words
        assert line["status_description"] == state
        assert line["status"] == ("open" if row.status in OPEN_STATUSES else "closed")


def test_every_state_is_written_in_the_same_language_whoever_asks():
    in_every_standing()
    with override("es"):
        spanish = read.export("csv")
    assert spanish == read.export("csv")


def test_who_is_responsible_is_who_has_it_or_finished_it():
    desk, routed = make.filed(), make.service_request(Status.ROUTED)
    done = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    passed = make.service_request(Status.CLOSED, Outcome.TRANSFERRED)
    found = {
        reference: line["agency_responsible"] for reference, line in read.export_csv_rows().items()
    }
    assert found[desk.reference] == "311 team"
    assert found[routed.reference] == found[done.reference] == make.streets().name
    assert found[passed.reference] == make.agency().name


SAME_AS_THE_API = {
    "service_request_id", "status", "service_name", "service_code", "agency_responsible", "address",
}  # fmt: skip


def test_file_and_api_agree_on_every_request():
    in_every_standing()
    rows = ServiceRequest.objects.public()
    features = {reference: each["properties"] for reference, each in read.export_features().items()}
    with override("en"):
        told = {row.reference: build_fields(row) for row in load_requests(annotate_originals(rows))}
    assert features.keys() == told.keys()
    for reference, fields in told.items():
        said = features[reference]
        assert {name: said[name] or "" for name in SAME_AS_THE_API} == {
            name: fields[name] for name in SAME_AS_THE_API
        }
        for name in ("requested_datetime", "updated_datetime"):
            assert datetime.fromisoformat(said[name]) == datetime.fromisoformat(fields[name])


def test_no_column_has_the_name_of_an_api_field_with_another_meaning():
    # in the API, this field contains texts written by people
    assert "status_notes" not in COLUMN_NAMES


@pytest.mark.parametrize("relation", ["", *RELATIONS])
def test_an_address_is_said_as_on_the_page(relation):
    row = make.filed()
    text = "Pearl St & 21st St & Pico Blvd" if relation == "along" else "149 Miller St, Mid-City"
    ServiceRequest.objects.filter(pk=row.pk).update(location_text=text, location_relation=relation)
    row.refresh_from_db()
    with override("en"):
        assert read.export_csv_rows()[row.reference]["address"] == row.location_phrase


def test_moments_are_the_citys_in_winter_and_in_summer():
    row = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    ServiceRequest.objects.filter(pk=row.pk).update(
        filed_at="2026-01-15T18:30:00.999Z", closed_at="2026-07-15T18:30:00Z"
    )
    line = read.export_csv_rows()[row.reference]
    assert line["requested_datetime"] == "2026-01-15T10:30:00-08:00"
    assert line["closed_date"] == "2026-07-15T11:30:00-07:00"
    said = read.export_features()[row.reference]["properties"]
    assert said["closed_date"] == "2026-07-15T11:30:00-07:00"


def test_a_moment_that_is_none_is_blank():
    row = make.filed()
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=None)
    line = read.export_csv_rows()[row.reference]
    assert [line[name] for name in ("closed_date", "expected_datetime", "finished_datetime")] == [
        "", "", "",
    ]  # fmt: skip
    assert read.export_features()[row.reference]["properties"]["closed_date"] is None


def test_a_date_is_promised_until_it_is_on_pause():
    running, paused = make.service_request(Status.ROUTED), make.service_request(Status.ON_HOLD)
    found = read.export_csv_rows()
    due = clock.localtime(ServiceRequest.objects.get(pk=running.pk).due_at)
    assert found[running.reference]["expected_datetime"] == due.isoformat(timespec="seconds")
    assert found[paused.reference]["expected_datetime"] == ""


@pytest.mark.parametrize(
    "typed", [FORMULA, "+1", "-1+1", "@SUM(A1)", "\t=1", "\uff1d1", "'=1", "#x"]
)
def test_nothing_that_people_typed_is_a_formula(typed):
    row = make.filed()
    ServiceRequest.objects.filter(pk=row.pk).update(location_text=typed)
    line = read.export_csv_rows()[row.reference]
    assert line["address"] == f"'{typed}"
    assert read.export_features()[row.reference]["properties"]["address"] == typed


def test_no_name_of_the_city_is_a_formula():
    row = make.service_request(Status.ROUTED)
    Category.objects.filter(pk=row.category.pk).update(name=FORMULA)
    Department.objects.filter(pk=row.department.pk).update(name="@Streets")
    cache.invalidate_cache()
    line = read.export_csv_rows()[row.reference]
    assert line["service_name"] == f"'{FORMULA}"
    assert line["agency_responsible"] == "'@Streets"
    for name, cell in line.items():
        assert name == "long" or not FORMULA_START.match(cell) or cell.startswith("'")
    said = read.export_features()[row.reference]["properties"]
    assert (said["service_name"], said["agency_responsible"]) == (FORMULA, "@Streets")


def test_commas_quotes_line_ends_and_letters_of_all_scripts_come_through():
    row, typed = make.filed(), 'Pier "B",\r\nnext to Łódź 😀 \\n \\. 東京'
    ServiceRequest.objects.filter(pk=row.pk).update(location_text=typed)
    assert read.export_csv_rows()[row.reference]["address"] == typed
    assert read.export_features()[row.reference]["properties"]["address"] == typed


def test_each_feature_has_a_line_of_its_own():
    rows = [make.filed() for _ in range(3)]
    first, *features, last = read.export("geojson").decode().splitlines()
    assert (first, last) == ('{"type":"FeatureCollection","features":[', "]}")
    assert [json.loads(line.removesuffix(","))["id"] for line in features] == [
        row.reference for row in rows
    ]


def test_without_a_request_there_is_a_file_all_the_same():
    assert read.export("csv").decode().strip().split(",") == COLUMN_NAMES
    assert read.export_features() == {}


def test_a_feature_points_to_longitude_and_latitude():
    row = make.filed()
    geometry = read.export_features()[row.reference]["geometry"]
    assert geometry == {"type": "Point", "coordinates": [-118.4917, 34.0118]}


def test_days_to_confirm_are_said_as_they_are_set(settings):
    settings.DAYS_TO_CONFIRM = 3
    row = make.service_request(Status.COMPLETED)
    with clock.freeze_time(clock.now() + timedelta(days=4)):
        make.workflow.close_unanswered(row, by=make.SYSTEM)
    assert read.export_csv_rows()[row.reference]["status_label"] == "No answer after 3 days"
