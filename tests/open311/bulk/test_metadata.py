"""Tests for the machine-readable metadata, and for the columns from a request's history."""

import gzip
import hashlib
from datetime import datetime

import pytest
from django.test import override_settings

from city import cache
from city.models import City, ResolutionCode
from open311.bulk import publishing
from open311.bulk.columns import COLUMNS
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status, Verb
from tests import make
from tests.open311.bulk import read
from tests.visitors import browser

pytestmark = pytest.mark.django_db
HISTORY = ("first_routed_datetime", "first_started_datetime", "resolution_code")


def answered(path):
    response = browser().get(path)
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    return response


def moment_of(row, verb):
    at = row.events.filter(verb=verb).order_by("pk").first().at
    return at.replace(microsecond=0)


def test_the_history_of_a_request_is_in_its_line():
    row = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    line = read.export_csv_rows()[row.reference]
    routed, started, code = (line[name] for name in HISTORY)
    assert datetime.fromisoformat(routed) == moment_of(row, Verb.ROUTE)
    if row.events.filter(verb=Verb.START).exists():
        assert datetime.fromisoformat(started) == moment_of(row, Verb.START)
    assert code == row.events.get(verb=Verb.COMPLETE).code
    assert ResolutionCode.objects.filter(code=code).exists()
    assert (line["reopened_count"], line["disputed_count"]) == ("0", "0")
    assert line["area_id"] == row.zone.slug


def test_what_never_happened_is_blank_and_what_was_undone_too():
    row = make.filed()
    assert [read.export_csv_rows()[row.reference][name] for name in HISTORY] == ["", "", ""]
    make.route(row)
    event = row.events.get(verb=Verb.ROUTE)
    make.workflow.undo(row, event=event, by=event.actor)
    assert [read.export_csv_rows()[row.reference][name] for name in HISTORY] == ["", "", ""]


def test_disputes_are_counted():
    row = make.service_request(Status.DISPUTED)
    assert read.export_features()[row.reference]["properties"]["disputed_count"] == 1


def test_a_duplicate_names_the_other_request_only_where_it_is_public():
    row = make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    original = row.duplicate_of
    assert read.export_csv_rows()[row.reference]["duplicate_of"] == original.reference
    ServiceRequest.objects.filter(pk=original.pk).update(is_hidden=True)
    assert read.export_csv_rows()[row.reference]["duplicate_of"] == ""


@override_settings(BASE_URL="https://311.example.org")
def test_the_dictionary_has_every_column_and_every_file_with_its_checksum():
    make.service_request(Status.ROUTED)
    before = answered("/open-data/datapackage.json").json()
    assert [each["name"] for each in before["resources"]] == ["requests-csv"]
    edition = publishing.publish_edition()
    found = answered("/open-data/datapackage.json").json()
    table, _map = found["resources"]
    fields = table["schema"]["fields"]
    assert [each["name"] for each in fields] == [column.name for column in COLUMNS]
    assert {each["type"] for each in fields} == {"string", "datetime", "number", "integer"}
    path = table["path"].removeprefix("https://311.example.org")
    assert path == f"/open-data/editions/{edition.day}/requests.csv.gz"
    content = browser().get(path).getvalue()
    assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (
        table["bytes"],
        table["hash"],
    )
    [line] = read.parse_csv(gzip.decompress(content)).values()
    for field in fields:
        if field["type"] == "datetime" and line[field["name"]]:
            moment = datetime.strptime(line[field["name"]], field["format"])  # noqa: DTZ007
            assert moment.utcoffset() is not None


def test_checksums_are_those_of_the_stored_files():
    assert answered("/open-data/SHA256SUMS").content == b""
    publishing.publish_edition()
    lines = answered("/open-data/SHA256SUMS").content.decode().splitlines()
    assert len(lines) == 2
    for line in lines:
        digest, name = line.split("  ")
        content = browser().get(f"/open-data/{name}").getvalue()
        assert digest == hashlib.sha256(content).hexdigest()


def test_a_catalog_leads_to_the_files():
    publishing.publish_edition()
    [dataset] = answered("/data.json").json()["dataset"]
    assert [each["mediaType"] for each in dataset["distribution"]] == [
        "text/csv",
        "application/geo+json",
    ]
    assert dataset["describedBy"].endswith("/open-data/datapackage.json")


@pytest.mark.parametrize("day", ["2020-01-01", "yesterday", "9999-12-31", "0001-01-01"])
def test_a_day_without_an_edition_is_not_there(day):
    publishing.publish_edition()
    assert browser().get(f"/open-data/editions/{day}/requests.csv.gz").status_code == 404


def test_examples_are_of_the_city_that_is_served(client):
    City.objects.update(reference_prefix="AV", center_lat=35.595, center_lng=-82.551)
    cache.invalidate_cache()
    [table] = [
        each["schema"]["fields"]
        for each in answered("/open-data/datapackage.json").json()["resources"]
        if "schema" in each
    ]
    examples = {field["name"]: field["example"] for field in table}
    assert examples["service_request_id"] == "AV-7K3Q-X9F2"
    assert (examples["lat"], examples["long"]) == ("35.595000", "-82.551000")
    page = client.get("/open-data/").content.decode()
    assert "AV-4WQ2-8TCN" in page
    assert "SM-" not in page


def check_cell(field, cell):
    """Raise ValueError or AssertionError if a cell does not match its field's type or choices."""
    if field["type"] == "datetime":
        datetime.strptime(cell, field["format"])  # noqa: DTZ007
    elif field["type"] == "integer":
        int(cell)
    elif field["type"] == "number":
        float(cell)
    assert cell in field.get("constraints", {}).get("enum", [cell])


def test_each_row_of_the_published_file_follows_the_dictionary():
    for status in Status:
        if status != Status.CLOSED:
            make.service_request(status)
    for outcome in (Outcome.CONFIRMED, Outcome.DECLINED, Outcome.DUPLICATE, Outcome.TRANSFERRED):
        make.service_request(Status.CLOSED, outcome)
    publishing.publish_edition()
    schema = answered("/open-data/datapackage.json").json()["resources"][0]["schema"]
    content = browser().get("/open-data/requests.csv.gz").getvalue()
    rows = list(read.parse_csv(gzip.decompress(content)).values())
    keys = {row[schema["primaryKey"]] for row in rows}
    assert len(keys) == len(rows) >= 12
    for row in rows:
        for field in schema["fields"]:
            if row[field["name"]] not in schema["missingValues"]:
                check_cell(field, row[field["name"]])
