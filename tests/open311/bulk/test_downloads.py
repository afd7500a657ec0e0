"""Tests for downloads: compression, ranges, conditional requests, and selections of days."""

import gzip
import os
import tracemalloc
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.urls import reverse

from lib import clock
from lib.storage import default_storage
from open311.bulk import publishing, selection
from open311.bulk.export import FORMATS, write_export
from santa311.web import outage
from tests import make
from tests.open311.bulk import read
from tests.visitors import browser

pytestmark = pytest.mark.django_db

READ_AS = {"csv": read.parse_csv, "geojson": read.parse_geojson}
TYPES = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}


def fetched(path, **given):
    response = browser().get(path, **given)
    return response, response.getvalue()


@pytest.fixture
def edition():
    make.filed()
    return publishing.publish_edition()


@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_that_knows_no_compression_gets_the_file_itself(edition, name):
    response, content = fetched(f"/open-data/requests.{name}")
    assert response["Content-Type"] == TYPES[name]
    assert "Content-Encoding" not in response
    assert int(response["Content-Length"]) == len(content) == edition.files.get(format=name).bytes
    assert len(READ_AS[name](content)) == edition.rows
    assert f".{name}" in response["Content-Disposition"]


@pytest.mark.parametrize("name", FORMATS)
def test_one_that_does_gets_it_compressed_as_it_is_stored(edition, name):
    response, content = fetched(
        f"/open-data/requests.{name}", headers={"Accept-Encoding": "br, gzip"}
    )
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Type"] == TYPES[name]
    assert "Accept-Encoding" in response["Vary"]
    assert int(response["Content-Length"]) == len(content)
    assert len(READ_AS[name](gzip.decompress(content))) == edition.rows


@pytest.mark.parametrize("accepted", ["gzip;q=0", "gzip; q=0.000, br", "identity", "x-gzipped"])
def test_who_refuses_compression_is_believed(edition, accepted):
    response, content = fetched("/open-data/requests.csv", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response
    assert len(read.parse_csv(content)) == edition.rows


@pytest.mark.parametrize("name", FORMATS)
def test_the_compressed_file_is_a_file_of_its_own(edition, name):
    response, content = fetched(
        f"/open-data/requests.{name}.gz", headers={"Accept-Encoding": "gzip"}
    )
    assert response["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response
    assert len(READ_AS[name](gzip.decompress(content))) == edition.rows


@pytest.mark.parametrize("suffix", ["csv", "csv.gz"])
def test_what_a_reader_has_is_not_sent_again(edition, suffix):
    path, gzipped = f"/open-data/requests.{suffix}", {"Accept-Encoding": "gzip"}
    first, _content = fetched(path, headers=gzipped)
    for name, value in {
        "If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"],
    }.items():  # fmt: skip
        again = browser().get(path, headers={**gzipped, name: value})
        assert (again.status_code, again.getvalue()) == (304, b"")
        assert again["ETag"] == first["ETag"]
    make.filed()
    with clock.freeze_time(clock.now() + timedelta(days=1)):
        publishing.publish_edition()
    changed, content = fetched(path, headers={**gzipped, "If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert len(read.parse_csv(gzip.decompress(content))) == 2


def test_the_file_and_its_compressed_form_have_tags_of_their_own(edition):
    plain = browser().get("/open-data/requests.csv")["ETag"]
    coded = browser().get("/open-data/requests.csv", headers={"Accept-Encoding": "gzip"})["ETag"]
    packed = browser().get("/open-data/requests.csv.gz")["ETag"]
    assert len({plain, coded, packed}) == 3


def test_a_download_goes_on_where_it_broke_off(edition):
    path = "/open-data/requests.csv.gz"
    whole, content = fetched(path)
    assert whole["Accept-Ranges"] == "bytes"
    response, rest = fetched(path, headers={"Range": "bytes=10-", "If-Range": whole["ETag"]})
    assert response.status_code == 206
    assert rest == content[10:]
    assert response["Content-Range"] == f"bytes 10-{len(content) - 1}/{len(content)}"
    __, some = fetched(path, headers={"Range": "bytes=3-5"})
    assert some == content[3:6]
    beyond, nothing = fetched(path, headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, nothing) == (416, b"")
    assert beyond["Content-Range"] == f"bytes */{len(content)}"
    changed, all_of_it = fetched(path, headers={"Range": "bytes=10-", "If-Range": '"older"'})
    assert (changed.status_code, all_of_it) == (200, content)


def test_of_a_file_that_the_storage_lost_head_says_the_size_and_the_page_says_so(edition):
    default_storage.delete(publishing.storage_name(edition.files.get(format="csv")))
    response = browser().head("/open-data/requests.csv.gz")
    assert int(response["Content-Length"]) == edition.files.get(format="csv").packed_bytes
    response = browser().get("/open-data/requests.csv")
    assert response.status_code == 503
    assert "Retry-After" in response
    assert "get this file right now" in response.text


def test_scripts_of_other_sites_may_load_it(edition):
    for path in ("/open-data/requests.csv", "/open-data/selection.csv"):
        assert fetched(path)[0]["Access-Control-Allow-Origin"] == "*"


def test_before_the_first_night_there_is_no_file():
    assert browser().get("/open-data/requests.csv").status_code == 404


@pytest.mark.parametrize("name", FORMATS)
def test_some_days_and_kinds_come_from_the_database(name):
    with clock.freeze_time(datetime.fromisoformat("2026-03-01T00:30:00-08:00")):
        row = make.filed()
        make.filed(category=make.category(service_code="street-sign"))
    make.filed()
    query = {"from": "3/1/2026", "to": "2026-03-01", "service_code": "pothole,streetlight"}
    response = browser().get(reverse(f"open_data_selection_{name}"), query)
    assert response["Content-Type"] == TYPES[name]
    assert f'filename="requests-2026-03-01-to-2026-03-01.{name}"' in response["Content-Disposition"]
    assert list(READ_AS[name](response.getvalue())) == [row.reference]


def test_a_selection_is_compressed_for_who_reads_it_so():
    row = make.filed()
    response, content = fetched("/open-data/selection.csv", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert list(read.parse_csv(gzip.decompress(content))) == [row.reference]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "yesterday"}, "“yesterday” isn’t a day"),
        ({"to": "2/30/2026"}, "“2/30/2026” isn’t a day"),
        ({"to": "9999-12-31"}, "“9999-12-31” isn’t a day"),
        ({"from": "0001-01-01"}, "“0001-01-01” isn’t a day"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "before the first one"),
        ({"service_code": "no-such"}, "“no-such”"),
        ({"from": "<script>"}, "&lt;script&gt;"),
    ],
)
def test_what_makes_no_sense_is_said_on_the_page(query, said):
    reads = {"Accept": "text/html"}
    response = browser().get("/open-data/selection.csv", query, headers=reads)
    assert response.status_code == 400
    page = response.text.replace("&#x27;", "’").replace("'", "’")
    assert said in page
    assert "<script>" not in page


def test_what_nobody_can_see_limits_nothing():
    row = make.filed()
    query = {"from": "\x00", "to": " ", "service_code": ",\u200b,"}
    response = browser().get("/open-data/selection.csv", query)
    assert list(read.parse_csv(response.getvalue())) == [row.reference]


def test_too_much_at_once_is_refused_before_a_byte_is_sent(monkeypatch):
    monkeypatch.setattr(selection, "MAX_ROWS", 2)
    rows = [make.filed() for _ in range(2)]
    response = browser().get("/open-data/selection.csv")
    assert set(read.parse_csv(response.getvalue())) == {row.reference for row in rows}
    make.filed()
    response = browser().get("/open-data/selection.csv")
    assert response.status_code == 400
    assert "more than 2 requests" in response.text


@pytest.mark.django_db(transaction=True)
def test_one_selection_is_read_at_a_time():
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [selection.ADVISORY_LOCK_ID])
        response = browser().get("/open-data/selection.csv")
        assert response.status_code == 503
        assert response["Retry-After"] == "5"
        assert "Someone else is downloading" in response.text
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert fetched("/open-data/selection.csv")[0].status_code == 200


def test_a_selection_that_takes_too_long_is_refused_before_a_byte_is_sent(monkeypatch):
    make.filed()
    monkeypatch.setattr(selection, "MAX_SECONDS", 0)
    response = browser().get("/open-data/selection.csv")
    assert response.status_code == 503
    assert "took too long" in response.text


@pytest.mark.django_db(transaction=True)
def test_the_database_gives_up_a_selection_that_takes_too_long(monkeypatch):
    make.filed()
    monkeypatch.setattr(outage, "MAX_DATABASE_SECONDS", 1)
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        other.set_autocommit(False)
        cursor.execute("LOCK TABLE requests_app_event IN ACCESS EXCLUSIVE MODE")
        response = browser().get("/open-data/selection.csv")
        other.rollback()
    other.close()
    assert response.status_code == 503
    assert "took too long" in response.text


def test_who_asks_too_often_waits(settings):
    settings.RATE_LIMITS = {"selection.address": "2/minute"}
    client = browser()
    answers = [client.get("/open-data/selection.csv") for _ in range(3)]
    statuses = [answer.status_code for answer in answers if answer.getvalue()]
    assert statuses == [200, 200, 429]
    assert client.get("/open-data/").status_code == 200


def test_of_a_selection_no_open_file_is_left(monkeypatch):
    def opened():
        return len(os.listdir("/proc/self/fd"))

    monkeypatch.setattr(selection, "MAX_ROWS", 1)
    make.filed()
    fetched("/open-data/selection.csv")
    before = opened()
    for _ in range(3):
        fetched("/open-data/selection.csv")
    make.filed()
    assert [browser().get("/open-data/selection.csv").status_code for _ in range(3)] == [400] * 3
    assert opened() == before


@pytest.mark.sweep
def test_a_large_file_needs_no_memory(tmp_path):
    """The export has nearly 5 MB."""
    row = make.filed()
    read.export_csv_rows()  # now the city's streets are in memory
    with connections["default"].cursor() as cursor:
        # disables the triggers that count requests
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """INSERT INTO requests_app_servicerequest (reference, category_id, description,
                latitude, longitude, location_text, location_note, zone_id, status, outcome,
                status_before_question, priority, channel, language, is_private, is_hidden,
                dispute_used, disputed_by_reporter, times_routed, words_digest, filed_at,
                clock_started_at, changed_at, version)
            SELECT 'T-' || n, category_id, '', latitude, longitude, 'Pier', '', zone_id, status,
                outcome, '', priority, channel, language, false, false, false, false, 0, '',
                filed_at, filed_at, filed_at, 0
            FROM requests_app_servicerequest, generate_series(1, 8000) n WHERE id = %s""",
            [row.pk],
        )
    tracemalloc.start()
    with (tmp_path / "a").open("wb") as file:
        rows = write_export(file, FORMATS["geojson"], seconds=600)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 8_001
    assert (tmp_path / "a").stat().st_size > 4_500_000
    assert most < 3_000_000


def test_a_program_is_refused_in_plain_text_and_a_browser_on_the_page(settings):
    query = {"from": "never"}
    for headers in ({"Accept": "*/*"}, {"Accept": "text/plain"}, {}):
        response = browser().get("/open-data/selection.csv", query, headers=headers)
        assert response.status_code == 400
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response.text.startswith("from: “never” isn't a day.")
    reads = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    response = browser().get("/open-data/selection.csv", query, headers=reads)
    assert response["Content-Type"].startswith("text/html")
    settings.RATE_LIMITS = {"selection.address": "1/minute"}
    client = browser()
    client.get("/open-data/selection.csv").close()
    limited = client.get("/open-data/selection.csv", headers={"Accept": "*/*"})
    assert limited.status_code == 429
    assert limited["Content-Type"] == "text/plain; charset=utf-8"


def test_before_the_first_night_a_program_is_told_in_plain_text():
    response = browser().get("/open-data/requests.csv.gz", headers={"Accept": "*/*"})
    assert response.status_code == 404
    assert response["Content-Type"] == "text/plain; charset=utf-8"
