"""Tests for the row of a request in each state and condition, column by column."""

import csv
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import override

from city.search.phrase import ACROSS, ALONG, IN_FRONT, NEAR
from lib import clock
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status, Verb
from tests import make
from tests.open311.bulk import read

pytestmark = pytest.mark.django_db

EXPECTED = Path(__file__).with_name("rows_in_every_condition.csv")
ON_MAIN_STREET = (Decimal("34.009820"), Decimal("-118.490120"))
ON_THE_BEACH = (Decimal("34.009430"), Decimal("-118.497180"))


def make_rows() -> list[tuple[str, ServiceRequest]]:
    """Return the name of each condition with its request, reported one day after the other."""
    makers = {
        **{status: _in_status(status) for status in Status if status != Status.CLOSED},
        **{
            f"closed as {outcome}": _in_status(Status.CLOSED, outcome)
            for outcome in Outcome
            if outcome != Outcome.IMPORTED
        },
        "imported": make.imported,
        "routing undone": _with_routing_undone,
        "reopened": _reopened,
        "duplicate of a hidden request": _duplicate_of_a_hidden_request,
        "moved to another department": _moved,
        "by phone": lambda: _changed(channel="phone"),
        "near a landmark": lambda: _placed("City Hall", NEAR),
        "in front of an address": lambda: _placed("149 Miller St, Mid-City", IN_FRONT),
        "across from an address": lambda: _placed("149 Miller St, Mid-City", ACROSS),
        "along a street": lambda: _placed("Pearl St & 21st St & Pico Blvd", ALONG),
        "email address in the location": lambda: _placed("ana@example.org"),
        "phone number in the location": lambda: _placed("Ana, (310) 555-0142", NEAR),
        "no words of the location": lambda: _placed(""),
        "no words and no area": lambda: _changed(location_text="", zone=None),
        "no coordinates": lambda: _changed(latitude=None, longitude=None),
        "formula": lambda: _placed("=1+1"),
        "comma, quote and line end": lambda: _placed('Pier "B",\r\nŁódź 東京'),
        "sensitive on a block": lambda: _sensitive(at=ON_MAIN_STREET),
        "sensitive on the beach": lambda: _sensitive(at=ON_THE_BEACH),
        "sensitive without coordinates": _sensitive_without_coordinates,
        "no due date": lambda: _changed(due_at=None),
        "summer time": lambda: _changed(
            filed_at="2026-07-15T18:30:00.999Z", changed_at="2026-07-15T18:30:00Z"
        ),
        "private": lambda: _changed(is_private=True),
        "held": lambda: make.filed(held_for="words"),
        "hidden": _hidden,
    }
    rows = []
    for number, (name, maker) in enumerate(makers.items()):
        with clock.freeze_time(make.A_QUIET_MONDAY + timedelta(days=number)):
            rows.append((name, maker()))
    return rows


def _in_status(
    status: Status, outcome: Outcome = Outcome.CONFIRMED
) -> Callable[[], ServiceRequest]:
    return lambda: make.service_request(status, outcome)


def _with_routing_undone() -> ServiceRequest:
    row = make.service_request(Status.ROUTED)
    event = row.events.get(verb=Verb.ROUTE)
    make.workflow.undo(row, event=event, by=event.actor)
    return row


def _reopened() -> ServiceRequest:
    row = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.act(workflow.reopen, row, make.omar(), words="It sank again.")
    return row


def _duplicate_of_a_hidden_request() -> ServiceRequest:
    row = make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    make.act(workflow.hide, row.duplicate_of, make.omar(), words="Shows a face.")
    return row


def _moved() -> ServiceRequest:
    row = make.service_request(Status.ROUTED)
    make.handed_back(row)
    make.route(row, to=make.water())
    return row


def _changed(**columns: object) -> ServiceRequest:
    row = make.filed()
    ServiceRequest.objects.filter(pk=row.pk).update(**columns)
    return row


def _placed(text: str, relation: str = "") -> ServiceRequest:
    return _changed(location_text=text, location_relation=relation)


def _sensitive(**columns: object) -> ServiceRequest:
    category = make.category(is_location_sensitive=True)
    return make.filed(category=category, location_text="My home, 1685 Main St", **columns)


def _sensitive_without_coordinates() -> ServiceRequest:
    row = _sensitive()
    ServiceRequest.objects.filter(pk=row.pk).update(latitude=None, longitude=None)
    return row


def _hidden() -> ServiceRequest:
    row = make.filed()
    make.act(workflow.hide, row, make.omar(), words="Shows a face.")
    return row


def _read_written_rows(rows: list[tuple[str, ServiceRequest]]) -> dict[str, dict]:
    """Return the rows by condition name, with the condition name in place of the request number."""
    names = {row.reference: name for name, row in rows}
    names |= {row.duplicate_of.reference: "other" for _name, row in rows if row.duplicate_of}
    found = read.export_csv_rows()
    assert set(found) <= set(names)
    written = {}
    for reference, line in found.items():
        if names[reference] != "other":
            line["service_request_id"] = names[reference]
            line["duplicate_of"] = names.get(line["duplicate_of"], "")
            written[names[reference]] = line
    return written


def test_the_row_of_each_condition_is_as_expected() -> None:
    """The expected rows have the name of their condition in place of the request number."""
    with override("es"):
        written = _read_written_rows(make_rows())
    with EXPECTED.open(newline="") as file:
        expected = {line["service_request_id"]: line for line in csv.DictReader(file)}
    assert written.keys() == expected.keys()
    for name, line in written.items():
        assert line == expected[name], name
