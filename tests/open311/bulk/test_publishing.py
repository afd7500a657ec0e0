"""Tests for publishing: editions are replaced atomically, and kept if a new one fails."""

import gzip
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from lib import clock
from lib.storage import default_storage
from open311.bulk import publishing, requests
from open311.bulk.export import FORMATS, ExportTimeout, write_export
from open311.models import OpenDataEdition, OpenDataFile
from open311.tasks import make_open_data
from santa311.observability import metrics
from tests import make
from tests.open311.bulk import read
from tests.open311.bulk.refusal import make_database_refuse
from tests.visitors import browser

pytestmark = pytest.mark.django_db

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def stored(edition, name):
    file = edition.files.get(format=name)
    return b"".join(default_storage.read_range(publishing.storage_name(file), 0, file.packed_bytes))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=LOS_ANGELES)


@pytest.mark.parametrize(
    ("now", "made", "tried", "due"),
    [
        ("2026-03-10T12:00", None, None, True),
        ("2026-03-10T03:29", "2026-03-09T03:31", "2026-03-09T03:31", False),
        ("2026-03-10T03:30", "2026-03-09T03:31", "2026-03-09T03:31", True),
        ("2026-03-10T03:40", "2026-03-10T03:31", "2026-03-10T03:31", False),
        ("2026-03-10T23:59", "2026-03-10T03:31", "2026-03-10T03:31", False),
        # daylight saving time changes at two in the morning
        ("2026-03-08T03:30", "2026-03-07T03:31", "2026-03-07T03:31", True),
        ("2026-11-01T03:29", "2026-10-31T03:31", "2026-10-31T03:31", False),
        ("2026-11-01T03:30", "2026-10-31T03:31", "2026-10-31T03:31", True),
        # after a failure, retry once per hour
        ("2026-03-10T04:20", "2026-03-09T03:31", "2026-03-10T03:31", False),
        ("2026-03-10T04:31", "2026-03-09T03:31", "2026-03-10T03:31", True),
        # no worker was running at night
        ("2026-03-10T15:00", "2026-03-08T03:31", "2026-03-08T03:31", True),
    ],
)
def test_they_are_made_once_a_night_of_the_city(now, made, tried, due):
    assert publishing.is_edition_due(at(now), made and at(made), tried and at(tried)) is due


def test_the_task_makes_them_at_half_past_three_and_not_again():
    make.filed()
    with clock.freeze_time(at("2026-03-10T03:31")):
        make_open_data()
    with clock.freeze_time(at("2026-03-10T03:41")):
        make_open_data()
    (edition,) = OpenDataEdition.objects.all()
    with clock.freeze_time(at("2026-03-11T03:29")):
        make_open_data()
    assert list(OpenDataEdition.objects.all()) == [edition]
    with clock.freeze_time(at("2026-03-11T03:31")):
        make_open_data()
    assert OpenDataEdition.objects.current() != edition


def test_what_is_stored_is_what_is_read_and_known_by_its_size():
    row = make.filed()
    edition = publishing.publish_edition()
    assert edition.rows == 1
    for name, read_as in {"csv": read.parse_csv, "geojson": read.parse_geojson}.items():
        file, content = edition.files.get(format=name), stored(edition, name)
        assert len(content) == file.packed_bytes
        assert len(gzip.decompress(content)) == file.bytes
        assert list(read_as(gzip.decompress(content))) == [row.reference]


class Refusal(OSError):
    """A storage error, raised as if the disk were full."""


def test_where_the_storage_is_full_the_last_ones_are_still_offered(monkeypatch):
    make.filed()
    edition = publishing.publish_edition()
    before = stored(edition, "csv"), stored(edition, "geojson")
    make.filed()

    def full_at_the_second_file(name, path, content_type, save=default_storage.save_file):
        if "geojson" in name:
            raise Refusal
        save(name, path, content_type)

    monkeypatch.setattr(default_storage._wrapped, "save_file", full_at_the_second_file)
    with pytest.raises(Refusal):
        publishing.publish_edition()
    assert OpenDataEdition.objects.current() == edition
    assert (stored(edition, "csv"), stored(edition, "geojson")) == before
    assert OpenDataEdition.objects.latest("began_at").problem == "Refusal"
    assert OpenDataFile.objects.count() == 2


class FullDisk(io.BytesIO):
    def write(self, data):
        if self.tell():
            raise Refusal
        return super().write(data)


def test_where_the_disk_is_full_the_database_can_be_asked_again(monkeypatch):
    monkeypatch.setattr(requests, "CHUNK_SIZE", 1)
    rows = [make.filed() for _ in range(3)]
    with pytest.raises(Refusal):
        write_export(FullDisk(), FORMATS["csv"], seconds=60)
    assert OpenDataEdition.objects.count() == 0
    assert list(read.export_csv_rows()) == [row.reference for row in rows]


def test_where_the_database_refuses_the_last_ones_are_still_offered():
    edition = publishing.publish_edition()
    with make_database_refuse(), pytest.raises(DatabaseError):
        publishing.publish_edition()
    assert OpenDataEdition.objects.current() == edition
    assert OpenDataEdition.objects.latest("began_at").problem == "ProgrammingError"


def test_where_it_takes_too_long_the_last_ones_are_still_offered(monkeypatch):
    make.filed()
    edition = publishing.publish_edition()
    monkeypatch.setattr(publishing, "MAX_SECONDS_PER_FORMAT", 0)
    with pytest.raises(ExportTimeout):
        publishing.publish_edition()
    assert OpenDataEdition.objects.current() == edition
    assert OpenDataEdition.objects.latest("began_at").problem == "ExportTimeout"


def are_stored(pk):
    names = (f"{publishing.FOLDER}/{pk}/requests.{name}.gz" for name in ("csv", "geojson"))
    return [default_storage.exists(name) for name in names]


def test_the_one_before_stays_for_who_is_loading_it_and_older_ones_go():
    editions, keys = [], []
    for days in range(3):
        with clock.freeze_time(at("2026-03-10T03:31") + timedelta(days=days)):
            editions.append(publishing.publish_edition())
        keys.append(editions[-1].pk)
        assert are_stored(keys[-1]) == [True, True]
    assert list(OpenDataEdition.objects.order_by("began_at")) == editions[1:]
    assert [are_stored(pk) for pk in keys] == [[False, False], [True, True], [True, True]]


def test_what_failed_leaves_nothing_behind_after_the_next_night():
    with make_database_refuse(), pytest.raises(DatabaseError):
        publishing.publish_edition()
    edition = publishing.publish_edition()
    assert list(OpenDataEdition.objects.all()) == [edition]


def test_what_another_process_is_making_is_not_swept_away():
    other = OpenDataEdition.objects.create(began_at=clock.now() - timedelta(minutes=9))
    lost = OpenDataEdition.objects.create(began_at=clock.now() - timedelta(days=2))
    edition = publishing.publish_edition()
    assert set(OpenDataEdition.objects.all()) == {other, edition}
    assert lost not in OpenDataEdition.objects.all()


@pytest.mark.django_db(transaction=True)
def test_two_processes_never_make_them_at_once():
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [publishing.ADVISORY_LOCK_ID])
        assert publishing.publish_edition() is None
        assert not OpenDataEdition.objects.exists()
        with pytest.raises(CommandError, match="another process"):
            call_command("export_open_data", publish=True)
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert publishing.publish_edition() is not None


def test_the_command_makes_what_the_page_offers():
    make.filed()
    call_command("export_open_data", publish=True)
    assert OpenDataEdition.objects.current().rows == 1


def figures():
    metrics.clear_cached_gauges()
    text = browser().get("/metrics").content.decode()
    metrics.clear_cached_gauges()
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if "santa311_open_data" in line]
    return {name: float(value) for name, value in lines if not name.startswith("#")}


def test_the_figures_say_how_old_they_are_and_since_when_making_fails():
    assert figures() == {"santa311_open_data_failing_seconds": 0}
    began = clock.now()
    with clock.freeze_time(began):
        publishing.publish_edition()
    with clock.freeze_time(began + timedelta(hours=30)):
        assert figures()["santa311_open_data_age_seconds"] == 30 * 3600
    with make_database_refuse():
        for hours in (24, 25):
            with clock.freeze_time(began + timedelta(hours=hours)), pytest.raises(DatabaseError):
                publishing.publish_edition()
    with clock.freeze_time(began + timedelta(hours=27)):
        assert figures()["santa311_open_data_failing_seconds"] == 3 * 3600
        publishing.publish_edition()
        assert figures() == {
            "santa311_open_data_age_seconds": 0,
            "santa311_open_data_failing_seconds": 0,
        }


def test_in_a_bucket_they_are_stored_and_read_in_parts(bucket):
    row = make.filed()
    edition = publishing.publish_edition()
    file, content = edition.files.get(format="csv"), stored(edition, "csv")
    assert list(read.parse_csv(gzip.decompress(content))) == [row.reference]
    part = default_storage.read_range(publishing.storage_name(file), 5, 7)
    assert b"".join(part) == content[5:12]
    with pytest.raises(FileNotFoundError):
        default_storage.read_range("open-data/none.gz", 0, 1)
