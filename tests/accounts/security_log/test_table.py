"""Tests for the table of the security log: refused changes, retention, and its admin page."""

import csv
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import SecurityRecord
from accounts.security_log.storage import delete_old_records
from lib import clock
from lib.security_log import KINDS_WITHOUT_ROW, Kind, record_action
from tests.accounts.security_log.reading import add_row

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "security-log.csv"


def kept(days):
    """Create a row that is `days` days old."""
    at = clock.now() - timedelta(days=days)
    return add_row(kind=Kind.SIGN_IN, actor="user:1", result="ok", at=at)


def test_no_row_can_be_changed_and_no_young_one_deleted():
    row = kept(29)
    for act in (row.save, row.delete):
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            act()
    assert SecurityRecord.objects.filter(pk=row.pk).exists()


def test_the_table_cannot_be_truncated():
    row = kept(400)
    with (
        pytest.raises(ProgrammingError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE accounts_securityrecord")
    assert SecurityRecord.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("days", [-365, -1, 1])
def test_a_row_has_the_time_of_the_database_whatever_was_given(days):
    began = clock.now() - timedelta(minutes=1)
    at = began + timedelta(days=days)
    row = SecurityRecord.objects.create(kind=Kind.SIGN_IN, actor="user:1", result="ok", at=at)
    row.refresh_from_db()
    assert began < row.at < clock.now() + timedelta(minutes=1)


def test_a_row_of_an_earlier_time_cannot_be_inserted_by_sql():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_securityrecord"
            " (at, kind, actor, target, result, source, request_id)"
            " VALUES (now() - interval '40 days', 'sign_in', 'user:1', '', 'ok', '', '')"
            " RETURNING now() - at < interval '1 minute'"
        )
        assert cursor.fetchone() == (True,)


def test_rows_are_deleted_after_a_year(settings):
    young, old = kept(364), kept(366)
    assert delete_old_records() == 1
    assert SecurityRecord.objects.filter(pk__in=[young.pk, old.pk]).get() == young
    settings.SECURITY_LOG_DAYS = 40
    assert delete_old_records() == 1


def test_a_table_that_takes_no_row_hides_nothing(caplog):
    caplog.set_level(logging.INFO)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    record_action(Kind.SIGN_OUT, "user:1")
    names = [(line.name, line.levelname) for line in caplog.records]
    assert names == [("security", "INFO"), ("accounts.security_log.storage", "ERROR")]


def test_an_unknown_kind_is_no_line():
    with pytest.raises(ValueError, match="coffee"):
        record_action("coffee.made")


def test_the_page_has_every_kind_and_says_where_it_is_kept():
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = [(row["kind"], row["in the table"]) for row in csv.DictReader(file)]
    told = dict(lines)
    assert len(told) == len(lines)
    assert told == {kind.value: "no" if kind in KINDS_WITHOUT_ROW else "yes" for kind in Kind}
