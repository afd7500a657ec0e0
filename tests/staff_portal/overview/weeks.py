"""Helpers that create work on days of March 2026 and read the tables of the overview from CSV.

City Hall of Santa Monica works from 8 am to 5 pm, Monday to Thursday and every other Friday (March
13 and 27, not March 6 and 20). Daylight saving time begins on Sunday, March 8.
"""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from city.models import NoPhotoReason
from lib import clock
from requests_app import workflow
from requests_app.models import ServiceRequest
from staff_portal.overview import daily_recount
from tests import make

CITY, STREETS, PUBLIC = "city_", "", "public_"
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


def moment(text) -> datetime:
    """Return the city's time for a text such as "03-02 10:00" (in 2026) or "2025-03-02 10:00"."""
    text = f"2026-{text}" if text[2] == "-" else text
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Los_Angeles"))


def at_moment(text):
    return clock.freeze_time(moment(text).astimezone(UTC))


def file(when, **given) -> ServiceRequest:
    with at_moment(when):
        return make.filed(**given)


def route(row, when, to=None) -> ServiceRequest:
    with at_moment(when):
        make.route(row, to)
    return row


def finish(row, when) -> ServiceRequest:
    with at_moment(when):
        make.complete(row, photos=[], no_photo_reason=make.reason(NoPhotoReason))
    return row


def work(filed, finished, **given) -> ServiceRequest:
    """Return a finished request that was routed to Street Services when it was filed."""
    row = file(filed, **given)
    return finish(route(row, filed), finished)


def dispute(row, when) -> ServiceRequest:
    with at_moment(when):
        make.act(workflow.dispute, row, make.ana(), words="It is still there.")
    return row


def confirm(row, when, **given) -> ServiceRequest:
    with at_moment(when):
        make.act(workflow.confirm, row, make.ana(), **given)
    return row


def reopen(row, when) -> ServiceRequest:
    with at_moment(when):
        make.act(workflow.reopen, row, make.sue(), words="Another corner.")
    return row


def read_table(client, name, of=CITY, **query) -> dict[str, dict[str, str]]:
    """Return the rows of a table by first cell; each row maps column names to cells.

    Check that the stored figures equal the requests.
    """
    found = _read_csv(client, name, of, query or MARCH)
    assert daily_recount.find_differing_days() == []
    return found


def read_row(client, name, key, columns, of=CITY, **query) -> list[str]:
    """Return these cells of the row with the first cell `key`, or [] if there is no such row."""
    row = read_table(client, name, of, **query).get(key)
    return [row[column] for column in columns] if row else []


def _read_csv(client, name, of, query):
    response = client.get(reverse(f"{of}overview_table", args=[name]), query)
    assert response.status_code == 200
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(body))
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}
