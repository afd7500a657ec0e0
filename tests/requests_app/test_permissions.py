"""Tests for the permissions of each kind of person."""

import pytest

from requests_app import permissions, workflow
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status
from tests import make

pytestmark = pytest.mark.django_db


def test_the_system_is_nobodys_agent_member_or_reporter():
    service_request = make.service_request(Status.ROUTED)
    questions = [
        permissions.is_agent,
        permissions.is_member,
        permissions.is_supervisor,
        permissions.is_reporter,
        permissions.is_follower,
        permissions.may_see_contact,
    ]
    assert not any(ask(SYSTEM, service_request) for ask in questions)
    assert permissions.is_system(SYSTEM, service_request)
    assert repr(SYSTEM) == "SYSTEM"


def test_anyone_is_anyone_and_nobody_is_nobody():
    service_request = make.filed()
    for person in (SYSTEM, make.ana(), make.omar()):
        assert permissions.allow_all(person, service_request)
        assert not permissions.deny_all(person, service_request)


def test_a_member_is_of_the_department_that_holds_the_request():
    service_request = make.service_request(Status.ROUTED)
    asked = [permissions.is_member(each, service_request) for each in (make.wes(), make.walt())]
    assert asked == [True, False]
    assert permissions.is_supervisor(make.sue(), service_request)
    assert not permissions.is_supervisor(make.wes(), service_request)


def test_staff_are_never_the_reporter_or_a_follower():
    service_request = make.filed()
    for person in (make.omar(), make.wes(), make.ada()):
        assert not permissions.is_reporter(person, service_request)
        assert not permissions.is_follower(person, service_request)


def test_a_public_request_is_everyones():
    service_request = make.filed()
    assert permissions.may_see(make.bob(), service_request)


@pytest.mark.parametrize("how", ["private", "hidden"])
def test_a_private_or_hidden_request_is_the_reporters_and_the_staffs(how):
    if how == "private":
        service_request = make.filed(category=make.category(is_private=True))
    else:
        service_request = make.filed()
        make.act(workflow.hide, service_request, make.omar(), words="It names a neighbour.")
    make.route(service_request)
    people = {
        make.ana(): True,
        make.bob(): False,
        make.omar(): True,
        make.wes(): True,
        make.walt(): False,
    }
    for person, may in people.items():
        assert permissions.may_see(person, service_request) is may


def test_who_did_the_work_still_sees_what_went_on_to_others():
    service_request = make.service_request(
        Status.CLOSED, Outcome.CONFIRMED, category=make.category(is_private=True)
    )
    make.act(workflow.reopen, service_request, make.omar(), words="It sank again.")
    make.moved_on(service_request, make.water())
    assert permissions.is_of_completing_department(make.wes(), service_request)
    assert permissions.may_see(make.wes(), service_request)


@pytest.mark.parametrize(
    ("status", "may"),
    [(Status.ROUTED, False), (Status.COMPLETED, True), (Status.CLOSED, True)],
)
def test_a_department_hands_over_work_on_what_it_cannot_finish_any_more(status, may):
    service_request = make.service_request(status)
    assert permissions.can_no_longer_finish(make.wes(), service_request) is may
    assert not permissions.can_no_longer_finish(make.walt(), service_request)
    assert not permissions.can_no_longer_finish(make.ana(), service_request)


def test_a_department_hands_over_work_on_what_went_to_another():
    service_request = make.service_request(Status.IN_PROGRESS)
    make.moved_on(service_request, make.water())
    assert permissions.can_no_longer_finish(make.wes(), service_request)
    assert not permissions.can_no_longer_finish(make.walt(), service_request)
