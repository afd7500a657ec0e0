"""Tests for the search of the desk: by part of a reference, by caller, and in all tabs."""

import pytest

from accounts.security_log.record import SecurityRecord
from lib.security_log import Kind
from requests_app import reference
from requests_app.models import Contact, ServiceRequest
from requests_app.models.contact import parse_phone_ending
from requests_app.status import Status
from tests import make
from tests.routing.desk.browser import omar
from tests.visitors import signed_in

__all__ = ["omar"]
pytestmark = pytest.mark.django_db
ANA = {"name": "José Ramírez Núñez", "phone": "(310) 458-8411", "email": "Jose@example.org"}


def search(omar, words, tab="new"):
    """Return the ids of the rows, and (id, name of the tab) of the hits in other tabs."""
    page = omar.get("/desk/", {"q": words, "tab": tab}).context["page"]
    lines = [line.service_request.pk for line in page.lines]
    return lines, [(one.service_request.pk, one.tab_name) for one in page.hits_elsewhere]


def test_a_line_in_its_own_tab_does_not_name_the_tab(omar):
    make.filed()
    assert [line.tab_name for line in omar.get("/desk/").context["page"].lines] == [""]


def make_with_reference(letters, status=Status.FILED, **given):
    row = make.service_request(status, **given)
    ServiceRequest.objects.filter(pk=row.pk).update(reference=letters)
    return row


@pytest.mark.parametrize(
    "typed", ["7K3Q", "7k3qx9", "SM-7K3Q-X9", "sm7k3qx", "3qx9", "q-x9f2", "SM 7K3Q", "k3qx9f2"]
)
def test_a_request_is_found_by_a_part_of_its_number(omar, typed):
    row = make_with_reference("SM-7K3Q-X9F2")
    make_with_reference("SM-CCCC-DDDD")
    assert search(omar, typed) == ([row.pk], [])


@pytest.mark.parametrize("typed", ["7K3", "sm", "main street", "pothole", "K" * 20, "7k3q!", ""])
def test_what_is_no_part_of_a_number_is_looked_for_as_words_alone(typed):
    assert reference.parse_reference_part(typed) is None


def test_a_request_in_another_tab_is_found_with_the_name_of_the_tab(omar):
    waiting = make_with_reference("SM-7K3Q-X9F2", Status.AWAITING_RESIDENT)
    closed = make_with_reference("SM-7K3Q-X9F3", Status.CLOSED)
    finished = make_with_reference("SM-7K3Q-X9F4", Status.COMPLETED)
    routed = make_with_reference("SM-7K3Q-X9F6", Status.ROUTED)
    lines, others = search(omar, "7k3q")
    assert lines == []
    assert set(others) == {
        (waiting.pk, "Waiting"), (closed.pk, "Closed"), (finished.pk, "Finished"),
        (routed.pk, "All open"),
    }  # fmt: skip
    assert others[-1][0] in {closed.pk, finished.pk}
    page = omar.get("/desk/?q=7k3q").text
    assert "In other tabs" in page
    assert "Nothing in this tab matches" in page
    assert 'href="/desk/SM-7K3Q-X9F2/?tab=waiting&amp;q=7k3q"' in page


def test_words_are_found_in_all_tabs(omar):
    here = make.filed(description="A narwhal on the beach")
    there = make.service_request(Status.AWAITING_RESIDENT, description="A narwhal, too")
    assert search(omar, "narwhal") == ([here.pk], [(there.pk, "Waiting")])
    assert search(omar, "narwhal", "waiting") == ([there.pk], [(here.pk, "New")])
    assert search(omar, "narwhal", "open")[1] == []


def test_filters_leave_out_what_is_then_found_elsewhere(omar):
    row = make.filed(description="A narwhal on the beach")
    page = omar.get("/desk/?q=narwhal&priority=urgent").context["page"]
    assert page.lines == []
    assert [(one.service_request, one.tab_name) for one in page.hits_elsewhere] == [(row, "New")]


@pytest.mark.parametrize("typed", ["jose ramirez", "RAMÍREZ", "nunez jos", "Núñez"])
def test_a_request_is_found_by_its_reporters_name(omar, typed):
    row = make.filed(by=make.omar(), contact=ANA)
    old = make.service_request(Status.CLOSED)
    Contact.objects.update_or_create(service_request=old, defaults={"name": ANA["name"]})
    assert search(omar, typed) == ([row.pk], [(old.pk, "Closed")])


def test_a_name_of_two_letters_finds_nobody(omar):
    make.filed(by=make.omar(), contact=ANA | {"name": "Jo"})
    assert search(omar, "jo") == ([], [])


@pytest.mark.parametrize(
    "typed",
    [
        "3104588411",
        "310.458.8411",
        "+1 (310) 458-8411",
        "001 310 458 8411",
        "(310) 458-8411 x12",
        "310-458-8411 ext. 12",
        "310–458–8411",
        "458-8411",
        "tel:+13104588411",
    ],
)
def test_a_phone_is_found_however_it_is_typed_and_its_tab_is_named(omar, typed):
    row = make.filed(by=make.omar(), contact=ANA)
    make.filed(by=make.omar(), contact=ANA | {"phone": "310 555 0199"})
    page = omar.get("/desk/", {"q": typed, "tab": "waiting"})
    assert [(one.service_request, one.tab_name) for one in page.context["page"].lines] == [
        (row, "New")
    ]
    assert '<span class="mark mark--plain">New</span>' in page.text


@pytest.mark.parametrize("typed", ["458-841", "12 Main St", "", "x12", "310 458 8411 Main"])
def test_what_is_no_phone_number_has_no_ending(typed):
    assert parse_phone_ending(typed) is None


def test_a_search_for_a_person_is_in_the_security_log(omar):
    make.filed(by=make.omar(), contact=ANA, description="Deep")
    for words in ("pothole", "deep", "7k3q", "nobody"):
        omar.get("/desk/", {"q": words})
    recorded = SecurityRecord.objects.filter(kind=Kind.PERSON_SEARCHED)
    assert not recorded.exists()
    for words in ("ramirez", "Ramirez", "(310) 458-8411", "jose@example.org"):
        omar.get("/desk/", {"q": words})
    found = list(recorded.order_by("pk"))
    assert len({line.target for line in found}) == 3
    for line in found:
        assert line.actor == f"user:{make.omar().pk}"
        assert line.target.startswith("search:")
        assert "ramirez" not in line.target.lower()


def test_a_search_of_contacts_in_the_administration_is_in_the_security_log():
    ada = signed_in(make.ada())
    make.filed(by=make.omar(), contact=ANA)
    address = "/admin/requests_app/contact/"
    ada.get(address, {"q": "SM-7K3Q"})
    recorded = SecurityRecord.objects.filter(kind=Kind.PERSON_SEARCHED)
    assert not recorded.exists()
    assert ada.get(address, {"q": "ramirez"}).status_code == 200
    assert recorded.count() == 1
