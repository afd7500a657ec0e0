"""Tests that only the desk and the department holding a request see the contact details."""

import pytest

from requests_app import workflow
from requests_app.models import Contact
from requests_app.status import Status, Verb
from requests_app.workflow import outbox
from tests import make
from tests.test_front_doors import WALKED, address
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db

ANA = {"name": "Quirina Zabala", "email": "quirina@example.org", "phone": "310 555 0142"}
MARKS = ["Quirina", "quirina@example.org", "555 0142", "5550142"]
STAFF = [route for route in WALKED if route.startswith(("desk/", "staff/"))]
REST = [route for route in WALKED if not route.startswith(("desk/", "staff/"))]


def find_contact_details_in(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return [mark for mark in MARKS if mark in content.decode(errors="replace")]


def find_leaks(client, routes, row):
    """Request all routes, and return the contact details shown, by URL."""
    asked = [address(route, row.reference) for route in routes]
    return {at: marks for at in asked if (marks := find_contact_details_in(client.get(at)))}


@pytest.fixture
def row():
    return make.service_request(Status.ROUTED, contact=ANA)


def test_the_desk_and_the_holding_department_read_it(row):
    for person, path in [
        (make.omar(), f"/desk/{row.reference}/"),
        (make.wes(), f"/staff/{row.reference}/"),
        (make.sue(), f"/staff/{row.reference}/"),
    ]:
        assert set(find_contact_details_in(signed_in(person).get(path))) >= {
            "Quirina",
            "quirina@example.org",
        }


def test_no_page_gives_it_to_a_stranger_or_a_neighbor(row):
    workflow.follow(row, by=make.bob())
    assert find_leaks(browser(), REST, row) == {}
    assert find_leaks(browser("bob"), REST, row) == {}


def test_no_page_gives_it_to_another_department(row):
    for person in (make.walt(), make.user("wanda", make.water(), "supervisor")):
        assert find_leaks(signed_in(person), STAFF + REST, row) == {}


def test_who_had_it_before_it_moved_on_reads_it_no_longer(row):
    make.moved_on(row, make.water())
    assert find_leaks(signed_in(make.wes()), STAFF + REST, row) == {}
    assert find_contact_details_in(signed_in(make.walt()).get(f"/staff/{row.reference}/"))


def test_who_handed_it_back_reads_it_no_longer(row):
    make.handed_back(row)
    assert find_leaks(signed_in(make.wes()), STAFF + REST, row) == {}
    assert find_contact_details_in(signed_in(make.omar()).get(f"/desk/{row.reference}/"))


def test_who_did_the_work_of_a_dispute_that_lies_elsewhere_does_not_read_it(row):
    make.complete(row)
    make.act(workflow.dispute, row, make.ana(), words="Still there.")
    make.moved_on(row, make.water())
    assert find_leaks(signed_in(make.wes()), STAFF, row) == {}


def test_the_citys_figures_and_their_files_hold_no_names(row):
    make.complete(row)
    make.act(workflow.confirm, row, make.ana(), rating=5, words="Quick.")
    figures = [route for route in STAFF if "overview" in route]
    assert find_leaks(signed_in(make.ada()), figures, row) == {}


def test_events_and_logs_hold_no_names(row, caplog):
    with caplog.at_level("DEBUG"):
        outbox.deliver_all_pending_events()
        workflow.forget(row, by=make.omar(), reason="caller")
    kept = str([vars(event) for event in row.events.all()])
    assert not [mark for mark in MARKS if mark in kept + caplog.text]


def test_in_the_admin_it_is_for_who_may_view_contacts(row):
    clerk = make.user("clara", is_staff=True)
    for path in ("requests_app/contact/", "notifications/delivery/", "requests_app/draft/"):
        assert signed_in(clerk).get(f"/admin/{path}").status_code == 403
    listed = signed_in(make.ada()).get("/admin/requests_app/servicerequest/")
    assert find_contact_details_in(listed) == []


# An agent deletes contact details for a caller.


def forget(client, row, **given):
    return client.post(f"/desk/{row.reference}/forgetting/", given)


def test_an_agent_deletes_details_for_a_caller_and_the_log_keeps_the_reason(row):
    omar = signed_in(make.omar())
    assert find_contact_details_in(omar.get(f"/desk/{row.reference}/forgetting/"))
    assert forget(omar, row, reason="caller").url == f"/desk/{row.reference}/"
    page = omar.get(f"/desk/{row.reference}/")
    assert find_contact_details_in(page) == []
    shown = page.content.decode()
    assert "details were deleted on" in shown
    assert "A caller asked, and we confirmed it&#x27;s theirs." in shown
    assert row.events.last().verb == Verb.FORGET
    job = signed_in(make.wes()).get(f"/staff/{row.reference}/").content.decode()
    assert "details were deleted on" in job


def test_an_agent_says_why(row):
    for given in ({}, {"reason": "asked"}, {"reason": "x" * 900}):
        response = forget(signed_in(make.omar()), row, **given)
        assert response.status_code == 422
        assert "Say why" in response.content.decode()
    assert Contact.objects.exists()


def test_one_act_covers_every_request_of_the_same_person_and_of_nobody_else(row):
    same_phone = make.filed(by=make.bob(), contact={**ANA, "email": "", "name": ""})
    other = make.filed(contact={"name": "", "email": "bob@example.org", "phone": ""})
    forget(signed_in(make.omar()), row, reason="caller", everywhere="on")
    assert list(Contact.objects.values_list("service_request", flat=True)) == [other.pk]
    assert same_phone.events.last().verb == Verb.FORGET


def test_only_agents_open_that_page(row):
    assert forget(signed_in(make.wes()), row, reason="caller").status_code == 403
    assert forget(browser("ana"), row, reason="caller").status_code == 403
    assert Contact.objects.exists()
