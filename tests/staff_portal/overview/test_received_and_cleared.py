"""Tests for figures about received, handed back and cleared requests of city and departments."""

from datetime import timedelta

import pytest

from city.models import Category, DeclineReason, HandBackReason, Zone
from lib import clock
from requests_app import workflow
from requests_app.models import ServiceRequest
from tests import make
from tests.staff_portal.overview.weeks import (
    CITY,
    MARCH,
    PUBLIC,
    STREETS,
    at_moment,
    confirm,
    dispute,
    file,
    finish,
    read_row,
    read_table,
    reopen,
    route,
    work,
)

pytestmark = pytest.mark.usefixtures("spring")


def read_flows(client, of=CITY, **query):
    """Return (received, cleared, handed back, finished) by week, oldest first; omit empty weeks."""
    columns = ["Received", "Cleared", "Handed back", "Finished"]
    found = read_table(client, "weeks", of, **query)
    rows = {week[5:]: tuple(int(row[each]) for each in columns) for week, row in found.items()}
    return {week: row for week, row in reversed(rows.items()) if any(row)}


def decline(row, when):
    with at_moment(when):
        listed = make.reason(DeclineReason)
        make.act(workflow.decline, row, make.omar(), reason=listed, words=listed.words)
    return row


def hand_back(row, when, reason=None):
    with at_moment(when):
        reason = reason or make.reason(HandBackReason)
        make.act(workflow.hand_back, row, make.wes(), reason=reason)
    return row


def move(row, when, to):
    with at_moment(when):
        make.moved_on(row, to)
    return row


def mark_duplicate(row):
    make.act(workflow.mark_duplicate, row, make.omar(), original=make.filed(by=make.bob()))


def transfer(row):
    make.act(workflow.transfer, row, make.omar(), agency=make.agency())


def withdraw(row):
    make.act(workflow.withdraw, row, make.ana())


@pytest.mark.parametrize(
    "close", [mark_duplicate, transfer, withdraw], ids=lambda each: each.__name__
)
def test_what_is_closed_without_work_is_cleared_but_not_finished(lead, close):
    row, routed = file("03-02 10:00"), route(file("03-02 10:00"), "03-03 10:00")
    others = 2 if close == mark_duplicate else 0  # the original requests
    with at_moment("03-10 10:00"):
        close(row)
        close(routed)
    later = (others, 2, 0, 0)
    assert read_flows(lead) == {"03-02": (2, 0, 0, 0), "03-09": later}
    assert read_flows(lead, STREETS) == {"03-02": (1, 0, 0, 0), "03-09": (0, 1, 0, 0)}
    week = {"from": "2026-03-09", "to": "2026-03-15"}
    assert read_flows(lead, **week) == {"03-09": later}
    assert read_flows(lead, STREETS, **week) == {"03-09": (0, 1, 0, 0)}


def test_a_declined_request_is_cleared_once_and_a_reopened_one_not_at_all(lead):
    row = decline(file("03-02 10:00"), "03-03 10:00")
    assert read_flows(lead) == {"03-02": (1, 1, 0, 0)}
    reopen(row, "03-10 10:00")
    assert read_flows(lead) == {"03-02": (1, 0, 0, 0)}
    decline(row, "03-17 10:00")
    assert read_flows(lead) == {"03-02": (1, 0, 0, 0), "03-16": (0, 1, 0, 0)}


def test_finished_work_is_cleared_once_however_it_is_closed(lead):
    confirm(work("03-02 10:00", "03-03 10:00"), "03-10 10:00")
    row = dispute(work("03-02 10:00", "03-03 10:00"), "03-10 10:00")
    with at_moment("03-17 10:00"):
        make.act(workflow.uphold, row, make.sue(), words="It is level.")
    assert read_flows(lead) == read_flows(lead, STREETS) == {"03-02": (2, 2, 0, 2)}


def test_work_that_is_finished_again_counts_in_the_later_week_alone(lead):
    finish(dispute(work("03-02 10:00", "03-03 10:00"), "03-10 10:00"), "03-17 10:00")
    assert read_flows(lead) == {"03-02": (1, 0, 0, 0), "03-16": (0, 1, 0, 1)}


def test_a_department_gets_a_request_the_first_time_and_loses_it_the_last(lead):
    row = route(file("03-02 10:00"), "03-02 11:00")
    hand_back(row, "03-09 10:00")
    move(row, "03-10 10:00", make.streets())
    assert read_flows(lead, STREETS) == {"03-02": (1, 0, 0, 0), "03-09": (0, 0, 1, 0)}
    hand_back(row, "03-16 10:00")
    expected = {"03-02": (1, 0, 0, 0), "03-09": (0, 0, 1, 0), "03-16": (0, 1, 0, 0)}
    assert read_flows(lead, STREETS) == expected
    assert read_flows(lead) == {"03-02": (1, 0, 0, 0), "03-09": (0, 0, 1, 0)}


def test_what_is_rerouted_is_cleared_by_the_one_and_received_by_the_other(lead):
    move(route(file("03-02 10:00"), "03-02 11:00"), "03-10 10:00", make.water())
    assert read_flows(lead, STREETS) == {"03-02": (1, 0, 0, 0), "03-09": (0, 1, 0, 0)}
    water = {"department": "water-resources"} | MARCH
    assert read_flows(lead, **water) == {"03-09": (1, 0, 0, 0)}
    columns = ["Received", "Handed back", "Open now", "Finished"]
    assert read_row(lead, "departments", "Street Services", columns) == ["1", "0", "0", "0"]
    assert read_row(lead, "departments", "Water Resources", columns) == ["1", "0", "1", "0"]


def test_a_department_that_had_and_did_nothing_has_no_row(lead):
    assert read_table(lead, "departments") == {}
    route(file("02-10 10:00"), "02-10 11:00")
    assert list(read_table(lead, "departments")) == ["Street Services"]
    columns = ["Received", "Open now", "Finished"]
    assert read_row(lead, "departments", "Street Services", columns) == ["0", "1", "0"]


def test_what_an_older_system_closed_was_never_received(lead):
    with at_moment("03-10 10:00"):
        make.imported(filed_at=clock.now() - timedelta(days=2))
    assert read_flows(lead) == {}
    assert read_table(lead, "routing") == {}


def test_received_and_cleared_are_told_by_category_and_area(lead):
    sign = Category.objects.get(service_code="street-sign")
    here, there, declined = (file("03-02 10:00") for _n in range(3))
    other = Zone.objects.exclude(pk=here.zone_id).order_by("-pk").first()
    ServiceRequest.objects.filter(pk=there.pk).update(zone=other, category=sign)
    decline(declined, "03-03 10:00")
    columns = ["Received", "Open now", "Finished"]
    found = {key: [row[each] for each in columns] for key, row in read_table(lead, "zones").items()}
    assert found == {here.zone.name: ["2", "1", "0"], other.name: ["1", "1", "0"]}
    kinds = read_table(lead, "categories")
    assert {key: row["Received"] for key, row in kinds.items()} == {"Pothole": "2", sign.name: "1"}
    narrowed = read_flows(lead, **MARCH | {"zone": here.zone.slug})
    assert (
        narrowed == read_flows(lead, **MARCH | {"category": "pothole"}) == {"03-02": (2, 1, 0, 0)}
    )
    assert read_flows(lead, **MARCH | {"category": "street-sign"}) == {"03-02": (1, 0, 0, 0)}


def test_in_public_a_private_kind_was_neither_received_nor_cleared(lead):
    decline(file("03-02 10:00", category=make.category(is_private=True)), "03-03 10:00")
    file("03-02 10:00")
    assert read_flows(lead) == {"03-02": (2, 1, 0, 0)}
    assert read_flows(lead, PUBLIC) == {"03-02": (1, 0, 0, 0)}


def test_reasons_for_handing_back_are_told_the_most_frequent_first(lead):
    first, second = HandBackReason.objects.active()[:2]
    for reason in (second, first, second):
        hand_back(route(file("03-02 10:00"), "03-02 11:00"), "03-03 10:00", reason)
    found = read_table(lead, "returns", STREETS)
    assert [(name, row["Handed back"]) for name, row in found.items()] == [
        (second.name, "2"),
        (first.name, "1"),
    ]


def test_kinds_and_areas_stand_in_the_order_of_their_finished_work_then_by_name(lead):
    sign, graffiti = (
        Category.objects.filter(is_private=False, questions=None).exclude(service_code="pothole")
        .order_by("name")[:2]
    )  # fmt: skip
    for category in (graffiti, sign):
        file("03-02 10:00", category=category)
    work("03-02 10:00", "03-03 10:00")
    assert list(read_table(lead, "categories")) == ["Pothole", sign.name, graffiti.name]
