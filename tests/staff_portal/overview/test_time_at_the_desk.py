"""Tests for figures about the desk: waiting time, and the share of each decision."""

import pytest

from city.models import DeclineReason
from lib import clock
from requests_app import workflow
from requests_app.models import Contact
from requests_app.workflow import outbox
from routing.models import RoutingRule
from tests import make
from tests.staff_portal.overview.weeks import at_moment, file, read_row, read_table, route

pytestmark = pytest.mark.usefixtures("spring")

HOURS = "Median working hours at the desk"


def route_after_waits(client, *pairs):
    """Create requests from (filed, routed) pairs; return their median working hours at the desk."""
    for filed, routed in pairs:
        route(file(filed), routed)
    [hours] = read_row(client, "routing", "Pothole", [HOURS])
    return hours


@pytest.mark.parametrize(
    ("filed", "routed", "hours"),
    [
        ("03-02 10:00", "03-02 12:30", "2.5"),
        ("03-02 10:00", "03-02 10:06", "0.1"),
        ("03-02 05:00", "03-02 09:00", "1.0"),  # filed before the desk opens
        ("03-02 19:00", "03-03 09:00", "1.0"),  # filed after the desk closes
        ("03-02 16:00", "03-02 22:00", "1.0"),
        # across a Friday off and the start of daylight saving time
        ("03-05 16:00", "03-09 09:00", "2.0"),
        ("03-12 16:00", "03-16 09:00", "11.0"),  # across a working Friday
        ("03-07 12:00", "03-08 12:00", "0.0"),  # during a weekend
        ("03-02 08:00", "03-04 17:00", "27.0"),
    ],
)
def test_a_wait_is_in_hours_of_work(lead, filed, routed, hours):
    assert route_after_waits(lead, *[(filed, routed)] * 5) == hours


def test_the_median_wait_of_an_even_number_lies_in_the_middle(lead):
    routed = ["03-02 11:00", "03-02 12:00", "03-02 13:00", "03-02 16:00", "03-02 17:00"]
    pairs = [("03-02 10:00", when) for when in routed]
    assert route_after_waits(lead, *pairs[:4]) == ""
    assert route_after_waits(lead, pairs[4]) == "3.0"
    assert route_after_waits(lead, ("03-02 10:00", "03-02 16:30")) == "4.5"


def test_a_wait_ends_with_the_first_routing_and_counts_in_the_week_of_filing(lead):
    rows = [route(file("03-06 10:00"), "03-09 09:00") for _n in range(5)]
    for row in rows:
        with at_moment("03-12 10:00"):
            make.moved_on(row, make.water())
    assert route_after_waits(lead) == "1.0"
    columns = ["Filed", "Routed", "Rerouted", "Rerouted, percent"]
    assert read_row(lead, "routing", "Pothole", columns) == ["5", "5", "5", ""]
    week = {"from": "2026-03-02", "to": "2026-03-08"}
    assert read_row(lead, "routing", "Pothole", columns[:2], **week) == ["5", "5"]
    assert read_table(lead, "routing", **{"from": "2026-03-09", "to": "2026-03-15"}) == {}


def test_what_was_undone_did_not_end_the_wait(lead):
    for _n in range(5):
        row = route(file("03-02 10:00"), "03-02 11:00")
        with at_moment("03-02 11:00:20"):
            workflow.undo(row, event=row.events.last(), by=make.omar())
        route(row, "03-02 13:00")
    assert route_after_waits(lead) == "3.0"


def test_what_a_rule_routed_is_routed_and_waited_for_nobody(lead):
    RoutingRule.objects.all().delete()
    RoutingRule.objects.create(
        name="Holes", mode="route", category=make.pothole(), department=make.streets()
    )
    for _n in range(5):
        file("03-02 10:00")
        with at_moment("03-02 10:01"):
            outbox.deliver_all_pending_events()
    RoutingRule.objects.all().delete()
    columns = ["Filed", "Routed", "By a rule", HOURS]
    route(file("03-02 10:00"), "03-02 12:00")
    assert read_row(lead, "routing", "Pothole", columns) == ["6", "6", "5", ""]
    for _n in range(4):
        route(file("03-02 10:00"), "03-02 12:00")
    assert read_row(lead, "routing", "Pothole", columns) == ["10", "10", "5", "2.0"]


def test_each_share_is_of_its_own_whole(lead):
    """Ten requests were routed, and five were not."""
    routed = [route(file("03-02 10:00"), "03-02 11:00") for _n in range(10)]
    others = [file("03-02 10:00") for _n in range(5)]
    with at_moment("03-03 10:00"):
        make.moved_on(routed[0], make.water())
        for row in routed[1:3]:
            make.handed_back(row)
        listed = make.reason(DeclineReason)
        for row in others[:3]:
            make.act(workflow.decline, row, make.omar(), reason=listed, words=listed.words)
        make.act(workflow.mark_duplicate, others[3], make.omar(), original=routed[0])
        make.act(workflow.transfer, others[4], make.omar(), agency=make.agency())
    found = read_table(lead, "routing")["Pothole"]
    numbers = {
        name: (found[name], found[f"{name}, percent"])
        for name in ("Rerouted", "Handed back", "Declined", "Duplicates", "Referred")
    }
    assert numbers == {
        "Rerouted": ("1", "10"),
        "Handed back": ("2", "20"),
        "Declined": ("3", "20"),
        "Duplicates": ("1", "7"),
        "Referred": ("1", "7"),
    }
    assert (found["Filed"], found["Routed"]) == ("15", "10")


def test_an_address_that_bounced_is_one_of_those_that_were_left(lead):
    rows = [file("03-02 10:00", contact={"email": "ana@example.org"}) for _n in range(2)]
    Contact.objects.filter(service_request=rows[0]).update(bounced_at=clock.now())
    called = file("03-02 10:00", contact={"name": "Ana", "phone": "310 555 0142", "email": ""})
    Contact.objects.filter(service_request=called).update(bounced_at=clock.now())
    columns = ["Filed", "With email", "Email bounced"]
    assert read_row(lead, "routing", "Pothole", columns) == ["3", "2", "1"]


def test_kinds_stand_in_the_order_of_what_was_filed(lead):
    file("03-02 10:00", category=make.category(service_code="street-sign"))
    for _n in range(2):
        file("03-02 10:00")
    found = read_table(lead, "routing")
    assert [(name, row["Filed"]) for name, row in found.items()] == [
        ("Pothole", "2"),
        (make.category(service_code="street-sign").name, "1"),
    ]
