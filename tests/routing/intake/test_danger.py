"""Tests for calls that mention a danger: the agent is shown which number the caller must call."""

import pytest

from requests_app.models import ServiceRequest
from requests_app.status import Status
from tests import make
from tests.routing.desk.browser import omar
from tests.routing.intake.test_intake import call_form_data

__all__ = ["omar"]

pytestmark = pytest.mark.django_db
GAS = "She says there is a gas leak."


def post_call(client, call):
    return client.post("/desk/intake/", call)


def read_danger_kind(page) -> str:
    return page.split('name="no_danger" value="')[1].split('"')[0]


@pytest.mark.parametrize("part", ["description", "location_note"])
def test_what_the_agent_types_stops_with_what_to_tell_the_caller(omar, part):
    answer = post_call(omar, call_form_data(**{part: GAS}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tell the caller to call 911 now" in page
    assert GAS in page
    assert not ServiceRequest.objects.exists()


def test_no_one_is_in_danger_and_the_call_goes_on_flagged_and_urgent(omar):
    call = call_form_data(description=GAS)
    kind = read_danger_kind(post_call(omar, call).content.decode())
    answer = post_call(omar, call | {"no_danger": kind})
    row = ServiceRequest.objects.get()
    assert answer.url == f"/desk/intake/{row.reference}/"
    assert (row.danger, row.priority) == (kind, "urgent")


def test_two_kinds_of_danger_are_denied_at_once(omar):
    call = call_form_data(description="I smell gas and a man has a gun")
    denied = read_danger_kind(post_call(omar, call).text)
    assert denied == "weapon gas"
    assert post_call(omar, call | {"no_danger": denied}).status_code == 302
    other = call_form_data(description="I smell gas", location_note="the house is on fire")
    assert "Tell the caller to call 911 now" in post_call(omar, other | {"no_danger": denied}).text


def test_the_same_as_an_open_one_stops_too_and_hands_the_danger_on(omar):
    original = make.filed(by=make.bob())
    call = call_form_data(description=GAS, same=original.reference)
    page = post_call(omar, call).content.decode()
    kind = read_danger_kind(page)
    assert f'name="same" value="{original.reference}"' in " ".join(page.split())
    post_call(omar, call | {"no_danger": kind})
    original.refresh_from_db()
    assert original.danger == kind
    assert ServiceRequest.objects.exclude(pk=original.pk).get().status == Status.CLOSED


def test_a_denied_danger_is_not_asked_about_again_when_something_else_is_wrong(omar):
    call = call_form_data(
        description=GAS,
        no_danger=read_danger_kind(post_call(omar, call_form_data(description=GAS)).text),
    )
    page = post_call(omar, call | {"email": "no address"}).text
    assert f'name="no_danger" value="{call["no_danger"]}"' in page
    assert "Tell the caller to call 911 now" not in page


def test_a_plain_call_is_not_stopped(omar):
    post_call(omar, call_form_data(description="The fire hydrant leaks."))
    assert ServiceRequest.objects.get().danger == ""
